//! Remotes of every kind: done right, or a clear answer.

use crate::support::fabric::Fabric;
use crate::support::git::Remote;
use crate::support::oracle;
use crate::support::scene::Scene;
use crate::support::yaml::vpc;

const DIR: &str = "fabrics/one";

#[test]
fn an_empty_repository_is_said_to_have_no_commit() {
    let scene = Scene::new();
    let remote = scene.remote("empty.git");
    for verb in ["sync", "plan", "verify"] {
        scene.run(&[verb, "--repo", remote.url(), "--path", DIR]).expect(2).says("no commit");
    }
}

#[test]
fn an_unborn_branch_is_said_to_be_missing() {
    let fabric = Fabric::example();
    fabric.remote.git(&["symbolic-ref", "HEAD", "refs/heads/unborn"]);
    fabric.scene.run(&["sync", "--repo", fabric.remote.url(), "--path", &fabric.dir]).expect(2).says("branch");
    fabric.scene.run(&["sync", "--repo", fabric.remote.url(), "--path", &fabric.dir, "--branch", "main"]).expect(0);
}

#[test]
fn the_remotes_head_is_the_default_branch() {
    let fabric = Fabric::example();
    fabric.remote.git(&["branch", "-m", "main", "trunk"]);
    fabric.remote.git(&["symbolic-ref", "HEAD", "refs/heads/trunk"]);
    let report = fabric
        .scene
        .run(&["sync", "--repo", fabric.remote.url(), "--path", &fabric.dir, "-o", "json"])
        .expect(0)
        .json();
    assert_eq!(report["read"]["ref"], "refs/heads/trunk");
}

#[test]
fn a_shallow_server_is_no_obstacle() {
    let fabric = Fabric::example();
    fabric.remote.commit("Second").write("second.txt", "2\n").push();
    let shallow = fabric.remote.clone_to(fabric.scene.path("shallow.git"), &["--bare", "--depth", "1"]);
    let fabric = Fabric { remote: shallow, ..fabric };
    let before = fabric.remote.head();
    let report = fabric.sync(&[]).expect(0).json();
    oracle::one_honest_commit(&fabric, &report, &before, &fabric.remote.head());
}

#[test]
fn a_sha256_repository_is_done_right_or_refused_by_name() {
    let scene = Scene::new();
    let remote = Remote::init(scene.path("sha256.git"), &["--object-format=sha256"]);
    remote.commit("One").write(&format!("{DIR}/raw/one.yaml"), vpc("one", 1)).push();
    let fabric = Fabric { scene, remote, dir: DIR.to_owned() };
    let before = fabric.remote.head();
    let ran = fabric.sync(&[]);
    if ran.code() == 0 {
        oracle::one_honest_commit(&fabric, &ran.json(), &before, &fabric.remote.head());
        fabric.verify(&[], 0);
    } else {
        let said = ran.expect(2).text().to_lowercase();
        assert!(said.contains("sha-256") || said.contains("sha256"), "{said}");
    }
}

#[test]
fn the_first_commit_of_a_sha256_repository_names_a_parent_of_64_zeros() {
    let scene = Scene::new();
    let remote = Remote::init(scene.path("sha256.git"), &["--object-format=sha256"]);
    let fabric = Fabric { scene, remote, dir: DIR.to_owned() };
    fabric.run("init", &[]).expect(0);
    assert_eq!(fabric.remote.trailer("main", "Hedgerow-Parent"), Some("0".repeat(64)));
    fabric.verify(&[], 0);
}

#[test]
fn a_checked_out_work_tree_is_refused_with_the_fix() {
    let fabric = Fabric::example();
    let clone = fabric.remote.clone_to(fabric.scene.path("clone"), &[]);
    let head = clone.rev("HEAD");
    for verb in ["sync", "check", "init"] {
        fabric.scene.run(&[verb, "--repo", clone.url(), "--path", &fabric.dir]).expect(2).says("work tree");
    }
    assert_eq!(clone.rev("HEAD"), head);
}

#[test]
fn urls_that_are_commands_are_refused() {
    let scene = Scene::new();
    let canary = scene.path("canary");
    let touch = canary.display();
    for url in [
        format!("ext::sh -c 'touch {touch}'"),
        format!("--upload-pack=touch {touch}"),
        format!("ssh://-oProxyCommand=touch%20{touch}/x"),
        "fd::17/x".into(),
    ] {
        let ran = scene.run(&["sync", &format!("--repo={url}"), "--path", DIR]);
        assert_eq!(ran.code(), 2, "{}", ran.story());
    }
    assert!(!canary.exists(), "a URL ran a command");
}

#[test]
fn a_persons_git_configuration_and_hooks_do_not_reach_us() {
    let fabric = Fabric::example();
    let canary = fabric.scene.path("canary");
    let hooks = fabric.scene.path("hooks");
    for hook in ["pre-push", "reference-transaction", "post-checkout"] {
        use std::os::unix::fs::PermissionsExt;
        let path =
            fabric.scene.file(&format!("hooks/{hook}"), format!("#!/bin/sh\ntouch '{}'\nexit 1\n", canary.display()));
        std::fs::set_permissions(path, PermissionsExt::from_mode(0o755)).unwrap();
    }
    let config = format!(
        "[core]\n\thooksPath = {}\n[user]\n\tname = Somebody\n\temail = else@example.com\n[commit]\n\tgpgSign = true\n",
        hooks.display()
    );
    fabric.scene.file("home/.gitconfig", config);
    fabric.sync(&[]).expect(0);
    assert!(!canary.exists(), "a hook of the user's ran");
    assert_eq!(fabric.remote.git(&["log", "-1", "--format=%ce", "main"]), "hedgerow@hedgerow.invalid");
}

#[test]
fn a_directory_with_odd_characters_is_a_directory() {
    let scene = Scene::new();
    let remote = scene.remote("odd name #1.git");
    let dir = "fabrics/büro 100%/#1";
    remote.commit("Odd").write(&format!("{dir}/raw/a b%20c#.yaml"), vpc("one", 1)).push();
    let fabric = Fabric { scene, remote, dir: dir.to_owned() };
    let before = fabric.remote.head();
    let report = fabric.sync(&[]).expect(0).json();
    oracle::counts(&report, &[("created", 1)]);
    assert_eq!(fabric.remote.rev("main^"), before);
    assert_eq!(fabric.remote.trailer("main", "Hedgerow-Directory").as_deref(), Some("fabrics/b%C3%BCro%20100%25/%231"));
    fabric.verify(&[], 0);
}

#[test]
fn a_large_tree_elsewhere_is_left_alone() {
    let fabric = Fabric::of(&[("raw/one.yaml", vpc("one", 1))]);
    let mut commit =
        fabric.remote.commit("Much more").symlink("link", "README.md").submodule("module", &"2".repeat(40));
    for n in 0..500 {
        commit = commit.write(&format!("other/{}/{n}.txt", n % 7), format!("{n}\n"));
    }
    let before = commit.push();
    let report = fabric.sync(&[]).expect(0).json();
    oracle::one_honest_commit(&fabric, &report, &before, &fabric.remote.head());
}
