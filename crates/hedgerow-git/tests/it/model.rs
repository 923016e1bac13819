//! Any changes to any tree: what we write is what plain git makes of the same files.

use std::collections::{BTreeMap, BTreeSet};

use hedgerow_core::path::TreePath;
use hedgerow_core::plan::Change;
use hedgerow_git::{ObjectError, RemoteUrl};
use hedgerow_testkit::Plain;
use proptest::prelude::*;

use crate::world::{World, named, text};

/// Files by path.
type Files = BTreeMap<String, String>;

/// Few names, which sort differently as files and as directories, so that they meet.
fn path() -> impl Strategy<Value = String> {
    let name = prop::sample::select(vec!["a", "a.b", "a-b", "a0", "b"]);
    prop::collection::vec(name, 1..4).prop_map(|names| names.join("/"))
}

/// Files of which none is another's directory.
fn files() -> impl Strategy<Value = Files> {
    prop::collection::btree_map(path(), "[xyz]", 1..12).prop_map(|files| {
        let paths: BTreeSet<_> = files.keys().cloned().collect();
        files.into_iter().filter(|(path, _)| !paths.iter().any(|other| is_below(other, path))).collect()
    })
}

/// New contents, moves and removals.
fn changes() -> impl Strategy<Value = BTreeMap<String, Option<String>>> {
    prop::collection::btree_map(path(), prop::option::of("[xyzuvw]"), 1..12)
}

fn is_below(path: &str, directory: &str) -> bool {
    path.strip_prefix(directory).is_some_and(|rest| rest.starts_with('/'))
}

/// The files after the changes; `None` when one would be another's directory.
fn applied(files: &Files, changes: &BTreeMap<String, Option<String>>) -> Option<Files> {
    let mut after = files.clone();
    for (path, text) in changes {
        match text {
            Some(text) => drop(after.insert(path.clone(), text.clone())),
            None => drop(after.remove(path)),
        }
    }
    let clash = after.keys().any(|path| after.keys().any(|other| is_below(other, path)));
    (!clash).then_some(after)
}

fn change(files: &Files, text: Option<&String>) -> Change {
    let Some(text) = text else { return Change::Remove };
    match files.iter().find(|(_, known)| *known == text) {
        Some((from, _)) => Change::Move { from: TreePath::from(from.as_str()) },
        None => Change::Write(text.as_bytes().into()),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_tree_of_ours_is_gits(before in files(), wanted in changes()) {
        let world = World::new();
        let remote = Plain::bare(world.path("remote.git"));
        remote.commit("main", &before.iter().collect::<Vec<_>>());
        let mut mirror = world.mirror(&remote);
        let head = mirror.fetch(&named("main")).unwrap().head.unwrap();
        let changes = wanted.iter().map(|(path, text)| (TreePath::from(path.as_str()), change(&before, text.as_ref()))).collect();
        let written = mirror.write_commit(Some(&head), &changes, &text("any"), None);
        match (applied(&before, &wanted), written) {
            (None, Err(ObjectError::InTheWay(_))) => {}
            (Some(after), Err(ObjectError::NothingToCommit)) => prop_assert_eq!(after, before),
            (Some(after), Ok(commit)) if after.is_empty() => {
                let tree = mirror.commit(&commit).unwrap().tree;
                prop_assert_eq!(tree.as_str(), remote.git(["hash-object", "-t", "tree", "/dev/null"]));
            }
            (Some(after), Ok(commit)) => {
                remote.commit("expected", &after.iter().collect::<Vec<_>>());
                let tree = mirror.commit(&commit).unwrap().tree;
                prop_assert_eq!(tree.as_str(), remote.git(["rev-parse", "expected^{tree}"]));
            }
            (after, written) => prop_assert!(false, "{:?}: {:?}", after, written),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_url_becomes_an_option_or_shows_its_user(text in "(https?://|ssh://|git@|ext::|-|--)?[a-z@:/.\\[\\]~=-]{0,24}") {
        if let Ok(url) = RemoteUrl::parse(&text) {
            let shown = url.to_string();
            let start = shown.split('/').next().unwrap_or_default();
            prop_assert!(!shown.starts_with('-'), "{}", shown);
            prop_assert!(start.starts_with('[') || !start.contains("::"), "a remote helper: {}", shown);
            if let Some(user) = url.user() {
                let place = shown.split_once("://").map_or(shown.as_str(), |(_, rest)| rest);
                prop_assert!(!place.starts_with(&format!("{user}@")), "{}", shown);
            }
            prop_assert!(!url.host().is_some_and(|host| host.starts_with('-')));
        }
    }
}
