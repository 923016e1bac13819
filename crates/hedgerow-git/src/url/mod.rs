//! Where a remote is. A URL comes from people and from forms, and ends on a command line: what could be read there as
//! anything but a place is refused here.

mod canonical;
mod parse;

use std::fmt;
use std::path::PathBuf;

/// The place of a remote repository: a path, or a URL of one of the four transports. Holds no password.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct RemoteUrl {
    place: Place,
}

/// How the place is spelled; no part starts with `-`, none has a control character.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Place {
    /// An absolute path, or `file://` and the same.
    Path(PathBuf),
    /// `http` or `https`.
    Http { tls: bool, authority: Authority, path: String },
    /// `ssh://`; `path` starts with `/`.
    Ssh { authority: Authority, path: String },
    /// `user@host:path`; `path` is relative to the user's home unless it starts with `/`.
    Scp { authority: Authority, path: String },
}

/// Host, perhaps with a user and a port.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Authority {
    user: Option<String>,
    /// In lower case; an IPv6 address keeps its brackets.
    host: String,
    port: Option<u16>,
}

/// What carries the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Transport {
    /// A directory of this machine.
    Path,
    /// HTTP without TLS: a secret travels in clear.
    Http,
    /// HTTP over TLS.
    Https,
    /// SSH.
    Ssh,
}

/// Why a text is not a remote's URL.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    /// Nothing, or too much.
    #[error("a repository's URL has 1 to {} bytes", crate::limits::MAX_URL_BYTES)]
    Length,
    /// A control character.
    #[error("a repository's URL holds no control characters")]
    Control,
    /// It would be read as an option: `-oProxyCommand=…`, `--upload-pack=…`.
    #[error("a repository's URL, its host and its path must not start with `-`")]
    Option,
    /// `ext::`, `git://` and everything else but path, file, http, https and ssh.
    #[error("not a transport that is used here: {0}; use a path, https:// or ssh://")]
    Transport(String),
    /// A password inside the URL, where every log would show it.
    #[error("the URL holds a password: leave it out, and give it by --token-file")]
    Password,
    /// No host, no path, a port that is no number.
    #[error("not a repository's URL: {0}")]
    Malformed(&'static str),
}

impl RemoteUrl {
    /// The place that `text` names. A relative path is taken from the current directory.
    pub fn parse(text: &str) -> Result<Self, UrlError> {
        parse::place(text).map(|place| Self { place })
    }

    /// What carries the bytes.
    pub fn transport(&self) -> Transport {
        match &self.place {
            Place::Path(_) => Transport::Path,
            Place::Http { tls: true, .. } => Transport::Https,
            Place::Http { tls: false, .. } => Transport::Http,
            Place::Ssh { .. } | Place::Scp { .. } => Transport::Ssh,
        }
    }

    /// The one spelling of this repository: two URLs with equal spellings are certainly one repository. Different
    /// ones may still be.
    pub fn canonical(&self) -> String {
        canonical::spelling(&self.place)
    }

    /// The host in lower case; `None` for a path.
    pub fn host(&self) -> Option<&str> {
        self.place.authority().map(|authority| authority.host.as_str())
    }

    /// The host without brackets and the port that is spoken to; `None` for a path.
    pub(crate) fn host_and_port(&self) -> Option<(&str, u16)> {
        let usual = match &self.place {
            Place::Path(_) => return None,
            Place::Http { tls: true, .. } => 443,
            Place::Http { tls: false, .. } => 80,
            Place::Ssh { .. } | Place::Scp { .. } => 22,
        };
        let authority = self.place.authority()?;
        let host = authority.host.trim_start_matches('[').trim_end_matches(']');
        Some((host, authority.port.unwrap_or(usual)))
    }

    /// The name under which ssh knows the host's key; `None` unless the transport is ssh.
    pub(crate) fn known_as(&self) -> Option<String> {
        let (host, port) = self.host_and_port().filter(|_| self.transport() == Transport::Ssh)?;
        Some(if port == 22 { host.to_owned() } else { format!("[{host}]:{port}") })
    }

    /// The user of an ssh URL, or of an HTTP one (where it is only a default for the token's).
    pub fn user(&self) -> Option<&str> {
        self.place.authority().and_then(|authority| authority.user.as_deref())
    }

    /// The directory, when the remote is one of this machine.
    pub fn path(&self) -> Option<&std::path::Path> {
        match &self.place {
            Place::Path(path) => Some(path),
            _ => None,
        }
    }

    /// `https://host:port` as git's prompts spell it; `None` unless the transport is HTTP.
    pub(crate) fn origin(&self) -> Option<Origin> {
        match &self.place {
            Place::Http { tls, authority, .. } => Some(Origin {
                tls: *tls,
                host: authority.host.clone(),
                port: authority.port.unwrap_or(if *tls { 443 } else { 80 }),
            }),
            _ => None,
        }
    }

    /// How it is written down, to be parsed again: an ssh URL with its user, who is part of the place; an HTTP one without, since a
    /// token is often put there.
    pub fn address(&self) -> String {
        self.argument().to_string_lossy().into_owned()
    }

    /// What git is given. An ssh URL keeps its user, who is part of the place; an HTTP one does not.
    pub(crate) fn argument(&self) -> std::ffi::OsString {
        match &self.place {
            Place::Path(path) => path.clone().into_os_string(),
            Place::Http { .. } => self.to_string().into(),
            Place::Ssh { authority, path } => format!("ssh://{}{path}", authority.with_user()).into(),
            Place::Scp { authority, path } => format!("{}:{path}", authority.with_user()).into(),
        }
    }
}

/// Scheme, host and port: whom a secret belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    pub(crate) tls: bool,
    pub(crate) host: String,
    pub(crate) port: u16,
}

impl Place {
    fn authority(&self) -> Option<&Authority> {
        match self {
            Self::Path(_) => None,
            Self::Http { authority, .. } | Self::Ssh { authority, .. } | Self::Scp { authority, .. } => Some(authority),
        }
    }
}

impl Authority {
    fn with_user(&self) -> String {
        self.user.as_ref().map_or_else(|| self.to_string(), |user| format!("{user}@{self}"))
    }
}

impl fmt::Display for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.host)?;
        self.port.map_or(Ok(()), |port| write!(f, ":{port}"))
    }
}

/// Without the user: a token is often put there.
impl fmt::Display for RemoteUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::Path(path) => write!(f, "{}", path.display()),
            Place::Http { tls, authority, path } => {
                write!(f, "{}://{authority}{path}", if *tls { "https" } else { "http" })
            }
            Place::Ssh { authority, path } => write!(f, "ssh://{authority}{path}"),
            Place::Scp { authority, path } => write!(f, "{authority}:{path}"),
        }
    }
}

impl fmt::Debug for RemoteUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RemoteUrl({self})")
    }
}
