//! What a store is asked to write: each operation on a store that [`base`] filled.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use hedgerow_store::{
    Answered, ConditionKind, ConditionRow, Idle, Intent, Lease, Liveness, NewEvent, NewToken, NewUser, NewVisit,
    PasswordHash, Repository, RingSeq, Role, SessionHash, Severity, Store, StoreError, TokenHash, Trigger, Truth,
    UserChange, VisitOutcome,
};

use crate::doors::{delivery, hook, keys, ring};
use crate::fixtures::{
    COMMIT, PARENT, REPOSITORY, TTL, changed, fabric, failed, id, lease, new_run, record, switches, tree,
};
use crate::linkage::{added, ann, linked, name};
use crate::secrets::token_credential;

/// An operation: what it needs first, `begin`, and then what it is.
pub(crate) struct Operation {
    pub(crate) name: &'static str,
    pub(crate) run: for<'a> fn(&'a Store, Begin<'a>) -> Running<'a>,
}

/// Called when all that an operation needs is there.
pub(crate) type Begin<'a> = &'a (dyn Fn() + Sync);
type Running<'a> = Pin<Box<dyn Future<Output = Result<(), StoreError>> + Send + 'a>>;

/// A store with a linked fabric of three objects, a hook, a user, a ring at the door, and a run that was left open.
pub(crate) async fn base(store: &Store) {
    let repository = added(store).await;
    linked(store, &repository, "dc1", "fabric-1").await;
    let lease = lease(store).await;
    record(store, &lease, "r1", tree(&switches(3, 0))).await.unwrap();
    store.open_run(&lease, &new_run(&id("left"), &fabric(store).await)).await.unwrap();
    lease.release().await.unwrap();
    let hook = hook(store, "forge", None, &keys()).await;
    store.record_deliveries(&[delivery("d0", &hook, Some("sent-0"), ring(repository.id))], 50).await.unwrap();
    let password = PasswordHash::new("hash".to_owned());
    let new = NewUser { name: name("eve"), email: None, role: Role::Viewer, password };
    let user = store.create_user(&new, &ann(5)).await.unwrap();
    store.begin_session(user.id, &SessionHash::of(&"cookie".into()), 100, 200).await.unwrap();
}

async fn repository(store: &Store) -> Repository {
    store.repository_by_name("fabrics").await.unwrap().unwrap()
}

/// The lease and an open run `r2`.
async fn running(store: &Store) -> Result<Lease, StoreError> {
    let lease = lease(store).await;
    store.open_run(&lease, &new_run(&id("r2"), &fabric(store).await)).await?;
    Ok(lease)
}

fn event(at_ms: i64) -> NewEvent {
    let reason = "Verified".to_owned();
    NewEvent { at_ms, repository: None, fabric: None, severity: Severity::Info, reason, message: "it is".to_owned() }
}

macro_rules! operations {
    ($($name:literal: |$store:ident, $begin:ident| $body:block)*) => {
        &[$(Operation { name: $name, run: |$store, $begin| Box::pin(async move $body) },)*]
    };
}

