//! Looking into the copy beside whoever holds it.

use hedgerow_core::path::TreePath;
use hedgerow_git::{Archive, FileLook, ListedKind, ObjectError};

use crate::world::{World, id, named};

#[test]
fn a_file_and_a_directory_are_read_while_another_holds_the_copy() {
    let world = World::new();
    let remote = world.remote();
    let head = id(&remote.head("main"));
    let mut mirror = world.mirror(&remote);
    assert!(Archive::open(&world.cache(), mirror.remote()).unwrap().is_none(), "nothing was fetched yet");
    mirror.fetch(&named("main")).unwrap();
    let archive = Archive::open(&world.cache(), mirror.remote()).unwrap().unwrap();
    let file = |path: &str| archive.file(&head, &TreePath::from(path)).unwrap();
    assert_eq!(file("f/raw/a.yaml"), FileLook::File { bytes: b"a: 1\n".to_vec() });
    assert_eq!(file("README.md"), FileLook::File { bytes: b"hello\n".to_vec() });
    assert_eq!(file("f/raw"), FileLook::NotAFile);
    assert_eq!(file("f/raw/b.yaml"), FileLook::Absent);
    assert_eq!(file("f/none/b.yaml"), FileLook::Absent);
    assert_eq!(file("README.md/x"), FileLook::Absent);
    let listed = archive.list(&head, None).unwrap().unwrap();
    let listed: Vec<_> = listed.iter().map(|entry| (entry.name.to_string(), entry.kind)).collect();
    assert_eq!(listed, [("README.md".to_owned(), ListedKind::File), ("f".to_owned(), ListedKind::Directory)]);
    assert_eq!(archive.list(&head, Some(&TreePath::from("f/none"))).unwrap(), None);
    assert_eq!(archive.commit(&head).unwrap().id, head);
}

#[test]
fn a_commit_that_is_not_in_the_copy_is_no_absence() {
    let world = World::new();
    let remote = world.remote();
    let mut mirror = world.mirror(&remote);
    mirror.fetch(&named("main")).unwrap();
    let archive = Archive::open(&world.cache(), mirror.remote()).unwrap().unwrap();
    let unknown = id(&"1".repeat(40));
    let answer = archive.file(&unknown, &TreePath::from("README.md"));
    assert!(matches!(answer, Err(ObjectError::Missing(_))), "{answer:?}");
}

#[test]
fn what_was_committed_after_it_was_opened_is_seen() {
    let world = World::new();
    let remote = world.remote();
    let mut mirror = world.mirror(&remote);
    mirror.fetch(&named("main")).unwrap();
    let archive = Archive::open(&world.cache(), mirror.remote()).unwrap().unwrap();
    remote.commit("main", &[("f/raw/new.yaml", "n: 1\n")]);
    mirror.fetch(&named("main")).unwrap();
    let look = archive.file(&id(&remote.head("main")), &TreePath::from("f/raw/new.yaml")).unwrap();
    assert_eq!(look, FileLook::File { bytes: b"n: 1\n".to_vec() });
}
