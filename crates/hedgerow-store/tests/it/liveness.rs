//! The doorbell, what is known of fabrics, and what happened.

use hedgerow_store::{
    Answered, ConditionKind, ConditionRow, EventFilter, Hold, HoldKind, InboxAge, InstanceId, Liveness, NewEvent,
    NewVisit, Reason, Repository, Ring, RingSeq, RunOutcome, Severity, Store, StoreError, Trigger, Truth, Verification,
    VisitOutcome, limits,
};

use crate::databases::{Database, on_both};
use crate::fixtures::{COMMIT, changed, id, lease, new_run};
use crate::linkage::{added, linked};

on_both! {
    rings_while_somebody_is_at_the_door_make_one_more_visit,
    a_program_is_heard_when_it_has_rung_itself_out_and_a_person_at_once,
    a_visit_that_broke_off_leaves_the_door_as_it_was,
    a_ring_outlives_the_service_and_says_what_became_of_it,
    what_a_dead_service_had_claimed_is_free,
    of_two_services_one_goes_to_the_door,
    what_is_due_is_what_is_linked,
    the_door_stays_shut_until_the_servers_word_allows,
    what_is_known_of_a_fabric_comes_back_whole,
    a_persons_word_is_good_for_one_hold,
    a_quiet_look_verifies_what_was_verified_and_nothing_else,
    conditions_and_events_come_back,
    events_are_bounded,
}

const NOW: i64 = 1_000_000;

async fn repository(store: &Store) -> Repository {
    let repository = added(store).await;
    linked(store, &repository, "alpha", "fabric-1").await;
    repository
}

async fn due(store: &Store, now_ms: i64) -> usize {
    store.due(None, now_ms, 10).await.unwrap().len()
}

async fn answer(store: &Store, repository: &Repository, instance: InstanceId, rung: RingSeq) {
    let answered = Answered { rung, next_due_ms: NOW + 60_000, not_before_ms: 0, failures: 0 };
    store.answer(repository.id, instance, &answered, NOW).await.unwrap();
}

async fn rings_while_somebody_is_at_the_door_make_one_more_visit(database: Database) {
    let store = database.open().await;
    let repository = repository(&store).await;
    let instance = store.enter_instance("1", NOW).await.unwrap();
    assert_eq!(store.ring(repository.id, Trigger::Webhook, NOW).await.unwrap(), RingSeq(1));
    assert_eq!(store.ring(repository.id, Trigger::Timer, NOW).await.unwrap(), RingSeq(2));
    assert_eq!(store.ring(repository.id, Trigger::Webhook, NOW).await.unwrap(), RingSeq(3));
    let (rung, causes) = store.claim(repository.id, instance, NOW).await.unwrap().unwrap();
    assert_eq!((rung, causes), (RingSeq(3), vec![Trigger::Webhook, Trigger::Timer]));
    assert_eq!(due(&store, NOW).await, 0, "somebody is at the door");
    for _ in 0..20 {
        store.ring(repository.id, Trigger::Api, NOW + 1).await.unwrap();
    }
    answer(&store, &repository, instance, rung).await;
    assert_eq!(store.unanswered().await.unwrap(), (20, Some(NOW)));
    assert_eq!(due(&store, NOW).await, 1);
    let (rung, causes) = store.claim(repository.id, instance, NOW).await.unwrap().unwrap();
    assert_eq!((rung, causes), (RingSeq(23), vec![Trigger::Api]));
    answer(&store, &repository, instance, rung).await;
    assert_eq!(due(&store, NOW).await, 0);
    assert_eq!(due(&store, NOW + 60_000).await, 1, "by the clock");
}

async fn a_program_is_heard_when_it_has_rung_itself_out_and_a_person_at_once(database: Database) {
    let store = database.open().await;
    let repository = repository(&store).await;
    let ms = |duration: std::time::Duration| i64::try_from(duration.as_millis()).unwrap();
    let (settle, longest) = (ms(limits::RING_SETTLE), ms(limits::MAX_RING_SETTLE));
    let instance = store.enter_instance("1", NOW).await.unwrap();
    let (rung, _) = store.claim(repository.id, instance, NOW).await.unwrap().unwrap();
    answer(&store, &repository, instance, rung).await;
    store.ring(repository.id, Trigger::Webhook, NOW).await.unwrap();
    assert_eq!((due(&store, NOW + settle - 1).await, due(&store, NOW + settle).await), (0, 1));
    store.ring(repository.id, Trigger::Netbox, NOW + 100).await.unwrap();
    assert_eq!((due(&store, NOW + 2 * settle - 1).await, due(&store, NOW + 2 * settle).await), (0, 1));
    for _ in 0..100 {
        store.ring(repository.id, Trigger::Webhook, NOW + 200).await.unwrap();
    }
    assert_eq!((due(&store, NOW + longest - 1).await, due(&store, NOW + longest).await), (0, 1), "nobody waits longer");
    store.ring(repository.id, Trigger::Cli, NOW + 300).await.unwrap();
    assert_eq!(due(&store, NOW + 300).await, 1);
}

