use hedgerow_core::digest::sha256;
use hedgerow_core::plan::PlannedObject;
use hedgerow_store::Store;

use crate::databases::{Database, on_both};
use crate::fixtures::{fabric, lease, record, switch, tree};

on_both! {
    an_object_is_found_by_the_names_that_it_holds,
    what_no_longer_names_is_not_found,
}

pub(crate) fn naming(name: &str, kind: &str, spec: &str) -> PlannedObject {
    let mut object = switch(name, 0);
    object.identity.kind = kind.to_owned();
    object.json = format!(r#"{{"kind":"{kind}","metadata":{{"name":"{name}"}},"spec":{spec}}}"#);
    object.digest = sha256(object.json.as_bytes());
    object
}

async fn found(store: &Store, name: &str) -> Vec<String> {
    let found = store.objects_naming(fabric(store).await.id, name, 100).await.unwrap();
    found.into_iter().map(|identity| identity.name).collect()
}

async fn an_object_is_found_by_the_names_that_it_holds(database: Database) {
    let store = database.open().await;
    let objects = [
        naming("link", "Connection", r#"{"links":[{"leaf":{"port":"leaf-01/E1/1"},"n":7},"spine-01"]}"#),
        naming("peers", "VPCPeering", r#"{"permit":[{"web":{},"app":{"x":null}}]}"#),
        naming("scalar", "VPC", r#""leaf-01""#),
        naming("nothing", "VPC", "null"),
        naming("nul", "VPC", "{\"a\":\"\\u0000\"}"),
    ];
    record(&store, &lease(&store).await, "r1", tree(&objects)).await.unwrap();
    assert_eq!(found(&store, "leaf-01").await, ["link", "scalar"]);
    assert_eq!(found(&store, "spine-01").await, ["link"]);
    assert_eq!(found(&store, "web").await, ["peers"]);
    assert!(found(&store, "links").await.is_empty() && found(&store, "E1").await.is_empty());
}

async fn what_no_longer_names_is_not_found(database: Database) {
    let store = database.open().await;
    let lease = lease(&store).await;
    let name = |to: &str| [naming("link", "Connection", &format!(r#"{{"to":"{to}"}}"#)), naming("other", "VPC", "{}")];
    record(&store, &lease, "r1", tree(&name("leaf-01"))).await.unwrap();
    record(&store, &lease, "r2", tree(&name("leaf-02"))).await.unwrap();
    assert_eq!((found(&store, "leaf-01").await.len(), found(&store, "leaf-02").await), (0, vec!["link".to_owned()]));
    record(&store, &lease, "r3", tree(&name("leaf-02")[1..])).await.unwrap();
    assert!(found(&store, "leaf-02").await.is_empty(), "what is deleted names nobody");
}
