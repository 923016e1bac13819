//! A fabric's directory, as the core gets it.

use hedgerow_core::limits::MAX_FILE_BYTES;
use hedgerow_core::path::TreePath;
use hedgerow_core::tree::{Content, Mode};
use hedgerow_git::TreeLook;
use hedgerow_testkit::Plain;

use crate::world::{World, dir, id, named, snapshot};

/// Commits a tree of `mode path content` lines that no ordinary tool would make.
fn odd_commit(remote: &Plain, entries: &[(&str, &str, &[u8])]) -> String {
    let mut stream = b"commit refs/heads/main\ncommitter S <s@e> now\ndata 0\n".to_vec();
    for (mode, path, bytes) in entries {
        if *mode == "160000" {
            stream.extend(format!("M 160000 {} {path}\n", "1".repeat(40)).as_bytes());
            continue;
        }
        stream.extend(format!("M {mode} inline {path}\ndata {}\n", bytes.len()).as_bytes());
        stream.extend(*bytes);
        stream.push(b'\n');
    }
    remote.git_bytes(["fast-import", "--quiet", "--date-format=now"], &stream);
    remote.head("main")
}

fn look(entries: &[(&str, &str, &[u8])]) -> TreeLook {
    let world = World::new();
    let remote = Plain::bare(world.path("remote.git"));
    let head = odd_commit(&remote, entries);
    let mut mirror = world.mirror(&remote);
    mirror.fetch(&named("main")).unwrap();
    mirror.fabric_tree(&id(&head), &dir()).unwrap()
}

#[test]
fn every_entry_is_listed_and_only_what_matters_is_read() {
    let big = vec![b'#'; usize::try_from(MAX_FILE_BYTES).unwrap() + 1];
    let tree = snapshot(look(&[
        ("100644", "f/raw/a.yaml", b"a: 1\n"),
        ("100755", "f/raw/deep/er/B.YML", b"b: 1\n"),
        ("120000", "f/raw/link.yaml", b"/etc/passwd"),
        ("160000", "f/raw/module.yaml", b""),
        ("100644", "f/raw/big.yaml", &big),
        ("100644", "f/raw/photo.jpg", b"jpg"),
        ("100644", "f/stray.yaml", b"s: 1\n"),
        ("100644", "f/unmanaged/any.txt", b"text"),
        ("100644", "f/.hedgerow/policy.toml", b"replace = \"take\"\n"),
        ("100644", "f/docs/readme.md", b"md"),
        ("100644", "elsewhere/raw/z.yaml", b"z: 1\n"),
    ]))
    .tree;
    let entry = |path: &str| tree.get(&TreePath::from(path)).unwrap_or_else(|| panic!("{path}")).clone();
    assert_eq!(tree.entries.len(), 10);
    for (path, mode, bytes) in [
        ("f/raw/a.yaml", Mode::File, &b"a: 1\n"[..]),
        ("f/raw/deep/er/B.YML", Mode::Executable, b"b: 1\n"),
        ("f/raw/link.yaml", Mode::Symlink, b"/etc/passwd"),
        ("f/stray.yaml", Mode::File, b"s: 1\n"),
        ("f/unmanaged/any.txt", Mode::File, b"text"),
        ("f/.hedgerow/policy.toml", Mode::File, b"replace = \"take\"\n"),
    ] {
        assert_eq!((entry(path).mode, entry(path).bytes()), (mode, Some(bytes)), "{path}");
    }
    for path in ["f/raw/module.yaml", "f/raw/photo.jpg", "f/docs/readme.md"] {
        assert_eq!(entry(path).content, Content::Unread, "{path}");
    }
    assert_eq!(entry("f/raw/module.yaml").id, "1".repeat(40));
    let sha256 = hedgerow_core::digest::sha256(&big);
    assert_eq!(entry("f/raw/big.yaml").content, Content::TooLarge { size: big.len() as u64, sha256 });
}

#[test]
fn absent_and_not_a_tree_are_different_answers() {
    assert!(matches!(look(&[("100644", "g/a", b"")]), TreeLook::Absent));
    for (entries, wrong) in [
        (vec![("100644", "f", &b""[..])], "f"),
        (vec![("120000", "f", &b"g"[..]), ("100644", "g/raw/a.yaml", b"")], "f"),
        (vec![("120000", "f/raw", &b"/etc"[..])], "f/raw"),
        (vec![("100644", "f/raw/a.yaml", &b""[..]), ("100644", "f/managed", b"")], "f/managed"),
        (vec![("160000", "f/managed", &b""[..])], "f/managed"),
    ] {
        match look(&entries) {
            TreeLook::NotATree { path } => assert_eq!(path, TreePath::from(wrong)),
            other => panic!("{wrong}: {other:?}"),
        }
    }
}

