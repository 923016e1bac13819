//! What a new commit is.

use hedgerow_core::path::TreePath;
use hedgerow_core::plan::Change;
use hedgerow_git::{CommitId, Mirror, ObjectError, Push, Signer};
use hedgerow_testkit::Plain;

use crate::world::{World, changes, id, main, named, text, write};

fn ready(world: &World, remote: &Plain) -> (Mirror, CommitId) {
    let mut mirror = world.mirror(remote);
    let head = mirror.fetch(&named("main")).unwrap().head.unwrap();
    (mirror, head)
}

#[test]
fn only_what_was_asked_for_changes() {
    let world = World::new();
    let remote = world.remote();
    let (mirror, head) = ready(&world, &remote);
    let changes = changes([
        ("f/managed/vpcs/a.yaml", Change::Move { from: TreePath::from("f/raw/a.yaml") }),
        ("f/raw/a.yaml", Change::Remove),
        ("f/raw/.gitkeep", write("")),
        ("f/managed/vpcs/x.yaml", write("x: 2\n")),
        ("deep/er/new", write("n")),
    ]);
    let commit = mirror.write_commit(Some(&head), &changes, &text("subject\n\nbody\n\nKey: value"), None).unwrap();
    assert_eq!(mirror.push(&commit, &main(), Some(&head)).unwrap(), Push::Pushed);
    assert_eq!(
        remote.git(["diff", "--name-status", "-M100%", head.as_str(), "main"]),
        "A\tdeep/er/new\nR100\tf/raw/a.yaml\tf/managed/vpcs/a.yaml\nM\tf/managed/vpcs/x.yaml\nA\tf/raw/.gitkeep"
    );
    assert_eq!(remote.cat("main", "f/managed/vpcs/x.yaml"), b"x: 2\n");
    assert!(remote.ls_tree("main").iter().all(|line| line.starts_with("100644 ")));
    assert_eq!(
        remote.git(["show", "-s", "--format=%an <%ae> %at|%cn <%ce> %ct|%(trailers:key=Key)", "main"]).trim(),
        "Hedgerow <hedgerow@hedgerow.invalid> 1700000000|Hedgerow <hedgerow@hedgerow.invalid> 1700000000|Key: value"
    );
    remote.git(["fsck", "--strict", "--no-dangling"]);
}

#[test]
fn a_directory_that_becomes_empty_is_gone() {
    let world = World::new();
    let remote = world.remote();
    let (mirror, head) = ready(&world, &remote);
    let changes = changes([("f/raw/a.yaml", Change::Remove), ("f/managed/vpcs/x.yaml", Change::Remove)]);
    let commit = mirror.write_commit(Some(&head), &changes, &text("x"), None).unwrap();
    mirror.push(&commit, &main(), Some(&head)).unwrap();
    assert_eq!(remote.git(["ls-tree", "-r", "-t", "--name-only", "main"]), "README.md");
}

#[test]
fn nothing_to_commit_is_told() {
    let world = World::new();
    let remote = world.remote();
    let (mirror, head) = ready(&world, &remote);
    for changes in
        [changes([]), changes([("f/raw/a.yaml", write("a: 1\n"))]), changes([("nothing/here", Change::Remove)])]
    {
        let told = mirror.write_commit(Some(&head), &changes, &text("x"), None);
        assert!(matches!(told, Err(ObjectError::NothingToCommit)), "{told:?}");
    }
}

#[test]
fn what_is_in_the_way_or_not_there_is_told() {
    let world = World::new();
    let remote = world.remote();
    let (mirror, head) = ready(&world, &remote);
    let told = |changes| mirror.write_commit(Some(&head), &changes, &text("x"), None).unwrap_err();
    for path in ["README.md/a", "f/raw/a.yaml/b", "f/raw"] {
        assert!(matches!(told(changes([(path, write(""))])), ObjectError::InTheWay(_)), "{path}");
    }
    for path in ["../x", "f/../x", "f//x", "/x", "f/.git/config", "f/.GIT/x", "f/git~1/x", "", "f/"] {
        assert!(matches!(told(changes([(path, write(""))])), ObjectError::BadPath(_)), "{path}");
    }
    let from = TreePath::from("f/raw/none.yaml");
    assert!(matches!(told(changes([("f/y", Change::Move { from })])), ObjectError::NothingAt(_)));
}

