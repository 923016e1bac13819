//! Many writers on one branch.

use std::collections::BTreeSet;

use crate::support::fabric::Fabric;
use crate::support::oracle;
use crate::support::process::{git_that_pushes_with, start, with_path};
use crate::support::ran::Ran;
use crate::support::scene::Scene;
use crate::support::yaml::{server, vpc};

const FABRICS: usize = 20;

#[test]
fn twenty_processes_on_one_branch_lose_nothing() {
    let scene = Scene::new();
    let remote = scene.remote("remote.git");
    let mut commit = remote.commit("Twenty fabrics");
    for n in 0..FABRICS {
        commit = commit
            .write(&format!("fabrics/f{n:02}/raw/servers.yaml"), format!("{}---\n{}", server("one"), server("two")));
        commit = commit.write(&format!("fabrics/f{n:02}/raw/vpc.yaml"), vpc("web", 1));
    }
    let before = commit.push();

    let dirs: Vec<String> = (0..FABRICS).map(|n| format!("fabrics/f{n:02}")).collect();
    let running: Vec<_> = dirs
        .iter()
        .map(|dir| {
            start(scene.hedgerow(&["sync", "--repo", remote.url(), "--branch", "main", "--path", dir, "-o", "json"]))
        })
        .collect();
    let reports: Vec<_> = running.into_iter().map(|one| one.end().expect(0).json()).collect();
    for report in &reports {
        assert_eq!(
            (&report["outcome"], &report["verification"]),
            (&"changed".into(), &"verified".into()),
            "{report:#}"
        );
        oracle::counts(report, &[("created", 3)]);
    }

    assert_eq!(remote.count(&format!("{before}..main")), FABRICS, "one commit for each fabric");
    let managed: BTreeSet<_> = remote.tree("main").into_keys().filter(|path| path.ends_with(".yaml")).collect();
    let expected =
        |dir: &String| ["servers/one", "servers/two", "vpcs/web"].map(|name| format!("{dir}/managed/{name}.yaml"));
    assert_eq!(managed, dirs.iter().flat_map(expected).collect());
    for dir in &dirs {
        let args = ["--repo", remote.url(), "--branch", "main", "--path", dir];
        scene.second_verifier(&args).expect(0);
    }
    let objects = scene.run(&["get", "objects", "-o", "json"]).expect(0).json();
    assert_eq!(objects.as_array().unwrap().len(), 3 * FABRICS);
}

#[test]
fn two_processes_on_one_fabric_make_one_commit() {
    let fabric = Fabric::example();
    let before = fabric.remote.head();
    let running: Vec<_> = (0..4).map(|_| start(fabric.scene.hedgerow(&fabric.args("sync", &["-o", "json"])))).collect();
    for one in running {
        let report = one.end().expect(0).json();
        assert_eq!(report["verification"], "verified");
    }
    assert_eq!(fabric.remote.count(&format!("{before}..main")), 1);
    fabric.verify(&[], 0);
}

#[test]
fn two_stores_on_one_fabric_lose_nothing() {
    let fabric = Fabric::example();
    let before = fabric.remote.head();
    let stores: Vec<_> =
        (0..3).map(|n| format!("sqlite://{}", fabric.scene.path(&format!("{n}.db")).display())).collect();
    let running: Vec<_> = stores
        .iter()
        .map(|store| start(fabric.scene.hedgerow(&fabric.args("sync", &["-o", "json", "--store", store]))))
        .collect();
    for one in running {
        assert_eq!(one.end().expect(0).json()["verification"], "verified");
    }
    assert_eq!(fabric.remote.count(&format!("{before}..main")), 1, "the push itself is the fence");
    fabric.verify(&[], 0);
}

/// Syncs with a git that runs `script` when it is about to push.
fn sync_while(fabric: &Fabric, script: &str) -> Ran {
    let bin = git_that_pushes_with(&fabric.scene.path("tmp-bin"), script);
    Ran::of(&mut with_path(fabric.scene.hedgerow(&fabric.args("sync", &["-o", "json"])), &bin))
}

