//! Nothing wakes up by accident: a rewritten branch, a database that knows less than the branch, two views that disagree.

use hedgerow_store::{ConditionKind, HoldKind, Truth};

use crate::remote::server;
use crate::world::{World, condition, is, quick, run};

#[test]
fn after_a_force_push_nothing_is_written_until_it_is_accepted() {
    run(async {
        let mut world = World::new(quick()).await;
        let (remote, _, fabrics) = world.linked("net", &[("one/raw/a.yaml", server("a"))], &["one"]).await;
        let (fabric, first) = (&fabrics[0], remote.head());
        world.start();
        world.ready(fabric).await;
        remote.force(&first);
        let held = world.until(fabric, "held", |status| status.hold.is_some()).await;
        let hold = held.hold.clone().unwrap();
        assert_eq!((hold.kind, &hold.commit), (HoldKind::Rewritten, &first));
        assert_eq!(condition(&held, ConditionKind::Ready).reason, "Rewritten");
        assert!(is(&held, ConditionKind::Stalled, Truth::True));
        assert_eq!(remote.head(), first, "nothing was written");
        // It is looked at, and stays held: also when people go on from there.
        let theirs = remote.push("More", &[("one/raw/b.yaml", server("b"))]);
        let moved = |status: &hedgerow_sync::service::FabricStatus| {
            status.hold.as_ref().is_some_and(|hold| hold.commit == theirs)
        };
        world.until(fabric, "held at the new head", moved).await;
        assert_eq!(remote.head(), theirs);
        assert!(world.service.accept(fabric, &first, "pat").await.is_err(), "that is not where it is");
        world.service.accept(fabric, &theirs, "pat").await.unwrap();
        let ready = world.ready(fabric).await;
        assert_eq!(ready.hold, None);
        assert_eq!(remote.count(&format!("{theirs}..main")), 1);
        world.stop().await;
    });
}

#[test]
fn a_database_that_does_not_know_our_newest_commit_waits_for_a_word() {
    run(async {
        let mut first = World::new(quick()).await;
        let (remote, _, fabrics) = first.linked("net", &[("one/raw/a.yaml", server("a"))], &["one"]).await;
        first.start();
        first.ready(&fabrics[0]).await;
        first.stop().await;

        let mut second = World::new(quick()).await;
        let theirs = remote.push("More", &[("one/raw/b.yaml", server("b"))]);
        let repository = second.added("net", remote.bare.to_str().unwrap()).await;
        let fabric = second.link(&repository, "one").await;
        second.start();
        let held = second.until(&fabric, "held", |status| status.hold.is_some()).await;
        assert_eq!(held.hold.unwrap().kind, HoldKind::Forgotten);
        assert_eq!(remote.head(), theirs);
        second.service.accept(&fabric, &theirs, "pat").await.unwrap();
        second.ready(&fabric).await;
        assert_eq!(remote.count(&format!("{theirs}..main")), 1);
        remote.push("Yet more", &[("one/raw/c.yaml", server("c"))]);
        second.until(&fabric, "drained", |_| remote.files().contains(&"one/managed/servers/c.yaml".to_owned())).await;
        second.stop().await;
    });
}

#[test]
fn a_revert_suspends_until_it_is_accepted() {
    run(async {
        let mut world = World::new(quick()).await;
        let (remote, _, fabrics) = world.linked("net", &[("one/raw/a.yaml", server("a"))], &["one"]).await;
        let fabric = &fabrics[0];
        world.start();
        world.ready(fabric).await;
        let ours = remote.head();
        let theirs = remote.revert(&ours);
        let held = world.until(fabric, "held", |status| status.hold.is_some()).await;
        let hold = held.hold.unwrap();
        assert_eq!((hold.kind, hold.commit), (HoldKind::Reverted, ours.clone()));
        assert_eq!(remote.head(), theirs);
        world.service.accept(fabric, &ours, "pat").await.unwrap();
        world.ready(fabric).await;
        assert_eq!(remote.count(&format!("{theirs}..main")), 1);
        world.stop().await;
    });
}

#[test]
fn a_held_file_is_told_with_its_age_from_git() {
    run(async {
        let mut world = World::new(quick()).await;
        let (remote, _, fabrics) = world.linked("net", &[("one/raw/a.yaml", server("a"))], &["one"]).await;
        remote.push_at("2020-01-02T03:04:05Z", "Bad", &[("one/raw/bad.yaml", "kind: [\n".to_owned())]);
        remote.push("Later", &[("README.md", "hello\n".to_owned())]);
        world.start();
        let status = world.until(&fabrics[0], "run", |status| is(status, ConditionKind::Ready, Truth::False)).await;
        assert_eq!(condition(&status, ConditionKind::Ready).reason, "Held");
        let oldest = status.inbox.oldest.unwrap();
        assert_eq!((status.inbox.files, oldest.path.as_str()), (1, "one/raw/bad.yaml"));
        assert_eq!(oldest.since_ms, 1_577_934_245_000);
        world.stop().await;
    });
}
