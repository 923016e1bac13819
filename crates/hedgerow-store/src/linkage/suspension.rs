//! Suspending and resuming. A fabric of the configuration file's, too: the file says what is linked, not how it goes today.

use sqlx::AnyConnection;

use super::audit::{record, shown};
use super::fabric_rows::{locked, present, subject};
use super::{Actor, Change, LinkedFabric};
use crate::error::{StoreError, failed};
use crate::fabric::FabricId;
use crate::store::Store;

impl Store {
    /// Suspends a fabric, for `reason`. One that is suspended already gets the new reason.
    ///
    /// # Errors
    /// [`StoreError::Absent`].
    pub async fn suspend(&self, id: FabricId, reason: &str, by: &Actor) -> Result<LinkedFabric, StoreError> {
        let attempted = "suspend the fabric";
        let reason = Some(reason.replace('\0', "\u{fffd}"));
        self.set_suspension(id, reason, "fabric.suspend", attempted, by).await
    }

    /// Ends a fabric's suspension; one that is not suspended stays so.
    ///
    /// # Errors
    /// [`StoreError::Absent`].
    pub async fn unsuspend(&self, id: FabricId, by: &Actor) -> Result<LinkedFabric, StoreError> {
        self.set_suspension(id, None, "fabric.resume", "resume the fabric", by).await
    }

    async fn set_suspension(
        &self,
        id: FabricId,
        reason: Option<String>,
        action: &str,
        attempted: &str,
        by: &Actor,
    ) -> Result<LinkedFabric, StoreError> {
        let mut transaction = self.begin(attempted).await?;
        let before = locked(&mut transaction, id, attempted).await?;
        if before.suspension.is_none() && reason.is_none() {
            return Ok(before);
        }
        write(&mut transaction, id, reason, by).await.map_err(failed(attempted))?;
        let after = present(&mut transaction, id, attempted).await?;
        let change = Change { action, subject: subject(&after), before: shown(&before), after: shown(&after) };
        record(&mut transaction, &change, by).await?;
        transaction.commit().await.map_err(failed(attempted))?;
        Ok(after)
    }
}

async fn write(
    connection: &mut AnyConnection,
    id: FabricId,
    reason: Option<String>,
    by: &Actor,
) -> Result<(), sqlx::Error> {
    let since = reason.as_ref().map(|_| by);
    sqlx::query(
        "UPDATE fabrics SET suspended_by = $1, suspended_reason = $2, suspended_ms = $3, revision = revision + 1 WHERE id = $4",
    )
    .bind(since.map(|by| by.name.clone()))
    .bind(reason)
    .bind(since.map(|by| by.at_ms))
    .bind(id.0)
    .execute(connection)
    .await?;
    Ok(())
}
