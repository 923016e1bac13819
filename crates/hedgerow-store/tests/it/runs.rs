use std::time::Duration;

use hedgerow_store::limits::MAX_IDLE_RUNS;
use hedgerow_store::{
    Awaited, Closing, Fabric, Idle, Intent, NewRun, Reason, RunFilter, RunId, RunMatch, RunOutcome, StoreError,
    Trigger, Verification,
};

use crate::databases::{Database, on_both};
use crate::fixtures::{
    COMMIT, PARENT, REPOSITORY, TTL, changed, fabric, failed, id, inputs, key, lease, new_run, switches, tree,
};

on_both! {
    a_run_comes_back_as_it_was_closed,
    texts_come_back_to_the_byte,
    a_run_is_closed_once,
    a_refused_closing_writes_nothing,
    a_lease_covers_its_own_repository_alone,
    a_crash_leaves_an_open_run_that_the_next_lease_settles,
    the_commit_is_known_before_the_push,
    a_failed_run_hides_no_commit_of_ours,
    a_proof_of_push_names_the_branch_that_took_it,
    a_commit_is_awaited_until_the_branch_has_it,
    what_an_idle_run_says_is_kept_for_each_fabric,
    idle_runs_are_forgotten_after_a_while_and_no_others,
    the_beginning_of_an_id_is_enough,
    runs_are_listed_in_pages_newest_first,
}

async fn a_run_comes_back_as_it_was_closed(database: Database) {
    let store = database.open().await;
    let (fabric, lease) = (fabric(&store).await, lease(&store).await);
    assert_eq!(store.last_closed_run(fabric.id).await.unwrap(), None);
    let run = id("r1");
    let new = NewRun { id: run.clone(), fabric: fabric.id, trigger: Trigger::Timer, started_ms: 17 };
    store.open_run(&lease, &new).await.unwrap();
    assert_eq!(store.last_closed_run(fabric.id).await.unwrap(), None, "an open run is no closed one");
    let reason = Reason { code: "held".to_owned(), text: "one file is held".to_owned() };
    let closing = Closing {
        outcome: RunOutcome::Partial,
        reason: Some(reason.clone()),
        verification: Verification::NotYet,
        counts: "created=1 held=1",
        ..changed(&run, Some(tree(&[])))
    };
    store.close_run(&lease, &closing).await.unwrap();

    let record = store.last_closed_run(fabric.id).await.unwrap().unwrap();
    assert_eq!((record.id, record.fabric, record.trigger, record.started_ms), (run, fabric, Trigger::Timer, 17));
    let ending = record.ending.unwrap();
    assert_eq!(ending.finished_ms, 2_000);
    assert_eq!((ending.outcome, ending.verification), (RunOutcome::Partial, Verification::NotYet));
    assert_eq!(ending.reason, Some(reason));
    assert_eq!((ending.commit.as_deref(), ending.head.as_deref()), (Some(COMMIT), Some(COMMIT)));
    assert_eq!(ending.recorded.as_deref(), Some(COMMIT));
    assert_eq!(ending.inputs, Some(inputs()));
    assert_eq!(ending.counts, "created=1 held=1");
}

async fn texts_come_back_to_the_byte(database: Database) {
    let store = database.open().await;
    let (fabric, lease, run) = (fabric(&store).await, lease(&store).await, id("r1"));
    store.open_run(&lease, &new_run(&run, &fabric)).await.unwrap();
    assert_eq!(store.texts(&run).await.unwrap(), None);
    let report = "{\n \"b\":1e3,  \"a\": \"\u{1f994} \\u0000 'quoted' $1 ?\"}\r\n".repeat(2_000);
    let closing = Closing { report: &report, ledger: "x - held y#- y\n", findings: "[ ]", ..changed(&run, None) };
    store.close_run(&lease, &closing).await.unwrap();
    let texts = store.texts(&run).await.unwrap().unwrap();
    assert_eq!(texts.report, report);
    assert_eq!((texts.ledger.as_str(), texts.findings.as_str()), ("x - held y#- y\n", "[ ]"));
}

