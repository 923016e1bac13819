//! `hedgerow keys`

use anyhow::{Context, Result, bail};
use hedgerow_git::AllowedSigner;
use serde_json::json;

use super::Exit;
use crate::args::KeysArgs;
use crate::moment::{compact, moment};
use crate::session::Session;

pub(crate) fn keys(session: &Session, args: &KeysArgs) -> Result<Exit> {
    if args.email.is_empty() || args.email.chars().any(|c| c.is_whitespace() || c.is_control() || "\"#*?!,".contains(c))
    {
        bail!("--email: {:?} cannot stand in a file of allowed signers", args.email);
    }
    let mut signer = AllowedSigner::of(&args.signing_key, &args.email).context("--signing-key")?;
    let read = |text: &Option<String>| text.as_deref().map(|text| compact(moment(text)?)).transpose();
    signer.valid_after = read(&args.valid_after).context("--valid-after")?;
    signer.valid_before = read(&args.valid_before).context("--valid-before")?;
    let value = json!({
        "line": signer.to_string(),
        "principal": signer.principal,
        "valid_after": signer.valid_after,
        "valid_before": signer.valid_before,
        "key": signer.key,
        "fingerprint": signer.fingerprint,
    });
    session.print(&value, |_, _| format!("{signer}\n"))?;
    Ok(Exit::Done)
}
