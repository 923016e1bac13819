//! Hooks and deliveries.

use hedgerow_store::{
    AuditFilter, Delivery, DeliveryFilter, DeliveryResult, Hook, NewDelivery, NewHook, RepositoryId, RingSeq,
    SealingKey, SealingKeys, SecretPlace, Store, StoreError, Trigger, Wanted, hook_secret, limits,
};
use secrecy::ExposeSecret;

use crate::databases::{Database, on_both};
use crate::linkage::{added, ann, linked, name};

on_both! {
    a_hooks_secret_opens_at_its_address_alone,
    a_hook_goes_with_its_secret_and_with_its_repository,
    deliveries_of_one_batch_ring_once_at_each_door,
    a_delivery_that_comes_again_rings_only_while_its_ring_waits,
    an_id_without_a_good_signature_is_not_remembered,
    deliveries_are_listed_newest_first_and_by_fabric,
    a_flood_of_refused_ones_takes_nobody_elses_place,
    thousands_are_written_at_once,
}

pub(crate) fn keys() -> SealingKeys {
    SealingKeys::new(SealingKey::parse(&SealingKey::generate().unwrap()).unwrap(), Vec::new())
}

pub(crate) async fn hook(store: &Store, called: &str, repository: Option<RepositoryId>, keys: &SealingKeys) -> Hook {
    let id = NewHook::new_id().unwrap();
    let sealed = keys.seal(&SecretPlace::hook(&id), &hook_secret().unwrap()).unwrap();
    let new = NewHook { id, name: name(called), provider: "github".into(), repository, sealed };
    store.add_hook(&new, &ann(10)).await.unwrap()
}

pub(crate) fn delivery(id: &str, hook: &Hook, sent: Option<&str>, wanted: Wanted) -> NewDelivery {
    NewDelivery {
        id: id.to_owned(),
        at_ms: 100,
        hook: (hook.id.clone(), hook.name.clone()),
        provider: hook.provider.clone(),
        source: "192.0.2.1".to_owned(),
        signature: "good",
        delivery_id: sent.map(str::to_owned),
        event: "push".to_owned(),
        wanted,
    }
}

pub(crate) fn ring(repository: RepositoryId) -> Wanted {
    Wanted::Ring { repository, fabrics: vec!["dc1".to_owned()], cause: Trigger::Webhook }
}

fn refused(id: &str, hook: &Hook) -> NewDelivery {
    let wanted = Wanted::Nothing { result: DeliveryResult::Refused, message: "the signature is wrong".to_owned() };
    NewDelivery { signature: "wrong", ..delivery(id, hook, Some("forged"), wanted) }
}

async fn listed(store: &Store) -> Vec<Delivery> {
    store.deliveries(&DeliveryFilter::default(), 1_000, None).await.unwrap().items
}

async fn a_hooks_secret_opens_at_its_address_alone(database: Database) {
    let store = database.open().await;
    let repository = added(&store).await;
    let keys = keys();
    let (a, b) = (hook(&store, "a", Some(repository.id), &keys).await, hook(&store, "b", None, &keys).await);
    let (found, sealed) = store.hook_with_secret(&a.id).await.unwrap().unwrap();
    assert_eq!(found, a);
    let secret = keys.open(&SecretPlace::hook(&a.id), &sealed).unwrap();
    assert!(secret.expose_secret().starts_with("whsec_") && secret.expose_secret().len() == 50);
    assert!(keys.open(&SecretPlace::hook(&b.id), &sealed).is_err());
    assert_eq!(store.hook_with_secret("none").await.unwrap(), None);
    assert_eq!(store.hooks().await.unwrap(), [a.clone(), b]);

    let new = hook_secret().unwrap();
    let sealed = keys.seal(&SecretPlace::hook(&a.id), &new).unwrap();
    assert_eq!(store.rotate_hook("a", &sealed, &ann(20)).await.unwrap().rotated_ms, 20);
    let (_, sealed) = store.hook_with_secret(&a.id).await.unwrap().unwrap();
    let opened = keys.open(&SecretPlace::hook(&a.id), &sealed).unwrap();
    assert_eq!(opened.expose_secret(), new.expose_secret());
    let audit = store.audit(&AuditFilter::default(), 100, None).await.unwrap().items;
    assert!(audit.iter().any(|entry| entry.action == "hook.rotate"));
    assert!(!format!("{audit:?}").contains("whsec_"));
}

