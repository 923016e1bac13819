//! Servers that stop, hang or refuse, and repositories that are poisoned.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use hedgerow_store::{ConditionKind, RunFilter, Trigger, Truth};
use hedgerow_sync::service::{FabricStatus, Settings};
use hedgerow_testkit::http::{Fault, Stage};
use time::OffsetDateTime;

use crate::remote::server;
use crate::world::{World, condition, is, quick, run};

#[test]
fn a_stopped_server_makes_ready_unknown_then_overdue_and_recovers_alone() {
    run(async {
        let mut world = World::new(quick()).await;
        let (remote, _, fabrics) = world.linked("net", &[("one/raw/a.yaml", server("a"))], &["one"]).await;
        let fabric = &fabrics[0];
        world.start();
        let verified = world.ready(fabric).await.last_verified_ms;
        world.server.fail(Stage::AskFetch, Fault::CutBefore);
        let down = world.until(fabric, "unknown", |status| is(status, ConditionKind::Ready, Truth::Unknown)).await;
        let ready = condition(&down, ConditionKind::Ready);
        assert!(["Broken", "Unreachable", "Other"].contains(&ready.reason.as_str()), "{ready:?}");
        assert!(!ready.message.is_empty());
        let late = world.until(fabric, "overdue", |status| is(status, ConditionKind::Overdue, Truth::True)).await;
        assert!(late.last_attempted_ms > late.last_verified_ms, "it was tried all along");
        world.event(|event| event.message.starts_with("Overdue is true")).await;
        remote.push("Meanwhile", &[("one/raw/b.yaml", server("b"))]);
        world.server.heal();
        let up = world.ready(fabric).await;
        assert!(up.last_verified_ms > verified && is(&up, ConditionKind::Overdue, Truth::False));
        world.until(fabric, "drained", |_| remote.files().contains(&"one/managed/servers/b.yaml".to_owned())).await;
        world.stop().await;
    });
}

#[test]
fn an_outage_leaves_nothing_to_do_over_again() {
    run(async {
        let mut world = World::new(quick()).await;
        let (_, _, fabrics) = world.linked("net", &[("one/raw/a.yaml", server("a"))], &["one"]).await;
        let fabric = &fabrics[0];
        world.start();
        world.ready(fabric).await;
        let runs = async || world.store.runs(&RunFilter::default(), 100, None).await.unwrap().items.len();
        world.server.fail(Stage::AskFetch, Fault::CutBefore);
        let mut attempted = None;
        for _ in 0..3 {
            let failed = |status: &FabricStatus| {
                is(status, ConditionKind::Ready, Truth::Unknown) && status.last_attempted_ms > attempted
            };
            attempted = world.until(fabric, "tried in vain", failed).await.last_attempted_ms;
        }
        world.server.heal();
        world.ready(fabric).await;
        assert_eq!(runs().await, 1, "a look was enough");
        world.stop().await;
    });
}

#[test]
fn a_worker_that_hangs_is_cut_and_told_with_its_step() {
    run(async {
        let mut world = World::new(Settings { run_deadline: Duration::from_secs(2), ..quick() }).await;
        let (_, _, fabrics) = world.linked("net", &[("one/raw/a.yaml", server("a"))], &["one"]).await;
        let (_, _, others) = world.linked("fine", &[("two/raw/b.yaml", server("b"))], &["two"]).await;
        world.server.fail_at("net.git", Stage::AskPush, Fault::Hang);
        world.start();
        let status =
            world.until(&fabrics[0], "stalled", |status| is(status, ConditionKind::Stalled, Truth::True)).await;
        let stalled = condition(&status, ConditionKind::Stalled);
        assert_eq!(stalled.reason, "Hung");
        assert!(stalled.message.contains("pushing"), "{}", stalled.message);
        assert!(is(&status, ConditionKind::Ready, Truth::Unknown));
        world.ready(&others[0]).await;
        world.server.heal();
        let up = world.ready(&fabrics[0]).await;
        assert!(is(&up, ConditionKind::Stalled, Truth::False));
        world.stop().await;
    });
}

