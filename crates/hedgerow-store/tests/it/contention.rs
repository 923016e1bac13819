//! Writers that meet: on the same rows, under a database that is stricter than the store needs, in each other's way, and behind
//! somebody who does not let go.

use std::time::Instant;

use hedgerow_store::{Store, StoreError, Trigger, limits};
use hedgerow_testkit::postgres::cluster;

use crate::databases::{Database, on_both, run};
use crate::fixtures::{TTL, changed, fabric, id, lease, new_run, switches, tree};
use crate::linkage::{added, ann, linked};
use crate::operations::works;
use crate::upgrades::{is_sqlite, raw, run_script};

on_both! {
    writers_of_the_same_rows_lose_nothing_that_was_acknowledged,
    who_is_kept_waiting_too_long_is_told_that_it_can_try_again,
}

/// Eight writers, each with connections of its own, ring at one door, tell and write the audit record; two fight for the lease.
async fn writers_of_the_same_rows_lose_nothing_that_was_acknowledged(database: Database) {
    let store = database.open().await;
    if !is_sqlite(&database) {
        // As an administrator may have set it, for whoever connects from now on.
        let strict = format!("ALTER DATABASE {} SET default_transaction_isolation = 'serializable'", database.name());
        run_script(&mut raw(&database).await, strict).await;
    }
    let repository = added(&store).await;
    linked(&store, &repository, "dc1", "fabric-1").await;
    const ROUNDS: i64 = 10;
    let writers: Vec<_> = (0..8)
        .map(|writer| {
            let (url, repository) = (database.url.clone(), repository.id);
            tokio::spawn(async move {
                let store = Store::open(&url).await.unwrap();
                for round in 0..ROUNDS {
                    store.ring(repository, Trigger::Webhook, 100 + round).await.unwrap();
                    let fabric = store.linked_fabric("dc1").await.unwrap().unwrap();
                    store.suspend(fabric.id, &format!("{writer} {round}"), &ann(round)).await.unwrap();
                    let lease =
                        store.acquire(crate::fixtures::REPOSITORY, "a writer", TTL, TTL).await.unwrap().unwrap();
                    let run = id(&format!("w{writer}-{round}"));
                    store.open_run(&lease, &new_run(&run, &crate::fixtures::fabric(&store).await)).await.unwrap();
                    let objects = switches(3, (writer * ROUNDS + round) as usize);
                    store.close_run(&lease, &changed(&run, Some(tree(&objects)))).await.unwrap();
                    lease.release().await.unwrap();
                }
                store.close().await;
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    let all = 8 * ROUNDS;
    assert_eq!(store.unanswered().await.unwrap().0 as i64, all);
    let runs = store.runs(&Default::default(), 1_000, None).await.unwrap().items;
    assert_eq!(runs.iter().filter(|run| run.ending.is_some()).count() as i64, all);
    let audit = store.audit(&Default::default(), 1_000, None).await.unwrap().items;
    assert_eq!(audit.iter().filter(|line| line.action.contains("suspend")).count() as i64, all);
    let token = lease(&store).await.token();
    assert_eq!(token, all + 1, "nobody had the lease at once with another");
    assert_eq!(store.linked_fabric("dc1").await.unwrap().unwrap().revision, all + 1);
}

/// Somebody writes and does not end.
async fn who_is_kept_waiting_too_long_is_told_that_it_can_try_again(database: Database) {
    let store = database.open().await;
    let mut other = raw(&database).await;
    let begin = match is_sqlite(&database) {
        true => "BEGIN IMMEDIATE",
        false => "BEGIN; LOCK TABLE events",
    };
    run_script(&mut other, begin).await;
    let begun = Instant::now();
    let error = works(&store).await.unwrap_err();
    assert!(matches!(error, StoreError::Busy { .. }), "{error:?}");
    assert!(error.to_string().contains("other writers keep the store busy"), "{error}");
    assert!(
        begun.elapsed() >= limits::BUSY_WAIT.mul_f64(0.9) && begun.elapsed() < limits::BUSY_WAIT * 2,
        "{:?}",
        begun.elapsed()
    );
    run_script(&mut other, "ROLLBACK").await;
    works(&store).await.unwrap();
}

#[test]
fn of_two_who_wait_for_each_other_the_store_is_told_that_it_can_try_again() {
    run(async {
        let Some(database) = Database::postgres().await else { return };
        let store = database.open().await;
        let lease = lease(&store).await;
        let (run, objects) = (id("r1"), switches(3, 0));
        store.open_run(&lease, &new_run(&run, &fabric(&store).await)).await.unwrap();
        let mut other = raw(&database).await;
        // It never looks whether it waits for ever: so the store is the one that is sent away.
        run_script(&mut other, "SET deadlock_timeout = '10min'; BEGIN; LOCK TABLE objects").await;
        let closing = changed(&run, Some(tree(&objects)));
        let (told, ()) = tokio::join!(store.close_run(&lease, &closing), async {
            // The store has the lease's row, and waits for the objects; now the other waits for the lease's row.
            let waits = format!(
                "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database WHERE NOT granted AND datname = '{}'",
                database.name()
            );
            while cluster().unwrap().sql("postgres", &waits) == "0" {
                tokio::task::yield_now().await;
            }
            run_script(&mut other, "UPDATE leases SET token = token; ROLLBACK").await;
        });
        let error = told.unwrap_err();
        assert!(matches!(&error, StoreError::Busy { why, .. } if why.contains("deadlock")), "{error:?}");
        assert!(store.objects(&Default::default(), 10, None).await.unwrap().items.is_empty(), "nothing of it is there");
        store.close_run(&lease, &changed(&run, Some(tree(&objects)))).await.unwrap();
        assert_eq!(store.objects(&Default::default(), 10, None).await.unwrap().items.len(), 3);
    });
}
