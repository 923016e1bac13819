//! By what right a remote is used.

use std::path::PathBuf;

use hedgerow_core::digest::sha256;
use secrecy::SecretString;

use crate::key::{HeldKey, HostKeys};
use crate::url::RemoteUrl;

/// By what right a remote is used. `Debug` shows no secret.
#[derive(Clone, Debug)]
pub enum Credential {
    /// None of ours: nobody over HTTP, the user's own agent and `ssh_config` over ssh.
    Ambient,
    /// A token or password over HTTP. It reaches git through a socket, never by argument, environment or URL.
    Token {
        /// The user; GitHub takes `x-access-token`, GitLab `oauth2`, Gitea the user's name. Not a secret.
        username: String,
        /// The token.
        secret: SecretString,
    },
    /// A private key's file over ssh. It has no passphrase, or an agent holds it.
    SshKey {
        /// The private key.
        path: PathBuf,
        /// The file that pins the host's key; the user's own when absent. An unknown host is refused either way.
        known_hosts: Option<PathBuf>,
    },
    /// A private key over ssh that is in no file: ssh asks an agent of ours to sign.
    HeldKey {
        /// The key.
        key: HeldKey,
        /// The host's keys; another one is refused.
        host_keys: HostKeys,
    },
}

impl Credential {
    /// Who is asking, without the secret: a rotated token is the same identity.
    fn identity(&self) -> String {
        match self {
            Self::Ambient => "ambient".to_owned(),
            Self::Token { username, .. } => format!("token {username}"),
            Self::SshKey { path, .. } => format!("key {}", path.display()),
            Self::HeldKey { key, .. } => format!("held key {}", key.fingerprint()),
        }
    }
}

/// A repository: where it is, and by what right it is used.
#[derive(Clone, Debug)]
pub struct Remote {
    /// Where.
    pub url: RemoteUrl,
    /// By what right.
    pub credential: Credential,
}

impl Remote {
    /// The cache's name for this repository, in lower-case hex. Never shared between credentials: what one may read,
    /// another may not.
    pub(crate) fn cache_key(&self) -> String {
        sha256(format!("{}\n{}", self.url.canonical(), self.credential.identity()).as_bytes())
    }

    /// Whether a secret of ours could leak to a host that the server names.
    pub(crate) fn holds_secret(&self) -> bool {
        matches!(self.credential, Credential::Token { .. })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn remote(url: &str, credential: Credential) -> Remote {
        Remote { url: RemoteUrl::parse(url).unwrap(), credential }
    }

    #[test]
    fn a_cache_is_never_shared_between_credentials() {
        let token = |user: &str| Credential::Token { username: user.into(), secret: "canary".into() };
        let a = remote("https://host/a", token("x"));
        assert_eq!(a.cache_key(), remote("https://HOST/a.git", token("x")).cache_key());
        assert_ne!(a.cache_key(), remote("https://host/a", token("y")).cache_key());
        assert_ne!(a.cache_key(), remote("https://host/a", Credential::Ambient).cache_key());
        assert!(!format!("{a:?}").contains("canary"));
    }
}
