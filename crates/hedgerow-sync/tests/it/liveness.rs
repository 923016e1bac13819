//! A linked repository is looked at, drained, left in peace, and looked at again.

use std::time::Duration;

use hedgerow_store::{ConditionKind, Ring, RingSeq, Trigger, Truth, VisitOutcome};
use hedgerow_sync::service::{RunOnce, Settings};

use crate::remote::server;
use crate::world::{World, condition, is, quick, run};

#[test]
fn a_full_inbox_ends_drained_without_another_action() {
    run(async {
        let mut world = World::new(quick()).await;
        let files = [("one/raw/a.yaml", server("a")), ("two/raw/b.yaml", server("b")), ("two/raw/c.yaml", server("c"))];
        let (remote, _, fabrics) = world.linked("net", &files, &["one", "two"]).await;
        let before = remote.head();
        for fabric in &fabrics {
            assert_eq!(condition(&world.status(fabric).await, ConditionKind::Ready).reason, "NeverRun");
        }
        world.start();
        for fabric in &fabrics {
            let status = world.ready(fabric).await;
            assert!(
                is(&status, ConditionKind::Witnessed, Truth::True)
                    && is(&status, ConditionKind::Conserved, Truth::True)
            );
            assert!(
                is(&status, ConditionKind::Overdue, Truth::False) && is(&status, ConditionKind::Stalled, Truth::False)
            );
            assert_eq!((status.last_verified, status.inbox.files), (Some(remote.head()), 0));
        }
        assert_eq!(remote.count(&format!("{before}..main")), 2, "one commit for each fabric");
        let managed: Vec<_> = remote.files().into_iter().filter(|path| path.ends_with(".yaml")).collect();
        assert_eq!(managed, ["one/managed/servers/a.yaml", "two/managed/servers/b.yaml", "two/managed/servers/c.yaml"]);
        world.stop().await;
    });
}

#[test]
fn a_repository_whose_head_does_not_move_costs_two_requests_a_look_whatever_its_fabrics() {
    run(async {
        let world = World::new(quick()).await;
        let names: Vec<String> = (0..10).map(|n| format!("f{n}")).collect();
        let files: Vec<_> = names.iter().map(|name| (format!("{name}/raw/x.yaml"), server("x"))).collect();
        let files: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), text.clone())).collect();
        let dirs: Vec<_> = names.iter().map(String::as_str).collect();
        let (remote, repository, _) = world.linked("many", &files, &dirs).await;
        world.server.take_requests();
        let RunOnce::Done(first) = world.service.run_once(repository.id, Trigger::Cli).await.unwrap() else { panic!() };
        assert_eq!((first.outcome, first.runs.len()), (VisitOutcome::Ran, 10));
        let requests = world.server.take_requests().len();
        assert!(requests <= 9, "a look and a run take {requests} requests");
        let head = remote.head();
        for _ in 0..3 {
            let RunOnce::Done(again) = world.service.run_once(repository.id, Trigger::Cli).await.unwrap() else {
                panic!()
            };
            assert_eq!((again.outcome, again.runs.len()), (VisitOutcome::Quiet, 0));
            assert_eq!(world.server.take_requests().len(), 2);
        }
        assert_eq!(remote.head(), head);
    });
}

#[test]
fn a_ring_is_answered_by_a_visit_that_names_its_runs() {
    run(async {
        let mut world = World::new(quick()).await;
        let (_, repository, fabrics) = world.linked("net", &[("one/raw/a.yaml", server("a"))], &["one"]).await;
        let ring = world.service.ring(repository.id, Trigger::Webhook).await.unwrap();
        world.start();
        world.ready(&fabrics[0]).await;
        world.stop().await;
        let (became, visit) = world.store.ring_answer(repository.id, ring).await.unwrap();
        let visit = visit.unwrap();
        assert_eq!((became, visit.outcome, visit.runs.len()), (Ring::Answered, VisitOutcome::Ran, 1));
        assert!(visit.causes.contains(&"webhook".to_owned()), "{visit:?}");
    });
}

#[test]
fn three_cycles_and_a_restart_keep_the_period() {
    run(async {
        let mut world = World::new(Settings { interval: Duration::from_secs(3), ..quick() }).await;
        let (_, repository, fabrics) = world.linked("net", &[("one/raw/a.yaml", server("a"))], &["one"]).await;
        world.start();
        world.ready(&fabrics[0]).await;
        let mut due = vec![world.due_after(repository.id, 1).await];
        for cycle in 0..4 {
            if cycle == 2 {
                world.restart().await;
            }
            let next = *due.last().unwrap();
            due.push(world.due_after(repository.id, next).await);
            let late = world.status(&fabrics[0]).await.last_attempted_ms.unwrap() - next;
            println!("due at {next}, looked at {late} ms later");
            assert!((0..2_000).contains(&late), "{late} ms late");
        }
        let periods: Vec<_> = due.windows(2).map(|pair| pair[1] - pair[0]).collect();
        println!("periods in ms: {periods:?}");
        assert!(periods.iter().all(|period| (2_500..=3_500).contains(period)), "{periods:?}");
        world.stop().await;
    });
}

#[test]
fn rings_during_a_visit_cause_exactly_one_more() {
    run(async {
        let mut world = World::new(Settings { interval: Duration::from_secs(3600), ..quick() }).await;
        let (remote, repository, fabrics) = world.linked("net", &[("one/raw/a.yaml", server("a"))], &["one"]).await;
        world.start();
        world.ready(&fabrics[0]).await;
        let visits = async || world.server.take_requests().iter().filter(|r| r.target.ends_with("upload-pack")).count();
        // A push of ours stands at the server until the gate opens.
        let gate = world.root().join("gate");
        remote.hook("pre-receive", &format!("while [ ! -e {} ]; do sleep 0.05; done", gate.display()));
        remote.push_past_hooks("More", &[("one/raw/b.yaml", server("b"))]);
        world.service.ring(repository.id, Trigger::Webhook).await.unwrap();
        world.until(&fabrics[0], "pushing", |status| status.step.as_deref() == Some("pushing")).await;
        let mut last = RingSeq(0);
        for _ in 0..50 {
            last = world.service.ring(repository.id, Trigger::Webhook).await.unwrap();
        }
        visits().await;
        std::fs::write(&gate, "").unwrap();
        world.until(&fabrics[0], "idle", |status| is(status, ConditionKind::Reconciling, Truth::False)).await;
        let (became, visit) = world.store.ring_answer(repository.id, last).await.unwrap();
        assert_eq!((became, visit.unwrap().outcome), (Ring::Answered, VisitOutcome::Quiet));
        // The second look of the first visit, and one look for all fifty rings: an ls-remote of two requests each.
        assert_eq!(visits().await, 4);
        world.stop().await;
    });
}
