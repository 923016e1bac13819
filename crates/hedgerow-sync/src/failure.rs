//! Why a run stopped, in one type: every reason has a stable word, says what was attempted, and what to do.

mod words;

use hedgerow_core::path::{FabricDir, FabricDirError, TreePath};
use hedgerow_core::plan::{PlanError, UndoError};
use hedgerow_core::policy::PolicyError;
use hedgerow_git::{BranchName, CommitId, Doubt, GitError, MirrorError, ObjectError, RemoteError};
use hedgerow_store::StoreError;

use crate::report::Reason;
use words::{remote_code, store_hint};

/// Why a run stopped.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The remote said no, or nothing.
    #[error(transparent)]
    Remote(#[from] RemoteError),
    /// The repository's credential cannot be used.
    #[error("the repository's credential cannot be used: {0}")]
    Credential(String),
    /// A bug: a thread of ours ended.
    #[error("a worker ended in a bug: {0}")]
    Panicked(String),
    /// Our copy of the repository cannot be had.
    #[error(transparent)]
    Mirror(#[from] MirrorError),
    /// Objects cannot be read or written.
    #[error(transparent)]
    Object(#[from] ObjectError),
    /// The store said no.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The fabric cannot be planned.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// The fabric's policy cannot be read, or a flag would loosen it.
    #[error("the fabric's policy: {0}")]
    Policy(#[from] PolicyError),
    /// The fabric's settings or its additions to the catalogue cannot be read.
    #[error("the fabric's settings: {0}")]
    Settings(String),
    /// The text is not a fabric's directory.
    #[error(transparent)]
    Directory(#[from] FabricDirError),
    /// The git program cannot be used.
    #[error(transparent)]
    Git(#[from] GitError),
    /// The branch has no commit.
    #[error("the branch {0} has no commit yet")]
    Unborn(BranchName),
    /// The commit has no such directory.
    #[error("the directory {dir} is not there at {branch}@{}", commit.short())]
    Absent {
        /// The directory.
        dir: FabricDir,
        /// The branch.
        branch: BranchName,
        /// The commit that was read.
        commit: CommitId,
    },
    /// Something else stands where a directory should be.
    #[error("{0} is not a directory: Hedgerow follows no links")]
    NotATree(TreePath),
    /// Nobody said which directory, and none has `raw/`.
    #[error("no directory of {branch}@{} has a raw/ in it", commit.short())]
    NoFabric {
        /// The branch.
        branch: BranchName,
        /// The commit that was read.
        commit: CommitId,
    },
    /// Nobody said which directory, and several have `raw/`.
    #[error("{} directories have a raw/ in them: {}", .0.len(), list(.0))]
    ManyFabrics(Vec<FabricDir>),
    /// The remote is a clone in which somebody works.
    #[error("{path} is a work tree with {branch} checked out: a push would pull the rug from under it")]
    WorkTree {
        /// The path.
        path: String,
        /// The branch.
        branch: String,
    },
    /// The fabric's own policy says so.
    #[error("the fabric is suspended: {0}")]
    Suspended(String),
    /// Somebody took our commit back.
    #[error("commit {} of ours was reverted: that is a person's word, so nothing is written", .0.short())]
    Reverted(CommitId),
    /// `--resume` names another commit than the one that was reverted.
    #[error("the commit that was reverted is {}, not {}", reverted.short(), named.short())]
    OtherReverted {
        /// The reverted one.
        reverted: CommitId,
        /// The one that was named.
        named: CommitId,
    },
    /// The branch no longer has what it had when it was verified.
    #[error(
        "{branch} no longer has our commit {}, which was verified there: it was forced, or restored from a backup; it is at {head} now",
        ours.short()
    )]
    Rewritten {
        /// Our commit.
        ours: CommitId,
        /// The branch.
        branch: BranchName,
        /// Where it is.
        head: CommitId,
    },
    /// The branch has a commit of ours that the store does not know.
    #[error(
        "{branch} has our commit {}, which this database does not know: the database is new or older than the branch, or another Hedgerow writes there",
        ours.short()
    )]
    Forgotten {
        /// Our commit.
        ours: CommitId,
        /// The branch.
        branch: BranchName,
        /// Where it is.
        head: CommitId,
    },
    /// The branch no longer has what it had, and what has our trailers there does not hold.
    #[error("{branch} has commit {} with our trailers, and it does not hold: {what}; the branch is at {head} now", claims.short())]
    Tampered {
        /// What claims to be ours.
        claims: CommitId,
        /// What does not hold of it.
        what: String,
        /// The branch.
        branch: BranchName,
        /// Where it is.
        head: CommitId,
    },
    /// An earlier run saw what must not go on without a person.
    #[error("nothing is written until a person has looked: {0}")]
    Frozen(String),
    /// Our own commits follow each other.
    #[error("the last {in_a_row} commits under the directory are all ours: something goes round in circles")]
    Breaker {
        /// How many.
        in_a_row: usize,
        /// Where the branch is.
        head: CommitId,
    },
    /// The server does not take the commit.
    #[error("the remote refused the push to {branch}: {words}")]
    Refused {
        /// The branch.
        branch: BranchName,
        /// The server's words.
        words: String,
    },
    /// The push was tried again and again, and nothing of it arrived.
    #[error("the push to {branch} does not arrive: {words}")]
    NotArrived {
        /// The branch.
        branch: BranchName,
        /// What was said the last time.
        words: String,
    },
    /// What we wrote does not balance: a bug, caught before the push.
    #[error("the commit does not balance, so it was not pushed: {0}")]
    Unbalanced(String),
    /// The server said that it took our commit, and a second look does not find it: perhaps the remote never had it.
    #[error("commit {} was pushed to {branch}, the server said yes, and it was not seen there: {what}", commit.short())]
    Lost {
        /// Our commit.
        commit: CommitId,
        /// Where the branch is instead, as a look at the remote showed it: the commit to go on from.
        stands: Option<CommitId>,
        /// The branch.
        branch: BranchName,
        /// What the second look saw.
        what: String,
    },
    /// Nothing in the branch's history has this name.
    #[error("{branch} has no commit {text}")]
    NoCommit {
        /// As it was named.
        text: String,
        /// The branch.
        branch: BranchName,
    },
    /// Several commits begin like this.
    #[error("several commits begin with {0}")]
    AmbiguousCommit(String),
    /// Nothing of ours in the branch's history has this name.
    #[error("{branch} has no commit of ours for {dir} that is called {text}, or made by a run of that name")]
    NotOurs {
        /// As it was named.
        text: String,
        /// The branch.
        branch: BranchName,
        /// The directory.
        dir: FabricDir,
    },
    /// The commit cannot be taken back.
    #[error("{} is not taken back: {why}", commit.short())]
    Undo {
        /// The commit.
        commit: CommitId,
        /// The head that it would be taken back at.
        head: CommitId,
        /// Why not.
        why: UndoError,
    },
    /// What git shows of a local repository may not be what is stored.
    #[error("the repository has {0}: what git shows of it may not be what is stored in it")]
    Doubtful(Doubt),
    /// Others write all the time.
    #[error("the branch moved {0} times under this run")]
    AlwaysMoving(u32),
    /// Another run holds the repository.
    #[error("another run works on this repository, and did not finish in time")]
    Busy,
    /// The deadline passed between two steps.
    #[error("the time is up")]
    Timeout,
    /// A signal.
    #[error("interrupted")]
    Interrupted,
}

/// Whom a failure concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// One fabric: the others of its repository go on.
    Fabric,
    /// The whole repository.
    Repository,
}

