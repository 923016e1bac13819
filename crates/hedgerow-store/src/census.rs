//! Numbers about the store itself, for support and metrics: no name, no text.

use std::collections::BTreeMap;

use serde::Serialize;
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};

use crate::error::{StoreError, failed};
use crate::linkage::CredentialUse;
use crate::row::word;
use crate::run::Trigger;
use crate::schema::MIGRATIONS;
use crate::store::Store;

/// How much the store holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Census {
    /// `sqlite` or `postgres`.
    pub database: &'static str,
    /// The schema that this program knows, and that the store therefore has.
    pub schema: usize,
    /// Rows by table.
    pub rows: BTreeMap<&'static str, u64>,
}

/// The tables that tell how large things are.
const TABLES: &[&str] = &[
    "repositories",
    "fabrics",
    "runs",
    "objects",
    "object_versions",
    "credentials",
    "secrets",
    "tokens",
    "audit",
    "declarations",
    "doorbells",
    "visits",
    "events",
    "hooks",
    "deliveries",
    "instances",
];

/// The kinds of trigger, in the order in which people read them.
const TRIGGERS: [Trigger; 7] =
    [Trigger::Webhook, Trigger::Timer, Trigger::Start, Trigger::Cli, Trigger::Api, Trigger::Page, Trigger::Netbox];

impl Store {
    /// Counts the rows. With millions of runs it takes its time: for support, not for a loop.
    pub async fn census(&self) -> Result<Census, StoreError> {
        let attempted = "count what the store holds";
        let mut connection = self.read(attempted).await?;
        let mut rows = BTreeMap::new();
        for table in TABLES {
            let count: i64 = sqlx::query_scalar(AssertSqlSafe(format!("SELECT count(*) FROM {table}")))
                .fetch_one(&mut *connection)
                .await
                .map_err(failed(attempted))?;
            rows.insert(*table, count.unsigned_abs());
        }
        Ok(Census { database: self.dialect.name(), schema: MIGRATIONS.len(), rows })
    }

    /// When credentials expire, in ms since 1970 UTC, where that is known: the repository's name, what for, when.
    pub async fn credential_expiries(&self) -> Result<Vec<(String, CredentialUse, i64)>, StoreError> {
        let attempted = "see when credentials expire";
        let rows = sqlx::query(
            "SELECT r.name, c.used_to, c.expires_ms FROM credentials c JOIN repositories r ON r.id = c.repository_id \
             WHERE c.expires_ms IS NOT NULL AND r.name IS NOT NULL ORDER BY r.name, c.used_to",
        )
        .fetch_all(&self.pool)
        .await
        .map_err(failed(attempted))?;
        let expiry = |row: &AnyRow| Ok((row.try_get(0)?, word(row, "used_to")?, row.try_get(2)?));
        rows.iter().map(expiry).collect::<Result<_, _>>().map_err(failed(attempted))
    }

    /// When each kind of trigger last led to a run, in ms since 1970 UTC; `None`: never.
    pub async fn last_fired(&self) -> Result<Vec<(Trigger, Option<i64>)>, StoreError> {
        let attempted = "see when each trigger last fired";
        let mut fired = Vec::new();
        // One look into an index each; all at once would go through all runs.
        for trigger in TRIGGERS {
            let at = sqlx::query_scalar("SELECT max(started_ms) FROM runs WHERE cause = $1")
                .bind(trigger.as_str())
                .fetch_one(&self.pool)
                .await
                .map_err(failed(attempted))?;
            fired.push((trigger, at));
        }
        Ok(fired)
    }
}
