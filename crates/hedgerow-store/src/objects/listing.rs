//! Looking objects up.

use hedgerow_core::ledger;
use hedgerow_core::object::Identity;
use sqlx::any::{AnyArguments, AnyRow};
use sqlx::query::Query;
use sqlx::{Any, AssertSqlSafe, Error, Row};

use super::{ObjectFilter, ObjectId, ObjectRecord, ObjectVersion, Provenance};
use crate::dialect::Dialect;
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
        let asked = Asked::of(filter, after, self.dialect);
        let sql = format!(
            "{SELECT} WHERE {} ORDER BY o.api_group, o.kind, o.namespace, o.name, o.id LIMIT {}",
            asked.conditions(),
            limit + 1
        );
        let found = asked.bound(&sql).fetch_all(&self.pool).await.map_err(failed(attempted))?;
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

/// What is asked of a list: only what is, so that an index can answer it.
struct Asked {
    conditions: Vec<String>,
    values: Vec<Parameter>,
}

enum Parameter {
    Number(i64),
    Text(Option<String>),
}

impl Asked {
    fn of(filter: &ObjectFilter, after: Option<Cursor>, dialect: Dialect) -> Self {
        let mut asked = Self { conditions: Vec::new(), values: Vec::new() };
        let text = |text: &str| Parameter::Text(Some(text.to_owned()));
        asked.add(filter.fabric.map(|fabric| Parameter::Number(fabric.0)), |n| format!("o.fabric_id = ${n}"));
        asked.add(filter.kind.as_deref().map(text), |n| format!("o.kind = ${n}"));
        asked.add(filter.name.as_deref().map(text), |n| format!("o.name = ${n}"));
        asked.add(filter.state.map(|state| text(state.as_str())), |n| format!("o.state = ${n}"));
        asked.add(filter.namespace.as_deref().map(text), |n| format!("o.namespace = ${n}"));
        let file = filter.file.as_ref().map(|file| text(&file.quoted()));
        asked.add(file, |n| format!("(o.path = ${n} OR o.from_file = ${n})"));
        asked.add(after.map(|cursor| Parameter::Number(cursor.0)), |n| {
            format!(
                "(o.api_group, o.kind, o.namespace, o.name, o.id) > \
                 (SELECT api_group, kind, namespace, name, id FROM objects WHERE id = ${n})"
            )
        });
        if let Some((key, value)) = &filter.label {
            asked.values.push(text(key));
            asked.add(Some(Parameter::Text(value.clone())), |n| dialect.has_label("o.value", n - 1, n));
        }
        asked
    }

    fn add(&mut self, value: Option<Parameter>, condition: impl Fn(usize) -> String) {
        if let Some(value) = value {
            self.values.push(value);
            self.conditions.push(condition(self.values.len()));
        }
    }

    fn conditions(&self) -> String {
        if self.conditions.is_empty() { "1 = 1".to_owned() } else { self.conditions.join(" AND ") }
    }

    fn bound<'q>(self, sql: &'q str) -> Query<'q, Any, AnyArguments> {
        self.values.into_iter().fold(sqlx::query(AssertSqlSafe(sql.to_owned())), |query, value| match value {
            Parameter::Number(number) => query.bind(number),
            Parameter::Text(text) => query.bind(text),
        })
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
