//! Of several copies of the configuration file the newest is in force.

use std::time::Duration;

use hedgerow_store::{Declaration, Declared, Declaring, Store};

use crate::databases::{Database, on_both};
use crate::fixtures::TTL;

on_both! {
    an_older_file_never_wins,
    one_service_applies_a_file_at_a_time,
    a_file_that_is_overtaken_while_it_is_applied_is_no_longer_in_force,
}

fn file(version: i64, text: &str) -> Declaration {
    Declaration { version, digest: hedgerow_core::digest::sha256(text.as_bytes()) }
}

async fn declare(store: &Store, file: &Declaration, ttl: Duration) -> Declared {
    store.declare(file, "the test", ttl, 1_000).await.unwrap()
}

#[track_caller]
fn taken(declared: Declared) -> Declaring {
    match declared {
        Declared::Apply(declaring) => declaring,
        other => panic!("not to be applied: {other:?}"),
    }
}

async fn apply(store: &Store, file: &Declaration) {
    taken(declare(store, file, TTL).await).done().await.unwrap();
}

async fn is_older(store: &Store, file: &Declaration) -> bool {
    matches!(declare(store, file, TTL).await, Declared::Older { .. })
}

async fn an_older_file_never_wins(database: Database) {
    let store = database.open().await;
    let (first, second) = (file(0, "first"), file(0, "second"));
    apply(&store, &first).await;
    apply(&store, &first).await;
    apply(&store, &second).await;
    assert!(is_older(&store, &first).await, "it was replaced: a replica that still has it is late");
    apply(&store, &second).await;
    let back = file(1, "first");
    apply(&store, &back).await;
    assert!(is_older(&store, &second).await);
    assert!(is_older(&store, &file(0, "third")).await, "a smaller version, whatever its text");
    apply(&store, &back).await;
}

async fn one_service_applies_a_file_at_a_time(database: Database) {
    let store = database.open().await;
    let one = taken(declare(&store, &file(0, "a"), TTL).await);
    match store.declare(&file(0, "a"), "another", TTL, 1_000).await.unwrap() {
        Declared::Busy { holder } => assert_eq!(holder, "the test"),
        other => panic!("{other:?}"),
    }
    one.done().await.unwrap();
    apply(&store, &file(0, "a")).await;
}

async fn a_file_that_is_overtaken_while_it_is_applied_is_no_longer_in_force(database: Database) {
    let store = database.open().await;
    let slow = taken(declare(&store, &file(0, "a"), Duration::ZERO).await);
    assert!(slow.is_in_force().await.unwrap());
    let fast = taken(declare(&store, &file(0, "b"), TTL).await);
    assert!(!slow.is_in_force().await.unwrap());
    slow.done().await.unwrap();
    assert!(fast.is_in_force().await.unwrap(), "whoever was overtaken takes nothing from the other");
}
