//! Which configuration file is in force, where several services, each with its copy of it, share one store.
//!
//! One of them applies a file at a time, and an older file never wins: neither one with a smaller version, nor one
//! whose text was in force under the same version and was replaced since. Whoever wants an old text back raises the version.

use std::time::Duration;

use sqlx::{AnyConnection, AssertSqlSafe, Error, Row};

use crate::error::{StoreError, failed};
use crate::store::Store;

/// A file, as far as it matters which of two is the newer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declaration {
    /// What the file calls its version.
    pub version: i64,
    /// SHA-256 of what it declares, in hex.
    pub digest: String,
}

/// What came of wanting to apply a file.
#[derive(Debug)]
pub enum Declared {
    /// It is the newest, and the caller is the one who applies it.
    Apply(Declaring),
    /// A newer one is, or was, in force. Nothing is to be applied.
    Older {
        /// The version of the one that is in force.
        in_force: i64,
        /// Since when, in ms since 1970 UTC.
        since_ms: i64,
    },
    /// Another service is applying one just now.
    Busy {
        /// As that one calls itself.
        holder: String,
    },
}

/// The right to apply one file. It expires unless it is given back by [`Declaring::done`].
#[derive(Debug)]
#[must_use]
pub struct Declaring {
    store: Store,
    declaration: Declaration,
    token: i64,
}

const ATTEMPTED: &str = "see which configuration file is in force";

impl Store {
    /// Wants to apply `declaration` as `holder`, for at most `ttl`. That it is the newest is on record from then on.
    pub async fn declare(
        &self,
        declaration: &Declaration,
        holder: &str,
        ttl: Duration,
        now_ms: i64,
    ) -> Result<Declared, StoreError> {
        let mut transaction = self.begin(ATTEMPTED).await?;
        let Some(token) = self.take_declaring(&mut transaction, holder, ttl).await.map_err(failed(ATTEMPTED))? else {
            let holder = sqlx::query_scalar("SELECT holder FROM declaring")
                .fetch_one(&mut *transaction)
                .await
                .map_err(failed(ATTEMPTED))?;
            return Ok(Declared::Busy { holder });
        };
        if let Some(older) = older(&mut transaction, declaration).await.map_err(failed(ATTEMPTED))? {
            // The right is not taken: the transaction is not committed.
            return Ok(older);
        }
        enter(&mut transaction, declaration, holder, now_ms).await.map_err(failed(ATTEMPTED))?;
        transaction.commit().await.map_err(failed(ATTEMPTED))?;
        Ok(Declared::Apply(Declaring { store: self.clone(), declaration: declaration.clone(), token }))
    }

    async fn take_declaring(
        &self,
        connection: &mut AnyConnection,
        holder: &str,
        ttl: Duration,
    ) -> Result<Option<i64>, Error> {
        let now = self.dialect.now_ms();
        if let Some(row) = sqlx::query("SELECT holder, token FROM declaring").fetch_optional(&mut *connection).await? {
            let (held_by, token): (String, i64) = (row.try_get(0)?, row.try_get(1)?);
            if crate::process::is_gone(&held_by) {
                sqlx::query("UPDATE declaring SET expires_ms = 0 WHERE token = $1")
                    .bind(token)
                    .execute(&mut *connection)
                    .await?;
            }
        }
        sqlx::query_scalar(AssertSqlSafe(format!(
            "INSERT INTO declaring (only_row, token, holder, expires_ms) VALUES (1, 1, $1, {now} + $2) \
             ON CONFLICT (only_row) DO UPDATE \
             SET token = declaring.token + 1, holder = excluded.holder, expires_ms = excluded.expires_ms \
             WHERE declaring.expires_ms <= {now} RETURNING token"
        )))
        .bind(holder)
        .bind(i64::try_from(ttl.as_millis()).unwrap_or(i64::MAX / 2))
        .fetch_optional(connection)
        .await
    }
}

impl Declaring {
    /// Whether the file is still the newest, and the right still ours: to be asked before each change.
    pub async fn is_in_force(&self) -> Result<bool, StoreError> {
        let mut connection = self.store.read(ATTEMPTED).await?;
        let newest = newest(&mut connection).await.map_err(failed(ATTEMPTED))?;
        let token: Option<i64> = sqlx::query_scalar("SELECT token FROM declaring")
            .fetch_optional(&mut *connection)
            .await
            .map_err(failed(ATTEMPTED))?;
        Ok(token == Some(self.token) && newest.is_some_and(|(newest, _)| newest == self.declaration))
    }

    /// It is applied, as far as it could be: others may.
    pub async fn done(self) -> Result<(), StoreError> {
        sqlx::query("UPDATE declaring SET expires_ms = 0 WHERE token = $1")
            .bind(self.token)
            .execute(&self.store.writer)
            .await
            .map_err(failed(ATTEMPTED))?;
        Ok(())
    }
}

/// The file that is in force, and since when.
async fn newest(connection: &mut AnyConnection) -> Result<Option<(Declaration, i64)>, Error> {
    let row = sqlx::query("SELECT version, digest, since_ms FROM declarations ORDER BY seq DESC LIMIT 1")
        .fetch_optional(connection)
        .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some((Declaration { version: row.try_get(0)?, digest: row.try_get(1)? }, row.try_get(2)?)))
}

async fn older(connection: &mut AnyConnection, wanted: &Declaration) -> Result<Option<Declared>, Error> {
    let Some((in_force, since_ms)) = newest(connection).await? else { return Ok(None) };
    let was_in_force: i64 = sqlx::query_scalar("SELECT count(*) FROM declarations WHERE version = $1 AND digest = $2")
        .bind(wanted.version)
        .bind(&wanted.digest)
        .fetch_one(connection)
        .await?;
    let replaced = was_in_force > 0 && *wanted != in_force;
    let older = wanted.version < in_force.version || replaced;
    Ok(older.then_some(Declared::Older { in_force: in_force.version, since_ms }))
}

async fn enter(connection: &mut AnyConnection, wanted: &Declaration, holder: &str, now_ms: i64) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO declarations (version, digest, since_ms, applied_by) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
    )
    .bind(wanted.version)
    .bind(&wanted.digest)
    .bind(now_ms)
    .bind(holder)
    .execute(connection)
    .await?;
    Ok(())
}
