//! Conditions, as they were last told: so that a change is told once, and since when it holds is known.

use std::collections::BTreeMap;

use serde::Serialize;
use sqlx::Row;
use sqlx::any::AnyRow;

use crate::asked::{Asked, Parameter};
use crate::error::{StoreError, failed};
use crate::fabric::FabricId;
use crate::linkage::RepositoryId;
use crate::row::word;
use crate::store::Store;
use crate::words::words;

words! {
    /// Which condition.
    #[derive(PartialOrd, Ord)]
    ConditionKind {
        /// All is placed, and the remote says so.
        Ready = "ready",
        /// A run is under way, or has been asked for.
        Reconciling = "reconciling",
        /// It does not go on by itself.
        Stalled = "stalled",
        /// A second look at the remote agrees.
        Witnessed = "witnessed",
        /// The ledger balances.
        Conserved = "conserved",
        /// The next look is late.
        Overdue = "overdue",
    }
}

words! {
    /// How a condition stands.
    Truth {
        /// So it is.
        True = "true",
        /// It is not so.
        False = "false",
        /// It could not be told.
        Unknown = "unknown",
    }
}

/// A condition, as it was last told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ConditionRow {
    /// Which.
    #[serde(rename = "type")]
    pub kind: ConditionKind,
    /// How it stands.
    pub status: Truth,
    /// Why, in a word.
    pub reason: String,
    /// Why, in a sentence.
    pub message: String,
    /// When its status last changed, in ms since 1970 UTC.
    pub since_ms: i64,
}

const SELECT: &str = "SELECT c.fabric_id, c.kind, c.status, c.reason, c.message, c.since_ms FROM conditions c";

impl Store {
    /// The conditions of a repository's fabrics, as they were last told.
    pub async fn conditions_of_repository(
        &self,
        repository: RepositoryId,
    ) -> Result<BTreeMap<FabricId, Vec<ConditionRow>>, StoreError> {
        let attempted = "read the fabrics' conditions";
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
            "{SELECT} JOIN fabrics f ON f.id = c.fabric_id WHERE f.repository_id = $1 ORDER BY c.fabric_id, c.kind"
        )))
        .bind(repository.0)
        .fetch_all(&self.pool)
        .await
        .map_err(failed(attempted))?;
        by_fabric(&rows).map_err(failed(attempted))
    }

    /// The conditions of all linked fabrics, as they were last told.
    pub async fn conditions(&self) -> Result<BTreeMap<FabricId, Vec<ConditionRow>>, StoreError> {
        let attempted = "read the fabrics' conditions";
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
            "{SELECT} JOIN fabrics f ON f.id = c.fabric_id WHERE f.name IS NOT NULL ORDER BY c.fabric_id, c.kind"
        )))
        .fetch_all(&self.pool)
        .await
        .map_err(failed(attempted))?;
        by_fabric(&rows).map_err(failed(attempted))
    }

    /// The conditions of these fabrics, as they were last told.
    pub async fn conditions_of(
        &self,
        fabrics: &[FabricId],
    ) -> Result<BTreeMap<FabricId, Vec<ConditionRow>>, StoreError> {
        let attempted = "read the fabrics' conditions";
        if fabrics.is_empty() {
            return Ok(BTreeMap::new());
        }
        let mut asked = Asked::default();
        asked.one_of("c.fabric_id", fabrics.iter().map(|fabric| Parameter::Number(fabric.0)));
        let sql = format!("{SELECT} WHERE {} ORDER BY c.fabric_id, c.kind", asked.conditions());
        let rows = asked.bound(sql).fetch_all(&self.pool).await.map_err(failed(attempted))?;
        by_fabric(&rows).map_err(failed(attempted))
    }

    /// Tells conditions anew, all of them in one transaction.
    pub async fn tell_conditions(&self, told: &[(FabricId, ConditionRow)]) -> Result<(), StoreError> {
        let attempted = "tell the fabrics' conditions";
        if told.is_empty() {
            return Ok(());
        }
        let mut transaction = self.begin(attempted).await?;
        for (fabric, row) in told {
            sqlx::query(
                "INSERT INTO conditions (fabric_id, kind, status, reason, message, since_ms) VALUES ($1, $2, $3, $4, $5, $6) \
                 ON CONFLICT (fabric_id, kind) DO UPDATE SET status = excluded.status, reason = excluded.reason, \
                 message = excluded.message, since_ms = excluded.since_ms",
            )
            .bind(fabric.0)
            .bind(row.kind.as_str())
            .bind(row.status.as_str())
            .bind(&row.reason)
            .bind(row.message.replace('\0', "\u{fffd}"))
            .bind(row.since_ms)
            .execute(&mut *transaction)
            .await
            .map_err(failed(attempted))?;
        }
        transaction.commit().await.map_err(failed(attempted))
    }
}

fn by_fabric(rows: &[AnyRow]) -> Result<BTreeMap<FabricId, Vec<ConditionRow>>, sqlx::Error> {
    let mut told: BTreeMap<FabricId, Vec<ConditionRow>> = BTreeMap::new();
    for row in rows {
        let (fabric, condition) = condition(row)?;
        told.entry(fabric).or_default().push(condition);
    }
    Ok(told)
}

fn condition(row: &AnyRow) -> Result<(FabricId, ConditionRow), sqlx::Error> {
    let condition = ConditionRow {
        kind: word(row, "kind")?,
        status: word(row, "status")?,
        reason: row.try_get("reason")?,
        message: row.try_get("message")?,
        since_ms: row.try_get("since_ms")?,
    };
    Ok((FabricId(row.try_get("fabric_id")?), condition))
}