#[test]
fn a_branch_that_moves_before_our_push_gets_one_more_round() {
    let fabric = Fabric::example();
    let before = fabric.remote.head();
    let theirs = fabric
        .remote
        .commit("Meanwhile")
        .branch("meanwhile")
        .write(&fabric.path("raw/late.yaml"), vpc("late", 60))
        .push();
    let script = format!(
        "mkdir '{0}/once' 2>/dev/null && \"$real\" -C '{0}' update-ref refs/heads/main {theirs} {before}",
        fabric.remote.url()
    );
    let report = sync_while(&fabric, &script).expect(0).json();
    let after = fabric.remote.head();
    assert_eq!(report["moved"], 1);
    oracle::counts(&report, &[("created", 49)]);
    oracle::one_honest_commit(&fabric, &report, &theirs, &after);
    fabric.verify(&[], 0);
}

#[test]
fn a_branch_that_moves_while_the_server_takes_our_push_gets_one_more_round() {
    let fabric = Fabric::example();
    let before = fabric.remote.head();
    let theirs = fabric.remote.commit("Meanwhile").branch("meanwhile").write("elsewhere.txt", "hello\n").push();
    let script = format!(
        "mkdir once 2>/dev/null && env -u GIT_QUARANTINE_PATH git update-ref refs/heads/main {theirs} {before}; exit 0"
    );
    fabric.remote.hook("pre-receive", &script);
    let report = fabric.sync(&[]).expect(0).json();
    oracle::one_honest_commit(&fabric, &report, &theirs, &fabric.remote.head());
    fabric.verify(&[], 0);
}

#[test]
fn a_branch_that_never_stands_still_is_given_up_in_time() {
    let fabric = Fabric::example();
    let script = format!(
        "\"$real\" -C '{0}' -c user.name=Pat -c user.email=pat@example.com update-ref refs/heads/main \
         $(\"$real\" -C '{0}' -c user.name=Pat -c user.email=pat@example.com commit-tree -p main -m busy 'main^{{tree}}')",
        fabric.remote.url()
    );
    let bin = git_that_pushes_with(&fabric.scene.path("tmp-bin"), &script);
    let args = fabric.args("sync", &["-o", "json", "--timeout", "3s"]);
    let ran = Ran::of(&mut with_path(fabric.scene.hedgerow(&args), &bin)).expect(2);
    assert_eq!(ran.json()["outcome"], "failed");
    assert!(fabric.remote.git(&["log", "--format=%s%n%ce", "main"]).lines().all(|line| !line.contains("hedgerow")));
}

#[test]
fn a_push_whose_answer_was_lost_is_looked_up() {
    let fabric = Fabric::example();
    let before = fabric.remote.head();
    let report = sync_while(
        &fabric,
        "\"$real\" \"$@\" >/dev/null 2>&1; echo 'fatal: the remote end hung up unexpectedly' >&2; exit 128",
    )
    .expect(0)
    .json();
    assert_eq!((&report["outcome"], &report["verification"]), (&"changed".into(), &"verified".into()));
    oracle::one_honest_commit(&fabric, &report, &before, &fabric.remote.head());
}

#[test]
fn a_push_that_never_arrived_is_not_assumed() {
    let fabric = Fabric::example();
    let before = fabric.remote.head();
    let ran = sync_while(&fabric, "echo 'fatal: the remote end hung up unexpectedly' >&2; exit 128");
    assert_eq!(ran.code(), 2, "{}", ran.story());
    assert_eq!(fabric.remote.head(), before);
    assert_eq!(fabric.sync(&[]).expect(0).json()["outcome"], "changed");
}

#[test]
fn a_refused_push_fails_with_the_servers_words() {
    let fabric = Fabric::example();
    let before = fabric.remote.head();
    fabric.remote.hook("pre-receive", "echo 'No bots on Fridays.' >&2; exit 1");
    let ran = fabric.sync(&[]).expect(2);
    let report = ran.json();
    assert_eq!((&report["outcome"], &report["reason"]["code"]), (&"failed".into(), &"refused".into()));
    assert!(report["reason"]["message"].as_str().unwrap().contains("No bots on Fridays."), "{:#}", report["reason"]);
    assert_eq!(fabric.remote.head(), before);
    fabric.remote.unhook("pre-receive");
    assert_eq!(fabric.sync(&[]).expect(0).json()["outcome"], "changed");
}
