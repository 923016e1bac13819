//! Hooks: an address that tells nothing, and a secret that is shown once.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use secrecy::SecretString;
use serde::Serialize;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Error, Row};

use crate::error::{StoreError, failed};
use crate::linkage::{Actor, Change, Name, Owner, RepositoryId, SecretPlace, record, secrets, shown};
use crate::row::word;
use crate::seal::{SealError, Sealed, random};
use crate::store::Store;

/// A hook, without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Hook {
    /// The last part of its address: 128 random bits.
    pub id: String,
    /// Its name, of which there is one.
    pub name: String,
    /// Who sends.
    pub provider: String,
    /// The repository that it rings for; `None`: whichever the sender names.
    #[serde(skip)]
    pub repository: Option<RepositoryId>,
    /// Who may change it.
    pub owner: Owner,
    /// Who made it.
    pub created_by: String,
    /// When, in ms since 1970 UTC.
    pub created_ms: i64,
    /// When its secret was made.
    pub rotated_ms: i64,
    /// When something with a good signature last came in.
    pub fired_ms: Option<i64>,
}

/// A hook to keep.
#[derive(Clone, Debug)]
pub struct NewHook {
    /// From [`NewHook::new_id`].
    pub id: String,
    /// Its name.
    pub name: Name,
    /// Who sends.
    pub provider: String,
    /// The repository that it rings for.
    pub repository: Option<RepositoryId>,
    /// Its secret, sealed for [`SecretPlace::hook`] and the id.
    pub sealed: Sealed,
}

impl NewHook {
    /// 128 random bits, as an address has them.
    pub fn new_id() -> Result<String, SealError> {
        Ok(URL_SAFE_NO_PAD.encode(random::<16>()?))
    }
}

/// A new secret for a hook: 256 random bits, spelled as GitLab wants a signing token. To every other sender it is a text.
pub fn hook_secret() -> Result<SecretString, SealError> {
    Ok(format!("whsec_{}", STANDARD.encode(random::<32>()?)).into())
}

const SELECT: &str =
    "SELECT id, name, provider, repository_id, owner, created_by, created_ms, rotated_ms, fired_ms FROM hooks";

impl Store {
    /// Keeps a hook.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when another has its name.
    pub async fn add_hook(&self, new: &NewHook, by: &Actor) -> Result<Hook, StoreError> {
        let attempted = "make the hook";
        let mut transaction = self.begin(attempted).await?;
        let hook = insert(&mut transaction, new, by, attempted).await?;
        let change = Change { action: "hook.add", subject: subject(&hook.name), before: None, after: shown(&hook) };
        record(&mut transaction, &change, by).await?;
        transaction.commit().await.map_err(failed(attempted))?;
        Ok(hook)
    }

    /// Keeps a hook in place of the one of this name, where there is one. What came in by that one stays on record.
    ///
    /// # Errors
    /// [`StoreError::ReadOnly`] when the file owns that one; [`StoreError::Conflict`] when another has the address.
    pub async fn put_hook(&self, new: &NewHook, by: &Actor) -> Result<Hook, StoreError> {
        let attempted = "change the hook";
        let mut transaction = self.begin(attempted).await?;
        let before = named(&mut transaction, new.name.as_str()).await.map_err(failed(attempted))?;
        if let Some(before) = &before {
            by.may_change(before.owner, attempted)?;
            remove(&mut transaction, before).await.map_err(failed(attempted))?;
        }
        let hook = insert(&mut transaction, new, by, attempted).await?;
        let action = if before.is_some() { "hook.change" } else { "hook.add" };
        let before = before.as_ref().and_then(shown);
        let change = Change { action, subject: subject(&hook.name), before, after: shown(&hook) };
        record(&mut transaction, &change, by).await?;
        transaction.commit().await.map_err(failed(attempted))?;
        Ok(hook)
    }

    /// All hooks, by name.
    pub async fn hooks(&self) -> Result<Vec<Hook>, StoreError> {
        let attempted = "list the hooks";
        let rows = sqlx::query(AssertSqlSafe(format!("{SELECT} ORDER BY name")))
            .fetch_all(&self.pool)
            .await
            .map_err(failed(attempted))?;
        rows.iter().map(hook).collect::<Result<_, _>>().map_err(failed(attempted))
    }

    /// The hook of this name.
    pub async fn hook_by_name(&self, name: &str) -> Result<Option<Hook>, StoreError> {
        let attempted = "look the hook up";
        let mut connection = self.read(attempted).await?;
        named(&mut connection, name).await.map_err(failed(attempted))
    }

    /// The hook at this address, and its secret.
    pub async fn hook_with_secret(&self, id: &str) -> Result<Option<(Hook, Sealed)>, StoreError> {
        let attempted = "look the hook up";
        let row = sqlx::query(
            "SELECT id, name, provider, repository_id, owner, created_by, created_ms, rotated_ms, fired_ms, key_id, sealed \
             FROM hooks JOIN secrets ON place = 'hook/' || id WHERE id = $1",
        )
        .bind(id)
        .fetch_optional(&self.pool)
        .await
        .map_err(failed(attempted))?;
        row.map(|row| Ok((hook(&row)?, secrets::sealed(&row)?))).transpose().map_err(failed(attempted))
    }

