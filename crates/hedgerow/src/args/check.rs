//! `hedgerow check`

use clap::Args;

use super::Target;

/// `hedgerow check`
#[derive(Args, Debug)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    pub(crate) target: Target,
    /// Prove that the credential may write, by making and deleting a side ref.
    #[arg(long)]
    pub(crate) probe: bool,
}
