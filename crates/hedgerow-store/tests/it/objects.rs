use std::collections::BTreeMap;

use hedgerow_core::ledger;
use hedgerow_core::path::TreePath;
use hedgerow_core::plan::PlannedObject;
use hedgerow_store::{Marking, ObjectFilter, ObjectRecord, ObjectState, ObjectsChange, Origin, Provenance, Store};

use crate::databases::{Database, on_both};
use crate::fixtures::{COMMIT, PARENT, fabric, lease, record, switch, switches, taken, tree};

on_both! {
    the_record_has_what_the_tree_has,
    an_empty_store_ends_with_the_same_record,
    only_what_differs_is_written,
    a_new_text_of_the_same_value_has_a_new_origin,
    history_tells_where_objects_came_from,
    a_deleted_object_is_kept,
    an_unreadable_object_is_not_deleted,
    many_deletions_wait_for_a_word,
    objects_that_come_back_wait_for_nothing,
    objects_are_listed_in_pages_by_bytes,
    a_filter_picks,
    a_kind_is_listed_in_pages,
    an_identity_is_one_object,
    a_label_a_namespace_and_a_file_pick,
    a_path_may_be_any_bytes,
    an_impossible_name_keeps_no_other_object_from_the_record,
}

async fn all(store: &Store) -> Vec<ObjectRecord> {
    let (mut objects, mut cursor) = (Vec::new(), None);
    loop {
        let page = store.objects(&ObjectFilter::default(), 1_000, cursor).await.unwrap();
        objects.extend(page.items);
        cursor = page.next;
        if cursor.is_none() {
            return objects;
        }
    }
}

async fn states(store: &Store) -> Vec<(String, ObjectState)> {
    all(store).await.into_iter().map(|object| (object.identity.name, object.state)).collect()
}

async fn the_record_has_what_the_tree_has(database: Database) {
    let store = database.open().await;
    let lease = lease(&store).await;
    let objects = [switch("s1", 0), taken(switch("s2", 0), "fabric-1/raw/a b.yaml", 7)];
    let closed = record(&store, &lease, "r1", tree(&objects)).await.unwrap();
    assert_eq!((closed.written, closed.marking), (2, Marking::Marked { count: 0 }));
    let recorded = all(&store).await;
    assert_eq!(recorded.len(), 2);
    for (record, object) in recorded.iter().zip(&objects) {
        assert_eq!(record.fabric, fabric(&store).await);
        assert_eq!(record.identity, object.identity);
        assert_eq!((&record.version, &record.path), (&object.version, &object.path));
        assert_eq!((&record.digest, &record.value), (&object.digest, &object.json));
        assert_eq!((record.commit.as_str(), record.state), (COMMIT, ObjectState::Present));
        assert_eq!((record.first_seen.as_str(), record.last_changed.as_str()), ("r1", "r1"));
    }
    assert_eq!(recorded[0].provenance, None);
    let from = objects[1].from.clone().unwrap();
    assert_eq!(recorded[1].provenance, Some(Provenance { from, commit: PARENT.to_owned() }));
}

/// What does not depend on how often somebody looked.
fn essence(objects: Vec<ObjectRecord>) -> Vec<impl PartialEq + std::fmt::Debug> {
    let living = objects.into_iter().filter(|object| object.state != ObjectState::Deleted);
    living.map(|o| (o.fabric.key, o.identity, o.version, o.path, o.digest, o.value, o.state)).collect()
}

async fn an_empty_store_ends_with_the_same_record(database: Database) {
    let store = database.open().await;
    let first = lease(&store).await;
    record(&store, &first, "r1", tree(&switches(700, 0))).await.unwrap();
    let mut later = switches(690, 0);
    later[3] = switch("s003", 1);
    record(&store, &first, "r2", tree(&later)).await.unwrap();

    let empty = Database::sqlite();
    let new = empty.open().await;
    record(&new, &lease(&new).await, "r9", tree(&later)).await.unwrap();
    assert_eq!(essence(all(&store).await), essence(all(&new).await));
}

