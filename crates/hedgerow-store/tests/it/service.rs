//! One service for one SQLite file.

use hedgerow_store::{ServiceLock, ServiceLockError, Store, StoreUrl};

#[tokio::test]
async fn a_second_service_on_one_file_is_refused_and_told_who_the_first_is() {
    let dir = tempfile::tempdir().unwrap();
    let url = StoreUrl::file(dir.path().join("h.db"));
    let store = Store::open(&url).await.unwrap();
    let first = ServiceLock::take(&url).unwrap();
    // By another name of the same file.
    std::os::unix::fs::symlink(dir.path(), dir.path().join("link")).unwrap();
    let again = StoreUrl::file(dir.path().join("link/h.db"));
    let refused = ServiceLock::take(&again).unwrap_err();
    assert!(matches!(refused, ServiceLockError::Taken { .. }));
    assert!(refused.to_string().contains(&format!("process {}", std::process::id())), "{refused}");
    store.ping().await.unwrap();
    drop(first);
    drop(ServiceLock::take(&again).unwrap());
}
