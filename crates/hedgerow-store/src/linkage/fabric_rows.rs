//! The rows of linked fabrics: what they hold, and whose place is whose.

use hedgerow_core::path::TreePath;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Error, Row};

use super::actor::still;
use super::fabrics::{LinkPlace, LinkedFabric, Suspension};
use super::{Actor, Name, Owner, RepositoryId, repositories};
use crate::error::{StoreError, failed};
use crate::fabric::FabricId;
use crate::row::word;

pub(super) const SELECT: &str = "SELECT id, name, repository_id, branch, directory, owner, adopt, interval_ms, push_to, \
     linked_ms, revision, suspended_by, suspended_reason, suspended_ms FROM fabrics WHERE name IS NOT NULL";

/// What a linked fabric's row holds beside its place.
pub(super) struct Values<'a> {
    pub(super) name: &'a str,
    pub(super) owner: Owner,
    pub(super) adopt: bool,
    pub(super) interval_ms: Option<i64>,
    pub(super) push_to: Option<&'a str>,
    pub(super) linked_ms: i64,
    pub(super) suspension: Option<&'a Suspension>,
}

impl<'a> Values<'a> {
    pub(super) fn of(fabric: &'a LinkedFabric) -> Self {
        Self {
            name: &fabric.name,
            owner: fabric.owner,
            adopt: fabric.adopt,
            interval_ms: fabric.interval_ms,
            push_to: fabric.push_to.as_deref(),
            linked_ms: fabric.linked_ms,
            suspension: fabric.suspension.as_ref(),
        }
    }
}

pub(super) async fn write(connection: &mut AnyConnection, id: FabricId, values: &Values<'_>) -> Result<(), Error> {
    sqlx::query(
        "UPDATE fabrics SET name = $1, owner = $2, adopt = $3, interval_ms = $4, push_to = $5, linked_ms = $6, \
         suspended_by = $7, suspended_reason = $8, suspended_ms = $9, revision = revision + 1 WHERE id = $10",
    )
    .bind(values.name)
    .bind(values.owner.as_str())
    .bind(i64::from(values.adopt))
    .bind(values.interval_ms)
    .bind(values.push_to)
    .bind(values.linked_ms)
    .bind(values.suspension.map(|suspension| suspension.by.as_str()))
    .bind(values.suspension.map(|suspension| suspension.reason.as_str()))
    .bind(values.suspension.map(|suspension| suspension.at_ms))
    .bind(id.0)
    .execute(connection)
    .await?;
    Ok(())
}

/// The row becomes that of a place that is only remembered.
pub(super) async fn forget(connection: &mut AnyConnection, id: FabricId) -> Result<(), Error> {
    sqlx::query(
        "UPDATE fabrics SET name = NULL, owner = NULL, adopt = 0, interval_ms = NULL, push_to = NULL, linked_ms = NULL, \
         suspended_by = NULL, suspended_reason = NULL, suspended_ms = NULL, revision = revision + 1 WHERE id = $1",
    )
    .bind(id.0)
    .execute(connection)
    .await?;
    Ok(())
}

