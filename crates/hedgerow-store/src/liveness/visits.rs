//! What became of rings: a visit at a repository, and the runs of its fabrics.

use serde::Serialize;
use sqlx::Row;
use sqlx::any::AnyRow;

use super::RingSeq;
use crate::error::{StoreError, failed};
use crate::linkage::RepositoryId;
use crate::row::word;
use crate::run::{Reason, RunId};
use crate::store::Store;
use crate::words::words;

/// A visit's row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct VisitId(pub(crate) i64);

words! {
    /// What a visit came to.
    VisitOutcome {
        /// No head had moved: every fabric is as it was.
        Quiet = "quiet",
        /// Fabrics were run; each run says what it came to.
        Ran = "ran",
        /// It could not be done.
        Failed = "failed",
        /// It hung, and was cut.
        Cut = "cut",
    }
}

/// A visit that has ended.
#[derive(Clone, Debug)]
pub struct NewVisit<'a> {
    /// The repository.
    pub repository: RepositoryId,
    /// The newest ring that it answers.
    pub rung: RingSeq,
    /// Why it was made.
    pub causes: &'a str,
    /// When it began, in ms since 1970 UTC.
    pub started_ms: i64,
    /// When it ended.
    pub finished_ms: i64,
    /// What it came to.
    pub outcome: VisitOutcome,
    /// Why it failed.
    pub reason: Option<Reason>,
    /// How often it pushed.
    pub pushes: i64,
    /// The runs of its fabrics.
    pub runs: &'a [RunId],
}

/// A visit, as the store knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Visit {
    /// Its row.
    #[serde(skip)]
    pub id: VisitId,
    /// The newest ring that it answered.
    pub rung: RingSeq,
    /// Why it was made.
    pub causes: Vec<String>,
    /// When it began, in ms since 1970 UTC.
    pub started_ms: i64,
    /// When it ended.
    pub finished_ms: i64,
    /// What it came to.
    pub outcome: VisitOutcome,
    /// Why it failed.
    pub reason: Option<Reason>,
    /// The runs of its fabrics.
    pub runs: Vec<RunId>,
}

impl Store {
    /// Records a visit. Of a repository's visits only the newest [`Retention::visits`](crate::Retention) are kept.
    pub async fn add_visit(&self, new: &NewVisit<'_>) -> Result<VisitId, StoreError> {
        let attempted = "record the visit";
        let mut transaction = self.begin(attempted).await?;
        let seq: i64 = sqlx::query_scalar(
            "INSERT INTO visits (repository_id, rung, causes, started_ms, finished_ms, outcome, reason, message, pushes) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING seq",
        )
        .bind(new.repository.0)
        .bind(new.rung.0)
        .bind(new.causes)
        .bind(new.started_ms)
        .bind(new.finished_ms)
        .bind(new.outcome.as_str())
        .bind(new.reason.as_ref().map(|reason| reason.code.clone()))
        .bind(new.reason.as_ref().map(|reason| reason.text.replace('\0', "\u{fffd}")))
        .bind(new.pushes)
        .fetch_one(&mut *transaction)
        .await
        .map_err(failed(attempted))?;
        for run in new.runs {
            sqlx::query("UPDATE runs SET visit = $1 WHERE id = $2")
                .bind(seq)
                .bind(run.as_str())
                .execute(&mut *transaction)
                .await
                .map_err(failed(attempted))?;
        }
        sqlx::query(
            "DELETE FROM visits WHERE repository_id = $1 AND seq <= \
             (SELECT seq FROM visits WHERE repository_id = $1 ORDER BY seq DESC LIMIT 1 OFFSET $2)",
        )
        .bind(new.repository.0)
        .bind(i64::from(self.retention.visits))
        .execute(&mut *transaction)
        .await
        .map_err(failed(attempted))?;
        transaction.commit().await.map_err(failed(attempted))?;
        Ok(VisitId(seq))
    }

    /// Notes a push that no visit made: somebody filed a text. It counts as a visit's does, and answers no ring.
    pub async fn note_push(&self, repository: RepositoryId, at_ms: i64) -> Result<(), StoreError> {
        let visit = NewVisit {
            repository,
            rung: RingSeq(0),
            causes: "filing",
            started_ms: at_ms,
            finished_ms: at_ms,
            outcome: VisitOutcome::Ran,
            reason: None,
            pushes: 1,
            runs: &[],
        };
        self.add_visit(&visit).await.map(drop)
    }

    /// When `repository` was pushed to since `since_ms`, oldest first: a time for each push, in ms since 1970 UTC.
    pub async fn pushes_since(&self, repository: RepositoryId, since_ms: i64) -> Result<Vec<i64>, StoreError> {
        let attempted = "count the pushes";
        let rows = sqlx::query(
            "SELECT finished_ms, pushes FROM visits WHERE repository_id = $1 AND pushes > 0 AND finished_ms > $2 ORDER BY seq",
        )
        .bind(repository.0)
        .bind(since_ms)
        .fetch_all(&self.pool)
        .await
        .map_err(failed(attempted))?;
        let mut times = Vec::new();
        for row in &rows {
            let (at_ms, count): (i64, i64) =
                (row.try_get(0).map_err(failed(attempted))?, row.try_get(1).map_err(failed(attempted))?);
            times.extend((0..count).map(|_| at_ms));
        }
        Ok(times)
    }

    /// The visit that answered `ring`, where it left a record.
    pub(super) async fn visit_of_ring(
        &self,
        repository: RepositoryId,
        ring: RingSeq,
    ) -> Result<Option<Visit>, StoreError> {
        let attempted = "look the visit up";
        let row = sqlx::query(
            "SELECT seq, rung, causes, started_ms, finished_ms, outcome, reason, message FROM visits \
             WHERE repository_id = $1 AND rung >= $2 ORDER BY seq LIMIT 1",
        )
        .bind(repository.0)
        .bind(ring.0)
        .fetch_optional(&self.pool)
        .await
        .map_err(failed(attempted))?;
        let Some(row) = row else { return Ok(None) };
        let mut visit = visit(&row).map_err(failed(attempted))?;
        let runs = sqlx::query("SELECT id FROM runs WHERE visit = $1 ORDER BY seq")
            .bind(visit.id.0)
            .fetch_all(&self.pool)
            .await
            .map_err(failed(attempted))?;
        visit.runs = runs
            .iter()
            .map(|row| crate::row::run_id(row, "id"))
            .collect::<Result<_, _>>()
            .map_err(failed(attempted))?;
        Ok(Some(visit))
    }
}

fn visit(row: &AnyRow) -> Result<Visit, sqlx::Error> {
    let code: Option<String> = row.try_get("reason")?;
    let text: Option<String> = row.try_get("message")?;
    let causes: String = row.try_get("causes")?;
    Ok(Visit {
        id: VisitId(row.try_get("seq")?),
        rung: RingSeq(row.try_get("rung")?),
        causes: causes.split_whitespace().map(str::to_owned).collect(),
        started_ms: row.try_get("started_ms")?,
        finished_ms: row.try_get("finished_ms")?,
        outcome: word(row, "outcome")?,
        reason: code.map(|code| Reason { code, text: text.unwrap_or_default() }),
        runs: Vec::new(),
    })
}
