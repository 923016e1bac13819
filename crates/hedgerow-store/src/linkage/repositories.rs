//! Repositories that people added.

use std::fmt;

use serde::Serialize;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Error, Row};

use super::actor::still;
use super::audit::{record, shown};
use super::{Actor, Change, Name, Owner, credentials};
use crate::error::{StoreError, failed};
use crate::fabric::enter_repository;
use crate::row::word;
use crate::store::Store;

/// A repository's row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RepositoryId(pub(crate) i64);

impl fmt::Display for RepositoryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A repository with a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Repository {
    /// Its row.
    #[serde(skip)]
    pub id: RepositoryId,
    /// Its name, of which there is one.
    pub name: String,
    /// The canonical URL, without credentials: of this, too, there is one.
    pub url: String,
    /// The address as git is given it.
    pub address: String,
    /// Who may change it.
    pub owner: Owner,
    /// Grows with each change, those of its credentials too.
    pub revision: i64,
    /// When it was added, in ms since 1970 UTC.
    pub created_ms: i64,
}

/// A repository to add.
#[derive(Clone, Debug)]
pub struct NewRepository {
    /// Its name.
    pub name: Name,
    /// The canonical URL (the git side knows how).
    pub url: String,
    /// The address as git is given it.
    pub address: String,
}

/// What to change of a repository. The default: nothing.
#[derive(Clone, Debug, Default)]
pub struct RepositoryChange {
    /// Another name.
    pub name: Option<Name>,
    /// Another canonical URL, and the address that it comes from. Its fabrics and their record go along.
    pub address: Option<(String, String)>,
}

const SELECT: &str =
    "SELECT id, name, url, address, owner, revision, created_ms FROM repositories WHERE name IS NOT NULL";

impl Store {
    /// Adds a repository. One that was only remembered gets the name.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the name or the URL is another's.
    pub async fn add_repository(&self, new: &NewRepository, by: &Actor) -> Result<Repository, StoreError> {
        let attempted = "add the repository";
        let mut transaction = self.begin(attempted).await?;
        let id = enter_repository(&mut transaction, &new.url).await.map_err(failed(attempted))?;
        lock(&mut transaction, id, attempted).await?;
        if let Some(known) = find(&mut transaction, "id = $1", id).await.map_err(failed(attempted))? {
            return Err(StoreError::conflict(attempted, format!("the repository {}", known.name)));
        }
        free(&mut transaction, &new.name, attempted).await?;
        sqlx::query(
            "UPDATE repositories SET name = $1, address = $2, owner = $3, created_ms = $4, revision = revision + 1 WHERE id = $5",
        )
        .bind(new.name.as_str())
        .bind(&new.address)
        .bind(by.through.as_str())
        .bind(by.at_ms)
        .bind(id)
        .execute(&mut *transaction)
        .await
        .map_err(failed(attempted))?;
        let added = present(&mut transaction, RepositoryId(id), attempted).await?;
        let change = Change { action: "repository.add", subject: subject(&added), before: None, after: shown(&added) };
        record(&mut transaction, &change, by).await?;
        transaction.commit().await.map_err(failed(attempted))?;
        Ok(added)
    }

    /// All repositories with a name, by name.
    pub async fn repositories(&self) -> Result<Vec<Repository>, StoreError> {
        let attempted = "list the repositories";
        let rows = sqlx::query(AssertSqlSafe(format!("{SELECT} ORDER BY name")))
            .fetch_all(&self.pool)
            .await
            .map_err(failed(attempted))?;
        rows.iter().map(repository).collect::<Result<_, _>>().map_err(failed(attempted))
    }

    /// The repository of this name.
    pub async fn repository_by_name(&self, name: &str) -> Result<Option<Repository>, StoreError> {
        let attempted = "look the repository up";
        let mut connection = self.read(attempted).await?;
        find(&mut connection, "name = $1", name.to_owned()).await.map_err(failed(attempted))
    }

    /// The repository of this row, if it has a name.
    pub async fn repository_by_id(&self, id: RepositoryId) -> Result<Option<Repository>, StoreError> {
        let attempted = "look the repository up";
        let mut connection = self.read(attempted).await?;
        find(&mut connection, "id = $1", id.0).await.map_err(failed(attempted))
    }

    /// Changes a repository's name or address. `expected` is the revision that the caller read.
    ///
    /// # Errors
    /// [`StoreError::Absent`], [`StoreError::ReadOnly`], [`StoreError::Stale`]; [`StoreError::Conflict`] when the name or
    /// the URL is another's, one that is only remembered too.
    pub async fn change_repository(
        &self,
        id: RepositoryId,
        wanted: &RepositoryChange,
        expected: Option<i64>,
        by: &Actor,
    ) -> Result<Repository, StoreError> {
        let attempted = "change the repository";
        let mut transaction = self.begin(attempted).await?;
        let before = changeable(&mut transaction, id, expected, by, attempted).await?;
        let name = wanted.name.as_ref().filter(|name| name.as_str() != before.name);
        if let Some(name) = name {
            free(&mut transaction, name, attempted).await?;
        }
        let (url, address) = wanted.address.clone().unwrap_or((before.url.clone(), before.address.clone()));
        if url != before.url {
            unknown(&mut transaction, &url, attempted).await?;
        }
        sqlx::query(
            "UPDATE repositories SET name = $1, url = $2, address = $3, owner = $4, revision = revision + 1 WHERE id = $5",
        )
        .bind(name.map_or(before.name.as_str(), Name::as_str))
        .bind(url)
        .bind(address)
        .bind(by.through.as_str())
        .bind(id.0)
        .execute(&mut *transaction)
        .await
        .map_err(failed(attempted))?;
        let after = present(&mut transaction, id, attempted).await?;
        let subject = subject(&after);
        let change = Change { action: "repository.change", subject, before: shown(&before), after: shown(&after) };
        record(&mut transaction, &change, by).await?;
        transaction.commit().await.map_err(failed(attempted))?;
        Ok(after)
    }

