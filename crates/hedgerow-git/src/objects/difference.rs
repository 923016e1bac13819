//! What differs between two trees. Equal subtrees are not opened, and no tree is held as more than its bytes: a directory of
//! thousands of files is compared for every commit of a history.

use std::cmp::Ordering;

use gix::ObjectId;
use gix::objs::tree::EntryRef;
use hedgerow_core::path::TreePath;
use hedgerow_core::tree::Mode;

use super::fabric::mode;
use super::{Objects, damaged};
use crate::error::ObjectError;
use crate::id::{CommitId, TreeId};
use crate::limits::{MAX_COMPARED, MAX_ENTRIES, MAX_TREE_DEPTH};

/// What stands at a path: anything but a directory.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Leaf {
    /// What it is.
    pub mode: Mode,
    /// The object's id, lower-case hex.
    pub id: String,
}

/// A path at which two trees differ, by mode or id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The path.
    pub path: TreePath,
    /// What the old tree has there.
    pub old: Option<Leaf>,
    /// What the new one has.
    pub new: Option<Leaf>,
}

impl Objects {
    /// See [`crate::Mirror::leaves`].
    pub(crate) fn leaves(&self, tree: &TreeId) -> Result<Vec<(Vec<u8>, Leaf)>, ObjectError> {
        let id = ObjectId::from_hex(tree.as_str().as_bytes()).map_err(damaged)?;
        let mut bytes = Vec::new();
        let mut entries = Entries::of(self, Some(id), &mut bytes)?;
        let mut leaves = Vec::new();
        while let Some(entry) = entries.take()? {
            leaves.extend(leaf(entry).map(|leaf| (entry.filename.to_vec(), leaf)));
        }
        Ok(leaves)
    }

    /// See [`crate::Mirror::changes`].
    pub(crate) fn changes(&self, old: Option<&CommitId>, new: &CommitId) -> Result<Vec<TreePath>, ObjectError> {
        let old = old.map(|old| self.commit_tree(old)).transpose()?;
        let found = self.differences(old, Some(self.commit_tree(new)?), &TreePath::new(Vec::new()))?;
        Ok(found.into_iter().map(|difference| difference.path).collect())
    }

    /// See [`crate::Mirror::compare`].
    pub(crate) fn compare(
        &self,
        old: Option<&TreeId>,
        new: Option<&TreeId>,
        at: &TreePath,
    ) -> Result<Vec<Difference>, ObjectError> {
        let id = |id: Option<&TreeId>| id.map(|id| ObjectId::from_hex(id.as_str().as_bytes())).transpose();
        self.differences(id(old).map_err(damaged)?, id(new).map_err(damaged)?, at)
    }

    fn differences(
        &self,
        old: Option<ObjectId>,
        new: Option<ObjectId>,
        at: &TreePath,
    ) -> Result<Vec<Difference>, ObjectError> {
        let mut comparing = Comparing { objects: self, found: Vec::new(), seen: 0 };
        comparing.trees(old, new, at, 0)?;
        let mut found = comparing.found;
        found.sort_by(|one, other| one.path.cmp(&other.path));
        Ok(found)
    }
}

