//! Processes of their own, on one SQLite file: this test binary, started again as a writer.

use std::env;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use hedgerow_store::{ObjectFilter, RunId, Store, StoreUrl, holder_of_this_process};

use crate::databases::{Database, run};
use crate::fixtures::{REPOSITORY, TTL, changed, fabric, id, new_run, record, switches, tree};

/// Names the store to the process that is started again.
const STORE: &str = "HEDGEROW_TEST_STORE";
/// Objects of one recording: enough for several batches.
const OBJECTS: usize = 1_200;

fn start(role: &str, database: &Database) -> Child {
    Command::new(env::current_exe().unwrap())
        .args([role, "--exact", "--nocapture", "--test-threads=1"])
        .env(STORE, &database.text)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// The store that another process named; `None` when this is no such process.
fn named() -> Option<StoreUrl> {
    env::var(STORE).ok().map(|text| StoreUrl::parse(&text).unwrap())
}

#[test]
fn the_process_that_opens_and_writes() {
    let Some(url) = named() else { return };
    run(async {
        let store = Store::open(&url).await.unwrap();
        let lease = store.acquire(REPOSITORY, "a process", TTL, TTL).await.unwrap().unwrap();
        record(&store, &lease, &format!("p{}", std::process::id()), tree(&switches(50, 0))).await.unwrap();
        lease.release().await.unwrap();
        store.close().await;
    });
}

#[test]
fn twenty_processes_open_one_new_file_and_all_get_their_turn() {
    let database = Database::sqlite();
    let role = "processes::the_process_that_opens_and_writes";
    let children: Vec<Child> = (0..20).map(|_| start(role, &database)).collect();
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }
    run(async {
        let store = database.open().await;
        assert_eq!(store.runs(&Default::default(), 100, None).await.unwrap().items.len(), 20);
        assert!(store.open_runs(REPOSITORY).await.unwrap().is_empty());
    });
}

#[test]
fn the_process_that_records_until_it_is_killed() {
    let Some(url) = named() else { return };
    run(async {
        let store = Store::open(&url).await.unwrap();
        let lease = store.acquire(REPOSITORY, &holder_of_this_process(), TTL, TTL).await.unwrap().unwrap();
        for generation in 0.. {
            let run = RunId::parse(&format!("p{}-{generation}", std::process::id())).unwrap();
            store.open_run(&lease, &new_run(&run, &fabric(&store).await)).await.unwrap();
            println!("recording {generation}");
            let objects = switches(OBJECTS, generation);
            let report = generation.to_string();
            let closing = hedgerow_store::Closing { report: &report, ..changed(&run, Some(tree(&objects))) };
            store.close_run(&lease, &closing).await.unwrap();
        }
    });
}

#[test]
fn a_killed_process_leaves_the_old_record_or_the_new_one() {
    let database = Database::sqlite();
    for round in 0..15 {
        let mut child = start("processes::the_process_that_records_until_it_is_killed", &database);
        // The pipe stays open until the process is killed: a closed one would end it otherwise.
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        lines.by_ref().filter(|line| line.contains("recording")).nth(1 + round % 3).unwrap();
        // Somewhere in a recording, which takes some tens of milliseconds; each round elsewhere.
        std::thread::sleep(Duration::from_millis(3 * round as u64));
        assert!(run(nobody_else_may_write(&database)), "the process still lives");
        child.kill().unwrap();
        child.wait().unwrap();
        drop(lines);
        run(settle_and_check(&database));
    }
}

async fn nobody_else_may_write(database: &Database) -> bool {
    let store = database.open().await;
    store.acquire(REPOSITORY, "another", TTL, Duration::ZERO).await.unwrap().is_none()
}

async fn settle_and_check(database: &Database) {
    let store = database.open().await;
    // Its lease would last for minutes; that it is gone is seen at once.
    let lease = store.acquire(REPOSITORY, "the next", TTL, Duration::ZERO).await.unwrap().unwrap();
    let fabric = fabric(&store).await;
    let last = store.our_newest_commit(fabric.id).await.unwrap().unwrap().id;
    let generation: usize = store.texts(&last).await.unwrap().unwrap().report.parse().unwrap();
    let recorded = recorded_values(&store).await;
    let mut expected: Vec<String> = switches(OBJECTS, generation).into_iter().map(|object| object.json).collect();
    expected.sort();
    assert!(recorded == expected, "the objects are those of the last closed run, all of them");
    let open = store.open_runs(REPOSITORY).await.unwrap();
    assert!(open.len() <= 1, "{open:?}");
    for run in open {
        store.settle(&lease, &crate::fixtures::failed(&id(run.id.as_str()))).await.unwrap();
    }
    lease.release().await.unwrap();
    store.close().await;
}

async fn recorded_values(store: &Store) -> Vec<String> {
    let (mut objects, mut cursor) = (Vec::new(), None);
    loop {
        let page = store.objects(&ObjectFilter::default(), 1_000, cursor).await.unwrap();
        objects.extend(page.items);
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    let mut values: Vec<String> = objects.into_iter().map(|object| object.value).collect();
    values.sort();
    values
}
