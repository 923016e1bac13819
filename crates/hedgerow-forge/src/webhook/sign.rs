//! The sender's side: a webhook as a forge would send it, so that the way to the service can be tried.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName, HeaderValue};
use ring::hmac;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use super::{Provider, signature};
use hedgerow_core::digest::hex;

/// A webhook as a forge would send it: a push, or for those who know none, a change.
#[derive(Clone, Debug)]
pub struct Sample {
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Vec<u8>,
}

/// A push to `branch` of the repository at `url`, signed. `None` where the secret cannot be a header's value.
pub fn sign(
    provider: Provider,
    secret: &SecretString,
    delivery_id: &str,
    url: &str,
    branch: &str,
    now_ms: i64,
) -> Option<Sample> {
    let reference = format!("refs/heads/{branch}");
    let body = match provider {
        Provider::GitHub | Provider::Gitea => json!({ "ref": reference, "repository": { "clone_url": url } }),
        Provider::GitLab => {
            json!({ "object_kind": "push", "event_name": "push", "ref": reference, "project": { "git_http_url": url } })
        }
        Provider::NetBox => json!({ "event": "updated", "model": "webhook", "data": {} }),
        Provider::Generic => json!({ "repository": url, "ref": reference }),
    };
    let body = body.to_string().into_bytes();
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    for (name, value) in named(provider, secret.expose_secret(), delivery_id, &body, now_ms) {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_str(&value).ok()?);
    }
    Some(Sample { headers, body })
}

fn named(provider: Provider, secret: &str, id: &str, body: &[u8], now_ms: i64) -> Vec<(&'static str, String)> {
    let of = |algorithm| hex(hmac::sign(&hmac::Key::new(algorithm, secret.as_bytes()), body).as_ref());
    let sha256 = || of(hmac::HMAC_SHA256);
    match provider {
        Provider::GitHub => vec![
            ("x-github-event", "push".to_owned()),
            ("x-github-delivery", id.to_owned()),
            ("x-hub-signature-256", format!("sha256={}", sha256())),
        ],
        Provider::GitLab => {
            let mut headers = vec![("x-gitlab-event", "Push Hook".to_owned())];
            headers.extend(gitlab(secret, id, body, now_ms));
            headers
        }
        Provider::Gitea => vec![
            ("x-gitea-event", "push".to_owned()),
            ("x-gitea-delivery", id.to_owned()),
            ("x-gitea-signature", sha256()),
        ],
        Provider::NetBox => vec![("x-hook-signature", of(hmac::HMAC_SHA512))],
        Provider::Generic => vec![
            ("x-event", "push".to_owned()),
            ("x-delivery-id", id.to_owned()),
            ("x-signature", format!("sha256={}", sha256())),
        ],
    }
}

/// By the signing token when the secret is one, else by the old token.
fn gitlab(secret: &str, id: &str, body: &[u8], now_ms: i64) -> Vec<(&'static str, String)> {
    let Some(key) = signature::key(secret) else {
        return vec![("idempotency-key", id.to_owned()), ("x-gitlab-token", secret.to_owned())];
    };
    let time = now_ms.div_euclid(1000).to_string();
    let tag = hmac::sign(&key, &[id.as_bytes(), b".", time.as_bytes(), b".", body].concat());
    vec![
        ("webhook-id", id.to_owned()),
        ("webhook-timestamp", time),
        ("webhook-signature", format!("v1,{}", STANDARD.encode(tag))),
    ]
}
