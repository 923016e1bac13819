//! Runs whose commit was pushed, and was not seen in the fabric's branch yet.

use sqlx::Row;

use crate::error::{StoreError, failed};
use crate::fabric::FabricId;
use crate::lease::Lease;
use crate::run::RunId;
use crate::store::Store;

/// A run whose commit is awaited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Awaited {
    /// The run.
    pub run: RunId,
    /// Its commit.
    pub commit: String,
}

impl Store {
    /// Closed runs on `fabric` that pushed a commit and could not verify it, oldest first.
    pub async fn awaited(&self, fabric: FabricId) -> Result<Vec<Awaited>, StoreError> {
        let attempted = "look for runs that are not yet verified";
        let rows = sqlx::query(
            "SELECT id, commit_id FROM runs \
             WHERE fabric_id = $1 AND verification = 'not_yet' AND commit_id IS NOT NULL ORDER BY seq",
        )
        .bind(fabric.0)
        .fetch_all(&mut *self.read(attempted).await?)
        .await
        .map_err(failed(attempted))?;
        let awaited = |row: &sqlx::any::AnyRow| {
            Ok(Awaited { run: RunId::stored(row.try_get("id")?), commit: row.try_get("commit_id")? })
        };
        rows.iter().map(awaited).collect::<Result<_, _>>().map_err(failed(attempted))
    }

    /// Notes that the branch, now at `head`, has the commit of `run`.
    ///
    /// # Errors
    /// [`StoreError::Fenced`].
    pub async fn mark_verified(&self, lease: &Lease, run: &RunId, head: &str) -> Result<(), StoreError> {
        let attempted = "note that a commit arrived";
        let mut transaction = self.fenced(lease, attempted).await?;
        sqlx::query(
            "UPDATE runs SET verification = 'verified', head = $1 WHERE id = $2 AND verification = 'not_yet' \
             AND fabric_id IN (SELECT id FROM fabrics WHERE repository_id = $3)",
        )
        .bind(head)
        .bind(run.as_str())
        .bind(lease.repository_id)
        .execute(&mut *transaction)
        .await
        .map_err(failed(attempted))?;
        transaction.commit().await.map_err(failed(attempted))
    }
}
