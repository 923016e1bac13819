//! Where texts stand alone under `managed/` of a commit.

use std::collections::HashMap;

use super::texts::texts;
use crate::path::{TreePath, Zone};
use crate::tree::FabricTree;

/// For each text's hash, the managed file that a document of this text went to.
pub(super) struct Standing<'a>(HashMap<String, &'a TreePath>);

impl<'a> Standing<'a> {
    /// Looks at every managed file of `child` that holds one document. Of several with one text, one that differs
    /// from `parent`'s entry at its path comes first, then the least path.
    pub(super) fn new(parent: &FabricTree, child: &'a FabricTree) -> Self {
        let is_old = |path: &TreePath| match (parent.get(path), child.get(path)) {
            (Some(before), Some(after)) => before.is_same(after),
            _ => false,
        };
        let mut standing: HashMap<String, &TreePath> = HashMap::new();
        for (path, sha256) in single_documents(child) {
            let known = standing.entry(sha256).or_insert(path);
            // Paths come in order, so only a new file displaces an old one.
            if is_old(known) && !is_old(path) {
                *known = path;
            }
        }
        Self(standing)
    }

    /// Where the text stands.
    pub(super) fn of(&self, sha256: &str) -> Option<&'a TreePath> {
        self.0.get(sha256).copied()
    }

    /// Whether the text stands anywhere.
    pub(super) fn holds(&self, sha256: &str) -> bool {
        self.0.contains_key(sha256)
    }
}

fn single_documents(tree: &FabricTree) -> impl Iterator<Item = (&TreePath, String)> {
    let managed = tree.entries.iter().filter(|(path, _)| tree.dir.zone(path) == Some(Zone::Managed));
    managed.filter_map(|(path, entry)| {
        let mut documents = texts(entry.text_bytes()?);
        let only = documents.pop()?;
        documents.is_empty().then_some((path, only.sha256))
    })
}
