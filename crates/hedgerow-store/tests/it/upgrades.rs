//! A full store of every schema that there was is brought up to date, and nothing of it is lost.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use hedgerow_store::{ObjectFilter, Store, StoreError};
use sqlx::{AnyConnection, AssertSqlSafe, Connection};

use crate::databases::{Database, on_both};
use crate::fixtures::{fabric, id, lease, record, switches, tree};

on_both! {
    a_full_store_of_every_schema_is_brought_up_to_date,
    an_upgrade_that_cannot_be_done_leaves_the_store_as_it_was,
    a_newer_schema_is_refused_and_not_touched,
    a_store_goes_on_answering_while_a_newer_hedgerow_brings_it_forward,
}

/// Rows for every table, and values for every column, by the schema that brought it. A migration that adds a table or a column
/// adds a line here: [`fill`] looks for it.
const ROWS: &[(usize, &str)] = &[
    (1, "INSERT INTO repositories (url) VALUES ('https://git.example/fabrics.git'), ('https://git.example/other')"),
    (
        1,
        "INSERT INTO fabrics (repository_id, branch, directory) VALUES (1, 'main', 'fabric-1'), (2, 'main', 'fabric-2')",
    ),
    (1, "INSERT INTO leases VALUES (1, 7, 'somebody', 0)"),
    (
        1,
        "INSERT INTO runs (id, fabric_id, cause, started_ms, token, intent_commit, intent_parent, intent_branch, finished_ms, \
         outcome, reason, reason_text, verification, commit_id, head, recorded_commit, policy, settings, catalogue, version, counts) \
         VALUES ('old1', 1, 'cli', 1, 7, 'c1', 'p1', 'main', 2, 'changed', NULL, NULL, 'verified', 'c1', 'c1', 'c1', 'p', 's', 'c', \
         '0.0.1', 'created=2'), ('old2', 1, 'timer', 3, 7, NULL, NULL, NULL, 4, 'failed', 'unreachable', 'no route', 'none', NULL, \
         NULL, NULL, NULL, NULL, NULL, NULL, NULL)",
    ),
    (1, "INSERT INTO runs (id, fabric_id, cause, started_ms, token) VALUES ('open', 2, 'webhook', 5, 8)"),
    (1, "INSERT INTO run_texts VALUES ('old1', '{}', 'a ledger', '[]')"),
    (1, "INSERT INTO idle_reports VALUES (1, 'c1', 'decided', '{}')"),
    (
        1,
        "INSERT INTO objects (fabric_id, api_group, kind, namespace, name, version, path, digest, value, commit_id, from_file, \
         from_index, from_commit, first_seen_run, last_changed_run, state, missing_run) VALUES \
         (1, 'g', 'Connection', 'default', 'link', 'v1', 'fabric-1/managed/links/link.yaml', 'd1', \
         '{\"metadata\":{\"labels\":{\"rack\":\"7\"}},\"spec\":{\"to\":\"leaf-01/E1/1\"}}', 'c1', 'fabric-1/raw/a.yaml', 0, 'p1', 'old1', 'old1', \
         'present', 'old2'), \
         (1, 'g', 'VPC', 'default', 'gone', 'v1', 'x.yaml', 'd2', '{}', 'c1', NULL, NULL, NULL, 'old1', 'old1', 'deleted', NULL), \
         (2, 'g', 'VPC', 'default', 'odd', 'v1', 'y.yaml', 'd3', '{\"note\":\"\\u0000\"}', 'c1', NULL, NULL, NULL, 'old1', 'old1', \
         'unreadable', NULL)",
    ),
    (
        1,
        "INSERT INTO object_versions (object_id, run_id, commit_id, version, path, digest, state) \
         VALUES (1, 'old1', 'c1', 'v1', 'x.yaml', 'd1', 'present')",
    ),
    (2, "INSERT INTO declarations (version, digest, since_ms, applied_by) VALUES (1, 'd', 1, 'somebody')"),
    (2, "INSERT INTO declaring VALUES (1, 3, 'somebody', 0)"),
    (
        3,
        "UPDATE repositories SET name = 'fabrics', address = 'git.example', owner = 'api', revision = 2, created_ms = 1 WHERE id = 1",
    ),
    (
        3,
        "UPDATE fabrics SET name = 'dc', owner = 'file', adopt = 1, interval_ms = 60000, push_to = 'proposal', linked_ms = 1, \
         revision = 3, suspended_by = 'ann', suspended_reason = 'night', suspended_ms = 9 WHERE id = 1",
    ),
    (3, "INSERT INTO secrets VALUES ('credential 1 write', 'key', 'sealed')"),
    (3, "INSERT INTO credentials VALUES (1, 'write', 'token', '{}', 'credential 1 write', 99, 1, 2)"),
    (
        3,
        "INSERT INTO tokens (name, hash, role, fabrics, created_by, created_ms, expires_ms, used_ms, revoked_ms) \
         VALUES ('ci', 'h', 'viewer', '[\"dc\"]', 'ann', 1, 2, 3, 4)",
    ),
    (
        3,
        "INSERT INTO audit (at_ms, actor, action, subject, before, after) VALUES (1, 'ann', 'link', 'fabric/dc', '{}', '{}')",
    ),
    (3, "INSERT INTO idempotency VALUES ('ann', 'k', 'd', 1, 200, '{}')"),
    (
        4,
        "INSERT INTO users (name, email, role, password, created_by, created_ms, changed_ms, signed_in_ms, disabled_ms) \
         VALUES ('ann', 'ann@example.com', 'admin', 'hash', 'setup', 1, 2, 3, 4)",
    ),
    (4, "INSERT INTO sessions VALUES ('h', 1, 1, 2, 3)"),
    (4, "INSERT INTO sign_in_failures VALUES ('ann', 3, 1, 2)"),
    (5, "INSERT INTO doorbells VALUES (1, 9, 8, 'timer', 1, 2, 3, 4, 5, 6)"),
    (5, "INSERT INTO instances VALUES (5, 'somebody', '0.0.1', 1, 2)"),
    (
        5,
        "INSERT INTO visits (repository_id, rung, causes, started_ms, finished_ms, outcome, reason, message, pushes) \
         VALUES (1, 8, 'timer', 1, 2, 'failed', 'unreachable', 'no route', 1)",
    ),
    (5, "UPDATE runs SET visit = 1 WHERE id = 'old1'"),
    (
        5,
        "INSERT INTO liveness VALUES (1, 1, 2, 'changed', 'reason', 'message', 'push', 1, 2, 'c1', 'c1', 'c1', 'by', 'verified', \
         'witness', 1, 2, 'a.yaml', 3, 4, 'rewritten', 'words', 'c1', 5, 'c0')",
    ),
    (5, "INSERT INTO conditions VALUES (1, 'ready', 'true', 'Verified', 'it is', 1)"),
    (
        5,
        "INSERT INTO events (at_ms, repository_id, fabric_id, severity, reason, message) VALUES (1, 1, 1, 'info', 'Verified', 'it is')",
    ),
    (
        6,
        "INSERT INTO hooks (id, name, provider, repository_id, created_by, created_ms, rotated_ms, fired_ms) \
         VALUES ('h1', 'forge', 'generic', 1, 'ann', 1, 2, 3)",
    ),
    (
        6,
        "INSERT INTO deliveries (id, at_ms, hook_id, hook, provider, source, signature, delivery_id, event, result, message, \
         repository_id, ring, fabrics) VALUES ('d1', 1, 'h1', 'forge', 'generic', '::1', 'good', 'x', 'push', 'rang', '', 1, 9, '[\"dc\"]')",
    ),
    (8, "INSERT INTO object_names VALUES (1, 1, 'leaf-01')"),
    (9, "UPDATE hooks SET owner = 'file'"),
    (11, "INSERT INTO object_labels VALUES (1, 'rack', '7')"),
];

