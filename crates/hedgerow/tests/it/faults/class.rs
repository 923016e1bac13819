//! The classes of faults.

use super::arena::Line;
use super::sandbox;

macro_rules! classes {
    ($($(#[$doc:meta])* $name:ident = $words:literal;)*) => {
        /// A class of faults.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub(super) enum Class {
            $($(#[$doc])* $name,)*
        }

        impl Class {
            /// All of them.
            pub(super) const ALL: &[Self] = &[$(Self::$name),*];

            /// In a few words.
            pub(super) fn words(self) -> &'static str {
                match self {
                    $(Self::$name => $words,)*
                }
            }
        }
    };
}

classes! {
    /// At the moment in which the program says that it begins a step.
    KillAtStep = "killed as a step begins";
    /// At any moment, with or without the children.
    KillAnywhere = "killed at any moment";
    /// SIGINT or SIGTERM.
    Interrupted = "interrupted";
    /// A small file system under the store, the cache or the temporary files.
    DiskFull = "disk full";
    /// `RLIMIT_FSIZE`: every write beyond it fails.
    FileLimit = "files limited in size";
    /// A read-only mount of one of the three.
    ReadOnly = "file system read-only";
    /// `RLIMIT_AS`
    Memory = "memory limited";
    /// Another time, or time that races.
    Clock = "clock jumps";
    /// No file.
    StoreWiped = "database wiped";
    /// An old file.
    StoreRestored = "database from an old backup";
    /// Somebody else holds it, for a moment or for all of the run.
    StoreLocked = "database locked";
    /// Not a database any more.
    StoreDamaged = "database damaged";
    /// A file of the mirror cut short, or gone.
    CacheDamaged = "cache damaged";
    /// Nobody listens.
    Refuses = "server refuses connections";
    /// No answer.
    Hangs = "server hangs";
    /// Before anything is done.
    CutBefore = "line cut before the request";
    /// In the middle of what we send: the pack.
    CutRequest = "line cut in mid-request";
    /// In the middle of what we are sent: the pack, the report.
    CutAnswer = "line cut in mid-answer";
    /// After the pack, before the report.
    AnswerLost = "answer lost";
    /// The push is taken, and the answer is an error.
    ErrorThoughTaken = "push taken, error said";
    /// The push is taken by nobody, and the answer is success.
    SuccessThoughLost = "push lost, success said";
    /// A mirror that is behind, for a part of the run.
    OldHead = "old head served";
    /// A mirror that is behind, for all of the run.
    OldHeadAlways = "old head served throughout";
    /// 401, 403, 404, 409, 422, 429, 5xx; HTML.
    Status = "HTTP status";
    /// To another host.
    Redirect = "redirect to another host";
    /// Another host key, another certificate.
    Identity = "host key or certificate changed";
    /// A hook refuses.
    Hook = "push refused by a hook";
    /// Somebody pushes something else at the worst moment.
    BranchMoves = "branch moves";
    /// Somebody edits the inbox file.
    SameRaw = "a person edits the inbox file";
    /// Somebody edits a managed file.
    SameManaged = "a person edits a managed file";
    /// Somebody deletes the directory.
    DirectoryDeleted = "a person deletes the directory";
    /// Somebody renames the branch.
    BranchRenamed = "a person renames the branch";
    /// Somebody drops the newest commits.
    ForcePush = "a person forces the branch back";
    /// Two memories, one remote, at once.
    TwoStores = "two stores at once";
    /// Twenty of them.
    Twenty = "twenty writers at once";
}

impl Class {
    /// Whether it can strike a run over this line, on this machine.
    pub(super) fn applies(self, line: Line) -> bool {
        match self {
            Self::DiskFull | Self::ReadOnly => sandbox::has_mounts(),
            Self::Clock => sandbox::has_faketime(),
            Self::Identity => line != Line::Http,
            Self::Refuses
            | Self::Hangs
            | Self::CutBefore
            | Self::CutRequest
            | Self::CutAnswer
            | Self::AnswerLost
            | Self::ErrorThoughTaken
            | Self::SuccessThoughLost
            | Self::OldHead
            | Self::OldHeadAlways
            | Self::Status
            | Self::Redirect
            | Self::BranchMoves
            | Self::SameRaw
            | Self::SameManaged
            | Self::DirectoryDeleted
            | Self::BranchRenamed
            | Self::ForcePush => line != Line::Ssh,
            _ => true,
        }
    }

    /// How often it is chosen among those that apply: what is dear is rarer.
    pub(super) fn weight(self) -> u32 {
        match self {
            Self::Twenty | Self::StoreLocked => 1,
            Self::Hangs => 2,
            Self::KillAtStep | Self::KillAnywhere => 12,
            _ => 5,
        }
    }
}
