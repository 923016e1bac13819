//! What happened, for people. Rows are only ever added; the oldest are forgotten.

use serde::Serialize;
use sqlx::Row;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Error};

use crate::asked::{Asked, Parameter};
use crate::error::{StoreError, failed};
use crate::fabric::FabricId;
use crate::linkage::RepositoryId;
use crate::page::{Cursor, Page, page, rows};
use crate::row::word;
use crate::store::Store;
use crate::words::words;

words! {
    /// How much it matters.
    Severity {
        /// Good to know.
        Info = "info",
        /// Somebody should look.
        Warning = "warning",
    }
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEvent {
    /// When, in ms since 1970 UTC.
    pub at_ms: i64,
    /// In which repository.
    pub repository: Option<RepositoryId>,
    /// To which fabric.
    pub fabric: Option<FabricId>,
    /// How much it matters.
    pub severity: Severity,
    /// A stable word, such as `Overdue`.
    pub reason: String,
    /// A sentence.
    pub message: String,
}

/// An event, as the store knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Event {
    /// Its number: of two events the later has the greater.
    pub seq: i64,
    /// When, in ms since 1970 UTC.
    pub at_ms: i64,
    /// The repository's name, as long as it has one.
    pub repository: Option<String>,
    /// The fabric's name, as long as it is linked.
    pub fabric: Option<String>,
    /// How much it matters.
    pub severity: Severity,
    /// A stable word.
    pub reason: String,
    /// A sentence.
    pub message: String,
}

/// Which events to list. The default: all.
#[derive(Clone, Debug, Default)]
pub struct EventFilter {
    /// Of this fabric alone.
    pub fabric: Option<FabricId>,
    /// Of this repository and its fabrics alone.
    pub repository: Option<RepositoryId>,
    /// Those after this number alone: what is new to whoever watches.
    pub after: Option<i64>,
}

const LIST: &str = "SELECT e.seq, e.at_ms, r.name AS repository, f.name AS fabric, e.severity, e.reason, e.message \
     FROM events e LEFT JOIN repositories r ON r.id = e.repository_id LEFT JOIN fabrics f ON f.id = e.fabric_id";

impl Store {
    /// Adds events, all of them in one transaction. Of a fabric's, and of those of none, only the newest [`Retention::events`](crate::Retention) stay.
    pub async fn add_events(&self, events: &[NewEvent]) -> Result<(), StoreError> {
        let attempted = "note what happened";
        if events.is_empty() {
            return Ok(());
        }
        let mut transaction = self.begin(attempted).await?;
        for event in events {
            add(&mut transaction, event, self.retention.events).await.map_err(failed(attempted))?;
        }
        transaction.commit().await.map_err(failed(attempted))
    }

    /// Events, newest first: at most `limit` (and at most [`crate::limits::MAX_PAGE_ROWS`]), from `before` on.
    pub async fn events(
        &self,
        filter: &EventFilter,
        limit: u32,
        before: Option<Cursor>,
    ) -> Result<Page<Event>, StoreError> {
        let attempted = "list the events";
        let limit = rows(limit);
        let mut asked = Asked::default();
        // As the index of a fabric's events has it.
        let fabric = filter.fabric.map(|fabric| Parameter::Number(fabric.0));
        asked.add(fabric, |n| format!("COALESCE(e.fabric_id, 0) = ${n}"));
        let repository = filter.repository.map(|repository| Parameter::Number(repository.0));
        asked.add(repository, |n| format!("e.repository_id = ${n}"));
        asked.add(filter.after.map(Parameter::Number), |n| format!("e.seq > ${n}"));
        asked.add(before.map(|cursor| Parameter::Number(cursor.0)), |n| format!("e.seq < ${n}"));
        let sql = format!("{LIST} WHERE {} ORDER BY e.seq DESC LIMIT {}", asked.conditions(), limit + 1);
        let found = asked.bound(sql).fetch_all(&self.pool).await.map_err(failed(attempted))?;
        let keyed = |row: &AnyRow| event(row).map(|event| (event.seq, event));
        let events = found.iter().map(keyed).collect::<Result<_, _>>().map_err(failed(attempted))?;
        Ok(page(events, limit))
    }
}

async fn add(connection: &mut AnyConnection, event: &NewEvent, kept: u32) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO events (at_ms, repository_id, fabric_id, severity, reason, message) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(event.at_ms)
    .bind(event.repository.map(|repository| repository.0))
    .bind(event.fabric.map(|fabric| fabric.0))
    .bind(event.severity.as_str())
    .bind(&event.reason)
    .bind(event.message.replace('\0', "\u{fffd}"))
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "DELETE FROM events WHERE COALESCE(fabric_id, 0) = $1 AND seq <= \
         (SELECT seq FROM events WHERE COALESCE(fabric_id, 0) = $1 ORDER BY seq DESC LIMIT 1 OFFSET $2)",
    )
    .bind(event.fabric.map_or(0, |fabric| fabric.0))
    .bind(i64::from(kept))
    .execute(connection)
    .await?;
    Ok(())
}

fn event(row: &AnyRow) -> Result<Event, Error> {
    Ok(Event {
        seq: row.try_get("seq")?,
        at_ms: row.try_get("at_ms")?,
        repository: row.try_get("repository")?,
        fabric: row.try_get("fabric")?,
        severity: word(row, "severity")?,
        reason: row.try_get("reason")?,
        message: row.try_get("message")?,
    })
}
