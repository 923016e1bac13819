//! The tree that a plan results in: for tests, and for verification before the push.

use std::sync::Arc;

use super::{Change, Plan};
use crate::tree::{Content, Entry, FabricTree, Mode};

/// The tree after `plan`, whose parent is `tree`. What is written new has an empty object id, since ids are git's to give.
pub fn apply(plan: &Plan, tree: &FabricTree) -> FabricTree {
    let mut entries = tree.entries.clone();
    for (path, change) in &plan.changes {
        let entry = match change {
            Change::Remove => None,
            Change::Write(bytes) => Some(written(bytes)),
            Change::Move { from } => tree.get(from).map(|e| Entry { mode: Mode::File, ..e.clone() }),
        };
        match entry {
            Some(entry) => entries.insert(path.clone(), entry),
            None => entries.remove(path),
        };
    }
    FabricTree { dir: tree.dir.clone(), entries }
}

fn written(bytes: &Arc<[u8]>) -> Entry {
    Entry { mode: Mode::File, id: String::new(), content: Content::Bytes(bytes.clone()) }
}
