//! What differs between two commits.

use std::collections::BTreeMap;

use gix::ObjectId;
use gix::objs::tree::EntryMode;
use hedgerow_core::path::TreePath;

use super::{Objects, damaged};
use crate::error::ObjectError;
use crate::id::CommitId;
use crate::limits::{MAX_ENTRIES, MAX_TREE_DEPTH};

/// Mode and id: two entries are equal when both are.
type Node = (EntryMode, ObjectId);

impl Objects {
    /// See [`crate::Mirror::changes`].
    pub(crate) fn changes(&self, old: Option<&CommitId>, new: &CommitId) -> Result<Vec<TreePath>, ObjectError> {
        let old = old.map(|old| self.commit_tree(old)).transpose()?;
        let mut comparing = Comparing { objects: self, paths: Vec::new() };
        comparing.trees(old, Some(self.commit_tree(new)?), &TreePath::new(Vec::new()), 0)?;
        comparing.paths.sort();
        Ok(comparing.paths)
    }

    fn nodes(&self, id: Option<ObjectId>) -> Result<BTreeMap<Vec<u8>, Node>, ObjectError> {
        let Some(id) = id else { return Ok(BTreeMap::new()) };
        let mut buffer = Vec::new();
        let entry = |entry: gix::Result<gix::objs::tree::EntryRef<'_>>| {
            entry.map(|entry| (entry.filename.to_vec(), (entry.mode, entry.oid.to_owned()))).map_err(damaged)
        };
        self.tree(&id, &mut buffer)?.map(entry).collect()
    }
}

struct Comparing<'a> {
    objects: &'a Objects,
    paths: Vec<TreePath>,
}

impl Comparing<'_> {
    fn trees(
        &mut self,
        old: Option<ObjectId>,
        new: Option<ObjectId>,
        path: &TreePath,
        depth: usize,
    ) -> Result<(), ObjectError> {
        if old == new {
            return Ok(());
        }
        if depth > MAX_TREE_DEPTH {
            return Err(ObjectError::TooLarge { what: format!("the depth of {path}"), limit: MAX_TREE_DEPTH as u64 });
        }
        let mut olds = self.objects.nodes(old)?;
        for (name, new) in self.objects.nodes(new)? {
            let old = olds.remove(&name);
            self.nodes(old, Some(new), &path.join(name), depth)?;
        }
        for (name, old) in olds {
            self.nodes(Some(old), None, &path.join(name), depth)?;
        }
        Ok(())
    }

    fn nodes(
        &mut self,
        old: Option<Node>,
        new: Option<Node>,
        path: &TreePath,
        depth: usize,
    ) -> Result<(), ObjectError> {
        if old == new {
            return Ok(());
        }
        let tree = |node: Option<Node>| node.filter(|(mode, _)| mode.is_tree()).map(|(_, id)| id);
        let leaf = |node: Option<Node>| node.filter(|(mode, _)| !mode.is_tree());
        if leaf(old) != leaf(new) {
            self.paths.push(path.clone());
        }
        if self.paths.len() > MAX_ENTRIES {
            return Err(ObjectError::TooLarge { what: "the number of differences".into(), limit: MAX_ENTRIES as u64 });
        }
        self.trees(tree(old), tree(new), path, depth + 1)
    }
}
