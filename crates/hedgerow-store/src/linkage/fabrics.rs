//! Fabrics that people linked: a name for a branch's directory in a repository, which no other has or overlaps.

use hedgerow_core::path::FabricDir;
use serde::Serialize;
use sqlx::AssertSqlSafe;

use super::audit::{record, shown};
use super::fabric_rows::{SELECT, Values, changeable, claim, find, forget, free, linked, present, subject, write};
use super::{Actor, Change, Name, Owner, RepositoryId};
use crate::error::{StoreError, failed};
use crate::fabric::FabricId;
use crate::store::Store;

/// A linked fabric.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LinkedFabric {
    /// Its row. Relinking gives it another one: runs and objects belong to the place.
    #[serde(skip)]
    pub id: FabricId,
    /// Its name, of which there is one.
    pub name: String,
    /// Its repository's row.
    #[serde(skip)]
    pub repository: RepositoryId,
    /// The branch.
    pub branch: String,
    /// The directory, quoted as a path, without outer slashes.
    pub directory: String,
    /// Who may change it.
    pub owner: Owner,
    /// Whether YAML directly in the directory counts as inbox.
    pub adopt: bool,
    /// How long after a look the next one is due, in ms; `None`: as the service says.
    pub interval_ms: Option<i64>,
    /// Push to this branch instead, for people to merge.
    pub push_to: Option<String>,
    /// When it was linked to this place, in ms since 1970 UTC.
    pub linked_ms: i64,
    /// Grows with each change.
    pub revision: i64,
    /// Why nothing is done for it, if somebody said so.
    pub suspension: Option<Suspension>,
}

/// A person's word that nothing is to be done for a fabric.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Suspension {
    /// Who.
    pub by: String,
    /// Why.
    pub reason: String,
    /// When, in ms since 1970 UTC.
    pub at_ms: i64,
}

/// Where a fabric is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkPlace {
    /// The repository.
    pub repository: RepositoryId,
    /// The branch.
    pub branch: String,
    /// The directory.
    pub directory: FabricDir,
}

/// A fabric to link.
#[derive(Clone, Debug)]
pub struct NewLink {
    /// Its name.
    pub name: Name,
    /// Where it is.
    pub place: LinkPlace,
    /// Whether YAML directly in the directory counts as inbox.
    pub adopt: bool,
    /// How long after a look the next one is due, in ms; `None`: as the service says.
    pub interval_ms: Option<i64>,
    /// Push to this branch instead.
    pub push_to: Option<String>,
}

/// What to change of a fabric that stays where it is. The default: nothing.
#[derive(Clone, Debug, Default)]
pub struct FabricChange {
    /// Another name.
    pub name: Option<Name>,
    /// Whether YAML directly in the directory counts as inbox.
    pub adopt: Option<bool>,
    /// Another interval; `Some(None)`: as the service says.
    pub interval_ms: Option<Option<i64>>,
    /// Another branch to push to; `Some(None)`: none.
    pub push_to: Option<Option<String>>,
}

impl Store {
    /// Links a fabric. What is remembered of runs in its place stays its own.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] with the fabric that has the name, or the directory, one above or below it on that branch;
    /// [`StoreError::Absent`] without such a repository.
    pub async fn link_fabric(&self, new: &NewLink, by: &Actor) -> Result<LinkedFabric, StoreError> {
        let attempted = "link the fabric";
        let mut transaction = self.begin(attempted).await?;
        free(&mut transaction, &new.name, attempted).await?;
        let id = claim(&mut transaction, &new.place, None, attempted).await?;
        let values = Values {
            name: new.name.as_str(),
            owner: by.through,
            adopt: new.adopt,
            interval_ms: new.interval_ms,
            push_to: new.push_to.as_deref(),
            linked_ms: by.at_ms,
            suspension: None,
        };
        write(&mut transaction, id, &values).await.map_err(failed(attempted))?;
        let linked = present(&mut transaction, id, attempted).await?;
        let change = Change { action: "fabric.link", subject: subject(&linked), before: None, after: shown(&linked) };
        record(&mut transaction, &change, by).await?;
        transaction.commit().await.map_err(failed(attempted))?;
        Ok(linked)
    }

    /// All linked fabrics, by name.
    pub async fn linked_fabrics(&self) -> Result<Vec<LinkedFabric>, StoreError> {
        let attempted = "list the linked fabrics";
        let rows = sqlx::query(AssertSqlSafe(format!("{SELECT} ORDER BY name")))
            .fetch_all(&self.pool)
            .await
            .map_err(failed(attempted))?;
        rows.iter().map(linked).collect::<Result<_, _>>().map_err(failed(attempted))
    }

    /// The fabrics that are linked in `repository`, by name.
    pub async fn linked_fabrics_of(&self, repository: RepositoryId) -> Result<Vec<LinkedFabric>, StoreError> {
        let attempted = "list the repository's linked fabrics";
        let rows = sqlx::query(AssertSqlSafe(format!("{SELECT} AND repository_id = $1 ORDER BY name")))
            .bind(repository.0)
            .fetch_all(&self.pool)
            .await
            .map_err(failed(attempted))?;
        rows.iter().map(linked).collect::<Result<_, _>>().map_err(failed(attempted))
    }

