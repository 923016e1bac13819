//! Two readers: the second look by another credential, and what follows when it disagrees.

use std::sync::Arc;
use std::time::{Duration, Instant};

use hedgerow_core::catalogue::Catalogue;
use hedgerow_core::path::FabricDir;
use hedgerow_git::{BranchChoice, BranchName, Cancel, Credential, Remote, RemoteUrl};
use hedgerow_store::{ConditionKind, Hold, HoldKind, Liveness, Trigger, Truth, Verification};
use hedgerow_sync::{Committing, Errand, Judging, Request, Tally, Target, Told, sync_all};

use crate::remote::server;
use crate::world::{World, condition, is, quick, run};

/// A run of one fabric of `writer`, at which `reader` takes the second look.
async fn looked_at_by(world: &World, writer: &str, reader: &str) -> Told {
    let remote = |url: &str| Remote { url: RemoteUrl::parse(url).unwrap(), credential: Credential::Ambient };
    let (writer, reader) = (remote(writer), remote(reader));
    let path = hedgerow_sync::World {
        git: world.service.parts().git.clone(),
        store: world.store.clone(),
        cache: world.service.parts().cache.clone(),
        catalogue: Arc::new(Catalogue::builtin()),
        runtime: tokio::runtime::Handle::current(),
        now: time::OffsetDateTime::now_utc,
        deadline: Instant::now() + Duration::from_secs(60),
        cancel: Cancel::new(),
        version: "0.0.0-test",
        tally: Tally::default(),
    };
    let request = Request {
        target: Target {
            remote: writer.clone(),
            branch: BranchChoice::Named(BranchName::parse("main").unwrap()),
            dir: Some(FabricDir::parse("one").unwrap()),
        },
        judging: Judging::default(),
        committing: Committing::default(),
        push_to: None,
        resume: None,
        confirm_deletions: false,
        trigger: Trigger::Timer,
        memory: None,
    };
    let run = move || {
        let errand = Errand { remote: &writer, reader: Some(&reader), requests: &[&request] };
        sync_all(&path, &errand, &|_| ()).remove(0)
    };
    tokio::task::spawn_blocking(run).await.unwrap()
}

#[test]
fn a_second_reader_that_agrees_is_the_witness() {
    run(async {
        let world = World::new(quick()).await;
        let remote = crate::remote::Remote::new(&world.root(), "net.git", &[("one/raw/a.yaml", server("a"))]);
        let told = looked_at_by(&world, remote.bare.to_str().unwrap(), &world.server.url("net.git")).await;
        assert_eq!((told.answer.verification, told.failed), (Verification::Verified, None));
        let looks = world.server.take_requests();
        assert_eq!(looks.len(), 2, "the reader looked, and nobody else came this way: {looks:?}");
    });
}

#[test]
fn a_second_reader_that_disagrees_leaves_both_views() {
    run(async {
        let world = World::new(quick()).await;
        let remote = crate::remote::Remote::new(&world.root(), "net.git", &[("one/raw/a.yaml", server("a"))]);
        // A mirror that serves what was there before, for ever.
        let stale = remote.copied(&world.root(), "stale.git");
        let told = looked_at_by(&world, remote.bare.to_str().unwrap(), stale.to_str().unwrap()).await;
        let (reason, _) = told.failed.unwrap();
        assert_eq!((reason.code, told.answer.verification), ("lost", Verification::Differs));
        let ours = told.commit.unwrap();
        assert_eq!((remote.head().as_str(), told.awaits.as_ref()), (ours.as_str(), Some(&ours)));
        for view in ["a second look sees main@", "which does not have it", "the credential that writes sees main@"] {
            assert!(reason.message.contains(view), "{}", reason.message);
        }
    });
}

#[test]
fn a_fabric_of_which_two_views_disagreed_is_not_written_to_until_it_is_accepted() {
    run(async {
        let mut world = World::new(quick()).await;
        let (remote, _, fabrics) = world.linked("net", &[("one/raw/a.yaml", server("a"))], &["one"]).await;
        let fabric = &fabrics[0];
        world.start();
        world.ready(fabric).await;
        world.stop().await;
        let (ours, known) = (remote.head(), world.store.liveness(fabric.id).await.unwrap());
        let hold = Hold { kind: HoldKind::Differs, message: "two views".into(), commit: ours.clone(), since_ms: 1 };
        world.store.put_liveness(&[(fabric.id, Liveness { hold: Some(hold.clone()), ..known })]).await.unwrap();
        let theirs = remote.push("More", &[("one/raw/b.yaml", server("b"))]);
        world.start();
        let held = world
            .until(fabric, "planned", |status| {
                is(status, ConditionKind::Stalled, Truth::True)
                    && status.outcome == Some(hedgerow_store::RunOutcome::Failed)
            })
            .await;
        assert_eq!((held.hold.as_ref(), remote.head()), (Some(&hold), theirs.clone()));
        assert_eq!(condition(&held, ConditionKind::Ready).reason, "Differs");
        world.service.accept(fabric, &ours, "pat", Trigger::Api).await.unwrap();
        assert_eq!(world.ready(fabric).await.hold, None);
        assert_eq!(remote.count(&format!("{theirs}..main")), 1);
        world.stop().await;
    });
}

#[test]
fn a_push_that_the_second_look_does_not_find_freezes_the_fabric() {
    run(async {
        let mut world = World::new(quick()).await;
        let (remote, _, fabrics) = world.linked("net", &[("one/raw/a.yaml", server("a"))], &["one"]).await;
        let (fabric, before, pushes) = (&fabrics[0], remote.head(), world.root().join("pushes"));
        // The server takes what we push, says so, and goes back at once.
        let back = format!("echo >>{}; git update-ref refs/heads/main {before}", pushes.display());
        remote.hook("post-receive", &back);
        world.start();
        let held = world.until(fabric, "held", |status| status.hold.is_some()).await;
        let hold = held.hold.clone().unwrap();
        assert_eq!((hold.kind, remote.head()), (HoldKind::Differs, before.clone()));
        assert_eq!(hold.commit, before, "what a person is to name is what the remote has, and not what it lost");
        for view in ["a second look sees main@", "which does not have it"] {
            assert!(hold.message.contains(view), "{}", hold.message);
        }
        let theirs = remote.push_past_hooks("More", &[("one/raw/b.yaml", server("b"))]);
        let again = |status: &hedgerow_sync::service::FabricStatus| status.last_attempted_ms > held.last_attempted_ms;
        let held = world.until(fabric, "looked at again", again).await;
        assert_eq!(
            (held.hold.as_ref().map(|hold| hold.kind), remote.head()),
            (Some(HoldKind::Differs), theirs.clone())
        );
        assert_eq!(std::fs::read_to_string(pushes).unwrap().lines().count(), 1, "nothing was pushed again");
        remote.hook("post-receive", "exit 0");
        world.service.accept(fabric, &hold.commit, "pat", Trigger::Api).await.unwrap();
        assert_eq!(world.ready(fabric).await.hold, None);
        assert_eq!(remote.count(&format!("{theirs}..main")), 1);
        world.stop().await;
    });
}
