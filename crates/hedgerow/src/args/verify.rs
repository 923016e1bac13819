//! `hedgerow verify`

use std::path::PathBuf;

use clap::Args;

use super::Target;

/// `hedgerow verify`
#[derive(Args, Debug)]
pub(crate) struct VerifyArgs {
    #[command(flatten)]
    pub(crate) target: Target,
    /// Only this commit: an id or its unique start.
    #[arg(long, value_name = "ID", conflicts_with_all = ["range", "since"])]
    pub(crate) commit: Option<String>,
    /// Only the commits that B has and A has not.
    #[arg(long, value_name = "A..B", conflicts_with = "since")]
    pub(crate) range: Option<String>,
    /// Only what was committed on that day (UTC) or later: 2026-11-24, or a moment as in RFC 3339.
    #[arg(long, value_name = "DATE")]
    pub(crate) since: Option<String>,
    /// A directory without a commit of ours is no failure.
    #[arg(long)]
    pub(crate) allow_none: bool,
    /// People's commits that touch managed/ do not hold.
    #[arg(long)]
    pub(crate) strict: bool,
    /// Every commit of ours must be signed (SSH) by one of these, as git's gpg.ssh.allowedSignersFile has them.
    #[arg(long, value_name = "FILE")]
    pub(crate) allowed_signers: Option<PathBuf>,
}
