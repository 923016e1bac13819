//! One bell at each repository's door. Rings coalesce: however many come during a visit, one more visit answers them.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;
use sqlx::Row;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Error};

use super::InstanceId;
use super::instances::alive_since;
use crate::dialect::Dialect;
use crate::error::{StoreError, failed};
use crate::lease::milliseconds;
use crate::limits::{BATCH_ROWS, MAX_RING_SETTLE, RING_SETTLE};
use crate::linkage::RepositoryId;
use crate::run::Trigger;
use crate::store::Store;

/// A ring's number, counted from 1 at each repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct RingSeq(pub i64);

impl fmt::Display for RingSeq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// What became of a ring.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Ring {
    /// Nobody rang so often.
    Unknown,
    /// Nobody has gone to the door yet.
    Waiting,
    /// A visit that began after it is under way.
    Running,
    /// A visit that began after it has ended.
    Answered,
}

/// A repository whose turn has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// Which.
    pub repository: RepositoryId,
    /// Its address, as git is given it.
    pub address: String,
    /// The newest ring, which a visit that begins now answers.
    pub rung: RingSeq,
    /// Whether somebody rang, rather than the clock.
    pub rang: bool,
    /// Since when it has been due, in ms since 1970 UTC.
    pub since_ms: i64,
    /// When the clock's next look was due.
    pub next_due_ms: i64,
    /// Visits in a row that could not be done.
    pub failures: i64,
}

/// A repository's door.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Door {
    /// Which.
    pub repository: RepositoryId,
    /// Whether somebody rang whom nobody has answered.
    pub rung: bool,
    /// Since when, in ms since 1970 UTC.
    pub first_rung_ms: Option<i64>,
    /// When the clock's next look is due.
    pub next_due_ms: i64,
}

/// How a visit leaves the door.
#[derive(Clone, Debug)]
pub struct Answered {
    /// The newest ring when it began.
    pub rung: RingSeq,
    /// When the clock's next look is due, in ms since 1970 UTC.
    pub next_due_ms: i64,
    /// Nothing is done before, whoever rings; the server's word, or the limit of pushes.
    pub not_before_ms: i64,
    /// Visits in a row that could not be done, this one included.
    pub failures: i64,
}

const DUE: &str = "SELECT r.id AS repository_id, r.address, COALESCE(d.rung, 0) AS rung, COALESCE(d.answered, 0) AS answered, \
     d.first_rung_ms, COALESCE(d.next_due_ms, 0) AS next_due_ms, COALESCE(d.failures, 0) AS failures \
     FROM repositories r LEFT JOIN doorbells d ON d.repository_id = r.id \
     WHERE r.name IS NOT NULL AND EXISTS (SELECT 1 FROM fabrics f WHERE f.repository_id = r.id AND f.name IS NOT NULL) \
     AND (d.repository_id IS NULL OR d.next_due_ms <= $1 OR (d.rung > d.answered AND (COALESCE(d.first_rung_ms, 0) <= $1 - $5 \
     OR COALESCE(d.first_rung_ms, 0) <= $1 - $4 * (d.rung - d.answered) OR REPLACE(REPLACE(d.causes, 'webhook ', ''), 'netbox ', '') <> ''))) \
     AND COALESCE(d.not_before_ms, 0) <= $1 \
     AND (d.claimed_by IS NULL OR d.claimed_by = $6 \
     OR NOT EXISTS (SELECT 1 FROM instances i WHERE i.id = d.claimed_by AND i.beat_ms > $2)) \
     ORDER BY COALESCE(d.first_rung_ms, d.next_due_ms, 0), r.id LIMIT $3";

impl Store {
    /// Rings at `repository`'s door. On return the ring is on record.
    pub async fn ring(&self, repository: RepositoryId, cause: Trigger, now_ms: i64) -> Result<RingSeq, StoreError> {
        let attempted = "ring at the repository's door";
        let mut connection = self.writer.acquire().await.map_err(failed(attempted))?;
        let doors = BTreeMap::from([(repository, cause)]);
        let rings = ring_on(&mut connection, self.dialect, &doors, now_ms).await.map_err(failed(attempted))?;
        let ring = rings.into_values().next();
        ring.ok_or_else(|| StoreError::unexpected(attempted, "the ring that was just written is not there"))
    }

