use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use hedgerow_store::{Store, StoreError, StoreUrl};

use crate::databases::{Database, on_both, run};
use crate::fixtures::{lease, record, switches, tree};

on_both! {
    opening_again_changes_nothing,
}

async fn opening_again_changes_nothing(database: Database) {
    let store = database.open().await;
    record(&store, &lease(&store).await, "r1", tree(&switches(3, 0))).await.unwrap();
    store.close().await;
    let again = database.open().await;
    again.ping().await.unwrap();
    assert_eq!(again.objects(&Default::default(), 10, None).await.unwrap().items.len(), 3);
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
