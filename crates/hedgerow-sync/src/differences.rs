//! What a plan would change, file by file, with both texts: for people who look before they agree.

use std::collections::BTreeSet;
use std::sync::Arc;

use hedgerow_core::path::TreePath;
use hedgerow_core::plan::{Change, Plan};
use hedgerow_core::tree::FabricTree;

/// A file that a plan would change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileDifference {
    /// The file.
    pub path: TreePath,
    /// What would become of it.
    pub fate: Fate,
    /// Its bytes now; none where it is not there, or was not read.
    pub before: Option<Arc<[u8]>>,
    /// Its bytes then.
    pub after: Option<Arc<[u8]>>,
}

/// What would become of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It comes from another path, byte for byte, and is there no more.
    Moved(TreePath),
    /// It is new.
    Added,
    /// It gets other bytes.
    Changed,
    /// It goes.
    Removed,
}

/// What `plan` would change in `tree`, by path. A file that moves whole is one difference.
pub(crate) fn differences(plan: &Plan, tree: &FabricTree) -> Vec<FileDifference> {
    let bytes = |path: &TreePath| tree.get(path).and_then(|entry| entry.bytes()).map(Arc::from);
    let gone = |path: &TreePath| matches!(plan.changes.get(path), Some(Change::Remove));
    let mut moved = BTreeSet::new();
    for change in plan.changes.values() {
        if let Change::Move { from } = change
            && gone(from)
        {
            moved.insert(from);
        }
    }
    let difference = |(path, change): (&TreePath, &Change)| {
        let before: Option<Arc<[u8]>> = bytes(path);
        let (fate, after) = match change {
            Change::Remove if moved.contains(path) => return None,
            Change::Remove => (Fate::Removed, None),
            Change::Move { from } if moved.contains(from) && before.is_none() => {
                (Fate::Moved(from.clone()), bytes(from))
            }
            Change::Move { from } => (fate(&before), bytes(from)),
            Change::Write(bytes) => (fate(&before), Some(bytes.clone())),
        };
        Some(FileDifference { path: path.clone(), fate, before, after })
    };
    plan.changes.iter().filter_map(difference).collect()
}

fn fate(before: &Option<Arc<[u8]>>) -> Fate {
    if before.is_some() { Fate::Changed } else { Fate::Added }
}
