//! Looking objects up.

use hedgerow_core::ledger;
use hedgerow_core::object::Identity;
use hedgerow_core::path::TreePath;
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Error, Row};

use super::{ObjectFilter, ObjectId, ObjectRecord, ObjectVersion, Provenance};
use crate::error::{StoreError, failed};
use crate::fabric::fabric;
use crate::page::{Cursor, Page, page, rows};
use crate::row::{path, run_id, word};
use crate::run::RunId;
use crate::store::Store;

pub(super) const SELECT: &str = "SELECT o.id, o.fabric_id, r.url, f.branch, f.directory, o.api_group, o.kind, o.namespace, o.name, \
     o.version, o.path, o.digest, o.value, o.commit_id, o.from_file, o.from_index, o.from_commit, o.first_seen_run, \
     o.last_changed_run, o.state, o.missing_run \
     FROM objects o JOIN fabrics f ON f.id = o.fabric_id JOIN repositories r ON r.id = f.repository_id";

impl Store {
    /// Objects, by group, kind, namespace and name (bytes compare): at most `limit`
    /// (and at most [`crate::limits::MAX_PAGE_ROWS`]), from `after` on.
    pub async fn objects(
        &self,
        filter: &ObjectFilter,
        limit: u32,
        after: Option<Cursor>,
    ) -> Result<Page<ObjectRecord>, StoreError> {
        let attempted = "list the objects";
        let limit = rows(limit);
        let labelled = self.dialect.has_label("o.value", 9, 10);
        let label = filter.label.as_ref();
        let found = sqlx::query(AssertSqlSafe(format!(
            "{SELECT} WHERE ($1 IS NULL OR o.fabric_id = $1) AND ($2 IS NULL OR o.kind = $2) \
             AND ($3 IS NULL OR o.name = $3) AND ($4 IS NULL OR o.state = $4) \
             AND ($5 IS NULL OR (o.api_group, o.kind, o.namespace, o.name, o.id) > \
                 (SELECT api_group, kind, namespace, name, id FROM objects WHERE id = $5)) \
             AND ($7 IS NULL OR o.namespace = $7) AND ($8 IS NULL OR o.path = $8 OR o.from_file = $8) \
             AND ($9 IS NULL OR {labelled}) \
             ORDER BY o.api_group, o.kind, o.namespace, o.name, o.id LIMIT $6"
        )))
        .bind(filter.fabric.map(|fabric| fabric.0))
        .bind(filter.kind.clone())
        .bind(filter.name.clone())
        .bind(filter.state.map(|state| state.as_str().to_owned()))
        .bind(after.map(|cursor| cursor.0))
        .bind(limit as i64 + 1)
        .bind(filter.namespace.clone())
        .bind(filter.file.as_ref().map(TreePath::quoted))
        .bind(label.map(|(key, _)| key.clone()))
        .bind(label.and_then(|(_, value)| value.clone()))
        .fetch_all(&self.pool)
        .await
        .map_err(failed(attempted))?;
        let keyed = |row: &AnyRow| Ok((row.try_get("id")?, object(row)?));
        let objects = found.iter().map(keyed).collect::<Result<_, _>>().map_err(failed(attempted))?;
        Ok(page(objects, limit))
    }

    /// The object of this row.
    pub async fn object(&self, id: ObjectId) -> Result<Option<ObjectRecord>, StoreError> {
        let attempted = "look the object up";
        let row = sqlx::query(AssertSqlSafe(format!("{SELECT} WHERE o.id = $1")))
            .bind(id.0)
            .fetch_optional(&self.pool)
            .await
            .map_err(failed(attempted))?;
        row.as_ref().map(object).transpose().map_err(failed(attempted))
    }

    /// What an object was, newest first.
    pub async fn history(&self, object: ObjectId) -> Result<Vec<ObjectVersion>, StoreError> {
        let attempted = "read the object's history";
        let rows = sqlx::query(
            "SELECT run_id, commit_id, version, path, digest, state FROM object_versions \
             WHERE object_id = $1 ORDER BY id DESC LIMIT $2",
        )
        .bind(object.0)
        .bind(i64::from(crate::limits::MAX_PAGE_ROWS))
        .fetch_all(&self.pool)
        .await
        .map_err(failed(attempted))?;
        rows.iter().map(version).collect::<Result<_, _>>().map_err(failed(attempted))
    }
}

/// The identity in a row.
pub(super) fn identity(row: &AnyRow) -> Result<Identity, Error> {
    Ok(Identity {
        group: row.try_get("api_group")?,
        kind: row.try_get("kind")?,
        namespace: row.try_get("namespace")?,
        name: row.try_get("name")?,
    })
}

pub(super) fn object(row: &AnyRow) -> Result<ObjectRecord, Error> {
    Ok(ObjectRecord {
        id: ObjectId(row.try_get("id")?),
        fabric: fabric(row)?,
        identity: identity(row)?,
        version: row.try_get("version")?,
        path: path(row, "path")?,
        digest: row.try_get("digest")?,
        value: row.try_get("value")?,
        commit: row.try_get("commit_id")?,
        provenance: provenance(row)?,
        first_seen: run_id(row, "first_seen_run")?,
        last_changed: run_id(row, "last_changed_run")?,
        state: word(row, "state")?,
        missing: row.try_get::<Option<String>, _>("missing_run")?.map(RunId::stored),
    })
}

fn provenance(row: &AnyRow) -> Result<Option<Provenance>, Error> {
    let Some(commit) = row.try_get("from_commit")? else { return Ok(None) };
    let index: Option<i64> = row.try_get("from_index")?;
    let index = index.and_then(|index| usize::try_from(index).ok());
    Ok(Some(Provenance { from: ledger::From { file: path(row, "from_file")?, index }, commit }))
}

fn version(row: &AnyRow) -> Result<ObjectVersion, Error> {
    Ok(ObjectVersion {
        commit: row.try_get("commit_id")?,
        run: run_id(row, "run_id")?,
        version: row.try_get("version")?,
        path: path(row, "path")?,
        digest: row.try_get("digest")?,
        state: word(row, "state")?,
    })
}
