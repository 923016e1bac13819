//! A tree with some of its paths changed. Only trees on changed paths are read and made anew, each once.

use std::collections::BTreeMap;

use gix::ObjectId;
use gix::objs::tree::{Entry, EntryKind, EntryMode};
use gix::objs::{Tree, WriteTo};
use hedgerow_core::path::TreePath;

use super::pack::Pack;
use super::{Objects, damaged};
use crate::error::ObjectError;

/// What a path is to hold: this blob as a regular file, or nothing.
pub(super) type Leaf<'a> = (&'a TreePath, Option<ObjectId>);

/// The entries of one tree, by name.
pub(super) type Entries = BTreeMap<Vec<u8>, (EntryMode, ObjectId)>;

/// One rewriting; new trees go into the pack.
pub(super) struct Rewrite<'o, 'p, 'c> {
    pub(super) objects: &'o Objects,
    pub(super) pack: &'p mut Pack<'c>,
}

impl Rewrite<'_, '_, '_> {
    /// The tree that `leaves` make of `base`; `None` when nothing is left in it. All the leaves, sorted by path, are
    /// below one directory, whose path and slash are the first `skip` bytes of each.
    pub(super) fn tree<'a>(
        &mut self,
        base: Option<ObjectId>,
        leaves: &[Leaf<'a>],
        skip: usize,
    ) -> Result<Option<ObjectId>, ObjectError> {
        let mut entries = self.objects.entries(base)?;
        let name = |path: &'a TreePath| &path.as_bytes()[skip..];
        let (deeper, here): (Vec<Leaf<'a>>, Vec<Leaf<'a>>) =
            leaves.iter().partition(|(path, _)| name(path).contains(&b'/'));
        // A file makes room for a directory of its name, and a directory that becomes empty for a file: in this order.
        for (path, _) in here.iter().filter(|(_, blob)| blob.is_none()) {
            remove(&mut entries, name(path));
        }
        for below in deeper.chunk_by(|(one, _), (other, _)| first(name(one)) == first(name(other))) {
            let name = first(name(below[0].0));
            self.directory(&mut entries, name, below, skip + name.len() + 1)?;
        }
        for (path, blob) in here {
            if let Some(blob) = blob {
                put(&mut entries, path, name(path), blob)?;
            }
        }
        self.write(base, entries)
    }

    fn directory(
        &mut self,
        entries: &mut Entries,
        name: &[u8],
        leaves: &[Leaf<'_>],
        skip: usize,
    ) -> Result<(), ObjectError> {
        let base = match entries.get(name) {
            Some((mode, id)) if mode.is_tree() => Some(*id),
            // What is no directory holds nothing to remove.
            Some(_) if leaves.iter().all(|(_, blob)| blob.is_none()) => return Ok(()),
            Some(_) => return Err(in_the_way(&TreePath::new(&leaves[0].0.as_bytes()[..skip - 1]))),
            None => None,
        };
        match self.tree(base, leaves, skip)? {
            Some(id) => drop(entries.insert(name.to_vec(), (EntryKind::Tree.into(), id))),
            None => drop(entries.remove(name)),
        }
        Ok(())
    }

    fn write(&mut self, base: Option<ObjectId>, entries: Entries) -> Result<Option<ObjectId>, ObjectError> {
        if entries.is_empty() {
            return Ok(None);
        }
        let entry = |(name, (mode, oid)): (Vec<u8>, _)| Entry { mode, filename: name.into(), oid };
        let mut tree = Tree { entries: entries.into_iter().map(entry).collect() };
        // By git's order: a directory's name ends with a slash there.
        tree.entries.sort();
        let mut bytes = Vec::new();
        tree.write_to(&mut bytes).map_err(damaged)?;
        self.pack.add_tree(base, bytes).map(Some)
    }
}

impl Objects {
    /// The entries of `tree`; none without one.
    pub(super) fn entries(&self, tree: Option<ObjectId>) -> Result<Entries, ObjectError> {
        let Some(tree) = tree else { return Ok(Entries::new()) };
        let mut buffer = Vec::new();
        let mut entries = Entries::new();
        for entry in self.tree(&tree, &mut buffer)? {
            let entry = entry.map_err(damaged)?;
            entries.insert(entry.filename.to_vec(), (entry.mode, entry.oid.to_owned()));
        }
        Ok(entries)
    }
}

/// The first component. Paths below one directory stand together, since a slash is the same byte in all.
fn first(path: &[u8]) -> &[u8] {
    path.split(|byte| *byte == b'/').next().unwrap_or(path)
}

fn remove(entries: &mut Entries, name: &[u8]) {
    if entries.get(name).is_some_and(|(mode, _)| !mode.is_tree()) {
        entries.remove(name);
    }
}

fn put(entries: &mut Entries, path: &TreePath, name: &[u8], blob: ObjectId) -> Result<(), ObjectError> {
    if entries.get(name).is_some_and(|(mode, _)| mode.is_tree()) {
        return Err(in_the_way(path));
    }
    entries.insert(name.to_vec(), (EntryKind::Blob.into(), blob));
    Ok(())
}

fn in_the_way(path: &TreePath) -> ObjectError {
    ObjectError::InTheWay(path.to_string())
}
