//! Inside a clone the defaults are what one means.

use std::path::Path;
use std::process::Command;

use crate::support::fabric::Fabric;
use crate::support::git::Remote;
use crate::support::ran::Ran;
use crate::support::yaml::vpc;

struct Desk {
    fabric: Fabric,
    clone: Remote,
}

impl Desk {
    /// A person's clone of the example.
    fn new() -> Self {
        let fabric = Fabric::example();
        let clone = fabric.remote.clone_to(fabric.scene.path("clone"), &[]);
        Self { fabric, clone }
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = self.fabric.scene.hedgerow(args);
        command.current_dir(self.clone.path());
        command
    }

    fn run(&self, args: &[&str]) -> Ran {
        Ran::of(&mut self.command(args))
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.clone.path().join(self.fabric.path(name)), text).unwrap();
    }
}

#[test]
fn sync_in_a_clone_works_on_its_upstream_and_leaves_the_work_tree_alone() {
    let desk = Desk::new();
    let head = desk.clone.rev("HEAD");
    let report = desk.run(&["sync", "-o", "json"]).expect(0).json();
    assert_eq!(report["read"]["directory"], desk.fabric.dir);
    assert_eq!(desk.fabric.remote.rev("main^"), head);
    assert_eq!(desk.clone.rev("HEAD"), head, "the clone is the person's");
    assert_eq!(desk.clone.git(&["status", "--porcelain"]), "");
    desk.run(&["verify"]).expect(0);
    desk.run(&["check"]).expect(0);
}

#[test]
fn the_defaults_hold_in_a_subdirectory_of_the_clone() {
    let desk = Desk::new();
    let mut command = desk.command(&["plan", "-o", "json"]);
    command.current_dir(desk.clone.path().join(desk.fabric.path("raw")));
    assert_eq!(Ran::of(&mut command).expect(1).json()["counts"]["created"], 48);
}

#[test]
fn the_current_branch_is_the_default() {
    let desk = Desk::new();
    desk.clone.git(&["switch", "--quiet", "-c", "topic"]);
    desk.clone.git(&["push", "--quiet", "-u", "origin", "topic"]);
    let report = desk.run(&["sync", "-o", "json"]).expect(0).json();
    assert_eq!(report["read"]["ref"], "refs/heads/topic");
    assert_eq!(desk.fabric.remote.count("main"), 1);
}

#[test]
fn two_directories_with_an_inbox_must_be_told_apart() {
    let desk = Desk::new();
    desk.fabric.remote.commit("Another").write("fabrics/fabric-2/raw/one.yaml", vpc("one", 1)).push();
    desk.clone.git(&["pull", "--quiet"]);
    desk.run(&["plan"]).expect(2).says("fabrics/fabric-1").says("fabrics/fabric-2").says("--path");
    desk.run(&["plan", "--path", "fabrics/fabric-2"]).expect(1);
}

#[test]
fn inbox_files_that_are_not_pushed_are_named() {
    let desk = Desk::new();
    desk.write("raw/draft.yaml", &vpc("draft", 50));
    desk.run(&["plan"]).says("raw/draft.yaml");
    desk.clone.git(&["add", "."]);
    desk.clone.git(&["commit", "--quiet", "-m", "Committed, not pushed"]);
    desk.run(&["sync"]).says("raw/draft.yaml");
}

#[test]
fn a_plan_of_the_work_tree_includes_what_is_not_committed() {
    let desk = Desk::new();
    desk.write("raw/draft.yaml", &vpc("draft", 50));
    let pushed = desk.run(&["plan", "-o", "json"]).expect(1).json();
    assert_eq!(pushed["counts"]["created"], 48);
    let worktree = desk.run(&["plan", "--worktree", "-o", "json"]).expect(1).json();
    assert_eq!(worktree["counts"]["created"], 49);
    desk.run(&["why", "--worktree", "raw/draft.yaml"]).says("managed/vpcs/draft.yaml");
    assert_eq!(desk.clone.git(&["status", "--porcelain"]), format!("?? {}", desk.fabric.path("raw/draft.yaml")));
}

#[test]
fn outside_a_clone_the_missing_flags_are_named() {
    let fabric = Fabric::example();
    fabric.scene.run(&["sync"]).expect(2).says("--repo");
    let mut command = fabric.scene.hedgerow(&["sync", "--repo", fabric.remote.url()]);
    command.current_dir(Path::new("/"));
    let ran = Ran::of(&mut command);
    assert!(ran.code() == 0 || ran.text().contains("--path"), "{}", ran.story());
}

#[test]
fn every_flag_has_its_variable() {
    let fabric = Fabric::example();
    let mut command = fabric.scene.hedgerow(&["sync"]);
    command
        .env("HEDGEROW_REPO", fabric.remote.url())
        .env("HEDGEROW_BRANCH", "main")
        .env("HEDGEROW_PATH", &fabric.dir)
        .env("HEDGEROW_OUTPUT", "json");
    assert_eq!(Ran::of(&mut command).expect(0).json()["outcome"], "changed");
}
