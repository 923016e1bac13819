//! Writing deliveries down, many at once: thousands may come within seconds, and each is on record, with its ring, before it
//! is answered.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use sqlx::any::AnyRow;
use sqlx::{Any, AnyConnection, AssertSqlSafe, Error, Row};

use super::deliveries::DeliveryResult;
use crate::dialect::Dialect;
use crate::error::{StoreError, failed};
use crate::limits::BATCH_ROWS;
use crate::linkage::RepositoryId;
use crate::liveness::{RingSeq, ring_on};
use crate::run::Trigger;
use crate::store::Store;

/// A delivery to write down.
#[derive(Clone, Debug)]
pub struct NewDelivery {
    /// By which it is known here: random, and unique.
    pub id: String,
    /// When it came in, in ms since 1970 UTC.
    pub at_ms: i64,
    /// The hook's id and name.
    pub hook: (String, String),
    /// Who sent it.
    pub provider: String,
    /// From which address.
    pub source: String,
    /// What its signature is worth: `good`, or why not.
    pub signature: &'static str,
    /// By which the sender knows it. Kept of good ones alone.
    pub delivery_id: Option<String>,
    /// The sender's word for what happened.
    pub event: String,
    /// What is wanted.
    pub wanted: Wanted,
}

/// What a delivery asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Ring there, for these fabrics.
    Ring {
        /// The repository.
        repository: RepositoryId,
        /// The names of the fabrics that match.
        fabrics: Vec<String>,
        /// Why: the trigger's word.
        cause: Trigger,
    },
    /// Nothing but to be on record.
    Nothing {
        /// `pinged`, `unmatched` or `refused`.
        result: DeliveryResult,
        /// Why.
        message: String,
    },
}

/// What became of a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// What.
    pub result: DeliveryResult,
    /// The ring that it was, or that the same delivery was before.
    pub ring: Option<RingSeq>,
}

/// By hook and the sender's id, what was rung for the same delivery before.
type Before = HashMap<(String, String), (RepositoryId, RingSeq)>;

impl Store {
    /// Rings for all of `deliveries` and writes them down, in one transaction; on return both are durable. Rings at one door
    /// are one. A delivery that came before rings again only if its ring is still unanswered. The answer is in the order
    /// of the question.
    pub async fn record_deliveries(
        &self,
        deliveries: &[NewDelivery],
        now_ms: i64,
    ) -> Result<Vec<Recorded>, StoreError> {
        let attempted = "record the deliveries";
        let mut transaction = self.begin(attempted).await?;
        let connection = &mut *transaction;
        let before = self.answered_before(connection, deliveries).await.map_err(failed(attempted))?;
        let doors = doors(deliveries, &before);
        let rings = ring_on(connection, self.dialect, &doors, now_ms).await.map_err(failed(attempted))?;
        let recorded: Vec<Recorded> = deliveries.iter().map(|delivery| fate(delivery, &before, &rings)).collect();
        for (chunk, fates) in deliveries.chunks(BATCH_ROWS).zip(recorded.chunks(BATCH_ROWS)) {
            insert(connection, self.dialect, chunk, fates).await.map_err(failed(attempted))?;
        }
        fired(connection, self.dialect, deliveries).await.map_err(failed(attempted))?;
        transaction.commit().await.map_err(failed(attempted))?;
        Ok(recorded)
    }

    /// Those of `deliveries` that came before, and whose ring is answered: a visit that began after it has ended.
    async fn answered_before(
        &self,
        connection: &mut AnyConnection,
        deliveries: &[NewDelivery],
    ) -> Result<Before, Error> {
        let ids: BTreeSet<&str> = deliveries.iter().filter_map(repeatable).collect();
        let ids: Vec<&str> = ids.into_iter().collect();
        let mut before = Before::new();
        for chunk in ids.chunks(BATCH_ROWS) {
            let places: Vec<_> = (1..=chunk.len()).map(|n| self.dialect.parameter(n)).collect();
            let sql = format!(
                "SELECT hook_id, delivery_id, v.repository_id, ring FROM deliveries v \
                 JOIN doorbells d ON d.repository_id = v.repository_id AND d.answered >= v.ring \
                 WHERE v.ring IS NOT NULL AND v.delivery_id IS NOT NULL AND v.delivery_id IN ({})",
                places.join(", ")
            );
            let mut query = sqlx::query(AssertSqlSafe(sql));
            for id in chunk {
                query = query.bind((*id).to_owned());
            }
            for row in query.fetch_all(&mut *connection).await? {
                before.insert(key(&row)?, (RepositoryId(row.try_get(2)?), RingSeq(row.try_get(3)?)));
            }
        }
        Ok(before)
    }
}

