//! The environment that git gets: an allow-list of the caller's, so that a variable such as `GIT_DIR` or `GIT_TRACE`,
//! left over from a hook or a shell, changes nothing and shows nothing.

use std::ffi::{OsStr, OsString};

/// What passes, when the caller has it. Proxies are spelled in both cases, as curl reads them.
const ALLOWED: &[&str] = &[
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "TMPDIR",
    "TZ",
    "LD_LIBRARY_PATH",
    "XDG_RUNTIME_DIR",
    "SSH_AUTH_SOCK",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "no_proxy",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
];

/// What the user's own configuration needs besides, for the commands that follow it.
const USERS: &[&str] = &["XDG_CONFIG_HOME", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM"];

/// git does not read these; it has names of its own for the same.
const RENAMED: &[(&str, &str)] = &[("SSL_CERT_FILE", "GIT_SSL_CAINFO"), ("SSL_CERT_DIR", "GIT_SSL_CAPATH")];

/// The variables that pass.
#[derive(Clone, Debug, Default)]
pub(crate) struct Environment {
    ours: Vec<(OsString, OsString)>,
    users: Vec<(OsString, OsString)>,
}

impl Environment {
    /// What of `given` is allowed.
    pub(super) fn allowed(given: &[(OsString, OsString)]) -> Self {
        let mut ours = pick(given, ALLOWED);
        for (from, to) in RENAMED {
            let renamed = find(&ours, from).map(|value| (OsString::from(to), value.to_owned()));
            ours.extend(renamed);
        }
        Self { ours, users: pick(given, USERS) }
    }

    /// For commands of ours.
    pub(super) fn ours(&self) -> Vec<(OsString, OsString)> {
        self.ours.clone()
    }

    /// For commands that follow the user's configuration.
    pub(super) fn users(&self) -> Vec<(OsString, OsString)> {
        [self.ours.as_slice(), &self.users].concat()
    }
}

fn pick(given: &[(OsString, OsString)], names: &[&str]) -> Vec<(OsString, OsString)> {
    given.iter().filter(|(name, _)| names.iter().any(|known| name == known)).cloned().collect()
}

fn find<'a>(pairs: &'a [(OsString, OsString)], name: &str) -> Option<&'a OsStr> {
    pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_os_str())
}
