//! What a person types about linked fabrics.

use std::time::Duration;

use clap::{ArgGroup, Args, Subcommand};

use super::service::{Listed, Named};

/// `hedgerow fabric`
#[derive(Subcommand, Debug)]
pub(crate) enum Fabric {
    /// Link a directory: shows the plan, asks, and drains the inbox.
    #[command(after_help = "Examples:
  hedgerow fabric link dc1 --repo fabrics                  the remote's own branch, the one directory with raw/
  hedgerow fabric link dc1 --repo fabrics --branch main --path fabrics/dc1 --no-adopt --yes    in a script")]
    Link(LinkArgs),
    /// All fabrics, and how they are.
    List(Listed),
    /// One fabric: its conditions, its inbox, what is next.
    Show(Named),
    /// Can it be worked on? Every condition, a line each, with the fix.
    Check(Named),
    /// Stop writing, until somebody resumes it.
    #[command(after_help = "Example:
  hedgerow fabric suspend dc1 --reason 'maintenance until Monday'")]
    Suspend(SuspendArgs),
    /// Go on.
    #[command(after_help = "Examples:
  hedgerow fabric resume dc1
  hedgerow fabric resume dc1 --accept 3f2a9c1…    the branch lost our last commit: this is its new head, and it is meant")]
    Resume(ResumeArgs),
    /// Take a fabric off the service. Its files stay as they are, its record is kept.
    Unlink(UnlinkArgs),
    /// Look now; wait for what comes of it.
    #[command(after_help = "Examples:
  hedgerow fabric sync dc1                        waits, on a terminal or with --wait
  hedgerow fabric sync dc1 --no-wait              only rings

Exit codes, when it waits: as those of `hedgerow sync`.")]
    Sync(FabricSyncArgs),
}

/// `hedgerow fabric link`
#[derive(Args, Debug)]
#[command(group(ArgGroup::new("adoption").args(["adopt", "no_adopt"])))]
pub(crate) struct LinkArgs {
    #[command(flatten)]
    pub(crate) named: Named,
    /// The repository's name.
    #[arg(long, value_name = "NAME")]
    pub(crate) repo: String,
    /// The branch [default: the one that the remote's HEAD names]
    #[arg(long)]
    pub(crate) branch: Option<String>,
    /// The fabric's directory [default: the only one that has raw/]
    #[arg(long, value_name = "DIR")]
    pub(crate) path: Option<String>,
    /// Also take Hedgehog YAML that lies directly in the directory. A deployer may read it there: the plan says. Where there
    /// is such YAML, one has to choose.
    #[arg(long)]
    pub(crate) adopt: bool,
    /// Leave what lies directly in the directory.
    #[arg(long)]
    pub(crate) no_adopt: bool,
    /// Between two looks [default: the service's]
    #[arg(long, value_name = "DURATION", value_parser = crate::duration::duration)]
    pub(crate) interval: Option<Duration>,
    /// Put commits on this branch, for people to merge.
    #[arg(long, value_name = "BRANCH")]
    pub(crate) push_to: Option<String>,
    /// Do not ask.
    #[arg(short, long)]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) waiting: Waiting,
}

/// Whether to wait for what comes of a ring.
#[derive(Args, Debug, Clone, Copy)]
pub(crate) struct Waiting {
    /// Wait for the run [default: on a terminal]
    #[arg(long, overrides_with = "no_wait")]
    pub(crate) wait: bool,
    /// Do not wait.
    #[arg(long)]
    pub(crate) no_wait: bool,
}

/// `hedgerow fabric suspend`
#[derive(Args, Debug)]
pub(crate) struct SuspendArgs {
    #[command(flatten)]
    pub(crate) named: Named,
    /// Why: everybody who looks will see it.
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
}

/// `hedgerow fabric resume`
#[derive(Args, Debug)]
pub(crate) struct ResumeArgs {
    #[command(flatten)]
    pub(crate) named: Named,
    /// The commit that you looked at and that is to be gone on from.
    #[arg(long, value_name = "COMMIT")]
    pub(crate) accept: Option<String>,
}

/// `hedgerow fabric unlink`
#[derive(Args, Debug)]
pub(crate) struct UnlinkArgs {
    #[command(flatten)]
    pub(crate) named: Named,
    /// Do not ask.
    #[arg(short, long)]
    pub(crate) yes: bool,
}

/// `hedgerow fabric sync`
#[derive(Args, Debug)]
pub(crate) struct FabricSyncArgs {
    #[command(flatten)]
    pub(crate) named: Named,
    #[command(flatten)]
    pub(crate) waiting: Waiting,
}
