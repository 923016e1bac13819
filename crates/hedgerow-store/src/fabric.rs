//! The fabrics that runs were on.

use serde::Serialize;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use sqlx::{Error, Row};

use crate::error::{StoreError, failed};
use crate::store::Store;

/// A fabric's row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct FabricId(pub(crate) i64);

/// What makes a fabric that one: the spelling is canonical already (the git side knows how).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct FabricKey {
    /// The repository's canonical URL, without credentials.
    pub repository: String,
    /// The branch.
    pub branch: String,
    /// The directory, without outer slashes.
    pub directory: String,
}

/// A fabric that the store knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fabric {
    /// Its row.
    #[serde(skip)]
    pub id: FabricId,
    /// Which it is.
    #[serde(flatten)]
    pub key: FabricKey,
}

/// A fabric and how many objects it has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FabricState {
    /// Which.
    #[serde(flatten)]
    pub fabric: Fabric,
    /// Objects that are present or unreadable.
    pub living: u64,
    /// Of these, how many are gone from the tree and wait for a person's word before they are marked deleted
    /// ([`Store::confirm_deletions`]). 0: nothing waits.
    pub pending_deletions: u64,
}

impl Store {
    /// The fabric of `key`, which is entered where it is new.
    pub async fn fabric(&self, key: &FabricKey) -> Result<Fabric, StoreError> {
        let attempted = "look the fabric up";
        let known = find(&mut *self.read(attempted).await?, key).await.map_err(failed(attempted))?;
        match known {
            Some(fabric) => Ok(fabric),
            None => self.enter(key).await,
        }
    }

    async fn enter(&self, key: &FabricKey) -> Result<Fabric, StoreError> {
        let attempted = "enter the fabric";
        let mut transaction = self.begin(attempted).await?;
        let repository = enter_repository(&mut transaction, &key.repository).await.map_err(failed(attempted))?;
        sqlx::query(
            "INSERT INTO fabrics (repository_id, branch, directory) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        )
        .bind(repository)
        .bind(&key.branch)
        .bind(&key.directory)
        .execute(&mut *transaction)
        .await
        .map_err(failed(attempted))?;
        let fabric = find(&mut transaction, key).await.map_err(failed(attempted))?;
        transaction.commit().await.map_err(failed(attempted))?;
        fabric.ok_or_else(|| StoreError::unexpected(attempted, "the row that was just written is not there"))
    }

    /// All fabrics, by repository, branch and directory.
    pub async fn fabrics(&self) -> Result<Vec<FabricState>, StoreError> {
        let attempted = "list the fabrics";
        let rows = sqlx::query(
            "SELECT f.id AS fabric_id, r.url, f.branch, f.directory, \
             (SELECT count(*) FROM objects WHERE fabric_id = f.id AND state <> 'deleted') AS living, \
             (SELECT count(*) FROM objects WHERE fabric_id = f.id AND missing_run IS NOT NULL) AS pending \
             FROM fabrics f JOIN repositories r ON r.id = f.repository_id \
             ORDER BY r.url, f.branch, f.directory",
        )
        .fetch_all(&self.pool)
        .await
        .map_err(failed(attempted))?;
        rows.iter().map(state).collect::<Result<_, _>>().map_err(failed(attempted))
    }
}

/// The id of the repository with this URL, which is entered where it is new.
pub(crate) async fn enter_repository(connection: &mut AnyConnection, url: &str) -> Result<i64, Error> {
    sqlx::query("INSERT INTO repositories (url) VALUES ($1) ON CONFLICT DO NOTHING")
        .bind(url)
        .execute(&mut *connection)
        .await?;
    sqlx::query_scalar("SELECT id FROM repositories WHERE url = $1").bind(url).fetch_one(connection).await
}

async fn find(connection: &mut AnyConnection, key: &FabricKey) -> Result<Option<Fabric>, Error> {
    let row = sqlx::query(
        "SELECT f.id AS fabric_id, r.url, f.branch, f.directory \
         FROM fabrics f JOIN repositories r ON r.id = f.repository_id \
         WHERE r.url = $1 AND f.branch = $2 AND f.directory = $3",
    )
    .bind(&key.repository)
    .bind(&key.branch)
    .bind(&key.directory)
    .fetch_optional(connection)
    .await?;
    row.as_ref().map(fabric).transpose()
}

/// The fabric in a row with the columns `fabric_id`, `url`, `branch`, `directory`.
pub(crate) fn fabric(row: &AnyRow) -> Result<Fabric, Error> {
    let key = FabricKey {
        repository: row.try_get("url")?,
        branch: row.try_get("branch")?,
        directory: row.try_get("directory")?,
    };
    Ok(Fabric { id: FabricId(row.try_get("fabric_id")?), key })
}

fn state(row: &AnyRow) -> Result<FabricState, Error> {
    let count = |column| row.try_get::<i64, _>(column).map(i64::unsigned_abs);
    Ok(FabricState { fabric: fabric(row)?, living: count("living")?, pending_deletions: count("pending")? })
}
