//! When a token ends, as far as its forge tells.

use http::header::{AUTHORIZATION, HeaderName};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;
use time::{Date, OffsetDateTime, PrimitiveDateTime, Time};

use crate::client::Client;
use crate::error::ForgeError;

/// Whom to ask about a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenForge {
    /// GitHub, or an Enterprise Server, with its API's address.
    GitHub {
        /// `https://api.github.com`
        api: String,
    },
    /// GitLab, with its API's address.
    GitLab {
        /// `https://gitlab.com/api/v4`
        api: String,
    },
}

/// What the forge says of a token's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expiry {
    /// It ends then, in ms since 1970 UTC.
    At(i64),
    /// The forge knows the token, and names no end.
    Never,
    /// The forge does not say: a deploy token, for one.
    Untold,
}

impl TokenForge {
    /// Whom to ask about a token for a repository on `host`; `None` where that is not certain. Gitea does not tell.
    pub fn of_host(host: &str) -> Option<Self> {
        match host {
            "github.com" => Some(Self::GitHub { api: crate::app::GITHUB_API.to_owned() }),
            _ if host.ends_with(".ghe.com") => Some(Self::GitHub { api: format!("https://api.{host}") }),
            "gitlab.com" => Some(Self::GitLab { api: "https://gitlab.com/api/v4".to_owned() }),
            _ => None,
        }
    }
}

/// Asks the forge when `token` ends: one request, which costs nothing of a limit at GitHub.
pub async fn expiry(client: &Client, forge: &TokenForge, token: &SecretString) -> Result<Expiry, ForgeError> {
    match forge {
        TokenForge::GitHub { api } => github(client, api, token).await,
        TokenForge::GitLab { api } => gitlab(client, api, token).await,
    }
}

const GITHUB_HEADER: &str = "github-authentication-token-expiration";

async fn github(client: &Client, api: &str, token: &SecretString) -> Result<Expiry, ForgeError> {
    let bearer = format!("Bearer {}", token.expose_secret()).into();
    let url = format!("{}/rate_limit", api.trim_end_matches('/'));
    let answer = client.send(http::Method::GET, &url, (AUTHORIZATION, &bearer), "application/vnd.github+json").await?;
    match answer.headers.get(GITHUB_HEADER) {
        None => Ok(Expiry::Never),
        Some(value) => value.to_str().ok().and_then(github_time).map(Expiry::At).ok_or_else(|| no_time(GITHUB_HEADER)),
    }
}

const UTC: &[BorrowedFormatItem<'_>] = format_description!("[year]-[month]-[day] [hour]:[minute]:[second] UTC");
const OFFSET: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day] [hour]:[minute]:[second] [offset_hour][offset_minute]");

/// `2026-06-01 12:00:00 UTC`, or with `+0000` at its end.
fn github_time(text: &str) -> Option<i64> {
    let utc = || PrimitiveDateTime::parse(text, UTC).ok().map(PrimitiveDateTime::assume_utc);
    OffsetDateTime::parse(text, OFFSET).ok().or_else(utc).map(|time| time.unix_timestamp() * 1_000)
}

/// Personal, project and group access tokens know themselves; deploy tokens do not.
async fn gitlab(client: &Client, api: &str, token: &SecretString) -> Result<Expiry, ForgeError> {
    #[derive(Deserialize)]
    struct Myself {
        expires_at: Option<String>,
    }
    let url = format!("{}/personal_access_tokens/self", api.trim_end_matches('/'));
    let header = (HeaderName::from_static("private-token"), token);
    match client.send(http::Method::GET, &url, header, "application/json").await {
        Err(ForgeError::Unauthorized | ForgeError::NotFound | ForgeError::Forbidden { .. }) => Ok(Expiry::Untold),
        Err(error) => Err(error),
        Ok(answer) => match answer.json::<Myself>()?.expires_at {
            None => Ok(Expiry::Never),
            Some(day) => gitlab_day(&day).map(Expiry::At).ok_or_else(|| no_time("expires_at")),
        },
    }
}

/// A token ends when that day begins, in UTC.
fn gitlab_day(text: &str) -> Option<i64> {
    let day = Date::parse(text, format_description!("[year]-[month]-[day]")).ok()?;
    Some(PrimitiveDateTime::new(day, Time::MIDNIGHT).assume_utc().unix_timestamp() * 1_000)
}

fn no_time(what: &str) -> ForgeError {
    ForgeError::Nonsense(format!("{what} is no time"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forges_times_are_read() {
        assert_eq!(github_time("2026-06-01 12:00:00 UTC"), Some(1_780_315_200_000));
        assert_eq!(github_time("2026-06-01 14:00:00 +0200"), Some(1_780_315_200_000));
        assert_eq!(github_time("soon"), None);
        assert_eq!(gitlab_day("2026-06-01"), Some(1_780_272_000_000));
        assert_eq!(gitlab_day("2026-13-01"), None);
    }

    #[test]
    fn only_certain_hosts_are_asked() {
        assert!(matches!(TokenForge::of_host("github.com"), Some(TokenForge::GitHub { .. })));
        assert!(matches!(TokenForge::of_host("gitlab.com"), Some(TokenForge::GitLab { .. })));
        assert_eq!(TokenForge::of_host("git.example"), None);
    }
}
