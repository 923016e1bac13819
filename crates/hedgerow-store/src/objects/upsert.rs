//! The statements that write objects, in batches.

use hedgerow_core::ledger;
use hedgerow_core::plan::PlannedObject;
use sqlx::any::AnyArguments;
use sqlx::query::Query;
use sqlx::{Any, AnyConnection, AssertSqlSafe, Error};

use super::{ObjectState, ObjectsChange, Origin};
use crate::dialect::Dialect;
use crate::fabric::FabricId;
use crate::limits::BATCH_ROWS;
use crate::run::RunId;

/// What all rows of one recording share.
pub(super) struct Stamp<'a> {
    pub(super) dialect: Dialect,
    pub(super) fabric: FabricId,
    pub(super) run: &'a RunId,
    pub(super) change: &'a ObjectsChange<'a>,
}

const INSERT: &str = "INSERT INTO objects (fabric_id, api_group, kind, namespace, name, version, path, digest, value, \
     commit_id, from_file, from_index, from_commit, first_seen_run, last_changed_run, state) VALUES ";
/// Parameters of a row; the state is spelt out.
const PARAMETERS: usize = 15;
const UPDATE: &str = " ON CONFLICT (fabric_id, api_group, kind, namespace, name) DO UPDATE SET \
     version = excluded.version, path = excluded.path, digest = excluded.digest, value = excluded.value, \
     commit_id = excluded.commit_id, from_file = excluded.from_file, from_index = excluded.from_index, \
     from_commit = excluded.from_commit, last_changed_run = excluded.last_changed_run, state = excluded.state";

/// Writes these objects as present.
pub(super) async fn upsert(
    connection: &mut AnyConnection,
    stamp: &Stamp<'_>,
    objects: &[&PlannedObject],
) -> Result<(), Error> {
    for batch in objects.chunks(BATCH_ROWS) {
        let sql = format!("{INSERT}{}{UPDATE}", values(stamp.dialect, batch.len()));
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for object in batch {
            query = bind(query, stamp, object);
        }
        query.execute(&mut *connection).await?;
    }
    Ok(())
}

/// `(…, 'present'), (…, 'present')`, so many rows.
fn values(dialect: Dialect, rows: usize) -> String {
    let mut out = String::new();
    for row in 0..rows {
        out.push_str(if row == 0 { "(" } else { ", (" });
        for parameter in 1..=PARAMETERS {
            out.push_str(&dialect.parameter(row * PARAMETERS + parameter));
            out.push_str(", ");
        }
        out.push_str("'present')");
    }
    out
}

fn bind<'q>(
    query: Query<'q, Any, AnyArguments>,
    stamp: &Stamp<'_>,
    object: &PlannedObject,
) -> Query<'q, Any, AnyArguments> {
    let (commit, from, inbox) = origin(stamp.change, object);
    query
        .bind(stamp.fabric.0)
        .bind(object.identity.group.clone())
        .bind(object.identity.kind.clone())
        .bind(object.identity.namespace.clone())
        .bind(object.identity.name.clone())
        .bind(object.version.clone())
        .bind(object.path.quoted())
        .bind(object.digest.clone())
        .bind(object.json.clone())
        .bind(commit.to_owned())
        .bind(from.map(|from| from.file.quoted()))
        .bind(from.and_then(|from| from.index).map(|index| index as i64))
        .bind(inbox.map(str::to_owned))
        .bind(stamp.run.as_str().to_owned())
        .bind(stamp.run.as_str().to_owned())
}

/// The commit that brought the object's text, the inbox document that it was, and the commit whose inbox held that.
fn origin<'a>(
    change: &ObjectsChange<'a>,
    object: &'a PlannedObject,
) -> (&'a str, Option<&'a ledger::From>, Option<&'a str>) {
    match (&object.from, change.origins.get(&object.path)) {
        (Some(from), _) => (change.commit, Some(from), Some(change.inbox)),
        (None, Some(Origin { commit, provenance: Some(told) })) => (commit, Some(&told.from), Some(&told.commit)),
        (None, Some(Origin { commit, provenance: None })) => (commit, None, None),
        (None, None) => (change.commit, None, None),
    }
}

/// Sets the state of these rows.
pub(super) async fn mark(
    connection: &mut AnyConnection,
    stamp: &Stamp<'_>,
    state: ObjectState,
    ids: &[i64],
) -> Result<(), Error> {
    for batch in ids.chunks(BATCH_ROWS) {
        let sql = format!("UPDATE objects SET state = $1, last_changed_run = $2 WHERE id IN ({})", list(batch));
        sqlx::query(AssertSqlSafe(sql)).bind(state.as_str()).bind(stamp.run.as_str()).execute(&mut *connection).await?;
    }
    Ok(())
}

/// Notes that this run found these rows' objects gone.
pub(super) async fn note_missing(connection: &mut AnyConnection, stamp: &Stamp<'_>, ids: &[i64]) -> Result<(), Error> {
    for batch in ids.chunks(BATCH_ROWS) {
        let sql = format!("UPDATE objects SET missing_run = $1 WHERE id IN ({})", list(batch));
        sqlx::query(AssertSqlSafe(sql)).bind(stamp.run.as_str()).execute(&mut *connection).await?;
    }
    Ok(())
}

/// Takes back what earlier runs found gone: this run looks anew.
pub(super) async fn forget_missing(connection: &mut AnyConnection, stamp: &Stamp<'_>) -> Result<(), Error> {
    sqlx::query("UPDATE objects SET missing_run = NULL WHERE fabric_id = $1 AND missing_run IS NOT NULL")
        .bind(stamp.fabric.0)
        .execute(connection)
        .await?;
    Ok(())
}

/// Adds what this run wrote to the objects' histories.
pub(super) async fn note_versions(connection: &mut AnyConnection, stamp: &Stamp<'_>) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO object_versions (object_id, run_id, commit_id, version, path, digest, state) \
         SELECT id, last_changed_run, CASE WHEN state = 'present' THEN commit_id ELSE $1 END, version, path, digest, state \
         FROM objects WHERE fabric_id = $2 AND last_changed_run = $3 ORDER BY id",
    )
    .bind(stamp.change.commit)
    .bind(stamp.fabric.0)
    .bind(stamp.run.as_str())
    .execute(connection)
    .await?;
    Ok(())
}

/// Row ids are numbers of our own: they may stand in the statement.
fn list(ids: &[i64]) -> String {
    let texts: Vec<String> = ids.iter().map(i64::to_string).collect();
    texts.join(", ")
}