/// How long a failure lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lasting {
    /// The next try may succeed.
    Passing,
    /// Until somebody changes the branch or says a word: trying again at the same head comes to the same.
    UntilChanged,
}

fn list(dirs: &[FabricDir]) -> String {
    dirs.iter().take(10).map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

impl Failure {
    /// The reason as a report has it.
    pub fn reason(&self) -> Reason {
        Reason { code: self.code(), message: self.to_string(), hint: self.hint() }
    }

    /// Whom it concerns.
    pub(crate) fn reach(&self) -> Reach {
        match self {
            Self::Object(ObjectError::Git(_) | ObjectError::Io(_)) => Reach::Repository,
            Self::Object(_)
            | Self::Plan(_)
            | Self::Policy(_)
            | Self::Settings(_)
            | Self::Directory(_)
            | Self::Absent { .. }
            | Self::NotATree(_)
            | Self::NoFabric { .. }
            | Self::ManyFabrics(_)
            | Self::Suspended(_)
            | Self::Reverted(_)
            | Self::OtherReverted { .. }
            | Self::Rewritten { .. }
            | Self::Forgotten { .. }
            | Self::Tampered { .. }
            | Self::Frozen(_)
            | Self::Breaker { .. }
            | Self::Refused { .. }
            | Self::Unbalanced(_)
            | Self::Lost { .. } => Reach::Fabric,
            _ => Reach::Repository,
        }
    }

    /// The commit that a person must name before anything is written.
    pub(crate) fn awaits(&self) -> Option<&CommitId> {
        match self {
            Self::Reverted(commit) | Self::OtherReverted { reverted: commit, .. } => Some(commit),
            Self::Rewritten { head, .. }
            | Self::Forgotten { head, .. }
            | Self::Tampered { head, .. }
            | Self::Breaker { head, .. } => Some(head),
            // Ours may be nowhere: nobody is to say that it may go on from there.
            Self::Lost { stands, .. } => stands.as_ref(),
            _ => None,
        }
    }

    /// How long it lasts.
    pub fn lasting(&self) -> Lasting {
        match self {
            // Of these another try may say something else: the server's rules, its view, or a copy that is made anew.
            Self::Object(_) | Self::Refused { .. } | Self::Lost { .. } => Lasting::Passing,
            _ if self.reach() == Reach::Fabric => Lasting::UntilChanged,
            _ => Lasting::Passing,
        }
    }

    /// A stable word.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Remote(error) => remote_code(error),
            Self::Credential(_) => "credential",
            Self::Panicked(_) => "bug",
            Self::Mirror(MirrorError::Busy { .. }) | Self::Busy => "busy",
            Self::Mirror(MirrorError::Cancelled) | Self::Interrupted => "interrupted",
            Self::Mirror(MirrorError::Io { .. }) => "cache",
            Self::Object(_) => "objects",
            Self::Git(_) => "git",
            Self::NoCommit { .. } | Self::NotOurs { .. } | Self::AmbiguousCommit(_) => "no_commit",
            Self::Undo { .. } => "undo",
            Self::Doubtful(_) => "doubtful",
            Self::Store(_) => "store",
            Self::Plan(_) | Self::NotATree(_) => "not_a_directory",
            Self::Policy(_) => "policy",
            Self::Settings(_) => "settings",
            Self::Directory(_) => "directory",
            Self::Unborn(_) => "unborn",
            Self::Absent { .. } => "no_directory",
            Self::NoFabric { .. } => "no_fabric",
            Self::ManyFabrics(_) => "many_fabrics",
            Self::WorkTree { .. } => "work_tree",
            Self::Suspended(_) => "suspended",
            Self::Reverted(_) | Self::OtherReverted { .. } => "reverted",
            Self::Rewritten { .. } => "rewritten",
            Self::Forgotten { .. } => "forgotten",
            Self::Tampered { .. } => "tampered",
            Self::Frozen(_) => "frozen",
            Self::Breaker { .. } => "breaker",
            Self::Refused { .. } => "refused",
            Self::Unbalanced(_) => "unbalanced",
            Self::NotArrived { .. } => "not_arrived",
            Self::Lost { .. } => "lost",
            Self::AlwaysMoving(_) => "moving",
            Self::Timeout => "timeout",
        }
    }

    /// What to do.
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Remote(error) => error.hint().to_owned(),
            Self::Git(error) => error.hint().to_owned(),
            Self::Credential(_) => "give it again: hedgerow repo rotate".to_owned(),
            Self::Panicked(_) => "this is a bug in Hedgerow: please report it with the log".to_owned(),
            Self::Store(error) => store_hint(error).to_owned(),
            Self::NoCommit { .. } | Self::AmbiguousCommit(_) => "git log --oneline lists them".to_owned(),
            Self::NotOurs { .. } => "hedgerow verify lists them; and check --path".to_owned(),
            Self::Undo { why: UndoError::ChangedSince(_), commit, head } => format!(
                "see what came since: git diff {} {} ; then edit the files in git, by hand",
                commit.short(),
                head.short()
            ),
            Self::Undo { .. } => return None,
            Self::Doubtful(_) => "clone it afresh: they do not come along".to_owned(),
            Self::Mirror(_) => "check the cache directory ($XDG_CACHE_HOME/hedgerow); it can be deleted at any time".to_owned(),
            Self::Unborn(branch) => format!("hedgerow init makes the first commit on {branch}"),
            Self::Absent { dir, .. } => format!("check --path, or make it with: hedgerow init --path {dir}"),
            Self::NoFabric { .. } => "name the directory with --path, or make one with: hedgerow init --path DIR".to_owned(),
            Self::ManyFabrics(_) => "name one with --path".to_owned(),
            Self::NotATree(path) => format!("replace {path} by a directory; git ls-tree shows what it is"),
            Self::Plan(_) => "git ls-tree shows what stands in the directory's way".to_owned(),
            Self::Policy(PolicyError::Loosened { .. }) => "flags may only tighten a policy; change the file in git instead".to_owned(),
            Self::Policy(_) | Self::Settings(_) => "correct the file in git; until then nothing is written".to_owned(),
            Self::WorkTree { branch, .. } => {
                format!("use a bare repository, or check out another branch there; inside a clone, leave --repo out and {branch}'s upstream is used")
            }
            Self::Suspended(_) => "take `suspended` out of .hedgerow/policy.toml to go on".to_owned(),
            Self::Reverted(commit) => format!(
                "correct or remove the files in raw/; or, if the revert was a mistake: hedgerow sync --resume {commit}"
            ),
            Self::OtherReverted { reverted, .. } => format!("if that is what you mean: hedgerow sync --resume {reverted}"),
            Self::Rewritten { .. } | Self::Forgotten { .. } | Self::Tampered { .. } | Self::Breaker { .. } => {
                "look at the branch; to go on from where it is: hedgerow fabric resume NAME --accept COMMIT".to_owned()
            }
            Self::Frozen(_) => "hedgerow fabric show says what to accept".to_owned(),
            Self::Refused { .. } => {
                "if the branch is protected, let the credential write to it, or leave the commit for people to merge: --push-to BRANCH"
                    .to_owned()
            }
            Self::NotArrived { .. } => "nothing was changed; try again later, and if it stays so, ask whoever runs the server or the proxy before it".to_owned(),
            Self::Unbalanced(_) => "this is a bug in Hedgerow: nothing was changed; please report it with the tree".to_owned(),
            Self::Lost { .. } => "somebody forced the branch, or the server serves an old state: git log shows which".to_owned(),
            Self::AlwaysMoving(_) => "run it again when the branch is quieter".to_owned(),
            Self::Busy | Self::Timeout => "run it again, or give more time with --timeout".to_owned(),
            Self::Interrupted => "run it again: a run settles what the one before left open".to_owned(),
            Self::Object(_) | Self::Directory(_) => return None,
        })
    }
}