async fn a_run_is_closed_once(database: Database) {
    let store = database.open().await;
    let (fabric, lease, run) = (fabric(&store).await, lease(&store).await, id("r1"));
    let never = store.close_run(&lease, &changed(&run, None)).await;
    assert!(matches!(never, Err(StoreError::NotOpen { .. })), "{never:?}");
    store.open_run(&lease, &new_run(&run, &fabric)).await.unwrap();
    let own = store.settle(&lease, &changed(&run, None)).await;
    assert!(matches!(own, Err(StoreError::NotOpen { .. })), "one's own run is closed, not settled: {own:?}");
    store.close_run(&lease, &changed(&run, None)).await.unwrap();
    let twice = store.close_run(&lease, &failed(&run)).await;
    assert!(matches!(twice, Err(StoreError::NotOpen { .. })), "{twice:?}");
    let ending = store.last_closed_run(fabric.id).await.unwrap().unwrap().ending.unwrap();
    assert_eq!(ending.outcome, RunOutcome::Changed);
}

async fn a_refused_closing_writes_nothing(database: Database) {
    let store = database.open().await;
    let (fabric, lease, run) = (fabric(&store).await, lease(&store).await, id("r1"));
    store.open_run(&lease, &new_run(&run, &fabric)).await.unwrap();
    let objects = switches(3, 0);
    let whole = changed(&run, Some(tree(&objects)));
    for untrue in [
        Closing { outcome: RunOutcome::Failed, ..whole.clone() },
        Closing { commit: None, ..whole.clone() },
        Closing { head: None, ..whole.clone() },
    ] {
        store.close_run(&lease, &untrue).await.unwrap_err();
        assert_eq!(store.open_runs(REPOSITORY).await.unwrap().len(), 1);
        assert!(store.objects(&Default::default(), 10, None).await.unwrap().items.is_empty());
    }
    store.close_run(&lease, &whole).await.unwrap();
}

async fn a_lease_covers_its_own_repository_alone(database: Database) {
    let store = database.open().await;
    let fabric = fabric(&store).await;
    let other = store.acquire("file:///srv/other", "the test", TTL, Duration::ZERO).await.unwrap().unwrap();
    let refused = store.open_run(&other, &new_run(&id("r1"), &fabric)).await;
    assert!(matches!(refused, Err(StoreError::NotOpen { .. })), "{refused:?}");
    let own = lease(&store).await;
    store.open_run(&own, &new_run(&id("r1"), &fabric)).await.unwrap();
    let refused = store.close_run(&other, &changed(&id("r1"), None)).await;
    assert!(matches!(refused, Err(StoreError::NotOpen { .. })), "{refused:?}");
}

async fn a_crash_leaves_an_open_run_that_the_next_lease_settles(database: Database) {
    let store = database.open().await;
    let fabric = fabric(&store).await;
    let crashed = lease(&store).await;
    store.open_run(&crashed, &new_run(&id("crashed"), &fabric)).await.unwrap();
    crashed.release().await.unwrap();

    let next = lease(&store).await;
    let open = store.open_runs(REPOSITORY).await.unwrap();
    assert_eq!(open.iter().map(|run| run.id.as_str()).collect::<Vec<_>>(), ["crashed"]);
    assert_eq!(open[0].fabric, fabric);
    assert!(store.open_runs("https://git.example/another").await.unwrap().is_empty());
    let own = store.close_run(&next, &failed(&id("crashed"))).await;
    assert!(matches!(own, Err(StoreError::NotOpen { .. })), "another's run is settled, not closed: {own:?}");
    store.settle(&next, &failed(&id("crashed"))).await.unwrap();
    assert!(store.open_runs(REPOSITORY).await.unwrap().is_empty());
}

fn intent(commit: &str, branch: &str) -> Intent {
    Intent { commit: commit.to_owned(), parent: PARENT.to_owned(), branch: branch.to_owned() }
}

async fn the_commit_is_known_before_the_push(database: Database) {
    let store = database.open().await;
    let (fabric, lease, run) = (fabric(&store).await, lease(&store).await, id("r1"));
    store.open_run(&lease, &new_run(&run, &fabric)).await.unwrap();
    assert_eq!(store.open_runs(REPOSITORY).await.unwrap()[0].intent, None);
    store.intend(&lease, &run, &intent(PARENT, "main")).await.unwrap();
    store.intend(&lease, &run, &intent(COMMIT, "side")).await.unwrap();
    assert_eq!(store.open_runs(REPOSITORY).await.unwrap()[0].intent, Some(intent(COMMIT, "side")));
    store.close_run(&lease, &changed(&run, None)).await.unwrap();
    let late = store.intend(&lease, &run, &intent(COMMIT, "main")).await;
    assert!(matches!(late, Err(StoreError::NotOpen { .. })), "{late:?}");
}

