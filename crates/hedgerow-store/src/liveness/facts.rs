//! What is known of each linked fabric: the last attempt, the last verified look, the heads that go with them, and whether
//! its writes wait for a person.

use std::collections::BTreeMap;

use serde::Serialize;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Error, Row};

use crate::error::{StoreError, failed};
use crate::fabric::FabricId;
use crate::linkage::RepositoryId;
use crate::row::word;
use crate::run::{Reason, RunOutcome, Verification};
use crate::store::Store;
use crate::words::words;

words! {
    /// Why a fabric's writes wait for a person.
    HoldKind {
        /// The branch no longer has our last verified commit.
        Rewritten = "rewritten",
        /// The branch has a commit of ours that this database does not know.
        Forgotten = "forgotten",
        /// The branch has a commit that claims to be ours, and does not hold.
        Tampered = "tampered",
        /// The second look disagreed with the first.
        Differs = "differs",
        /// Our commit was reverted.
        Reverted = "reverted",
        /// Too many commits of ours in a row.
        Breaker = "breaker",
    }
}

/// A fabric's writes wait for a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Hold {
    /// Why.
    pub kind: HoldKind,
    /// What was seen, in words; where two views disagree, both.
    pub message: String,
    /// What a person names to let the fabric go on.
    pub commit: String,
    /// Since when, in ms since 1970 UTC.
    pub since_ms: i64,
}

/// The oldest file that waits in an inbox, as git tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct InboxAge {
    /// The file.
    pub path: String,
    /// When it came, or when the oldest commit that is known was made, if it is older still; in ms since 1970 UTC.
    pub since_ms: i64,
}

/// What is known of a linked fabric. The default: nothing, it never ran.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Liveness {
    /// When a look was last attempted, in ms since 1970 UTC.
    pub attempted_ms: Option<i64>,
    /// When the remote last answered, whatever came of it, in ms since 1970 UTC.
    pub looked_ms: Option<i64>,
    /// What the last run came to.
    pub outcome: Option<RunOutcome>,
    /// Why the last attempt failed; `None`: it did not.
    pub reason: Option<Reason>,
    /// The step in which it was cut.
    pub step: Option<String>,
    /// Attempts in a row that failed.
    pub failures: i64,
    /// When the remote last said that all is as recorded, in ms since 1970 UTC.
    pub verified_ms: Option<i64>,
    /// The branch's head then.
    pub head: Option<String>,
    /// The newest commit of ours that it has, as far as this database knows.
    pub ours: Option<String>,
    /// While the branch is at this head, another run would come to the same.
    pub settled_head: Option<String>,
    /// Digest of all that decides besides the head.
    pub settled_by: Option<String>,
    /// What the second look said.
    pub verification: Option<Verification>,
    /// The same in words.
    pub witness: Option<String>,
    /// Documents that are held.
    pub held: i64,
    /// Files that wait in the inbox.
    pub inbox_files: i64,
    /// The oldest of them.
    pub inbox: Option<InboxAge>,
    /// Objects that are gone, too many at once, and wait for a person's word.
    pub pending_deletions: i64,
    /// Whether writes wait for a person.
    pub hold: Option<Hold>,
    /// The commit from which a person said to go on, until a run has done so.
    pub accepted: Option<String>,
}

const COLUMNS: &str = "fabric_id, attempted_ms, looked_ms, outcome, reason, message, step, failures, verified_ms, head, ours, \
     settled_head, settled_by, verification, witness, held, inbox_files, inbox_oldest, inbox_since_ms, \
     pending_deletions, hold, hold_message, hold_commit, hold_ms, accepted";

impl Store {
    /// What is known of a repository's fabrics. One of which nothing is known is absent.
    pub async fn liveness_of_repository(
        &self,
        repository: RepositoryId,
    ) -> Result<BTreeMap<FabricId, Liveness>, StoreError> {
        self.read_liveness("WHERE fabric_id IN (SELECT id FROM fabrics WHERE repository_id = $1)", repository.0).await
    }

    /// What is known of one fabric.
    pub async fn liveness(&self, fabric: FabricId) -> Result<Liveness, StoreError> {
        let mut known = self.read_liveness("WHERE fabric_id = $1", fabric.0).await?;
        Ok(known.remove(&fabric).unwrap_or_default())
    }

    /// What is known of all linked fabrics. One of which nothing is known is absent.
    pub async fn all_liveness(&self) -> Result<BTreeMap<FabricId, Liveness>, StoreError> {
        self.read_liveness("WHERE fabric_id IN (SELECT id FROM fabrics WHERE name IS NOT NULL AND $1 = 0)", 0).await
    }

