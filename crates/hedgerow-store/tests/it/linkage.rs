//! What people link: names, places, suspension.

use hedgerow_core::path::FabricDir;
use hedgerow_store::{
    Actor, AuditFilter, FabricChange, LinkPlace, LinkedFabric, Name, NewLink, NewRepository, Owner, Repository,
    RepositoryChange, Store, StoreError,
};

use crate::databases::{Database, on_both};
use crate::fixtures::{REPOSITORY, fabric, lease, record, switches, tree};

on_both! {
    a_name_and_a_url_are_one_repositorys,
    a_repository_that_was_remembered_gets_a_name,
    directories_of_one_branch_do_not_overlap,
    of_two_that_link_nested_directories_at_once_one_does,
    a_repository_with_fabrics_is_not_removed,
    a_fabric_of_an_unknown_repository_is_not_linked,
    who_read_an_older_revision_is_told,
    what_the_file_owns_only_the_file_changes,
    a_relinked_fabric_keeps_its_name_and_leaves_its_record,
    a_relink_into_its_own_directory_is_no_conflict,
    an_unlinked_fabric_leaves_its_record,
    a_suspension_says_who_and_why,
    every_change_is_in_the_audit_record,
}

pub(crate) fn name(text: &str) -> Name {
    Name::parse(text).unwrap()
}

pub(crate) fn ann(at_ms: i64) -> Actor {
    Actor { name: "ann".to_owned(), through: Owner::Api, at_ms }
}

fn file(at_ms: i64) -> Actor {
    Actor { name: "hedgerow.toml".to_owned(), through: Owner::File, at_ms }
}

pub(crate) async fn added(store: &Store) -> Repository {
    let new = NewRepository { name: name("fabrics"), url: REPOSITORY.to_owned(), address: REPOSITORY.to_owned() };
    store.add_repository(&new, &ann(1)).await.unwrap()
}

pub(crate) fn link(repository: &Repository, called: &str, directory: &str) -> NewLink {
    NewLink { name: name(called), place: place(repository, directory), adopt: false, interval_ms: None, push_to: None }
}

fn place(repository: &Repository, directory: &str) -> LinkPlace {
    LinkPlace { repository: repository.id, branch: "main".to_owned(), directory: FabricDir::parse(directory).unwrap() }
}

pub(crate) async fn linked(store: &Store, repository: &Repository, called: &str, directory: &str) -> LinkedFabric {
    store.link_fabric(&link(repository, called, directory), &ann(2)).await.unwrap()
}

fn conflict_with(result: Result<impl std::fmt::Debug, StoreError>) -> String {
    match result.unwrap_err() {
        StoreError::Conflict { with, .. } => with,
        other => panic!("{other:?}"),
    }
}

async fn a_name_and_a_url_are_one_repositorys(database: Database) {
    let store = database.open().await;
    let first = added(&store).await;
    assert_eq!((first.name.as_str(), first.owner, first.created_ms), ("fabrics", Owner::Api, 1));
    let same_name = NewRepository { name: name("fabrics"), url: "https://x.example/y".into(), address: "y".into() };
    assert_eq!(conflict_with(store.add_repository(&same_name, &ann(2)).await), "the repository fabrics");
    let same_url = NewRepository { name: name("other"), url: REPOSITORY.into(), address: REPOSITORY.into() };
    assert_eq!(conflict_with(store.add_repository(&same_url, &ann(2)).await), "the repository fabrics");
    assert_eq!(store.repositories().await.unwrap(), std::slice::from_ref(&first));
    assert_eq!(store.repository_by_name("fabrics").await.unwrap(), Some(first));
    assert_eq!(store.repository_by_name("other").await.unwrap(), None);
}

async fn a_repository_that_was_remembered_gets_a_name(database: Database) {
    let store = database.open().await;
    let remembered = fabric(&store).await;
    assert!(store.repositories().await.unwrap().is_empty(), "a run alone links nothing");
    assert!(store.linked_fabrics().await.unwrap().is_empty(), "a run alone links nothing");
    let repository = added(&store).await;
    let now = linked(&store, &repository, "dc1", "/fabric-1/").await;
    assert_eq!(now.id, remembered.id);
    assert_eq!(now.directory, "fabric-1");
}