/// A connection past the store, as an older or a newer Hedgerow would make one.
pub(crate) async fn raw(database: &Database) -> AnyConnection {
    sqlx::any::install_default_drivers();
    // It creates no file.
    if let Some(file) = database.text.strip_prefix("sqlite://") {
        fs::create_dir_all(Path::new(file).parent().unwrap()).unwrap();
        fs::OpenOptions::new().append(true).create(true).open(file).unwrap();
    }
    AnyConnection::connect(&database.text).await.unwrap()
}

pub(crate) fn is_sqlite(database: &Database) -> bool {
    database.text.starts_with("sqlite")
}

/// The migrations, oldest first, in the words of the database.
fn migrations(database: &Database) -> Vec<String> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let mut files: Vec<_> = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let (id, text) = match is_sqlite(database) {
        true => ("INTEGER PRIMARY KEY", "TEXT"),
        false => ("BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY", "TEXT COLLATE \"C\""),
    };
    // An older Hedgerow that has no object yet: it is filled afterwards.
    let spell = |file| {
        let text = fs::read_to_string(file).unwrap().replace("{id}", id).replace("{text}", text);
        text.replace("{names}", "SELECT 0, 0, '' WHERE 1 = 0").replace("{labels}", "SELECT 0, '', '' WHERE 1 = 0")
    };
    files.into_iter().map(spell).collect()
}

