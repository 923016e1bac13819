//! Verification, with a pass on garbage as the fault: what passes is held against plain counting of texts, which knows nothing of
//! ledgers.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use hedgerow_core::digest::sha256;
use hedgerow_core::ledger::{self, Counts, Ledger, Operation, Trailers};
use hedgerow_core::lines;
use hedgerow_core::path::{FabricDir, TreePath};
use hedgerow_core::plan;
use hedgerow_core::tree::{Content, Entry, FabricTree, Mode};

use super::whole;

/// Bytes that no text holds: each ends a file and says where the next one is, before or after the commit.
const NEXT: [(u8, &str, bool); 6] = [
    (0xff, "raw", false),
    (0xfe, "managed", false),
    (0xfd, "unmanaged", false),
    (0xfc, "raw", true),
    (0xfb, "managed", true),
    (0xfa, "unmanaged", true),
];

/// Two trees of any files pass only when no text is lost and none is made up; and of an honest commit, no other tree passes.
pub(crate) fn verifier(bytes: &[u8]) {
    let [before, after] = trees(bytes);
    if let Ok(ledger) = ledger::balance(&before, &after, &Operation::Sync, false, None) {
        conserved(&before, &after);
        claims(&ledger, &before.dir);
    }
    let edit = bytes.len();
    if !before.entries.is_empty() {
        tampered(&before, bytes, edit);
    }
}

fn trees(bytes: &[u8]) -> [FabricTree; 2] {
    let dir = FabricDir::parse("fabric").expect("a plain name");
    let mut trees = [false, true].map(|_| FabricTree { dir: dir.clone(), entries: BTreeMap::new() });
    let mut counts = BTreeMap::new();
    let mut at = ("raw", false);
    let mut rest = bytes;
    loop {
        let end = rest.iter().position(|byte| NEXT.iter().any(|(next, ..)| next == byte));
        let file = &rest[..end.unwrap_or(rest.len())];
        let number = counts.entry(at).and_modify(|number| *number += 1).or_insert(0_u32);
        let path = dir.path().join(at.0).join(name(at.0, file, *number));
        let content = Content::Bytes(Arc::from(file));
        trees[usize::from(at.1)].entries.insert(path, Entry { mode: Mode::File, id: sha256(file), content });
        let Some(end) = end else { return trees };
        at = NEXT.iter().find(|(next, ..)| *next == rest[end]).map(|(_, zone, after)| (*zone, *after)).expect("found");
        rest = &rest[end + 1..];
    }
}

/// A managed file is named after its object, so that it may stand where it belongs.
fn name(zone: &str, file: &[u8], number: u32) -> String {
    let text = String::from_utf8_lossy(file);
    let named = text.lines().find_map(|line| line.strip_prefix("  name: "));
    let plain = |name: &&str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    match named.filter(plain).filter(|_| zone == "managed") {
        Some(name) => format!("things/{name}.yaml"),
        None => format!("{number:04}.yaml"),
    }
}

/// Every text of the inbox is somewhere afterwards; every text that is new under `managed/` was in the inbox; and whatever was
/// there before, and is of no inbox, is there still unless a text of the inbox took its place.
fn conserved(before: &FabricTree, after: &FabricTree) {
    let (raw, managed, all) = (texts(before, "raw"), texts(after, "managed"), texts(after, ""));
    assert!(raw.is_subset(&all), "a text is lost");
    let known: BTreeSet<_> = raw.union(&texts(before, "managed")).cloned().collect();
    assert!(managed.is_subset(&known), "a text is made up");
    for (path, entry) in &before.entries {
        let is_inbox = path.below(&before.dir.raw()).is_some();
        let is_same = after.get(path).is_some_and(|now| now.is_same(entry));
        let is_replaced = path.below(&before.dir.managed()).is_some()
            && after.get(path).is_some_and(|now| texts_of(now).iter().all(|text| raw.contains(text)));
        assert!(is_inbox || is_same || is_replaced, "{path} is not as it was");
    }
}

fn texts(tree: &FabricTree, zone: &str) -> BTreeSet<Vec<u8>> {
    let below = if zone.is_empty() { tree.dir.path().clone() } else { tree.dir.path().join(zone) };
    let entries = tree.entries.iter().filter(|(path, _)| path.below(&below).is_some());
    entries.flat_map(|(_, entry)| texts_of(entry)).collect()
}

fn texts_of(entry: &Entry) -> Vec<Vec<u8>> {
    let bytes = entry.bytes().unwrap_or_default();
    lines::partition(bytes).documents.iter().map(|piece| piece.text().into_owned()).collect()
}

/// The ledger is one that can be read, and no other count or digest is let pass for it.
fn claims(ledger: &Ledger, dir: &FabricDir) {
    assert_eq!(Ledger::parse(ledger.text()).as_ref().map(Ledger::text), Ok(ledger.text()));
    let honest = trailers(ledger, dir);
    assert!(ledger::claims(ledger, &honest).is_empty());
    let counts = Counts { created: honest.counts.created + 1, ..honest.counts };
    assert!(!ledger::claims(ledger, &Trailers { counts, ..honest.clone() }).is_empty());
    assert!(!ledger::claims(ledger, &Trailers { ledger: sha256(b"another"), ..honest }).is_empty());
}

fn trailers(ledger: &Ledger, dir: &FabricDir) -> Trailers {
    Trailers {
        run: "1".to_owned(),
        parent: "0".repeat(40),
        directory: dir.clone(),
        counts: Counts::of(ledger),
        ledger: ledger.digest(),
        adopt: false,
        operation: Operation::Sync,
        resumed: None,
        policy: sha256(b""),
        settings: sha256(b""),
        catalogue: sha256(b""),
        flags: None,
        version: "0".to_owned(),
    }
}

/// What a sync makes of the tree passes; with one file edited, it does not.
fn tampered(before: &FabricTree, bytes: &[u8], edit: usize) {
    let plan = whole::plan(before);
    let after = plan::apply(&plan, before);
    let trailers = trailers(&plan.ledger, &before.dir);
    assert_eq!(ledger::conservation(before, &after, &trailers, None), [], "an honest commit");
    let paths: Vec<&TreePath> = after.entries.keys().filter(|path| path.file_name() != b".gitkeep").collect();
    let Some(path) = paths.get(edit % paths.len().max(1)) else { return };
    let mut other = after.clone();
    let old = after.entries[*path].bytes().unwrap_or_default();
    let at = bytes.first().map_or(0, |byte| usize::from(*byte)) % (old.len() + 1);
    match edit % 3 {
        0 => drop(other.entries.remove(*path)),
        1 => insert(&mut other, path, [&old[..at], b"x", &old[at..]].concat()),
        _ => insert(&mut other, path, [old, b"\n"].concat()),
    }
    assert!(!ledger::conservation(before, &other, &trailers, None).is_empty(), "{path} was edited, and nobody saw it");
}

fn insert(tree: &mut FabricTree, path: &TreePath, bytes: Vec<u8>) {
    let entry = Entry { mode: Mode::File, id: sha256(&bytes), content: Content::Bytes(Arc::from(bytes)) };
    tree.entries.insert(path.clone(), entry);
}