    /// Rings at the door of every repository that has a linked fabric: the service starts.
    pub async fn ring_all(&self, cause: Trigger, now_ms: i64) -> Result<u64, StoreError> {
        let attempted = "ring at every door";
        let done = sqlx::query(
            "INSERT INTO doorbells (repository_id, rung, answered, causes, first_rung_ms, not_before_ms, next_due_ms, failures) \
             SELECT id, 1, 0, $1, $2, 0, $2, 0 FROM repositories r WHERE r.name IS NOT NULL \
             AND EXISTS (SELECT 1 FROM fabrics f WHERE f.repository_id = r.id AND f.name IS NOT NULL) \
             ON CONFLICT (repository_id) DO UPDATE SET rung = doorbells.rung + 1, \
             causes = CASE WHEN doorbells.causes LIKE $3 THEN doorbells.causes ELSE doorbells.causes || excluded.causes END, \
             first_rung_ms = COALESCE(doorbells.first_rung_ms, excluded.first_rung_ms)",
        )
        .bind(format!("{cause} "))
        .bind(now_ms)
        .bind(format!("%{cause} %"))
        .execute(&self.writer)
        .await
        .map_err(failed(attempted))?;
        Ok(done.rows_affected())
    }

    /// Nobody waits longer than until `latest_ms`: the clock by which longer waits were set was wrong.
    pub async fn shorten_waits(&self, latest_ms: i64) -> Result<(), StoreError> {
        let attempted = "shorten the waits";
        sqlx::query("UPDATE doorbells SET not_before_ms = $1 WHERE not_before_ms > $1")
            .bind(latest_ms)
            .execute(&self.writer)
            .await
            .map_err(failed(attempted))?;
        Ok(())
    }

    /// The repositories whose turn has come, the longest due first: at most `limit`.
    ///
    /// A program that rings is heard when it has rung itself out, so that a burst is one visit: [`RING_SETTLE`] later for each
    /// ring that waits, and no later than [`MAX_RING_SETTLE`] after the first. A person waits for no program.
    ///
    /// Where another instance than `own` is at a door nothing is due there. `own` knows itself where it is: a store that comes back
    /// from a backup may have it at doors that it has left.
    pub async fn due(&self, own: Option<InstanceId>, now_ms: i64, limit: u32) -> Result<Vec<Due>, StoreError> {
        let attempted = "see what is due";
        let rows = sqlx::query(DUE)
            .bind(now_ms)
            .bind(alive_since(now_ms))
            .bind(i64::from(limit))
            .bind(milliseconds(RING_SETTLE))
            .bind(milliseconds(MAX_RING_SETTLE))
            .bind(own.map(|own| own.0))
            .fetch_all(&self.pool)
            .await
            .map_err(failed(attempted))?;
        rows.iter().map(due).collect::<Result<_, _>>().map_err(failed(attempted))
    }

