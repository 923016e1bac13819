//! Ten thousand files: still a constant number of requests, one pack, and no surprise.

use std::collections::BTreeMap;

use hedgerow_core::path::TreePath;
use hedgerow_core::plan::Change;
use hedgerow_git::{BranchChoice, Credential, Push};
use hedgerow_testkit::GitHttp;

use crate::world::{World, dir, main, snapshot, text};

const FILES: usize = 10_000;

#[test]
fn ten_thousand_files_are_as_many_requests_as_one() {
    let world = World::new();
    let remote = world.remote();
    let document = |number: usize| {
        format!("apiVersion: v1\nkind: Thing\nmetadata:\n  name: thing-{number}\nspec: {{number: {number}}}\n")
    };
    let inbox: Vec<_> = (0..FILES).map(|number| (format!("f/raw/{number}.yaml"), document(number))).collect();
    remote.commit("main", &inbox);
    let server = GitHttp::serve(world.path(""));
    let mut mirror = world.open(&server.url("remote.git"), Credential::Ambient);
    let head = mirror.fetch(&BranchChoice::RemoteHead).unwrap().head.unwrap();
    let tree = snapshot(mirror.fabric_tree(&head, &dir()).unwrap()).tree;
    assert_eq!(tree.entries.len(), FILES + 2);
    let mut changes = BTreeMap::new();
    for number in 0..FILES {
        let from = TreePath::from(format!("f/raw/{number}.yaml").as_str());
        let new = Change::Write(format!("# {number}\n{}", document(number)).into_bytes().into());
        let change = if number % 2 == 0 { Change::Move { from: from.clone() } } else { new };
        changes.insert(TreePath::from(format!("f/managed/things/{number}.yaml").as_str()), change);
        changes.insert(from, Change::Remove);
    }
    let commit = mirror.write_commit(Some(&head), &changes, &text("all"), None).unwrap();
    assert_eq!(mirror.push(&commit, &main(), Some(&head)).unwrap(), Push::Pushed);
    assert_eq!(mirror.look(&main()).unwrap().head, Some(commit.clone()));
    assert_eq!(server.take_requests().len(), 7);
    assert_eq!(remote.head("main"), commit.as_str());
    let placed = remote.paths("main:f/managed/things");
    assert_eq!(placed.len(), FILES);
    assert_eq!(remote.cat("main", "f/managed/things/77.yaml"), format!("# 77\n{}", document(77)).into_bytes());
    assert_eq!(remote.cat("main", "f/managed/things/78.yaml"), document(78).into_bytes());
    remote.git(["fsck", "--strict", "--no-dangling"]);
}
