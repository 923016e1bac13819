//! What becomes of a push.

use std::time::Duration;

use hedgerow_git::{BranchChoice, BranchName, CommitId, Credential, Mirror, Push, RemoteError};
use hedgerow_testkit::{Fault, GitHttp, Plain, Stage};

use crate::world::{World, changes, id, main, named, text, write};

/// A mirror over HTTP with a commit that waits to be pushed.
pub(crate) struct Ready {
    pub(crate) world: World,
    pub(crate) remote: Plain,
    pub(crate) server: GitHttp,
    pub(crate) mirror: Mirror,
    pub(crate) before: CommitId,
    pub(crate) commit: CommitId,
}

pub(crate) fn ready() -> Ready {
    ready_within(Duration::from_secs(120))
}

pub(crate) fn ready_within(deadline: Duration) -> Ready {
    let world = World::with_deadline(deadline);
    let remote = world.remote();
    let server = GitHttp::serve(world.path(""));
    let mut mirror = world.open(&server.url("remote.git"), Credential::Ambient);
    let before = mirror.fetch(&named("main")).unwrap().head.unwrap();
    let commit = mirror.write_commit(Some(&before), &changes([("f/b", write("b"))]), &text("b"), None).unwrap();
    Ready { world, remote, server, mirror, before, commit }
}

impl Ready {
    pub(crate) fn push(&self) -> Result<Push, RemoteError> {
        self.mirror.push(&self.commit, &main(), Some(&self.before))
    }
}

#[test]
fn push_refuses_when_the_branch_moved() {
    let ready = ready();
    let theirs = ready.remote.commit("main", &[("theirs", "1")]);
    assert_eq!(ready.push().unwrap(), Push::Moved);
    assert_eq!(ready.remote.head("main"), theirs);
}

#[test]
fn push_refuses_when_the_branch_moved_back() {
    let world = World::new();
    let remote = world.remote();
    let first = remote.head("main");
    let second = remote.commit("main", &[("more", "1")]);
    let mut mirror = world.mirror(&remote);
    mirror.fetch(&named("main")).unwrap();
    let commit = mirror.write_commit(Some(&id(&second)), &changes([("f/b", write("b"))]), &text("b"), None).unwrap();
    remote.git(["update-ref", "refs/heads/main", &first]);
    assert_eq!(mirror.push(&commit, &main(), Some(&id(&second))).unwrap(), Push::Moved);
    assert_eq!(remote.head("main"), first, "what was taken back stays taken back");
}

