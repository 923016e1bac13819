//! What is asked for: which fabric, and how.

use hedgerow_core::path::FabricDir;
use hedgerow_core::policy::Flags;
use hedgerow_git::{BranchChoice, BranchName, CommitId, Remote, Signer};
use hedgerow_store::Trigger;

use crate::memory::Memory;

/// Which fabric of which repository.
#[derive(Debug)]
pub struct Target {
    /// The repository and the credential.
    pub remote: Remote,
    /// The branch.
    pub branch: BranchChoice,
    /// The directory; `None` for the only one that has `raw/`.
    pub dir: Option<FabricDir>,
}

/// How to judge.
#[derive(Clone, Copy, Debug, Default)]
pub struct Judging {
    /// Strays that name Hedgehog count as inbox files.
    pub adopt: bool,
    /// What tightens the policy.
    pub flags: Flags,
}

/// Who commits, and how the commit looks. What is absent is the policy's to say.
#[derive(Clone, Debug, Default)]
pub struct Committing {
    /// The committer's name.
    pub name: Option<String>,
    /// Appended to the subject.
    pub subject_suffix: Option<String>,
    /// Signs the commit.
    pub signer: Option<Signer>,
}

/// A sync.
#[derive(Debug)]
pub struct Request {
    /// Which fabric.
    pub target: Target,
    /// How to judge.
    pub judging: Judging,
    /// How to commit.
    pub committing: Committing,
    /// The branch that takes the commit, where the fabric's own is protected.
    pub push_to: Option<BranchName>,
    /// A person's word to go on after this commit of ours was reverted.
    pub resume: Option<CommitId>,
    /// A person's word that objects which are gone, too many at once, are meant to be.
    pub confirm_deletions: bool,
    /// What rang.
    pub trigger: Trigger,
    /// What must be so before anything is written, where nobody asked for this very run. `None`: a person did.
    pub memory: Option<Memory>,
}
