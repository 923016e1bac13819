//! The few fields of a push that concern us, as each forge spells them. Everything else in a body is skipped unread,
//! whatever its depth.

use std::borrow::Cow;

use http::HeaderMap;
use http::header::CONTENT_TYPE;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::event::{Kind, url};
use crate::limits::{MAX_PUSH_URLS, MAX_WORD_BYTES};

/// GitHub's and Gitea's: they send forms unless told otherwise, with the JSON in the field `payload`.
pub(super) fn json<'a>(headers: &HeaderMap, body: &'a [u8]) -> Cow<'a, [u8]> {
    let form = |value: &http::HeaderValue| value.as_bytes().starts_with(b"application/x-www-form-urlencoded");
    if !headers.get(CONTENT_TYPE).is_some_and(form) {
        return Cow::Borrowed(body);
    }
    let payload = form_urlencoded::parse(body).find(|(name, _)| name == "payload");
    payload.map_or(Cow::Borrowed(b"".as_slice()), |(_, value)| Cow::Owned(value.into_owned().into_bytes()))
}

#[derive(Deserialize)]
struct GitHub {
    #[serde(rename = "ref")]
    reference: String,
    repository: GitHubRepository,
}

#[derive(Deserialize)]
struct GitHubRepository {
    clone_url: Option<String>,
    ssh_url: Option<String>,
    html_url: Option<String>,
}

pub(super) fn github(body: &[u8]) -> Kind {
    let read = |push: GitHub| {
        let GitHubRepository { clone_url, ssh_url, html_url } = push.repository;
        pushed(&push.reference, [clone_url, ssh_url, html_url])
    };
    parse(body).map_or_else(unreadable, read)
}

#[derive(Deserialize)]
struct GitLab {
    #[serde(rename = "ref")]
    reference: String,
    project: GitLabProject,
}

#[derive(Deserialize)]
struct GitLabProject {
    git_http_url: Option<String>,
    git_ssh_url: Option<String>,
    web_url: Option<String>,
}

pub(super) fn gitlab(body: &[u8]) -> Kind {
    let read = |push: GitLab| {
        let GitLabProject { git_http_url, git_ssh_url, web_url } = push.project;
        pushed(&push.reference, [git_http_url, git_ssh_url, web_url])
    };
    parse(body).map_or_else(unreadable, read)
}

#[derive(Deserialize)]
struct SystemHook {
    event_name: Option<String>,
}

/// An instance's own hook: its events have one name, and the body says which.
pub(super) fn gitlab_system(body: &[u8]) -> Kind {
    match parse::<SystemHook>(body) {
        Ok(hook) if hook.event_name.as_deref().is_some_and(|name| name == "push" || name == "tag_push") => gitlab(body),
        Ok(_) => Kind::Other,
        Err(why) => unreadable(why),
    }
}

#[derive(Deserialize)]
struct NetBox {
    event: Option<String>,
    model: Option<String>,
}

/// `updated device`; `None` when the body does not say.
pub(super) fn netbox_event(body: &[u8]) -> Option<String> {
    let hook: NetBox = parse(body).ok()?;
    let words = [hook.event, hook.model].map(Option::unwrap_or_default).join(" ");
    let plain = words.chars().all(|c| c.is_ascii_graphic() || c == ' ');
    (plain && words.len() <= MAX_WORD_BYTES).then(|| words.trim().to_owned()).filter(|words| !words.is_empty())
}

fn pushed<const N: usize>(reference: &str, urls: [Option<String>; N]) -> Kind {
    let urls: Vec<_> = urls.into_iter().flatten().filter_map(url).take(MAX_PUSH_URLS).collect();
    if urls.is_empty() {
        return Kind::Unreadable { why: "the push names no URL of its repository".to_owned() };
    }
    let branch = reference.strip_prefix("refs/heads/").filter(|branch| branch.len() <= MAX_WORD_BYTES);
    Kind::Push { urls, branch: branch.map(str::to_owned) }
}

fn unreadable(why: String) -> Kind {
    Kind::Unreadable { why }
}

/// serde's own words quote the body: the place alone is told.
fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, String> {
    serde_json::from_slice(body).map_err(|error| {
        let what = match error.classify() {
            serde_json::error::Category::Data => "the body lacks a field, or has one of another type",
            _ => "the body is no JSON",
        };
        format!("{what} (line {}, column {})", error.line(), error.column())
    })
}