    async fn read_liveness(&self, which: &str, id: i64) -> Result<BTreeMap<FabricId, Liveness>, StoreError> {
        let attempted = "read what is known of the fabrics";
        let rows = sqlx::query(AssertSqlSafe(format!("SELECT {COLUMNS} FROM liveness {which}")))
            .bind(id)
            .fetch_all(&self.pool)
            .await
            .map_err(failed(attempted))?;
        rows.iter().map(liveness).collect::<Result<_, _>>().map_err(failed(attempted))
    }

    /// Writes down what is known of fabrics, all of them in one transaction. What a person said of a hold
    /// ([`Store::accept`]) lasts as long as that very hold.
    pub async fn put_liveness(&self, known: &[(FabricId, Liveness)]) -> Result<(), StoreError> {
        let attempted = "write down what is known of the fabrics";
        let mut transaction = self.begin(attempted).await?;
        for (fabric, liveness) in known {
            put(&mut transaction, *fabric, liveness).await.map_err(failed(attempted))?;
        }
        transaction.commit().await.map_err(failed(attempted))
    }

    /// A look at the repository saw that no head had moved: its fabrics are as they were. Those whose last attempt failed
    /// were attempted, and not verified.
    pub async fn nothing_moved(&self, repository: RepositoryId, now_ms: i64) -> Result<(), StoreError> {
        let attempted = "note that nothing has moved";
        sqlx::query(
            "UPDATE liveness SET attempted_ms = $1, looked_ms = $1, \
             verified_ms = CASE WHEN reason IS NULL AND verification = 'verified' THEN $1 ELSE verified_ms END \
             WHERE fabric_id IN (SELECT id FROM fabrics \
             WHERE repository_id = $2 AND name IS NOT NULL AND suspended_ms IS NULL)",
        )
        .bind(now_ms)
        .bind(repository.0)
        .execute(&self.writer)
        .await
        .map_err(failed(attempted))?;
        Ok(())
    }

    /// Linked fabrics, not suspended, that were not looked at for longer than their interval (or `interval_ms`), and are not
    /// told to be overdue: whoever watches looks closer.
    pub async fn perhaps_late(&self, interval_ms: i64, now_ms: i64) -> Result<Vec<FabricId>, StoreError> {
        let attempted = "see who is late";
        let rows = sqlx::query(
            "SELECT f.id FROM fabrics f LEFT JOIN liveness l ON l.fabric_id = f.id \
             LEFT JOIN conditions c ON c.fabric_id = f.id AND c.kind = 'overdue' \
             WHERE f.name IS NOT NULL AND f.suspended_ms IS NULL AND COALESCE(c.status, 'unknown') <> 'true' \
             AND COALESCE(l.looked_ms, f.linked_ms) + COALESCE(f.interval_ms, $1) < $2",
        )
        .bind(interval_ms)
        .bind(now_ms)
        .fetch_all(&self.pool)
        .await
        .map_err(failed(attempted))?;
        rows.iter().map(|row| row.try_get(0).map(FabricId)).collect::<Result<_, _>>().map_err(failed(attempted))
    }

    /// A person's word that the fabric goes on from `commit`, which its hold names.
    ///
    /// # Errors
    /// [`StoreError::Absent`] when it is not held, or names another commit by now.
    pub async fn accept(&self, fabric: FabricId, commit: &str) -> Result<(), StoreError> {
        let attempted = "let the fabric go on";
        let done = sqlx::query(
            "UPDATE liveness SET accepted = $1, settled_head = NULL WHERE fabric_id = $2 AND hold_commit = $1",
        )
        .bind(commit)
        .bind(fabric.0)
        .execute(&self.writer)
        .await
        .map_err(failed(attempted))?;
        if done.rows_affected() == 0 {
            return Err(StoreError::absent(attempted, format!("hold that names {commit}")));
        }
        Ok(())
    }
}

