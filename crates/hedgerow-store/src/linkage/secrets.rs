//! Where sealed secrets stand, and how all of them change keys.

use std::fmt;

use serde_json::json;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Error, Row};

use super::audit::record;
use super::{Actor, Change, CredentialKind, CredentialUse, RepositoryId};
use crate::error::{StoreError, failed};
use crate::seal::{SealError, Sealed, SealingKeys};
use crate::store::Store;

/// Where a secret belongs. What is sealed for one place does not open in another.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SecretPlace(String);

impl SecretPlace {
    /// A repository's credential.
    pub fn credential(repository: RepositoryId, used_to: CredentialUse, kind: CredentialKind) -> Self {
        Self(format!("credential/{repository}/{used_to}/{kind}"))
    }

    /// A hook's secret, by the hook's id.
    pub fn hook(id: impl fmt::Display) -> Self {
        Self(format!("hook/{id}"))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why the secrets were not sealed again. None of them was.
#[derive(Debug, thiserror::Error)]
pub enum ResealError {
    /// The store's affair.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// One of them does not open.
    #[error("could not open the secret of {place}: {why}")]
    Seal {
        /// Which.
        place: String,
        /// Why.
        why: SealError,
    },
}

impl Store {
    /// Keeps a secret in its place, instead of what was there.
    pub async fn put_secret(&self, place: &SecretPlace, sealed: &Sealed) -> Result<(), StoreError> {
        let attempted = "keep the secret";
        let mut transaction = self.begin(attempted).await?;
        put(&mut transaction, place, sealed).await.map_err(failed(attempted))?;
        transaction.commit().await.map_err(failed(attempted))
    }

    /// The secret in this place.
    pub async fn secret(&self, place: &SecretPlace) -> Result<Option<Sealed>, StoreError> {
        let attempted = "read the secret";
        let row = sqlx::query("SELECT key_id, sealed FROM secrets WHERE place = $1")
            .bind(place.as_str())
            .fetch_optional(&mut *self.read(attempted).await?)
            .await
            .map_err(failed(attempted))?;
        row.as_ref().map(sealed).transpose().map_err(failed(attempted))
    }

    /// Takes the secret out of its place.
    pub async fn remove_secret(&self, place: &SecretPlace) -> Result<(), StoreError> {
        let attempted = "remove the secret";
        let mut transaction = self.begin(attempted).await?;
        remove(&mut transaction, place.as_str()).await.map_err(failed(attempted))?;
        transaction.commit().await.map_err(failed(attempted))
    }

    /// The ids of the keys that secrets are sealed with: a service that has not all of them cannot work.
    pub async fn sealing_keys_in_use(&self) -> Result<Vec<String>, StoreError> {
        let attempted = "see which keys the secrets are sealed with";
        sqlx::query_scalar("SELECT DISTINCT key_id FROM secrets ORDER BY key_id")
            .fetch_all(&self.pool)
            .await
            .map_err(failed(attempted))
    }

    /// Seals every secret again with the key that seals now: all of them, or none. Says how many that were; afterwards
    /// the older keys are needed no more.
    ///
    /// # Errors
    /// [`ResealError::Seal`] when one of them does not open.
    pub async fn reseal(&self, keys: &SealingKeys, by: &Actor) -> Result<usize, ResealError> {
        let attempted = "seal the secrets again";
        let mut transaction = self.begin(attempted).await?;
        let rows = sqlx::query("SELECT place, key_id, sealed FROM secrets WHERE key_id <> $1 ORDER BY place")
            .bind(keys.current_id())
            .fetch_all(&mut *transaction)
            .await
            .map_err(failed(attempted))?;
        for row in &rows {
            let place = SecretPlace(row.try_get("place").map_err(failed(attempted))?);
            let old = sealed(row).map_err(failed(attempted))?;
            let again = keys.open(&place, &old).and_then(|secret| keys.seal(&place, &secret));
            let again = again.map_err(|why| ResealError::Seal { place: place.0.clone(), why })?;
            put(&mut transaction, &place, &again).await.map_err(failed(attempted))?;
        }
        let after = Some(json!({"key": keys.current_id(), "secrets": rows.len()}));
        let change = Change { action: "secrets.reseal", subject: "secrets".to_owned(), before: None, after };
        record(&mut transaction, &change, by).await?;
        transaction.commit().await.map_err(failed(attempted))?;
        Ok(rows.len())
    }
}

pub(crate) async fn put(connection: &mut AnyConnection, place: &SecretPlace, sealed: &Sealed) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO secrets (place, key_id, sealed) VALUES ($1, $2, $3) \
         ON CONFLICT (place) DO UPDATE SET key_id = excluded.key_id, sealed = excluded.sealed",
    )
    .bind(place.as_str())
    .bind(&sealed.key_id)
    .bind(&sealed.text)
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn remove(connection: &mut AnyConnection, place: &str) -> Result<(), Error> {
    sqlx::query("DELETE FROM secrets WHERE place = $1").bind(place).execute(connection).await?;
    Ok(())
}

/// What is sealed in a row with the columns `key_id` and `sealed`.
pub(crate) fn sealed(row: &AnyRow) -> Result<Sealed, Error> {
    Ok(Sealed { key_id: row.try_get("key_id")?, text: row.try_get("sealed")? })
}
