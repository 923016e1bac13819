//! Requests that say that they are the same as an earlier one, and what that one was answered.

use sqlx::Row;
use sqlx::any::AnyRow;

use crate::error::{StoreError, failed};
use crate::store::Store;

/// What is known of a request's key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Idempotent {
    /// Nothing: it is this caller's to work on, and then [`Store::remember_idempotent`] or [`Store::forget_idempotent`].
    New,
    /// Another works on it now.
    Pending,
    /// It came before, with another content: a mistake of the caller's.
    Other,
    /// It was answered.
    Done(Remembered),
}

/// An answer that was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remembered {
    /// Its HTTP status.
    pub status: u16,
    /// Whatever the caller makes of it: headers and body. Holds no secret.
    pub answer: String,
}

impl Store {
    /// Begins to work on the request that `principal` calls `key`, whose content has this digest. What began before
    /// `forget_before_ms` counts as never seen, and is forgotten.
    pub async fn idempotent(
        &self,
        principal: &str,
        key: &str,
        digest: &str,
        now_ms: i64,
        forget_before_ms: i64,
    ) -> Result<Idempotent, StoreError> {
        let attempted = "look for an earlier request";
        let mut transaction = self.begin(attempted).await?;
        sqlx::query("DELETE FROM idempotency WHERE begun_ms < $1")
            .bind(forget_before_ms)
            .execute(&mut *transaction)
            .await
            .map_err(failed(attempted))?;
        let done = sqlx::query(
            "INSERT INTO idempotency (principal, request_key, request_digest, begun_ms) VALUES ($1, $2, $3, $4) \
             ON CONFLICT DO NOTHING",
        )
        .bind(principal)
        .bind(key)
        .bind(digest)
        .bind(now_ms)
        .execute(&mut *transaction)
        .await
        .map_err(failed(attempted))?;
        let row = sqlx::query(
            "SELECT request_digest, status, answer FROM idempotency WHERE principal = $1 AND request_key = $2",
        )
        .bind(principal)
        .bind(key)
        .fetch_one(&mut *transaction)
        .await
        .map_err(failed(attempted))?;
        transaction.commit().await.map_err(failed(attempted))?;
        if done.rows_affected() > 0 {
            return Ok(Idempotent::New);
        }
        known(&row, digest).map_err(failed(attempted))
    }

    /// Remembers what the request was answered.
    pub async fn remember_idempotent(&self, principal: &str, key: &str, answer: &Remembered) -> Result<(), StoreError> {
        let attempted = "remember the answer";
        sqlx::query("UPDATE idempotency SET status = $1, answer = $2 WHERE principal = $3 AND request_key = $4")
            .bind(i64::from(answer.status))
            .bind(&answer.answer)
            .bind(principal)
            .bind(key)
            .execute(&self.writer)
            .await
            .map_err(failed(attempted))?;
        Ok(())
    }

    /// Forgets a request that came to nothing: it may be tried again.
    pub async fn forget_idempotent(&self, principal: &str, key: &str) -> Result<(), StoreError> {
        let attempted = "forget the request";
        sqlx::query("DELETE FROM idempotency WHERE principal = $1 AND request_key = $2 AND status IS NULL")
            .bind(principal)
            .bind(key)
            .execute(&self.writer)
            .await
            .map_err(failed(attempted))?;
        Ok(())
    }
}

fn known(row: &AnyRow, digest: &str) -> Result<Idempotent, sqlx::Error> {
    let same = row.try_get::<String, _>("request_digest")? == digest;
    let status: Option<i64> = row.try_get("status")?;
    Ok(match status {
        _ if !same => Idempotent::Other,
        None => Idempotent::Pending,
        Some(status) => Idempotent::Done(Remembered {
            status: u16::try_from(status).unwrap_or(500),
            answer: row.try_get("answer")?,
        }),
    })
}
