//! The record of changes: who, what, when, before, after. Nothing here takes a row away.

use serde::Serialize;
use serde_json::Value;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Error, Row};

use super::Actor;
use crate::asked::{Asked, Parameter};
use crate::error::{StoreError, failed};
use crate::page::{Cursor, Page, page, rows};
use crate::store::Store;

/// A change, as the audit record tells it.
#[derive(Clone, Debug)]
pub struct Change<'a> {
    /// A verb in words with dots, such as `fabric.link`.
    pub action: &'a str,
    /// What was changed, such as `fabric/dc1`.
    pub subject: String,
    /// What it was; `None`: it was not there. Holds no secret.
    pub before: Option<Value>,
    /// What it is; `None`: it is gone. Holds no secret.
    pub after: Option<Value>,
}

/// A line of the audit record.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AuditEntry {
    /// Its number: later ones have greater ones.
    pub seq: i64,
    /// When, in ms since 1970 UTC.
    pub at_ms: i64,
    /// Who.
    pub actor: String,
    /// What was done.
    pub action: String,
    /// To what.
    pub subject: String,
    /// What it was.
    pub before: Option<Value>,
    /// What it became.
    pub after: Option<Value>,
}

/// Which lines to list. The default: all.
#[derive(Clone, Debug, Default)]
pub struct AuditFilter {
    /// By this actor alone.
    pub actor: Option<String>,
    /// About this alone.
    pub subject: Option<String>,
}

impl Store {
    /// Records a change that was not made through this store.
    pub async fn append_audit(&self, change: &Change<'_>, by: &Actor) -> Result<(), StoreError> {
        let attempted = "record the change";
        let mut transaction = self.begin(attempted).await?;
        record(&mut transaction, change, by).await?;
        transaction.commit().await.map_err(failed(attempted))
    }

    /// The audit record, newest first: at most `limit` lines (and at most [`crate::limits::MAX_PAGE_ROWS`]), from `before` on.
    pub async fn audit(
        &self,
        filter: &AuditFilter,
        limit: u32,
        before: Option<Cursor>,
    ) -> Result<Page<AuditEntry>, StoreError> {
        let attempted = "read the audit record";
        let limit = rows(limit);
        let mut asked = Asked::default();
        asked.add(filter.actor.as_ref().map(Parameter::text), |n| format!("actor = ${n}"));
        asked.add(filter.subject.as_ref().map(Parameter::text), |n| format!("subject = ${n}"));
        asked.add(before.map(|cursor| Parameter::Number(cursor.0)), |n| format!("seq < ${n}"));
        let sql = format!(
            "SELECT seq, at_ms, actor, action, subject, before, after FROM audit WHERE {} ORDER BY seq DESC LIMIT {}",
            asked.conditions(),
            limit + 1
        );
        let found = asked.bound(sql).fetch_all(&self.pool).await.map_err(failed(attempted))?;
        let keyed = |row: &AnyRow| entry(row).map(|entry| (entry.seq, entry));
        let entries = found.iter().map(keyed).collect::<Result<_, _>>().map_err(failed(attempted))?;
        Ok(page(entries, limit))
    }
}

/// Records `change` in the transaction that makes it.
pub(crate) async fn record(connection: &mut AnyConnection, change: &Change<'_>, by: &Actor) -> Result<(), StoreError> {
    // PostgreSQL holds no NUL, and no JSON text of ours has one unescaped.
    sqlx::query("INSERT INTO audit (at_ms, actor, action, subject, before, after) VALUES ($1, $2, $3, $4, $5, $6)")
        .bind(by.at_ms)
        .bind(by.name.replace('\0', "\u{fffd}"))
        .bind(change.action)
        .bind(change.subject.replace('\0', "\u{fffd}"))
        .bind(change.before.as_ref().map(Value::to_string))
        .bind(change.after.as_ref().map(Value::to_string))
        .execute(connection)
        .await
        .map_err(failed("record the change"))?;
    Ok(())
}

/// What the audit record shows of `value`.
pub(crate) fn shown(value: &impl Serialize) -> Option<Value> {
    Some(serde_json::to_value(value).expect("the store's values have text keys and finite numbers"))
}

fn entry(row: &AnyRow) -> Result<AuditEntry, Error> {
    Ok(AuditEntry {
        seq: row.try_get("seq")?,
        at_ms: row.try_get("at_ms")?,
        actor: row.try_get("actor")?,
        action: row.try_get("action")?,
        subject: row.try_get("subject")?,
        before: json(row, "before")?,
        after: json(row, "after")?,
    })
}

fn json(row: &AnyRow, column: &str) -> Result<Option<Value>, Error> {
    let text: Option<String> = row.try_get(column)?;
    text.map(|text| crate::row::parse_json(column, &text)).transpose()
}
