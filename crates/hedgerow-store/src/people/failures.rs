//! Sign-ins that failed, counted by a subject that the caller names: a user's name, an address, or both.

use sqlx::Row;

use crate::error::{StoreError, failed};
use crate::store::Store;

impl Store {
    /// Until when (ms since 1970 UTC) none of `subjects` may try again; `None`: now.
    pub async fn locked_until(&self, subjects: &[&str], now_ms: i64) -> Result<Option<i64>, StoreError> {
        let attempted = "look failed sign-ins up";
        let mut latest = None;
        let mut connection = self.read(attempted).await?;
        for subject in subjects {
            let row = sqlx::query("SELECT until_ms FROM sign_in_failures WHERE subject = $1 AND until_ms > $2")
                .bind(*subject)
                .bind(now_ms)
                .fetch_optional(&mut *connection)
                .await
                .map_err(failed(attempted))?;
            let until: Option<i64> = row.map(|row| row.try_get("until_ms")).transpose().map_err(failed(attempted))?;
            latest = latest.max(until);
        }
        Ok(latest)
    }

    /// Counts a failure of `subject`: how many there are in a row. Those before `since_ms` are forgotten.
    pub async fn count_failure(&self, subject: &str, now_ms: i64, since_ms: i64) -> Result<u32, StoreError> {
        let attempted = "count the failed sign-in";
        let mut transaction = self.begin(attempted).await?;
        sqlx::query("DELETE FROM sign_in_failures WHERE last_ms < $1")
            .bind(since_ms)
            .execute(&mut *transaction)
            .await
            .map_err(failed(attempted))?;
        let failures: i64 = sqlx::query_scalar(
            "INSERT INTO sign_in_failures (subject, failures, last_ms, until_ms) VALUES ($1, 1, $2, 0) \
             ON CONFLICT (subject) DO UPDATE SET failures = sign_in_failures.failures + 1, last_ms = $2 \
             RETURNING failures",
        )
        .bind(subject)
        .bind(now_ms)
        .fetch_one(&mut *transaction)
        .await
        .map_err(failed(attempted))?;
        transaction.commit().await.map_err(failed(attempted))?;
        Ok(u32::try_from(failures).unwrap_or(u32::MAX))
    }

    /// Lets `subject` not try again before `until_ms`.
    pub async fn lock(&self, subject: &str, until_ms: i64) -> Result<(), StoreError> {
        let attempted = "lock the sign-in";
        sqlx::query("UPDATE sign_in_failures SET until_ms = $1 WHERE subject = $2")
            .bind(until_ms)
            .bind(subject)
            .execute(&self.writer)
            .await
            .map_err(failed(attempted))?;
        Ok(())
    }

    /// Forgets the failures of `subject`: it signed in.
    pub async fn forget_failures(&self, subject: &str) -> Result<(), StoreError> {
        let attempted = "forget failed sign-ins";
        sqlx::query("DELETE FROM sign_in_failures WHERE subject = $1")
            .bind(subject)
            .execute(&self.writer)
            .await
            .map_err(failed(attempted))?;
        Ok(())
    }
}
