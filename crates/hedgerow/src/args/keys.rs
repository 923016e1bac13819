//! `hedgerow keys`

use std::path::PathBuf;

use clap::Args;

/// `hedgerow keys`
#[derive(Args, Debug)]
pub(crate) struct KeysArgs {
    /// The key: a file with its private or public half, or key::ssh-ed25519 … itself.
    #[arg(long, env = "HEDGEROW_SIGNING_KEY", value_name = "FILE")]
    pub(crate) signing_key: PathBuf,
    /// The committer's e-mail, as the fabric's policy has it.
    #[arg(long, value_name = "E-MAIL", default_value = hedgerow_core::policy::DEFAULT_EMAIL)]
    pub(crate) email: String,
    /// The key signs from then on (UTC): 2026-11-24, or a moment as in RFC 3339.
    #[arg(long, value_name = "DATE")]
    pub(crate) valid_after: Option<String>,
    /// The key signed until then (UTC): what it signed before stays valid.
    #[arg(long, value_name = "DATE")]
    pub(crate) valid_before: Option<String>,
}
