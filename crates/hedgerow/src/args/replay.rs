//! `hedgerow replay`

use clap::Args;

use super::Target;

/// `hedgerow replay`
#[derive(Args, Debug)]
pub(crate) struct ReplayArgs {
    /// The commit, or the run that made it: an id, or its unique start.
    #[arg(value_name = "COMMIT|RUN")]
    pub(crate) what: String,
    #[command(flatten)]
    pub(crate) target: Target,
}
