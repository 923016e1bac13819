//! Killed, interrupted, out of time: the remote is the old tree or the new one, and the next run ends verified.

use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::support::fabric::Fabric;
use crate::support::process::{Gate, start};
use crate::support::scene::knob;
use crate::support::yaml::{file, server};

/// The store and the branch tell the same story.
#[track_caller]
fn the_store_agrees_with_git(fabric: &Fabric) {
    let managed = fabric.path("managed/");
    let tree = fabric.remote.tree("main");
    let mut placed: Vec<_> =
        tree.keys().filter(|path| path.starts_with(&managed) && path.ends_with(".yaml")).cloned().collect();
    let mut recorded: Vec<_> = fabric.objects().iter().map(|o| o["path"].as_str().unwrap().to_owned()).collect();
    placed.sort();
    recorded.sort();
    assert_eq!(recorded, placed);
}

#[test]
fn kill_9_at_any_moment_leaves_the_old_tree_or_the_new_one() {
    let seed = knob("HEDGEROW_SEED", fastrand::u64(..));
    println!("HEDGEROW_SEED={seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    let fabric = Fabric::of(&[("raw/first.yaml", server("first"))]);
    let begun = Instant::now();
    fabric.sync(&[]).expect(0);
    let whole = begun.elapsed();

    let rounds = knob("HEDGEROW_KILLS", 25);
    let mut killed = 0;
    for round in 0..rounds {
        let documents: Vec<String> = (0..3).map(|n| server(&format!("r{round}-{n}"))).collect();
        let before = fabric.remote.commit("More").write(&fabric.path("raw/more.yaml"), file(&documents)).push();
        let running = start(fabric.scene.hedgerow(&fabric.args("sync", &["-o", "json"])));
        let moment = whole.mul_f64(random.f64() * 1.1);
        let ran = running.kill_after(moment, random.bool());
        killed += u64::from(ran.code() == -9);

        let head = fabric.remote.head();
        assert!(head == before || fabric.remote.rev("main^") == before, "round {round}: neither old nor new");
        let report = fabric.sync(&["--timeout", "60s"]).expect(0).json();
        assert_eq!(report["verification"], "verified", "round {round}");
        assert_eq!(fabric.remote.rev("main^"), before, "round {round}: one commit");
        assert!(!fabric.remote.tree("main").contains_key(&fabric.path("raw/more.yaml")), "round {round}");
    }
    println!("killed in {killed} of {rounds} rounds");
    assert!(killed * 4 >= rounds, "too few kills struck a living process: {killed} of {rounds}");
    the_store_agrees_with_git(&fabric);
    fabric.verify(&[], 0);
}

/// Interrupts a run whose push stands at the server.
fn interrupted_by(signal: Signal) {
    let fabric = Fabric::example();
    let before = fabric.remote.head();
    let mut gate = Gate::new(&fabric.scene.path("home"));
    fabric.remote.hook("pre-receive", &gate.script());
    let running = start(fabric.scene.hedgerow(&fabric.args("sync", &["-o", "json"])));
    gate.wait();
    running.signal(signal);
    gate.open();
    let ran = running.end();
    assert!(![0, 101].contains(&ran.code()) && ran.code() > 0, "{}", ran.story());
    assert!(ran.text().contains("interrupt"), "says what happened\n{}", ran.story());
    assert!(ran.text().contains("commit"), "says what stands\n{}", ran.story());

    fabric.remote.unhook("pre-receive");
    assert_eq!(fabric.sync(&[]).expect(0).json()["verification"], "verified");
    assert_eq!(fabric.remote.rev("main^"), before, "one commit, whoever finished it");
    the_store_agrees_with_git(&fabric);
}

#[test]
fn ctrl_c_stops_between_steps_and_says_what_stands() {
    interrupted_by(Signal::INT);
}

#[test]
fn sigterm_stops_between_steps_and_says_what_stands() {
    interrupted_by(Signal::TERM);
}

#[test]
fn a_server_that_never_answers_costs_no_more_than_the_timeout() {
    let fabric = Fabric::example();
    let mut gate = Gate::new(&fabric.scene.path("home"));
    fabric.remote.hook("pre-receive", &gate.script());
    let begun = Instant::now();
    let running = start(fabric.scene.hedgerow(&fabric.args("sync", &["-o", "json", "--timeout", "2s"])));
    gate.wait();
    let ran = running.end();
    assert!(begun.elapsed() < Duration::from_secs(20), "took {:?}", begun.elapsed());
    assert!(ran.code() == 2 || ran.code() == 3, "{}", ran.story());
    assert!(ran.text().contains("time"), "{}", ran.story());
    gate.open();
}
