//! History beyond the head.

use hedgerow_git::limits::FIRST_DEPTH;
use hedgerow_git::{Ancestry, Credential, Depth, LogEnd, Mirror};
use hedgerow_testkit::Plain;

use crate::world::{World, id, named};

/// A first commit, more than a first fetch brings, four more, and on top a merge of one from the side.
/// Named are the first, the four and the merge.
fn history(world: &World) -> (Plain, Vec<String>) {
    let remote = world.remote();
    let mut ids = vec![remote.head("main")];
    for number in 0..FIRST_DEPTH {
        remote.commit("main", &[("older", number.to_string())]);
    }
    for number in 1..5 {
        ids.push(remote.commit("main", &[("number", number.to_string())]));
    }
    let merge = remote.git(["commit-tree", "-p", "main", "-p", &side(&remote, &ids[1]), "-m", "merge", "main^{tree}"]);
    remote.git(["update-ref", "refs/heads/main", &merge]);
    ids.push(merge);
    (remote, ids)
}

fn side(remote: &Plain, on: &str) -> String {
    remote.git(["branch", "side", on]);
    remote.commit("side", &[("side", "1")])
}

fn open(world: &World, remote: &Plain) -> Mirror {
    let mut mirror = world.mirror(remote);
    mirror.fetch(&named("main")).unwrap();
    mirror
}

#[test]
fn a_shallow_copy_says_that_it_could_not_tell() {
    let world = World::new();
    let (remote, ids) = history(&world);
    let mirror = open(&world, &remote);
    let (first, last) = (id(&ids[0]), id(ids.last().unwrap()));
    assert_eq!(mirror.depth().unwrap(), Depth::Shallow);
    assert!(!mirror.is_shallow_boundary(&last).unwrap());
    assert_eq!(mirror.ancestry(&last, &last), Ancestry::Yes);
    assert_eq!(mirror.ancestry(&first, &last), Ancestry::CouldNotTell);
    assert_eq!(mirror.ancestry(&last, &first), Ancestry::CouldNotTell, "it is not here");
    let log = mirror.log(&last, None).unwrap();
    assert_eq!(log.end, LogEnd::Shallow);
    assert!(log.commits.iter().any(|commit| mirror.is_shallow_boundary(&commit.id).unwrap()));
    mirror.deepen(2).unwrap();
    assert_eq!(mirror.ancestry(&id(&ids[3]), &last), Ancestry::Yes);
    assert_eq!(mirror.ancestry(&first, &last), Ancestry::CouldNotTell);
    mirror.unshallow().unwrap();
    assert_eq!(mirror.depth().unwrap(), Depth::Complete);
    assert_eq!(mirror.ancestry(&first, &last), Ancestry::Yes);
    assert_eq!(mirror.ancestry(&last, &first), Ancestry::No);
    mirror.unshallow().unwrap();
}

#[test]
fn all_of_the_history_comes_at_once_and_into_a_copy_that_has_a_part_of_it() {
    let world = World::new();
    let (remote, ids) = history(&world);
    let whole = |mirror: &mut hedgerow_git::Mirror| {
        let head = mirror.fetch_whole(&named("main")).unwrap().head.unwrap();
        assert_eq!(mirror.depth().unwrap(), Depth::Complete);
        assert_eq!(mirror.ancestry(&id(&ids[0]), &head), Ancestry::Yes);
    };
    let mut recent = open(&world, &remote);
    assert_eq!(recent.depth().unwrap(), Depth::Shallow);
    whole(&mut recent);
    recent.discard().unwrap();
    whole(&mut recent);
    whole(&mut recent);
}

#[test]
fn the_log_is_gits_log() {
    let world = World::new();
    let (remote, ids) = history(&world);
    let mirror = open(&world, &remote);
    mirror.unshallow().unwrap();
    let ours = |log: hedgerow_git::Log| log.commits.iter().map(|commit| commit.id.to_string()).collect::<Vec<_>>();
    let gits = |options: &[&str]| {
        let text = remote.git([&["rev-list"], options].concat());
        text.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let sorted = |mut ids: Vec<String>| {
        ids.sort();
        ids
    };
    let (second, last) = (id(&ids[1]), id(ids.last().unwrap()));
    assert_eq!(ours(mirror.first_parents(&last, None).unwrap()), gits(&["--first-parent", "main"]));
    assert_eq!(
        ours(mirror.first_parents(&last, Some(&second)).unwrap()),
        gits(&["--first-parent", &format!("{second}..main")])
    );
    assert_eq!(sorted(ours(mirror.log(&last, None).unwrap())), sorted(gits(&["main"])));
    assert_eq!(sorted(ours(mirror.log(&last, Some(&second)).unwrap())), sorted(gits(&[&format!("{second}..main")])));
}

#[test]
fn a_shallow_server_is_read_and_has_no_more() {
    let world = World::new();
    let (remote, ids) = history(&world);
    let shallow = world.path("shallow.git");
    let url = format!("file://{}", remote.dir().display());
    Plain::at(world.path("")).git(["clone", "--quiet", "--bare", "--depth=2", &url, shallow.to_str().unwrap()]);
    let mut mirror = world.open(shallow.to_str().unwrap(), Credential::Ambient);
    let last = mirror.fetch(&named("main")).unwrap().head.unwrap();
    assert_eq!(last.as_str(), ids.last().unwrap());
    mirror.unshallow().unwrap();
    assert_eq!(mirror.depth().unwrap(), Depth::Shallow);
    assert_eq!(mirror.ancestry(&id(&ids[4]), &last), Ancestry::Yes);
    assert_eq!(mirror.ancestry(&id(&ids[0]), &last), Ancestry::CouldNotTell);
}

#[test]
fn history_goes_on_from_a_later_fetch() {
    let world = World::new();
    let (remote, ids) = history(&world);
    let mut mirror = open(&world, &remote);
    let newer = remote.commit("main", &[("newer", "1")]);
    mirror.fetch(&named("main")).unwrap();
    assert_eq!(mirror.ancestry(&id(ids.last().unwrap()), &id(&newer)), Ancestry::Yes);
    assert_eq!(mirror.ancestry(&id(&ids[0]), &id(&newer)), Ancestry::CouldNotTell);
}
