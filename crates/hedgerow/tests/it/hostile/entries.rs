//! What may stand in a tree.

use crate::support::fabric::Fabric;
use crate::support::git::Remote;
use crate::support::oracle;
use crate::support::yaml::{config_map, server, vpc};

/// A drained fabric, into whose inbox comes what is no file.
fn drained() -> Fabric {
    let fabric = Fabric::of(&[("raw/one.yaml", vpc("one", 1))]);
    fabric.sync(&[]).expect(0);
    fabric
}

/// The hostile thing goes, and the next run works.
fn goes_on(fabric: &Fabric, path: &str) {
    let commit = fabric.remote.commit("Away").remove(&fabric.path(path));
    commit.write(&fabric.path("raw/next.yaml"), server(&format!("after-{}", fabric.remote.count("main")))).push();
    oracle::counts(&fabric.sync(&[]).expect(0).json(), &[("created", 1)]);
    fabric.verify(&[], 0);
}

#[test]
fn a_link_and_a_submodule_are_held_and_never_followed() {
    let fabric = drained();
    let secret = fabric.scene.file("secret.yaml", server("secret"));
    for target in [secret.to_str().unwrap(), "../managed/vpcs/one.yaml", "link.yaml", "/dev/zero"] {
        let path = fabric.path("raw/link.yaml");
        fabric.remote.commit("Link").symlink(&path, target).write(&fabric.path("raw/good.yaml"), vpc("good", 2)).push();
        let report = fabric.sync(&[]).expect(1).json();
        oracle::findings_about(&report, &path);
        assert!(!fabric.objects().iter().any(|object| object["name"] == "secret"), "{target}");
    }
    goes_on(&fabric, "raw/link.yaml");
    fabric.remote.commit("Module").submodule(&fabric.path("raw/module.yaml"), &"7".repeat(40)).push();
    oracle::findings_about(&fabric.sync(&[]).expect(1).json(), &fabric.path("raw/module.yaml"));
    goes_on(&fabric, "raw/module.yaml");
}

#[test]
fn an_inbox_that_is_a_link_or_a_file_is_a_failure() {
    for zone in ["raw", "managed"] {
        let fabric = drained();
        let (path, before) = (fabric.path(zone), fabric.remote.head());
        for kind in ["link", "file"] {
            let commit = fabric.remote.commit("Not a directory").remove(&path);
            let commit = if kind == "link" { commit.symlink(&path, "/etc") } else { commit.write(&path, "hello\n") };
            let head = commit.push();
            assert_eq!(fabric.sync(&[]).expect(2).json()["outcome"], "failed", "{zone} is a {kind}");
            assert_eq!(fabric.remote.head(), head);
        }
        fabric.remote.commit("As it was").remove(&path).tree(&before).push();
        fabric.remote.commit("Next").write(&fabric.path("raw/next.yaml"), vpc("next", 9)).push();
        fabric.sync(&[]).expect(0);
    }
}

/// A tree with one entry, whatever its name.
fn tree(remote: &Remote, mode: &str, kind: &str, id: &str, name: &str) -> String {
    remote.git_with_input(&["mktree"], format!("{mode} {kind} {id}\t{name}\n").as_bytes())
}

/// Names that a work tree must not have. git itself lets nobody add them; a server takes them.
#[test]
fn a_name_that_would_be_gits_own_reaches_no_tree_of_ours() {
    for name in [".git", ".GIT", "git~1", ".git ", "..", "."] {
        let fabric = drained();
        let remote = &fabric.remote;
        let before = remote.head();
        let blob = remote.git_with_input(&["hash-object", "-w", "--stdin"], config_map("theirs").as_bytes());
        let inner = tree(remote, "100644", "blob", &blob, "foreign.yaml");
        let raw = tree(remote, "040000", "tree", &inner, name);
        let index: Vec<String> = fabric.dir.split('/').rev().map(str::to_owned).collect();
        let whole = std::iter::once("raw".to_owned())
            .chain(index)
            .fold(raw, |below, at| tree(remote, "040000", "tree", &below, &at));
        let hostile = remote.git(&["commit-tree", "-p", "main", "-m", "Hostile", &whole]);
        remote.git(&["update-ref", "refs/heads/main", &hostile]);
        let ran = fabric.sync(&[]);
        println!("{name:?}: exit {}", ran.code());
        assert!([0, 1, 2].contains(&ran.code()), "{}", ran.story());
        let ours = remote.git(&["diff", "--name-only", "--no-renames", "--diff-filter=A", &hostile, "main"]);
        assert!(!ours.split(['/', '\n']).any(|part| part == name), "{name}: {ours}");
        assert!(!ours.contains("/.git/") && !ours.contains("/../"), "{ours}");
        remote.commit("As it was").tree(&before).push();
        remote.commit("Next").write(&fabric.path("raw/next.yaml"), vpc("next", 9)).push();
        assert_eq!(fabric.sync(&[]).json()["verification"], "verified", "{name}");
    }
}

#[test]
fn a_huge_tree_is_looked_through_in_time() {
    let fabric = drained();
    let commit = fabric.remote.commit("Many");
    let many =
        (0..20_000).fold(commit, |commit, n| commit.write(&fabric.path(&format!("raw/{}/{n}.txt", n % 97)), "hello\n"));
    many.write(&fabric.path("raw/good.yaml"), vpc("good", 2)).push();
    let begun = std::time::Instant::now();
    oracle::counts(&fabric.sync(&[]).expect(0).json(), &[("created", 1)]);
    println!("20,000 files passed over in {:?}", begun.elapsed());
    goes_on(&fabric, "raw/0");
}

#[test]
fn a_path_that_leads_out_is_no_directory_of_a_fabric() {
    let fabric = drained();
    let head = fabric.remote.head();
    for path in ["..", "/", "", ".", "fabrics/../..", ".git", "fabrics//fabric-1/.GIT", "a\\b/..", "--all"] {
        let ran =
            fabric.scene.run(&["sync", "--repo", fabric.remote.url(), "--branch", "main", &format!("--path={path}")]);
        assert_eq!(ran.code(), 2, "{path}: {}", ran.story());
        assert_eq!(fabric.remote.head(), head, "{path}");
    }
}
