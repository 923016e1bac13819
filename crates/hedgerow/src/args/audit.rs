//! `hedgerow audit`

use std::path::PathBuf;

use clap::Args;

use super::Target;

/// `hedgerow audit`
#[derive(Args, Debug)]
#[command(after_help = "Example:
  hedgerow audit --repo https://git.example.com/net/fabrics.git

Exit codes: 0 nothing waits and nothing is wrong, 1 something does or is, 2 could not tell.")]
pub(crate) struct AuditArgs {
    /// The remote: a URL or a path [default, in a clone: the branch's upstream remote]
    #[arg(long, env = "HEDGEROW_REPO", value_name = "URL|PATH")]
    repo: Option<String>,
    /// The branch [default: the current one in a clone; with --repo, the remote's HEAD]
    #[arg(long, env = "HEDGEROW_BRANCH")]
    branch: Option<String>,
    /// A file that holds a token for HTTP.
    #[arg(long, env = "HEDGEROW_TOKEN_FILE", value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// The user name that goes with the token [default: what the forge expects]
    #[arg(long, env = "HEDGEROW_USERNAME", value_name = "NAME")]
    username: Option<String>,
    /// A private key for SSH.
    #[arg(long, env = "HEDGEROW_SSH_KEY", value_name = "FILE")]
    ssh_key: Option<PathBuf>,
    /// The host keys to accept, and no others [default: yours]
    #[arg(long, env = "HEDGEROW_KNOWN_HOSTS", value_name = "FILE")]
    known_hosts: Option<PathBuf>,
}

impl AuditArgs {
    /// The same as a target of all directories.
    pub(crate) fn target(&self) -> Target {
        Target {
            repo: self.repo.clone(),
            branch: self.branch.clone(),
            path: None,
            token_file: self.token_file.clone(),
            username: self.username.clone(),
            ssh_key: self.ssh_key.clone(),
            known_hosts: self.known_hosts.clone(),
        }
    }
}
