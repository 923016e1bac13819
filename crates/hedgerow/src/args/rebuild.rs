//! `hedgerow rebuild`

use clap::Args;

use super::Target;

/// `hedgerow rebuild`
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  hedgerow rebuild --check                        exit 0: the tables say what git says; 1: they do not; 2: could not tell
  hedgerow rebuild --repo ./fabrics.git --path fabrics/one")]
pub(crate) struct RebuildArgs {
    #[command(flatten)]
    pub(crate) target: Target,
    /// Only say what differs.
    #[arg(long)]
    pub(crate) check: bool,
}
