//! The commit's subject line.

use crate::ledger::{Counts, Outcome};
use crate::path::{FabricDir, TreePath};

/// `hedgerow: fabric-1: 48 created, 3 replaced`: only what there is.
pub(super) fn of_sync(dir: &FabricDir, counts: Counts) -> String {
    let all = Outcome::ALL.into_iter().map(|outcome| (counts.get(outcome), outcome));
    let some: Vec<_> =
        all.filter(|(count, _)| *count > 0).map(|(count, outcome)| format!("{count} {outcome}")).collect();
    let what = if some.is_empty() { "nothing".to_owned() } else { some.join(", ") };
    line(dir, &what)
}

/// `hedgerow: fabric-1: directory structure`
pub(super) fn of_init(dir: &FabricDir) -> String {
    line(dir, "directory structure")
}

/// `hedgerow: fabric-1: 3 undone`
pub(super) fn of_undo(dir: &FabricDir, counts: Counts) -> String {
    line(dir, &format!("{} undone", counts.undone))
}

fn line(dir: &FabricDir, what: &str) -> String {
    format!("hedgerow: {}: {what}", TreePath::new(dir.path().file_name()))
}
