//! What a forge says no with, sorted by what the caller can do. Nothing here holds a secret.

use std::time::Duration;

/// No client can be made: the system has no certificates.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no HTTPS is possible: {0}")]
pub struct ClientError(pub(crate) String);

/// Why a forge did not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ForgeError {
    /// A service may not go there.
    #[error("a service may not go there: {0}")]
    Disallowed(String),
    /// Nobody listens there, or TLS failed.
    #[error("the forge cannot be reached: {words}")]
    Unreachable {
        /// In the words of the system.
        words: String,
    },
    /// No answer in time.
    #[error("the forge does not answer in time")]
    Timeout,
    /// 401: the app's id or key, or the token, is wrong, or this machine's clock is.
    #[error("the forge does not know this credential")]
    Unauthorized,
    /// 403.
    #[error("the forge does not allow this{}", said(words))]
    Forbidden {
        /// The forge's own message.
        words: String,
    },
    /// 404: there is no such installation, or it is another app's.
    #[error("the forge knows no such thing")]
    NotFound,
    /// 429, or GitHub's 403 for the same.
    #[error("the forge asks for fewer requests{}", retry_after.map(|after| format!(" for {} s", after.as_secs())).unwrap_or_default())]
    RateLimited {
        /// When to come back, where it was said.
        retry_after: Option<Duration>,
    },
    /// A redirect. Not followed: the secret belongs to the first host.
    #[error("the forge's address has moved: give the new one")]
    Redirected,
    /// 5xx.
    #[error("the forge has a fault of its own ({status})")]
    Server {
        /// The status.
        status: u16,
    },
    /// Another status.
    #[error("the forge refused ({status}){}", said(words))]
    Refused {
        /// The status.
        status: u16,
        /// The forge's own message.
        words: String,
    },
    /// It answers, but not as a forge does.
    #[error("this does not answer as a forge does: {0}")]
    Nonsense(String),
    /// The key is no RSA key in PEM, or the token cannot be a header's value.
    #[error("the key or token cannot be used: a GitHub App's key is RSA, in PEM")]
    BadSecret,
}

fn said(words: &str) -> String {
    if words.is_empty() { String::new() } else { format!(": {words}") }
}

impl ForgeError {
    /// Whether asking again later may help without anybody doing something.
    pub fn may_pass(&self) -> bool {
        matches!(
            self,
            Self::Unreachable { .. }
                | Self::Timeout
                | Self::RateLimited { .. }
                | Self::Server { .. }
                | Self::Nonsense(_)
        )
    }
}
