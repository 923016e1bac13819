//! Whether a webhook is from somebody who knows the hook's secret. All comparisons take constant time.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use ring::hmac;
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;

use super::Provider;
use crate::limits::{MAX_SIGNATURES, WEBHOOK_WINDOW};

/// What a webhook's signature is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Somebody who knows the secret sent exactly these bytes.
    Good,
    /// There is no signature.
    Missing,
    /// The signature is not of these bytes by this secret, or the header is there twice.
    Wrong,
    /// The signature is good, its time is not: more than [`WEBHOOK_WINDOW`] from now.
    Stale,
}

impl Verdict {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Missing => "missing",
            Self::Wrong => "wrong",
            Self::Stale => "stale",
        }
    }
}

/// How the Standard Webhooks specification spells a key.
const KEY_PREFIX: &str = "whsec_";

/// Judges the raw `body`, as it came, and its headers. `now_ms` is in ms since 1970 UTC. An empty secret is no secret:
/// nothing is good by it.
pub fn verify(provider: Provider, secret: &SecretString, headers: &HeaderMap, body: &[u8], now_ms: i64) -> Verdict {
    let secret = secret.expose_secret();
    if secret.is_empty() {
        return Verdict::Wrong;
    }
    let sha256 = || hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    match provider {
        Provider::GitHub => of_hex(sha256(), one(headers, "x-hub-signature-256"), "sha256=", body),
        Provider::Generic => of_hex(sha256(), one(headers, "x-signature"), "sha256=", body),
        Provider::NetBox => {
            let key = hmac::Key::new(hmac::HMAC_SHA512, secret.as_bytes());
            of_hex(key, one(headers, "x-hook-signature"), "", body)
        }
        Provider::Gitea => gitea(&sha256(), headers, body),
        Provider::GitLab => gitlab(secret, headers, body, now_ms),
    }
}

/// A header that may be there once.
enum One<'a> {
    Absent,
    Value(&'a [u8]),
    /// Whoever is in between may have read the other one.
    Twice,
}

fn one<'a>(headers: &'a HeaderMap, name: &str) -> One<'a> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => One::Absent,
        (Some(value), None) => One::Value(value.as_bytes()),
        (Some(_), Some(_)) => One::Twice,
    }
}

fn of_hex(key: hmac::Key, header: One<'_>, prefix: &str, body: &[u8]) -> Verdict {
    let value = match header {
        One::Absent => return Verdict::Missing,
        One::Twice => return Verdict::Wrong,
        One::Value(value) => value,
    };
    let tag = value.strip_prefix(prefix.as_bytes()).and_then(unhex);
    good_if(tag.is_some_and(|tag| hmac::verify(&key, body, &tag).is_ok()))
}

/// Forgejo sends both headers, with one value.
fn gitea(key: &hmac::Key, headers: &HeaderMap, body: &[u8]) -> Verdict {
    let both = ["x-gitea-signature", "x-forgejo-signature"].map(|name| one(headers, name));
    let verdicts = both.map(|header| of_hex(key.clone(), header, "", body));
    match verdicts {
        [Verdict::Wrong, _] | [_, Verdict::Wrong] => Verdict::Wrong,
        [Verdict::Missing, Verdict::Missing] => Verdict::Missing,
        _ => Verdict::Good,
    }
}

/// Once there is a signature, it decides: the token beside it does not make up for a wrong one.
fn gitlab(secret: &str, headers: &HeaderMap, body: &[u8], now_ms: i64) -> Verdict {
    match one(headers, "webhook-signature") {
        One::Value(signatures) => standard(secret, headers, signatures, body, now_ms),
        One::Twice => Verdict::Wrong,
        One::Absent => match one(headers, "x-gitlab-token") {
            One::Absent => Verdict::Missing,
            One::Twice => Verdict::Wrong,
            One::Value(token) => good_if(equal(secret.as_bytes(), token)),
        },
    }
}

/// <https://www.standardwebhooks.com>: HMAC-SHA256 over `id.timestamp.body`, one or several `v1,<base64>`.
fn standard(secret: &str, headers: &HeaderMap, signatures: &[u8], body: &[u8], now_ms: i64) -> Verdict {
    let (One::Value(id), One::Value(time)) = (one(headers, "webhook-id"), one(headers, "webhook-timestamp")) else {
        return Verdict::Wrong;
    };
    let Some(key) = key(secret) else { return Verdict::Wrong };
    let signed = [id, b".", time, b".", body].concat();
    let mut tags = signatures.split(|byte| *byte == b' ').take(MAX_SIGNATURES);
    let is_good = |text: &[u8]| {
        let tag = text.strip_prefix(b"v1,").and_then(|text| STANDARD.decode(text).ok());
        tag.is_some_and(|tag| hmac::verify(&key, &signed, &tag).is_ok())
    };
    match (tags.any(is_good), seconds(time)) {
        (false, _) | (true, None) => Verdict::Wrong,
        (true, Some(time)) if time.abs_diff(now_ms.div_euclid(1000)) > WEBHOOK_WINDOW.as_secs() => Verdict::Stale,
        (true, Some(_)) => Verdict::Good,
    }
}

/// The key that a signing token stands for.
pub(super) fn key(secret: &str) -> Option<hmac::Key> {
    let bytes = STANDARD.decode(secret.strip_prefix(KEY_PREFIX)?).ok()?;
    (!bytes.is_empty()).then(|| hmac::Key::new(hmac::HMAC_SHA256, &bytes))
}

fn seconds(text: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(text).ok()?;
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

/// Compares what both are as keys, so that neither length nor content shows in the time.
fn equal(secret: &[u8], given: &[u8]) -> bool {
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, given), b"token");
    hmac::verify(&hmac::Key::new(hmac::HMAC_SHA256, secret), b"token", tag.as_ref()).is_ok()
        && given.len() == secret.len()
}

/// Lower or upper case, two digits a byte; senders' tags are no secret, so this need not take constant time.
fn unhex(text: &[u8]) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let pairs = text.chunks(2).map(|pair| Some(digit(*pair.first()?)? << 4 | digit(*pair.get(1)?)?));
    pairs.collect::<Option<Vec<_>>>().filter(|bytes| !bytes.is_empty())
}

fn good_if(good: bool) -> Verdict {
    if good { Verdict::Good } else { Verdict::Wrong }
}

#[cfg(test)]
mod tests;
