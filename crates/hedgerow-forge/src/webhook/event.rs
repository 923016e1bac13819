//! What a webhook says, once its signature is good.

use http::HeaderMap;
use serde::Serialize;

use super::{Provider, push};
use crate::limits::{MAX_URL_BYTES, MAX_WORD_BYTES};

/// What a webhook says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Event {
    /// By which the sender knows this delivery, a repeated one too. NetBox has none: several events of one request
    /// share an id.
    pub delivery_id: Option<String>,
    /// The event in the sender's own word, such as `push`.
    pub name: String,
    /// What that means here.
    pub kind: Kind,
}

/// What an event means here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// "Are you there?"
    Ping,
    /// A branch has moved, was made or went.
    Push {
        /// The spellings of the repository's URL that it names, as they are.
        urls: Vec<String>,
        /// The branch; `None` for a tag and other refs.
        branch: Option<String>,
    },
    /// Something changed that the hook was made for: its own repository is meant.
    Change,
    /// Nothing that concerns us.
    Other,
    /// Its event concerns us, its body cannot be read.
    Unreadable {
        /// Why, without anything of the body.
        why: String,
    },
}

/// Reads a webhook whose signature is good. Whatever the body holds, this returns.
pub fn read(provider: Provider, headers: &HeaderMap, body: &[u8]) -> Event {
    let name = |names: &[&str]| names.iter().find_map(|name| word(headers, name));
    let (id, event) = match provider {
        Provider::GitHub => (name(&["x-github-delivery"]), name(&["x-github-event"])),
        Provider::GitLab => {
            (name(&["webhook-id", "idempotency-key", "x-gitlab-event-uuid"]), name(&["x-gitlab-event"]))
        }
        Provider::Gitea => {
            (name(&["x-forgejo-delivery", "x-gitea-delivery"]), name(&["x-forgejo-event", "x-gitea-event"]))
        }
        Provider::NetBox => (None, push::netbox_event(body)),
        Provider::Generic => (name(&["x-delivery-id"]), name(&["x-event"])),
    };
    let event = event.unwrap_or_default();
    let kind = kind(provider, &event, headers, body);
    Event { delivery_id: id, name: event, kind }
}

fn kind(provider: Provider, event: &str, headers: &HeaderMap, body: &[u8]) -> Kind {
    match (provider, event) {
        (_, "ping") => Kind::Ping,
        (Provider::GitHub | Provider::Gitea, "push") => push::github(&push::json(headers, body)),
        (Provider::GitLab, "Push Hook" | "Tag Push Hook") => push::gitlab(body),
        (Provider::GitLab, "System Hook") => push::gitlab_system(body),
        (Provider::GitHub | Provider::GitLab | Provider::Gitea, _) => Kind::Other,
        (Provider::NetBox | Provider::Generic, _) => Kind::Change,
    }
}

/// A header's value, when it is short and plain.
fn word(headers: &HeaderMap, name: &str) -> Option<String> {
    let value = headers.get(name)?.to_str().ok()?.trim();
    (!value.is_empty() && value.len() <= MAX_WORD_BYTES).then(|| value.to_owned())
}

/// A URL that may be one.
pub(super) fn url(text: String) -> Option<String> {
    (!text.is_empty() && text.len() <= MAX_URL_BYTES && !text.chars().any(char::is_control)).then_some(text)
}

#[cfg(test)]
mod tests;