    /// The linked fabric of this name.
    pub async fn linked_fabric(&self, name: &str) -> Result<Option<LinkedFabric>, StoreError> {
        let attempted = "look the fabric up";
        let row = sqlx::query(AssertSqlSafe(format!("{SELECT} AND name = $1")))
            .bind(name)
            .fetch_optional(&self.pool)
            .await
            .map_err(failed(attempted))?;
        row.as_ref().map(linked).transpose().map_err(failed(attempted))
    }

    /// The fabric of this row, if it is linked.
    pub async fn linked_fabric_by_id(&self, id: FabricId) -> Result<Option<LinkedFabric>, StoreError> {
        let attempted = "look the fabric up";
        let mut connection = self.read(attempted).await?;
        find(&mut connection, id).await.map_err(failed(attempted))
    }

    /// Changes a fabric that stays where it is. `expected` is the revision that the caller read.
    ///
    /// # Errors
    /// [`StoreError::Absent`], [`StoreError::ReadOnly`], [`StoreError::Stale`]; [`StoreError::Conflict`] when the name is another's.
    pub async fn change_fabric(
        &self,
        id: FabricId,
        wanted: &FabricChange,
        expected: Option<i64>,
        by: &Actor,
    ) -> Result<LinkedFabric, StoreError> {
        let attempted = "change the fabric";
        let mut transaction = self.begin(attempted).await?;
        let before = changeable(&mut transaction, id, expected, by, attempted).await?;
        let name = wanted.name.as_ref().filter(|name| name.as_str() != before.name);
        if let Some(name) = name {
            free(&mut transaction, name, attempted).await?;
        }
        let values = Values {
            name: name.map_or(&before.name, Name::as_str),
            owner: by.through,
            adopt: wanted.adopt.unwrap_or(before.adopt),
            interval_ms: wanted.interval_ms.unwrap_or(before.interval_ms),
            push_to: wanted.push_to.as_ref().unwrap_or(&before.push_to).as_deref(),
            ..Values::of(&before)
        };
        write(&mut transaction, id, &values).await.map_err(failed(attempted))?;
        let after = present(&mut transaction, id, attempted).await?;
        let change =
            Change { action: "fabric.change", subject: subject(&after), before: shown(&before), after: shown(&after) };
        record(&mut transaction, &change, by).await?;
        transaction.commit().await.map_err(failed(attempted))?;
        Ok(after)
    }

    /// Lets a fabric's name stand for another place from now on. Name, settings and suspension go along; what is remembered
    /// of the old place stays there. Whoever calls has seen that the new place works.
    ///
    /// # Errors
    /// As [`Store::link_fabric`] and [`Store::change_fabric`].
    pub async fn relink(
        &self,
        id: FabricId,
        place: &LinkPlace,
        expected: Option<i64>,
        by: &Actor,
    ) -> Result<LinkedFabric, StoreError> {
        let attempted = "link the fabric to another place";
        let mut transaction = self.begin(attempted).await?;
        let before = changeable(&mut transaction, id, expected, by, attempted).await?;
        let new = claim(&mut transaction, place, Some(id), attempted).await?;
        // The name is one fabric's at a time, so the old row gives it up first.
        forget(&mut transaction, id).await.map_err(failed(attempted))?;
        let values = Values { owner: by.through, linked_ms: by.at_ms, ..Values::of(&before) };
        write(&mut transaction, new, &values).await.map_err(failed(attempted))?;
        // Of one fabric a revision never comes twice.
        sqlx::query("UPDATE fabrics SET revision = $1 WHERE id = $2 AND revision < $1")
            .bind(before.revision + 1)
            .bind(new.0)
            .execute(&mut *transaction)
            .await
            .map_err(failed(attempted))?;
        let after = present(&mut transaction, new, attempted).await?;
        let change =
            Change { action: "fabric.relink", subject: subject(&after), before: shown(&before), after: shown(&after) };
        record(&mut transaction, &change, by).await?;
        transaction.commit().await.map_err(failed(attempted))?;
        Ok(after)
    }

    /// Unlinks a fabric. What is remembered of its runs and objects stays.
    ///
    /// # Errors
    /// [`StoreError::Absent`], [`StoreError::ReadOnly`], [`StoreError::Stale`].
    pub async fn unlink_fabric(&self, id: FabricId, expected: Option<i64>, by: &Actor) -> Result<(), StoreError> {
        let attempted = "unlink the fabric";
        let mut transaction = self.begin(attempted).await?;
        let before = changeable(&mut transaction, id, expected, by, attempted).await?;
        forget(&mut transaction, id).await.map_err(failed(attempted))?;
        let change = Change { action: "fabric.unlink", subject: subject(&before), before: shown(&before), after: None };
        record(&mut transaction, &change, by).await?;
        transaction.commit().await.map_err(failed(attempted))
    }
}
