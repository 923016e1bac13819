//! One file or one directory of a commit, for people who look.

use gix::ObjectId;
use gix::objs::Kind;
use gix::objs::tree::EntryKind;
use hedgerow_core::limits::MAX_FILE_BYTES;
use hedgerow_core::path::TreePath;

use super::fabric::Found;
use super::{Objects, damaged};
use crate::archive::{FileLook, Listed, ListedKind};
use crate::error::ObjectError;
use crate::id::CommitId;
use crate::limits::MAX_ENTRIES;

impl Objects {
    /// See [`crate::Archive::file`].
    pub(crate) fn file(&self, commit: &CommitId, path: &TreePath) -> Result<FileLook, ObjectError> {
        let root = self.commit_tree(commit)?;
        let parent = path.ancestors().next();
        let tree = match &parent {
            Some(parent) => match self.directory(&root, parent)? {
                Found::Tree(id) => id,
                Found::Nothing | Found::Other { .. } => return Ok(FileLook::Absent),
            },
            None => root,
        };
        let Some((kind, id)) = self.child(&tree, path.file_name())? else { return Ok(FileLook::Absent) };
        if !matches!(kind, EntryKind::Blob | EntryKind::BlobExecutable) {
            return Ok(FileLook::NotAFile);
        }
        let size = self.blob_size(&id)?;
        if size > MAX_FILE_BYTES {
            return Ok(FileLook::TooLarge { size });
        }
        let mut buffer = Vec::new();
        Ok(FileLook::File { bytes: self.read(&id, Kind::Blob, &mut buffer)?.to_vec() })
    }

    /// See [`crate::Archive::list`].
    pub(crate) fn list(&self, commit: &CommitId, dir: Option<&TreePath>) -> Result<Option<Vec<Listed>>, ObjectError> {
        let root = self.commit_tree(commit)?;
        let tree = match dir {
            None => root,
            Some(dir) => match self.directory(&root, dir)? {
                Found::Tree(id) => id,
                Found::Nothing | Found::Other { .. } => return Ok(None),
            },
        };
        let mut buffer = Vec::new();
        let mut listed = Vec::new();
        for entry in self.tree(&tree, &mut buffer)? {
            let entry = entry.map_err(damaged)?;
            if listed.len() >= MAX_ENTRIES {
                return Err(ObjectError::TooLarge { what: "a directory".into(), limit: MAX_ENTRIES as u64 });
            }
            let kind = match entry.mode.kind() {
                EntryKind::Tree => ListedKind::Directory,
                EntryKind::Blob | EntryKind::BlobExecutable => ListedKind::File,
                EntryKind::Link | EntryKind::Commit => ListedKind::Other,
            };
            listed.push(Listed { name: TreePath::new(entry.filename.to_vec()), kind });
        }
        Ok(Some(listed))
    }

    /// The entry of this name in a tree.
    fn child(&self, tree: &ObjectId, name: &[u8]) -> Result<Option<(EntryKind, ObjectId)>, ObjectError> {
        let mut buffer = Vec::new();
        for entry in self.tree(tree, &mut buffer)? {
            let entry = entry.map_err(damaged)?;
            if entry.filename == name {
                return Ok(Some((entry.mode.kind(), entry.oid.to_owned())));
            }
        }
        Ok(None)
    }
}