async fn a_failed_run_hides_no_commit_of_ours(database: Database) {
    let store = database.open().await;
    let (fabric, lease) = (fabric(&store).await, lease(&store).await);
    assert_eq!(store.our_newest_commit(fabric.id).await.unwrap(), None);
    let (first, second) = (id("r1"), id("r2"));
    store.open_run(&lease, &new_run(&first, &fabric)).await.unwrap();
    store.close_run(&lease, &changed(&first, None)).await.unwrap();
    store.open_run(&lease, &new_run(&second, &fabric)).await.unwrap();
    store.intend(&lease, &second, &intent(PARENT, "main")).await.unwrap();
    store.close_run(&lease, &failed(&second)).await.unwrap();
    let newest = store.our_newest_commit(fabric.id).await.unwrap().unwrap();
    assert_eq!((newest.id, newest.ending.unwrap().commit.as_deref()), (first, Some(COMMIT)));
    assert_eq!(store.last_closed_run(fabric.id).await.unwrap().unwrap().id, second);
}

async fn a_proof_of_push_names_the_branch_that_took_it(database: Database) {
    let store = database.open().await;
    let (fabric, lease, run) = (fabric(&store).await, lease(&store).await, id("r1"));
    store.open_run(&lease, &new_run(&run, &fabric)).await.unwrap();
    store.intend(&lease, &run, &intent(COMMIT, "side")).await.unwrap();
    store.close_run(&lease, &changed(&run, None)).await.unwrap();
    assert_eq!(store.proof_of_push(REPOSITORY, "main").await.unwrap(), None);
    assert_eq!(store.proof_of_push(REPOSITORY, "side").await.unwrap().unwrap().id, run);
}

async fn a_commit_is_awaited_until_the_branch_has_it(database: Database) {
    let store = database.open().await;
    let (fabric, lease, run) = (fabric(&store).await, lease(&store).await, id("r1"));
    store.open_run(&lease, &new_run(&run, &fabric)).await.unwrap();
    let closing = Closing { verification: Verification::NotYet, head: None, ..changed(&run, None) };
    store.close_run(&lease, &closing).await.unwrap();
    let awaited = store.awaited(fabric.id).await.unwrap();
    assert_eq!(awaited, [Awaited { run: run.clone(), commit: COMMIT.to_owned() }]);

    let other = store.acquire("file:///srv/other", "the test", TTL, Duration::ZERO).await.unwrap().unwrap();
    store.mark_verified(&other, &run, "dddd").await.unwrap();
    assert_eq!(store.awaited(fabric.id).await.unwrap(), awaited, "another repository's lease says nothing of it");
    store.mark_verified(&lease, &run, "dddd").await.unwrap();
    assert_eq!(store.awaited(fabric.id).await.unwrap(), []);
    let ending = store.last_closed_run(fabric.id).await.unwrap().unwrap().ending.unwrap();
    assert_eq!((ending.verification, ending.head.as_deref()), (Verification::Verified, Some("dddd")));
}

async fn what_an_idle_run_says_is_kept_for_each_fabric(database: Database) {
    let store = database.open().await;
    let (first, lease) = (fabric(&store).await, lease(&store).await);
    let second = store.fabric(&key("fabric-2")).await.unwrap();
    let idle = |head: &str| Idle { head: head.to_owned(), key: "k".to_owned(), report: "{ }".to_owned() };
    assert_eq!(store.idle(first.id).await.unwrap(), None);
    store.remember_idle(&lease, first.id, &idle("aaaa")).await.unwrap();
    store.remember_idle(&lease, first.id, &idle("bbbb")).await.unwrap();
    store.remember_idle(&lease, second.id, &idle("cccc")).await.unwrap();
    assert_eq!(store.idle(first.id).await.unwrap(), Some(idle("bbbb")));
    assert_eq!(store.idle(second.id).await.unwrap(), Some(idle("cccc")));
}

