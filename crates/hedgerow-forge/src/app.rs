//! A GitHub App: its key signs a short letter, for which the forge gives a token that lasts an hour.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::header::AUTHORIZATION;
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use rustls_pki_types::PrivateKeyDer;
use rustls_pki_types::pem::PemObject;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::client::Client;
use crate::error::ForgeError;
use crate::limits::{APP_LETTER_AGE, APP_LETTER_LIFE, DEFAULT_BACKOFF, REFRESH_AHEAD};

/// GitHub's API. An Enterprise Server's is `https://HOST/api/v3`.
pub const GITHUB_API: &str = "https://api.github.com";

/// Which installation of which app.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AppName {
    /// The API's address, without a slash at its end.
    pub api: String,
    /// The app's id or client id.
    pub app: String,
    /// Which of its installations.
    pub installation: InstallationName,
}

/// Which installation of an app.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum InstallationName {
    /// The one of this id.
    Id(u64),
    /// The one that has this repository, `owner/name`: the forge is asked for its id.
    Of(String),
}

/// A token of an installation.
#[derive(Clone, Debug)]
pub struct InstallationToken {
    /// The token; git's user for it is `x-access-token`.
    pub secret: SecretString,
    /// When it ends, in ms since 1970 UTC.
    pub expires_ms: i64,
}

/// An installation whose token is kept, and changed before it ends. Cheap to clone; the clones share the token, and of
/// those who want one at once a single one asks.
#[derive(Clone, Debug)]
pub struct Installation(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    client: Client,
    name: AppName,
    key: AppKey,
    kept: tokio::sync::Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    token: Option<InstallationToken>,
    /// What the forge said last, and until when it is not asked again.
    refusal: Option<(ForgeError, i64)>,
}

impl Installation {
    /// Nothing is asked yet.
    ///
    /// # Errors
    /// [`ForgeError::BadSecret`] when `pem` holds no RSA key (PKCS#1, as GitHub gives it, or PKCS#8).
    pub fn new(client: Client, name: AppName, pem: &SecretString) -> Result<Self, ForgeError> {
        let key = AppKey::parse(pem)?;
        Ok(Self(Arc::new(Inner { client, name, key, kept: tokio::sync::Mutex::default() })))
    }

    /// A token that is good for [`REFRESH_AHEAD`] from `now_ms`. One that is not, but still good, is given out where the
    /// forge has no new one.
    pub async fn token(&self, now_ms: i64) -> Result<InstallationToken, ForgeError> {
        // Held while the forge is asked: whoever waits here finds the answer, and does not ask again.
        let mut kept = self.0.kept.lock().await;
        if let Some(token) = kept.good_until(now_ms + ms(REFRESH_AHEAD)) {
            return Ok(token);
        }
        let asked = match &kept.refusal {
            Some((error, until_ms)) if now_ms < *until_ms => Err(error.clone()),
            _ => self.ask(now_ms).await,
        };
        match asked {
            Ok(token) => {
                *kept = Kept { token: Some(token.clone()), refusal: None };
                Ok(token)
            }
            Err(error) => {
                kept.remember(&error, now_ms);
                kept.good_until(now_ms).ok_or(error)
            }
        }
    }

    /// Forgets the token: for whoever was told that it is no longer good.
    pub async fn forget(&self) {
        self.0.kept.lock().await.token = None;
    }

    async fn ask(&self, now_ms: i64) -> Result<InstallationToken, ForgeError> {
        #[derive(Deserialize)]
        struct Given {
            token: SecretString,
            expires_at: String,
        }
        let id = match &self.0.name.installation {
            InstallationName::Id(id) => *id,
            InstallationName::Of(repository) => self.of(repository, now_ms).await?,
        };
        let path = format!("/app/installations/{id}/access_tokens");
        let given: Given = self.call(http::Method::POST, &path, now_ms).await?;
        let expires = OffsetDateTime::parse(&given.expires_at, &Rfc3339)
            .map_err(|_| ForgeError::Nonsense("expires_at is no time".to_owned()))?;
        Ok(InstallationToken { secret: given.token, expires_ms: expires.unix_timestamp() * 1_000 })
    }
}

impl Installation {
    async fn of(&self, repository: &str, now_ms: i64) -> Result<u64, ForgeError> {
        #[derive(Deserialize)]
        struct Found {
            id: u64,
        }
        let path = format!("/repos/{repository}/installation");
        self.call::<Found>(http::Method::GET, &path, now_ms).await.map(|found| found.id)
    }

    /// A call as the app itself.
    async fn call<T: DeserializeOwned>(&self, method: http::Method, path: &str, now_ms: i64) -> Result<T, ForgeError> {
        let AppName { api, app, .. } = &self.0.name;
        let bearer = format!("Bearer {}", self.0.key.letter(app, now_ms)?.expose_secret()).into();
        let url = format!("{}{path}", api.trim_end_matches('/'));
        let answer = self.0.client.send(method, &url, (AUTHORIZATION, &bearer), "application/vnd.github+json").await?;
        answer.json()
    }
}

impl Kept {
    fn good_until(&self, when_ms: i64) -> Option<InstallationToken> {
        self.token.clone().filter(|token| token.expires_ms > when_ms)
    }

    fn remember(&mut self, error: &ForgeError, now_ms: i64) {
        let wait = match error {
            ForgeError::RateLimited { retry_after } => retry_after.unwrap_or(DEFAULT_BACKOFF),
            _ => DEFAULT_BACKOFF,
        };
        // A wait that has begun is not made longer by those who are told of it.
        if self.refusal.as_ref().is_none_or(|(_, until_ms)| *until_ms <= now_ms) {
            self.refusal = Some((error.clone(), now_ms + ms(wait)));
        }
    }
}

fn ms(duration: std::time::Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// An app's private key. `Debug` shows nothing of it.
struct AppKey(RsaKeyPair);

impl std::fmt::Debug for AppKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AppKey")
    }
}

impl AppKey {
    fn parse(pem: &SecretString) -> Result<Self, ForgeError> {
        let der = PrivateKeyDer::from_pem_slice(pem.expose_secret().as_bytes()).map_err(|_| ForgeError::BadSecret)?;
        let pair = match &der {
            PrivateKeyDer::Pkcs1(key) => RsaKeyPair::from_der(key.secret_pkcs1_der()),
            PrivateKeyDer::Pkcs8(key) => RsaKeyPair::from_pkcs8(key.secret_pkcs8_der()),
            _ => return Err(ForgeError::BadSecret),
        };
        pair.map(Self).map_err(|_| ForgeError::BadSecret)
    }

    /// A JSON web token by RS256 (RFC 7519, 7515). Its times allow for clocks that differ.
    fn letter(&self, app: &str, now_ms: i64) -> Result<SecretString, ForgeError> {
        let now = now_ms.div_euclid(1_000);
        let claims = json!({ "iat": now - APP_LETTER_AGE, "exp": now + APP_LETTER_LIFE, "iss": app });
        let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
        let signed = format!("{}.{}", part(r#"{"alg":"RS256","typ":"JWT"}"#), part(&claims.to_string()));
        let mut signature = vec![0; self.0.public().modulus_len()];
        self.0
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature)
            .map_err(|_| ForgeError::BadSecret)?;
        Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)).into())
    }
}
