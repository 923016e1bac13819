//! `hedgerow report`

use std::path::PathBuf;

use clap::Args;

use super::Target;

/// `hedgerow report`
#[derive(Args, Debug)]
pub(crate) struct ReportArgs {
    /// A run's id or its unique start; or the commits that B has and A has not.
    #[arg(value_name = "RUN|A..B")]
    pub(crate) what: String,
    /// Write the report as one page of HTML, with nothing outside of it, to this file.
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) target: Target,
}
