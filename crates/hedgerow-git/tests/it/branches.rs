//! Which branch, and what when there is none.

use hedgerow_git::{BranchChoice, Moved, RemoteError};
use hedgerow_testkit::Plain;

use crate::world::{World, id, main, named};

#[test]
fn the_remotes_head_decides_and_is_followed() {
    let world = World::new();
    let remote = world.remote();
    let mut mirror = world.mirror(&remote);
    let first = mirror.fetch(&BranchChoice::RemoteHead).unwrap();
    assert_eq!((first.branch, first.head, first.moved), (main(), Some(id(&remote.head("main"))), Moved::First));
    assert_eq!(mirror.fetch(&BranchChoice::RemoteHead).unwrap().moved, Moved::No);
    remote.commit("main", &[("more", "1")]);
    let moved = mirror.fetch(&BranchChoice::RemoteHead).unwrap();
    assert_eq!((moved.head, moved.moved), (Some(id(&remote.head("main"))), Moved::Yes));
    remote.commit("trunk", &[("else", "1")]);
    remote.git(["symbolic-ref", "HEAD", "refs/heads/trunk"]);
    let switched = mirror.fetch(&BranchChoice::RemoteHead).unwrap();
    assert_eq!((switched.branch.as_str(), switched.head), ("trunk", Some(id(&remote.head("trunk")))));
    remote.git(["branch", "-m", "trunk", "stem"]);
    assert_eq!(mirror.fetch(&BranchChoice::RemoteHead).unwrap().branch.as_str(), "stem");
}

#[test]
fn a_copy_serves_several_branches() {
    let world = World::new();
    let remote = world.remote();
    remote.git(["branch", "side", "main"]);
    let side = remote.commit("side", &[("side", "1")]);
    let mut mirror = world.mirror(&remote);
    mirror.fetch(&named("main")).unwrap();
    let fetched = mirror.fetch(&named("side")).unwrap();
    assert_eq!((fetched.head, fetched.moved), (Some(id(&side)), Moved::First));
    assert_eq!(mirror.fetch(&named("main")).unwrap().moved, Moved::No);
}

#[test]
fn a_missing_branch_names_those_that_are_there() {
    let world = World::new();
    let remote = world.remote();
    remote.git(["branch", "side", "main"]);
    let mut mirror = world.mirror(&remote);
    let expect = |error: RemoteError| match error {
        RemoteError::NoBranch { branch, available } => {
            let available: Vec<_> = available.iter().map(ToString::to_string).collect();
            assert_eq!((branch.as_str(), available), ("nope", vec!["main".to_owned(), "side".to_owned()]));
        }
        other => panic!("{other:?}"),
    };
    expect(mirror.fetch(&named("nope")).unwrap_err());
    mirror.fetch(&named("main")).unwrap();
    expect(mirror.fetch(&named("nope")).unwrap_err());
}

#[test]
fn an_empty_repository_is_no_error() {
    let world = World::new();
    let remote = Plain::bare(world.path("empty.git"));
    let mut mirror = world.mirror(&remote);
    for choice in [BranchChoice::RemoteHead, named("main"), BranchChoice::RemoteHead] {
        let fetched = mirror.fetch(&choice).unwrap();
        assert_eq!((fetched.branch, fetched.head, fetched.moved), (main(), None, Moved::EmptyRepository), "{choice:?}");
    }
    assert_eq!(mirror.look(&main()).unwrap().head, None);
    let born = remote.commit("main", &[("a", "1")]);
    assert_eq!(mirror.fetch(&named("main")).unwrap().head, Some(id(&born)));
}

#[test]
fn a_head_yet_to_be_born_beside_other_branches_is_told_apart() {
    let world = World::new();
    let remote = Plain::bare(world.path("unborn.git"));
    remote.commit("other", &[("a", "1")]);
    let fetched = world.mirror(&remote).fetch(&BranchChoice::RemoteHead).unwrap();
    assert_eq!((fetched.branch, fetched.head, fetched.moved), (main(), None, Moved::Unborn));
}

#[test]
fn a_detached_remote_head_is_no_branch() {
    let world = World::new();
    let remote = world.remote();
    let head = remote.head("main");
    let mut mirror = world.mirror(&remote);
    mirror.fetch(&BranchChoice::RemoteHead).unwrap();
    remote.commit("main", &[("more", "1")]);
    remote.git(["update-ref", "--no-deref", "HEAD", &head]);
    let detached = RemoteError::DetachedHead { commit: id(&head) };
    assert_eq!(mirror.fetch(&BranchChoice::RemoteHead).unwrap_err(), detached);
    drop(mirror);
    std::fs::remove_dir_all(world.cache()).unwrap();
    assert_eq!(world.mirror(&remote).fetch(&BranchChoice::RemoteHead).unwrap_err(), detached);
}

#[test]
fn a_rewritten_branch_is_taken_as_it_is() {
    let world = World::new();
    let remote = world.remote();
    let first = remote.head("main");
    remote.commit("main", &[("more", "1")]);
    let mut mirror = world.mirror(&remote);
    mirror.fetch(&named("main")).unwrap();
    remote.git(["update-ref", "refs/heads/main", &first]);
    assert_eq!(mirror.fetch(&named("main")).unwrap().head, Some(id(&first)));
}

#[test]
fn a_look_sees_head_and_default_branch_without_a_copy() {
    let world = World::new();
    let remote = world.remote();
    let look = world.mirror(&remote).look(&main()).unwrap();
    assert_eq!((look.head, look.default_branch), (Some(id(&remote.head("main"))), Some(main())));
}
