//! The one place that reads the environment (invariant 11). Flags that have a variable of their own are read by `args`.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::{Context, Result};

/// What `git` and `ssh` may see of our environment: nothing else reaches them.
const FOR_GIT: &[&str] = &[
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "TMPDIR",
    "SSH_AUTH_SOCK",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "HTTPS_PROXY",
    "https_proxy",
    "HTTP_PROXY",
    "http_proxy",
    "ALL_PROXY",
    "all_proxy",
    "NO_PROXY",
    "no_proxy",
    "XDG_CONFIG_HOME",
    "XDG_RUNTIME_DIR",
];

/// The variable that tells this program, started by git, to answer a prompt and nothing else.
pub(crate) const ASKPASS_SOCKET: &str = "HEDGEROW_ASKPASS_SOCKET";

/// What the environment says.
#[derive(Debug)]
pub(crate) struct Environment {
    /// Where we were started.
    pub(crate) cwd: PathBuf,
    /// For the default store.
    pub(crate) state: PathBuf,
    /// For the mirrors.
    pub(crate) cache: PathBuf,
    /// What git may see.
    pub(crate) for_git: Vec<(OsString, OsString)>,
    /// `NO_COLOR` is set to something.
    pub(crate) no_color: bool,
    /// What `tracing` prints.
    pub(crate) log: Option<String>,
}

impl Environment {
    /// Reads it all, once.
    pub(crate) fn read() -> Result<Self> {
        Ok(Self {
            cwd: env::current_dir().context("finding the directory that we were started in")?,
            state: home("XDG_STATE_HOME", ".local/state")?,
            cache: home("XDG_CACHE_HOME", ".cache")?,
            for_git: FOR_GIT.iter().filter_map(|name| Some(((*name).into(), env::var_os(name)?))).collect(),
            no_color: env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty()),
            log: env::var("RUST_LOG").ok(),
        })
    }
}

impl Environment {
    /// The socket of the SSH agent, if there is one.
    pub(crate) fn ssh_agent(&self) -> Option<PathBuf> {
        let named = self.for_git.iter().find(|(name, _)| name == "SSH_AUTH_SOCK");
        named.map(|(_, socket)| PathBuf::from(socket)).filter(|socket| !socket.as_os_str().is_empty())
    }
}

/// The socket to ask, when git started us for that.
pub(crate) fn askpass_socket() -> Option<PathBuf> {
    env::var_os(ASKPASS_SOCKET).map(PathBuf::from)
}

/// `$variable/hedgerow`, or `~/fallback/hedgerow` (XDG Base Directory Specification 0.8: a relative path is ignored).
fn home(variable: &str, fallback: &str) -> Result<PathBuf> {
    let base = match env::var_os(variable).map(PathBuf::from).filter(|p| p.is_absolute()) {
        Some(base) => base,
        None => {
            let home = env::var_os("HOME").with_context(|| format!("neither {variable} nor HOME is set"))?;
            PathBuf::from(home).join(fallback)
        }
    };
    Ok(base.join("hedgerow"))
}

/// A secret by name: `NAME`, or the content of the file that `NAME_FILE` names.
pub(crate) fn secret(name: &str) -> Result<Option<String>> {
    if let Ok(value) = env::var(name)
        && !value.is_empty()
    {
        return Ok(Some(value));
    }
    let Some(path) = env::var_os(format!("{name}_FILE")) else { return Ok(None) };
    let text = std::fs::read_to_string(&path)
        .with_context(|| format!("reading {} (from {name}_FILE)", PathBuf::from(&path).display()))?;
    Ok(Some(text.trim_end().to_owned()))
}

/// A variable that is no secret.
pub(crate) fn plain(name: &str) -> Option<String> {
    env::var(name).ok().filter(|v| !v.is_empty())
}