async fn history(store: &Store, name: &str) -> Vec<(String, ObjectState)> {
    let object = all(store).await.into_iter().find(|object| object.identity.name == name).unwrap();
    let versions = store.history(object.id).await.unwrap();
    versions.into_iter().map(|version| (version.run.to_string(), version.state)).collect()
}

async fn only_what_differs_is_written(database: Database) {
    let store = database.open().await;
    let lease = lease(&store).await;
    record(&store, &lease, "r1", tree(&switches(1_200, 0))).await.unwrap();
    assert_eq!(record(&store, &lease, "r2", tree(&switches(1_200, 0))).await.unwrap().written, 0);
    let mut later = switches(1_200, 0);
    later[5] = switch("s005", 1);
    assert_eq!(record(&store, &lease, "r3", tree(&later)).await.unwrap().written, 1);

    let present = ObjectState::Present;
    assert_eq!(history(&store, "s004").await, [("r1".to_owned(), present)]);
    assert_eq!(history(&store, "s005").await, [("r3".to_owned(), present), ("r1".to_owned(), present)]);
    let changed = &all(&store).await[5];
    assert_eq!((changed.first_seen.as_str(), changed.last_changed.as_str()), ("r1", "r3"));
    assert_eq!((&changed.digest, &changed.value), (&later[5].digest, &later[5].json));
}

async fn a_new_text_of_the_same_value_has_a_new_origin(database: Database) {
    let store = database.open().await;
    let lease = lease(&store).await;
    record(&store, &lease, "r1", tree(&[taken(switch("s1", 0), "fabric-1/raw/a.yaml", 0)])).await.unwrap();
    let again = [taken(switch("s1", 0), "fabric-1/raw/b.yaml", 2)];
    let change = ObjectsChange { commit: "cccc", inbox: COMMIT, ..tree(&again) };
    assert_eq!(record(&store, &lease, "r2", change).await.unwrap().written, 1);
    let object = all(&store).await.remove(0);
    assert_eq!(object.commit, "cccc");
    let from = again[0].from.clone().unwrap();
    assert_eq!(object.provenance, Some(Provenance { from, commit: COMMIT.to_owned() }));
}

async fn history_tells_where_objects_came_from(database: Database) {
    let store = database.open().await;
    let lease = lease(&store).await;
    let objects = [switch("ours", 0), switch("theirs", 0), taken(switch("taken", 0), "fabric-1/raw/a.yaml", 0)];
    let provenance = Provenance {
        from: ledger::From { file: TreePath::from("fabric-1/raw/old.yaml"), index: Some(4) },
        commit: "e0".into(),
    };
    let told = |commit: &str, provenance| Origin { commit: commit.to_owned(), provenance };
    let origins = BTreeMap::from([
        (objects[0].path.clone(), told("e1", Some(provenance.clone()))),
        (objects[1].path.clone(), told("e2", None)),
        (objects[2].path.clone(), told("e3", None)),
    ]);
    record(&store, &lease, "r1", ObjectsChange { origins: &origins, ..tree(&objects) }).await.unwrap();
    let recorded: Vec<_> = all(&store).await.into_iter().map(|object| (object.commit, object.provenance)).collect();
    let taken = Provenance { from: objects[2].from.clone().unwrap(), commit: PARENT.to_owned() };
    // By name: ours, taken, theirs.
    let expected = [("e1", Some(provenance)), (COMMIT, Some(taken)), ("e2", None)];
    assert_eq!(recorded, expected.map(|(commit, provenance)| (commit.to_owned(), provenance)));
}

async fn a_deleted_object_is_kept(database: Database) {
    let store = database.open().await;
    let lease = lease(&store).await;
    record(&store, &lease, "r1", tree(&switches(3, 0))).await.unwrap();
    let closed = record(&store, &lease, "r2", tree(&switches(2, 0))).await.unwrap();
    assert_eq!(closed.marking, Marking::Marked { count: 1 });
    assert_eq!(states(&store).await[2], ("s002".to_owned(), ObjectState::Deleted));
    assert_eq!(record(&store, &lease, "r3", tree(&switches(2, 0))).await.unwrap().written, 0, "deleted once");

    record(&store, &lease, "r4", tree(&switches(3, 0))).await.unwrap();
    assert_eq!(states(&store).await[2], ("s002".to_owned(), ObjectState::Present));
    let expected = [("r4", ObjectState::Present), ("r2", ObjectState::Deleted), ("r1", ObjectState::Present)];
    assert_eq!(history(&store, "s002").await, expected.map(|(run, state)| (run.to_owned(), state)));
    assert_eq!(all(&store).await[2].first_seen.as_str(), "r1");
}