#[test]
fn push_refuses_when_the_branch_moves_between_asking_and_sending() {
    let ready = ready();
    let theirs = ready.remote.git(["commit-tree", "-p", "main", "-m", "theirs", "main^{tree}"]);
    let script = ready.world.path("race");
    let move_it = format!("git --git-dir={} update-ref refs/heads/main {theirs}", ready.remote.dir().display());
    std::fs::write(&script, format!("#!/bin/sh\n{move_it}\n")).unwrap();
    std::fs::set_permissions(&script, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    ready.server.fail_once(Stage::AskPush, Fault::Then(script));
    assert_eq!(ready.push().unwrap(), Push::Moved);
    assert_eq!(ready.remote.head("main"), theirs);
}

#[test]
fn push_never_goes_sideways() {
    let ready = ready();
    let stranger = ready.mirror.write_commit(None, &changes([("f/c", write("c"))]), &text("c"), None).unwrap();
    let told = ready.mirror.push(&stranger, &main(), Some(&ready.before));
    assert!(matches!(told, Err(RemoteError::Local { .. })), "{told:?}");
    assert_eq!(ready.remote.head("main"), ready.before.as_str());
}

#[test]
fn a_hook_that_declines_is_heard() {
    let ready = ready();
    ready.remote.hook("pre-receive", "echo 'main is protected: open a merge request' >&2; exit 1");
    match ready.push().unwrap() {
        Push::Refused(words) => assert!(words.contains("main is protected: open a merge request"), "{words}"),
        other => panic!("{other:?}"),
    }
    assert_eq!(ready.remote.head("main"), ready.before.as_str());
}

#[test]
fn the_hooks_of_a_directory_are_its_own() {
    let world = World::new();
    let remote = world.remote();
    let mut mirror = world.mirror(&remote);
    let before = mirror.fetch(&named("main")).unwrap().head.unwrap();
    let commit = mirror.write_commit(Some(&before), &changes([("f/b", write("b"))]), &text("b"), None).unwrap();
    remote.hook("pre-receive", "echo 'not here' >&2; exit 1");
    match mirror.push(&commit, &main(), Some(&before)).unwrap() {
        Push::Refused(words) => assert!(words.contains("not here"), "{words}"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_update_hook_is_no_race() {
    let ready = ready();
    ready.remote.hook("update", "echo 'not today' >&2; exit 1");
    match ready.push().unwrap() {
        Push::Refused(words) => assert!(words.contains("not today"), "{words}"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_answer_that_was_lost_is_unknown() {
    let ready = ready();
    ready.server.fail(Stage::Push, Fault::CutAfter);
    assert!(matches!(ready.push().unwrap(), Push::Unknown(_)));
    ready.server.heal();
    assert_eq!(ready.remote.head("main"), ready.commit.as_str(), "the remote has taken it");
    assert_eq!(ready.mirror.look(&main()).unwrap().head, Some(ready.commit.clone()));
    assert_eq!(ready.push().unwrap(), Push::Pushed, "the same again changes nothing");
}

/// On a connection that dies, git's HTTP library sends again by itself: the remote has it twice, and refuses the second.
#[test]
fn a_commit_that_was_sent_twice_is_pushed() {
    let ready = ready();
    ready.server.fail_once(Stage::Push, Fault::CutAfter);
    assert_eq!(ready.push().unwrap(), Push::Pushed);
    let sent =
        ready.server.take_requests().iter().filter(|request| request.target.ends_with("/git-receive-pack")).count();
    assert_eq!((sent, ready.remote.head("main").as_str()), (2, ready.commit.as_str()));
}

#[test]
fn a_line_cut_while_sending_is_unknown() {
    let ready = ready();
    ready.server.fail(Stage::Push, Fault::CutBefore);
    assert!(matches!(ready.push().unwrap(), Push::Unknown(_)));
    ready.server.heal();
    ready.server.fail_once(Stage::Push, Fault::Status(502, "bad gateway\n".into()));
    assert!(matches!(ready.push().unwrap(), Push::Unknown(_)));
    assert_eq!(ready.remote.head("main"), ready.before.as_str());
}

#[test]
fn a_push_that_may_not_write_is_an_error_or_a_refusal() {
    let ready = ready();
    ready.server.fail(Stage::AskPush, Fault::Status(403, "read only\n".into()));
    assert!(matches!(ready.push(), Err(RemoteError::Forbidden { .. })));
    ready.server.heal();
    ready.server.fail(Stage::Push, Fault::Status(403, "read only\n".into()));
    assert!(matches!(ready.push().unwrap(), Push::Refused(_)));
    assert_eq!(ready.remote.head("main"), ready.before.as_str());
}

#[test]
fn a_side_ref_is_made_and_deleted_and_a_dry_run_changes_nothing() {
    let ready = ready();
    let Ready { remote, mirror, before, commit, .. } = &ready;
    let side = BranchName::parse("hedgerow-probe").unwrap();
    assert_eq!(mirror.may_push(commit, &main(), Some(before)).unwrap(), Push::Pushed);
    assert_eq!(remote.head("main"), before.as_str());
    assert_eq!(mirror.push(commit, &side, None).unwrap(), Push::Pushed);
    assert_eq!(remote.head("hedgerow-probe"), commit.as_str());
    assert_eq!(mirror.push(commit, &side, None).unwrap(), Push::Pushed, "the same again changes nothing");
    assert_eq!(mirror.delete(&side, before).unwrap(), Push::Moved, "not what stands there");
    assert_eq!(mirror.delete(&side, commit).unwrap(), Push::Pushed);
    assert_eq!(remote.git(["branch", "--list"]).trim_start_matches("* ").trim(), "main");
}

#[test]
fn a_first_commit_makes_the_branch_once() {
    let world = World::new();
    for remote in [Plain::bare(world.path("empty.git")), Plain::bare_sha256(world.path("sha256.git"))] {
        let mut mirror = world.mirror(&remote);
        mirror.fetch(&BranchChoice::RemoteHead).unwrap();
        let ours = mirror.write_commit(None, &changes([("f/raw/.gitkeep", write(""))]), &text("init"), None).unwrap();
        let other = mirror.write_commit(None, &changes([("g", write("g"))]), &text("other"), None).unwrap();
        assert_eq!(mirror.push(&ours, &main(), None).unwrap(), Push::Pushed);
        assert_eq!(mirror.push(&other, &main(), None).unwrap(), Push::Moved);
        assert_eq!(remote.paths("main"), ["f/raw/.gitkeep"]);
    }
}
