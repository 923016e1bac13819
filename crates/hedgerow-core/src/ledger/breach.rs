//! What is wrong with a commit that claims to be ours: one variant a clause of `docs/reference/format.md`, "Conservation".

use crate::path::TreePath;

/// A clause of conservation that does not hold. Hashes are lower-case hex.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Breach {
    /// A document of the inbox is nowhere in the result.
    #[error("the document {}#{index} (text {sha256}) left the inbox and stands nowhere under managed/", file.quoted())]
    Lost {
        /// The inbox file.
        file: TreePath,
        /// The document's index there.
        index: usize,
        /// The hash of its text.
        sha256: String,
    },
    /// What stays of a split file is not some of its documents in their order.
    #[error("what stays of {} at {} is not some of its documents, in their order and whole", file.quoted(), at.quoted())]
    Remainder {
        /// The inbox file.
        file: TreePath,
        /// Where the remainder stands.
        at: TreePath,
    },
    /// An inbox entry that was never a file for us is gone or different.
    #[error("the entry {} is no regular file that could be read, and yet it changed", .0.quoted())]
    Unreadable(TreePath),
    /// A path differs that no line of the ledger names.
    #[error("{} differs between the two trees, and no line of the ledger names it", .0.quoted())]
    Unexplained(TreePath),
    /// What is new or different is no regular file of mode 100644.
    #[error("{} is new or different, and no regular file of mode 100644", .0.quoted())]
    Mode(TreePath),
    /// A line names a path, but the commit does something else there than the outcome allows.
    #[error("{} is `{outcome}` in the ledger, but {what}", path.quoted())]
    Outcome {
        /// The path.
        path: TreePath,
        /// What the ledger says.
        outcome: super::Outcome,
        /// What is wrong.
        what: &'static str,
    },
    /// A file placed under `managed/` is not the lines of the document that it came from.
    #[error("{} is not, byte for byte, the lines of {}#{index} (text {sha256})", to.quoted(), from.quoted())]
    Lines {
        /// The managed file.
        to: TreePath,
        /// The inbox file.
        from: TreePath,
        /// The document's index there.
        index: usize,
        /// The hash of its text.
        sha256: String,
    },
    /// A file placed under `managed/` is not at the path that its object's identity gives.
    #[error("{} is not where its object belongs: {what}", path.quoted())]
    Misplaced {
        /// The managed file.
        path: TreePath,
        /// What is wrong.
        what: String,
    },
    /// The trailer's directory is not this one.
    #[error("the trailer's directory is {claimed}, not {found}")]
    Directory {
        /// As the trailer has it, quoted.
        claimed: String,
        /// The directory that was compared, quoted.
        found: String,
    },
    /// The trailer's counts are not the derived ledger's.
    #[error("the trailer counts {claimed}, the trees give {found}")]
    Counts {
        /// As the trailer has them.
        claimed: super::Counts,
        /// As derived.
        found: super::Counts,
    },
    /// The trailer's digest is not the derived ledger's.
    #[error("the trailer's ledger digest is {claimed}, the trees give {found}")]
    Digest {
        /// As the trailer has it.
        claimed: String,
        /// As derived.
        found: String,
    },
    /// The commit takes another one back that is none of ours for the directory, with one parent, in its own history.
    #[error("it takes back {0}, which is no commit of ours for this directory in its history")]
    NothingToUndo(String),
}
