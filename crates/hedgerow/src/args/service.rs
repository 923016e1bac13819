//! What a person types to run the service, and to talk to one.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::credential::CredentialArgs;
use super::fabric::Fabric;
use crate::config::LogFormat;

/// The verbs of the service.
#[derive(Subcommand, Debug)]
pub(crate) enum Verb {
    /// The service: linked fabrics, looked at by the clock and whenever somebody rings.
    #[command(after_help = "Examples:
  hedgerow serve                                  on 127.0.0.1:8080, its store under $XDG_STATE_HOME/hedgerow
  hedgerow serve --config /etc/hedgerow/hedgerow.toml
  hedgerow serve --config hedgerow.toml --check   is the file good? (exit 0 or 2)

SIGHUP reads the file again; SIGTERM stops, within service.stop_within.
Exit codes: 0 stopped as asked, 2 could not start or go on.")]
    Serve(ServeArgs),
    /// Repositories: a remote and its credentials, for any number of fabrics.
    #[command(subcommand)]
    Repo(Repo),
    /// Fabrics: linked directories, and how they are.
    #[command(subcommand)]
    Fabric(Fabric),
    /// Webhooks: addresses for forges to send to, which ring.
    #[command(subcommand)]
    Hook(Hook),
    /// What happened, newest first.
    #[command(after_help = "Examples:
  hedgerow events --fabric dc1
  hedgerow events --watch                         until Ctrl-C")]
    Events(RecordsArgs),
    /// The service's runs, newest first.
    Runs(RecordsArgs),
    /// The webhooks' deliveries, newest first: what came in, and what came of it.
    Deliveries(RecordsArgs),
    /// Ring as the outside does, to see whether the way is open.
    #[command(subcommand)]
    Trigger(Trigger),
    /// Who may ask the service.
    #[command(subcommand)]
    Token(Token),
    /// A support bundle without secrets: one JSON file.
    #[command(after_help = "Examples:
  hedgerow doctor > bundle.json
  hedgerow doctor --server https://hedgerow.example.com --out bundle.json")]
    Doctor(DoctorArgs),
}

/// `hedgerow serve`
#[derive(Args, Debug)]
pub(crate) struct ServeArgs {
    /// The configuration file; see docs/reference/config.md.
    #[arg(long, env = "HEDGEROW_CONFIG", value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Address and port [default: 127.0.0.1:8080]
    #[arg(long, env = "HEDGEROW_LISTEN", value_name = "ADDRESS")]
    pub(crate) listen: Option<SocketAddr>,
    /// How the outside reaches the service: links and hooks' addresses begin with this.
    #[arg(long, env = "HEDGEROW_PUBLIC_URL", value_name = "URL")]
    pub(crate) public_url: Option<String>,
    /// Where mirrors are kept [default: under $XDG_CACHE_HOME/hedgerow]
    #[arg(long, env = "HEDGEROW_CACHE", value_name = "DIR")]
    pub(crate) cache: Option<PathBuf>,
    /// A file with 32 bytes in base64, with which credentials are sealed.
    #[arg(long, env = "HEDGEROW_SEALING_KEY_FILE", value_name = "FILE")]
    pub(crate) sealing_key_file: Option<PathBuf>,
    /// Text or JSON, to standard error.
    #[arg(long, env = "HEDGEROW_LOG_FORMAT", value_enum)]
    pub(crate) log_format: Option<LogFormat>,
    /// Only read the configuration file, and say what is wrong with it.
    #[arg(long)]
    pub(crate) check: bool,
}

/// Which service, or which store.
#[derive(Args, Debug, Clone)]
pub(crate) struct Way {
    /// Ask the service at this URL, with the token in HEDGEROW_TOKEN or HEDGEROW_TOKEN_FILE [default: work on the store]
    #[arg(long, env = "HEDGEROW_SERVER", value_name = "URL")]
    pub(crate) server: Option<String>,
    /// Without --server: the service's configuration file, for its store and its sealing key.
    #[arg(long, env = "HEDGEROW_CONFIG", value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
}

/// A thing by its name.
#[derive(Args, Debug)]
pub(crate) struct Named {
    #[command(flatten)]
    pub(crate) way: Way,
    /// Its name.
    pub(crate) name: String,
}

/// All of them.
#[derive(Args, Debug)]
pub(crate) struct Listed {
    #[command(flatten)]
    pub(crate) way: Way,
}

/// `hedgerow repo`
#[derive(Subcommand, Debug)]
pub(crate) enum Repo {
    /// Add a repository, with its credential.
    #[command(after_help = "Examples:
  hedgerow repo add fabrics https://git.example.com/net/fabrics.git --token-file /run/secrets/git-token
  pass git-token | hedgerow repo add fabrics https://git.example.com/net/fabrics.git --token-file -
  hedgerow repo add fabrics git@git.example.com:net/fabrics.git --ssh-key key --known-hosts hosts

A secret is never an argument: it comes from a file, from standard input (-), or stays in the service's environment.")]
    Add(RepoAddArgs),
    /// All repositories.
    List(Listed),
    /// One repository, its credentials without their secrets, and its fabrics.
    Show(Named),
    /// Can it be read and written? Every condition, a line each, with the fix.
    Check(Named),
    /// Put another credential in place of the one there is, or a second one to read with.
    #[command(after_help = "Examples:
  hedgerow repo rotate fabrics --token-file new-token
  hedgerow repo rotate fabrics --use read --token-file read-only-token")]
    Rotate(RotateArgs),
    /// Remove a repository that no fabric uses.
    Remove(Named),
}