    /// Goes to `repository`'s door, for `instance`, and says what is to be answered, and why; `None` when another instance is there.
    pub async fn claim(
        &self,
        repository: RepositoryId,
        instance: InstanceId,
        now_ms: i64,
    ) -> Result<Option<(RingSeq, Vec<Trigger>)>, StoreError> {
        let attempted = "go to the repository's door";
        let mut transaction = self.begin(attempted).await?;
        let done = sqlx::query(
            "INSERT INTO doorbells \
             (repository_id, rung, answered, causes, not_before_ms, next_due_ms, failures, claimed_by, claimed_ms) \
             VALUES ($1, 0, 0, '', 0, $2, 0, $3, $2) ON CONFLICT (repository_id) DO UPDATE \
             SET claimed_by = excluded.claimed_by, claimed_ms = excluded.claimed_ms WHERE doorbells.claimed_by IS NULL \
             OR doorbells.claimed_by = excluded.claimed_by OR NOT EXISTS (SELECT 1 FROM instances i WHERE i.id = doorbells.claimed_by AND i.beat_ms > $4)",
        )
        .bind(repository.0)
        .bind(now_ms)
        .bind(instance.0)
        .bind(alive_since(now_ms))
        .execute(&mut *transaction)
        .await
        .map_err(failed(attempted))?;
        if done.rows_affected() == 0 {
            return Ok(None);
        }
        let row = sqlx::query("SELECT rung, causes FROM doorbells WHERE repository_id = $1")
            .bind(repository.0)
            .fetch_one(&mut *transaction)
            .await
            .map_err(failed(attempted))?;
        sqlx::query("UPDATE doorbells SET causes = '' WHERE repository_id = $1")
            .bind(repository.0)
            .execute(&mut *transaction)
            .await
            .map_err(failed(attempted))?;
        transaction.commit().await.map_err(failed(attempted))?;
        let rung = row.try_get("rung").map_err(failed(attempted))?;
        let causes: String = row.try_get("causes").map_err(failed(attempted))?;
        Ok(Some((RingSeq(rung), causes.split_whitespace().filter_map(|word| word.parse().ok()).collect())))
    }

    /// Leaves the door, with the rings answered that were there at the beginning.
    pub async fn answer(
        &self,
        repository: RepositoryId,
        instance: InstanceId,
        answered: &Answered,
        now_ms: i64,
    ) -> Result<(), StoreError> {
        let attempted = "leave the repository's door";
        sqlx::query(
            "UPDATE doorbells SET answered = $1, next_due_ms = $2, not_before_ms = $3, failures = $4, claimed_by = NULL, \
             claimed_ms = NULL, first_rung_ms = CASE WHEN rung > $1 THEN CAST($5 AS BIGINT) END \
             WHERE repository_id = $6 AND claimed_by = $7",
        )
        .bind(answered.rung.0)
        .bind(answered.next_due_ms)
        .bind(answered.not_before_ms)
        .bind(answered.failures)
        .bind(now_ms)
        .bind(repository.0)
        .bind(instance.0)
        .execute(&self.writer)
        .await
        .map_err(failed(attempted))?;
        Ok(())
    }

    /// Leaves the door with nothing answered: the visit broke off.
    pub async fn let_go(&self, repository: RepositoryId, instance: InstanceId) -> Result<(), StoreError> {
        let attempted = "leave the repository's door";
        sqlx::query(
            "UPDATE doorbells SET claimed_by = NULL, claimed_ms = NULL WHERE repository_id = $1 AND claimed_by = $2",
        )
        .bind(repository.0)
        .bind(instance.0)
        .execute(&self.writer)
        .await
        .map_err(failed(attempted))?;
        Ok(())
    }

    /// All doors at which somebody has rung or been.
    pub async fn doors(&self) -> Result<Vec<Door>, StoreError> {
        let attempted = "see what is due";
        let rows = sqlx::query("SELECT repository_id, rung, answered, first_rung_ms, next_due_ms FROM doorbells")
            .fetch_all(&self.pool)
            .await
            .map_err(failed(attempted))?;
        rows.iter().map(door).collect::<Result<_, _>>().map_err(failed(attempted))
    }

    /// How many rings nobody has answered yet, and since when the oldest waits, in ms since 1970 UTC.
    pub async fn unanswered(&self) -> Result<(u64, Option<i64>), StoreError> {
        let attempted = "count the rings that wait";
        let row = sqlx::query(
            "SELECT CAST(COALESCE(sum(rung - answered), 0) AS BIGINT) AS waiting, min(first_rung_ms) AS oldest \
             FROM doorbells WHERE rung > answered",
        )
        .fetch_one(&self.pool)
        .await
        .map_err(failed(attempted))?;
        let waiting: i64 = row.try_get("waiting").map_err(failed(attempted))?;
        Ok((waiting.unsigned_abs(), row.try_get("oldest").map_err(failed(attempted))?))
    }

