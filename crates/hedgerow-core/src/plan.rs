//! What one commit will change. A plan leaves no choice to whoever executes it (invariant 3).

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use crate::finding::Finding;
use crate::ledger::{Ledger, Outcome};
use crate::path::TreePath;

/// One path that differs after the commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The path holds these bytes, mode 100644.
    Write(Arc<[u8]>),
    /// The path holds the blob that the parent has at `from`, mode 100644: its bytes need not be written again.
    Move {
        /// Where the blob is in the parent.
        from: TreePath,
    },
    /// The path is gone.
    Remove,
}

/// How many of each outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// [`Outcome::Created`]
    pub created: usize,
    /// [`Outcome::Replaced`]
    pub replaced: usize,
    /// [`Outcome::Unchanged`]
    pub unchanged: usize,
    /// [`Outcome::Duplicate`]
    pub duplicate: usize,
    /// [`Outcome::Foreign`]
    pub foreign: usize,
    /// [`Outcome::Held`]
    pub held: usize,
    /// [`Outcome::Undone`]
    pub undone: usize,
}

impl Counts {
    /// The counts of a ledger's lines.
    pub fn of(ledger: &Ledger) -> Self {
        let mut counts = Self::default();
        for line in ledger.lines() {
            *match line.outcome {
                Outcome::Created => &mut counts.created,
                Outcome::Replaced => &mut counts.replaced,
                Outcome::Unchanged => &mut counts.unchanged,
                Outcome::Duplicate => &mut counts.duplicate,
                Outcome::Foreign => &mut counts.foreign,
                Outcome::Held => &mut counts.held,
                Outcome::Undone => &mut counts.undone,
            } += 1;
        }
        counts
    }
}

/// A file that the plan looked at and left alone, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PassedOver {
    /// The file.
    pub file: TreePath,
    /// `no document`, `not yaml`, `.gitkeep`, `stray`.
    pub reason: &'static str,
}

/// What one commit will change, and why.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Every path that differs, in order. Empty: no commit.
    pub changes: BTreeMap<TreePath, Change>,
    /// The commit's subject, without a suffix.
    pub subject: String,
    /// What became of everything.
    pub ledger: Ledger,
    /// What to tell people, sorted by place.
    pub findings: Vec<Finding>,
    /// The objects as they stand in the resulting tree, for the record; sorted by identity.
    pub objects: Vec<PlannedObject>,
    /// Entries of `raw/` and strays that were looked at and left.
    pub passed_over: Vec<PassedOver>,
    /// Inbox files that were read.
    pub files: usize,
    /// Documents found in them.
    pub documents: usize,
}

/// An object of the resulting tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedObject {
    /// Who it is.
    pub identity: crate::object::Identity,
    /// The version of its API, such as `v1beta1`.
    pub version: String,
    /// Where it stands.
    pub path: TreePath,
    /// SHA-256 of its value in canonical JSON (`docs/reference/format.md`).
    pub digest: String,
    /// Its value in canonical JSON.
    pub json: String,
    /// The inbox document that it came from with this commit, if it did.
    pub from: Option<crate::ledger::From>,
}