#[test]
fn a_poisoned_fabric_hurts_no_other() {
    run(async {
        let mut world = World::new(quick()).await;
        let files = [
            ("bad/raw/a.yaml", server("a")),
            ("bad/.hedgerow/policy.toml", "no = such key\n".to_owned()),
            ("good/raw/b.yaml", server("b")),
        ];
        let (remote, _, fabrics) = world.linked("net", &files, &["bad", "good"]).await;
        world.start();
        world.ready(&fabrics[1]).await;
        let bad = world.until(&fabrics[0], "told", |status| is(status, ConditionKind::Ready, Truth::False)).await;
        assert_eq!(condition(&bad, ConditionKind::Ready).reason, "Policy");
        assert!(is(&bad, ConditionKind::Stalled, Truth::True));
        let head = remote.head();
        world.server.take_requests();
        let attempted = bad.last_attempted_ms;
        let later = world.until(&fabrics[0], "looked at", |status| status.last_attempted_ms > attempted).await;
        assert!(is(&later, ConditionKind::Overdue, Truth::False), "it is looked at, and nothing is new");
        assert_eq!(remote.head(), head);
        remote.push("Corrected", &[("bad/.hedgerow/policy.toml", String::new())]);
        world.ready(&fabrics[0]).await;
        world.stop().await;
    });
}

#[test]
fn many_repositories_that_hang_leave_workers_to_the_others() {
    run(async {
        let settings = Settings { max_concurrent_runs: 4, run_deadline: Duration::from_secs(1), ..quick() };
        let mut world = World::new(settings).await;
        let mut hung = Vec::new();
        for n in 0..6 {
            let name = format!("hung{n}");
            hung.push(world.linked(&name, &[("one/raw/a.yaml", server("a"))], &["one"]).await.2.remove(0));
            world.server.fail_at(&format!("{name}.git"), Stage::AskFetch, Fault::Hang);
        }
        let (_, _, fine) = world.linked("fine", &[("one/raw/a.yaml", server("a"))], &["one"]).await;
        world.start();
        for fabric in &hung {
            world.until(fabric, "stalled", |status| is(status, ConditionKind::Stalled, Truth::True)).await;
        }
        // Now all six are known to be slow: the seventh keeps its interval.
        let mut verified = world.ready(&fine[0]).await.last_verified_ms.unwrap();
        for _ in 0..3 {
            let next = world.until(&fine[0], "verified again", |status| status.last_verified_ms > Some(verified)).await;
            let now = next.last_verified_ms.unwrap();
            println!("verified again after {} ms", now - verified);
            assert!(now - verified < 4_000, "{} ms", now - verified);
            verified = now;
        }
        world.stop().await;
    });
}

#[test]
fn a_server_that_asks_for_patience_gets_it() {
    run(async {
        let mut world = World::new(quick()).await;
        let (_, _, fabrics) = world.linked("net", &[("one/raw/a.yaml", server("a"))], &["one"]).await;
        world.server.fail_once(Stage::AskFetch, Fault::Status(429, "slow down".to_owned()));
        world.start();
        let status = world
            .until(&fabrics[0], "told", |status| condition(status, ConditionKind::Ready).reason == "RateLimited")
            .await;
        assert!(is(&status, ConditionKind::Ready, Truth::Unknown));
        let asked = world.server.take_requests().len();
        let attempted = status.last_attempted_ms;
        // Two intervals later by the server's own clock nothing has been asked.
        let until = status.last_attempted_ms.unwrap() + 2_500;
        while world.now_ms() < until {
            crate::world::moment().await;
        }
        assert_eq!(
            (world.status(&fabrics[0]).await.last_attempted_ms, world.server.take_requests().len()),
            (attempted, 0),
            "{asked}"
        );
        world.stop().await;
    });
}

