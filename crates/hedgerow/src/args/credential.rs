//! A credential on the command line: only where its secret is, never the secret.

use std::path::PathBuf;

use clap::{ArgGroup, Args};

/// Where a credential comes from. Without any: none, for what everybody may read, and for a path.
#[derive(Args, Debug, Clone)]
#[command(group(ArgGroup::new("kind").args(["token_file", "token_env", "ssh_key", "github_app"])))]
pub(crate) struct CredentialArgs {
    /// A file that holds a token; - is standard input.
    #[arg(long, value_name = "FILE|-")]
    pub(crate) token_file: Option<PathBuf>,
    /// A variable of the service's own environment that holds a token: it is read at every use and stored nowhere.
    #[arg(long, value_name = "VARIABLE")]
    pub(crate) token_env: Option<String>,
    /// The user name that goes with a token [default: what the forge expects]
    #[arg(long, value_name = "NAME")]
    pub(crate) username: Option<String>,
    /// A file that holds a private SSH key, without a passphrase; - is standard input.
    #[arg(long, value_name = "FILE|-", requires = "known_hosts")]
    pub(crate) ssh_key: Option<PathBuf>,
    /// The host keys to accept, and no others.
    #[arg(long, value_name = "FILE", requires = "ssh_key")]
    pub(crate) known_hosts: Option<PathBuf>,
    /// The id of a GitHub App.
    #[arg(long, value_name = "ID", requires = "github_app_key")]
    pub(crate) github_app: Option<u64>,
    /// A file that holds the app's private key; - is standard input.
    #[arg(long, value_name = "FILE|-", requires = "github_app")]
    pub(crate) github_app_key: Option<PathBuf>,
    /// The app's installation, where it has several.
    #[arg(long, value_name = "ID", requires = "github_app")]
    pub(crate) github_installation: Option<u64>,
}
