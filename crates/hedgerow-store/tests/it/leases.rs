use std::time::{Duration, Instant};

use hedgerow_store::StoreError;

use crate::databases::{Database, on_both};
use crate::fixtures::{COMMIT, PARENT, REPOSITORY, TTL, changed, fabric, id, lease, new_run, switches, tree};

on_both! {
    a_repository_has_one_holder,
    repositories_do_not_wait_for_each_other,
    an_expired_lease_is_taken_over,
    a_fenced_run_writes_nothing,
    a_renewed_lease_lasts_longer,
    twenty_waiters_all_get_their_turn,
}

async fn a_repository_has_one_holder(database: Database) {
    let store = database.open().await;
    let first = lease(&store).await;
    assert!(store.acquire(REPOSITORY, "another", TTL, Duration::ZERO).await.unwrap().is_none());
    let holder = store.holder(REPOSITORY).await.unwrap().unwrap();
    assert_eq!(holder.name, "the test");
    assert!(holder.remaining > TTL / 2 && holder.remaining <= TTL);

    let token = first.token();
    first.release().await.unwrap();
    assert_eq!(store.holder(REPOSITORY).await.unwrap(), None);
    assert!(lease(&store).await.token() > token);
}

async fn repositories_do_not_wait_for_each_other(database: Database) {
    let store = database.open().await;
    let _first = lease(&store).await;
    let other = store.acquire("ssh://git@git.example/other", "another", TTL, Duration::ZERO).await.unwrap();
    assert!(other.is_some());
}

/// A lease that has expired already, taken over.
async fn takeover(store: &hedgerow_store::Store) -> (hedgerow_store::Lease, hedgerow_store::Lease) {
    let lost = store.acquire(REPOSITORY, "slow", Duration::ZERO, Duration::ZERO).await.unwrap().unwrap();
    let new = store.acquire(REPOSITORY, "fast", TTL, Duration::from_secs(60)).await.unwrap().unwrap();
    (lost, new)
}

async fn an_expired_lease_is_taken_over(database: Database) {
    let store = database.open().await;
    let (lost, new) = takeover(&store).await;
    assert!(new.token() > lost.token());
    assert!(matches!(lost.renew().await, Err(StoreError::Fenced { .. })));
    assert!(matches!(lost.release().await, Err(StoreError::Fenced { .. })));
    assert_eq!(store.holder(REPOSITORY).await.unwrap().unwrap().name, "fast", "the loser released nothing");
}

async fn a_fenced_run_writes_nothing(database: Database) {
    let store = database.open().await;
    let fabric = fabric(&store).await;
    let run = id("slow-run");
    let lost = store.acquire(REPOSITORY, "slow", Duration::ZERO, Duration::ZERO).await.unwrap().unwrap();
    store.open_run(&lost, &new_run(&run, &fabric)).await.unwrap();
    let new = store.acquire(REPOSITORY, "fast", TTL, Duration::from_secs(60)).await.unwrap().unwrap();

    let intent = hedgerow_store::Intent { commit: COMMIT.into(), parent: PARENT.into(), branch: "main".into() };
    let objects = switches(3, 0);
    let idle = hedgerow_store::Idle { head: COMMIT.into(), key: String::new(), report: "{}".into() };
    let refused = [
        store.open_run(&lost, &new_run(&id("another"), &fabric)).await,
        store.intend(&lost, &run, &intent).await,
        store.close_run(&lost, &changed(&run, Some(tree(&objects)))).await.map(drop),
        store.settle(&lost, &changed(&run, None)).await.map(drop),
        store.mark_verified(&lost, &run, COMMIT).await,
        store.remember_idle(&lost, fabric.id, &idle).await,
    ];
    for refusal in refused {
        assert!(matches!(refusal, Err(StoreError::Fenced { token, .. }) if token == lost.token()), "{refusal:?}");
    }
    let open = store.open_runs(REPOSITORY).await.unwrap();
    assert_eq!(open.len(), 1);
    assert_eq!(open[0].intent, None);
    assert_eq!(store.idle(fabric.id).await.unwrap(), None);
    assert!(store.objects(&Default::default(), 10, None).await.unwrap().items.is_empty());
    store.settle(&new, &changed(&run, Some(tree(&objects)))).await.unwrap();
}

async fn a_renewed_lease_lasts_longer(database: Database) {
    let store = database.open().await;
    let lease = lease(&store).await;
    let remaining = async || store.holder(REPOSITORY).await.unwrap().unwrap().remaining;
    // Time passes between the looks, too: sooner or later a renewal adds more than they take. Without one the rest only falls.
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        let before = remaining().await;
        lease.renew().await.unwrap();
        if remaining().await > before {
            return;
        }
        assert!(Instant::now() < deadline, "renewals add nothing");
    }
}

async fn twenty_waiters_all_get_their_turn(database: Database) {
    let waiters: Vec<_> = (0..20)
        .map(|n| {
            let url = database.url.clone();
            tokio::spawn(async move {
                let store = hedgerow_store::Store::open(&url).await.unwrap();
                let lease = store.acquire(REPOSITORY, &format!("waiter {n}"), TTL, TTL).await.unwrap().unwrap();
                let token = lease.token();
                lease.release().await.unwrap();
                store.close().await;
                token
            })
        })
        .collect();
    let mut tokens = Vec::new();
    for waiter in waiters {
        tokens.push(waiter.await.unwrap());
    }
    tokens.sort_unstable();
    assert_eq!(tokens, (1..=20).collect::<Vec<_>>());
}
