//! Looking back at runs.

use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};

use super::row::{SELECT, open, run};
use crate::asked::{Asked, Parameter};
use crate::error::{StoreError, failed};
use crate::fabric::FabricId;
use crate::limits::MAX_AMBIGUOUS_IDS;
use crate::page::{Cursor, Page, page, rows};
use crate::run::{OpenRun, RunFilter, RunId, RunMatch, RunRecord, RunTexts};
use crate::store::Store;

impl Store {
    /// The runs of `repository` (its canonical URL) that are open, oldest first. To the holder of its lease they are what a
    /// crash left: each is to be settled before anything new begins.
    pub async fn open_runs(&self, repository: &str) -> Result<Vec<OpenRun>, StoreError> {
        let attempted = "look for runs that were left open";
        let rows =
            sqlx::query(AssertSqlSafe(format!("{SELECT} WHERE u.finished_ms IS NULL AND r.url = $1 ORDER BY u.seq")))
                .bind(repository)
                .fetch_all(&self.pool)
                .await
                .map_err(failed(attempted))?;
        rows.iter().map(open).collect::<Result<_, _>>().map_err(failed(attempted))
    }

    /// The newest closed run on `fabric`.
    pub async fn last_closed_run(&self, fabric: FabricId) -> Result<Option<RunRecord>, StoreError> {
        let attempted = "read the fabric's last run";
        let row = sqlx::query(AssertSqlSafe(format!(
            "{SELECT} WHERE u.fabric_id = $1 AND u.finished_ms IS NOT NULL ORDER BY u.seq DESC LIMIT 1"
        )))
        .bind(fabric.0)
        .fetch_optional(&self.pool)
        .await
        .map_err(failed(attempted))?;
        row.as_ref().map(run).transpose().map_err(failed(attempted))
    }

    /// The newest closed run on `fabric` that pushed a commit: [`crate::Ending::commit`] is ours.
    pub async fn our_newest_commit(&self, fabric: FabricId) -> Result<Option<RunRecord>, StoreError> {
        let attempted = "look up our newest commit";
        let row = sqlx::query(AssertSqlSafe(format!(
            "{SELECT} WHERE u.fabric_id = $1 AND u.commit_id IS NOT NULL ORDER BY u.seq DESC LIMIT 1"
        )))
        .bind(fabric.0)
        .fetch_optional(&self.pool)
        .await
        .map_err(failed(attempted))?;
        row.as_ref().map(run).transpose().map_err(failed(attempted))
    }

    /// The newest run that proves that `branch` of `repository` takes our push: its commit was pushed to that branch and
    /// verified there, for whatever fabric.
    pub async fn proof_of_push(&self, repository: &str, branch: &str) -> Result<Option<RunRecord>, StoreError> {
        let attempted = "look for a proven push";
        let row = sqlx::query(AssertSqlSafe(format!(
            "{SELECT} WHERE r.url = $1 AND u.intent_branch = $2 AND u.commit_id = u.intent_commit \
             AND u.verification = 'verified' ORDER BY u.seq DESC LIMIT 1"
        )))
        .bind(repository)
        .bind(branch)
        .fetch_optional(&self.pool)
        .await
        .map_err(failed(attempted))?;
        row.as_ref().map(run).transpose().map_err(failed(attempted))
    }

    /// The run whose id is `id` or begins with it.
    pub async fn run(&self, id: &str) -> Result<RunMatch, StoreError> {
        let attempted = "look the run up";
        let Ok(prefix) = RunId::parse(id) else { return Ok(RunMatch::None) };
        // `~` comes after all that an id is made of.
        let rows =
            sqlx::query(AssertSqlSafe(format!("{SELECT} WHERE u.id >= $1 AND u.id < $2 ORDER BY u.id LIMIT $3")))
                .bind(prefix.as_str())
                .bind(format!("{prefix}~"))
                .bind(MAX_AMBIGUOUS_IDS as i64)
                .fetch_all(&self.pool)
                .await
                .map_err(failed(attempted))?;
        let mut runs = rows.iter().map(run).collect::<Result<Vec<_>, _>>().map_err(failed(attempted))?;
        Ok(match runs.len() {
            0 => RunMatch::None,
            1 => RunMatch::One(Box::new(runs.remove(0))),
            // The shortest comes first: an id that is another's beginning is still found.
            _ if runs[0].id == prefix => RunMatch::One(Box::new(runs.remove(0))),
            _ => RunMatch::Several(runs.into_iter().map(|run| run.id).collect()),
        })
    }

