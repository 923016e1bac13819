//! The door: opening a store, and its transactions.

use std::path::Path;
use std::time::Instant;

use sqlx::AnyPool;
use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::pool::PoolConnection;
use sqlx::{Any, Connection, Transaction};

use crate::dialect::Dialect;
use crate::error::{StoreError, failed};
use crate::url::{Place, StoreUrl};
use crate::{file, limits, schema};

/// What happened: a memory of what git says, kept in SQLite or PostgreSQL. Cheap to clone; the clones share connections.
#[derive(Clone, Debug)]
pub struct Store {
    pub(crate) pool: AnyPool,
    pub(crate) dialect: Dialect,
}

impl Store {
    /// Opens the store at `url`, and brings its schema up to date.
    ///
    /// A SQLite file and its directory are created where they are missing, readable by their owner alone. Any
    /// number of processes may open one new file at once.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`], [`StoreError::Newer`], [`StoreError::Corrupt`], [`StoreError::Busy`], [`StoreError::Full`].
    pub async fn open(url: &StoreUrl) -> Result<Self, StoreError> {
        sqlx::any::install_default_drivers();
        let attempted = format!("open the store {url}");
        match &url.0 {
            Place::Sqlite(path) => Self::open_file(path, &attempted).await,
            Place::Postgres(options) => Self::open_database(options.clone(), &attempted).await,
        }
    }

    async fn open_file(path: &Path, attempted: &str) -> Result<Self, StoreError> {
        let options = file::prepare(path, attempted)?;
        let pool = pool()
            .test_before_acquire(false) // A file does not go away as a line does.
            .after_connect(|connection, _| Box::pin(file::configure(connection)));
        Self::ready(pool.connect_lazy_with(options), Dialect::Sqlite, attempted).await
    }

    async fn open_database(options: AnyConnectOptions, attempted: &str) -> Result<Self, StoreError> {
        Self::ready(pool().connect_lazy_with(options), Dialect::Postgres, attempted).await
    }

    async fn ready(pool: AnyPool, dialect: Dialect, attempted: &str) -> Result<Self, StoreError> {
        let deadline = Instant::now() + limits::BUSY_WAIT;
        loop {
            let outcome = async {
                let mut connection = pool.acquire().await.map_err(failed(attempted))?;
                schema::migrate(&mut connection, dialect).await
            };
            match outcome.await {
                // Some steps of opening a new WAL file do not wait for others, whatever the busy timeout.
                Err(StoreError::Busy { .. }) if Instant::now() < deadline => {
                    tokio::time::sleep(limits::LEASE_POLL.mul_f64(0.5 + fastrand::f64())).await;
                }
                Err(error) => return Err(error),
                Ok(()) => return Ok(Self { pool, dialect }),
            }
        }
    }

    /// Closes all connections, of the clones too. Without it they end with the process, and nothing is lost.
    pub async fn close(self) {
        self.pool.close().await;
    }

    /// Begins a transaction that writes.
    pub(crate) async fn begin(&self, attempted: &str) -> Result<Transaction<'static, Any>, StoreError> {
        self.pool.begin_with(self.dialect.begin()).await.map_err(failed(attempted))
    }

    /// A connection to read from.
    pub(crate) async fn read(&self, attempted: &str) -> Result<PoolConnection<Any>, StoreError> {
        self.pool.acquire().await.map_err(failed(attempted))
    }

    /// Whether the database answers: for `check` and `/readyz`.
    pub async fn ping(&self) -> Result<(), StoreError> {
        let attempted = "reach the store";
        let mut connection = self.read(attempted).await?;
        connection.ping().await.map_err(failed(attempted))
    }
}

fn pool() -> AnyPoolOptions {
    AnyPoolOptions::new().max_connections(limits::MAX_CONNECTIONS).acquire_timeout(limits::CONNECT_WAIT)
}