async fn put(connection: &mut AnyConnection, fabric: FabricId, known: &Liveness) -> Result<(), Error> {
    let hold = known.hold.as_ref();
    sqlx::query(
        "INSERT INTO liveness (fabric_id, attempted_ms, looked_ms, outcome, reason, message, step, failures, verified_ms, head, ours, \
         settled_head, settled_by, verification, witness, held, inbox_files, inbox_oldest, inbox_since_ms, \
         pending_deletions, hold, hold_message, hold_commit, hold_ms, accepted) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, \
         $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25) \
         ON CONFLICT (fabric_id) DO UPDATE SET attempted_ms = excluded.attempted_ms, looked_ms = excluded.looked_ms, outcome = excluded.outcome, \
         reason = excluded.reason, message = excluded.message, step = excluded.step, failures = excluded.failures, \
         verified_ms = excluded.verified_ms, head = excluded.head, ours = excluded.ours, \
         settled_head = excluded.settled_head, settled_by = excluded.settled_by, verification = excluded.verification, \
         witness = excluded.witness, held = excluded.held, inbox_files = excluded.inbox_files, \
         inbox_oldest = excluded.inbox_oldest, inbox_since_ms = excluded.inbox_since_ms, \
         pending_deletions = excluded.pending_deletions, hold = excluded.hold, hold_message = excluded.hold_message, \
         hold_commit = excluded.hold_commit, hold_ms = excluded.hold_ms, \
         accepted = CASE WHEN liveness.hold_ms = excluded.hold_ms THEN liveness.accepted END",
    )
    .bind(fabric.0)
    .bind(known.attempted_ms)
    .bind(known.looked_ms)
    .bind(known.outcome.map(|outcome| outcome.as_str().to_owned()))
    .bind(known.reason.as_ref().map(|reason| reason.code.clone()))
    .bind(known.reason.as_ref().map(|reason| clean(&reason.text)))
    .bind(known.step.clone())
    .bind(known.failures)
    .bind(known.verified_ms)
    .bind(known.head.clone())
    .bind(known.ours.clone())
    .bind(known.settled_head.clone())
    .bind(known.settled_by.clone())
    .bind(known.verification.map(|verification| verification.as_str().to_owned()))
    .bind(known.witness.as_deref().map(clean))
    .bind(known.held)
    .bind(known.inbox_files)
    .bind(known.inbox.as_ref().map(|inbox| clean(&inbox.path)))
    .bind(known.inbox.as_ref().map(|inbox| inbox.since_ms))
    .bind(known.pending_deletions)
    .bind(hold.map(|hold| hold.kind.as_str().to_owned()))
    .bind(hold.map(|hold| clean(&hold.message)))
    .bind(hold.map(|hold| hold.commit.clone()))
    .bind(hold.map(|hold| hold.since_ms))
    .bind(known.accepted.clone())
    .execute(connection)
    .await?;
    Ok(())
}

/// PostgreSQL cannot hold NUL.
fn clean(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

/// A column that holds an enum's word, or nothing.
fn maybe<T: std::str::FromStr>(row: &AnyRow, column: &str) -> Result<Option<T>, Error> {
    let text: Option<String> = row.try_get(column)?;
    text.map(|_| word(row, column)).transpose()
}

fn liveness(row: &AnyRow) -> Result<(FabricId, Liveness), Error> {
    let code: Option<String> = row.try_get("reason")?;
    let message: Option<String> = row.try_get("message")?;
    let oldest: Option<String> = row.try_get("inbox_oldest")?;
    let since_ms: Option<i64> = row.try_get("inbox_since_ms")?;
    let known = Liveness {
        attempted_ms: row.try_get("attempted_ms")?,
        looked_ms: row.try_get("looked_ms")?,
        outcome: maybe(row, "outcome")?,
        reason: code.map(|code| Reason { code, text: message.unwrap_or_default() }),
        step: row.try_get("step")?,
        failures: row.try_get("failures")?,
        verified_ms: row.try_get("verified_ms")?,
        head: row.try_get("head")?,
        ours: row.try_get("ours")?,
        settled_head: row.try_get("settled_head")?,
        settled_by: row.try_get("settled_by")?,
        verification: maybe(row, "verification")?,
        witness: row.try_get("witness")?,
        held: row.try_get("held")?,
        inbox_files: row.try_get("inbox_files")?,
        inbox: oldest.zip(since_ms).map(|(path, since_ms)| InboxAge { path, since_ms }),
        pending_deletions: row.try_get("pending_deletions")?,
        hold: hold(row)?,
        accepted: row.try_get("accepted")?,
    };
    Ok((FabricId(row.try_get("fabric_id")?), known))
}

fn hold(row: &AnyRow) -> Result<Option<Hold>, Error> {
    let Some(kind) = maybe(row, "hold")? else { return Ok(None) };
    Ok(Some(Hold {
        kind,
        message: row.try_get("hold_message")?,
        commit: row.try_get("hold_commit")?,
        since_ms: row.try_get("hold_ms")?,
    }))
}
