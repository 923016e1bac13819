//! A credential as it is sent: its secret read from where the command line says it is.

use std::io::Read;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::args::credential::CredentialArgs;

/// The largest secret that is read, in bytes. A private key of RSA with 16,384 bits has a fifth of it.
const MAX_BYTES: u64 = 64 * 1024;

/// The body that sets a credential; `None`: none was named.
pub(crate) fn body(args: &CredentialArgs) -> Result<Option<Value>> {
    let username = &args.username;
    if let Some(file) = &args.token_file {
        return Ok(Some(json!({"kind": "token", "username": username, "secret": read("--token-file", file)?})));
    }
    if let Some(variable) = &args.token_env {
        return Ok(Some(json!({"kind": "environment", "variable": variable, "username": username})));
    }
    if let Some(file) = &args.ssh_key {
        let Some(hosts) = &args.known_hosts else { bail!("--ssh-key goes with --known-hosts") };
        let known_hosts = text("--known-hosts", hosts)?;
        return Ok(Some(json!({"kind": "ssh_key", "known_hosts": known_hosts, "secret": read("--ssh-key", file)?})));
    }
    if let Some(id) = args.github_app {
        let Some(file) = &args.github_app_key else { bail!("--github-app goes with --github-app-key") };
        let secret = read("--github-app-key", file)?;
        let installation = args.github_installation;
        return Ok(Some(
            json!({"kind": "github_app", "app_id": id, "installation_id": installation, "secret": secret}),
        ));
    }
    Ok(None)
}

/// The secret in a file, or on standard input, without the line break that editors add; a key keeps its last one.
fn read(flag: &str, file: &Path) -> Result<String> {
    let whole = text(flag, file)?;
    let trimmed = whole.trim();
    if trimmed.is_empty() {
        bail!("{flag}: {} is empty", file.display());
    }
    Ok(if trimmed.starts_with("-----BEGIN") { format!("{trimmed}\n") } else { trimmed.to_owned() })
}

fn text(flag: &str, file: &Path) -> Result<String> {
    let mut text = String::new();
    let read = if file == Path::new("-") {
        std::io::stdin().lock().take(MAX_BYTES + 1).read_to_string(&mut text)
    } else {
        std::fs::File::open(file).and_then(|open| open.take(MAX_BYTES + 1).read_to_string(&mut text))
    };
    read.with_context(|| format!("{flag}: reading {}", file.display()))?;
    if text.len() as u64 > MAX_BYTES {
        bail!("{flag}: {} has more than {MAX_BYTES} bytes", file.display());
    }
    Ok(text)
}
