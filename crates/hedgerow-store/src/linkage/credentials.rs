//! What repositories are entered with. Nothing here can be read back in the clear without the sealing key.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Error, Row};

use super::audit::{record, shown};
use super::repositories::changeable;
use super::{Actor, Change, RepositoryId, SecretPlace, secrets};
use crate::error::{StoreError, failed};
use crate::row::{parse_json, word};
use crate::seal::Sealed;
use crate::store::Store;
use crate::words::words;

words! {
    /// What a credential is for.
    CredentialUse {
        /// To fetch and to push.
        Write = "write",
        /// For the second look, so that it does not depend on what pushed. Without one, the one that writes looks too.
        Read = "read",
    }
}

words! {
    /// What a credential is.
    CredentialKind {
        /// A token or password, and a user's name.
        Token = "token",
        /// A private key, and the host's keys.
        SshKey = "ssh_key",
        /// A GitHub App's key, which gives tokens that last an hour.
        #[serde(rename = "github_app")]
        GitHubApp = "github_app",
        /// Whatever the service's environment holds.
        Environment = "environment",
        /// None: the remote is open to all.
        None = "none",
    }
}

/// A credential, as the store holds it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CredentialRow {
    /// Its repository.
    #[serde(skip)]
    pub repository: RepositoryId,
    /// What it is for.
    #[serde(rename = "use")]
    pub use_: CredentialUse,
    /// What it is.
    pub kind: CredentialKind,
    /// What is no secret of it: a user's name, an app's id, a key's fingerprint, known hosts, a variable's name.
    pub public: Value,
    /// The secret; opens as [`CredentialRow::place`].
    #[serde(skip)]
    pub sealed: Option<Sealed>,
    /// When the forge says that it expires, in ms since 1970 UTC.
    pub expires_ms: Option<i64>,
    /// When a credential for this use was first given, in ms since 1970 UTC.
    pub created_ms: i64,
    /// When this one was given.
    pub rotated_ms: i64,
}

impl CredentialRow {
    /// What its secret is sealed for.
    pub fn place(&self) -> SecretPlace {
        SecretPlace::credential(self.repository, self.use_, self.kind)
    }
}

/// A credential to keep.
#[derive(Clone, Debug)]
pub struct NewCredential {
    /// Its repository.
    pub repository: RepositoryId,
    /// What it is for.
    pub use_: CredentialUse,
    /// What it is.
    pub kind: CredentialKind,
    /// What is no secret of it.
    pub public: Value,
    /// The secret, sealed for [`SecretPlace::credential`].
    pub sealed: Option<Sealed>,
    /// When it expires, where that is known.
    pub expires_ms: Option<i64>,
}

const SELECT: &str = "SELECT repository_id, used_to, kind, public, key_id, sealed, expires_ms, created_ms, rotated_ms \
     FROM credentials LEFT JOIN secrets ON place = secret_place";

impl Store {
    /// Keeps a credential, instead of the one that was there for that use. The repository's revision grows.
    ///
    /// # Errors
    /// [`StoreError::Absent`] without such a repository; [`StoreError::ReadOnly`], [`StoreError::Stale`] by the repository's revision.
    pub async fn put_credential(
        &self,
        new: &NewCredential,
        expected: Option<i64>,
        by: &Actor,
    ) -> Result<CredentialRow, StoreError> {
        let attempted = "keep the credential";
        let mut transaction = self.begin(attempted).await?;
        let repository = changeable(&mut transaction, new.repository, expected, by, attempted).await?;
        let before = find(&mut transaction, new.repository, new.use_).await.map_err(failed(attempted))?;
        if let Some(old) = &before {
            secrets::remove(&mut transaction, old.place().as_str()).await.map_err(failed(attempted))?;
        }
        write(&mut transaction, new, by.at_ms).await.map_err(failed(attempted))?;
        touch(&mut transaction, new.repository).await.map_err(failed(attempted))?;
        let after = find(&mut transaction, new.repository, new.use_)
            .await
            .map_err(failed(attempted))?
            .ok_or_else(|| StoreError::unexpected(attempted, "the row that was just written is not there"))?;
        let change = Change {
            action: "credential.put",
            subject: subject(&repository.name, new.use_),
            before: before.as_ref().and_then(shown),
            after: shown(&after),
        };
        record(&mut transaction, &change, by).await?;
        transaction.commit().await.map_err(failed(attempted))?;
        Ok(after)
    }

    /// The credentials of `repository`: the one that writes, the one that reads, or none.
    pub async fn credentials(&self, repository: RepositoryId) -> Result<Vec<CredentialRow>, StoreError> {
        let attempted = "read the repository's credentials";
        let rows = sqlx::query(AssertSqlSafe(format!("{SELECT} WHERE repository_id = $1 ORDER BY used_to DESC")))
            .bind(repository.0)
            .fetch_all(&self.pool)
            .await
            .map_err(failed(attempted))?;
        rows.iter().map(credential).collect::<Result<_, _>>().map_err(failed(attempted))
    }

    /// The credentials of every repository that has one, each as [`Store::credentials`] gives them.
    pub async fn all_credentials(&self) -> Result<BTreeMap<RepositoryId, Vec<CredentialRow>>, StoreError> {
        let attempted = "read the repositories' credentials";
        let rows = sqlx::query(AssertSqlSafe(format!("{SELECT} ORDER BY repository_id, used_to DESC")))
            .fetch_all(&self.pool)
            .await
            .map_err(failed(attempted))?;
        let mut all: BTreeMap<_, Vec<CredentialRow>> = BTreeMap::new();
        for row in &rows {
            let credential = credential(row).map_err(failed(attempted))?;
            all.entry(credential.repository).or_default().push(credential);
        }
        Ok(all)
    }