    /// Whether there is a run of this very id.
    pub async fn knows_run(&self, id: &str) -> Result<bool, StoreError> {
        let attempted = "look the run up";
        let known: i64 = sqlx::query_scalar("SELECT count(*) FROM runs WHERE id = $1")
            .bind(id)
            .fetch_one(&self.pool)
            .await
            .map_err(failed(attempted))?;
        Ok(known > 0)
    }

    /// The newest run that pushed the commit whose id begins with `prefix` (4 hex digits or more).
    pub async fn run_of_commit(&self, prefix: &str) -> Result<Option<RunRecord>, StoreError> {
        let attempted = "look the commit's run up";
        if prefix.len() < 4 || !prefix.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)) {
            return Ok(None);
        }
        let row = sqlx::query(AssertSqlSafe(format!(
            "{SELECT} WHERE u.commit_id >= $1 AND u.commit_id < $2 ORDER BY u.seq DESC LIMIT 1"
        )))
        .bind(prefix)
        // `g` comes after all that an id is made of.
        .bind(format!("{prefix}g"))
        .fetch_optional(&self.pool)
        .await
        .map_err(failed(attempted))?;
        row.as_ref().map(run).transpose().map_err(failed(attempted))
    }

    /// The large texts of a run; `None` while it is open, or when there is no such run.
    pub async fn texts(&self, id: &RunId) -> Result<Option<RunTexts>, StoreError> {
        let attempted = "read the run's report";
        let row = sqlx::query("SELECT report, ledger, findings FROM run_texts WHERE run_id = $1")
            .bind(id.as_str())
            .fetch_optional(&self.pool)
            .await
            .map_err(failed(attempted))?;
        row.as_ref().map(texts).transpose().map_err(failed(attempted))
    }

    /// Runs, newest first: at most `limit` (and at most [`crate::limits::MAX_PAGE_ROWS`]), from `before` on.
    pub async fn runs(
        &self,
        filter: &RunFilter,
        limit: u32,
        before: Option<Cursor>,
    ) -> Result<Page<RunRecord>, StoreError> {
        let attempted = "list the runs";
        let limit = rows(limit);
        let mut asked = filter.asked();
        asked.add(before.map(|cursor| Parameter::Number(cursor.0)), |n| format!("u.seq < ${n}"));
        let sql = format!("{SELECT} WHERE {} ORDER BY u.seq DESC LIMIT {}", asked.conditions(), limit + 1);
        let found = asked.bound(sql).fetch_all(&self.pool).await.map_err(failed(attempted))?;
        let keyed = |row: &AnyRow| Ok((row.try_get("seq")?, run(row)?));
        let runs = found.iter().map(keyed).collect::<Result<_, _>>().map_err(failed(attempted))?;
        Ok(page(runs, limit))
    }
}

impl RunFilter {
    fn asked(&self) -> Asked {
        let mut asked = Asked::default();
        asked.add(self.fabric.map(|fabric| Parameter::Number(fabric.0)), |n| format!("u.fabric_id = ${n}"));
        asked.add(self.repository.as_ref().map(Parameter::text), |n| format!("r.url = ${n}"));
        if let Some(outcome) = self.outcome {
            asked.word("u.outcome", outcome.as_str());
        }
        asked
    }
}

fn texts(row: &AnyRow) -> Result<RunTexts, sqlx::Error> {
    Ok(RunTexts { report: row.try_get("report")?, ledger: row.try_get("ledger")?, findings: row.try_get("findings")? })
}
