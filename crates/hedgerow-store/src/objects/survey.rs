//! Objects by number, by name and by what they name: what people look through.

use std::collections::BTreeMap;

use hedgerow_core::object::Identity;
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Error, Row};

use super::listing::{SELECT, identity, object};
use super::{ObjectRecord, ObjectState};
use crate::asked::{Asked, Parameter};
use crate::error::{StoreError, failed};
use crate::fabric::FabricId;
use crate::limits::{MAX_PAGE_ROWS, MAX_SURVEYED};
use crate::store::Store;

/// How many objects of a kind are there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KindCount {
    /// The API group.
    pub group: String,
    /// The kind.
    pub kind: String,
    /// So many that are present or unreadable.
    pub living: u64,
}

/// An object and its value, without its history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectValue {
    /// Who it is.
    pub identity: Identity,
    /// Its value in canonical JSON.
    pub value: String,
    /// How it stands.
    pub state: ObjectState,
}

impl Store {
    /// How many objects of every fabric live.
    pub async fn living_by_fabric(&self) -> Result<BTreeMap<FabricId, u64>, StoreError> {
        let attempted = "count the objects";
        let rows = sqlx::query("SELECT fabric_id, count(*) FROM objects WHERE state <> 'deleted' GROUP BY fabric_id")
            .fetch_all(&self.pool)
            .await
            .map_err(failed(attempted))?;
        let counted = |row: &AnyRow| Ok((FabricId(row.try_get(0)?), count(row, 1)?));
        rows.iter().map(counted).collect::<Result<_, Error>>().map_err(failed(attempted))
    }

    /// How many objects of each kind of a fabric live, by group and kind.
    pub async fn kinds(&self, fabric: FabricId) -> Result<Vec<KindCount>, StoreError> {
        let attempted = "count the objects by kind";
        let rows = sqlx::query(
            "SELECT api_group, kind, count(*) FROM objects WHERE fabric_id = $1 AND state <> 'deleted' \
             GROUP BY api_group, kind ORDER BY api_group, kind",
        )
        .bind(fabric.0)
        .fetch_all(&self.pool)
        .await
        .map_err(failed(attempted))?;
        let counted =
            |row: &AnyRow| Ok(KindCount { group: row.try_get(0)?, kind: row.try_get(1)?, living: count(row, 2)? });
        rows.iter().map(counted).collect::<Result<_, Error>>().map_err(failed(attempted))
    }

    /// The living objects of some kinds of a fabric, by identity: at most `limit`, and at most [`MAX_SURVEYED`].
    pub async fn values(&self, fabric: FabricId, kinds: &[&str], limit: u32) -> Result<Vec<ObjectValue>, StoreError> {
        let attempted = "read the objects";
        let mut asked = Asked::default();
        asked.add(Some(Parameter::Number(fabric.0)), |n| format!("fabric_id = ${n}"));
        asked.one_of("kind", kinds.iter().map(|kind| Parameter::text(*kind)));
        let sql = format!(
            "SELECT api_group, kind, namespace, name, value, state FROM objects WHERE state <> 'deleted' AND {} \
             ORDER BY api_group, kind, namespace, name LIMIT {}",
            asked.conditions(),
            limit.min(MAX_SURVEYED)
        );
        let rows = asked.bound(sql).fetch_all(&self.pool).await.map_err(failed(attempted))?;
        rows.iter().map(value).collect::<Result<_, _>>().map_err(failed(attempted))
    }

    /// Living objects of whatever fabric whose name holds `text` (bytes compare): at most `limit`, by name.
    pub async fn objects_like(&self, text: &str, limit: u32) -> Result<Vec<ObjectRecord>, StoreError> {
        self.objects_holding("name", text, limit).await.map_err(failed("look for objects"))
    }

    /// Living objects of whatever fabric whose file's path holds `text` (bytes compare): at most `limit`, by path.
    pub async fn objects_at(&self, text: &str, limit: u32) -> Result<Vec<ObjectRecord>, StoreError> {
        self.objects_holding("path", text, limit).await.map_err(failed("look for files"))
    }

    /// `column` is a word of ours.
    async fn objects_holding(&self, column: &str, text: &str, limit: u32) -> Result<Vec<ObjectRecord>, Error> {
        let found = sqlx::query(AssertSqlSafe(format!(
            "{SELECT} WHERE o.id IN (SELECT id FROM objects WHERE {column} LIKE $1 ESCAPE '\\' AND state <> 'deleted' \
             ORDER BY {column}, id LIMIT $2) ORDER BY o.{column}, o.id"
        )))
        .bind(holding(text))
        .bind(i64::from(limit.min(MAX_PAGE_ROWS)))
        .fetch_all(&self.pool)
        .await?;
        found.iter().map(object).collect()
    }

    /// Which of `names` living objects of the fabric have, each with all that have it.
    pub async fn objects_named(&self, fabric: FabricId, names: &[&str]) -> Result<Vec<Identity>, StoreError> {
        let attempted = "look objects up by name";
        if names.is_empty() {
            return Ok(Vec::new());
        }
        let mut asked = Asked::default();
        // The sign keeps the database at the index of names: a fabric may have all objects that there are.
        asked.add(Some(Parameter::Number(fabric.0)), |n| format!("+fabric_id = ${n}"));
        asked.one_of("name", names.iter().take(MAX_PAGE_ROWS as usize).map(|name| Parameter::text(*name)));
        let sql = format!(
            "SELECT api_group, kind, namespace, name FROM objects WHERE state <> 'deleted' AND {} \
             ORDER BY api_group, kind, namespace, name LIMIT {MAX_PAGE_ROWS}",
            asked.conditions()
        );
        let rows = asked.bound(sql).fetch_all(&self.pool).await.map_err(failed(attempted))?;
        rows.iter().map(identity).collect::<Result<_, _>>().map_err(failed(attempted))
    }
}

/// A pattern for what holds `text` as it is.
fn holding(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

fn count(row: &AnyRow, column: usize) -> Result<u64, Error> {
    row.try_get::<i64, _>(column).map(i64::unsigned_abs)
}

fn value(row: &AnyRow) -> Result<ObjectValue, Error> {
    Ok(ObjectValue { identity: identity(row)?, value: row.try_get("value")?, state: crate::row::word(row, "state")? })
}
