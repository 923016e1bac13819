//! 0 done and verified, 1 something is held, 2 failed, 3 pushed but not yet verified; and never 0 by accident.

use crate::support::fabric::Fabric;
use crate::support::scene::Scene;
use crate::support::yaml::vpc;

#[test]
fn sync_exits_0_when_changed_and_when_unchanged() {
    let fabric = Fabric::example();
    assert_eq!(fabric.sync(&[]).expect(0).json()["outcome"], "changed");
    assert_eq!(fabric.sync(&[]).expect(0).json()["outcome"], "unchanged");
}

#[test]
fn an_inbox_of_held_files_alone_exits_1_in_every_run() {
    let fabric = Fabric::of(&[("raw/broken.yaml", "apiVersion: [\n")]);
    let head = fabric.remote.head();
    for _ in 0..3 {
        let report = fabric.sync(&[]).expect(1).json();
        assert_eq!(report["outcome"], "partial");
        assert_eq!(report["counts"]["held"], 1);
    }
    assert_eq!(fabric.remote.head(), head);
}

#[test]
fn plan_exits_0_only_when_nothing_would_change_and_nothing_is_held() {
    let fabric = Fabric::example();
    fabric.plan(&[]).expect(1);
    fabric.sync(&[]).expect(0);
    fabric.plan(&[]).expect(0);
    fabric.remote.commit("Broken").write(&fabric.path("raw/broken.yaml"), "a: [\n").push();
    fabric.plan(&[]).expect(1);
}

#[test]
fn what_cannot_be_told_exits_2() {
    let fabric = Fabric::example();
    let missing = fabric.scene.path("missing.git");
    for verb in ["sync", "plan", "verify", "init", "check"] {
        fabric
            .scene
            .run(&[verb, "--repo", missing.to_str().unwrap(), "--path", &fabric.dir])
            .expect(2)
            .says("missing.git");
        fabric
            .scene
            .run(&[verb, "--repo", fabric.remote.url(), "--branch", "no-such", "--path", &fabric.dir])
            .expect(2)
            .says("no-such");
    }
    for verb in ["sync", "plan", "verify"] {
        fabric.scene.run(&[verb, "--repo", fabric.remote.url(), "--path", "no/such/dir"]).expect(2).says("no/such/dir");
    }
}

#[test]
fn a_wrong_command_line_exits_2() {
    let scene = Scene::new();
    scene.run(&["sink"]).expect(2);
    scene.run(&["sync", "--no-such-flag"]).expect(2);
    scene.run(&["sync", "--timeout", "soon"]).expect(2).says("soon");
    scene.run(&["get", "run", "0000"]).expect(2);
}

#[test]
fn a_directory_of_dots_is_refused() {
    let fabric = Fabric::example();
    for path in ["../x", "fabrics/../..", "", "/", ".git"] {
        let ran = fabric.scene.run(&["sync", "--repo", fabric.remote.url(), "--path", path]);
        assert_eq!(ran.code(), 2, "{}", ran.story());
    }
    assert_eq!(fabric.remote.count("main"), 1);
}

#[test]
fn every_spelling_of_a_directory_is_that_directory() {
    let fabric = Fabric::of(&[("raw/one.yaml", vpc("one", 1))]);
    let report = fabric
        .scene
        .run(&["sync", "--repo", fabric.remote.url(), "--path", "/./fabrics//fabric-1/", "-o", "json"])
        .expect(0)
        .json();
    assert_eq!(report["read"]["directory"], fabric.dir);
}

#[test]
fn help_and_version_exit_0_and_have_examples() {
    let scene = Scene::new();
    scene.run(&["--version"]).expect(0).says("hedgerow ");
    scene.run(&["--help"]).expect(0).says("Examples:");
    for verb in ["sync", "plan", "verify", "init", "why", "check", "demo", "report", "completion"] {
        scene.run(&[verb, "--help"]).expect(0).says("Example");
    }
    for shell in ["bash", "zsh", "fish"] {
        scene.run(&["completion", shell]).expect(0).says("hedgerow");
    }
}
