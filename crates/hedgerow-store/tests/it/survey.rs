//! What people look through: objects by number, by kind, by name and by a part of it.

use hedgerow_core::object::Identity;
use hedgerow_store::{ObjectRecord, ObjectState};

use crate::databases::{Database, on_both};
use crate::fixtures::{fabric, lease, record, switch, tree};
use crate::names::naming;

on_both! {
    living_objects_are_counted_by_fabric_and_by_kind,
    objects_of_some_kinds_come_with_their_values,
    objects_are_found_by_their_names,
    objects_are_found_by_a_part_of_a_name_or_of_a_path,
}

/// Two switches and a VPC live; a server is gone.
async fn filled(database: &Database) -> hedgerow_store::Store {
    let store = database.open().await;
    let lease = lease(&store).await;
    let objects =
        [switch("leaf-01", 0), switch("leaf_02", 0), naming("web", "VPC", "{}"), naming("gone", "Server", "{}")];
    record(&store, &lease, "r1", tree(&objects)).await.unwrap();
    record(&store, &lease, "r2", tree(&objects[..3])).await.unwrap();
    store
}

fn names(objects: &[ObjectRecord]) -> Vec<&str> {
    objects.iter().map(|object| object.identity.name.as_str()).collect()
}

async fn living_objects_are_counted_by_fabric_and_by_kind(database: Database) {
    let store = filled(&database).await;
    let fabric = fabric(&store).await.id;
    assert_eq!(store.living_by_fabric().await.unwrap()[&fabric], 3);
    let kinds = store.kinds(fabric).await.unwrap();
    let kinds: Vec<_> = kinds.iter().map(|count| (count.kind.as_str(), count.living)).collect();
    assert_eq!(kinds, [("Switch", 2), ("VPC", 1)]);
}

async fn objects_of_some_kinds_come_with_their_values(database: Database) {
    let store = filled(&database).await;
    let fabric = fabric(&store).await.id;
    let values = store.values(fabric, &["Switch", "VPC", "Server"], 10).await.unwrap();
    let told: Vec<_> = values.iter().map(|object| (object.identity.name.as_str(), object.state)).collect();
    let present = ObjectState::Present;
    assert_eq!(told, [("leaf-01", present), ("leaf_02", present), ("web", present)]);
    assert_eq!(values[0].value, switch("leaf-01", 0).json);
    assert_eq!(store.values(fabric, &["Switch"], 1).await.unwrap().len(), 1);
}

async fn objects_are_found_by_their_names(database: Database) {
    let store = filled(&database).await;
    let fabric = fabric(&store).await.id;
    let found = store.objects_named(fabric, &["web", "gone", "leaf-01", "nowhere"]).await.unwrap();
    let found: Vec<_> = found.iter().map(|Identity { kind, name, .. }| (kind.as_str(), name.as_str())).collect();
    assert_eq!(found, [("Switch", "leaf-01"), ("VPC", "web")]);
    assert!(store.objects_named(fabric, &[]).await.unwrap().is_empty());
}

async fn objects_are_found_by_a_part_of_a_name_or_of_a_path(database: Database) {
    let store = filled(&database).await;
    assert_eq!(names(&store.objects_like("leaf", 10).await.unwrap()), ["leaf-01", "leaf_02"]);
    assert_eq!(names(&store.objects_like("f_0", 10).await.unwrap()), ["leaf_02"], "a pattern's character is itself");
    assert_eq!(names(&store.objects_like("leaf", 1).await.unwrap()), ["leaf-01"]);
    assert_eq!(names(&store.objects_at("switches/leaf-01", 10).await.unwrap()), ["leaf-01"]);
    assert!(store.objects_at("nowhere", 10).await.unwrap().is_empty());
}
