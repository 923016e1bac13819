//! What the commands that work on a fabric share: which one, by what right, how to judge it, how to commit.

use std::path::PathBuf;

use clap::Args;

/// Which fabric, and with which credential.
#[derive(Args, Debug, Clone)]
pub(crate) struct Target {
    /// The remote: a URL or a path [default, in a clone: the branch's upstream remote]
    #[arg(long, env = "HEDGEROW_REPO", value_name = "URL|PATH")]
    pub(crate) repo: Option<String>,
    /// The branch [default: the current one in a clone; with --repo, the remote's HEAD]
    #[arg(long, env = "HEDGEROW_BRANCH")]
    pub(crate) branch: Option<String>,
    /// The fabric's directory [default: the only one that has raw/]
    #[arg(long, env = "HEDGEROW_PATH", value_name = "DIR")]
    pub(crate) path: Option<String>,
    /// A file that holds a token for HTTP.
    #[arg(long, env = "HEDGEROW_TOKEN_FILE", value_name = "FILE")]
    pub(crate) token_file: Option<PathBuf>,
    /// The user name that goes with the token [default: what the forge expects]
    #[arg(long, env = "HEDGEROW_USERNAME", value_name = "NAME")]
    pub(crate) username: Option<String>,
    /// A private key for SSH.
    #[arg(long, env = "HEDGEROW_SSH_KEY", value_name = "FILE")]
    pub(crate) ssh_key: Option<PathBuf>,
    /// The host keys to accept, and no others [default: yours]
    #[arg(long, env = "HEDGEROW_KNOWN_HOSTS", value_name = "FILE")]
    pub(crate) known_hosts: Option<PathBuf>,
}

/// How to judge: flags may only tighten what the fabric's own policy says.
#[derive(Args, Debug, Clone)]
pub(crate) struct Judging {
    /// Also take Hedgehog YAML that lies directly in the fabric's directory.
    #[arg(long, env = "HEDGEROW_ADOPT")]
    pub(crate) adopt: bool,
    /// Hold documents that would replace a managed text, whatever the policy says.
    #[arg(long, env = "HEDGEROW_HOLD_REPLACEMENTS")]
    pub(crate) hold_replacements: bool,
    /// Hold a mixed file whole, whatever the policy says.
    #[arg(long, env = "HEDGEROW_HOLD_MIXED")]
    pub(crate) hold_mixed: bool,
}

/// Who commits, and how the commit looks.
#[derive(Args, Debug, Clone)]
pub(crate) struct Committing {
    /// The committer's name [default: the policy's, else Hedgerow]
    #[arg(long, env = "HEDGEROW_COMMITTER_NAME", value_name = "NAME")]
    pub(crate) committer_name: Option<String>,
    /// Appended to the commit's subject, such as "[skip ci]".
    #[arg(long, env = "HEDGEROW_SUBJECT_SUFFIX", value_name = "TEXT")]
    pub(crate) subject_suffix: Option<String>,
    /// Sign the commit with this SSH key: a private key, or the public half of one that the agent has (also key::ssh-… itself).
    #[arg(long, env = "HEDGEROW_SIGNING_KEY", value_name = "FILE")]
    pub(crate) signing_key: Option<PathBuf>,
}
