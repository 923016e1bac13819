//! `check` claims only what it proved.

use crate::support::fabric::Fabric;
use crate::support::scene::Scene;

fn refs(fabric: &Fabric) -> String {
    fabric.remote.git(&["for-each-ref"])
}

#[test]
fn a_fresh_fabric_can_work_but_its_branch_is_not_yet_proven() {
    let fabric = Fabric::example();
    let before = refs(&fabric);
    fabric.run("check", &[]).expect(0).says("not yet proven");
    assert_eq!(refs(&fabric), before);
}

#[test]
fn after_a_run_the_branch_is_proven_by_that_run() {
    let fabric = Fabric::example();
    let run = fabric.sync(&[]).expect(0).json()["run"].as_str().unwrap().to_owned();
    fabric.run("check", &[]).expect(0).says(&format!("proven by run {run}"));
}

#[test]
fn a_probe_writes_and_leaves_nothing_behind() {
    let fabric = Fabric::example();
    let before = refs(&fabric);
    fabric.run("check", &["--probe"]).expect(0);
    assert_eq!(refs(&fabric), before);
    assert_eq!(fabric.remote.count("main"), 1);
}

#[test]
fn a_probe_that_a_hook_refuses_says_so_in_the_servers_words() {
    let fabric = Fabric::example();
    fabric.remote.hook("pre-receive", "echo 'Read only until Monday.' >&2; exit 1");
    fabric.run("check", &["--probe"]).expect(2).says("Read only until Monday.");
}

#[test]
fn a_hook_on_the_branch_alone_is_not_seen_and_not_denied() {
    let fabric = Fabric::example();
    fabric.remote.hook("update", "[ \"$1\" != refs/heads/main ]");
    let ran = fabric.run("check", &["--probe"]).expect(0).says("not yet proven");
    assert!(!ran.text().contains("proven by run"), "{}", ran.story());
}

#[test]
fn every_condition_has_its_line() {
    let fabric = Fabric::example();
    let said = fabric.run("check", &[]).expect(0).text();
    for condition in ["git", "remote", "branch", "directory", "store"] {
        assert!(said.lines().any(|line| line.contains(condition)), "{condition} in\n{said}");
    }
}

#[test]
fn a_missing_git_is_named_with_its_fix() {
    let fabric = Fabric::example();
    for verb in ["check", "sync"] {
        let mut command = fabric.scene.hedgerow(&fabric.args(verb, &[]));
        command.env("PATH", fabric.scene.path("home"));
        crate::support::ran::Ran::of(&mut command).expect(2).says("git").says("install git");
    }
}

#[test]
fn a_missing_directory_and_branch_are_told_apart() {
    let fabric = Fabric::example();
    let check = |branch: &str, path: &str| {
        fabric.scene.run(&["check", "--repo", fabric.remote.url(), "--branch", branch, "--path", path]).expect(2).text()
    };
    let (branch, directory) = (check("nope", &fabric.dir), check("main", "fabrics/nope"));
    assert!(branch.contains("nope") && directory.contains("fabrics/nope"));
    assert_ne!(branch.replace("nope", ""), directory.replace("fabrics/nope", ""));
}

#[test]
fn a_store_that_cannot_be_opened_is_named() {
    let fabric = Fabric::example();
    let file = fabric.scene.file("not-a-directory", "");
    let store = format!("sqlite://{}/x.db", file.display());
    fabric.run("check", &["--store", &store]).expect(2).says("not-a-directory");
    let scene = Scene::new();
    scene.run(&["get", "runs", "--store", &store]).expect(2).says("not-a-directory");
}
