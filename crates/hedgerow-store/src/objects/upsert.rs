//! The statements that write objects, in batches.

use std::collections::BTreeMap;

use hedgerow_core::path::TreePath;
use hedgerow_core::plan::PlannedObject;
use serde::Serialize;
use sqlx::{AnyConnection, AssertSqlSafe, Error};

use super::{ObjectState, Origin};
use crate::dialect::Dialect;
use crate::fabric::FabricId;
use crate::limits::BATCH_ROWS;
use crate::run::RunId;

/// What all rows of one recording share.
pub(super) struct Stamp<'a> {
    pub(super) dialect: Dialect,
    pub(super) fabric: FabricId,
    pub(super) run: &'a RunId,
    pub(super) commit: &'a str,
    pub(super) inbox: &'a str,
    pub(super) origins: &'a BTreeMap<TreePath, Origin>,
}

/// One statement, whatever the number of rows: they come as one JSON array of arrays, so that neither database has to parse
/// thousands of parameters, and SQLite none to look up by name.
const UPSERT: &str = "INSERT INTO objects (fabric_id, api_group, kind, namespace, name, version, path, digest, value, \
     from_file, from_index, from_commit, commit_id, first_seen_run, last_changed_run, state) \
     SELECT $2, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7, \
     value ->> 8, CAST(value ->> 9 AS BIGINT), value ->> 10, value ->> 11, $3, $3, 'present' \
     FROM {rows} WHERE true ON CONFLICT (fabric_id, api_group, kind, namespace, name) DO UPDATE SET \
     version = excluded.version, path = excluded.path, digest = excluded.digest, value = excluded.value, \
     commit_id = excluded.commit_id, from_file = excluded.from_file, from_index = excluded.from_index, \
     from_commit = excluded.from_commit, last_changed_run = excluded.last_changed_run, state = excluded.state";

/// Writes these objects as present.
pub(super) async fn upsert(
    connection: &mut AnyConnection,
    stamp: &Stamp<'_>,
    objects: &[&PlannedObject],
) -> Result<(), Error> {
    let sql = UPSERT.replace("{rows}", stamp.dialect.rows());
    for batch in objects.chunks(BATCH_ROWS) {
        sqlx::query(AssertSqlSafe(sql.clone()))
            .bind(json(stamp, batch)?)
            .bind(stamp.fabric.0)
            .bind(stamp.run.as_str())
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// What differs from row to row, in the order in which [`UPSERT`] picks it.
fn json(stamp: &Stamp<'_>, batch: &[&PlannedObject]) -> Result<String, Error> {
    let rows: Vec<_> = batch.iter().map(|object| row(stamp, object)).collect();
    serde_json::to_string(&rows).map_err(|error| Error::Encode(error.into()))
}

fn row<'a>(stamp: &Stamp<'a>, object: &'a PlannedObject) -> impl Serialize + 'a {
    let (commit, from, inbox) = match (&object.from, stamp.origins.get(&object.path)) {
        (None, Some(origin)) => match &origin.provenance {
            Some(told) => (origin.commit.as_str(), Some(&told.from), Some(told.commit.as_str())),
            None => (origin.commit.as_str(), None, None),
        },
        (from, _) => (stamp.commit, from.as_ref(), from.as_ref().map(|_| stamp.inbox)),
    };
    (
        &object.identity.group,
        &object.identity.kind,
        &object.identity.namespace,
        &object.identity.name,
        &object.version,
        object.path.quoted(),
        &object.digest,
        &object.json,
        from.map(|from| from.file.quoted()),
        from.and_then(|from| from.index),
        inbox,
        commit,
    )
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
    .bind(stamp.commit)
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