pub(crate) async fn run_script(connection: &mut AnyConnection, script: impl Into<String>) {
    let script = script.into();
    sqlx::raw_sql(AssertSqlSafe(script.clone()))
        .execute(connection)
        .await
        .unwrap_or_else(|error| panic!("{script}: {error}"));
}

/// Makes the empty database what the first `number` migrations made it, and fills all of its tables.
async fn make(database: &Database, number: usize) -> BTreeMap<String, Table> {
    let mut connection = raw(database).await;
    let mut script = "CREATE TABLE hedgerow_schema (number BIGINT PRIMARY KEY, applied_by TEXT NOT NULL);".to_owned();
    for (n, migration) in migrations(database).iter().take(number).enumerate() {
        script.push_str(migration);
        script.push_str(&format!("INSERT INTO hedgerow_schema VALUES ({}, '0.0.1');", n + 1));
    }
    run_script(&mut connection, script).await;
    for (_, row) in ROWS.iter().filter(|(since, _)| *since <= number) {
        run_script(&mut connection, *row).await;
    }
    let full = tables(&mut connection, database).await;
    for (name, table) in &full {
        for column in &table.columns {
            let has = format!("SELECT count({column}) FROM {name}");
            let has: i64 = sqlx::query_scalar(AssertSqlSafe(has)).fetch_one(&mut connection).await.unwrap();
            assert!(has > 0, "schema {number}: no row has a value in {column} of {name}");
        }
    }
    connection.close().await.unwrap();
    full
}

/// A table's columns, and its rows as texts.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Table {
    columns: Vec<String>,
    pub(crate) rows: Vec<String>,
}

pub(crate) async fn tables(connection: &mut AnyConnection, database: &Database) -> BTreeMap<String, Table> {
    let (tables, columns) = match is_sqlite(database) {
        true => (
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'hedgerow_schema'",
            "SELECT name FROM pragma_table_info($1) ORDER BY name",
        ),
        false => (
            "SELECT CAST(tablename AS TEXT) FROM pg_tables WHERE schemaname = current_schema() AND tablename <> 'hedgerow_schema'",
            "SELECT CAST(column_name AS TEXT) FROM information_schema.columns \
             WHERE table_schema = current_schema() AND table_name = $1 ORDER BY 1",
        ),
    };
    let names: Vec<String> = sqlx::query_scalar(tables).fetch_all(&mut *connection).await.unwrap();
    let mut all = BTreeMap::new();
    for name in names {
        let columns: Vec<String> = sqlx::query_scalar(columns).bind(&name).fetch_all(&mut *connection).await.unwrap();
        let rows = rows(connection, &name, &columns).await;
        all.insert(name, Table { columns, rows });
    }
    all
}

async fn rows(connection: &mut AnyConnection, table: &str, columns: &[String]) -> Vec<String> {
    let cells: Vec<_> = columns.iter().map(|name| format!("COALESCE(CAST({name} AS TEXT), 'null')")).collect();
    let sql = format!("SELECT {} FROM {table}", cells.join(" || ' | ' || "));
    let mut rows: Vec<String> = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(connection).await.unwrap();
    rows.sort();
    rows
}

/// Another empty database of the same kind.
async fn another(database: &Database) -> Database {
    match is_sqlite(database) {
        true => Database::sqlite(),
        false => Database::postgres().await.unwrap(),
    }
}