fn repeatable(delivery: &NewDelivery) -> Option<&str> {
    delivery.delivery_id.as_deref().filter(|_| matches!(delivery.wanted, Wanted::Ring { .. }))
}

fn key(row: &AnyRow) -> Result<(String, String), Error> {
    Ok((row.try_get(0)?, row.try_get(1)?))
}

fn repeats<'a>(delivery: &NewDelivery, before: &'a Before) -> Option<&'a (RepositoryId, RingSeq)> {
    before.get(&(delivery.hook.0.clone(), delivery.delivery_id.clone()?))
}

/// The doors that somebody wants to be rung at.
fn doors(deliveries: &[NewDelivery], before: &Before) -> BTreeMap<RepositoryId, Trigger> {
    let mut doors = BTreeMap::new();
    for delivery in deliveries {
        if let (Wanted::Ring { repository, cause, .. }, None) = (&delivery.wanted, repeats(delivery, before)) {
            doors.insert(*repository, *cause);
        }
    }
    doors
}

fn fate(delivery: &NewDelivery, before: &Before, rings: &BTreeMap<RepositoryId, RingSeq>) -> Recorded {
    match &delivery.wanted {
        Wanted::Nothing { result, .. } => Recorded { result: *result, ring: None },
        Wanted::Ring { repository, .. } => match repeats(delivery, before) {
            Some((_, ring)) => Recorded { result: DeliveryResult::Repeated, ring: Some(*ring) },
            None => Recorded { result: DeliveryResult::Rang, ring: rings.get(repository).copied() },
        },
    }
}

const COLUMNS: usize = 14;

async fn insert(
    connection: &mut AnyConnection,
    dialect: Dialect,
    deliveries: &[NewDelivery],
    fates: &[Recorded],
) -> Result<(), Error> {
    let row = |at: usize| {
        let places: Vec<_> = (1..=COLUMNS).map(|n| dialect.parameter(at * COLUMNS + n)).collect();
        format!("({})", places.join(", "))
    };
    let rows: Vec<_> = (0..deliveries.len()).map(row).collect();
    let sql = format!(
        "INSERT INTO deliveries (id, at_ms, hook_id, hook, provider, source, signature, delivery_id, event, result, message, \
         repository_id, ring, fabrics) VALUES {}",
        rows.join(", ")
    );
    let mut query = sqlx::query(AssertSqlSafe(sql));
    for (delivery, fate) in deliveries.iter().zip(fates) {
        query = bind(query, delivery, fate);
    }
    query.execute(connection).await?;
    Ok(())
}

type Query<'q> = sqlx::query::Query<'q, Any, sqlx::any::AnyArguments>;

fn bind<'q>(query: Query<'q>, delivery: &NewDelivery, fate: &Recorded) -> Query<'q> {
    let good = delivery.signature == "good";
    let (message, repository, fabrics) = match &delivery.wanted {
        Wanted::Ring { repository, fabrics, .. } => (String::new(), Some(repository.0), fabrics.as_slice()),
        Wanted::Nothing { message, .. } => (message.clone(), None, &[][..]),
    };
    query
        .bind(delivery.id.clone())
        .bind(delivery.at_ms)
        .bind(delivery.hook.0.clone())
        .bind(delivery.hook.1.clone())
        .bind(delivery.provider.clone())
        .bind(delivery.source.clone())
        .bind(delivery.signature)
        .bind(delivery.delivery_id.clone().filter(|_| good))
        .bind(delivery.event.replace('\0', "\u{fffd}"))
        .bind(fate.result.as_str())
        .bind(message.replace('\0', "\u{fffd}"))
        .bind(repository)
        .bind(fate.ring.map(|ring| ring.0))
        .bind(serde_json::json!(fabrics).to_string())
}

/// When each hook was last good for something.
async fn fired(connection: &mut AnyConnection, dialect: Dialect, deliveries: &[NewDelivery]) -> Result<(), Error> {
    let good = deliveries.iter().filter(|delivery| delivery.signature == "good");
    let Some(at_ms) = good.clone().map(|delivery| delivery.at_ms).max() else { return Ok(()) };
    let hooks: BTreeSet<&str> = good.map(|delivery| delivery.hook.0.as_str()).collect();
    let hooks: Vec<_> = hooks.into_iter().collect();
    for chunk in hooks.chunks(BATCH_ROWS) {
        let places: Vec<_> = (2..=chunk.len() + 1).map(|n| dialect.parameter(n)).collect();
        let first = dialect.parameter(1);
        let sql = format!("UPDATE hooks SET fired_ms = {first} WHERE id IN ({})", places.join(", "));
        let mut query = sqlx::query(AssertSqlSafe(sql)).bind(at_ms);
        for hook in chunk {
            query = query.bind((*hook).to_owned());
        }
        query.execute(&mut *connection).await?;
    }
    Ok(())
}