async fn an_unreadable_object_is_not_deleted(database: Database) {
    let store = database.open().await;
    let lease = lease(&store).await;
    let objects = switches(2, 0);
    record(&store, &lease, "r1", tree(&objects)).await.unwrap();
    let unreadable = [objects[1].path.clone()];
    let change = ObjectsChange { unreadable: &unreadable, ..tree(&objects[..1]) };
    let closed = record(&store, &lease, "r2", change).await.unwrap();
    assert_eq!((closed.written, closed.marking), (1, Marking::Marked { count: 0 }));
    assert_eq!(states(&store).await[1].1, ObjectState::Unreadable);
    assert_eq!(record(&store, &lease, "r3", change).await.unwrap().written, 0, "still unreadable");
    record(&store, &lease, "r4", tree(&objects)).await.unwrap();
    assert_eq!(states(&store).await[1].1, ObjectState::Present);
    record(&store, &lease, "r5", change).await.unwrap();
    record(&store, &lease, "r6", tree(&objects[..1])).await.unwrap();
    assert_eq!(states(&store).await[1].1, ObjectState::Deleted, "the unreadable file is gone");
}

async fn pending(store: &Store) -> (u64, u64) {
    let state = store.fabrics().await.unwrap().remove(0);
    (state.pending_deletions, state.living)
}

async fn many_deletions_wait_for_a_word(database: Database) {
    let store = database.open().await;
    let lease = lease(&store).await;
    record(&store, &lease, "r1", tree(&switches(48, 0))).await.unwrap();
    let mut rest = switches(40, 0);
    rest[0] = switch("s000", 1);
    let closed = record(&store, &lease, "r2", tree(&rest)).await.unwrap();
    assert_eq!((closed.written, closed.marking), (1, Marking::Waits { count: 8, of: 48 }), "the marking alone waits");
    assert_eq!(pending(&store).await, (8, 48));
    assert!(states(&store).await.iter().all(|(_, state)| *state == ObjectState::Present));
    assert_eq!(all(&store).await[40].missing.as_ref().unwrap().as_str(), "r2");

    record(&store, &lease, "r3", tree(&rest)).await.unwrap();
    assert_eq!(pending(&store).await, (8, 48), "nothing is counted twice");
    let fabric = fabric(&store).await;
    assert_eq!(store.confirm_deletions(fabric.id).await.unwrap(), 8);
    assert_eq!(pending(&store).await, (0, 40));
    assert_eq!(states(&store).await[40].1, ObjectState::Deleted);
    assert_eq!(history(&store, "s040").await[0], ("r3".to_owned(), ObjectState::Deleted));
    assert_eq!(store.confirm_deletions(fabric.id).await.unwrap(), 0);
    let closed = record(&store, &lease, "r4", tree(&rest)).await.unwrap();
    assert_eq!((closed.written, closed.marking), (0, Marking::Marked { count: 0 }));
}

async fn objects_that_come_back_wait_for_nothing(database: Database) {
    let store = database.open().await;
    let lease = lease(&store).await;
    record(&store, &lease, "r1", tree(&switches(48, 0))).await.unwrap();
    let closed = record(&store, &lease, "r2", tree(&[])).await.unwrap();
    assert_eq!(closed.marking, Marking::Waits { count: 48, of: 48 });
    record(&store, &lease, "r3", tree(&switches(48, 0))).await.unwrap();
    assert_eq!(pending(&store).await, (0, 48));
    assert_eq!(store.confirm_deletions(fabric(&store).await.id).await.unwrap(), 0);
    assert_eq!(history(&store, "s000").await, [("r1".to_owned(), ObjectState::Present)]);
}