/// `hedgerow repo add`
#[derive(Args, Debug)]
pub(crate) struct RepoAddArgs {
    #[command(flatten)]
    pub(crate) named: Named,
    /// The remote, without a secret.
    pub(crate) url: String,
    #[command(flatten)]
    pub(crate) credential: CredentialArgs,
}

/// `hedgerow repo rotate`
#[derive(Args, Debug)]
pub(crate) struct RotateArgs {
    #[command(flatten)]
    pub(crate) named: Named,
    /// Which credential.
    #[arg(long = "use", value_enum, default_value_t = Use::Write)]
    pub(crate) used_to: Use,
    #[command(flatten)]
    pub(crate) credential: CredentialArgs,
}

/// What a credential is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Use {
    /// To push, and to read where there is no other.
    Write,
    /// For the second look.
    Read,
}

impl Use {
    /// Its word in the API.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Write => "write",
            Self::Read => "read",
        }
    }
}

/// `hedgerow hook`
#[derive(Subcommand, Debug)]
pub(crate) enum Hook {
    /// Make a hook: an address and a secret to enter at the sender. The secret is shown this once.
    #[command(after_help = "Examples:
  hedgerow hook add forge --provider github                rings for whichever repository a push names
  hedgerow hook add ours --provider generic --repo fabrics")]
    Add(HookAddArgs),
    /// All hooks.
    List(Listed),
    /// One hook, without its secret.
    Show(Named),
    /// Another secret for a hook: it is shown this once, and the old one is good no more.
    Rotate(Named),
    /// Take a hook away: its address answers no more.
    Remove(Named),
}

/// `hedgerow hook add`
#[derive(Args, Debug)]
pub(crate) struct HookAddArgs {
    #[command(flatten)]
    pub(crate) named: Named,
    /// Who will send: github, gitlab, gitea, netbox or generic.
    #[arg(long)]
    pub(crate) provider: String,
    /// The repository that it rings for [default: whichever a push names]
    #[arg(long, value_name = "NAME")]
    pub(crate) repo: Option<String>,
}

/// `hedgerow trigger`
#[derive(Subcommand, Debug)]
pub(crate) enum Trigger {
    /// Is the way to the hooks alive? The service sends itself a signed delivery through its public address, for each hook
    /// that rings for this fabric.
    #[command(after_help = "Example:
  hedgerow trigger receiver dc1

Exit codes: 0 every hook answered as it should, 2 not so, or there is none.")]
    Receiver(Named),
}

/// `hedgerow events`, `runs`, `deliveries`
#[derive(Args, Debug)]
pub(crate) struct RecordsArgs {
    #[command(flatten)]
    pub(crate) way: Way,
    /// Only of this fabric.
    #[arg(long, value_name = "NAME")]
    pub(crate) fabric: Option<String>,
    /// At most so many.
    #[arg(long, default_value_t = 20)]
    pub(crate) limit: u32,
    /// Go on with what comes, until Ctrl-C.
    #[arg(short, long)]
    pub(crate) watch: bool,
}

/// `hedgerow token`
#[derive(Subcommand, Debug)]
pub(crate) enum Token {
    /// Make a token. It is shown this once, and kept only as a hash.
    #[command(after_help = "Examples:
  hedgerow token create grafana --role viewer
  hedgerow token create ci --role operator --fabric dc1 --days 90")]
    Create(TokenCreateArgs),
    /// All tokens, without themselves.
    List(Listed),
    /// A token is no longer one.
    Revoke(Named),
}

/// `hedgerow token create`
#[derive(Args, Debug)]
pub(crate) struct TokenCreateArgs {
    #[command(flatten)]
    pub(crate) named: Named,
    /// What it may: look; also ring, suspend and resume; everything.
    #[arg(long, value_enum)]
    pub(crate) role: RoleWord,
    /// Only for this fabric (may be given several times) [default: all]
    #[arg(long = "fabric", value_name = "NAME")]
    pub(crate) fabrics: Vec<String>,
    /// For how many days [default: until it is revoked]
    #[arg(long, value_name = "NUMBER")]
    pub(crate) days: Option<u32>,
}

/// A role, by its word in the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum RoleWord {
    /// Looks.
    Viewer,
    /// Also rings, suspends and resumes.
    Operator,
    /// Everything.
    Admin,
}

impl RoleWord {
    /// Its word in the API.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Operator => "operator",
            Self::Admin => "admin",
        }
    }
}

/// `hedgerow doctor`
#[derive(Args, Debug)]
pub(crate) struct DoctorArgs {
    #[command(flatten)]
    pub(crate) way: Way,
    /// Where to write it [default: standard output]
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}
