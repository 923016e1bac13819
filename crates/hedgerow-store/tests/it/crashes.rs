//! A line that is cut, and a process that is killed, at any statement of any operation: the store is as it was before, or as it is
//! after, and never between; and what is acknowledged is there.

use std::collections::BTreeMap;
use std::env;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

use hedgerow_store::{Store, StoreError, StoreUrl};
use hedgerow_testkit::postgres::cluster;
use hedgerow_testkit::{Cut, Cutter};
use rustix::process::{Resource, Rlimit, setrlimit};
use sqlx::AssertSqlSafe;

use crate::databases::{Database, run};
use crate::operations::{OPERATIONS, Operation, base, works};
use crate::upgrades::{is_sqlite, raw, tables};

/// All rows of all tables, but for what a clock or chance decides.
async fn state(database: &Database) -> BTreeMap<String, Vec<String>> {
    let mut connection = raw(database).await;
    for undo in ["UPDATE leases SET expires_ms = 0", "UPDATE secrets SET sealed = '', key_id = ''"] {
        sqlx::raw_sql(undo).execute(&mut connection).await.unwrap();
    }
    for random in [
        "UPDATE instances SET id = started_ms, holder = ''",
        "UPDATE doorbells SET claimed_by = 0 WHERE claimed_by IS NOT NULL",
    ] {
        sqlx::raw_sql(random).execute(&mut connection).await.unwrap();
    }
    if is_sqlite(database) {
        return tables(&mut connection, database).await.into_iter().map(|(name, table)| (name, table.rows)).collect();
    }
    // In one question: there are hundreds of cuts.
    let names = "SELECT string_agg(format('SELECT %L, CAST(t AS TEXT) FROM %I t', tablename, tablename), ' UNION ALL ') \
         FROM pg_tables WHERE schemaname = current_schema()";
    let all: String = sqlx::query_scalar(names).fetch_one(&mut connection).await.unwrap();
    let rows: Vec<(String, String)> =
        sqlx::query_as(AssertSqlSafe(format!("{all} ORDER BY 1, 2"))).fetch_all(&mut connection).await.unwrap();
    let mut state: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (table, row) in rows {
        state.entry(table).or_default().push(row);
    }
    state
}

/// What an operation may leave behind, and what it did.
#[derive(Default)]
struct Seen {
    old: Option<BTreeMap<String, Vec<String>>>,
    new: Option<BTreeMap<String, Vec<String>>>,
    cuts: usize,
}

impl Seen {
    /// The first cut that is told comes before anything was written: every operation begins by looking.
    fn look(&mut self, what: &str, state: BTreeMap<String, Vec<String>>, is_acknowledged: bool) {
        self.cuts += 1;
        if !is_acknowledged && self.old.as_ref().is_none_or(|old| *old == state) {
            self.old = Some(state);
            return;
        }
        assert!(self.old.as_ref() != Some(&state), "{what}: acknowledged, and not there");
        let new = self.new.get_or_insert_with(|| state.clone());
        let differing: Vec<_> = state.iter().filter(|(name, rows)| new.get(*name) != Some(rows)).collect();
        assert!(differing.is_empty() && new.len() == state.len(), "{what}: half of it is there: {differing:#?}");
    }

    fn judge(&self, what: &str) {
        let (old, new) = (self.old.as_ref().expect("a cut that was told"), self.new.as_ref().expect("an end"));
        assert!(self.cuts >= 2 && old != new, "{what}: {} cuts, and nothing was written", self.cuts);
    }
}

#[test]
fn a_line_that_is_cut_at_a_statement_leaves_the_old_store_or_the_new_one() {
    run(async {
        let Some(template) = Database::postgres().await else { return };
        let store = template.open().await;
        base(&store).await;
        store.close().await;
        for operation in OPERATIONS {
            let mut seen = Seen::default();
            // After a statement is before the next one, and the answer is lost, too.
            let mut pass = 0;
            while seen.old.is_none() && cut_once(operation, template.name(), pass, Cut::Before, &mut seen).await {
                pass += 1;
            }
            pass = 0;
            while cut_once(operation, template.name(), pass, Cut::After, &mut seen).await {
                pass += 1;
            }
            seen.judge(operation.name);
        }
    });
}

