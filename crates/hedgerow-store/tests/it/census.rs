//! What the store says about itself.

use hedgerow_store::Trigger;

use crate::databases::{Database, on_both};
use crate::fixtures::{changed, fabric, id, lease, new_run};

on_both! {
    what_never_fired_says_so,
}

async fn what_never_fired_says_so(database: Database) {
    let store = database.open().await;
    let fabric = fabric(&store).await;
    let lease = lease(&store).await;
    let run = id("r1");
    store.open_run(&lease, &new_run(&run, &fabric)).await.unwrap();
    store.close_run(&lease, &changed(&run, None)).await.unwrap();
    let fired = store.last_fired().await.unwrap();
    assert_eq!(fired.len(), 7, "every kind of trigger is listed");
    for (trigger, at) in fired {
        assert_eq!(at, (trigger == Trigger::Cli).then_some(1_000), "{trigger}");
    }
    let census = store.census().await.unwrap();
    assert_eq!((census.rows["runs"], census.rows["fabrics"], census.rows["tokens"]), (1, 1, 0));
    assert!(census.schema >= 3);
    assert!(store.credential_expiries().await.unwrap().is_empty());
}
