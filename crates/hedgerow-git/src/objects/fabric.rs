//! A fabric's directory, read by tree entry.

use std::collections::BTreeMap;
use std::sync::Arc;

use gix::ObjectId;
use gix::objs::Kind;
use gix::objs::tree::EntryKind;
use hedgerow_core::path::{FabricDir, TreePath, Zone, is_yaml};
use hedgerow_core::tree::{Content, Entry, FabricTree, Mode};

use super::difference::Leaf;
use super::{Objects, damaged, tree_id};
use crate::error::ObjectError;
use crate::id::{CommitId, TreeId};
use crate::limits::{MAX_ENTRIES, MAX_FABRIC_BYTES, MAX_TREE_DEPTH};
use crate::mirror::{Snapshot, TreeLook};

/// SHA-256 of a blob's content, by its id, without holding it in memory.
pub(crate) type HashBlob<'a> = &'a dyn Fn(&str) -> Result<String, ObjectError>;

/// What a path leads to.
pub(super) enum Found {
    Nothing,
    Other { path: TreePath },
    Tree(ObjectId),
}

impl Objects {
    /// See [`crate::Mirror::fabric_tree`].
    pub(crate) fn fabric_tree(
        &self,
        commit: &CommitId,
        dir: &FabricDir,
        hash: HashBlob<'_>,
    ) -> Result<TreeLook, ObjectError> {
        self.fabric_tree_of(&tree_id(&self.commit_tree(commit)?), dir, hash)
    }

    /// The fabric's directory in a whole tree.
    pub(crate) fn fabric_tree_of(
        &self,
        tree: &TreeId,
        dir: &FabricDir,
        hash: HashBlob<'_>,
    ) -> Result<TreeLook, ObjectError> {
        let commit_tree = ObjectId::from_hex(tree.as_str().as_bytes()).map_err(damaged)?;
        let dir_tree = match self.directory(&commit_tree, dir.path())? {
            Found::Nothing => return Ok(TreeLook::Absent),
            Found::Other { path } => return Ok(TreeLook::NotATree { path }),
            Found::Tree(id) => id,
        };
        let mut reading = Reading { objects: self, dir, hash, entries: BTreeMap::new(), bytes: 0, buffer: Vec::new() };
        reading.tree(&dir_tree, dir.path(), 0).map_err(ObjectError::in_a_whole_copy)?;
        let entries = reading.entries;
        for path in [dir.raw(), dir.managed()] {
            if entries.contains_key(&path) {
                return Ok(TreeLook::NotATree { path });
            }
        }
        let tree = FabricTree { dir: dir.clone(), entries };
        Ok(TreeLook::Tree(Snapshot { tree, commit_tree: tree_id(&commit_tree), dir_tree: tree_id(&dir_tree) }))
    }

    /// See [`crate::Mirror::entry`].
    pub(crate) fn entry(&self, leaf: &Leaf, hash: HashBlob<'_>) -> Result<Entry, ObjectError> {
        let content = match leaf.mode {
            Mode::Submodule => Content::Unread,
            _ => {
                let id = ObjectId::from_hex(leaf.id.as_bytes()).map_err(damaged)?;
                self.blob(&id, hash, &mut Vec::new())?
            }
        };
        Ok(Entry { mode: leaf.mode, id: leaf.id.clone(), content })
    }

    fn blob(&self, id: &ObjectId, hash: HashBlob<'_>, buffer: &mut Vec<u8>) -> Result<Content, ObjectError> {
        match self.read(id, Kind::Blob, buffer) {
            Ok(bytes) => Ok(Content::Bytes(Arc::from(bytes))),
            Err(ObjectError::TooLarge { .. }) => {
                Ok(Content::TooLarge { size: self.blob_size(id)?, sha256: hash(&id.to_string())? })
            }
            Err(error) => Err(error),
        }
    }

    /// See [`crate::Mirror::find`].
    pub(crate) fn find(&self, root: &TreeId, path: &TreePath) -> Result<Option<Standing>, ObjectError> {
        let mut at = ObjectId::from_hex(root.as_str().as_bytes()).map_err(damaged)?;
        let mut components = path.as_bytes().split(|byte| *byte == b'/').peekable();
        let mut buffer = Vec::new();
        while let Some(name) = components.next() {
            let Some((entry, id)) = self.named(&at, name, &mut buffer)? else { return Ok(None) };
            match (mode(entry), components.peek()) {
                (None, _) => at = id,
                (Some(mode), None) => return Ok(Some(Standing::Leaf(Leaf { mode, id: id.to_string() }))),
                (Some(_), Some(_)) => return Ok(None),
            }
        }
        Ok(Some(Standing::Tree(tree_id(&at))))
    }

