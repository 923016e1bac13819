//! What a run at a head without anything to do says: kept, so that the next one needs no more than a look at the head.

use sqlx::Row;

use crate::error::{StoreError, failed};
use crate::fabric::FabricId;
use crate::lease::Lease;
use crate::store::Store;

/// The outcome that holds as long as nothing that decides has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Idle {
    /// The branch's head.
    pub head: String,
    /// Digest of all that decides besides the head. The caller's affair.
    pub key: String,
    /// The report that such a run makes, in JSON.
    pub report: String,
}

impl Store {
    /// What was remembered last of `fabric`.
    pub async fn idle(&self, fabric: FabricId) -> Result<Option<Idle>, StoreError> {
        let attempted = "read what the fabric's last run came to";
        let row = sqlx::query("SELECT head, decided_by, report FROM idle_reports WHERE fabric_id = $1")
            .bind(fabric.0)
            .fetch_optional(&mut *self.read(attempted).await?)
            .await
            .map_err(failed(attempted))?;
        let Some(row) = row else { return Ok(None) };
        let text = |column| row.try_get(column).map_err(failed(attempted));
        Ok(Some(Idle { head: text("head")?, key: text("decided_by")?, report: text("report")? }))
    }

    /// Remembers `idle` of `fabric`, in place of what was remembered before.
    ///
    /// # Errors
    /// [`StoreError::Fenced`].
    pub async fn remember_idle(&self, lease: &Lease, fabric: FabricId, idle: &Idle) -> Result<(), StoreError> {
        let attempted = "remember what the run came to";
        let mut transaction = self.fenced(lease, attempted).await?;
        sqlx::query(
            "INSERT INTO idle_reports (fabric_id, head, decided_by, report) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (fabric_id) DO UPDATE \
             SET head = excluded.head, decided_by = excluded.decided_by, report = excluded.report",
        )
        .bind(fabric.0)
        .bind(&idle.head)
        .bind(&idle.key)
        .bind(&idle.report)
        .execute(&mut *transaction)
        .await
        .map_err(failed(attempted))?;
        transaction.commit().await.map_err(failed(attempted))
    }
}
