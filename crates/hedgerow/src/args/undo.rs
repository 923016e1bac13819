//! `hedgerow undo`

use clap::Args;

use super::{Committing, Target};

/// `hedgerow undo`
#[derive(Args, Debug)]
pub(crate) struct UndoArgs {
    /// The commit, or the run that made it: an id, or its unique start.
    #[arg(value_name = "RUN|COMMIT")]
    pub(crate) what: String,
    #[command(flatten)]
    pub(crate) target: Target,
    /// Say what it would change, and change nothing (exit 1: something would).
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Put the commit on this branch, for people to merge.
    #[arg(long, env = "HEDGEROW_PUSH_TO", value_name = "BRANCH")]
    pub(crate) push_to: Option<String>,
    #[command(flatten)]
    pub(crate) committing: Committing,
}