    /// Notes when the forge says that a credential expires. That is no change of anybody's, and not in the audit record.
    pub async fn credential_expires(
        &self,
        repository: RepositoryId,
        use_: CredentialUse,
        expires_ms: Option<i64>,
    ) -> Result<(), StoreError> {
        let attempted = "note when the credential expires";
        sqlx::query("UPDATE credentials SET expires_ms = $1 WHERE repository_id = $2 AND used_to = $3")
            .bind(expires_ms)
            .bind(repository.0)
            .bind(use_.as_str())
            .execute(&self.writer)
            .await
            .map_err(failed(attempted))?;
        Ok(())
    }

    /// Removes a credential, and its secret.
    ///
    /// # Errors
    /// [`StoreError::Absent`], [`StoreError::ReadOnly`], [`StoreError::Stale`] by the repository's revision.
    pub async fn remove_credential(
        &self,
        repository: RepositoryId,
        use_: CredentialUse,
        expected: Option<i64>,
        by: &Actor,
    ) -> Result<(), StoreError> {
        let attempted = "remove the credential";
        let mut transaction = self.begin(attempted).await?;
        let name = changeable(&mut transaction, repository, expected, by, attempted).await?.name;
        let before = find(&mut transaction, repository, use_).await.map_err(failed(attempted))?;
        let before = before.ok_or_else(|| StoreError::absent(attempted, format!("credential to {use_} {name}")))?;
        secrets::remove(&mut transaction, before.place().as_str()).await.map_err(failed(attempted))?;
        sqlx::query("DELETE FROM credentials WHERE repository_id = $1 AND used_to = $2")
            .bind(repository.0)
            .bind(use_.as_str())
            .execute(&mut *transaction)
            .await
            .map_err(failed(attempted))?;
        touch(&mut transaction, repository).await.map_err(failed(attempted))?;
        let change =
            Change { action: "credential.remove", subject: subject(&name, use_), before: shown(&before), after: None };
        record(&mut transaction, &change, by).await?;
        transaction.commit().await.map_err(failed(attempted))
    }
}

/// Removes all credentials of a repository, and their secrets.
pub(super) async fn remove_all(connection: &mut AnyConnection, repository: RepositoryId) -> Result<(), Error> {
    sqlx::query("DELETE FROM secrets WHERE place IN (SELECT secret_place FROM credentials WHERE repository_id = $1)")
        .bind(repository.0)
        .execute(&mut *connection)
        .await?;
    sqlx::query("DELETE FROM credentials WHERE repository_id = $1").bind(repository.0).execute(connection).await?;
    Ok(())
}

async fn write(connection: &mut AnyConnection, new: &NewCredential, now_ms: i64) -> Result<(), Error> {
    let place = SecretPlace::credential(new.repository, new.use_, new.kind);
    if let Some(sealed) = &new.sealed {
        secrets::put(connection, &place, sealed).await?;
    }
    sqlx::query(
        "INSERT INTO credentials \
         (repository_id, used_to, kind, public, secret_place, expires_ms, created_ms, rotated_ms) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (repository_id, used_to) DO UPDATE \
         SET kind = excluded.kind, public = excluded.public, secret_place = excluded.secret_place, \
         expires_ms = excluded.expires_ms, rotated_ms = excluded.rotated_ms",
    )
    .bind(new.repository.0)
    .bind(new.use_.as_str())
    .bind(new.kind.as_str())
    .bind(new.public.to_string())
    .bind(new.sealed.as_ref().map(|_| place.as_str().to_owned()))
    .bind(new.expires_ms)
    .bind(now_ms)
    .bind(now_ms)
    .execute(connection)
    .await?;
    Ok(())
}

async fn touch(connection: &mut AnyConnection, repository: RepositoryId) -> Result<(), Error> {
    sqlx::query("UPDATE repositories SET revision = revision + 1 WHERE id = $1")
        .bind(repository.0)
        .execute(connection)
        .await?;
    Ok(())
}

async fn find(
    connection: &mut AnyConnection,
    repository: RepositoryId,
    use_: CredentialUse,
) -> Result<Option<CredentialRow>, Error> {
    let row = sqlx::query(AssertSqlSafe(format!("{SELECT} WHERE repository_id = $1 AND used_to = $2")))
        .bind(repository.0)
        .bind(use_.as_str())
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(credential).transpose()
}

fn subject(repository: &str, use_: CredentialUse) -> String {
    format!("repository/{repository}/credentials/{use_}")
}

fn credential(row: &AnyRow) -> Result<CredentialRow, Error> {
    let key_id: Option<String> = row.try_get("key_id")?;
    let public: String = row.try_get("public")?;
    Ok(CredentialRow {
        repository: RepositoryId(row.try_get("repository_id")?),
        use_: word(row, "used_to")?,
        kind: word(row, "kind")?,
        public: parse_json("public", &public)?,
        sealed: key_id.map(|_| secrets::sealed(row)).transpose()?,
        expires_ms: row.try_get("expires_ms")?,
        created_ms: row.try_get("created_ms")?,
        rotated_ms: row.try_get("rotated_ms")?,
    })
}
