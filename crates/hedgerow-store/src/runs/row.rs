//! A run's row.

use sqlx::any::AnyRow;
use sqlx::{Error, Row};

use crate::fabric::fabric;
use crate::row::{run_id, word};
use crate::run::{Ending, Inputs, Intent, OpenRun, Reason, RunRecord};

/// Selects what [`run`] reads. A condition, an order and a limit follow.
pub(super) const SELECT: &str = "SELECT u.seq, u.id, u.fabric_id, r.url, f.branch, f.directory, u.cause, u.started_ms, \
     u.intent_commit, u.intent_parent, u.intent_branch, u.finished_ms, u.outcome, u.reason, u.reason_text, \
     u.verification, u.commit_id, u.head, u.recorded_commit, u.policy, u.settings, u.catalogue, u.version, u.counts \
     FROM runs u JOIN fabrics f ON f.id = u.fabric_id JOIN repositories r ON r.id = f.repository_id";

pub(super) fn run(row: &AnyRow) -> Result<RunRecord, Error> {
    Ok(RunRecord {
        id: run_id(row, "id")?,
        fabric: fabric(row)?,
        trigger: word(row, "cause")?,
        started_ms: row.try_get("started_ms")?,
        intent: intent(row)?,
        ending: ending(row)?,
    })
}

/// The row as an open run's.
pub(super) fn open(row: &AnyRow) -> Result<OpenRun, Error> {
    let RunRecord { id, fabric, trigger, started_ms, intent, ending: _ } = run(row)?;
    Ok(OpenRun { id, fabric, trigger, started_ms, intent })
}

fn intent(row: &AnyRow) -> Result<Option<Intent>, Error> {
    let Some(commit) = row.try_get("intent_commit")? else { return Ok(None) };
    Ok(Some(Intent { commit, parent: row.try_get("intent_parent")?, branch: row.try_get("intent_branch")? }))
}

fn ending(row: &AnyRow) -> Result<Option<Ending>, Error> {
    let Some(finished_ms) = row.try_get("finished_ms")? else { return Ok(None) };
    Ok(Some(Ending {
        finished_ms,
        outcome: word(row, "outcome")?,
        reason: reason(row)?,
        verification: word(row, "verification")?,
        commit: row.try_get("commit_id")?,
        head: row.try_get("head")?,
        recorded: row.try_get("recorded_commit")?,
        inputs: inputs(row)?,
        counts: row.try_get("counts")?,
    }))
}

fn reason(row: &AnyRow) -> Result<Option<Reason>, Error> {
    let Some(code) = row.try_get("reason")? else { return Ok(None) };
    Ok(Some(Reason { code, text: row.try_get("reason_text")? }))
}

fn inputs(row: &AnyRow) -> Result<Option<Inputs>, Error> {
    let Some(policy) = row.try_get("policy")? else { return Ok(None) };
    Ok(Some(Inputs {
        policy,
        settings: row.try_get("settings")?,
        catalogue: row.try_get("catalogue")?,
        version: row.try_get("version")?,
    }))
}
