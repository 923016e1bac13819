//! A line to PostgreSQL that freezes: whoever waits is told, and others go on by another line.

use std::time::{Duration, Instant};

use hedgerow_store::{Store, StoreError, StoreUrl, in_time};
use hedgerow_testkit::Relay;
use hedgerow_testkit::postgres::cluster;

use crate::databases::{Database, run};

const LIMIT: Duration = Duration::from_secs(3);

#[test]
fn a_line_that_freezes_is_told_and_not_used_again() {
    run(async {
        let Some(database) = Database::postgres().await else { return };
        let relay = Relay::to(&cluster().unwrap().socket());
        let (directory, name) = (relay.directory(), database.name());
        let url = format!("postgres://hedgerow@localhost/{name}?host={}", directory.display());
        let store = Store::open(&StoreUrl::parse(&url).unwrap()).await.unwrap();
        // Every place of the pool is taken by a line that is about to freeze.
        let all =
            || async { tokio::join!(store.doors(), store.doors(), store.doors(), store.doors(), store.try_write(1)) };
        let told = all().await;
        assert!(told.0.is_ok() && told.4.is_ok(), "{told:?}");
        relay.freeze();
        let error = in_time(LIMIT, store.doors()).await.unwrap_err();
        assert!(matches!(error, StoreError::Unreachable { .. }), "{error}");
        assert!(error.to_string().contains("no answer within 3 s"), "{error}");
        let begun = Instant::now();
        while in_time(LIMIT, store.try_write(1)).await.is_err() {
            assert!(begun.elapsed() < Duration::from_secs(60), "nothing but frozen lines");
        }
    });
}