    /// Removes a repository and its credentials. What is remembered of its runs and objects stays.
    ///
    /// # Errors
    /// [`StoreError::InUse`] while fabrics are linked; [`StoreError::Absent`], [`StoreError::ReadOnly`], [`StoreError::Stale`].
    pub async fn remove_repository(
        &self,
        id: RepositoryId,
        expected: Option<i64>,
        by: &Actor,
    ) -> Result<(), StoreError> {
        let attempted = "remove the repository";
        let mut transaction = self.begin(attempted).await?;
        let before = changeable(&mut transaction, id, expected, by, attempted).await?;
        let used: Vec<String> =
            sqlx::query_scalar("SELECT name FROM fabrics WHERE repository_id = $1 AND name IS NOT NULL ORDER BY name")
                .bind(id.0)
                .fetch_all(&mut *transaction)
                .await
                .map_err(failed(attempted))?;
        if !used.is_empty() {
            return Err(StoreError::InUse { attempted: attempted.to_owned(), by: used });
        }
        credentials::remove_all(&mut transaction, id).await.map_err(failed(attempted))?;
        crate::doors::remove_of(&mut transaction, id).await.map_err(failed(attempted))?;
        sqlx::query(
            "UPDATE repositories SET name = NULL, address = NULL, owner = NULL, created_ms = NULL, revision = revision + 1 \
             WHERE id = $1",
        )
        .bind(id.0)
        .execute(&mut *transaction)
        .await
        .map_err(failed(attempted))?;
        let change =
            Change { action: "repository.remove", subject: subject(&before), before: shown(&before), after: None };
        record(&mut transaction, &change, by).await?;
        transaction.commit().await.map_err(failed(attempted))
    }
}

/// The repository, if `by` may change it and read it as it is. Its row is locked until the transaction ends.
pub(super) async fn changeable(
    connection: &mut AnyConnection,
    id: RepositoryId,
    expected: Option<i64>,
    by: &Actor,
    attempted: &str,
) -> Result<Repository, StoreError> {
    lock(connection, id.0, attempted).await?;
    let repository = present(connection, id, attempted).await?;
    by.may_change(repository.owner, attempted)?;
    still(expected, repository.revision, attempted)?;
    Ok(repository)
}

/// An update, since SQLite has no `FOR UPDATE`; it changes nothing.
pub(super) async fn lock(connection: &mut AnyConnection, id: i64, attempted: &str) -> Result<(), StoreError> {
    sqlx::query("UPDATE repositories SET revision = revision WHERE id = $1")
        .bind(id)
        .execute(connection)
        .await
        .map_err(failed(attempted))?;
    Ok(())
}

pub(super) async fn present(
    connection: &mut AnyConnection,
    id: RepositoryId,
    attempted: &str,
) -> Result<Repository, StoreError> {
    let found = find(connection, "id = $1", id.0).await.map_err(failed(attempted))?;
    found.ok_or_else(|| StoreError::absent(attempted, "such repository"))
}

async fn find<'q, T>(connection: &mut AnyConnection, which: &str, value: T) -> Result<Option<Repository>, Error>
where
    T: sqlx::Encode<'q, sqlx::Any> + sqlx::Type<sqlx::Any> + Send + 'q,
{
    let sql = AssertSqlSafe(format!("{SELECT} AND {which}"));
    let row = sqlx::query(sql).bind(value).fetch_optional(connection).await?;
    row.as_ref().map(repository).transpose()
}

async fn free(connection: &mut AnyConnection, name: &Name, attempted: &str) -> Result<(), StoreError> {
    match find(connection, "name = $1", name.to_string()).await.map_err(failed(attempted))? {
        Some(_) => Err(StoreError::conflict(attempted, format!("the repository {name}"))),
        None => Ok(()),
    }
}

async fn unknown(connection: &mut AnyConnection, url: &str, attempted: &str) -> Result<(), StoreError> {
    let other: Option<Option<String>> = sqlx::query_scalar("SELECT name FROM repositories WHERE url = $1")
        .bind(url)
        .fetch_optional(connection)
        .await
        .map_err(failed(attempted))?;
    match other {
        None => Ok(()),
        Some(Some(name)) => Err(StoreError::conflict(attempted, format!("the repository {name}"))),
        Some(None) => Err(StoreError::conflict(attempted, "a repository that earlier runs were on")),
    }
}

fn subject(repository: &Repository) -> String {
    format!("repository/{}", repository.name)
}

fn repository(row: &AnyRow) -> Result<Repository, Error> {
    Ok(Repository {
        id: RepositoryId(row.try_get("id")?),
        name: row.try_get("name")?,
        url: row.try_get("url")?,
        address: row.try_get("address")?,
        owner: word(row, "owner")?,
        revision: row.try_get("revision")?,
        created_ms: row.try_get("created_ms")?,
    })
}
