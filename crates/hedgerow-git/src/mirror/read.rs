//! Reading and writing objects of the copy.

use std::collections::BTreeMap;

use hedgerow_core::path::{FabricDir, TreePath};
use hedgerow_core::plan::Change;
use hedgerow_core::tree::Entry;

use super::{Mirror, TreeLook};
use crate::error::ObjectError;
use crate::id::{CommitId, TreeId};
use crate::objects::{CommitRead, CommitText, Difference, Leaf, Standing};
use crate::signer::Signer;

impl Mirror {
    /// What the commit says.
    pub fn commit(&self, id: &CommitId) -> Result<CommitRead, ObjectError> {
        self.noting(self.objects()?.commit(id))
    }

    /// The fabric's directory at `commit`, read by tree entry: links and submodules are not followed, sizes are bounded.
    /// [`ObjectError::Damaged`]: the copy is thrown away when it is opened next, or at once by [`Mirror::discard`].
    pub fn fabric_tree(&self, commit: &CommitId, dir: &FabricDir) -> Result<TreeLook, ObjectError> {
        self.noting(self.objects()?.fabric_tree(commit, dir, &|id| self.git.hash_blob(&self.copy(), id)))
    }

    /// Directories that have a `raw` directory, sorted; down to a bounded depth.
    pub fn dirs_with_raw(&self, commit: &CommitId) -> Result<Vec<FabricDir>, ObjectError> {
        let objects = self.objects()?;
        let found = objects.dirs_with_raw(commit);
        self.noting(if objects.holds(commit) { found.map_err(ObjectError::in_a_whole_copy) } else { found })
    }

    /// Every path whose entry (mode or id) differs between the two commits, sorted; all of `new`'s without an `old`. Equal
    /// subtrees are not opened.
    pub fn changes(&self, old: Option<&CommitId>, new: &CommitId) -> Result<Vec<TreePath>, ObjectError> {
        let objects = self.objects()?;
        let changes = objects.changes(old, new);
        let whole = objects.holds(new) && old.is_none_or(|old| objects.holds(old));
        self.noting(if whole { changes.map_err(ObjectError::in_a_whole_copy) } else { changes })
    }

    /// What differs between two trees that stand at `at`, by path; `None` is an empty one.
    pub fn compare(
        &self,
        old: Option<&TreeId>,
        new: Option<&TreeId>,
        at: &TreePath,
    ) -> Result<Vec<Difference>, ObjectError> {
        self.noting(self.objects()?.compare(old, new, at).map_err(ObjectError::in_a_whole_copy))
    }

    /// What stands directly in a tree, directories aside, by name.
    pub fn leaves(&self, tree: &TreeId) -> Result<Vec<(Vec<u8>, Leaf)>, ObjectError> {
        self.noting(self.objects()?.leaves(tree).map_err(ObjectError::in_a_whole_copy))
    }

    /// What stands at `path` of a tree; links are not followed.
    pub fn find(&self, root: &TreeId, path: &TreePath) -> Result<Option<Standing>, ObjectError> {
        self.noting(self.objects()?.find(root, path).map_err(ObjectError::in_a_whole_copy))
    }

    /// What stands at a path, with its content.
    pub fn entry(&self, leaf: &Leaf) -> Result<Entry, ObjectError> {
        let entry = self.objects()?.entry(leaf, &|id| self.git.hash_blob(&self.copy(), id));
        self.noting(entry.map_err(ObjectError::in_a_whole_copy))
    }

    /// What a commit without a parent names as its parent: as many zeros as an id here has digits.
    pub fn no_parent(&self) -> Result<String, ObjectError> {
        Ok(self.objects()?.no_parent())
    }

    /// Writes the commit that `changes` make of `parent`'s tree (of nothing, without a parent), as one pack in the copy.
    /// Trees off the changed paths are kept as they are; a tree that becomes empty is gone. Nothing is sent yet.
    pub fn write_commit(
        &self,
        parent: Option<&CommitId>,
        changes: &BTreeMap<TreePath, Change>,
        text: &CommitText,
        signer: Option<&Signer>,
    ) -> Result<CommitId, ObjectError> {
        self.noting(self.objects()?.write_commit(parent, changes, text, signer).map_err(ObjectError::in_a_whole_copy))
    }

    /// Whoever meets damage, in whatever part of the copy, says so for the next run: a copy is made anew only where
    /// somebody said that it must be.
    pub(super) fn noting<T>(&self, read: Result<T, ObjectError>) -> Result<T, ObjectError> {
        if let Err(ObjectError::Damaged(what)) = &read {
            self.note_damage(what);
        }
        read
    }
}
