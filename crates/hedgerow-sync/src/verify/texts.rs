//! Which managed file has which text: for one tree after the other of a history, each read only as far as it differs.

use std::collections::{BTreeMap, HashMap};

use hedgerow_core::ledger::text_hashes;
use hedgerow_core::path::{FabricDir, TreePath, Zone};
use hedgerow_git::{Leaf, Mirror, ObjectError, TreeId};

/// The managed files of one tree that hold one document, by its text's hash.
#[derive(Default)]
pub(super) struct ManagedTexts {
    tree: Option<TreeId>,
    by_text: HashMap<String, BTreeMap<TreePath, Leaf>>,
    /// The text of each file that was looked into, if it is the only one there.
    known: HashMap<Leaf, Option<String>>,
}

impl ManagedTexts {
    /// Goes over to `tree`, the `managed/` of another commit.
    pub(super) fn go_to(&mut self, mirror: &Mirror, dir: &FabricDir, tree: Option<TreeId>) -> Result<(), ObjectError> {
        let differences = mirror.compare(self.tree.as_ref(), tree.as_ref(), &dir.managed())?;
        // An error half-way must not leave a mixture of two trees behind.
        let mut changes = Vec::with_capacity(differences.len());
        for difference in differences.into_iter().filter(|found| dir.zone(&found.path) == Some(Zone::Managed)) {
            let old = self.text(mirror, difference.old)?;
            let new = self.text(mirror, difference.new)?;
            changes.push((difference.path, old, new));
        }
        for (path, old, new) in changes {
            if let Some((text, _)) = old
                && let Some(paths) = self.by_text.get_mut(&text)
            {
                paths.remove(&path);
            }
            if let Some((text, leaf)) = new {
                self.by_text.entry(text).or_default().insert(path, leaf);
            }
        }
        self.tree = tree;
        Ok(())
    }

    /// The least path that has this text and is `wanted`.
    pub(super) fn least(&self, text: &str, wanted: impl Fn(&TreePath) -> bool) -> Option<(&TreePath, &Leaf)> {
        self.by_text.get(text)?.iter().find(|(path, _)| wanted(path))
    }

    fn text(&mut self, mirror: &Mirror, leaf: Option<Leaf>) -> Result<Option<(String, Leaf)>, ObjectError> {
        let Some(leaf) = leaf else { return Ok(None) };
        let text = match self.known.get(&leaf) {
            Some(text) => text.clone(),
            None => {
                let mut texts = text_hashes(&mirror.entry(&leaf)?);
                let text = texts.pop().filter(|_| texts.is_empty());
                self.known.insert(leaf.clone(), text.clone());
                text
            }
        };
        Ok(text.map(|text| (text, leaf)))
    }
}
