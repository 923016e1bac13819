//! What the world says no with. Variants are named for what the caller can do; the server's words (redacted) and the
//! hint stand apart.

use std::path::PathBuf;
use std::time::Duration;

use crate::branch::BranchName;
use crate::id::CommitId;

/// The `git` program cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// There is no such program.
    #[error("git was not found: {0}")]
    NotFound(PathBuf),
    /// Older than the floor.
    #[error("git {found} is too old: {floor} or newer is needed")]
    TooOld {
        /// What is there.
        found: String,
        /// What is needed.
        floor: &'static str,
    },
    /// It is there, but a command of it did not do what it should.
    #[error("git {command}: {words}")]
    Failed {
        /// The subcommand.
        command: String,
        /// What it said, redacted.
        words: String,
    },
    /// It took longer than the deadline.
    #[error("git {command} took longer than {} s", after.as_secs())]
    Timeout {
        /// The subcommand.
        command: String,
        /// The deadline.
        after: Duration,
    },
    /// Somebody stopped us.
    #[error("cancelled")]
    Cancelled,
}

impl GitError {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NotFound(_) | Self::TooOld { .. } => "install git 2.34 or newer, and see that it is on the PATH",
            Self::Failed { .. } => "run the same by hand to see more",
            Self::Timeout { .. } => "give more time with --timeout",
            Self::Cancelled => "run it again",
        }
    }
}

/// The local copy of a repository cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum MirrorError {
    /// Another process works on this repository, and did not finish in time.
    #[error("another process holds {path} for longer than {} s", after.as_secs())]
    Busy {
        /// The lock.
        path: PathBuf,
        /// How long we waited.
        after: Duration,
    },
    /// Somebody stopped us.
    #[error("cancelled")]
    Cancelled,
    /// The cache directory cannot be written.
    #[error("cannot use the cache {path}: {source}")]
    Io {
        /// What could not be used.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

/// The remote said no, or nothing. `words` are the server's or git's own, redacted and possibly empty.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RemoteError {
    /// A service may not go there: another scheme than https and ssh, a directory under no named root, or an address
    /// that means this machine, its neighbours or its cloud's metadata.
    #[error("a service may not go there{}", after(words))]
    Disallowed {
        /// Why not.
        words: String,
    },
    /// 404, or no such path. Forges say it too to those who may not know that a repository exists.
    #[error("there is no such repository, or it is hidden from this credential{}", after(words))]
    NotFound {
        /// What was said.
        words: String,
    },
    /// 401: nobody, or a wrong token or key.
    #[error("the remote does not know this credential{}", after(words))]
    Unauthorized {
        /// What was said.
        words: String,
    },
    /// 403: known, but not allowed.
    #[error("the credential may not do this{}", after(words))]
    Forbidden {
        /// What was said.
        words: String,
    },
    /// The host's name does not resolve.
    #[error("the host is unknown{}", after(words))]
    HostUnknown {
        /// What was said.
        words: String,
    },
    /// The host answers with an ssh key that is not pinned, or another than the pinned one.
    #[error("the host's ssh key is not the one that is known{}", after(words))]
    HostKey {
        /// What was said.
        words: String,
    },
    /// The host's certificate is not trusted.
    #[error("TLS with the host failed{}", after(words))]
    Tls {
        /// What was said.
        words: String,
    },
    /// Nobody listens there.
    #[error("the host does not take the connection{}", after(words))]
    Unreachable {
        /// What was said.
        words: String,
    },
    /// 429.
    #[error("the remote asks for fewer requests{}", after(words))]
    RateLimited {
        /// When to come back, where the server said so in a place that git shows.
        retry_after: Option<Duration>,
        /// What was said.
        words: String,
    },
    /// The repository is elsewhere now. Not followed: the credential belongs to the first host.
    #[error("the repository has moved{}", to.as_ref().map(|to| format!(" to {to}")).unwrap_or_default())]
    Redirected {
        /// Where to, redacted; `None` when the server did not say.
        to: Option<String>,
    },
    /// It took longer than the deadline.
    #[error("the remote took longer than {} s{}", after.as_secs(), self::after(words))]
    Timeout {
        /// The deadline.
        after: Duration,
        /// What was said.
        words: String,
    },
    /// Somebody stopped us.
    #[error("cancelled")]
    Cancelled,
    /// The repository has branches, but not this one.
    #[error("there is no branch {branch}")]
    NoBranch {
        /// The one that was asked for.
        branch: BranchName,
        /// Some of those that are there, sorted.
        available: Vec<BranchName>,
    },
    /// The remote's `HEAD` names a commit and no branch, so there is none to write to.
    #[error("the remote's HEAD names no branch but the commit {commit}")]
    DetachedHead {
        /// The commit.
        commit: CommitId,
    },
    /// 5xx.
    #[error("the remote has a fault of its own{}", after(words))]
    Server {
        /// What was said.
        words: String,
    },
    /// Something answers, but it is no git repository.
    #[error("this is not a git repository{}", after(words))]
    NotARepository {
        /// What was said.
        words: String,
    },
    /// The line was cut, or what came over it made no sense.
    #[error("the conversation with the remote broke off{}", after(words))]
    Broken {
        /// What was said.
        words: String,
    },
    /// Our own copy, or the git program, is at fault.
    #[error("the local copy cannot be used{}", after(words))]
    Local {
        /// What was said.
        words: String,
    },
    /// Nothing of the above: git's words.
    #[error("git could not talk to the remote{}", after(words))]
    Other {
        /// What was said.
        words: String,
    },
}

