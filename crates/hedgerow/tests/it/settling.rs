//! What a killed run left open is closed with what the remote says of it, or stays open where that cannot be told.

use std::time::Duration;

use crate::support::fabric::Fabric;
use crate::support::process::{Gate, start};
use crate::support::yaml::vpc;

/// More commits than a first fetch brings, with one deepening.
const MANY: usize = 120;

/// A fabric of which one run was killed while the server stood in `hook`.
fn killed_in(hook: &str, more: &[&str]) -> Fabric {
    let fabric = Fabric::example();
    let gate = Gate::new(&fabric.scene.path("home"));
    fabric.remote.hook(hook, &gate.script());
    let running = start(fabric.scene.hedgerow(&fabric.args("sync", more)));
    gate.wait();
    assert_eq!(running.kill_after(Duration::ZERO, true).code(), -9);
    fabric.remote.unhook(hook);
    assert_eq!(
        fabric.scene.sql("SELECT count(*) FROM runs WHERE finished_ms IS NULL AND intent_commit IS NOT NULL"),
        "1"
    );
    fabric
}

/// Outcome, verification and reason of the run that was killed.
fn killed(fabric: &Fabric) -> String {
    fabric.scene.sql("SELECT outcome, verification, reason FROM runs ORDER BY seq LIMIT 1")
}

/// So many commits on top of `main`, or of nothing.
fn grow(fabric: &Fabric, orphan: bool) {
    let tree = fabric.remote.rev("main^{tree}");
    let mut parent = (!orphan).then(|| fabric.remote.head());
    for n in 0..MANY {
        let message = format!("{n}");
        let mut args = vec!["commit-tree", &tree, "-m", &message];
        if let Some(parent) = &parent {
            args.extend(["-p", parent]);
        }
        parent = Some(fabric.remote.git(&args));
    }
    fabric.remote.git(&["update-ref", "refs/heads/main", &parent.unwrap()]);
}

#[test]
fn a_commit_that_never_arrived_is_told_from_its_parent_however_long_the_history() {
    let fabric = killed_in("pre-receive", &[]);
    grow(&fabric, false);
    fabric.sync(&[]).expect(0);
    assert_eq!(killed(&fabric), "failed|none|interrupted");
}

#[test]
fn a_commit_that_arrived_is_found_under_what_others_pushed_on_top() {
    let fabric = killed_in("post-receive", &[]);
    grow(&fabric, false);
    fabric.sync(&[]).expect(0);
    assert_eq!(killed(&fabric), "changed|verified|");
}

#[test]
fn what_cannot_be_told_stays_open_until_there_is_history_enough() {
    let fabric = killed_in("pre-receive", &[]);
    // Another history altogether, of which a fetch brings a part.
    grow(&fabric, true);
    let first = fabric.remote.rev("main~100");
    fabric.remote.git(&["update-ref", "refs/heads/main", &first]);
    std::fs::remove_dir_all(fabric.scene.path("cache")).unwrap();
    fabric.sync(&[]).expect(0);
    assert_eq!(killed(&fabric), "failed|none|interrupted", "twenty commits are all of it");

    let fabric = killed_in("pre-receive", &[]);
    grow(&fabric, true);
    std::fs::remove_dir_all(fabric.scene.path("cache")).unwrap();
    fabric.sync(&[]).expect(0);
    assert_eq!(killed(&fabric), "||", "neither in the branch nor known not to be: it stays open");
    for _ in 0..3 {
        fabric.sync(&[]).expect(0);
    }
    assert_eq!(killed(&fabric), "failed|none|interrupted");
}

#[test]
fn a_commit_left_on_another_branch_waits_to_be_merged() {
    let fabric = killed_in("post-receive", &["--push-to", "hedgerow/inbox"]);
    let theirs = fabric.remote.rev("hedgerow/inbox");
    let report = fabric.sync(&["--push-to", "hedgerow/inbox"]).expect(3).json();
    assert_eq!(report["commit"], theirs.as_str(), "the proposal is there already");
    assert_eq!(killed(&fabric), "changed|not_yet|");
    fabric.remote.git(&["update-ref", "refs/heads/main", &theirs]);
    fabric.sync(&["--push-to", "hedgerow/inbox"]).expect(0);
    assert_eq!(killed(&fabric), "changed|verified|");
}

#[test]
fn a_commit_left_on_another_branch_under_a_persons_is_found() {
    let fabric = killed_in("post-receive", &["--push-to", "hedgerow/inbox"]);
    let theirs = fabric.remote.rev("hedgerow/inbox");
    fabric
        .remote
        .commit("A word more")
        .branch("hedgerow/inbox")
        .parent(&theirs)
        .write(&fabric.path("raw/more.yaml"), vpc("more", 70))
        .push();
    fabric.sync(&["--push-to", "hedgerow/inbox"]).expect(3);
    assert_eq!(killed(&fabric), "changed|not_yet|");
}

#[test]
fn a_commit_whose_branch_is_gone_never_arrived() {
    let fabric = killed_in("post-receive", &["--push-to", "hedgerow/inbox"]);
    fabric.remote.git(&["update-ref", "-d", "refs/heads/hedgerow/inbox"]);
    fabric.sync(&["--push-to", "hedgerow/inbox"]).expect(3);
    assert_eq!(killed(&fabric), "failed|none|interrupted");
}