async fn directories_of_one_branch_do_not_overlap(database: Database) {
    let store = database.open().await;
    let repository = added(&store).await;
    linked(&store, &repository, "dc1", "sites/dc1").await;
    for taken in ["sites/dc1", "sites", "sites/dc1/deep", "/sites//dc1/"] {
        let refused = store.link_fabric(&link(&repository, "dc2", taken), &ann(3)).await;
        assert_eq!(conflict_with(refused), "the fabric dc1 in sites/dc1", "{taken}");
    }
    linked(&store, &repository, "dc10", "sites/dc10").await;
    let refused = store.link_fabric(&link(&repository, "dc1", "elsewhere"), &ann(3)).await;
    assert_eq!(conflict_with(refused), "the fabric dc1");
    let mut other_branch = link(&repository, "next", "sites/dc1");
    other_branch.place.branch = "next".to_owned();
    store.link_fabric(&other_branch, &ann(3)).await.unwrap();
}

async fn of_two_that_link_nested_directories_at_once_one_does(database: Database) {
    let store = database.open().await;
    let repository = added(&store).await;
    let mut directory = "d".to_owned();
    let mut linking = Vec::new();
    for n in 0..8 {
        let (store, new) = (store.clone(), link(&repository, &format!("f{n}"), &directory));
        linking.push(tokio::spawn(async move { store.link_fabric(&new, &ann(2)).await.is_ok() }));
        directory.push_str("/d");
    }
    let mut done = 0;
    for one in linking {
        done += usize::from(one.await.unwrap());
    }
    assert_eq!(done, 1);
    assert_eq!(store.linked_fabrics_of(repository.id).await.unwrap().len(), 1);
}

async fn a_repository_with_fabrics_is_not_removed(database: Database) {
    let store = database.open().await;
    let repository = added(&store).await;
    let dc1 = linked(&store, &repository, "dc1", "a").await;
    linked(&store, &repository, "dc2", "b").await;
    let refused = store.remove_repository(repository.id, None, &ann(3)).await.unwrap_err();
    assert!(matches!(&refused, StoreError::InUse { by, .. } if by == &["dc1", "dc2"]), "{refused:?}");
    store.unlink_fabric(dc1.id, None, &ann(4)).await.unwrap();
    let dc2 = store.linked_fabric("dc2").await.unwrap().unwrap();
    store.unlink_fabric(dc2.id, None, &ann(4)).await.unwrap();
    store.remove_repository(repository.id, None, &ann(5)).await.unwrap();
    assert!(store.repositories().await.unwrap().is_empty());
    assert_eq!(added(&store).await.id, repository.id, "the row, and what is remembered of it, is the same");
}

async fn a_fabric_of_an_unknown_repository_is_not_linked(database: Database) {
    let store = database.open().await;
    let repository = added(&store).await;
    store.remove_repository(repository.id, None, &ann(2)).await.unwrap();
    let refused = store.link_fabric(&link(&repository, "dc1", "a"), &ann(3)).await;
    assert!(matches!(refused, Err(StoreError::Absent { .. })), "{refused:?}");
    assert!(store.fabrics().await.unwrap().is_empty());
}