async fn a_visit_that_broke_off_leaves_the_door_as_it_was(database: Database) {
    let store = database.open().await;
    let repository = repository(&store).await;
    store.ring(repository.id, Trigger::Api, NOW).await.unwrap();
    let [first, other] = [store.enter_instance("1", NOW).await.unwrap(), store.enter_instance("2", NOW).await.unwrap()];
    store.claim(repository.id, first, NOW).await.unwrap().unwrap();
    store.let_go(repository.id, other).await.unwrap();
    assert_eq!(due(&store, NOW).await, 0, "it is not the other one's to leave");
    store.let_go(repository.id, first).await.unwrap();
    assert_eq!((due(&store, NOW).await, store.unanswered().await.unwrap().0), (1, 1));
}

async fn a_ring_outlives_the_service_and_says_what_became_of_it(database: Database) {
    let first = database.open().await;
    let repository = repository(&first).await;
    let ring = first.ring(repository.id, Trigger::Cli, NOW).await.unwrap();
    first.close().await;
    let store = database.open().await;
    let asked = async || store.ring_answer(repository.id, ring).await.unwrap();
    assert_eq!(asked().await, (Ring::Waiting, None));
    assert_eq!(store.ring_answer(repository.id, RingSeq(2)).await.unwrap().0, Ring::Unknown);
    let instance = store.enter_instance("1", NOW).await.unwrap();
    let (rung, _) = store.claim(repository.id, instance, NOW).await.unwrap().unwrap();
    assert_eq!(asked().await, (Ring::Running, None));

    let fabric = crate::fixtures::fabric(&store).await;
    let lease = lease(&store).await;
    let run = id("the-run");
    store.open_run(&lease, &new_run(&run, &fabric)).await.unwrap();
    store.close_run(&lease, &changed(&run, None)).await.unwrap();
    let visit = NewVisit {
        repository: repository.id,
        rung,
        causes: "cli",
        started_ms: NOW,
        finished_ms: NOW + 5,
        outcome: VisitOutcome::Ran,
        reason: None,
        pushes: 1,
        runs: std::slice::from_ref(&run),
    };
    store.add_visit(&visit).await.unwrap();
    answer(&store, &repository, instance, rung).await;
    let (ring, visit) = asked().await;
    let visit = visit.unwrap();
    assert_eq!((ring, visit.outcome, visit.runs), (Ring::Answered, VisitOutcome::Ran, vec![run]));
    assert_eq!(store.pushes_since(repository.id, NOW).await.unwrap(), [NOW + 5]);
    assert!(store.pushes_since(repository.id, NOW + 5).await.unwrap().is_empty());
    store.note_push(repository.id, NOW + 9).await.unwrap();
    assert_eq!(store.pushes_since(repository.id, NOW).await.unwrap(), [NOW + 5, NOW + 9], "a filing counts, too");
    assert_eq!(asked().await.1.unwrap().finished_ms, NOW + 5, "and answers no ring");
}

async fn what_a_dead_service_had_claimed_is_free(database: Database) {
    let store = database.open().await;
    let repository = repository(&store).await;
    let dead = store.enter_instance("1", NOW).await.unwrap();
    store.ring(repository.id, Trigger::Start, NOW).await.unwrap();
    store.claim(repository.id, dead, NOW).await.unwrap().unwrap();
    let later = NOW + i64::try_from(limits::INSTANCE_TTL.as_millis()).unwrap();
    assert_eq!(due(&store, later - 1).await, 0);
    assert_eq!(due(&store, later).await, 1);
    let heir = store.enter_instance("1", later + 1).await.unwrap();
    assert_eq!(store.instances().await.unwrap().len(), 1, "the dead one is buried");
    assert!(store.claim(repository.id, heir, later + 1).await.unwrap().is_some());
    answer(&store, &repository, dead, RingSeq(9)).await;
    assert_eq!(store.unanswered().await.unwrap().0, 1, "the dead one answers nothing");
}

