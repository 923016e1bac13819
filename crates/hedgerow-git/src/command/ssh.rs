//! What git runs instead of `ssh`.

use std::ffi::OsString;
use std::path::Path;

use super::Way;
use crate::credential::{Credential, Remote};
use crate::limits;

/// A line that a shell splits. With a key of ours nothing but that key and the pinned host is used; without one the user's
/// own agent and `ssh_config` decide. Nobody is ever asked.
pub(super) fn command(remote: &Remote, way: &Way<'_>) -> OsString {
    let mut options = vec![
        "BatchMode=yes".to_owned(),
        format!("ConnectTimeout={}", limits::SSH_CONNECT_TIME.as_secs()),
        format!("ServerAliveInterval={}", limits::SSH_CONNECT_TIME.as_secs()),
        "ServerAliveCountMax=2".to_owned(),
        // Each command is a connection of its own, which ends with it.
        "ControlMaster=no".to_owned(),
        "ControlPath=none".to_owned(),
        "ForwardAgent=no".to_owned(),
        "ClearAllForwardings=yes".to_owned(),
    ];
    let mut command = String::from("ssh");
    let (key, known_hosts) = match (&remote.credential, way.agent) {
        (Credential::SshKey { path, known_hosts }, _) => (Some(path.as_path()), known_hosts.as_deref()),
        (_, Some(agent)) => {
            options.push(format!("IdentityAgent={}", value(&agent.socket)));
            (Some(agent.public_key.as_path()), Some(agent.known_hosts.as_path()))
        }
        _ => (None, None),
    };
    if let Some(key) = key {
        options.extend(["IdentitiesOnly=yes".to_owned(), "StrictHostKeyChecking=yes".to_owned()]);
        options.extend(known_hosts.iter().flat_map(|file| pinned(file)));
        command.push_str(&format!(" -i {}", quoted(&key.to_string_lossy())));
    }
    options.extend(held_to(remote, way));
    for option in &options {
        command.push_str(&format!(" -o {}", quoted(option)));
    }
    command.into()
}

/// ssh takes one address; the resolver has sorted them, the best first.
fn held_to(remote: &Remote, way: &Way<'_>) -> Vec<String> {
    let address = way.pin.as_ref().and_then(|pin| pin.addresses.first());
    let (Some(address), Some(known_as)) = (address, remote.url.known_as()) else { return Vec::new() };
    vec![format!("HostName={address}"), format!("HostKeyAlias={known_as}"), "CheckHostIP=no".to_owned()]
}

fn pinned(file: &Path) -> [String; 2] {
    [format!("UserKnownHostsFile={}", value(file)), "GlobalKnownHostsFile=/dev/null".to_owned()]
}

/// ssh splits the value at blanks and expands `%` in it.
fn value(file: &Path) -> String {
    format!("\"{}\"", file.to_string_lossy().replace('%', "%%"))
}

/// One word for a POSIX shell.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}