async fn a_hook_goes_with_its_secret_and_with_its_repository(database: Database) {
    let store = database.open().await;
    let repository = added(&store).await;
    let keys = keys();
    let (a, b) = (hook(&store, "a", None, &keys).await, hook(&store, "b", Some(repository.id), &keys).await);
    let again = NewHook {
        id: NewHook::new_id().unwrap(),
        name: name("a"),
        provider: "generic".into(),
        repository: None,
        sealed: store.hook_with_secret(&a.id).await.unwrap().unwrap().1,
    };
    assert!(matches!(store.add_hook(&again, &ann(11)).await, Err(StoreError::Conflict { .. })));
    store.remove_hook("a", &ann(12)).await.unwrap();
    assert!(matches!(store.remove_hook("a", &ann(12)).await, Err(StoreError::Absent { .. })));
    store.remove_repository(repository.id, None, &ann(13)).await.unwrap();
    assert_eq!(store.hooks().await.unwrap(), []);
    for id in [a.id, b.id] {
        assert_eq!(store.secret(&SecretPlace::hook(&id)).await.unwrap(), None);
    }
}

async fn deliveries_of_one_batch_ring_once_at_each_door(database: Database) {
    let store = database.open().await;
    let repository = added(&store).await;
    let hook = hook(&store, "a", Some(repository.id), &keys()).await;
    let batch: Vec<_> =
        (0..5).map(|n| delivery(&format!("d{n}"), &hook, Some(&format!("s{n}")), ring(repository.id))).collect();
    let recorded = store.record_deliveries(&batch, 100).await.unwrap();
    assert!(recorded.iter().all(|one| one.result == DeliveryResult::Rang && one.ring == Some(RingSeq(1))));
    let next = store.record_deliveries(&[delivery("d9", &hook, None, ring(repository.id))], 101).await.unwrap();
    assert_eq!(next[0].ring, Some(RingSeq(2)), "a later batch is another ring");
    assert_eq!(store.hook_by_name("a").await.unwrap().unwrap().fired_ms, Some(100));
    let one = store.delivery("d3").await.unwrap().unwrap();
    assert_eq!(
        (one.repository.as_deref(), one.ring, one.delivery_id.as_deref()),
        (Some("fabrics"), Some(RingSeq(1)), Some("s3"))
    );
    assert_eq!((one.fabrics, one.hook, one.at_ms), (vec!["dc1".to_owned()], "a".to_owned(), 100));
}

async fn a_delivery_that_comes_again_rings_only_while_its_ring_waits(database: Database) {
    let store = database.open().await;
    let repository = added(&store).await;
    linked(&store, &repository, "dc1", "dc1").await;
    let keys = keys();
    let (hook, other) = (hook(&store, "a", None, &keys).await, hook(&store, "b", None, &keys).await);
    let send = async |id: &str, hook: &Hook| {
        let one = delivery(id, hook, Some("same"), ring(repository.id));
        let recorded = store.record_deliveries(&[one], 100).await.unwrap().remove(0);
        (recorded.result, recorded.ring.unwrap().0)
    };
    assert_eq!(send("d1", &hook).await, (DeliveryResult::Rang, 1));
    assert_eq!(send("d2", &hook).await, (DeliveryResult::Rang, 2), "nobody has looked yet");
    let instance = store.enter_instance("1", 100).await.unwrap();
    let (rung, _) = store.claim(repository.id, instance, 100).await.unwrap().unwrap();
    assert_eq!(send("d3", &hook).await, (DeliveryResult::Rang, 3), "the visit may have looked before it came");
    let answered = hedgerow_store::Answered { rung, next_due_ms: 900, not_before_ms: 0, failures: 0 };
    store.answer(repository.id, instance, &answered, 100).await.unwrap();
    let (result, ring) = send("d4", &hook).await;
    assert_eq!(result, DeliveryResult::Repeated);
    assert!((1..=2).contains(&ring), "the ring that was answered");
    assert_eq!(send("d5", &other).await.0, DeliveryResult::Rang, "another hook's ids are others");
}

