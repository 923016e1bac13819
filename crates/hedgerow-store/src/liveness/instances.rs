//! The services that share a store. What a dead one had claimed is free.

use serde::Serialize;
use sqlx::Row;

use crate::error::{StoreError, failed};
use crate::limits::INSTANCE_TTL;
use crate::store::Store;

/// A service that runs on this store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct InstanceId(pub(crate) i64);

/// What is known of one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Instance {
    /// The process, as it holds leases.
    pub holder: String,
    /// Its version.
    pub version: String,
    /// When it started, in ms since 1970 UTC.
    pub started_ms: i64,
    /// When it was last heard of.
    pub beat_ms: i64,
}

/// Before this moment a heart that beat last has stopped.
pub(super) fn alive_since(now_ms: i64) -> i64 {
    now_ms - i64::try_from(INSTANCE_TTL.as_millis()).unwrap_or(i64::MAX)
}

impl Store {
    /// Enters this process as a service. The rows of services that are gone are removed: dead processes of this machine,
    /// and those whose heart stopped.
    pub async fn enter_instance(&self, version: &str, now_ms: i64) -> Result<InstanceId, StoreError> {
        let attempted = "enter the service";
        let mut transaction = self.begin(attempted).await?;
        let known = sqlx::query("SELECT id, holder, beat_ms FROM instances")
            .fetch_all(&mut *transaction)
            .await
            .map_err(failed(attempted))?;
        for row in known {
            let (id, holder): (i64, String) =
                (row.try_get("id").map_err(failed(attempted))?, row.try_get("holder").map_err(failed(attempted))?);
            let beat_ms: i64 = row.try_get("beat_ms").map_err(failed(attempted))?;
            if beat_ms < alive_since(now_ms) || crate::process::is_gone(&holder) {
                sqlx::query("DELETE FROM instances WHERE id = $1")
                    .bind(id)
                    .execute(&mut *transaction)
                    .await
                    .map_err(failed(attempted))?;
            }
        }
        let id = fastrand::i64(1..);
        sqlx::query("INSERT INTO instances (id, holder, version, started_ms, beat_ms) VALUES ($1, $2, $3, $4, $4)")
            .bind(id)
            .bind(crate::process::holder_of_this_process())
            .bind(version)
            .bind(now_ms)
            .execute(&mut *transaction)
            .await
            .map_err(failed(attempted))?;
        transaction.commit().await.map_err(failed(attempted))?;
        Ok(InstanceId(id))
    }

    /// Says that this service lives.
    pub async fn beat(&self, instance: InstanceId, now_ms: i64) -> Result<(), StoreError> {
        let attempted = "say that the service lives";
        sqlx::query("UPDATE instances SET beat_ms = $1 WHERE id = $2")
            .bind(now_ms)
            .bind(instance.0)
            .execute(&self.writer)
            .await
            .map_err(failed(attempted))?;
        Ok(())
    }

    /// This service ends: what it had claimed is free.
    pub async fn leave_instance(&self, instance: InstanceId) -> Result<(), StoreError> {
        let attempted = "leave the store";
        sqlx::query("DELETE FROM instances WHERE id = $1")
            .bind(instance.0)
            .execute(&self.writer)
            .await
            .map_err(failed(attempted))?;
        Ok(())
    }

    /// Whether the database takes a write and gives it back: tried on rows of services alone.
    pub async fn try_write(&self, now_ms: i64) -> Result<(), StoreError> {
        let attempted = "write a row and read it";
        let mut transaction = self.begin(attempted).await?;
        let id = fastrand::i64(1..);
        sqlx::query("INSERT INTO instances (id, holder, version, started_ms, beat_ms) VALUES ($1, '', '', $2, 0)")
            .bind(id)
            .bind(now_ms)
            .execute(&mut *transaction)
            .await
            .map_err(failed(attempted))?;
        let read: i64 = sqlx::query_scalar("SELECT started_ms FROM instances WHERE id = $1")
            .bind(id)
            .fetch_one(&mut *transaction)
            .await
            .map_err(failed(attempted))?;
        sqlx::query("DELETE FROM instances WHERE id = $1")
            .bind(id)
            .execute(&mut *transaction)
            .await
            .map_err(failed(attempted))?;
        // What is taken back need not have reached the disk.
        transaction.commit().await.map_err(failed(attempted))?;
        if read == now_ms { Ok(()) } else { Err(StoreError::unexpected(attempted, "it came back as another")) }
    }

    /// The services on this store, oldest first.
    pub async fn instances(&self) -> Result<Vec<Instance>, StoreError> {
        let attempted = "list the services";
        let rows = sqlx::query("SELECT holder, version, started_ms, beat_ms FROM instances ORDER BY id")
            .fetch_all(&self.pool)
            .await
            .map_err(failed(attempted))?;
        let read = |row: &sqlx::any::AnyRow| {
            Ok(Instance {
                holder: row.try_get("holder")?,
                version: row.try_get("version")?,
                started_ms: row.try_get("started_ms")?,
                beat_ms: row.try_get("beat_ms")?,
            })
        };
        rows.iter().map(read).collect::<Result<_, _>>().map_err(failed(attempted))
    }
}
