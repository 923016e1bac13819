//! How long things take. Figures are printed (with `--nocapture`), the processor's time of this process with them, which
//! depends less on who else is at work; the claims are loose, since a test cannot know its machine.

use std::fs;
use std::time::{Duration, Instant};

use hedgerow_store::Store;

use crate::databases::{Database, on_both, run};
use crate::fixtures::{REPOSITORY, fabric, failed, id, lease, new_run, record, switches, tree};

struct Clock {
    wall: Instant,
    processor: Duration,
}

impl Clock {
    fn start() -> Self {
        Self { wall: Instant::now(), processor: processor() }
    }

    fn stop(self, what: &str, longest: Duration) {
        let (wall, processor) = (self.wall.elapsed(), processor().saturating_sub(self.processor));
        println!("{what}: {wall:.1?}, of the processor {processor:.1?}");
        assert!(wall < longest, "{what}: {wall:?}");
    }
}

/// What the threads of this process have used so far (proc(5), `schedstat`); nothing where the kernel does not tell.
fn processor() -> Duration {
    let tasks = fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let used = |stat: String| stat.split_whitespace().next()?.parse::<u64>().ok();
    let nanoseconds = tasks.filter_map(|task| used(fs::read_to_string(task.path().join("schedstat")).ok()?));
    Duration::from_nanos(nanoseconds.sum())
}

on_both! {
    ten_thousand_objects_are_recorded_in_about_a_second_at_most,
    an_idle_run_asks_little,
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
        let start = Clock::start();
        record(&store, &lease, run, tree(objects)).await.unwrap();
        start.stop(&format!("10,000 objects, {what}"), Duration::from_secs(10));
    }
}

async fn an_idle_run_asks_little(database: Database) {
    database.open().await.close().await;
    let start = Clock::start();
    let store = database.open().await;
    let lease = lease(&store).await;
    let (fabric, run) = (fabric(&store).await, id("r1"));
    store.open_run(&lease, &new_run(&run, &fabric)).await.unwrap();
    store.open_runs(REPOSITORY).await.unwrap();
    store.awaited(fabric.id).await.unwrap();
    store.idle(fabric.id).await.unwrap();
    store.close_run(&lease, &failed(&run)).await.unwrap();
    lease.release().await.unwrap();
    start.stop("an idle run, from opening the store on", Duration::from_secs(5));
}

#[test]
fn a_warm_file_opens_at_once() {
    run(async {
        let database = Database::sqlite();
        database.open().await.close().await;
        let start = Clock::start();
        let store = Store::open(&database.url).await.unwrap();
        start.stop("opening a warm file", Duration::from_secs(1));
        store.close().await;
    });
}