fn after(words: &str) -> String {
    if words.is_empty() { String::new() } else { format!(": {words}") }
}

impl RemoteError {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Disallowed { .. } => {
                "use https or ssh; for others, name the host, root or network in the configuration"
            }
            Self::NotFound { .. } => "check the URL; if it is right, give a credential that may read the repository",
            Self::Unauthorized { .. } => "check the token (--token-file) or the key (--ssh-key)",
            Self::Forbidden { .. } => "give the credential the right to read and write this repository",
            Self::HostUnknown { .. } => "check the host's name and the resolver",
            Self::HostKey { .. } => "compare the key with what the host's owner publishes, and pin it (--known-hosts)",
            Self::Tls { .. } => "check the certificate; a private authority is named by SSL_CERT_FILE",
            Self::Unreachable { .. } => "check the port, the network and the proxy (HTTPS_PROXY, NO_PROXY)",
            Self::RateLimited { .. } => "wait, and look less often",
            Self::Redirected { .. } => "use the new URL, if you trust that host with the credential",
            Self::Timeout { .. } => "try again, or give more time with --timeout",
            Self::Cancelled => "run it again",
            Self::NoBranch { .. } => "name a branch that exists with --branch",
            Self::DetachedHead { .. } => "name a branch with --branch",
            Self::Server { .. } | Self::Broken { .. } => "try again later",
            Self::NotARepository { .. } => "check the URL: it should be the one that git clone takes",
            Self::Local { .. } => "check the disk of the cache directory, and run it again",
            Self::Other { .. } => "try git ls-remote with the same URL",
        }
    }
}

/// Objects cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum ObjectError {
    /// It is not in our copy: history that a shallow fetch left out, or a damaged copy.
    #[error("object {0} is not here")]
    Missing(String),
    /// It is not of the kind that it should be.
    #[error("object {id} is no {expected}")]
    Kind {
        /// The object.
        id: String,
        /// What was wanted.
        expected: &'static str,
    },
    /// Larger than a named limit.
    #[error("{what} is over the limit of {limit}")]
    TooLarge {
        /// What.
        what: String,
        /// The limit.
        limit: u64,
    },
    /// A path that no tree may hold.
    #[error("a tree cannot hold the path {0}")]
    BadPath(String),
    /// A directory is needed where the parent has something else.
    #[error("{0} is no directory in the parent")]
    InTheWay(String),
    /// A change moves what the parent does not have.
    #[error("the parent has no file at {0}")]
    NothingAt(String),
    /// The result's tree is the parent's: there is nothing to commit.
    #[error("nothing would change")]
    NothingToCommit,
    /// The commit could not be signed.
    #[error("cannot sign: {0}")]
    Sign(String),
    /// The copy does not hold together.
    #[error("the local copy is damaged: {0}")]
    Damaged(String),
    /// The disk said no.
    #[error("cannot write objects: {0}")]
    Io(#[from] std::io::Error),
    /// The git program was needed, and failed.
    #[error(transparent)]
    Git(#[from] GitError),
}

impl ObjectError {
    /// A fetch brings a commit's whole tree: where the commit is here and some of it is not, the copy has a hole.
    pub(crate) fn in_a_whole_copy(self) -> Self {
        match self {
            Self::Missing(id) => Self::Damaged(format!("object {id} is gone")),
            other => other,
        }
    }
}
