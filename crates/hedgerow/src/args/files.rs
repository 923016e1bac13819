//! The commands that judge, edit or make files outside of any repository.

use std::path::PathBuf;

use clap::Args;

use super::Target;

/// `hedgerow vet`
#[derive(Args, Debug)]
pub(crate) struct VetArgs {
    /// Files, directories, or - for standard input.
    #[arg(value_name = "FILE|DIR|-", required = true)]
    pub(crate) files: Vec<String>,
    /// The fabric's settings [default: those of the fabric's directory, else upstream's defaults]
    #[arg(long, env = "HEDGEROW_FABRIC_CONFIG", value_name = "FILE")]
    pub(crate) fabric_config: Option<PathBuf>,
    /// CRDs that replace or extend the catalogue.
    #[arg(long, env = "HEDGEROW_CRDS", value_name = "DIR")]
    pub(crate) crds: Option<PathBuf>,
    /// Refuse also what the fabric's controller is known to let pass by mistake.
    #[arg(long)]
    pub(crate) strict: bool,
}

/// `hedgerow explain`
#[derive(Args, Debug)]
pub(crate) struct ExplainArgs {
    /// A kind by any of its names, with the path of a field; or a finding's code.
    #[arg(value_name = "KIND[.FIELD…]|CODE")]
    pub(crate) what: Option<String>,
}

/// `hedgerow fmt`
#[derive(Args, Debug)]
pub(crate) struct FmtArgs {
    /// Files, directories, or - for standard input.
    #[arg(value_name = "FILE|DIR|-", required = true)]
    pub(crate) files: Vec<String>,
    /// Write the files, each at once or not at all; standard input goes to standard output.
    #[arg(short, long)]
    pub(crate) write: bool,
    /// Also take out of Hedgehog's objects what their author never wrote: status, metadata of the server, labels of the fabric.
    #[arg(long)]
    pub(crate) strip_server_fields: bool,
}

/// `hedgerow export`
#[derive(Args, Debug)]
pub(crate) struct ExportArgs {
    /// Where to: a directory that is not there yet, is empty, or has an earlier export.
    #[arg(value_name = "DIR")]
    pub(crate) to: PathBuf,
    /// A file for each object, named so that they sort as they are applied (the default).
    #[arg(long, conflicts_with = "single")]
    pub(crate) flat: bool,
    /// One file for all.
    #[arg(long)]
    pub(crate) single: bool,
    #[command(flatten)]
    pub(crate) target: Target,
    /// What the clone's work tree has.
    #[arg(long, conflicts_with_all = ["repo", "branch"])]
    pub(crate) worktree: bool,
    /// Also into a directory with files of others, and over exported files that somebody changed.
    #[arg(long)]
    pub(crate) force: bool,
}
