//! A person's word on deletions that waited.

use crate::error::{StoreError, failed};
use crate::fabric::FabricId;
use crate::store::Store;

impl Store {
    /// Marks deleted what waits for a person's word on `fabric` (see [`crate::Marking::Waits`]), and says how many objects that was.
    /// Their histories name the commit that was recorded when they were found gone.
    pub async fn confirm_deletions(&self, fabric: FabricId) -> Result<u64, StoreError> {
        let attempted = "mark the objects deleted";
        let mut transaction = self.begin(attempted).await?;
        // A run that records at this moment holds the lease's row: one after the other.
        sqlx::query(
            "UPDATE leases SET token = token WHERE repository_id = (SELECT repository_id FROM fabrics WHERE id = $1)",
        )
        .bind(fabric.0)
        .execute(&mut *transaction)
        .await
        .map_err(failed(attempted))?;
        sqlx::query(
            "INSERT INTO object_versions (object_id, run_id, commit_id, version, path, digest, state) \
             SELECT o.id, o.missing_run, u.recorded_commit, o.version, o.path, o.digest, 'deleted' \
             FROM objects o JOIN runs u ON u.id = o.missing_run WHERE o.fabric_id = $1 ORDER BY o.id",
        )
        .bind(fabric.0)
        .execute(&mut *transaction)
        .await
        .map_err(failed(attempted))?;
        let done = sqlx::query(
            "UPDATE objects SET state = 'deleted', last_changed_run = missing_run, missing_run = NULL \
             WHERE fabric_id = $1 AND missing_run IS NOT NULL",
        )
        .bind(fabric.0)
        .execute(&mut *transaction)
        .await
        .map_err(failed(attempted))?;
        transaction.commit().await.map_err(failed(attempted))?;
        Ok(done.rows_affected())
    }
}
