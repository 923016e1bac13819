use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use hedgerow_store::{ObjectFilter, Store, StoreError, StoreUrl};
use sqlx::{AnyConnection, AssertSqlSafe, Connection};

use crate::databases::{Database, on_both, run};
use crate::fixtures::{lease, record, switches, tree};
use crate::names::naming;

on_both! {
    opening_again_changes_nothing,
    every_earlier_schema_is_brought_up_to_date,
    objects_of_before_have_their_names_too,
    objects_of_before_are_listed_as_they_were,
    a_newer_schema_is_refused_and_not_touched,
}

async fn opening_again_changes_nothing(database: Database) {
    let store = database.open().await;
    record(&store, &lease(&store).await, "r1", tree(&switches(3, 0))).await.unwrap();
    store.close().await;
    let again = database.open().await;
    again.ping().await.unwrap();
    assert_eq!(again.objects(&Default::default(), 10, None).await.unwrap().items.len(), 3);
}

/// A connection past the store, as an older or a newer Hedgerow would make one.
async fn raw(database: &Database) -> AnyConnection {
    sqlx::any::install_default_drivers();
    AnyConnection::connect(&database.text).await.unwrap()
}

/// The migrations, oldest first, in the words of the database.
fn migrations(database: &Database) -> Vec<String> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let mut files: Vec<_> = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let (id, text) = match database.text.starts_with("sqlite") {
        true => ("INTEGER PRIMARY KEY", "TEXT"),
        false => ("BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY", "TEXT COLLATE \"C\""),
    };
    // An older Hedgerow that has no object yet: what the last migration finds in objects has a test of its own.
    let names = "SELECT 0, 0, '' WHERE 1 = 0";
    let spell =
        |file| fs::read_to_string(file).unwrap().replace("{id}", id).replace("{text}", text).replace("{names}", names);
    files.into_iter().map(spell).collect()
}

