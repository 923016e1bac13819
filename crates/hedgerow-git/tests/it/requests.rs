//! How many HTTP requests each step costs.

use hedgerow_git::{BranchChoice, Credential, Push};
use hedgerow_testkit::GitHttp;

use crate::world::{World, changes, id, main, text, token, write};

#[test]
fn a_whole_run_is_seven_requests() {
    let world = World::new();
    let remote = world.remote();
    let server = GitHttp::serve(world.path(""));
    let mut mirror = world.open(&server.url("remote.git"), Credential::Ambient);
    let fetched = mirror.fetch(&BranchChoice::RemoteHead).unwrap();
    assert_eq!(server.take_requests().len(), 3, "a first fetch");
    let commit = mirror.write_commit(fetched.head.as_ref(), &changes([("f/b", write("b"))]), &text("b"), None).unwrap();
    assert_eq!(mirror.push(&commit, &main(), fetched.head.as_ref()).unwrap(), Push::Pushed);
    assert_eq!(server.take_requests().len(), 2, "a push");
    assert_eq!(mirror.look(&main()).unwrap().head, Some(commit.clone()));
    assert_eq!(server.take_requests().len(), 2, "a look");
    assert_eq!(remote.head("main"), commit.as_str());
}

#[test]
fn a_fetch_is_two_requests_when_nothing_moved_and_three_when_it_did() {
    let world = World::new();
    let remote = world.remote();
    let server = GitHttp::serve(world.path(""));
    let mut mirror = world.open(&server.url("remote.git"), Credential::Ambient);
    mirror.fetch(&BranchChoice::RemoteHead).unwrap();
    server.take_requests();
    mirror.fetch(&BranchChoice::RemoteHead).unwrap();
    assert_eq!(server.take_requests().len(), 2, "nothing moved");
    let moved = remote.commit("main", &[("more", "1")]);
    assert_eq!(mirror.fetch(&BranchChoice::RemoteHead).unwrap().head, Some(id(&moved)));
    assert_eq!(server.take_requests().len(), 3, "it moved");
}

/// git 2.46 and newer sends the credential at once; an older one is refused first, with every command.
#[test]
fn a_token_costs_no_more_than_one_refusal_a_command() {
    let world = World::new();
    world.remote();
    let server = GitHttp::serve(world.path(""));
    server.require("somebody", "right");
    let mut mirror = world.open(&server.url("remote.git"), token("right"));
    let refusals = if world.git.version().minor >= 46 { 0 } else { 1 };
    mirror.fetch(&BranchChoice::RemoteHead).unwrap();
    let requests = server.take_requests();
    assert_eq!(requests.len(), 3 + refusals, "{requests:?}");
    mirror.look(&main()).unwrap();
    let requests = server.take_requests();
    assert_eq!(requests.len(), 2 + refusals, "{requests:?}");
}
