//! The door: opening a store, and its transactions.

use std::path::Path;
use std::time::Instant;

use sqlx::AnyPool;
use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyConnection, AssertSqlSafe, Connection, Executor, Transaction};

use crate::dialect::Dialect;
use crate::error::{StoreError, failed};
use crate::retention::Retention;
use crate::schema::Standing;
use crate::url::{Place, StoreUrl};
use crate::{file, limits, patience, schema};

/// What happened: a memory of what git says, kept in SQLite or PostgreSQL. Cheap to clone; the clones share connections.
#[derive(Clone, Debug)]
pub struct Store {
    /// What is read from.
    pub(crate) pool: AnyPool,
    /// What writes. SQLite takes one writer at a time, and whoever finds it busy sleeps and looks again, for up to 100 ms,
    /// while others overtake it. So this process has one connection that writes, and a queue before it, first come first served.
    /// PostgreSQL orders its writers itself: there this is [`Store::pool`].
    pub(crate) writer: AnyPool,
    pub(crate) dialect: Dialect,
    pub(crate) retention: Retention,
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
            Place::Postgres(options) => Self::open_patiently(options, Dialect::Postgres, &attempted).await,
        }
    }

    async fn open_file(path: &Path, attempted: &str) -> Result<Self, StoreError> {
        Self::open_patiently(&file::prepare(path, attempted)?, Dialect::Sqlite, attempted).await
    }

    async fn open_patiently(
        options: &AnyConnectOptions,
        dialect: Dialect,
        attempted: &str,
    ) -> Result<Self, StoreError> {
        let deadline = Instant::now() + limits::BUSY_WAIT;
        loop {
            match Self::ready(options, dialect, attempted).await {
                // Some steps of opening a new WAL file do not wait for others, whatever the busy timeout; and of a migration of
                // PostgreSQL's and a writer who wait for each other, one is sent away.
                Err(StoreError::Busy { .. }) if Instant::now() < deadline => {
                    tokio::time::sleep(limits::LEASE_POLL.mul_f64(0.5 + fastrand::f64())).await;
                }
                opened => return opened,
            }
        }
    }

    /// The first connection is made past the pool, which tries again and again and does not say why it fails. A migration takes
    /// the time that it takes; everything else has an end.
    async fn ready(options: &AnyConnectOptions, dialect: Dialect, attempted: &str) -> Result<Self, StoreError> {
        let connecting = async {
            let mut first = AnyConnection::connect_with(options).await.map_err(failed(attempted))?;
            configure(&mut first, dialect).await.map_err(failed(attempted))?;
            let standing = schema::standing(&mut first, dialect).await?;
            Ok((first, standing))
        };
        let (mut first, standing) = match tokio::time::timeout(limits::CONNECT_WAIT, connecting).await {
            Ok(connected) => connected?,
            Err(_) => return Err(StoreError::unreachable(attempted, "no answer in time")),
        };
        if standing == Standing::Older {
            schema::migrate(&mut first, dialect).await?;
        }
        let pool = pool(dialect).connect_lazy_with(options.clone());
        let writer = match dialect {
            Dialect::Sqlite => writer(dialect).connect_lazy_with(options.clone()),
            Dialect::Postgres => pool.clone(),
        };
        let store = Self { pool, writer, dialect, retention: Retention::default() };
        // Another is open before the first closes: the last one to close a file of SQLite's tidies it up, at some cost.
        drop(store.read(attempted).await?);
        first.close().await.map_err(failed(attempted))?;
        Ok(store)
    }

    /// The same store, of which whoever writes with this and its clones keeps so much.
    #[must_use]
    pub fn keeping(self, retention: Retention) -> Self {
        Self { retention, ..self }
    }

    /// How much of what happened is kept.
    pub fn retention(&self) -> Retention {
        self.retention
    }

    /// Closes all connections, of the clones too. Without it they end with the process, and nothing is lost.
    pub async fn close(self) {
        self.writer.close().await;
        self.pool.close().await;
    }

    /// Begins a transaction that writes: after all who asked before.
    pub(crate) async fn begin(&self, attempted: &str) -> Result<Transaction<'static, Any>, StoreError> {
        self.writer.begin_with(self.dialect.begin()).await.map_err(failed(attempted))
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

fn pool(dialect: Dialect) -> AnyPoolOptions {
    let options = AnyPoolOptions::new()
        .max_connections(limits::MAX_CONNECTIONS)
        .acquire_timeout(limits::CONNECT_WAIT)
        .test_before_acquire(false)
        .after_connect(move |connection, _| Box::pin(configure(connection, dialect)));
    match dialect {
        // A file does not go away as a line does. But SQLite ends a transaction by itself when its disk is full, and whoever then
        // takes it back fails: that connection would count itself as in a transaction, and begin none, for ever.
        Dialect::Sqlite => {
            options.before_acquire(|connection, _| Box::pin(async move { Ok(!connection.is_in_transaction()) }))
        }
        Dialect::Postgres => options
            .before_acquire(|connection, idle| Box::pin(patience::taken(connection, idle)))
            .after_release(|connection, _| Box::pin(patience::given_back(connection))),
    }
}

/// Who stands in the queue waits as long as for another process's transaction.
fn writer(dialect: Dialect) -> AnyPoolOptions {
    pool(dialect).max_connections(1).acquire_timeout(limits::BUSY_WAIT)
}

async fn configure(connection: &mut AnyConnection, dialect: Dialect) -> Result<(), sqlx::Error> {
    connection.execute(AssertSqlSafe(dialect.settings())).await?;
    Ok(())
}