async fn an_id_without_a_good_signature_is_not_remembered(database: Database) {
    let store = database.open().await;
    let hook = hook(&store, "a", None, &keys()).await;
    store.record_deliveries(&[refused("d1", &hook)], 100).await.unwrap();
    let one = store.delivery("d1").await.unwrap().unwrap();
    assert_eq!((one.delivery_id, one.signature.as_str(), one.ring), (None, "wrong", None));
    assert_eq!((one.result, one.message.as_str()), (DeliveryResult::Refused, "the signature is wrong"));
    assert_eq!(store.hook_by_name("a").await.unwrap().unwrap().fired_ms, None);
}

async fn deliveries_are_listed_newest_first_and_by_fabric(database: Database) {
    let store = database.open().await;
    let repository = added(&store).await;
    let hook = hook(&store, "a", None, &keys()).await;
    let of = |fabrics: &[&str]| Wanted::Ring {
        repository: repository.id,
        fabrics: fabrics.iter().map(|fabric| (*fabric).to_owned()).collect(),
        cause: Trigger::Webhook,
    };
    linked(&store, &repository, "dc_1", "fabric-1").await;
    linked(&store, &repository, "dc2", "fabric-2").await;
    for (id, fabrics) in [("d1", &["dc_1"][..]), ("d2", &["dc-1", "dc2"]), ("d3", &["dc11"])] {
        store.record_deliveries(&[delivery(id, &hook, None, of(fabrics))], 100).await.unwrap();
    }
    let ids = async |filter: DeliveryFilter| {
        let page = store.deliveries(&filter, 10, None).await.unwrap();
        page.items.into_iter().map(|one| one.id).collect::<Vec<_>>()
    };
    assert_eq!(ids(DeliveryFilter::default()).await, ["d3", "d2", "d1"]);
    let fabric = |name: &str| DeliveryFilter { fabric: Some(name.to_owned()), ..DeliveryFilter::default() };
    assert_eq!(ids(fabric("dc_1")).await, ["d1"]);
    assert_eq!(ids(fabric("dc2")).await, ["d2"]);
    let refused = DeliveryFilter { result: Some(DeliveryResult::Refused), ..DeliveryFilter::default() };
    assert!(ids(refused).await.is_empty());
    let first = store.deliveries(&DeliveryFilter::default(), 2, None).await.unwrap();
    let second = store.deliveries(&DeliveryFilter::default(), 2, first.next).await.unwrap();
    assert_eq!((first.items.len(), second.items.len(), second.next), (2, 1, None));
}

async fn a_flood_of_refused_ones_takes_nobody_elses_place(database: Database) {
    let store = database.open().await;
    let repository = added(&store).await;
    let hook = hook(&store, "a", None, &keys()).await;
    store.record_deliveries(&[delivery("good", &hook, None, ring(repository.id))], 100).await.unwrap();
    let most = limits::MAX_REFUSED_DELIVERIES as usize;
    let flood: Vec<_> = (0..most + 20).map(|n| refused(&format!("f{n:05}"), &hook)).collect();
    store.record_deliveries(&flood, 100).await.unwrap();
    assert_eq!(store.forget_deliveries(100).await.unwrap(), 20);
    assert!(store.delivery("good").await.unwrap().is_some());
    assert!(store.delivery("f00019").await.unwrap().is_none() && store.delivery("f00020").await.unwrap().is_some());
    let later = 101 + i64::try_from(limits::DELIVERY_AGE.as_millis()).unwrap();
    store.forget_deliveries(later).await.unwrap();
    assert!(listed(&store).await.is_empty());
}

async fn thousands_are_written_at_once(database: Database) {
    let store = database.open().await;
    let repository = added(&store).await;
    let hook = hook(&store, "a", None, &keys()).await;
    let batch: Vec<_> =
        (0..1_200).map(|n| delivery(&format!("d{n}"), &hook, Some(&format!("s{n}")), ring(repository.id))).collect();
    assert_eq!(store.record_deliveries(&batch, 100).await.unwrap().len(), 1_200);
    assert_eq!(listed(&store).await.len(), 1_000, "a page");
}