/// Makes the database what the first `number` migrations made it.
async fn make_schema(database: &Database, number: usize) {
    let mut connection = raw(database).await;
    let mut script = "CREATE TABLE hedgerow_schema (number BIGINT PRIMARY KEY, applied_by TEXT NOT NULL);".to_owned();
    for (n, migration) in migrations(database).iter().take(number).enumerate() {
        script.push_str(migration);
        script.push_str(&format!("INSERT INTO hedgerow_schema VALUES ({}, '0.0.1');", n + 1));
    }
    sqlx::raw_sql(AssertSqlSafe(script)).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

/// Another empty database of the same kind.
async fn another(database: &Database) -> Database {
    match database.text.starts_with("sqlite") {
        true => Database::sqlite(),
        false => Database::postgres().await.unwrap(),
    }
}

async fn every_earlier_schema_is_brought_up_to_date(like: Database) {
    for number in 1..=migrations(&like).len() {
        let database = another(&like).await;
        create_file(&database);
        make_schema(&database, number).await;
        let store = database.open().await;
        record(&store, &lease(&store).await, "r1", tree(&switches(3, 0))).await.unwrap();
    }
}

/// A store that was full before the table of names came.
async fn objects_of_before_have_their_names_too(database: Database) {
    let store = database.open().await;
    let objects =
        ["leaf-01", "leaf-02", "leaf-03"].map(|to| naming(to, "Connection", &format!(r#"{{"to":"{to}/E1/1"}}"#)));
    record(&store, &lease(&store).await, "r1", tree(&objects)).await.unwrap();
    store.close().await;
    let mut connection = raw(&database).await;
    let names = "SELECT CAST(object_id AS TEXT) || ' ' || name FROM object_names ORDER BY object_id, name";
    let noted: Vec<String> = sqlx::query_scalar(names).fetch_all(&mut connection).await.unwrap();
    assert!(noted.len() >= 3, "{noted:?}");
    let before = "DROP TABLE object_names; DROP INDEX objects_living; DROP INDEX objects_of_kind; \
         ALTER TABLE hooks DROP COLUMN owner; \
         CREATE INDEX objects_by_kind ON objects (fabric_id, state, api_group, kind); \
         DELETE FROM hedgerow_schema WHERE number >= 8;";
    sqlx::raw_sql(before).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    database.open().await.close().await;
    let found: Vec<String> = sqlx::query_scalar(names).fetch_all(&mut raw(&database).await).await.unwrap();
    assert_eq!(found, noted);
}

/// A store that was full before a kind's objects had an index of their own.
async fn objects_of_before_are_listed_as_they_were(database: Database) {
    let store = database.open().await;
    record(&store, &lease(&store).await, "r1", tree(&switches(30, 0))).await.unwrap();
    let listed = async |store: &Store| {
        let filter = ObjectFilter { kind: Some("Switch".to_owned()), ..ObjectFilter::default() };
        let first = store.objects(&filter, 20, None).await.unwrap();
        let rest = store.objects(&filter, 20, first.next).await.unwrap();
        (first.items, rest.items)
    };
    let before = listed(&store).await;
    assert_eq!((before.0.len(), before.1.len()), (20, 10));
    store.close().await;
    let older = "DROP INDEX objects_of_kind; CREATE INDEX objects_by_kind ON objects (fabric_id, state, api_group, kind); \
         DELETE FROM hedgerow_schema WHERE number = 10;";
    sqlx::raw_sql(older).execute(&mut raw(&database).await).await.unwrap();
    assert_eq!(listed(&database.open().await).await, before);
    let indexes = match database.text.starts_with("sqlite") {
        true => "SELECT count(*) FROM sqlite_master WHERE name IN ('objects_of_kind', 'objects_by_kind')",
        false => "SELECT count(*) FROM pg_indexes WHERE indexname IN ('objects_of_kind', 'objects_by_kind')",
    };
    let indexes: i64 = sqlx::query_scalar(indexes).fetch_one(&mut raw(&database).await).await.unwrap();
    assert_eq!(indexes, 1, "the one came, the other went");
}

/// The raw connection creates no file.
fn create_file(database: &Database) {
    if let Some(file) = database.text.strip_prefix("sqlite://") {
        fs::create_dir_all(Path::new(file).parent().unwrap()).unwrap();
        fs::write(file, "").unwrap();
    }
}

async fn a_newer_schema_is_refused_and_not_touched(database: Database) {
    database.open().await.close().await;
    let newer = "INSERT INTO hedgerow_schema (number, applied_by) VALUES (99, '7.0.0')";
    let mut connection = raw(&database).await;
    sqlx::raw_sql(newer).execute(&mut connection).await.unwrap();
    let error = Store::open(&database.url).await.unwrap_err();
    assert!(matches!(&error, StoreError::Newer { found: 99, by, .. } if by == "7.0.0"), "{error:?}");
    let rows: i64 =
        sqlx::query_scalar("SELECT count(*) FROM hedgerow_schema").fetch_one(&mut connection).await.unwrap();
    assert_eq!(rows, migrations(&database).len() as i64 + 1);
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn a_file_belongs_to_its_owner_alone() {
    run(async {
        let database = Database::sqlite();
        let store = database.open().await;
        record(&store, &lease(&store).await, "r1", tree(&switches(3, 0))).await.unwrap();
        let file = Path::new(database.text.strip_prefix("sqlite://").unwrap());
        let names: Vec<_> = fs::read_dir(file.parent().unwrap()).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert!(names.len() >= 3, "the file, its -wal and its -shm: {names:?}");
        for name in names {
            assert_eq!(mode(&name), 0o600, "{name:?}");
        }
        assert_eq!(mode(file.parent().unwrap()), 0o700);
    });
}

#[test]
fn a_file_may_have_any_name() {
    run(async {
        let directory = tempfile::tempdir().unwrap();
        for name in ["a b.db", "%20.db", "#x.db", "ü.db", "a/../b/./c.db", "'quoted'.db"] {
            let file = directory.path().join(name);
            Store::open(&StoreUrl::file(&file)).await.unwrap().close().await;
            assert!(file.exists(), "{file:?}");
        }
    });
}

#[test]
fn what_is_no_store_is_said_to_be_none() {
    run(async {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("x.db");
        fs::write(&file, "a letter to the reader, and not a database at all. ".repeat(100)).unwrap();
        let error = Store::open(&StoreUrl::file(&file)).await.unwrap_err();
        assert!(matches!(error, StoreError::Corrupt { .. }), "{error:?}");
        let error = Store::open(&StoreUrl::file(file.join("below.db"))).await.unwrap_err();
        assert!(matches!(error, StoreError::Unreachable { .. }), "{error:?}");
    });
}

#[test]
fn a_server_that_is_not_there_is_unreachable_and_no_password_is_shown() {
    run(async {
        let directory = tempfile::tempdir().unwrap();
        let url = format!("postgres://ann:canary@localhost/x?host={}", directory.path().display());
        let error = Store::open(&StoreUrl::parse(&url).unwrap()).await.unwrap_err();
        assert!(matches!(error, StoreError::Unreachable { .. }), "{error:?}");
        assert!(!format!("{error} {error:?}").contains("canary"), "{error:?}");
    });
}