async fn who_read_an_older_revision_is_told(database: Database) {
    let store = database.open().await;
    let repository = added(&store).await;
    let fabric = linked(&store, &repository, "dc1", "a").await;
    let slower = FabricChange { interval_ms: Some(Some(60_000)), ..FabricChange::default() };
    let changed = store.change_fabric(fabric.id, &slower, Some(fabric.revision), &ann(3)).await.unwrap();
    assert_eq!(changed.interval_ms, Some(60_000));
    let refused = store.change_fabric(fabric.id, &slower, Some(fabric.revision), &ann(4)).await.unwrap_err();
    assert!(matches!(refused, StoreError::Stale { revision, .. } if revision == changed.revision), "{refused:?}");
    let refused = store.unlink_fabric(fabric.id, Some(fabric.revision), &ann(4)).await.unwrap_err();
    assert!(matches!(refused, StoreError::Stale { .. }), "{refused:?}");
    let other = RepositoryChange { name: Some(name("other")), ..RepositoryChange::default() };
    let renamed = store.change_repository(repository.id, &other, Some(repository.revision), &ann(5)).await.unwrap();
    assert_eq!(renamed.name, "other");
    let refused = store.remove_repository(repository.id, Some(repository.revision), &ann(6)).await.unwrap_err();
    assert!(matches!(refused, StoreError::Stale { revision, .. } if revision == renamed.revision), "{refused:?}");
}

async fn what_the_file_owns_only_the_file_changes(database: Database) {
    let store = database.open().await;
    let new = NewRepository { name: name("fabrics"), url: REPOSITORY.into(), address: REPOSITORY.into() };
    let repository = store.add_repository(&new, &file(1)).await.unwrap();
    assert_eq!(repository.owner, Owner::File);
    let fabric = store.link_fabric(&link(&repository, "dc1", "a"), &file(2)).await.unwrap();
    let refused = [
        store.remove_repository(repository.id, None, &ann(3)).await,
        store.change_repository(repository.id, &RepositoryChange::default(), None, &ann(3)).await.map(drop),
        store.change_fabric(fabric.id, &FabricChange::default(), None, &ann(3)).await.map(drop),
        store.relink(fabric.id, &place(&repository, "b"), None, &ann(3)).await.map(drop),
        store.unlink_fabric(fabric.id, None, &ann(3)).await,
    ];
    for refusal in refused {
        assert!(matches!(refusal, Err(StoreError::ReadOnly { .. })), "{refusal:?}");
    }
    store.suspend(fabric.id, "a window", &ann(4)).await.unwrap();
    store.unsuspend(fabric.id, &ann(5)).await.unwrap();
    store.unlink_fabric(fabric.id, None, &file(6)).await.unwrap();
}

async fn a_relinked_fabric_keeps_its_name_and_leaves_its_record(database: Database) {
    let store = database.open().await;
    let repository = added(&store).await;
    let before = linked(&store, &repository, "dc1", "fabric-1").await;
    record(&store, &lease(&store).await, "r1", tree(&switches(3, 0))).await.unwrap();
    store.suspend(before.id, "a window", &ann(3)).await.unwrap();
    let after = store.relink(before.id, &place(&repository, "fabric-2"), None, &ann(4)).await.unwrap();
    assert_eq!((after.name.as_str(), after.directory.as_str(), after.linked_ms), ("dc1", "fabric-2", 4));
    assert_ne!(after.id, before.id);
    assert!(after.revision > before.revision);
    assert!(after.suspension.is_some(), "a new place is no word to go on");
    assert_eq!(store.linked_fabric("dc1").await.unwrap(), Some(after));
    assert_eq!(store.linked_fabric_by_id(before.id).await.unwrap(), None);
    let living: Vec<_> = store.fabrics().await.unwrap().iter().map(|state| state.living).collect();
    assert_eq!(living, [3, 0]);
    linked(&store, &repository, "dc2", "fabric-1").await;
}

async fn a_relink_into_its_own_directory_is_no_conflict(database: Database) {
    let store = database.open().await;
    let repository = added(&store).await;
    let before = linked(&store, &repository, "dc1", "a").await;
    linked(&store, &repository, "dc2", "b").await;
    let deeper = store.relink(before.id, &place(&repository, "a/deeper"), None, &ann(3)).await.unwrap();
    assert_eq!(deeper.directory, "a/deeper");
    let refused = store.relink(deeper.id, &place(&repository, "b/below"), None, &ann(4)).await;
    assert_eq!(conflict_with(refused), "the fabric dc2 in b");
    assert_eq!(store.linked_fabric("dc1").await.unwrap(), Some(deeper.clone()), "the old place stays in force");
    let same = store.relink(deeper.id, &place(&repository, "a/deeper"), None, &ann(5)).await.unwrap();
    assert_eq!((same.id, same.linked_ms), (deeper.id, 5));
}

