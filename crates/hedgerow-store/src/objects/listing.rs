//! Looking objects up.

use hedgerow_core::ledger;
use hedgerow_core::object::Identity;
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Error, Row};

use super::{ObjectFilter, ObjectId, ObjectRecord, ObjectVersion, Provenance};
use crate::asked::{Asked, Parameter};
use crate::dialect::Dialect;
use crate::error::{StoreError, failed};
use crate::fabric::{FabricId, fabric};
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
        let mut asked = filter.asked();
        let columns: Vec<String> = filter.order().iter().map(|column| format!("o.{column}")).collect();
        let columns = columns.join(", ");
        if let Some(cursor) = after {
            let Some(last) = self.place(cursor, filter.order()).await.map_err(failed(attempted))? else {
                return Ok(Page { items: Vec::new(), next: None });
            };
            let lead = filter.lead(self.dialect);
            let compared: Vec<String> = lead.iter().map(|(column, _)| format!("o.{column}")).collect();
            let compared = [&compared[..], std::slice::from_ref(&columns)].concat().join(", ");
            let several = lead.len() + last.len();
            asked.add_all(lead.into_iter().map(|(_, value)| value).chain(last), |n| {
                let marks: Vec<String> = (n..n + several).map(|n| format!("${n}")).collect();
                format!("({compared}) > ({})", marks.join(", "))
            });
        }
        let sql = format!("{SELECT} WHERE {} ORDER BY {columns} LIMIT {}", asked.conditions(), limit + 1);
        let found = asked.bound(sql).fetch_all(&self.pool).await.map_err(failed(attempted))?;
        let keyed = |row: &AnyRow| Ok((row.try_get("id")?, object(row)?));
        let objects = found.iter().map(keyed).collect::<Result<_, _>>().map_err(failed(attempted))?;
        Ok(page(objects, limit))
    }

    /// Where the row of a cursor stands in the order by `columns`. As values, not as a subquery: SQLite takes no more than
    /// the first column of one to an index.
    async fn place(&self, cursor: Cursor, columns: &[&str]) -> Result<Option<Vec<Parameter>>, Error> {
        let row = sqlx::query("SELECT api_group, kind, namespace, name, id FROM objects WHERE id = $1")
            .bind(cursor.0)
            .fetch_optional(&self.pool)
            .await?;
        let value = |row: &AnyRow, column: &str| match column {
            "id" => row.try_get(column).map(Parameter::Number),
            column => row.try_get::<String, _>(column).map(Parameter::text),
        };
        row.map(|row| columns.iter().map(|column| value(&row, column)).collect()).transpose()
    }

    /// The object of a fabric with this identity.
    pub async fn object_of(&self, fabric: FabricId, identity: &Identity) -> Result<Option<ObjectRecord>, StoreError> {
        let attempted = "look the object up";
        let row = sqlx::query(AssertSqlSafe(format!(
            "{SELECT} WHERE o.fabric_id = $1 AND o.api_group = $2 AND o.kind = $3 AND o.namespace = $4 AND o.name = $5"
        )))
        .bind(fabric.0)
        .bind(identity.group.clone())
        .bind(identity.kind.clone())
        .bind(identity.namespace.clone())
        .bind(identity.name.clone())
        .fetch_optional(&self.pool)
        .await
        .map_err(failed(attempted))?;
        row.as_ref().map(object).transpose().map_err(failed(attempted))
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

impl ObjectFilter {
    fn asked(&self) -> Asked {
        let text = |text: &String| Parameter::text(text);
        let mut asked = Asked::default();
        // SQLite knows no sizes: the sign keeps it at the index of names, or of files, as a fabric may have all objects that there are.
        let sign = if self.name.is_some() || self.file.is_some() { "+" } else { "" };
        asked.add(self.fabric.map(|fabric| Parameter::Number(fabric.0)), |n| format!("{sign}o.fabric_id = ${n}"));
        asked.add(self.kind.as_ref().map(text), |n| format!("o.kind = ${n}"));
        asked.add(self.name.as_ref().map(text), |n| format!("o.name = ${n}"));
        if let Some(state) = self.state {
            // The few that are not present have an index of their own, and SQLite must see that it is for them.
            asked.word("o.state", state.as_str());
        }
        asked.add(self.namespace.as_ref().map(text), |n| format!("o.namespace = ${n}"));
        let file = self.file.as_ref().map(|file| Parameter::text(file.quoted()));
        asked.add(file, |n| format!("(o.path = ${n} OR o.from_file = ${n})"));
        if let Some((key, value)) = &self.label {
            let with = |n| format!("o.id IN (SELECT object_id FROM object_labels WHERE label = ${n}");
            match value {
                Some(value) => {
                    asked.add_all([text(key), text(value)], |n| format!("{} AND value = ${})", with(n), n + 1));
                }
                None => asked.add_all([text(key)], |n| format!("{})", with(n))),
            }
        }
        asked
    }

    /// What a place in the list is compared with besides, though it cannot differ. PostgreSQL guesses how many rows are behind
    /// a place by the first column alone: behind the last group it expects none, and takes the index of all fabrics. It cannot for
    /// a place within a fabric. SQLite goes to a place only by columns that come after those that are equal.
    fn lead(&self, dialect: Dialect) -> Vec<(&'static str, Parameter)> {
        let (Dialect::Postgres, Some(fabric)) = (dialect, self.fabric) else { return Vec::new() };
        let kind = self.kind.as_ref().map(|kind| ("kind", Parameter::text(kind)));
        std::iter::once(("fabric_id", Parameter::Number(fabric.0))).chain(kind).collect()
    }

    /// The columns of the order that can differ between objects that are asked for: what an index of them goes on with. Within
    /// a fabric an identity is one object; with the id behind it, PostgreSQL would rather go through the objects of all fabrics in order.
    fn order(&self) -> &'static [&'static str] {
        match (self.kind.is_some(), self.fabric.is_some()) {
            (true, true) => &["api_group", "namespace", "name"],
            (true, false) => &["api_group", "namespace", "name", "id"],
            (false, true) => &["api_group", "kind", "namespace", "name"],
            (false, false) => &["api_group", "kind", "namespace", "name", "id"],
        }
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