    /// The entry of this name in the tree `id`.
    fn named(
        &self,
        id: &ObjectId,
        name: &[u8],
        buffer: &mut Vec<u8>,
    ) -> Result<Option<(EntryKind, ObjectId)>, ObjectError> {
        for entry in self.tree(id, buffer)? {
            let entry = entry.map_err(damaged)?;
            if entry.filename == name {
                return Ok(Some((entry.mode.kind(), entry.oid.to_owned())));
            }
        }
        Ok(None)
    }

    /// The tree at `path` below `root`.
    pub(super) fn directory(&self, root: &ObjectId, path: &TreePath) -> Result<Found, ObjectError> {
        let mut at = *root;
        let mut walked = TreePath::new(Vec::new());
        let mut buffer = Vec::new();
        for component in path.as_bytes().split(|byte| *byte == b'/') {
            walked = walked.join(component);
            match self.named(&at, component, &mut buffer)? {
                None => return Ok(Found::Nothing),
                Some((kind, _)) if kind != EntryKind::Tree => return Ok(Found::Other { path: walked }),
                Some((_, id)) => at = id,
            }
        }
        Ok(Found::Tree(at))
    }
}

/// What stands at a path of a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// A directory.
    Tree(TreeId),
    /// Anything else.
    Leaf(Leaf),
}

/// One reading of one directory.
struct Reading<'a> {
    objects: &'a Objects,
    dir: &'a FabricDir,
    hash: HashBlob<'a>,
    entries: BTreeMap<TreePath, Entry>,
    bytes: u64,
    buffer: Vec<u8>,
}

impl Reading<'_> {
    fn tree(&mut self, id: &ObjectId, path: &TreePath, depth: usize) -> Result<(), ObjectError> {
        if depth > MAX_TREE_DEPTH {
            return Err(ObjectError::TooLarge { what: format!("the depth of {path}"), limit: MAX_TREE_DEPTH as u64 });
        }
        let mut buffer = Vec::new();
        for entry in self.objects.tree(id, &mut buffer)? {
            let entry = entry.map_err(damaged)?;
            let path = path.join(entry.filename);
            match mode(entry.mode.kind()) {
                None => self.tree(&entry.oid.to_owned(), &path, depth + 1)?,
                Some(mode) => self.leaf(mode, &entry.oid.to_owned(), path)?,
            }
        }
        Ok(())
    }

    fn leaf(&mut self, mode: Mode, id: &ObjectId, path: TreePath) -> Result<(), ObjectError> {
        if self.entries.len() >= MAX_ENTRIES {
            return Err(ObjectError::TooLarge {
                what: format!("the entries of {}", self.dir),
                limit: MAX_ENTRIES as u64,
            });
        }
        let content = if mode != Mode::Submodule && self.wanted(&path) { self.content(id)? } else { Content::Unread };
        self.entries.insert(path, Entry { mode, id: id.to_string(), content });
        Ok(())
    }

    /// See [`Content::Unread`].
    fn wanted(&self, path: &TreePath) -> bool {
        let kept = is_yaml(path.as_bytes()) || path.file_name() == b".gitkeep";
        kept || matches!(self.dir.zone(path), Some(Zone::Unmanaged | Zone::Settings))
    }

    fn content(&mut self, id: &ObjectId) -> Result<Content, ObjectError> {
        let content = self.objects.blob(id, self.hash, &mut self.buffer)?;
        if let Content::Bytes(bytes) = &content {
            self.bytes += bytes.len() as u64;
        }
        if self.bytes > MAX_FABRIC_BYTES {
            return Err(ObjectError::TooLarge {
                what: format!("the content of {}", self.dir),
                limit: MAX_FABRIC_BYTES,
            });
        }
        Ok(content)
    }
}

pub(super) fn mode(kind: EntryKind) -> Option<Mode> {
    match kind {
        EntryKind::Tree => None,
        EntryKind::Blob => Some(Mode::File),
        EntryKind::BlobExecutable => Some(Mode::Executable),
        EntryKind::Link => Some(Mode::Symlink),
        EntryKind::Commit => Some(Mode::Submodule),
    }
}