async fn idle_runs_are_forgotten_after_a_while_and_no_others(database: Database) {
    let store = database.open().await;
    let (fabric, lease) = (fabric(&store).await, lease(&store).await);
    let other = store.fabric(&key("fabric-2")).await.unwrap();
    let close = async |run: &RunId, fabric: &Fabric, closing: Closing<'_>| {
        store.open_run(&lease, &new_run(run, fabric)).await.unwrap();
        store.close_run(&lease, &closing).await.unwrap();
    };
    let (ours, looked) = (id("ours"), id("looked"));
    close(&id("elsewhere"), &other, failed(&id("elsewhere"))).await;
    close(&ours, &fabric, changed(&ours, None)).await;
    let recording = Closing { outcome: RunOutcome::Unchanged, commit: None, ..changed(&looked, Some(tree(&[]))) };
    close(&looked, &fabric, recording).await;
    let idle: Vec<RunId> = (0..MAX_IDLE_RUNS + 3).map(|n| id(&format!("idle-{n}"))).collect();
    for run in &idle {
        close(run, &fabric, failed(run)).await;
    }
    let gone = |run: RunId| {
        let store = store.clone();
        async move { store.run(run.as_str()).await.unwrap() == RunMatch::None }
    };
    let kept = id(&format!("idle-{}", MAX_IDLE_RUNS + 2));
    for run in [ours, looked, id("elsewhere"), kept.clone()] {
        assert!(!gone(run).await);
    }
    let ids = store.runs(&RunFilter { fabric: Some(fabric.id), ..Default::default() }, 1_000, None).await.unwrap();
    assert_eq!(ids.items.len(), 1_000);
    assert_eq!(ids.items[0].id, kept);
    let rest = store.runs(&RunFilter { fabric: Some(fabric.id), ..Default::default() }, 10, ids.next).await.unwrap();
    let rest: Vec<String> = rest.items.into_iter().map(|run| run.id.to_string()).collect();
    assert_eq!(rest, ["looked", "ours"], "three idle runs are gone");
    assert_eq!(store.texts(&idle[2]).await.unwrap(), None);
    assert!(store.texts(&idle[3]).await.unwrap().is_some());
}

async fn the_beginning_of_an_id_is_enough(database: Database) {
    let store = database.open().await;
    let (fabric, lease) = (fabric(&store).await, lease(&store).await);
    for run in ["ab", "abc1", "abd2", "b-1"] {
        store.open_run(&lease, &new_run(&id(run), &fabric)).await.unwrap();
    }
    let one = async |text: &str| match store.run(text).await.unwrap() {
        RunMatch::One(run) => run.id.to_string(),
        other => format!("{other:?}"),
    };
    assert_eq!(one("abc").await, "abc1");
    assert_eq!(one("b").await, "b-1");
    assert_eq!(one("ab").await, "ab", "a whole id is not ambiguous");
    assert_eq!(store.run("a").await.unwrap(), RunMatch::Several(vec![id("ab"), id("abc1"), id("abd2")]));
    for nothing in ["c", "", "AB", "a%", "a_", "' OR 1=1"] {
        assert_eq!(store.run(nothing).await.unwrap(), RunMatch::None, "{nothing}");
    }
}

async fn runs_are_listed_in_pages_newest_first(database: Database) {
    let store = database.open().await;
    let (first, lease) = (fabric(&store).await, lease(&store).await);
    let second = store.fabric(&key("fabric-2")).await.unwrap();
    for n in 0..25 {
        let run = id(&format!("r{n:02}"));
        let fabric = if n % 5 == 0 { &second } else { &first };
        store.open_run(&lease, &new_run(&run, fabric)).await.unwrap();
        let closing = if n % 2 == 0 { changed(&run, None) } else { failed(&run) };
        store.close_run(&lease, &closing).await.unwrap();
    }
    let listed = async |filter: RunFilter| {
        let (mut ids, mut cursor, mut pages) = (Vec::new(), None, 0);
        loop {
            let page = store.runs(&filter, 10, cursor).await.unwrap();
            ids.extend(page.items.into_iter().map(|run| run.id));
            pages += 1;
            cursor = page.next.map(|next| next.to_string().parse().unwrap());
            if cursor.is_none() {
                return (ids, pages);
            }
        }
    };
    let expect = |keep: fn(usize) -> bool| -> Vec<RunId> {
        (0..25).rev().filter(|n| keep(*n)).map(|n| id(&format!("r{n:02}"))).collect()
    };
    assert_eq!(listed(RunFilter::default()).await, (expect(|_| true), 3));
    let of_second = RunFilter { fabric: Some(second.id), ..Default::default() };
    assert_eq!(listed(of_second).await, (expect(|n| n % 5 == 0), 1));
    let failures = RunFilter { outcome: Some(RunOutcome::Failed), ..Default::default() };
    assert_eq!(listed(failures).await, (expect(|n| n % 2 == 1), 2));
    let elsewhere = RunFilter { repository: Some("https://git.example/x".to_owned()), ..Default::default() };
    assert_eq!(listed(elsewhere).await, (vec![], 1));
}