    /// What became of a ring; for an answered one the visit that answered it, where that left a record.
    pub async fn ring_answer(
        &self,
        repository: RepositoryId,
        ring: RingSeq,
    ) -> Result<(Ring, Option<super::Visit>), StoreError> {
        let attempted = "see what became of the ring";
        let row = sqlx::query("SELECT rung, answered, claimed_by FROM doorbells WHERE repository_id = $1")
            .bind(repository.0)
            .fetch_optional(&self.pool)
            .await
            .map_err(failed(attempted))?;
        let Some(row) = row else { return Ok((Ring::Unknown, None)) };
        let (rung, answered): (i64, i64) =
            (row.try_get("rung").map_err(failed(attempted))?, row.try_get("answered").map_err(failed(attempted))?);
        let claimed: Option<i64> = row.try_get("claimed_by").map_err(failed(attempted))?;
        Ok(match ring.0 {
            seq if seq < 1 || seq > rung => (Ring::Unknown, None),
            seq if seq <= answered => (Ring::Answered, self.visit_of_ring(repository, ring).await?),
            _ if claimed.is_some() => (Ring::Running, None),
            _ => (Ring::Waiting, None),
        })
    }
}

/// Rings at these doors, once at each, in one statement within whatever transaction `connection` is in.
pub(crate) async fn ring_on(
    connection: &mut AnyConnection,
    dialect: Dialect,
    doors: &BTreeMap<RepositoryId, Trigger>,
    now_ms: i64,
) -> Result<BTreeMap<RepositoryId, RingSeq>, Error> {
    let mut rings = BTreeMap::new();
    // In the order of their ids, as everybody who locks several.
    let doors: Vec<_> = doors.iter().collect();
    for chunk in doors.chunks(BATCH_ROWS) {
        let place = |at: usize, n: usize| dialect.parameter(at * 4 + n);
        let row = |at| format!("({}, 1, 0, {}, {}, 0, {}, 0)", place(at, 1), place(at, 2), place(at, 3), place(at, 4));
        let rows: Vec<_> = (0..chunk.len()).map(row).collect();
        let sql = format!(
            "INSERT INTO doorbells (repository_id, rung, answered, causes, first_rung_ms, not_before_ms, next_due_ms, failures) \
             VALUES {} ON CONFLICT (repository_id) DO UPDATE SET rung = doorbells.rung + 1, \
             first_rung_ms = COALESCE(doorbells.first_rung_ms, excluded.first_rung_ms), \
             causes = CASE WHEN doorbells.causes LIKE '%' || excluded.causes || '%' THEN doorbells.causes \
             ELSE doorbells.causes || excluded.causes END RETURNING repository_id, rung",
            rows.join(", ")
        );
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for (repository, cause) in chunk {
            query = query.bind(repository.0).bind(format!("{cause} ")).bind(now_ms).bind(now_ms);
        }
        for row in query.fetch_all(&mut *connection).await? {
            rings.insert(RepositoryId(row.try_get("repository_id")?), RingSeq(row.try_get("rung")?));
        }
    }
    Ok(rings)
}

fn door(row: &AnyRow) -> Result<Door, sqlx::Error> {
    let (rung, answered): (i64, i64) = (row.try_get("rung")?, row.try_get("answered")?);
    Ok(Door {
        repository: RepositoryId(row.try_get("repository_id")?),
        rung: rung > answered,
        first_rung_ms: row.try_get("first_rung_ms")?,
        next_due_ms: row.try_get("next_due_ms")?,
    })
}

fn due(row: &AnyRow) -> Result<Due, sqlx::Error> {
    let (rung, answered): (i64, i64) = (row.try_get("rung")?, row.try_get("answered")?);
    let next_due_ms: i64 = row.try_get("next_due_ms")?;
    let first_rung_ms: Option<i64> = row.try_get("first_rung_ms")?;
    Ok(Due {
        repository: RepositoryId(row.try_get("repository_id")?),
        address: row.try_get("address")?,
        rung: RingSeq(rung),
        rang: rung > answered,
        since_ms: first_rung_ms.filter(|_| rung > answered).map_or(next_due_ms, |rang| rang.min(next_due_ms)),
        next_due_ms,
        failures: row.try_get("failures")?,
    })
}
