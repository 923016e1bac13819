//! Users, sessions, and sign-ins that failed.

use hedgerow_store::{AuditFilter, NewUser, PasswordHash, Role, SessionHash, Store, StoreError, User, UserChange};

use crate::databases::{Database, on_both};
use crate::linkage::{ann, name};

on_both! {
    a_user_is_known_by_name_and_the_audit_record_holds_no_hash,
    a_session_lasts_until_it_ends_or_its_user_changes_the_password,
    a_disabled_user_has_no_session_and_comes_back,
    failures_in_a_row_are_counted_locked_and_forgotten,
}

async fn user(store: &Store, called: &str) -> User {
    let password = PasswordHash::new("$argon2id$canary".to_owned());
    let new = NewUser { name: name(called), email: None, role: Role::Viewer, password };
    store.create_user(&new, &ann(5)).await.unwrap()
}

async fn a_user_is_known_by_name_and_the_audit_record_holds_no_hash(database: Database) {
    let store = database.open().await;
    let made = user(&store, "eve").await;
    assert_eq!((made.role, made.created_by.as_str(), made.created_ms), (Role::Viewer, "ann", 5));
    let password = PasswordHash::new("other".to_owned());
    let again = NewUser { name: name("eve"), email: None, role: Role::Admin, password };
    let refused = store.create_user(&again, &ann(6)).await;
    assert!(matches!(refused, Err(StoreError::Conflict { .. })), "{refused:?}");
    let (found, hash) = store.user("eve").await.unwrap().unwrap();
    assert_eq!((found, hash.as_str()), (made, "$argon2id$canary"));
    assert!(store.user("nobody").await.unwrap().is_none());
    let change = UserChange {
        role: Some(Role::Operator),
        email: Some("eve@example.com".to_owned()),
        password: Some(PasswordHash::new("$argon2id$second-canary".to_owned())),
        disabled: None,
    };
    let changed = store.change_user("eve", &change, &ann(7)).await.unwrap();
    assert_eq!(
        (changed.role, changed.email.as_deref(), changed.changed_ms),
        (Role::Operator, Some("eve@example.com"), 7)
    );
    assert_eq!(store.users().await.unwrap(), [changed]);
    let absent = store.change_user("nobody", &change, &ann(8)).await;
    assert!(matches!(absent, Err(StoreError::Absent { .. })), "{absent:?}");
    let audit = store.audit(&AuditFilter::default(), 10, None).await.unwrap().items;
    let actions: Vec<_> = audit.iter().map(|entry| entry.action.as_str()).collect();
    assert_eq!(actions, ["user.password", "user.create"]);
    assert!(!format!("{audit:?}").contains("canary"), "{audit:?}");
}

async fn a_session_lasts_until_it_ends_or_its_user_changes_the_password(database: Database) {
    let store = database.open().await;
    let user = user(&store, "eve").await;
    let (cookie, hash) = SessionHash::generate().unwrap();
    assert_eq!(SessionHash::of(&cookie), hash);
    store.begin_session(user.id, &hash, 100, 200).await.unwrap();
    let session = store.session(&hash, 150).await.unwrap().unwrap();
    assert_eq!((session.user.name.as_str(), session.user.signed_in_ms, session.begun_ms), ("eve", Some(100), 100));
    assert!(store.session(&hash, 200).await.unwrap().is_none(), "it is over");
    store.touch_session(&hash, 190, 300).await.unwrap();
    assert_eq!(store.session(&hash, 250).await.unwrap().unwrap().seen_ms, 190);
    store.end_session(&hash).await.unwrap();
    assert!(store.session(&hash, 195).await.unwrap().is_none());
    let (_, other) = SessionHash::generate().unwrap();
    store.begin_session(user.id, &other, 100, 200).await.unwrap();
    let change = UserChange { password: Some(PasswordHash::new("new".to_owned())), ..UserChange::default() };
    store.change_user("eve", &change, &ann(120)).await.unwrap();
    assert!(store.session(&other, 150).await.unwrap().is_none());
}

async fn a_disabled_user_has_no_session_and_comes_back(database: Database) {
    let store = database.open().await;
    let user = user(&store, "eve").await;
    let (_, hash) = SessionHash::generate().unwrap();
    store.begin_session(user.id, &hash, 100, 900).await.unwrap();
    let disabled = |disabled| UserChange { disabled: Some(disabled), ..UserChange::default() };
    assert_eq!(store.change_user("eve", &disabled(true), &ann(110)).await.unwrap().disabled_ms, Some(110));
    assert!(store.session(&hash, 120).await.unwrap().is_none());
    assert_eq!(store.change_user("eve", &disabled(false), &ann(130)).await.unwrap().disabled_ms, None);
    assert!(store.session(&hash, 140).await.unwrap().is_none(), "an ended session stays ended");
}

async fn failures_in_a_row_are_counted_locked_and_forgotten(database: Database) {
    let store = database.open().await;
    for expected in 1..=3 {
        assert_eq!(store.count_failure("eve@10.0.0.1", 100, 0).await.unwrap(), expected);
    }
    assert_eq!(store.count_failure("bob@10.0.0.1", 100, 0).await.unwrap(), 1);
    assert_eq!(store.locked_until(&["eve@10.0.0.1"], 100).await.unwrap(), None);
    store.lock("eve@10.0.0.1", 500).await.unwrap();
    assert_eq!(store.locked_until(&["10.0.0.1", "eve@10.0.0.1"], 499).await.unwrap(), Some(500));
    assert_eq!(store.locked_until(&["eve@10.0.0.1"], 500).await.unwrap(), None);
    store.forget_failures("eve@10.0.0.1").await.unwrap();
    assert_eq!(store.count_failure("eve@10.0.0.1", 600, 0).await.unwrap(), 1);
    assert_eq!(store.count_failure("eve@10.0.0.1", 900, 700).await.unwrap(), 1, "old failures are forgotten");
}