    /// Gives the hook another secret; the old one is worth nothing from then on.
    ///
    /// # Errors
    /// [`StoreError::Absent`], [`StoreError::ReadOnly`].
    pub async fn rotate_hook(&self, name: &str, sealed: &Sealed, by: &Actor) -> Result<Hook, StoreError> {
        let attempted = "give the hook another secret";
        let mut transaction = self.begin(attempted).await?;
        let before = present(&mut transaction, name, attempted).await?;
        by.may_change(before.owner, attempted)?;
        secrets::put(&mut transaction, &SecretPlace::hook(&before.id), sealed).await.map_err(failed(attempted))?;
        sqlx::query("UPDATE hooks SET rotated_ms = $1 WHERE id = $2")
            .bind(by.at_ms)
            .bind(&before.id)
            .execute(&mut *transaction)
            .await
            .map_err(failed(attempted))?;
        let after = present(&mut transaction, name, attempted).await?;
        let change =
            Change { action: "hook.rotate", subject: subject(name), before: shown(&before), after: shown(&after) };
        record(&mut transaction, &change, by).await?;
        transaction.commit().await.map_err(failed(attempted))?;
        Ok(after)
    }

    /// Removes a hook, and its secret. What came in by it stays on record.
    ///
    /// # Errors
    /// [`StoreError::Absent`], [`StoreError::ReadOnly`].
    pub async fn remove_hook(&self, name: &str, by: &Actor) -> Result<(), StoreError> {
        let attempted = "remove the hook";
        let mut transaction = self.begin(attempted).await?;
        let before = present(&mut transaction, name, attempted).await?;
        by.may_change(before.owner, attempted)?;
        remove(&mut transaction, &before).await.map_err(failed(attempted))?;
        let change = Change { action: "hook.remove", subject: subject(name), before: shown(&before), after: None };
        record(&mut transaction, &change, by).await?;
        transaction.commit().await.map_err(failed(attempted))
    }
}

async fn insert(
    connection: &mut AnyConnection,
    new: &NewHook,
    by: &Actor,
    attempted: &str,
) -> Result<Hook, StoreError> {
    let done = sqlx::query(
        "INSERT INTO hooks (id, name, provider, repository_id, owner, created_by, created_ms, rotated_ms) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $7) ON CONFLICT DO NOTHING",
    )
    .bind(&new.id)
    .bind(new.name.as_str())
    .bind(&new.provider)
    .bind(new.repository.map(|repository| repository.0))
    .bind(by.through.as_str())
    .bind(&by.name)
    .bind(by.at_ms)
    .execute(&mut *connection)
    .await
    .map_err(failed(attempted))?;
    if done.rows_affected() == 0 {
        let named = named(connection, new.name.as_str()).await.map_err(failed(attempted))?;
        let other = named.map_or("another hook at this address".to_owned(), |hook| format!("the hook {}", hook.name));
        return Err(StoreError::conflict(attempted, other));
    }
    secrets::put(connection, &SecretPlace::hook(&new.id), &new.sealed).await.map_err(failed(attempted))?;
    present(connection, new.name.as_str(), attempted).await
}

/// Removes all hooks of a repository that goes.
pub(crate) async fn remove_of(connection: &mut AnyConnection, repository: RepositoryId) -> Result<(), Error> {
    let rows = sqlx::query(AssertSqlSafe(format!("{SELECT} WHERE repository_id = $1")))
        .bind(repository.0)
        .fetch_all(&mut *connection)
        .await?;
    for row in &rows {
        remove(connection, &hook(row)?).await?;
    }
    Ok(())
}

async fn remove(connection: &mut AnyConnection, hook: &Hook) -> Result<(), Error> {
    secrets::remove(connection, SecretPlace::hook(&hook.id).as_str()).await?;
    sqlx::query("DELETE FROM hooks WHERE id = $1").bind(&hook.id).execute(connection).await?;
    Ok(())
}

async fn named(connection: &mut AnyConnection, name: &str) -> Result<Option<Hook>, Error> {
    let sql = AssertSqlSafe(format!("{SELECT} WHERE name = $1"));
    let row = sqlx::query(sql).bind(name).fetch_optional(connection).await?;
    row.as_ref().map(hook).transpose()
}

async fn present(connection: &mut AnyConnection, name: &str, attempted: &str) -> Result<Hook, StoreError> {
    let found = named(connection, name).await.map_err(failed(attempted))?;
    found.ok_or_else(|| StoreError::absent(attempted, format!("hook {name}")))
}

fn subject(name: &str) -> String {
    format!("hook/{name}")
}

fn hook(row: &AnyRow) -> Result<Hook, Error> {
    Ok(Hook {
        id: row.try_get("id")?,
        name: row.try_get("name")?,
        provider: row.try_get("provider")?,
        repository: row.try_get::<Option<i64>, _>("repository_id")?.map(RepositoryId),
        owner: word(row, "owner")?,
        created_by: row.try_get("created_by")?,
        created_ms: row.try_get("created_ms")?,
        rotated_ms: row.try_get("rotated_ms")?,
        fired_ms: row.try_get("fired_ms")?,
    })
}