/// The row of `place`, if no linked fabric but `except` is there, above or below. The repository's row stays locked, so
/// that of two that come at once the second sees the first.
pub(super) async fn claim(
    connection: &mut AnyConnection,
    place: &LinkPlace,
    except: Option<FabricId>,
    attempted: &str,
) -> Result<FabricId, StoreError> {
    repositories::lock(connection, place.repository.0, attempted).await?;
    repositories::present(connection, place.repository, attempted).await?;
    let others = sqlx::query(AssertSqlSafe(format!("{SELECT} AND repository_id = $1 AND branch = $2 ORDER BY name")))
        .bind(place.repository.0)
        .bind(&place.branch)
        .fetch_all(&mut *connection)
        .await
        .map_err(failed(attempted))?;
    for row in &others {
        let other = linked(row).map_err(failed(attempted))?;
        if Some(other.id) != except && overlaps(place.directory.path(), &other.directory) {
            return Err(StoreError::conflict(attempted, format!("the fabric {} in {}", other.name, other.directory)));
        }
    }
    let directory = place.directory.path().quoted();
    sqlx::query("INSERT INTO fabrics (repository_id, branch, directory) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
        .bind(place.repository.0)
        .bind(&place.branch)
        .bind(&directory)
        .execute(&mut *connection)
        .await
        .map_err(failed(attempted))?;
    sqlx::query_scalar("SELECT id FROM fabrics WHERE repository_id = $1 AND branch = $2 AND directory = $3")
        .bind(place.repository.0)
        .bind(&place.branch)
        .bind(&directory)
        .fetch_one(connection)
        .await
        .map(FabricId)
        .map_err(failed(attempted))
}

/// Whether one of the two is the other or lies in it. What cannot be read is in nobody's way.
fn overlaps(directory: &TreePath, other: &str) -> bool {
    let Some(other) = TreePath::from_quoted(other) else { return false };
    *directory == other || directory.below(&other).is_some() || other.below(directory).is_some()
}

/// The fabric, if `by` may change it and read it as it is.
pub(super) async fn changeable(
    connection: &mut AnyConnection,
    id: FabricId,
    expected: Option<i64>,
    by: &Actor,
    attempted: &str,
) -> Result<LinkedFabric, StoreError> {
    let fabric = locked(connection, id, attempted).await?;
    by.may_change(fabric.owner, attempted)?;
    still(expected, fabric.revision, attempted)?;
    Ok(fabric)
}

/// The fabric; its row is locked until the transaction ends.
pub(super) async fn locked(
    connection: &mut AnyConnection,
    id: FabricId,
    attempted: &str,
) -> Result<LinkedFabric, StoreError> {
    sqlx::query("UPDATE fabrics SET revision = revision WHERE id = $1")
        .bind(id.0)
        .execute(&mut *connection)
        .await
        .map_err(failed(attempted))?;
    present(connection, id, attempted).await
}

pub(super) async fn present(
    connection: &mut AnyConnection,
    id: FabricId,
    attempted: &str,
) -> Result<LinkedFabric, StoreError> {
    let found = find(connection, id).await.map_err(failed(attempted))?;
    found.ok_or_else(|| StoreError::absent(attempted, "such linked fabric"))
}

pub(super) async fn find(connection: &mut AnyConnection, id: FabricId) -> Result<Option<LinkedFabric>, Error> {
    let row = sqlx::query(AssertSqlSafe(format!("{SELECT} AND id = $1"))).bind(id.0).fetch_optional(connection).await?;
    row.as_ref().map(linked).transpose()
}

pub(super) async fn free(connection: &mut AnyConnection, name: &Name, attempted: &str) -> Result<(), StoreError> {
    let taken: i64 = sqlx::query_scalar("SELECT count(*) FROM fabrics WHERE name = $1")
        .bind(name.as_str())
        .fetch_one(connection)
        .await
        .map_err(failed(attempted))?;
    if taken > 0 { Err(StoreError::conflict(attempted, format!("the fabric {name}"))) } else { Ok(()) }
}

pub(super) fn subject(fabric: &LinkedFabric) -> String {
    format!("fabric/{}", fabric.name)
}

pub(super) fn linked(row: &AnyRow) -> Result<LinkedFabric, Error> {
    Ok(LinkedFabric {
        id: FabricId(row.try_get("id")?),
        name: row.try_get("name")?,
        repository: RepositoryId(row.try_get("repository_id")?),
        branch: row.try_get("branch")?,
        directory: row.try_get("directory")?,
        owner: word(row, "owner")?,
        adopt: row.try_get::<i64, _>("adopt")? != 0,
        interval_ms: row.try_get("interval_ms")?,
        push_to: row.try_get("push_to")?,
        linked_ms: row.try_get("linked_ms")?,
        revision: row.try_get("revision")?,
        suspension: suspension(row)?,
    })
}

fn suspension(row: &AnyRow) -> Result<Option<Suspension>, Error> {
    let Some(by) = row.try_get("suspended_by")? else { return Ok(None) };
    Ok(Some(Suspension { by, reason: row.try_get("suspended_reason")?, at_ms: row.try_get("suspended_ms")? }))
}