async fn an_unlinked_fabric_leaves_its_record(database: Database) {
    let store = database.open().await;
    let repository = added(&store).await;
    let fabric = linked(&store, &repository, "dc1", "fabric-1").await;
    record(&store, &lease(&store).await, "r1", tree(&switches(3, 0))).await.unwrap();
    store.unlink_fabric(fabric.id, Some(fabric.revision), &ann(3)).await.unwrap();
    assert_eq!(store.linked_fabric("dc1").await.unwrap(), None);
    assert_eq!(store.fabrics().await.unwrap()[0].living, 3);
    let again = store.unlink_fabric(fabric.id, None, &ann(4)).await;
    assert!(matches!(again, Err(StoreError::Absent { .. })), "{again:?}");
}

async fn a_suspension_says_who_and_why(database: Database) {
    let store = database.open().await;
    let repository = added(&store).await;
    let fabric = linked(&store, &repository, "dc1", "a").await;
    let suspended = store.suspend(fabric.id, "maintenance until Monday", &ann(7)).await.unwrap();
    let suspension = suspended.suspension.unwrap();
    assert_eq!((suspension.by.as_str(), suspension.at_ms), ("ann", 7));
    assert_eq!(suspension.reason, "maintenance until Monday");
    assert_eq!(store.unsuspend(fabric.id, &ann(8)).await.unwrap().suspension, None);
    let lines = store.audit(&AuditFilter::default(), 100, None).await.unwrap().items.len();
    store.unsuspend(fabric.id, &ann(9)).await.unwrap();
    let now = store.audit(&AuditFilter::default(), 100, None).await.unwrap().items.len();
    assert_eq!(now, lines, "what changes nothing is no change");
}

async fn every_change_is_in_the_audit_record(database: Database) {
    let store = database.open().await;
    let repository = added(&store).await;
    let fabric = linked(&store, &repository, "dc1", "a").await;
    store.suspend(fabric.id, "why", &ann(3)).await.unwrap();
    store.unsuspend(fabric.id, &ann(4)).await.unwrap();
    let fabric = store.relink(fabric.id, &place(&repository, "b"), None, &ann(5)).await.unwrap();
    store.link_fabric(&link(&repository, "dc1", "c"), &ann(6)).await.unwrap_err();
    store.unlink_fabric(fabric.id, None, &ann(7)).await.unwrap();
    store.remove_repository(repository.id, None, &ann(8)).await.unwrap();

    let all = store.audit(&AuditFilter::default(), 100, None).await.unwrap().items;
    let actions: Vec<_> = all.iter().rev().map(|entry| entry.action.as_str()).collect();
    let expected =
        ["repository.add", "fabric.link", "fabric.suspend", "fabric.resume", "fabric.relink", "fabric.unlink"];
    assert_eq!(actions, [&expected[..], &["repository.remove"]].concat(), "what was refused changed nothing");
    let relink = all.iter().find(|entry| entry.action == "fabric.relink").unwrap();
    let directory = |value: &Option<serde_json::Value>| value.as_ref().unwrap()["directory"].clone();
    assert_eq!((directory(&relink.before), directory(&relink.after)), ("a".into(), "b".into()));
    assert_eq!((relink.actor.as_str(), relink.subject.as_str(), relink.at_ms), ("ann", "fabric/dc1", 5));

    let of_fabric = AuditFilter { subject: Some("fabric/dc1".into()), ..AuditFilter::default() };
    let first = store.audit(&of_fabric, 2, None).await.unwrap();
    let second = store.audit(&of_fabric, 100, first.next).await.unwrap();
    assert_eq!((first.items.len(), second.items.len(), second.next), (2, 3, None));
}
