//! A webhook: is it from whom it claims, and what does it say.
//!
//! The order is [`limits::MAX_WEBHOOK_BYTES`](crate::limits::MAX_WEBHOOK_BYTES) first, then [`verify`] over the raw bytes,
//! then [`read`]. Nothing of the body is looked at before its signature is good, so the caller finds the secret by the
//! hook's address alone.

mod event;
mod push;
mod sign;
mod signature;

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

pub use event::{Event, Kind, read};
pub use sign::{Sample, sign};
pub use signature::{Verdict, verify};

/// Who sends: each has headers and bodies of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Provider {
    /// GitHub, and GitHub Enterprise Server.
    GitHub,
    /// GitLab: the old token, and the signing token of 18.11 and newer.
    GitLab,
    /// Gitea and Forgejo.
    Gitea,
    /// A NetBox webhook: something changed there.
    NetBox,
    /// Anything that can compute an HMAC.
    Generic,
}

impl Provider {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::GitHub, Self::GitLab, Self::Gitea, Self::NetBox, Self::Generic];

    /// The word for it, in addresses, rows and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::GitHub => "github",
            Self::GitLab => "gitlab",
            Self::Gitea => "gitea",
            Self::NetBox => "netbox",
            Self::Generic => "generic",
        }
    }

    /// Whether its webhooks say which repository they are about. One of the others' is about the hook's own.
    pub fn names_repository(self) -> bool {
        matches!(self, Self::GitHub | Self::GitLab | Self::Gitea)
    }
}

impl fmt::Display for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// No such provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownProvider(String);

impl fmt::Display for UnknownProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no provider of webhooks: {:?} (github, gitlab, gitea, netbox, generic)", self.0)
    }
}

impl std::error::Error for UnknownProvider {}

impl FromStr for Provider {
    type Err = UnknownProvider;

    /// `forgejo` is another word for Gitea.
    fn from_str(word: &str) -> Result<Self, UnknownProvider> {
        let known = Self::ALL.into_iter().find(|provider| provider.as_str() == word);
        known.or((word == "forgejo").then_some(Self::Gitea)).ok_or_else(|| UnknownProvider(word.to_owned()))
    }
}
