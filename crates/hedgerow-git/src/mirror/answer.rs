//! What a remote and a tree may answer.

use hedgerow_core::tree::FabricTree;

use crate::branch::BranchName;
use crate::id::{CommitId, TreeId};

/// What a fetch found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// The branch; the one that the remote's `HEAD` points to, when that was asked for.
    pub branch: BranchName,
    /// Its newest commit; `None` when the branch is yet to be born.
    pub head: Option<CommitId>,
    /// Whether it is another one than the last fetch saw.
    pub moved: Moved,
}

/// What the last fetch of the branch had seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moved {
    /// Nothing: this copy is new.
    First,
    /// The same commit.
    No,
    /// Another commit.
    Yes,
    /// There is no commit: the repository is empty.
    EmptyRepository,
    /// There is no commit on this branch, though others have some: `HEAD` points to a branch yet to be born.
    Unborn,
}

/// What a fresh look at the remote saw, over a connection of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// The branch's newest commit; `None` when the remote has no such branch.
    pub head: Option<CommitId>,
    /// The branch that the remote's `HEAD` points to, when it is born and the server says so.
    pub default_branch: Option<BranchName>,
}

/// A fabric's directory at one commit.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// What is in it.
    pub tree: FabricTree,
    /// The commit's whole tree.
    pub commit_tree: TreeId,
    /// The directory's tree.
    pub dir_tree: TreeId,
}

/// What a commit has where a fabric's directory should be.
#[derive(Clone, Debug)]
pub enum TreeLook {
    /// Nothing.
    Absent,
    /// The directory, a component of it, its `raw` or its `managed` is a file, a link or a submodule.
    NotATree {
        /// Which.
        path: hedgerow_core::path::TreePath,
    },
    /// The directory.
    Tree(Snapshot),
}

/// What became of a push. Never forced; the parent that it expects is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Push {
    /// The remote has it.
    Pushed,
    /// The branch is not where it was expected: fetch and plan again.
    Moved,
    /// A hook, a protected branch or the like: the server's words, redacted.
    Refused(String),
    /// The line was cut after something was sent, or the answer made no sense: look before anything else. What was said.
    Unknown(String),
}

/// Whether one commit is in the history of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ancestry {
    /// It is, or it is the same.
    Yes,
    /// It is not, and all the history is here.
    No,
    /// The history that is here ends before the question does: deepen.
    CouldNotTell,
}

/// How much history is in the copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// All of it.
    Complete,
    /// It ends somewhere: ask for more, or (when all was asked for) the remote itself has no more.
    Shallow,
}
