//! Sessions: who is signed in. A cookie holds 256 random bits; the store has their hash alone.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};
use sqlx::{AnyConnection, Error, Row};

use super::users::{User, UserId, user};
use crate::error::{StoreError, failed};
use crate::seal::{SealError, random};
use crate::store::Store;

/// The hash by which a session is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionHash(String);

impl SessionHash {
    /// A new session: its cookie's text, and its hash.
    pub fn generate() -> Result<(SecretString, Self), SealError> {
        let cookie: SecretString = URL_SAFE_NO_PAD.encode(random::<32>()?).into();
        let hash = Self::of(&cookie);
        Ok((cookie, hash))
    }

    /// The hash of a cookie's text.
    pub fn of(cookie: &SecretString) -> Self {
        Self(hedgerow_core::digest::sha256(cookie.expose_secret().as_bytes()))
    }
}

/// Somebody who is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Who.
    pub user: User,
    /// Since when, in ms since 1970 UTC.
    pub begun_ms: i64,
    /// When they were last seen, to a minute or so.
    pub seen_ms: i64,
    /// When it ends.
    pub expires_ms: i64,
}

impl Store {
    /// Begins a session of `user`, and notes that they signed in. Sessions that are over are cleared away.
    pub async fn begin_session(
        &self,
        user: UserId,
        hash: &SessionHash,
        now_ms: i64,
        expires_ms: i64,
    ) -> Result<(), StoreError> {
        let attempted = "begin the session";
        let mut transaction = self.begin(attempted).await?;
        sqlx::query("DELETE FROM sessions WHERE expires_ms <= $1")
            .bind(now_ms)
            .execute(&mut *transaction)
            .await
            .map_err(failed(attempted))?;
        sqlx::query("INSERT INTO sessions (hash, user_id, begun_ms, seen_ms, expires_ms) VALUES ($1, $2, $3, $3, $4)")
            .bind(&hash.0)
            .bind(user.0)
            .bind(now_ms)
            .bind(expires_ms)
            .execute(&mut *transaction)
            .await
            .map_err(failed(attempted))?;
        sqlx::query("UPDATE users SET signed_in_ms = $1 WHERE id = $2")
            .bind(now_ms)
            .bind(user.0)
            .execute(&mut *transaction)
            .await
            .map_err(failed(attempted))?;
        transaction.commit().await.map_err(failed(attempted))
    }

    /// The session of this hash that is in force at `now_ms`, of a user who may sign in.
    pub async fn session(&self, hash: &SessionHash, now_ms: i64) -> Result<Option<Session>, StoreError> {
        let attempted = "look the session up";
        let row = sqlx::query(
            "SELECT u.id, u.name, u.email, u.role, u.created_by, u.created_ms, u.changed_ms, u.signed_in_ms, u.disabled_ms, \
             s.begun_ms, s.seen_ms, s.expires_ms FROM sessions s JOIN users u ON u.id = s.user_id \
             WHERE s.hash = $1 AND s.expires_ms > $2 AND u.disabled_ms IS NULL",
        )
        .bind(&hash.0)
        .bind(now_ms)
        .fetch_optional(&mut *self.read(attempted).await?)
        .await
        .map_err(failed(attempted))?;
        let session = row.as_ref().map(|row| {
            Ok(Session {
                user: user(row)?,
                begun_ms: row.try_get("begun_ms")?,
                seen_ms: row.try_get("seen_ms")?,
                expires_ms: row.try_get("expires_ms")?,
            })
        });
        session.transpose().map_err(failed(attempted))
    }

    /// Notes that somebody is still there, and lets the session end later. Not every time: a caller does so once a minute.
    pub async fn touch_session(&self, hash: &SessionHash, now_ms: i64, expires_ms: i64) -> Result<(), StoreError> {
        let attempted = "keep the session";
        sqlx::query("UPDATE sessions SET seen_ms = $1, expires_ms = $2 WHERE hash = $3 AND seen_ms < $1")
            .bind(now_ms)
            .bind(expires_ms)
            .bind(&hash.0)
            .execute(&self.writer)
            .await
            .map_err(failed(attempted))?;
        Ok(())
    }

    /// Ends a session.
    pub async fn end_session(&self, hash: &SessionHash) -> Result<(), StoreError> {
        let attempted = "end the session";
        sqlx::query("DELETE FROM sessions WHERE hash = $1")
            .bind(&hash.0)
            .execute(&self.writer)
            .await
            .map_err(failed(attempted))?;
        Ok(())
    }
}

/// Ends all sessions of a user.
pub(super) async fn end_all(connection: &mut AnyConnection, user: UserId) -> Result<(), Error> {
    sqlx::query("DELETE FROM sessions WHERE user_id = $1").bind(user.0).execute(connection).await?;
    Ok(())
}
