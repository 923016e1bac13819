//! How long things take. Figures are printed; the claims are loose, since a test cannot know its machine.

use std::time::{Duration, Instant};

use hedgerow_store::Store;

use crate::databases::{Database, on_both, run};
use crate::fixtures::{lease, record, switches, tree};

on_both! {
    ten_thousand_objects_are_recorded_in_about_a_second_at_most,
}

async fn ten_thousand_objects_are_recorded_in_about_a_second_at_most(database: Database) {
    let store = database.open().await;
    let lease = lease(&store).await;
    let objects = switches(10_000, 0);
    let mut changed = objects.clone();
    changed[..3].clone_from_slice(&switches(3, 1));
    for (run, what, objects) in
        [("r1", "new", &objects), ("r2", "unchanged", &objects), ("r3", "with 3 changed", &changed)]
    {
        let start = Instant::now();
        record(&store, &lease, run, tree(objects)).await.unwrap();
        println!("10,000 objects, {what}: {:?}", start.elapsed());
        assert!(start.elapsed() < Duration::from_secs(5));
    }
}

#[test]
fn a_warm_file_opens_at_once() {
    run(async {
        let database = Database::sqlite();
        database.open().await.close().await;
        let start = Instant::now();
        let store = Store::open(&database.url).await.unwrap();
        println!("opening a warm file: {:?}", start.elapsed());
        assert!(start.elapsed() < Duration::from_secs(1));
        store.close().await;
    });
}