/// Whether the operation came to that statement.
async fn cut_once(operation: &Operation, template: &str, pass: u64, cut: Cut, seen: &mut Seen) -> bool {
    let database = Database::postgres_like(template).await.unwrap();
    let cutter = Cutter::to(&cluster().unwrap().socket());
    let url = format!("postgres://hedgerow@localhost/{}?host={}", database.name(), cutter.directory().display());
    let store = Store::open(&StoreUrl::parse(&url).unwrap()).await.unwrap();
    let told = (operation.run)(&store, &|| cutter.arm(pass, cut)).await;
    let has_cut = cutter.disarm();
    let what = format!("{}, {cut:?} statement {pass}: {told:?}", operation.name);
    // What only frees the line after the answer may be cut, too: then the operation is done.
    assert!(has_cut || told.is_ok(), "{what}");
    if let Err(error) = &told {
        assert!(matches!(error, StoreError::Unreachable { .. }), "{what}");
    }
    seen.look(&what, state(&database).await, told.is_ok());
    works(&store).await.unwrap_or_else(|error| panic!("{what}, and then {error}"));
    store.close().await;
    has_cut
}

const STORE: &str = "HEDGEROW_TEST_CRASH_STORE";
const OPERATION: &str = "HEDGEROW_TEST_CRASH_OPERATION";
const PAGES: &str = "HEDGEROW_TEST_CRASH_PAGES";
/// A page, and what stands before it in the log of a WAL file.
const FRAME: u64 = 4096 + 24;

/// It may write so many pages more, and is killed at the next (setrlimit(2), `RLIMIT_FSIZE`: SIGXFSZ).
#[test]
fn the_process_that_is_killed_when_it_has_written_enough() {
    let (Ok(text), Ok(operation)) = (env::var(STORE), env::var(OPERATION)) else { return };
    let pages: u64 = env::var(PAGES).unwrap().parse().unwrap();
    let operation = OPERATIONS.iter().find(|known| known.name == operation).unwrap();
    run(async {
        let store = Store::open(&StoreUrl::parse(&text).unwrap()).await.unwrap();
        let log = format!("{}-wal", text.strip_prefix("sqlite://").unwrap());
        let has_begun = AtomicBool::new(false);
        let begin = || {
            let length = std::fs::metadata(Path::new(&log)).map_or(0, |log| log.len());
            let limit = Some(length + 32 + pages * FRAME);
            setrlimit(Resource::Fsize, Rlimit { current: limit, maximum: limit }).unwrap();
            has_begun.store(true, Ordering::Relaxed);
        };
        (operation.run)(&store, &begin).await.unwrap();
        assert!(has_begun.load(Ordering::Relaxed));
    });
}

#[test]
fn a_process_that_is_killed_at_a_page_leaves_the_old_store_or_the_new_one() {
    let template = Database::sqlite();
    run(async {
        let store = template.open().await;
        base(&store).await;
        store.close().await;
    });
    for operation in OPERATIONS {
        let mut seen = Seen::default();
        let mut pages = 0;
        while kill_once(operation, template.name(), pages, &mut seen) {
            // Every page of a small transaction, and of a large one the first, the last and some between.
            pages += 1 + pages / 4;
        }
        seen.judge(operation.name);
    }
}

/// Whether it was killed.
fn kill_once(operation: &Operation, template: &str, pages: u64, seen: &mut Seen) -> bool {
    let database = Database::sqlite();
    std::fs::create_dir_all(Path::new(database.name()).parent().unwrap()).unwrap();
    std::fs::copy(template, database.name()).unwrap();
    let role = "crashes::the_process_that_is_killed_when_it_has_written_enough";
    let child = Command::new(env::current_exe().unwrap())
        .args([role, "--exact", "--nocapture", "--test-threads=1"])
        .env(STORE, &database.text)
        .env(OPERATION, operation.name)
        .env(PAGES, pages.to_string())
        .output()
        .unwrap();
    let what = format!("{}, killed after {pages} pages: {child:?}", operation.name);
    let is_killed = child.status.signal() == Some(25);
    assert!(is_killed || child.status.success(), "{what}");
    run(async {
        seen.look(&what, state(&database).await, !is_killed);
        let store = database.open().await;
        assert!(store.look_over().await.unwrap().damage.is_empty(), "{what}");
        works(&store).await.unwrap_or_else(|error| panic!("{what}, and then {error}"));
        store.close().await;
    });
    is_killed
}
