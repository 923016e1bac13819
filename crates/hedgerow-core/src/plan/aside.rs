//! Where there is room under `unmanaged/`.

use std::collections::BTreeMap;

use crate::codes::placement as codes;
use crate::finding::{Finding, Place};
use crate::path::TreePath;
use crate::tree::FabricTree;

/// Whether a file can stand at a path under `unmanaged/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Room {
    /// Nothing is in the way.
    Free,
    /// The same bytes are there already, or will be.
    Same,
    /// Something else is in the way.
    Taken,
}

/// `unmanaged/` as it stands, with what this plan adds.
pub(super) struct Aside<'x> {
    tree: &'x FabricTree,
    /// The paths that this plan fills, with the hash of what comes there.
    claimed: BTreeMap<TreePath, String>,
}

impl<'x> Aside<'x> {
    pub(super) fn new(tree: &'x FabricTree) -> Self {
        Self { tree, claimed: BTreeMap::new() }
    }

    /// Where a file of the inbox stands when it is set aside.
    pub(super) fn home(&self, path: &TreePath) -> TreePath {
        self.tree.dir.unmanaged_home(path)
    }

    /// Whether `bytes`, whose hash is `sha256`, can stand at `home`.
    pub(super) fn room(&self, home: &TreePath, bytes: &[u8], sha256: &str) -> Room {
        let there = self.tree.get(home).and_then(|entry| entry.text_bytes());
        if there == Some(bytes) || self.claimed.get(home).is_some_and(|claimed| claimed == sha256) {
            return Room::Same;
        }
        if self.is_free(home) { Room::Free } else { Room::Taken }
    }

    /// Whether nothing is in the way at `home`.
    pub(super) fn is_free(&self, home: &TreePath) -> bool {
        let is_claimed = |path: &TreePath| self.claimed.contains_key(path);
        let below = home.join("");
        let next = self.claimed.range(below..).next();
        let is_directory = next.is_some_and(|(path, _)| path.below(home).is_some());
        let is_claimed = is_claimed(home) || home.ancestors().any(|path| is_claimed(&path)) || is_directory;
        !is_claimed && self.tree.in_the_way(home).is_none()
    }

    /// What has this hash will stand at `home`.
    pub(super) fn claim(&mut self, home: &TreePath, sha256: &str) {
        self.claimed.insert(home.clone(), sha256.to_owned());
    }
}

/// The finding about what should be set aside and cannot be.
pub(super) fn no_room(path: &TreePath, home: &TreePath) -> Finding {
    let message = format!("it cannot be set aside: its place, {home}, is taken");
    Finding::error(codes::UNMANAGED_TAKEN, Place::file(path.clone()), message).hint("rename one of the two")
}
