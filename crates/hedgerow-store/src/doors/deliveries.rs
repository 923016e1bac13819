//! What came in, and what came of it. The oldest are forgotten.

use serde::Serialize;
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Error, Row};

use crate::asked::{Asked, Parameter};
use crate::error::{StoreError, failed};
use crate::linkage::RepositoryId;
use crate::liveness::RingSeq;
use crate::page::{Cursor, Page, page, rows};
use crate::retention::Retention;
use crate::row::{parse_json, word};
use crate::store::Store;
use crate::words::words;

words! {
    /// What came of a delivery.
    DeliveryResult {
        /// It rang.
        Rang = "rang",
        /// It came before, and a visit has ended since: it did not ring again.
        Repeated = "repeated",
        /// It only asked whether somebody is there.
        Pinged = "pinged",
        /// No fabric matches it.
        Unmatched = "unmatched",
        /// Its signature is not good, or it is too large.
        Refused = "refused",
    }
}

/// A delivery, as the store knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Delivery {
    /// By which it is known here.
    pub id: String,
    /// When it came in, in ms since 1970 UTC.
    pub at_ms: i64,
    /// The hook's name, as it was then.
    pub hook: String,
    /// Who sent it.
    pub provider: String,
    /// From which address.
    pub source: String,
    /// What its signature was worth.
    pub signature: String,
    /// By which the sender knows it.
    pub delivery_id: Option<String>,
    /// The sender's word for what happened.
    pub event: String,
    /// What came of it.
    pub result: DeliveryResult,
    /// Why, where that needs words.
    pub message: String,
    /// The repository that it rang at.
    #[serde(skip)]
    pub repository_id: Option<RepositoryId>,
    /// That repository's name, as long as it has one.
    pub repository: Option<String>,
    /// Its ring.
    pub ring: Option<RingSeq>,
    /// The fabrics that matched.
    pub fabrics: Vec<String>,
}

/// Which deliveries to list. The default: all.
#[derive(Clone, Debug, Default)]
pub struct DeliveryFilter {
    /// Those that matched this fabric alone.
    pub fabric: Option<String>,
    /// By this hook alone.
    pub hook: Option<String>,
    /// With this result alone.
    pub result: Option<DeliveryResult>,
}

const SELECT: &str = "SELECT seq, v.id, at_ms, hook, provider, source, signature, delivery_id, event, result, message, \
     v.repository_id, r.name AS repository, ring, fabrics FROM deliveries v LEFT JOIN repositories r ON r.id = v.repository_id";

impl Store {
    /// Deliveries, newest first: at most `limit` (and at most [`crate::limits::MAX_PAGE_ROWS`]), from `before` on.
    pub async fn deliveries(
        &self,
        filter: &DeliveryFilter,
        limit: u32,
        before: Option<Cursor>,
    ) -> Result<Page<Delivery>, StoreError> {
        let attempted = "list the deliveries";
        let limit = rows(limit);
        let mut asked = Asked::default();
        if let Some(name) = &filter.fabric {
            // What matches a fabric rings at its repository. Names have no characters that JSON or LIKE would spell otherwise,
            // but for `_`, which LIKE takes for any.
            let pattern = format!("%\"{}\"%", name.replace('_', "\\_"));
            asked.add_all([Parameter::text(name), Parameter::text(pattern)], |n| {
                let of = format!("v.repository_id = (SELECT repository_id FROM fabrics WHERE name = ${n})");
                format!("{of} AND fabrics LIKE ${} ESCAPE '\\'", n + 1)
            });
        }
        asked.add(filter.hook.as_ref().map(Parameter::text), |n| format!("hook = ${n}"));
        if let Some(result) = filter.result {
            asked.word("result", result.as_str());
        }
        asked.add(before.map(|cursor| Parameter::Number(cursor.0)), |n| format!("seq < ${n}"));
        let sql = format!("{SELECT} WHERE {} ORDER BY seq DESC LIMIT {}", asked.conditions(), limit + 1);
        let found = asked.bound(sql).fetch_all(&self.pool).await.map_err(failed(attempted))?;
        let keyed = |row: &AnyRow| Ok((row.try_get::<i64, _>("seq")?, delivery(row)?));
        let deliveries = found.iter().map(keyed).collect::<Result<_, Error>>().map_err(failed(attempted))?;
        Ok(page(deliveries, limit))
    }

    /// The delivery of this id.
    pub async fn delivery(&self, id: &str) -> Result<Option<Delivery>, StoreError> {
        let attempted = "look the delivery up";
        let row = sqlx::query(AssertSqlSafe(format!("{SELECT} WHERE v.id = $1")))
            .bind(id)
            .fetch_optional(&self.pool)
            .await
            .map_err(failed(attempted))?;
        row.as_ref().map(delivery).transpose().map_err(failed(attempted))
    }

    /// Forgets what is older than [`Retention::delivery_age`], and of both kinds all but the newest: [`Retention::deliveries`]
    /// with a good signature and [`Retention::refused_deliveries`] without, so that a stranger's flood takes nobody else's place.
    pub async fn forget_deliveries(&self, now_ms: i64) -> Result<u64, StoreError> {
        let attempted = "forget old deliveries";
        let mut transaction = self.begin(attempted).await?;
        let Retention { deliveries, refused_deliveries, delivery_age, .. } = self.retention;
        let age_ms = i64::try_from(delivery_age.as_millis()).unwrap_or(i64::MAX);
        let mut gone = sqlx::query("DELETE FROM deliveries WHERE at_ms < $1")
            .bind(now_ms.saturating_sub(age_ms))
            .execute(&mut *transaction)
            .await
            .map_err(failed(attempted))?
            .rows_affected();
        for (which, kept) in [("signature = 'good'", deliveries), ("signature <> 'good'", refused_deliveries)] {
            let sql = format!(
                "DELETE FROM deliveries WHERE {which} AND seq <= \
                 (SELECT seq FROM deliveries WHERE {which} ORDER BY seq DESC LIMIT 1 OFFSET $1)"
            );
            let done = sqlx::query(AssertSqlSafe(sql))
                .bind(i64::from(kept))
                .execute(&mut *transaction)
                .await
                .map_err(failed(attempted))?;
            gone += done.rows_affected();
        }
        transaction.commit().await.map_err(failed(attempted))?;
        Ok(gone)
    }
}

fn delivery(row: &AnyRow) -> Result<Delivery, Error> {
    let fabrics: String = row.try_get("fabrics")?;
    let fabrics = parse_json("fabrics", &fabrics)?;
    Ok(Delivery {
        id: row.try_get("id")?,
        at_ms: row.try_get("at_ms")?,
        hook: row.try_get("hook")?,
        provider: row.try_get("provider")?,
        source: row.try_get("source")?,
        signature: row.try_get("signature")?,
        delivery_id: row.try_get("delivery_id")?,
        event: row.try_get("event")?,
        result: word(row, "result")?,
        message: row.try_get("message")?,
        repository_id: row.try_get::<Option<i64>, _>("repository_id")?.map(RepositoryId),
        repository: row.try_get("repository")?,
        ring: row.try_get::<Option<i64>, _>("ring")?.map(RingSeq),
        fabrics: fabrics.as_array().into_iter().flatten().filter_map(|name| name.as_str().map(str::to_owned)).collect(),
    })
}
