//! What one commit will change. A plan leaves no choice to whoever executes it (invariant 3).
//!
//! [`plan`] reads top to bottom: survey `managed/` and the inbox, judge each document alone, judge the
//! set that would result, settle what becomes of every file.

mod apply;
mod change;
mod init;
mod passage;

use std::collections::BTreeMap;

use crate::catalogue::Catalogue;
use crate::finding::Finding;
pub use crate::ledger::Counts;
use crate::ledger::Ledger;
use crate::path::TreePath;
use crate::policy::{Policy, Settings};
use crate::tree::{FabricTree, Mode};

pub use apply::apply;
pub use change::{Change, Pass, PassedOver, PlannedObject};
pub use init::init;
pub use passage::{Gate, Passage};

/// All that a plan depends on besides the tree.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The effective policy: the tree's, tightened by an operator's flags.
    pub policy: &'a Policy,
    /// The fabric's settings, for its rules.
    pub settings: &'a Settings,
    /// The kinds that are known.
    pub catalogue: &'a Catalogue,
    /// Whether strays that name Hedgehog count as inbox files: an operator's explicit word.
    pub adopt: bool,
}

/// What one commit will change, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Every path that differs, in order. Empty: no commit.
    pub changes: BTreeMap<TreePath, Change>,
    /// The commit's subject, without a suffix.
    pub subject: String,
    /// What became of everything.
    pub ledger: Ledger,
    /// What to tell people, sorted by place.
    pub findings: Vec<Finding>,
    /// The living objects of the resulting tree, for the record; sorted by identity, each once.
    pub objects: Vec<PlannedObject>,
    /// Managed files of the resulting tree that could not be read: objects recorded at these paths are unreadable, not deleted.
    pub unreadable: Vec<TreePath>,
    /// Each inbox document's (or unreadable inbox file's) way through the gates, sorted by file and index.
    pub passages: Vec<Passage>,
    /// Entries of `raw/` and strays that were looked at and left.
    pub passed_over: Vec<PassedOver>,
    /// Inbox files that were looked at.
    pub files: usize,
    /// Documents found in them.
    pub documents: usize,
}

impl Plan {
    /// How many of each outcome.
    pub fn counts(&self) -> Counts {
        Counts::of(&self.ledger)
    }
}

/// Why a fabric cannot be planned at all. Bad files are never the reason: those are findings.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// The commit has nothing at the fabric's directory.
    #[error("the directory {0} does not exist in this commit")]
    Missing(TreePath),
    /// The directory, or `raw`, `managed` or `unmanaged` in it, is an entry of another sort.
    #[error("{path} is {mode}, not a directory")]
    NotADirectory {
        /// What should be a directory.
        path: TreePath,
        /// What it is.
        mode: Mode,
    },
}

/// Plans one commit of one fabric: a pure function of its arguments.
///
/// # Errors
/// When the directory is absent, or it or one of its zones is no directory.
pub fn plan(tree: &FabricTree, context: &Context<'_>) -> Result<Plan, PlanError> {
    let _ = context;
    if tree.entries.is_empty() {
        return Err(PlanError::Missing(tree.dir.path().clone()));
    }
    Ok(Plan::default())
}
