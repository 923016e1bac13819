//! One writer per repository (invariant 6): the proof that a run is that writer.

use std::time::{Duration, Instant};

use sqlx::{Any, AssertSqlSafe, Row, Transaction};

use crate::error::{StoreError, failed};
use crate::fabric::enter_repository;
use crate::limits::LEASE_POLL;
use crate::store::Store;

/// The right to write about one repository. Only [`Store::acquire`] makes one.
///
/// It lasts until it is released, or until it has expired *and* somebody else took it over: from then on its token
/// is no longer in force, and every write that demands it is refused as [`StoreError::Fenced`], in the same
/// transaction that would have written. A lease that is dropped without [`Lease::release`] expires.
#[derive(Debug)]
#[must_use]
pub struct Lease {
    store: Store,
    repository: String,
    pub(crate) repository_id: i64,
    token: i64,
    ttl: Duration,
}

/// Who holds a repository's lease.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// As the holder called itself.
    pub name: String,
    /// How long its lease lasts unless it is renewed.
    pub remaining: Duration,
}

impl Store {
    /// The lease on `repository` (its canonical URL), for `holder` (shown to people: [`crate::holder_of_this_process`], say),
    /// lasting `ttl` from now or from its last renewal. `None` when others held it for all of `wait`. The lease of a
    /// process of this machine that is certainly gone is taken over at once, if the process held it under that name.
    ///
    /// Waiting is a look every [`LEASE_POLL`] or so, at random: nobody is first for ever.
    pub async fn acquire(
        &self,
        repository: &str,
        holder: &str,
        ttl: Duration,
        wait: Duration,
    ) -> Result<Option<Lease>, StoreError> {
        let attempted = "take the lease on the repository";
        let repository_id = self.repository(repository).await?;
        let deadline = Instant::now() + wait;
        loop {
            if let Some(token) = self.take(repository_id, holder, ttl).await.map_err(failed(attempted))? {
                let repository = repository.to_owned();
                return Ok(Some(Lease { store: self.clone(), repository, repository_id, token, ttl }));
            }
            if self.free_of_the_dead(repository_id).await.map_err(failed(attempted))? > 0 {
                continue;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(None);
            }
            tokio::time::sleep(left.min(LEASE_POLL.mul_f64(0.5 + fastrand::f64()))).await;
        }
    }

    /// Who holds the lease on `repository`, if anybody does.
    pub async fn holder(&self, repository: &str) -> Result<Option<Holder>, StoreError> {
        let attempted = "see who holds the lease";
        let now = self.dialect.now_ms();
        let row = sqlx::query(AssertSqlSafe(format!(
            "SELECT holder, expires_ms - {now} AS remaining_ms FROM leases JOIN repositories ON id = repository_id \
             WHERE url = $1 AND expires_ms > {now}"
        )))
        .bind(repository)
        .fetch_optional(&self.pool)
        .await
        .map_err(failed(attempted))?;
        let Some(row) = row else { return Ok(None) };
        let name = row.try_get("holder").map_err(failed(attempted))?;
        let remaining: i64 = row.try_get("remaining_ms").map_err(failed(attempted))?;
        Ok(Some(Holder { name, remaining: Duration::from_millis(remaining.max(0).unsigned_abs()) }))
    }

    /// Takes the lease on `repository` from whoever has it: from now on that one's writes are refused. For a service that
    /// gives up on a worker of its own.
    pub async fn revoke(&self, repository: &str) -> Result<(), StoreError> {
        let attempted = "revoke the lease";
        sqlx::query(
            "UPDATE leases SET token = token + 1, expires_ms = 0 \
             WHERE repository_id = (SELECT id FROM repositories WHERE url = $1)",
        )
        .bind(repository)
        .execute(&self.writer)
        .await
        .map_err(failed(attempted))?;
        Ok(())
    }

    async fn repository(&self, url: &str) -> Result<i64, StoreError> {
        let attempted = "enter the repository";
        let known = sqlx::query_scalar("SELECT id FROM repositories WHERE url = $1")
            .bind(url)
            .fetch_optional(&self.pool)
            .await
            .map_err(failed(attempted))?;
        if let Some(id) = known {
            return Ok(id);
        }
        let mut transaction = self.begin(attempted).await?;
        let id = enter_repository(&mut transaction, url).await.map_err(failed(attempted))?;
        transaction.commit().await.map_err(failed(attempted))?;
        Ok(id)
    }