#[test]
fn the_trees_ids_are_gits() {
    let world = World::new();
    let remote = world.remote();
    let head = remote.head("main");
    let mut mirror = world.mirror(&remote);
    mirror.fetch(&named("main")).unwrap();
    let snapshot = snapshot(mirror.fabric_tree(&id(&head), &dir()).unwrap());
    assert_eq!(snapshot.commit_tree.as_str(), remote.git(["rev-parse", "main^{tree}"]));
    assert_eq!(snapshot.dir_tree.as_str(), remote.git(["rev-parse", "main:f"]));
    for line in remote.ls_tree("main:f") {
        let (what, path) = line.split_once('\t').unwrap();
        assert_eq!(snapshot.tree.get(&dir().path().join(path)).unwrap().id, what.rsplit(' ').next().unwrap());
    }
}

#[test]
fn a_commit_is_read_as_it_was_written() {
    let world = World::new();
    let remote = world.remote();
    let head = remote.head("main");
    let mut mirror = world.mirror(&remote);
    mirror.fetch(&named("main")).unwrap();
    let commit = mirror.commit(&id(&head)).unwrap();
    assert_eq!(commit.tree.as_str(), remote.git(["rev-parse", "main^{tree}"]));
    assert_eq!((commit.message.as_str(), commit.parents.len()), ("a day", 0));
    assert_eq!(
        (commit.author.person.name.as_str(), commit.committer.person.email.as_str()),
        ("Somebody", "somebody@example.com")
    );
    assert_eq!(commit.committer.time.seconds.to_string(), remote.git(["show", "-s", "--format=%ct", "main"]));
    assert!(mirror.commit(&id(&"f".repeat(40))).is_err());
    assert!(mirror.commit(&id(&"f".repeat(64))).is_err());
}

#[test]
fn directories_with_an_inbox_are_found() {
    let world = World::new();
    let remote = Plain::bare(world.path("remote.git"));
    let files = ["a/raw/x", "b/c/raw/x", "b/c/raw/raw/x", "b/c/d/raw/x", "raw/x", "e/raw", "f/Raw/x"];
    let head = remote.commit("main", &files.map(|path| (path, "1")));
    let mut mirror = world.mirror(&remote);
    mirror.fetch(&named("main")).unwrap();
    let found: Vec<_> = mirror.dirs_with_raw(&id(&head)).unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(found, ["a", "b/c"], "not the root, not inside another fabric");
}

#[test]
fn paths_that_differ_are_named() {
    let world = World::new();
    let remote = world.remote();
    let old = remote.head("main");
    let new = remote.commit("main", &[("f/raw/new.yaml", "1"), ("README.md", "2"), ("g/h/i", "1")]);
    let mut mirror = world.mirror(&remote);
    mirror.fetch(&named("main")).unwrap();
    mirror.unshallow().unwrap();
    let changes = |a: Option<&str>, b: &str| -> Vec<String> {
        mirror.changes(a.map(id).as_ref(), &id(b)).unwrap().iter().map(ToString::to_string).collect()
    };
    assert_eq!(changes(Some(&old), &new), ["README.md", "f/raw/new.yaml", "g/h/i"]);
    assert_eq!(changes(Some(&new), &old), ["README.md", "f/raw/new.yaml", "g/h/i"]);
    assert_eq!(changes(Some(&new), &new), Vec::<String>::new());
    assert_eq!(changes(None, &old), remote.paths(&old));
}

/// Commits on `main`, each of which changes three files of a directory of 200; the ids, oldest first.
fn versions(remote: &Plain, count: usize) -> Vec<String> {
    let mut stream = Vec::new();
    for version in 0..count {
        stream.extend(b"commit refs/heads/main\ncommitter S <s@e> now\ndata 0\n");
        let files: Vec<usize> =
            if version == 0 { (0..200).collect() } else { (0..3).map(|n| version * 7 + n * 31).collect() };
        for file in files {
            let text = format!("{version}\n");
            let line = format!("M 100644 inline f/managed/things/{}.yaml\ndata {}\n{text}", file % 200, text.len());
            stream.extend(line.into_bytes());
        }
    }
    remote.git_bytes(["fast-import", "--quiet", "--date-format=now"], &stream);
    remote.git(["rev-list", "--reverse", "main"]).lines().map(ToOwned::to_owned).collect()
}

#[test]
fn versions_differ_as_git_says_whichever_way_the_chains_of_deltas_run() {
    for repacked in [false, true] {
        let world = World::new();
        let remote = Plain::bare(world.path("remote.git"));
        let commits = versions(&remote, 120);
        if repacked {
            remote.git(["repack", "-a", "-d", "-F", "-q"]);
        }
        let objects = remote.git(["cat-file", "--batch-all-objects", "--batch-check=%(objecttype) %(deltabase)"]);
        let deltas = objects.lines().filter(|line| line.starts_with("tree ") && !line.contains(&"0".repeat(40)));
        assert!(deltas.count() > 60, "{objects}");
        let mut mirror = world.mirror(&remote);
        mirror.fetch_whole(&named("main")).unwrap();
        for pair in commits.windows(2).rev() {
            let differ = mirror.changes(Some(&id(&pair[0])), &id(&pair[1])).unwrap();
            let said = remote.git(["diff-tree", "-r", "--name-only", &pair[0], &pair[1]]);
            assert_eq!(differ.iter().map(ToString::to_string).collect::<Vec<_>>(), said.lines().collect::<Vec<_>>());
        }
    }
}