/// Names around `/` in the order of bytes, where git's order of a tree and ours of paths part.
#[test]
fn trees_are_in_gits_order() {
    let world = World::new();
    let remote = Plain::bare(world.path("remote.git"));
    remote.commit("main", &["a.b", "a/b", "a0", "d/x", "d.x", "e/one"].map(|path| (path, "1")));
    let (mirror, head) = ready(&world, &remote);
    let changes = changes([
        ("a-b", write("2")),
        ("a.b", Change::Remove),
        ("a/c/d", write("2")),
        ("a/c.d", write("2")),
        ("a/c0", write("2")),
        ("d", Change::Remove),
        ("d/x", Change::Remove),
        ("d/y", write("2")),
        ("e/one", Change::Remove),
        ("none/at/all", Change::Remove),
        ("d.x/none", Change::Remove),
    ]);
    let commit = mirror.write_commit(Some(&head), &changes, &text("x"), None).unwrap();
    assert_eq!(mirror.push(&commit, &main(), Some(&head)).unwrap(), Push::Pushed);
    assert_eq!(remote.paths("main"), ["a-b", "a/b", "a/c.d", "a/c/d", "a/c0", "a0", "d.x", "d/y"]);
    remote.git(["fsck", "--strict", "--no-dangling"]);
}

#[test]
fn everything_new_is_one_pack() {
    let world = World::new();
    let remote = world.remote();
    let (mirror, head) = ready(&world, &remote);
    mirror.write_commit(Some(&head), &changes([("f/p", write("p")), ("f/q", write("q"))]), &text("x"), None).unwrap();
    let place = std::fs::read_dir(world.cache()).unwrap().next().unwrap().unwrap().path();
    let copy = Plain::at(place.join("repository.git"));
    let counted = copy.git(["count-objects", "-v"]);
    assert!(counted.starts_with("count: 0\n") && counted.contains("\npacks: 2\n"), "{counted}");
    for index in std::fs::read_dir(copy.dir().join("objects/pack")).unwrap().flatten() {
        if index.path().extension().is_some_and(|end| end == "idx") {
            copy.git([std::ffi::OsStr::new("verify-pack"), index.path().as_os_str()]);
        }
    }
}

#[test]
fn git_verifies_the_signature() {
    let world = World::new();
    let repositories = [world.remote(), Plain::bare_sha256(world.path("sha256.git"))];
    repositories[1].commit("main", &[("a", "1")]);
    for (number, remote) in repositories.iter().enumerate() {
        let key = world.path(&format!("key{number}"));
        let made =
            std::process::Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(&key).status();
        assert!(made.unwrap().success());
        let signer = Signer::from_file(&key).unwrap();
        let (mirror, head) = ready(&world, remote);
        let signed =
            mirror.write_commit(Some(&head), &changes([("s", write("s"))]), &text("signed"), Some(&signer)).unwrap();
        mirror.push(&signed, &main(), Some(&head)).unwrap();
        let public = std::fs::read_to_string(key.with_extension("pub")).unwrap();
        let allowed = world.path("allowed");
        std::fs::write(&allowed, format!("hedgerow@hedgerow.invalid namespaces=\"git\" {public}")).unwrap();
        let config = format!("gpg.ssh.allowedSignersFile={}", allowed.display());
        assert!(remote.succeeds(["-c", &config, "verify-commit", signed.as_str()]));
        assert!(!remote.succeeds(["-c", &config, "verify-commit", head.as_str()]));
        assert_eq!(mirror.commit(&signed).unwrap().message, "signed\n");
    }
}

#[test]
fn a_key_with_a_passphrase_is_refused() {
    let world = World::new();
    let key = world.path("key");
    let made =
        std::process::Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "secret", "-f"]).arg(&key).status();
    assert!(made.unwrap().success());
    assert!(matches!(Signer::from_file(&key), Err(hedgerow_git::SignerError::Encrypted(_))));
}

#[test]
fn commits_are_chained_and_pushed_at_once() {
    let world = World::new();
    let remote = world.remote();
    let (mirror, head) = ready(&world, &remote);
    let one = mirror.write_commit(Some(&head), &changes([("f/1", write("1"))]), &text("1"), None).unwrap();
    let two = mirror.write_commit(Some(&one), &changes([("g/2", write("2"))]), &text("2"), None).unwrap();
    assert_eq!(mirror.push(&two, &main(), Some(&head)).unwrap(), Push::Pushed);
    assert_eq!(remote.git(["log", "--format=%s", &format!("{head}..main")]), "2\n1");
    assert_eq!(id(&remote.git(["rev-parse", "main~2"])), head);
}