pub(crate) const OPERATIONS: &[Operation] = operations! {
    "take a lease": |store, begin| {
        begin();
        store.acquire(REPOSITORY, "the test", TTL, Duration::ZERO).await.map(drop)
    }
    "open a run": |store, begin| {
        let (lease, fabric) = (lease(store).await, fabric(store).await);
        begin();
        store.open_run(&lease, &new_run(&id("r2"), &fabric)).await
    }
    "note what is about to be pushed": |store, begin| {
        let lease = running(store).await?;
        let intent = Intent { commit: COMMIT.into(), parent: PARENT.into(), branch: "main".into() };
        begin();
        store.intend(&lease, &id("r2"), &intent).await
    }
    "close a run with all that it found": |store, begin| {
        let lease = running(store).await?;
        // One stays, one is new, one changes, one goes.
        let mut objects = switches(4, 0);
        objects[1] = switches(2, 1).remove(1);
        objects.remove(2);
        begin();
        store.close_run(&lease, &changed(&id("r2"), Some(tree(&objects)))).await.map(drop)
    }
    "settle a run that a crash left": |store, begin| {
        let lease = lease(store).await;
        begin();
        store.settle(&lease, &failed(&id("left"))).await.map(drop)
    }
    "remember what a head comes to": |store, begin| {
        let (lease, fabric) = (lease(store).await, fabric(store).await);
        let idle = Idle { head: COMMIT.into(), key: "key".into(), report: "{}".into() };
        begin();
        store.remember_idle(&lease, fabric.id, &idle).await
    }
    "mark deleted what waited for a word": |store, begin| {
        let lease = running(store).await?;
        record(store, &lease, "r3", tree(&switches(20, 0))).await?;
        record(store, &lease, "r4", tree(&switches(2, 0))).await?;
        let fabric = fabric(store).await;
        begin();
        store.confirm_deletions(fabric.id).await.map(drop)
    }
    "link a fabric": |store, begin| {
        let repository = repository(store).await;
        begin();
        store.link_fabric(&crate::linkage::link(&repository, "dc2", "fabric-2"), &ann(9)).await.map(drop)
    }
    "unlink a fabric": |store, begin| {
        let linked = store.linked_fabric("dc1").await?.unwrap();
        begin();
        store.unlink_fabric(linked.id, None, &ann(9)).await
    }
    "suspend a fabric": |store, begin| {
        let linked = store.linked_fabric("dc1").await?.unwrap();
        begin();
        store.suspend(linked.id, "night", &ann(9)).await.map(drop)
    }
    "keep a credential": |store, begin| {
        let new = token_credential(&repository(store).await, &keys(), "secret");
        begin();
        store.put_credential(&new, None, &ann(9)).await.map(drop)
    }
    "make a token": |store, begin| {
        let new = NewToken {
            name: name("ci"), hash: TokenHash::of(&"a token".into()), role: Role::Viewer, fabrics: None, expires_ms: None,
        };
        begin();
        store.create_token(&new, &ann(9)).await.map(drop)
    }
    "give somebody another password": |store, begin| {
        let change = UserChange { password: Some(PasswordHash::new("new".to_owned())), ..UserChange::default() };
        begin();
        store.change_user("eve", &change, &ann(9)).await.map(drop)
    }
    "record deliveries and ring for them": |store, begin| {
        let (repository, hook) = (repository(store).await, store.hook_by_name("forge").await?.unwrap());
        let two = ["d1", "d2"].map(|id| delivery(id, &hook, Some(id), ring(repository.id)));
        begin();
        store.record_deliveries(&two, 100).await.map(drop)
    }
    "forget a hook": |store, begin| {
        begin();
        store.remove_hook("forge", &ann(9)).await
    }
    "answer the door": |store, begin| {
        let repository = repository(store).await;
        let instance = store.enter_instance("1", 60).await?;
        let (rung, _) = store.claim(repository.id, instance, 60).await?.unwrap_or((RingSeq(0), Vec::new()));
        let answered = Answered { rung, next_due_ms: 1_000, not_before_ms: 0, failures: 0 };
        begin();
        store.answer(repository.id, instance, &answered, 70).await
    }
    "note a visit with its runs": |store, begin| {
        let (repository, run) = (repository(store).await, id("r1"));
        let visit = NewVisit {
            repository: repository.id, rung: RingSeq(1), causes: "webhook", started_ms: 60, finished_ms: 70,
            outcome: VisitOutcome::Ran, reason: None, pushes: 1, runs: std::slice::from_ref(&run),
        };
        begin();
        store.add_visit(&visit).await.map(drop)
    }
    "tell what is known of fabrics": |store, begin| {
        let fabric = fabric(store).await.id;
        let known = Liveness { verified_ms: Some(7), head: Some(COMMIT.to_owned()), ..Liveness::default() };
        begin();
        store.put_liveness(&[(fabric, known)]).await
    }
    "tell conditions": |store, begin| {
        let fabric = fabric(store).await.id;
        let row = |kind| {
            let (reason, message) = ("Verified".to_owned(), "it is".to_owned());
            (fabric, ConditionRow { kind, status: Truth::True, reason, message, since_ms: 9 })
        };
        begin();
        store.tell_conditions(&[row(ConditionKind::Ready), row(ConditionKind::Overdue)]).await
    }
    "tell events": |store, begin| {
        begin();
        store.add_events(&[event(1), event(2), event(3)]).await
    }
    "ring at every door": |store, begin| {
        begin();
        store.ring_all(Trigger::Start, 80).await.map(drop)
    }
};

/// A store that works: it writes and reads.
pub(crate) async fn works(store: &Store) -> Result<(), StoreError> {
    store.add_events(&[event(99)]).await?;
    let newest = store.events(&Default::default(), 1, None).await?;
    assert_eq!(newest.items[0].at_ms, 99);
    Ok(())
}
