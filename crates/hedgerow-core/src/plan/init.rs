//! The directory structure, for `hedgerow init`.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Change, Plan, subject};
use crate::path::{FabricDir, TreePath};
use crate::tree::FabricTree;

/// The plan that completes the structure of `dir`: an empty `.gitkeep` in each of `raw`, `managed` and `unmanaged` that
/// has no entry at all. `tree` is absent where the commit has no such directory. `None` when nothing is missing.
pub fn init(tree: Option<&FabricTree>, dir: &FabricDir) -> Option<Plan> {
    let missing = [dir.raw(), dir.managed(), dir.unmanaged()].into_iter().filter(|zone| is_absent(tree, zone));
    let empty: Arc<[u8]> = Arc::from([]);
    let changes: BTreeMap<_, _> = missing.map(|zone| (zone.join(".gitkeep"), Change::Write(empty.clone()))).collect();
    (!changes.is_empty()).then(|| Plan { changes, subject: subject::of_init(dir), ..Plan::default() })
}

/// Whether nothing is at or below `zone`.
fn is_absent(tree: Option<&FabricTree>, zone: &TreePath) -> bool {
    tree.is_none_or(|tree| !tree.entries.keys().any(|path| path == zone || path.below(zone).is_some()))
}