async fn objects_are_listed_in_pages_by_bytes(database: Database) {
    let store = database.open().await;
    let lease = lease(&store).await;
    // A locale would put these in other orders.
    let mut objects: Vec<PlannedObject> =
        ["a-b", "a.b", "ab", "B", "b", "a", "\u{e9}", "z", "Z"].into_iter().map(|name| switch(name, 0)).collect();
    objects[2].identity.namespace = "Apart".to_owned();
    objects[3].identity.kind = "server".to_owned();
    objects[4].identity.group = "vpc.githedgehog.com".to_owned();
    record(&store, &lease, "r1", tree(&objects)).await.unwrap();
    objects.sort_by(|a, b| a.identity.cmp(&b.identity));
    let (mut listed, mut cursor) = (Vec::new(), None);
    loop {
        let page = store.objects(&ObjectFilter::default(), 2, cursor).await.unwrap();
        assert!(page.items.len() <= 2);
        listed.extend(page.items.into_iter().map(|object| object.identity));
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(listed, objects.into_iter().map(|object| object.identity).collect::<Vec<_>>());
}

async fn a_filter_picks(database: Database) {
    let store = database.open().await;
    let lease = lease(&store).await;
    let mut objects = switches(3, 0);
    objects[1].identity.kind = "Server".to_owned();
    record(&store, &lease, "r1", tree(&objects)).await.unwrap();
    record(&store, &lease, "r2", tree(&objects[..2])).await.unwrap();
    let other = store.fabric(&crate::fixtures::key("other")).await.unwrap();
    let names = async |filter: ObjectFilter| -> Vec<String> {
        let page = store.objects(&filter, 10, None).await.unwrap();
        page.items.into_iter().map(|object| object.identity.name).collect()
    };
    let any = ObjectFilter::default;
    assert_eq!(names(ObjectFilter { kind: Some("Server".to_owned()), ..any() }).await, ["s001"]);
    assert_eq!(names(ObjectFilter { name: Some("s000".to_owned()), ..any() }).await, ["s000"]);
    assert_eq!(names(ObjectFilter { state: Some(ObjectState::Deleted), ..any() }).await, ["s002"]);
    assert_eq!(names(ObjectFilter { fabric: Some(other.id), ..any() }).await, [""; 0]);
}

async fn a_kind_is_listed_in_pages(database: Database) {
    let store = database.open().await;
    let mut objects = switches(9, 0);
    for (n, object) in objects.iter_mut().enumerate() {
        object.identity.kind = if n % 3 == 0 { "Server".to_owned() } else { "Switch".to_owned() };
        object.identity.namespace = if n % 2 == 0 { "default".to_owned() } else { "lab".to_owned() };
    }
    record(&store, &lease(&store).await, "r1", tree(&objects)).await.unwrap();
    let filter = |kind: &str| ObjectFilter { kind: Some(kind.to_owned()), ..ObjectFilter::default() };
    let names = async |filter: ObjectFilter, limit: u32| {
        let (mut names, mut cursor) = (Vec::new(), None);
        loop {
            let page = store.objects(&filter, limit, cursor).await.unwrap();
            names.extend(page.items.into_iter().map(|object| object.identity.name));
            cursor = page.next;
            if cursor.is_none() {
                return names;
            }
        }
    };
    assert_eq!(names(filter("Server"), 1).await, ["s000", "s006", "s003"], "by namespace, then by name");
    assert_eq!(names(filter("Switch"), 4).await, ["s002", "s004", "s008", "s001", "s005", "s007"]);
    let of_name = ObjectFilter { name: Some("s004".to_owned()), ..filter("Switch") };
    assert_eq!(names(of_name, 1).await, ["s004"]);
    let gone = store.objects(&filter("Switch"), 4, Some("999999".parse().unwrap())).await.unwrap();
    assert!(gone.items.is_empty() && gone.next.is_none(), "after a row that there is not comes nothing");
}

async fn an_identity_is_one_object(database: Database) {
    let store = database.open().await;
    let objects = switches(3, 0);
    record(&store, &lease(&store).await, "r1", tree(&objects)).await.unwrap();
    let id = fabric(&store).await.id;
    let found = store.object_of(id, &objects[1].identity).await.unwrap().unwrap();
    assert_eq!(found.identity, objects[1].identity);
    let mut other = objects[1].identity.clone();
    other.group = "elsewhere.example".to_owned();
    assert!(store.object_of(id, &other).await.unwrap().is_none());
}

async fn a_path_may_be_any_bytes(database: Database) {
    let store = database.open().await;
    let lease = lease(&store).await;
    let mut object = switch("s1", 0);
    object.path = TreePath::new(b"fabric-1/managed/\xff %#\n.yaml".to_vec());
    record(&store, &lease, "r1", tree(std::slice::from_ref(&object))).await.unwrap();
    assert_eq!(all(&store).await[0].path, object.path);
    let unreadable = [object.path.clone()];
    record(&store, &lease, "r2", ObjectsChange { unreadable: &unreadable, ..tree(&[]) }).await.unwrap();
    assert_eq!(states(&store).await[0].1, ObjectState::Unreadable);
}

async fn an_impossible_name_keeps_no_other_object_from_the_record(database: Database) {
    let store = database.open().await;
    let lease = lease(&store).await;
    let objects = [switch("a\0b", 0), switch(&"long".repeat(2_000), 0), switch("s1", 0)];
    assert_eq!(record(&store, &lease, "r1", tree(&objects)).await.unwrap().written, 1);
    assert_eq!(states(&store).await, [("s1".to_owned(), ObjectState::Present)]);
    let mut odd = switch("s1", 0);
    odd.json = r#"{"x":"\u0000 \ud83e\udd94"}"#.to_owned();
    odd.digest = "0".repeat(64);
    record(&store, &lease, "r2", tree(std::slice::from_ref(&odd))).await.unwrap();
    assert_eq!(all(&store).await[0].value, odd.json);
}

async fn a_label_a_namespace_and_a_file_pick(database: Database) {
    let store = database.open().await;
    let labelled = |name: &str, labels: &str| {
        let mut object = switch(name, 0);
        object.json = format!(r#"{{"kind":"Switch","metadata":{{"labels":{labels},"name":"{name}"}}}}"#);
        object.digest = hedgerow_core::digest::sha256(object.json.as_bytes());
        object
    };
    let mut elsewhere = switch("d", 0);
    elsewhere.identity.namespace = "lab".to_owned();
    let objects = [
        taken(labelled("a", r#"{"role":"leaf","x.y/'z":"1"}"#), "fabric-1/raw/a b.yaml", 0),
        labelled("b", r#"{"role":"spine"}"#),
        labelled("c", r#"["role"]"#),
        labelled("e", "{\"role\":\"\\u0000\"}"),
        elsewhere,
    ];
    record(&store, &lease(&store).await, "r1", tree(&objects)).await.unwrap();
    let names = async |filter: ObjectFilter| {
        let page = store.objects(&filter, 100, None).await.unwrap();
        page.items.into_iter().map(|object| object.identity.name).collect::<Vec<_>>()
    };
    let label = |key: &str, value: Option<&str>| ObjectFilter {
        label: Some((key.to_owned(), value.map(str::to_owned))),
        ..ObjectFilter::default()
    };
    let with_role = names(label("role", None)).await;
    assert!(with_role.starts_with(&["a".to_owned(), "b".to_owned()]) && !with_role.contains(&"c".to_owned()));
    assert_eq!(names(label("role", Some("leaf"))).await, ["a"]);
    assert_eq!(names(label("x.y/'z", Some("1"))).await, ["a"]);
    assert!(names(label("color", None)).await.is_empty());
    let namespace = ObjectFilter { namespace: Some("lab".to_owned()), ..ObjectFilter::default() };
    assert_eq!(names(namespace).await, ["d"]);
    for file in ["fabric-1/raw/a b.yaml", "fabric-1/managed/switches/a.yaml"] {
        let file = ObjectFilter { file: Some(TreePath::from(file)), ..ObjectFilter::default() };
        assert_eq!(names(file).await, ["a"]);
    }
}
