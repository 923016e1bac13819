//! A run's first rows: that it began, and what it is about to push.

use crate::error::{StoreError, failed};
use crate::lease::Lease;
use crate::run::{Intent, NewRun, RunId};
use crate::store::Store;

impl Store {
    /// Opens a run.
    ///
    /// # Errors
    /// [`StoreError::Fenced`]; [`StoreError::NotOpen`] when its fabric is not of the lease's repository.
    pub async fn open_run(&self, lease: &Lease, run: &NewRun) -> Result<(), StoreError> {
        let attempted = "open the run";
        let mut transaction = self.fenced(lease, attempted).await?;
        let done = sqlx::query(
            "INSERT INTO runs (id, fabric_id, cause, started_ms, token) \
             SELECT $1, id, $2, $3, $4 FROM fabrics WHERE id = $5 AND repository_id = $6",
        )
        .bind(run.id.as_str())
        .bind(run.trigger.as_str())
        .bind(run.started_ms)
        .bind(lease.token())
        .bind(run.fabric.0)
        .bind(lease.repository_id)
        .execute(&mut *transaction)
        .await
        .map_err(failed(attempted))?;
        if done.rows_affected() == 0 {
            return Err(StoreError::not_open(attempted, &run.id));
        }
        transaction.commit().await.map_err(failed(attempted))
    }

    /// Writes down what the run is about to push, before it tries. Of several rounds the last counts.
    ///
    /// # Errors
    /// [`StoreError::Fenced`]: do not push. [`StoreError::NotOpen`].
    pub async fn intend(&self, lease: &Lease, run: &RunId, intent: &Intent) -> Result<(), StoreError> {
        let attempted = "note the commit before the push";
        let mut transaction = self.fenced(lease, attempted).await?;
        let done = sqlx::query(
            "UPDATE runs SET intent_commit = $1, intent_parent = $2, intent_branch = $3 \
             WHERE id = $4 AND token = $5 AND finished_ms IS NULL \
             AND fabric_id IN (SELECT id FROM fabrics WHERE repository_id = $6)",
        )
        .bind(&intent.commit)
        .bind(&intent.parent)
        .bind(&intent.branch)
        .bind(run.as_str())
        .bind(lease.token())
        .bind(lease.repository_id)
        .execute(&mut *transaction)
        .await
        .map_err(failed(attempted))?;
        if done.rows_affected() == 0 {
            return Err(StoreError::not_open(attempted, run));
        }
        transaction.commit().await.map_err(failed(attempted))
    }
}
