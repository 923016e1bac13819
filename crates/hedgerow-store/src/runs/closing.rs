//! A run's end: objects, ledger, findings and outcome in one transaction.

use sqlx::AnyConnection;

use crate::error::{StoreError, failed};
use crate::fabric::FabricId;
use crate::lease::Lease;
use crate::objects::{Marking, record};
use crate::run::{Closed, Closing, Inputs};
use crate::store::Store;

const CLOSE: &str = "UPDATE runs SET finished_ms = $1, outcome = $2, reason = $3, reason_text = $4, verification = $5, \
     commit_id = $6, head = $7, recorded_commit = $8, policy = $9, settings = $10, catalogue = $11, version = $12, \
     counts = $13 WHERE id = $14 AND finished_ms IS NULL \
     AND fabric_id IN (SELECT id FROM fabrics WHERE repository_id = $15) \
     AND token BETWEEN $16 AND $17 RETURNING fabric_id";

/// Which runs a closing may close.
#[derive(Clone, Copy)]
enum Whose {
    /// The run that this lease opened.
    Own,
    /// One that an earlier lease left open.
    Left,
}

impl Store {
    /// Closes the run that this lease opened. All of it is recorded, or nothing. Of runs that left nothing behind only
    /// the newest [`Retention::idle_runs`](crate::Retention) of a fabric are kept.
    ///
    /// # Errors
    /// [`StoreError::Fenced`]; [`StoreError::NotOpen`] when it is closed already or another lease's.
    pub async fn close_run(&self, lease: &Lease, closing: &Closing<'_>) -> Result<Closed, StoreError> {
        self.end(lease, closing, Whose::Own, "record the run").await
    }

    /// Closes a run that an earlier lease left open (see [`Store::open_runs`]), with what a look at the remote says of it.
    ///
    /// # Errors
    /// [`StoreError::Fenced`]; [`StoreError::NotOpen`] when it is closed already or this lease's own.
    pub async fn settle(&self, lease: &Lease, closing: &Closing<'_>) -> Result<Closed, StoreError> {
        self.end(lease, closing, Whose::Left, "settle the run that was left open").await
    }

    async fn end(
        &self,
        lease: &Lease,
        closing: &Closing<'_>,
        whose: Whose,
        attempted: &str,
    ) -> Result<Closed, StoreError> {
        let mut transaction = self.fenced(lease, attempted).await?;
        let fabric = close(&mut transaction, lease, closing, whose).await.map_err(failed(attempted))?;
        let Some(fabric) = fabric else {
            return Err(StoreError::not_open(attempted, closing.run));
        };
        let closed = match &closing.objects {
            Some(change) => record(&mut transaction, self.dialect, fabric, closing.run, change).await?,
            None => Closed { written: 0, marking: Marking::Marked { count: 0 } },
        };
        write_texts(&mut transaction, closing).await.map_err(failed(attempted))?;
        forget_idle(&mut transaction, fabric, self.retention.idle_runs).await.map_err(failed(attempted))?;
        transaction.commit().await.map_err(failed(attempted))?;
        Ok(closed)
    }
}

/// Closes the run's row, and says which fabric it was on; `None` when there is no such open run.
async fn close(
    connection: &mut AnyConnection,
    lease: &Lease,
    closing: &Closing<'_>,
    whose: Whose,
) -> Result<Option<FabricId>, sqlx::Error> {
    let (oldest, newest) = match whose {
        Whose::Own => (lease.token(), lease.token()),
        Whose::Left => (0, lease.token() - 1),
    };
    let inputs = closing.inputs.as_ref();
    let input = |pick: fn(&Inputs) -> &String| inputs.map(pick).cloned();
    let id: Option<i64> = sqlx::query_scalar(CLOSE)
        .bind(closing.finished_ms)
        .bind(closing.outcome.as_str())
        .bind(closing.reason.as_ref().map(|reason| reason.code.clone()))
        .bind(closing.reason.as_ref().map(|reason| reason.text.replace('\0', "\u{fffd}")))
        .bind(closing.verification.as_str())
        .bind(closing.commit.map(str::to_owned))
        .bind(closing.head.map(str::to_owned))
        .bind(closing.objects.map(|change| change.commit.to_owned()))
        .bind(input(|inputs| &inputs.policy))
        .bind(input(|inputs| &inputs.settings))
        .bind(input(|inputs| &inputs.catalogue))
        .bind(input(|inputs| &inputs.version))
        .bind(closing.counts)
        .bind(closing.run.as_str())
        .bind(lease.repository_id)
        .bind(oldest)
        .bind(newest)
        .fetch_optional(connection)
        .await?;
    Ok(id.map(FabricId))
}

async fn write_texts(connection: &mut AnyConnection, closing: &Closing<'_>) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO run_texts (run_id, report, ledger, findings) VALUES ($1, $2, $3, $4)")
        .bind(closing.run.as_str())
        .bind(closing.report)
        .bind(closing.ledger)
        .bind(closing.findings)
        .execute(connection)
        .await?;
    Ok(())
}

/// Deletes the fabric's oldest idle runs, with their texts: all but the newest `kept`.
async fn forget_idle(connection: &mut AnyConnection, fabric: FabricId, kept: u32) -> Result<(), sqlx::Error> {
    sqlx::query(
        "DELETE FROM runs \
         WHERE fabric_id = $1 AND commit_id IS NULL AND recorded_commit IS NULL AND finished_ms IS NOT NULL AND seq <= \
         (SELECT seq FROM runs \
          WHERE fabric_id = $1 AND commit_id IS NULL AND recorded_commit IS NULL AND finished_ms IS NOT NULL \
          ORDER BY seq DESC LIMIT 1 OFFSET $2)",
    )
    .bind(fabric.0)
    .bind(i64::from(kept))
    .execute(connection)
    .await?;
    Ok(())
}