async fn of_two_services_one_goes_to_the_door(database: Database) {
    let store = database.open().await;
    let repository = repository(&store).await;
    let one = store.enter_instance("1", NOW).await.unwrap();
    let two = store.enter_instance("1", NOW).await.unwrap();
    assert!(store.claim(repository.id, one, NOW).await.unwrap().is_some());
    assert!(store.claim(repository.id, two, NOW).await.unwrap().is_none());
    store.leave_instance(one).await.unwrap();
    assert!(store.claim(repository.id, two, NOW).await.unwrap().is_some(), "who leaves gives up the door");
}

async fn what_is_due_is_what_is_linked(database: Database) {
    let store = database.open().await;
    let repository = added(&store).await;
    assert_eq!(due(&store, NOW).await, 0);
    assert_eq!(store.ring_all(Trigger::Start, NOW).await.unwrap(), 0);
    linked(&store, &repository, "alpha", "fabric-1").await;
    let known = store.due(None, NOW, 10).await.unwrap();
    assert_eq!((known.len(), known[0].rang, &known[0].address), (1, false, &repository.address));
    assert_eq!(store.ring_all(Trigger::Start, NOW).await.unwrap(), 1);
    assert_eq!(store.ring_all(Trigger::Start, NOW).await.unwrap(), 1);
    assert_eq!(store.unanswered().await.unwrap(), (2, Some(NOW)));
}

async fn the_door_stays_shut_until_the_servers_word_allows(database: Database) {
    let store = database.open().await;
    let repository = repository(&store).await;
    let instance = store.enter_instance("1", NOW).await.unwrap();
    let (rung, _) = store.claim(repository.id, instance, NOW).await.unwrap().unwrap();
    let shut = Answered { rung, next_due_ms: NOW, not_before_ms: NOW + 7_000, failures: 1 };
    store.answer(repository.id, instance, &shut, NOW).await.unwrap();
    store.ring(repository.id, Trigger::Webhook, NOW).await.unwrap();
    assert_eq!(due(&store, NOW + 6_999).await, 0);
    assert_eq!(store.due(None, NOW + 7_000, 10).await.unwrap()[0].failures, 1);
    store.shorten_waits(NOW + 100).await.unwrap();
    assert_eq!((due(&store, NOW + 99).await, due(&store, NOW + 100).await), (0, 1));
    let doors = store.doors().await.unwrap();
    assert_eq!((doors.len(), doors[0].rung, doors[0].next_due_ms), (1, true, NOW));
}

fn known() -> Liveness {
    Liveness {
        attempted_ms: Some(NOW),
        looked_ms: Some(NOW - 1),
        outcome: Some(RunOutcome::Partial),
        reason: Some(Reason { code: "unreachable".into(), text: "no\0route".into() }),
        step: Some("fetching".into()),
        failures: 3,
        verified_ms: Some(NOW - 1),
        head: Some(COMMIT.into()),
        ours: Some(COMMIT.into()),
        settled_head: Some(COMMIT.into()),
        settled_by: Some("key".into()),
        verification: Some(Verification::Verified),
        witness: Some("a second look".into()),
        held: 2,
        inbox_files: 4,
        inbox: Some(InboxAge { path: "fabric-1/raw/x.yaml".into(), since_ms: 5 }),
        pending_deletions: 6,
        hold: Some(hold(NOW)),
        accepted: None,
    }
}

fn hold(since_ms: i64) -> Hold {
    Hold { kind: HoldKind::Rewritten, message: "it is gone".into(), commit: COMMIT.into(), since_ms }
}

async fn what_is_known_of_a_fabric_comes_back_whole(database: Database) {
    let store = database.open().await;
    let repository = repository(&store).await;
    let fabric = store.linked_fabric("alpha").await.unwrap().unwrap().id;
    assert_eq!(store.liveness(fabric).await.unwrap(), Liveness::default());
    store.put_liveness(&[(fabric, known())]).await.unwrap();
    let stored =
        Liveness { reason: Some(Reason { code: "unreachable".into(), text: "no\u{fffd}route".into() }), ..known() };
    assert_eq!(store.liveness(fabric).await.unwrap(), stored);
    assert_eq!(store.all_liveness().await.unwrap()[&fabric], stored);
    assert_eq!(store.liveness_of_repository(repository.id).await.unwrap()[&fabric], stored);
    store.put_liveness(&[(fabric, Liveness::default())]).await.unwrap();
    assert_eq!(store.liveness(fabric).await.unwrap(), Liveness::default());
}