async fn a_full_store_of_every_schema_is_brought_up_to_date(like: Database) {
    for number in 1..=migrations(&like).len() {
        let database = another(&like).await;
        let before = make(&database, number).await;
        let store = database.open().await;
        let mut connection = raw(&database).await;
        for (name, table) in &before {
            let after = rows(&mut connection, name, &table.columns).await;
            assert_eq!(after, table.rows, "{name}, from schema {number}");
        }
        assert_eq!(
            rows(&mut connection, "object_names", &["name".to_owned()]).await,
            ["leaf-01"],
            "from schema {number}"
        );
        let labels = rows(&mut connection, "object_labels", &["label".to_owned(), "value".to_owned()]).await;
        assert_eq!(labels, ["rack | 7"], "from schema {number}");
        let look = store.look_over().await.unwrap();
        assert_eq!(
            (look.schema as usize, look.open_runs, look.damage.len()),
            (migrations(&like).len(), 1, 0),
            "{look:?}"
        );
        // It goes on from there.
        assert_eq!(store.our_newest_commit(fabric(&store).await.id).await.unwrap().unwrap().id, id("old1"));
        assert_eq!(store.objects(&ObjectFilter::default(), 10, None).await.unwrap().items.len(), 3);
        let lease = lease(&store).await;
        assert_eq!(lease.token(), 8, "tokens only grow");
        record(&store, &lease, "r1", tree(&switches(3, 0))).await.unwrap();
    }
}

/// The last statement of the last migration fails: what it names is there already.
async fn an_upgrade_that_cannot_be_done_leaves_the_store_as_it_was(database: Database) {
    let newest = migrations(&database).len();
    make(&database, newest - 1).await;
    let mut connection = raw(&database).await;
    run_script(&mut connection, "CREATE INDEX deliveries_by_result ON deliveries (at_ms)").await;
    let before = tables(&mut connection, &database).await;
    let error = Store::open(&database.url).await.unwrap_err();
    assert!(error.to_string().contains("bring the store's schema up to date"), "{error}");
    assert_eq!(tables(&mut connection, &database).await, before);
    let applied: i64 =
        sqlx::query_scalar("SELECT max(number) FROM hedgerow_schema").fetch_one(&mut connection).await.unwrap();
    assert_eq!(applied as usize, newest - 1);
    run_script(&mut connection, "DROP INDEX deliveries_by_result").await;
    database.open().await.close().await;
}

async fn a_newer_schema_is_refused_and_not_touched(database: Database) {
    database.open().await.close().await;
    let newer = "INSERT INTO hedgerow_schema (number, applied_by) VALUES (99, '7.0.0')";
    let mut connection = raw(&database).await;
    run_script(&mut connection, newer).await;
    let error = Store::open(&database.url).await.unwrap_err();
    assert!(matches!(&error, StoreError::Newer { found: 99, by, .. } if by == "7.0.0"), "{error:?}");
    let known = migrations(&database).len();
    assert_eq!(
        error.to_string(),
        format!("the store has schema 99, written by Hedgerow 7.0.0; this Hedgerow knows schemas up to {known}")
    );
    let rows: i64 =
        sqlx::query_scalar("SELECT count(*) FROM hedgerow_schema").fetch_one(&mut connection).await.unwrap();
    assert_eq!(rows as usize, known + 1);
}

/// While replicas are replaced one after another, the older ones have the store open that a newer one brings forward. A migration
/// only adds, so they go on; what they cannot do is open it again.
async fn a_store_goes_on_answering_while_a_newer_hedgerow_brings_it_forward(database: Database) {
    let older = database.open().await;
    let held = lease(&older).await;
    record(&older, &held, "r1", tree(&switches(3, 0))).await.unwrap();
    let mut newer = raw(&database).await;
    let next = "BEGIN; ALTER TABLE runs ADD COLUMN from_tomorrow BIGINT NOT NULL DEFAULT 0; \
         ALTER TABLE objects ADD COLUMN from_tomorrow TEXT; CREATE INDEX tomorrow ON objects (from_tomorrow); \
         INSERT INTO hedgerow_schema (number, applied_by) VALUES (99, '7.0.0'); COMMIT";
    run_script(&mut newer, next).await;
    // On lines that had prepared their statements before, too.
    for run in ["r2", "r3"] {
        record(&older, &held, run, tree(&switches(5, 1))).await.unwrap();
        assert_eq!(older.objects(&ObjectFilter::default(), 10, None).await.unwrap().items.len(), 5);
        assert!(older.run(run).await.is_ok());
        held.renew().await.unwrap();
    }
    assert!(matches!(Store::open(&database.url).await, Err(StoreError::Newer { .. })));
}