struct Comparing<'a> {
    objects: &'a Objects,
    found: Vec<Difference>,
    /// Trees can be made that unfold for ever without a difference in the end.
    seen: usize,
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
        let objects = self.objects;
        let spare = || objects.spare.borrow_mut().pop().unwrap_or_default();
        let (mut old_bytes, mut new_bytes) = (spare(), spare());
        let mut olds = Entries::of(objects, old, &mut old_bytes)?;
        let mut news = Entries::of(objects, new, &mut new_bytes)?;
        loop {
            let order = match (&olds.next, &news.next) {
                (None, None) => break,
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(old), Some(new)) => by_place(old, new),
            };
            let old = if order.is_le() { olds.take()? } else { None };
            let new = if order.is_ge() { news.take()? } else { None };
            if old.map(content) != new.map(content) {
                self.pair(old, new, path, depth)?;
            }
        }
        objects.spare.borrow_mut().extend([old_bytes, new_bytes]);
        Ok(())
    }

    /// What differs at one name. A file and a directory of one name are two pairs, of which each lacks a half.
    fn pair(
        &mut self,
        old: Option<EntryRef<'_>>,
        new: Option<EntryRef<'_>>,
        path: &TreePath,
        depth: usize,
    ) -> Result<(), ObjectError> {
        let Some(one) = old.or(new) else { return Ok(()) };
        let path = path.join(one.filename);
        self.seen += 1;
        if self.seen > MAX_COMPARED || self.found.len() > MAX_ENTRIES {
            return Err(ObjectError::TooLarge { what: "the number of differences".into(), limit: MAX_ENTRIES as u64 });
        }
        if one.mode.is_tree() {
            let id = |entry: Option<EntryRef<'_>>| entry.map(|entry| entry.oid.to_owned());
            return self.trees(id(old), id(new), &path, depth + 1);
        }
        self.found.push(Difference { path, old: old.and_then(leaf), new: new.and_then(leaf) });
        Ok(())
    }
}

fn leaf(entry: EntryRef<'_>) -> Option<Leaf> {
    Some(Leaf { mode: mode(entry.mode.kind())?, id: entry.oid.to_hex().to_string() })
}

/// Mode and id: two entries are equal when both are.
fn content(entry: EntryRef<'_>) -> (gix::objs::tree::EntryMode, &gix::oid) {
    (entry.mode, entry.oid)
}

/// Git's order: a directory's name ends with a slash there.
fn by_place(one: &EntryRef<'_>, other: &EntryRef<'_>) -> Ordering {
    let common = one.filename.len().min(other.filename.len());
    let end = |entry: &EntryRef<'_>| match entry.filename.get(common) {
        Some(byte) => *byte,
        None if entry.mode.is_tree() => b'/',
        None => 0,
    };
    let start = one.filename[..common].cmp(&other.filename[..common]);
    start.then_with(|| end(one).cmp(&end(other))).then_with(|| one.filename.len().cmp(&other.filename.len()))
}

/// The entries of one tree, in git's order: a tree in any other order, or with a name twice, is damaged, since nobody could say
/// what stands there.
struct Entries<'b> {
    rest: gix::objs::TreeRefIter<'b>,
    next: Option<EntryRef<'b>>,
    /// Files whose name may be a directory's, too, further down: those that the last name begins with.
    files: Vec<&'b [u8]>,
}

impl<'b> Entries<'b> {
    fn of(objects: &Objects, id: Option<ObjectId>, bytes: &'b mut Vec<u8>) -> Result<Self, ObjectError> {
        let rest = match id {
            Some(id) => objects.version(&id, bytes)?,
            None => gix::objs::TreeRefIter::from_bytes(&[], objects.kind()),
        };
        let mut entries = Self { rest, next: None, files: Vec::new() };
        entries.take()?;
        Ok(entries)
    }

    /// The next entry; the one after it stands ready.
    fn take(&mut self) -> Result<Option<EntryRef<'b>>, ObjectError> {
        let after = self.rest.next().transpose().map_err(damaged)?;
        let taken = std::mem::replace(&mut self.next, after);
        if let (Some(taken), Some(after)) = (&taken, &after)
            && by_place(taken, after) != Ordering::Less
        {
            return Err(ObjectError::Damaged("a tree is out of order".into()));
        }
        if let Some(after) = &after {
            self.once(after)?;
        }
        Ok(taken)
    }

    fn once(&mut self, entry: &EntryRef<'b>) -> Result<(), ObjectError> {
        let name: &'b [u8] = entry.filename;
        if name.is_empty() || name.contains(&b'/') {
            return Err(ObjectError::Damaged("a tree has an entry whose name is none".into()));
        }
        while self.files.last().is_some_and(|file| !name.starts_with(file)) {
            self.files.pop();
        }
        if !entry.mode.is_tree() {
            self.files.push(name);
        } else if self.files.last() == Some(&name) {
            return Err(ObjectError::Damaged("a tree has a file and a directory of one name".into()));
        }
        Ok(())
    }
}