async fn a_persons_word_is_good_for_one_hold(database: Database) {
    let store = database.open().await;
    repository(&store).await;
    let fabric = store.linked_fabric("alpha").await.unwrap().unwrap().id;
    assert!(matches!(store.accept(fabric, COMMIT).await, Err(StoreError::Absent { .. })), "nothing is held");
    store.put_liveness(&[(fabric, known())]).await.unwrap();
    assert!(matches!(store.accept(fabric, "other").await, Err(StoreError::Absent { .. })));
    store.accept(fabric, COMMIT).await.unwrap();
    store.put_liveness(&[(fabric, known())]).await.unwrap();
    assert_eq!(store.liveness(fabric).await.unwrap().accepted.as_deref(), Some(COMMIT), "a run meanwhile keeps it");
    let another = Liveness { hold: Some(hold(NOW + 1)), ..known() };
    store.put_liveness(&[(fabric, another)]).await.unwrap();
    assert_eq!(store.liveness(fabric).await.unwrap().accepted, None);
}

async fn a_quiet_look_verifies_what_was_verified_and_nothing_else(database: Database) {
    let store = database.open().await;
    let repository = repository(&store).await;
    linked(&store, &repository, "beta", "fabric-2").await;
    let id = async |name| store.linked_fabric(name).await.unwrap().unwrap().id;
    let (alpha, beta) = (id("alpha").await, id("beta").await);
    let good = Liveness { reason: None, ..known() };
    store.put_liveness(&[(alpha, good), (beta, known())]).await.unwrap();
    store.nothing_moved(repository.id, NOW + 9).await.unwrap();
    let times = async |fabric| {
        let known = store.liveness(fabric).await.unwrap();
        (known.attempted_ms, known.verified_ms)
    };
    assert_eq!(times(alpha).await, (Some(NOW + 9), Some(NOW + 9)));
    assert_eq!(times(beta).await, (Some(NOW + 9), Some(NOW - 1)));
}

async fn conditions_and_events_come_back(database: Database) {
    let store = database.open().await;
    let repository = repository(&store).await;
    let fabric = store.linked_fabric("alpha").await.unwrap().unwrap().id;
    let ready = |status, since_ms| ConditionRow {
        kind: ConditionKind::Ready,
        status,
        reason: "NeverRun".into(),
        message: "m".into(),
        since_ms,
    };
    store.tell_conditions(&[(fabric, ready(Truth::Unknown, 1))]).await.unwrap();
    store.tell_conditions(&[(fabric, ready(Truth::True, 2))]).await.unwrap();
    assert_eq!(store.conditions().await.unwrap()[&fabric], [ready(Truth::True, 2)]);
    assert_eq!(store.conditions_of_repository(repository.id).await.unwrap()[&fabric], [ready(Truth::True, 2)]);
    assert_eq!(store.conditions_of(&[fabric]).await.unwrap()[&fabric], [ready(Truth::True, 2)]);
    assert!(store.conditions_of(&[]).await.unwrap().is_empty());

    let event = |at_ms, fabric| NewEvent {
        at_ms,
        repository: Some(repository.id),
        fabric,
        severity: Severity::Warning,
        reason: "Overdue".into(),
        message: format!("at {at_ms}"),
    };
    store.add_events(&[event(1, Some(fabric)), event(2, None)]).await.unwrap();
    let all = store.events(&EventFilter::default(), 1, None).await.unwrap();
    assert_eq!((all.items[0].message.as_str(), all.items[0].fabric.as_deref()), ("at 2", None));
    let rest = store.events(&EventFilter::default(), 1, all.next).await.unwrap();
    assert_eq!((rest.items[0].fabric.as_deref(), rest.next), (Some("alpha"), None));
    let of_fabric = EventFilter { fabric: Some(fabric), ..EventFilter::default() };
    assert_eq!(store.events(&of_fabric, 10, None).await.unwrap().items, rest.items);
    let new = EventFilter { after: Some(rest.items[0].seq), ..EventFilter::default() };
    assert_eq!(store.events(&new, 10, None).await.unwrap().items, all.items);
}

async fn events_are_bounded(database: Database) {
    let store = database.open().await;
    let repository = repository(&store).await;
    let events: Vec<_> = (0..i64::from(limits::MAX_EVENTS) + 5)
        .map(|at_ms| NewEvent {
            at_ms,
            repository: Some(repository.id),
            fabric: None,
            severity: Severity::Info,
            reason: "Told".into(),
            message: String::new(),
        })
        .collect();
    store.add_events(&events).await.unwrap();
    let kept = store.events(&EventFilter::default(), u32::MAX, None).await.unwrap().items;
    assert_eq!(kept.len(), limits::MAX_EVENTS as usize);
    assert_eq!(kept.last().unwrap().at_ms, 5);
}