    /// A new token, if nobody holds the lease. Looks before it writes: waiting must not keep the writer from its work.
    async fn take(&self, repository_id: i64, holder: &str, ttl: Duration) -> Result<Option<i64>, sqlx::Error> {
        let now = self.dialect.now_ms();
        let held: i64 = sqlx::query_scalar(AssertSqlSafe(format!(
            "SELECT count(*) FROM leases WHERE repository_id = $1 AND expires_ms > {now}"
        )))
        .bind(repository_id)
        .fetch_one(&self.pool)
        .await?;
        if held > 0 {
            return Ok(None);
        }
        sqlx::query_scalar(AssertSqlSafe(format!(
            "INSERT INTO leases (repository_id, token, holder, expires_ms) VALUES ($1, 1, $2, {now} + $3) \
             ON CONFLICT (repository_id) DO UPDATE \
             SET token = leases.token + 1, holder = excluded.holder, expires_ms = excluded.expires_ms \
             WHERE leases.expires_ms <= {now} RETURNING token"
        )))
        .bind(repository_id)
        .bind(holder)
        .bind(milliseconds(ttl))
        .fetch_optional(&self.writer)
        .await
    }

    /// Lets a lease expire whose holder is certainly gone, and says how many that were: none or one. The token fences:
    /// should the holder live after all, its writes are refused.
    async fn free_of_the_dead(&self, repository_id: i64) -> Result<u64, sqlx::Error> {
        let row = sqlx::query("SELECT holder, token FROM leases WHERE repository_id = $1 AND expires_ms > 0")
            .bind(repository_id)
            .fetch_optional(&self.pool)
            .await?;
        let Some(row) = row else { return Ok(0) };
        let (holder, token): (String, i64) = (row.try_get("holder")?, row.try_get("token")?);
        if !crate::process::is_gone(&holder) {
            return Ok(0);
        }
        let done = sqlx::query("UPDATE leases SET expires_ms = 0 WHERE repository_id = $1 AND token = $2")
            .bind(repository_id)
            .bind(token)
            .execute(&self.writer)
            .await?;
        Ok(done.rows_affected())
    }

    /// Begins a transaction in which `lease` is in force and stays so: its row is locked until the transaction ends.
    pub(crate) async fn fenced(&self, lease: &Lease, attempted: &str) -> Result<Transaction<'static, Any>, StoreError> {
        let mut transaction = self.begin(attempted).await?;
        // An update, since SQLite has no `FOR UPDATE`; it changes nothing.
        let done = sqlx::query("UPDATE leases SET token = token WHERE repository_id = $1 AND token = $2")
            .bind(lease.repository_id)
            .bind(lease.token)
            .execute(&mut *transaction)
            .await
            .map_err(failed(attempted))?;
        if done.rows_affected() == 0 { Err(lease.fenced(attempted)) } else { Ok(transaction) }
    }
}

impl Lease {
    /// The repository that it is on.
    pub fn repository(&self) -> &str {
        &self.repository
    }

    /// The fencing token: of two leases on one repository the later has the greater.
    pub fn token(&self) -> i64 {
        self.token
    }

    /// Lets it last for another `ttl` from now. To be called well within it, a third of it, say.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when somebody took it over.
    pub async fn renew(&self) -> Result<(), StoreError> {
        self.expire_in(self.ttl, "renew the lease").await
    }

    /// Gives it back: whoever waits may have it at once.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when somebody took it over; then there is nothing left to do.
    pub async fn release(self) -> Result<(), StoreError> {
        self.expire_in(Duration::ZERO, "release the lease").await
    }

    async fn expire_in(&self, ttl: Duration, attempted: &str) -> Result<(), StoreError> {
        let now = self.store.dialect.now_ms();
        let done = sqlx::query(AssertSqlSafe(format!(
            "UPDATE leases SET expires_ms = {now} + $1 WHERE repository_id = $2 AND token = $3"
        )))
        .bind(milliseconds(ttl))
        .bind(self.repository_id)
        .bind(self.token)
        .execute(&self.store.writer)
        .await
        .map_err(failed(attempted))?;
        if done.rows_affected() == 0 { Err(self.fenced(attempted)) } else { Ok(()) }
    }

    fn fenced(&self, attempted: &str) -> StoreError {
        let attempted = attempted.to_owned();
        StoreError::Fenced { attempted, repository: self.repository.clone(), token: self.token }
    }
}

/// As the databases count time.
pub(crate) fn milliseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX / 2)
}
