//! Each test of the suite gets a database of its own, of either kind.

use std::future::Future;
use std::sync::atomic::{AtomicUsize, Ordering};

use hedgerow_store::{Store, StoreUrl};
use hedgerow_testkit::postgres::cluster;
use tempfile::TempDir;

/// A new, empty database.
pub(crate) struct Database {
    pub(crate) url: StoreUrl,
    /// The same, as it is written.
    pub(crate) text: String,
    _directory: Option<TempDir>,
}

impl Database {
    pub(crate) fn sqlite() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let text = format!("sqlite://{}/state/store.db", directory.path().display());
        Self { url: StoreUrl::parse(&text).unwrap(), text, _directory: Some(directory) }
    }

    /// `None`, and a word about it, where there is no PostgreSQL.
    pub(crate) async fn postgres() -> Option<Self> {
        Self::postgres_like("template1").await
    }

    /// A copy of the PostgreSQL database `template`, to which nobody is connected.
    pub(crate) async fn postgres_like(template: &str) -> Option<Self> {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let Some(cluster) = cluster() else {
            hedgerow_testkit::not_run(
                "PostgreSQL: initdb, postgres and psql are neither on PATH nor below /usr/lib/postgresql",
            );
            return None;
        };
        let name = format!("store_{}", NEXT.fetch_add(1, Ordering::Relaxed));
        cluster.sql("postgres", &format!("CREATE DATABASE {name} TEMPLATE {template}"));
        let text = cluster.url(&name);
        Some(Self { url: StoreUrl::parse(&text).unwrap(), text, _directory: None })
    }

    /// Its name in the server, or its file.
    pub(crate) fn name(&self) -> &str {
        match self.text.strip_prefix("sqlite://") {
            Some(file) => file,
            None => self.text.split(['/', '?']).nth(3).unwrap(),
        }
    }

    pub(crate) async fn open(&self) -> Store {
        Store::open(&self.url).await.unwrap()
    }
}

pub(crate) fn run<F: Future>(test: F) -> F::Output {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap().block_on(test)
}

/// Makes of each `async fn claim(database: Database)` two tests: `claim::sqlite` and `claim::postgres`.
macro_rules! on_both {
    ($($claim:ident,)*) => {
        $(mod $claim {
            #[test]
            fn sqlite() {
                crate::databases::run(super::$claim(crate::databases::Database::sqlite()));
            }

            #[test]
            fn postgres() {
                crate::databases::run(async {
                    if let Some(database) = crate::databases::Database::postgres().await {
                        super::$claim(database).await;
                    }
                });
            }
        })*
    };
}
pub(crate) use on_both;
