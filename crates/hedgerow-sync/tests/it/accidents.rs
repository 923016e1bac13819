//! Nothing wakes up by accident: a rewritten branch, a database that knows less than the branch, two views that disagree.

use hedgerow_store::{ConditionKind, FabricChange, HoldKind, Trigger, Truth};
use hedgerow_sync::service::Settings;

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
        assert!(world.service.accept(fabric, &first, "pat", Trigger::Api).await.is_err(), "that is not where it is");
        world.service.accept(fabric, &theirs, "pat", Trigger::Api).await.unwrap();
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
        second.service.accept(&fabric, &theirs, "pat", Trigger::Api).await.unwrap();
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
        world.service.accept(fabric, &ours, "pat", Trigger::Api).await.unwrap();
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

#[test]
fn a_branch_that_goes_back_without_losing_a_commit_of_ours_is_told_and_goes_on() {
    run(async {
        let mut world = World::new(quick()).await;
        let (remote, _, fabrics) = world.linked("net", &[("one/raw/a.yaml", server("a"))], &["one"]).await;
        world.start();
        world.ready(&fabrics[0]).await;
        let ours = remote.head();
        let theirs = remote.push("People's", &[("README.md", "hello\n".to_owned())]);
        let seen = |status: &hedgerow_sync::service::FabricStatus| status.last_verified.as_deref() == Some(&theirs);
        world.until(&fabrics[0], "verified at people's commit", seen).await;
        remote.force(&ours);
        let event = world.event(|event| event.reason == "HistoryRewritten").await;
        assert!(event.message.contains(&theirs), "{}", event.message);
        assert_eq!(world.ready(&fabrics[0]).await.hold, None);
        world.stop().await;
    });
}

#[test]
fn our_own_commits_in_a_row_trip_the_breaker() {
    run(async {
        let mut world = World::new(Settings { breaker: 1, ..quick() }).await;
        let files = [("one/raw/a.yaml", server("a")), ("one/stray.yaml", server("b"))];
        let (remote, repository, fabrics) = world.linked("net", &files, &["one"]).await;
        let fabric = &fabrics[0];
        world.start();
        world.ready(fabric).await;
        let ours = remote.head();
        // Nobody pushes, and there is something to do again.
        let adopt = FabricChange { adopt: Some(true), ..FabricChange::default() };
        world.store.change_fabric(fabric.id, &adopt, None, &world.pat()).await.unwrap();
        world.service.ring(repository.id, Trigger::Api).await.unwrap();
        let held = world.until(fabric, "held", |status| status.hold.is_some()).await;
        assert_eq!(held.hold.unwrap().kind, HoldKind::Breaker);
        assert_eq!(remote.head(), ours);
        world.service.accept(fabric, &ours, "pat", Trigger::Api).await.unwrap();
        world.until(fabric, "drained", |_| remote.files().contains(&"one/managed/servers/b.yaml".to_owned())).await;
        world.stop().await;
    });
}

#[test]
fn a_suspended_fabric_rests_and_the_others_go_on() {
    run(async {
        let mut world = World::new(quick()).await;
        let files = [("one/raw/a.yaml", server("a")), ("two/raw/b.yaml", server("b"))];
        let (remote, repository, fabrics) = world.linked("net", &files, &["one", "two"]).await;
        world.store.suspend(fabrics[0].id, "a change in the rack", &world.pat()).await.unwrap();
        world.start();
        world.ready(&fabrics[1]).await;
        let status = world.status(&fabrics[0]).await;
        let ready = condition(&status, ConditionKind::Ready);
        assert_eq!((ready.status, ready.reason.as_str()), (Truth::False, "Suspended"));
        assert!(ready.message.contains("pat") && ready.message.contains("a change in the rack"), "{}", ready.message);
        assert!(remote.files().contains(&"one/raw/a.yaml".to_owned()));
        world.store.unsuspend(fabrics[0].id, &world.pat()).await.unwrap();
        world.service.ring(repository.id, Trigger::Api).await.unwrap();
        world.ready(&fabrics[0]).await;
        let status = world.status(&fabrics[0]).await;
        let told = format!("main@{}", &remote.head()[..10]);
        assert_eq!(condition(&status, ConditionKind::Ready).message, told, "as many digits as everywhere");
        world.stop().await;
    });
}
