//! A protected branch: the commit waits on another one until people merge it.

use serde_json::Value;

use crate::support::fabric::Fabric;
use crate::support::oracle;
use crate::support::yaml::vpc;

const PROTECTED: &str =
    "[ \"$1\" = refs/heads/main ] && { echo 'main is protected: open a merge request.' >&2; exit 1; }; exit 0";

/// A fabric whose branch takes no push, with our commit on another one.
fn waiting() -> (Fabric, String, Value) {
    let fabric = Fabric::example();
    let before = fabric.remote.head();
    fabric.remote.hook("update", PROTECTED);
    let report = offer(&fabric, 3);
    assert_eq!(fabric.remote.head(), before);
    (fabric, before, report)
}

fn offer(fabric: &Fabric, code: i32) -> Value {
    fabric.sync(&["--push-to", "hedgerow/inbox"]).expect(code).json()
}

fn branches(fabric: &Fabric) -> Vec<String> {
    fabric
        .remote
        .git(&["for-each-ref", "--format=%(refname:short)", "refs/heads/hedgerow"])
        .lines()
        .map(str::to_owned)
        .collect()
}

#[test]
fn a_protected_branch_fails_with_the_servers_words_and_names_push_to() {
    let fabric = Fabric::example();
    fabric.remote.hook("update", PROTECTED);
    let report = fabric.sync(&[]).expect(2).json();
    assert!(report["reason"]["message"].as_str().unwrap().contains("main is protected"), "{report:#}");
    assert!(report["reason"]["hint"].as_str().unwrap().contains("--push-to"), "{report:#}");
}

#[test]
fn the_commit_waits_on_the_other_branch_and_is_not_yet_verified() {
    let (fabric, before, report) = waiting();
    assert_eq!(report["verification"], "not_yet");
    assert_eq!(report["pushed_to"], "hedgerow/inbox");
    assert_eq!(branches(&fabric), ["hedgerow/inbox"]);
    oracle::one_honest_commit(&fabric, &report, &before, &fabric.remote.rev("hedgerow/inbox"));
}

#[test]
fn the_same_commit_is_not_pushed_twice() {
    let (fabric, _, first) = waiting();
    let again = offer(&fabric, 3);
    assert_eq!(again["commit"], first["commit"]);
    assert_eq!(branches(&fabric), ["hedgerow/inbox"]);
    assert_eq!(fabric.remote.rev("hedgerow/inbox"), first["commit"].as_str().unwrap());
}

/// After people took the commit in their way, the run ends verified and nothing more is pushed.
fn merged(fabric: &Fabric) {
    let head = fabric.remote.head();
    let report = offer(fabric, 0);
    assert_eq!(report["verification"], "verified", "{report:#}");
    assert_eq!(fabric.remote.head(), head);
    assert_eq!(branches(fabric), ["hedgerow/inbox"]);
    assert_eq!(fabric.objects().len(), 48);
    fabric.verify(&[], 0);
}

#[test]
fn a_fast_forward_ends_the_wait() {
    let (fabric, _, report) = waiting();
    fabric.remote.git(&["update-ref", "refs/heads/main", report["commit"].as_str().unwrap()]);
    merged(&fabric);
}

#[test]
fn a_merge_commit_ends_the_wait() {
    let (fabric, before, _) = waiting();
    let theirs = fabric.remote.commit("Meanwhile").write("elsewhere.txt", "hello\n").push();
    let tree = fabric.remote.git(&["merge-tree", "--write-tree", &theirs, "hedgerow/inbox"]);
    let merge =
        fabric.remote.git(&["commit-tree", "-p", &theirs, "-p", "hedgerow/inbox", "-m", "Merge the inbox", &tree]);
    fabric.remote.git(&["update-ref", "refs/heads/main", &merge]);
    assert_ne!(before, theirs);
    merged(&fabric);
}

#[test]
fn a_squash_whose_trees_balance_ends_the_wait() {
    let (fabric, _, _) = waiting();
    let message = format!("Inbox (#7)\n\n{}", fabric.remote.message("hedgerow/inbox"));
    fabric.remote.commit(&message).tree("hedgerow/inbox").author("Hedgerow <hedgerow@hedgerow.invalid>").push();
    merged(&fabric);
}

#[test]
fn a_newer_plan_gets_a_branch_of_its_own() {
    let (fabric, _, first) = waiting();
    let head = fabric.remote.commit("More").write(&fabric.path("raw/more.yaml"), vpc("more", 60)).push();
    let report = offer(&fabric, 3);
    assert_ne!(report["commit"], first["commit"]);
    let name = report["pushed_to"].as_str().unwrap();
    assert!(name.starts_with("hedgerow/inbox") && name.contains(&head[..7]), "{name}");
    assert_eq!(branches(&fabric).len(), 2);
    assert_eq!(
        fabric.remote.rev("hedgerow/inbox"),
        first["commit"].as_str().unwrap(),
        "the older offer stays as it was"
    );
    oracle::one_honest_commit(&fabric, &report, &head, &fabric.remote.rev(name));
}
