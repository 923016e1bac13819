//! What must hold between two commits, said with plain git and bytes, sharing nothing with the product.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::fabric::Fabric;
use super::git::Tree;

/// Fails the test unless `after` is one commit on top of `before`, made by the run that `report` (JSON of `sync`) tells of,
/// and nothing was lost, invented, or touched elsewhere.
#[track_caller]
pub(crate) fn one_honest_commit(fabric: &Fabric, report: &Value, before: &str, after: &str) {
    assert_eq!(fabric.remote.rev(&format!("{after}^")), before, "one commit on top");
    assert_eq!(report["commit"], after, "the report names the commit");
    let (old, new) = (fabric.remote.tree(before), fabric.remote.tree(after));
    nothing_outside_differs(&old, &new, &fabric.dir);
    only_the_ledger_differs(fabric, report, &old, &new);
    pieces_join(fabric, report, before, after);
}

/// Every path outside the fabric's directory is identical.
#[track_caller]
pub(crate) fn nothing_outside_differs(old: &Tree, new: &Tree, dir: &str) {
    let inside = format!("{dir}/");
    let outside = |tree: &Tree| {
        tree.iter()
            .filter(|(path, _)| !path.starts_with(&inside))
            .map(|(p, e)| (p.clone(), e.clone()))
            .collect::<Tree>()
    };
    assert_eq!(outside(old), outside(new), "something outside {dir} changed");
}

/// The paths that differ between two trees.
pub(crate) fn differing(old: &Tree, new: &Tree) -> BTreeSet<String> {
    old.keys().chain(new.keys()).filter(|path| old.get(*path) != new.get(*path)).cloned().collect()
}

/// The paths that are only in `new`.
pub(crate) fn added(old: &Tree, new: &Tree) -> Vec<String> {
    new.keys().filter(|path| !old.contains_key(*path)).cloned().collect()
}

/// The paths that are only in `old`.
pub(crate) fn removed(old: &Tree, new: &Tree) -> Vec<String> {
    added(new, old)
}

#[track_caller]
fn only_the_ledger_differs(fabric: &Fabric, report: &Value, old: &Tree, new: &Tree) {
    let mut named = BTreeSet::from([fabric.path("raw/.gitkeep")]);
    for entry in entries(report) {
        named.insert(entry["from"]["file"].as_str().unwrap().to_owned());
        let to = entry["to"].as_str().unwrap();
        named.extend([to.to_owned(), format!("{to}.findings.txt")]);
    }
    let unnamed: Vec<_> = differing(old, new).into_iter().filter(|path| !named.contains(path)).collect();
    assert!(unnamed.is_empty(), "the ledger does not name {unnamed:?}");
}

/// For every inbox file all of whose documents were created or replaced: the managed files in order are its bytes,
/// but for bare separators; with one document, its bytes.
#[track_caller]
fn pieces_join(fabric: &Fabric, report: &Value, before: &str, after: &str) {
    let mut files: BTreeMap<&str, BTreeMap<u64, &str>> = BTreeMap::new();
    let mut skip = BTreeSet::new();
    for entry in entries(report) {
        let file = entry["from"]["file"].as_str().unwrap();
        match (entry["outcome"].as_str().unwrap(), entry["from"]["index"].as_u64()) {
            ("created" | "replaced", Some(index)) => {
                files.entry(file).or_default().insert(index, entry["to"].as_str().unwrap());
            }
            _ => {
                skip.insert(file);
            }
        }
    }
    for (file, places) in files.into_iter().filter(|(file, _)| !skip.contains(file)) {
        let was = fabric.remote.show(before, file);
        let now: Vec<u8> = places.values().flat_map(|to| fabric.remote.show(after, to)).collect();
        assert!(now == was || now == without_separators(&was), "the pieces of {file} are not its lines");
    }
}

/// The bytes without bare separators, as `docs/reference/format.md` defines them.
pub(crate) fn without_separators(bytes: &[u8]) -> Vec<u8> {
    let bare = |line: &&[u8]| line.strip_prefix(b"---").is_some_and(|rest| rest.iter().all(|b| b" \t\r\n".contains(b)));
    bytes.split_inclusive(|b| *b == b'\n').filter(|line| !bare(line)).flatten().copied().collect()
}

/// The ledger's entries in a report.
#[track_caller]
pub(crate) fn entries(report: &Value) -> &Vec<Value> {
    report["ledger"]["entries"].as_array().unwrap_or_else(|| panic!("no ledger in {report:#}"))
}

/// The entries whose `from` is `file`.
pub(crate) fn entries_of<'a>(report: &'a Value, file: &str) -> Vec<&'a Value> {
    entries(report).iter().filter(|entry| entry["from"]["file"] == file).collect()
}

/// Fails the test unless the counts are these, all others zero.
#[track_caller]
pub(crate) fn counts(report: &Value, expected: &[(&str, u64)]) {
    let expected: BTreeMap<_, _> = expected.iter().copied().collect();
    for outcome in ["created", "replaced", "unchanged", "duplicate", "foreign", "held"] {
        let count = expected.get(outcome).copied().unwrap_or(0);
        assert_eq!(report["counts"][outcome], count, "{outcome} in {:#}", report["counts"]);
    }
}

/// Fails the test unless there is a finding about `file` (a path from the repository's root), and returns all of them.
#[track_caller]
pub(crate) fn findings_about<'a>(report: &'a Value, file: &str) -> Vec<&'a Value> {
    let all = report["findings"].as_array().unwrap_or_else(|| panic!("no findings in {report:#}"));
    let about: Vec<_> = all.iter().filter(|finding| finding["file"] == file).collect();
    assert!(!about.is_empty(), "nothing is said about {file}: {all:#?}");
    about
}
