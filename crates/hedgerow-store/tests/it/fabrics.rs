use hedgerow_store::FabricKey;

use crate::databases::{Database, on_both};
use crate::fixtures::{fabric, key, lease, record, switches, tree};

on_both! {
    a_fabric_is_entered_once,
    fabrics_are_listed_with_their_objects,
}

async fn a_fabric_is_entered_once(database: Database) {
    let store = database.open().await;
    let entering: Vec<_> = (0..20)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move { fabric(&store).await })
        })
        .collect();
    let first = fabric(&store).await;
    for entered in entering {
        assert_eq!(entered.await.unwrap(), first);
    }
    let other = store.fabric(&FabricKey { branch: "next".to_owned(), ..key("fabric-1") }).await.unwrap();
    assert_ne!(other.id, first.id);
}

async fn fabrics_are_listed_with_their_objects(database: Database) {
    let store = database.open().await;
    store.fabric(&key("b")).await.unwrap();
    store.fabric(&key("a")).await.unwrap();
    record(&store, &lease(&store).await, "r1", tree(&switches(3, 0))).await.unwrap();
    let listed: Vec<_> =
        store.fabrics().await.unwrap().into_iter().map(|state| (state.fabric.key.directory, state.living)).collect();
    assert_eq!(listed, [("a".to_owned(), 0), ("b".to_owned(), 0), ("fabric-1".to_owned(), 3)]);
}
