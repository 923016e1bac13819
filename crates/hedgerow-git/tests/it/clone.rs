//! The clone that somebody works in.

use hedgerow_core::path::TreePath;
use hedgerow_git::{Clone, RemoteUrl, TreeLook};
use hedgerow_testkit::Plain;

use crate::world::{World, dir, main, snapshot};

fn cloned(world: &World) -> (Plain, Plain) {
    let remote = world.remote();
    let clone = remote.clone_to(world.path("clone"));
    (remote, clone)
}

fn file(clone: &Plain, path: &str, text: &str) {
    let path = clone.dir().join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

#[test]
fn a_clone_says_what_one_means() {
    let world = World::new();
    let (remote, clone) = cloned(&world);
    let found = Clone::discover(&world.git, &clone.dir().join("f/raw")).unwrap().unwrap();
    assert_eq!(found.root.canonicalize().unwrap(), clone.dir().canonicalize().unwrap());
    assert_eq!((found.prefix.to_string().as_str(), found.branch.clone()), ("f/raw", Some(main())));
    let upstream = found.upstream.unwrap();
    assert_eq!(
        (upstream.remote.as_str(), upstream.url.as_str(), upstream.branch),
        ("origin", remote.dir().to_str().unwrap(), main())
    );
    assert_eq!(Clone::discover(&world.git, &world.path("")).unwrap(), None);
    clone.git(["checkout", "--quiet", "--detach"]);
    assert_eq!(Clone::discover(&world.git, clone.dir()).unwrap().unwrap().branch, None);
}

#[test]
fn the_users_own_short_urls_are_spelled_out() {
    let world = World::new();
    let (_, clone) = cloned(&world);
    clone.git(["config", "url.https://example.com/.insteadOf", "ex:"]);
    clone.git(["remote", "set-url", "origin", "ex:a/b"]);
    let found = Clone::discover(&world.git, clone.dir()).unwrap().unwrap();
    assert_eq!(found.upstream.unwrap().url, "https://example.com/a/b");
}

#[test]
fn what_is_not_sent_is_named() {
    let world = World::new();
    let (_, clone) = cloned(&world);
    let found = Clone::discover(&world.git, clone.dir()).unwrap().unwrap();
    let unsent = || {
        let unsent = found.unsent(&world.git, &dir()).unwrap();
        let names = |paths: Vec<TreePath>| paths.iter().map(ToString::to_string).collect::<Vec<_>>();
        (names(unsent.uncommitted), names(unsent.unpushed))
    };
    assert_eq!(unsent(), (vec![], vec![]));
    file(&clone, "f/raw/committed.yaml", "c: 1\n");
    clone.git(["add", "--all"]);
    clone.git(["commit", "--quiet", "-m", "c"]);
    file(&clone, "f/raw/deep/new file.yaml", "n: 1\n");
    file(&clone, "f/raw/a.yaml", "a: 2\n");
    file(&clone, "f/raw/note.txt", "no yaml");
    file(&clone, "elsewhere.yaml", "e: 1\n");
    let expected = vec!["f/raw/a.yaml".to_owned(), "f/raw/deep/new file.yaml".to_owned()];
    assert_eq!(unsent(), (expected, vec!["f/raw/committed.yaml".to_owned()]));
}

#[test]
fn the_work_tree_is_read_as_git_would_commit_it() {
    let world = World::new();
    let (_, clone) = cloned(&world);
    file(&clone, ".gitignore", "*.bak.yaml\n");
    file(&clone, ".gitattributes", "*.yaml text eol=lf\n");
    file(&clone, "f/raw/new.yaml", "n: 1\r\n");
    file(&clone, "f/raw/old.bak.yaml", "b: 1\n");
    std::fs::remove_file(clone.dir().join("f/managed/vpcs/x.yaml")).unwrap();
    std::os::unix::fs::symlink("/etc/passwd", clone.dir().join("f/raw/link.yaml")).unwrap();
    let before = (clone.git(["status", "--porcelain"]), clone.git(["count-objects", "-v"]));
    let found = Clone::discover(&world.git, clone.dir()).unwrap().unwrap();
    let tree = snapshot(found.worktree_tree(&world.git, &dir()).unwrap()).tree;
    let entries: Vec<_> =
        tree.entries.iter().map(|(path, entry)| (path.to_string(), entry.bytes().unwrap().to_vec())).collect();
    assert_eq!(
        entries,
        [
            ("f/raw/a.yaml".to_owned(), b"a: 1\n".to_vec()),
            ("f/raw/link.yaml".to_owned(), b"/etc/passwd".to_vec()),
            ("f/raw/new.yaml".to_owned(), b"n: 1\n".to_vec()),
        ]
    );
    let after = (clone.git(["status", "--porcelain"]), clone.git(["count-objects", "-v"]));
    assert_eq!(before, after, "the clone is as it was");
    let nowhere = hedgerow_core::path::FabricDir::parse("nowhere").unwrap();
    assert!(matches!(found.worktree_tree(&world.git, &nowhere).unwrap(), TreeLook::Absent));
}

#[test]
fn a_checked_out_remote_is_seen() {
    let world = World::new();
    let (remote, clone) = cloned(&world);
    let ask = |plain: &Plain, branch: &str| {
        let url = RemoteUrl::parse(plain.dir().to_str().unwrap()).unwrap();
        world.git.checked_out_work_tree(&url, &hedgerow_git::BranchName::parse(branch).unwrap()).unwrap()
    };
    assert_eq!(ask(&remote, "main"), None, "bare");
    assert_eq!(ask(&clone, "other"), None, "not checked out");
    let found = ask(&clone, "main").unwrap();
    assert_eq!(found.root.canonicalize().unwrap(), clone.dir().canonicalize().unwrap());
    clone.git(["config", "receive.denyCurrentBranch", "updateInstead"]);
    assert_eq!(ask(&clone, "main"), None, "its owner wants it");
    let https = RemoteUrl::parse("https://host/a").unwrap();
    assert_eq!(world.git.checked_out_work_tree(&https, &main()).unwrap(), None);
}