#[test]
fn health_tries_what_it_tells() {
    run(async {
        let mut world = World::new(quick()).await;
        let health = world.service.health().await;
        assert!(!health.ready, "the loops do not run: {health:?}");
        assert!(
            health.trials.iter().all(|trial| trial.ok == ["database", "sealing key", "git"].contains(&trial.name)),
            "{health:?}"
        );
        let (_, _, fabrics) = world.linked("net", &[("one/raw/a.yaml", server("a"))], &["one"]).await;
        world.start();
        world.ready(&fabrics[0]).await;
        let health = world.service.health().await;
        assert!(health.ready && health.trials.len() == 5, "{health:?}");
        world.store.clone().close().await;
        let health = world.service.health().await;
        assert!(!health.trials[0].ok && !health.ready, "{health:?}");
        world.abandon().await;
    });
}

#[test]
fn the_watchdog_tells_when_no_worker_comes() {
    run(async {
        let mut world = World::new(Settings { max_concurrent_runs: 1, ..quick() }).await;
        let (_, _, fine) = world.linked("fine", &[("one/raw/a.yaml", server("a"))], &["one"]).await;
        let (_, hung, _) = world.linked("hung", &[("one/raw/a.yaml", server("a"))], &["one"]).await;
        world.start();
        world.ready(&fine[0]).await;
        // The only worker goes to a server that hangs.
        world.server.fail_at("hung.git", Stage::AskFetch, Fault::Hang);
        world.service.ring(hung.id, Trigger::Webhook).await.unwrap();
        let late = world
            .event(|event| event.fabric.as_deref() == Some("fine-one") && event.message.starts_with("Overdue is true"))
            .await;
        assert_eq!(late.reason, "Late");
        world.server.heal();
        let back = |status: &FabricStatus| is(status, ConditionKind::Overdue, Truth::False);
        world.until(&fine[0], "in time again", back).await;
        world.stop().await;
    });
}

#[test]
fn a_repository_is_pushed_to_no_more_than_the_limit_within_a_minute() {
    run(async {
        let mut world = World::new(Settings { pushes_per_minute: 2, ..quick() }).await;
        let (remote, repository, fabrics) = world.linked("net", &[("one/raw/a.yaml", server("a"))], &["one"]).await;
        world.start();
        world.ready(&fabrics[0]).await;
        remote.push("More", &[("one/raw/b.yaml", server("b"))]);
        world
            .until(&fabrics[0], "drained", |_| remote.files().contains(&"one/managed/servers/b.yaml".to_owned()))
            .await;
        world.until(&fabrics[0], "idle", |status| is(status, ConditionKind::Reconciling, Truth::False)).await;
        world.service.ring(repository.id, Trigger::Webhook).await.unwrap();
        let now_ms = world.now_ms();
        assert!(
            world.store.due(None, now_ms + 50_000, 10).await.unwrap().is_empty(),
            "the door is shut, whoever rings"
        );
        assert_eq!(world.store.due(None, now_ms + 60_000, 10).await.unwrap().len(), 1);
        world.stop().await;
    });
}

static SET_BACK_S: AtomicI64 = AtomicI64::new(0);

fn a_clock_that_is_set_back() -> OffsetDateTime {
    OffsetDateTime::now_utc() - Duration::from_secs(SET_BACK_S.load(Ordering::Relaxed).unsigned_abs())
}

#[test]
fn a_clock_that_goes_back_stops_nothing() {
    run(async {
        let mut world = World::new(quick()).await.by_clock(a_clock_that_is_set_back);
        let (_, _, fabrics) = world.linked("net", &[("one/raw/a.yaml", server("a"))], &["one"]).await;
        world.start();
        let before = world.ready(&fabrics[0]).await.last_verified_ms.unwrap();
        SET_BACK_S.store(86_400, Ordering::Relaxed);
        let looked = |status: &FabricStatus| status.last_verified_ms.is_some_and(|ms| ms < before - 80_000_000);
        let first = world.until(&fabrics[0], "looked at by the new clock", looked).await.last_verified_ms;
        world.until(&fabrics[0], "looked at again", |status| status.last_verified_ms > first && looked(status)).await;
        world.stop().await;
    });
}
