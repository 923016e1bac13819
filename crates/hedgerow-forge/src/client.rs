//! HTTP to a forge: TLS by `rustls` on `ring`, no redirect, a deadline, an answer with a limit, and no address that nobody
//! outside may send us to.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use hedgerow_core::address::{self, Network};
use http::header::{self, HeaderMap, HeaderValue};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use rustls_platform_verifier::BuilderVerifierExt;
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

use crate::error::{ClientError, ForgeError};
use crate::limits::{CONNECT_TIME, MAX_ANSWER_BYTES, MAX_RETRY_AFTER, PATIENCE_TIME, REQUEST_TIME};

/// What speaks to forges. Cheap to clone; the clones share connections.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    networks: Arc<[Network]>,
    clear_hosts: Arc<[String]>,
}

/// Where the service may go besides the usual, as in the guard of its git.
#[derive(Clone, Debug, Default)]
pub struct Reach {
    /// Ranges of addresses that may be reached although they are special.
    pub networks: Vec<Network>,
    /// Hosts, in lower case, that may be spoken to in clear.
    pub clear_hosts: Vec<String>,
}

/// A forge's answer, whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    body: Vec<u8>,
}

impl Client {
    /// One that may go where `reach` says. The system's certificates are trusted, and `SSL_CERT_FILE`'s.
    pub fn new(reach: Reach) -> Result<Self, ClientError> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .and_then(|builder| builder.with_platform_verifier())
            .map_err(|error| ClientError(error.to_string()))?
            .with_no_client_auth();
        let networks: Arc<[Network]> = reach.networks.into();
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .redirect(Policy::none())
            .connect_timeout(CONNECT_TIME)
            .timeout(REQUEST_TIME)
            .user_agent(concat!("hedgerow/", env!("CARGO_PKG_VERSION")))
            .dns_resolver(Guarded(Arc::clone(&networks)))
            .build()
            .map_err(|error| ClientError(error.to_string()))?;
        Ok(Self { http, networks, clear_hosts: reach.clear_hosts.into() })
    }

    /// A request whose `authorization` is marked, so that it shows in no log.
    pub(crate) async fn send(
        &self,
        method: http::Method,
        url: &str,
        authorization: (header::HeaderName, &SecretString),
        accept: &'static str,
    ) -> Result<Answer, ForgeError> {
        let url = self.admitted(url)?;
        let mut value = HeaderValue::from_str(authorization.1.expose_secret()).map_err(|_| ForgeError::BadSecret)?;
        value.set_sensitive(true);
        let request = self.http.request(method, url).header(authorization.0, value).header(header::ACCEPT, accept);
        let request = request.header("x-github-api-version", "2022-11-28");
        // reqwest's own errors name the URL, which holds no secret, but would be said twice.
        let response = request.send().await.map_err(|error| unreachable(&error.without_url()))?;
        Answer::read(response).await?.or_refusal()
    }

    /// Sends a webhook's `body` as it is, and tells the status and what was answered.
    pub async fn post(&self, url: &str, headers: HeaderMap, body: Vec<u8>) -> Result<(u16, Vec<u8>), ForgeError> {
        let url = self.admitted(url)?;
        let request = self.http.post(url).headers(headers).body(body);
        let response = request.send().await.map_err(|error| unreachable(&error.without_url()))?;
        let answer = Answer::read(response).await?;
        Ok((answer.status, answer.body))
    }

    /// How long the git server at `url` asks us to stay away: git meets such an answer too, and tells nobody what was in it. One
    /// small question, by the same name and password; `None`: it asks for no such thing, or not any more.
    pub async fn patience(
        &self,
        url: &str,
        login: Option<(&str, &SecretString)>,
    ) -> Result<Option<Duration>, ForgeError> {
        let url = self.admitted(&format!("{}/info/refs?service=git-upload-pack", url.trim_end_matches('/')))?;
        let mut request = self.http.get(url).timeout(PATIENCE_TIME);
        if let Some((user, password)) = login {
            request = request.basic_auth(user, Some(password.expose_secret()));
        }
        let response = request.send().await.map_err(|error| unreachable(&error.without_url()))?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let answer = Answer { status, headers, body: Vec::new() };
        let asks = status == 503 || matches!(status, 403 | 429) && answer.is_rate_limit();
        Ok(if asks { answer.retry_after() } else { None })
    }

    /// A literal address never meets the resolver.
    fn admitted(&self, text: &str) -> Result<reqwest::Url, ForgeError> {
        let refused = |why: &str| ForgeError::Disallowed(why.to_owned());
        let url = reqwest::Url::parse(text).map_err(|_| refused("it is no URL"))?;
        let host = url.host_str().ok_or_else(|| refused("there is no host in it"))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(refused("a URL holds no password"));
        }
        match url.scheme() {
            "https" => {}
            "http" if self.clear_hosts.iter().any(|known| known == host) => {}
            _ => return Err(refused("a service speaks https; this host is not named for http")),
        }
        let literal = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        match literal.ok().and_then(|address| address::refused(address, &self.networks)) {
            Some(why) => Err(ForgeError::Disallowed(format!("{host}: {why}"))),
            None => Ok(url),
        }
    }
}

/// The system's resolver, and a judge behind it: what is connected to is what was judged.
struct Guarded(Arc<[Network]>);

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let networks = Arc::clone(&self.0);
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            for address in &found {
                if let Some(why) = address::refused(address.ip(), &networks) {
                    return Err(format!("{} resolves to {}: {why}", name.as_str(), address.ip()).into());
                }
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

impl Answer {
    async fn read(mut response: reqwest::Response) -> Result<Self, ForgeError> {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let mut body = Vec::new();
        while let Some(piece) = response.chunk().await.map_err(|error| unreachable(&error.without_url()))? {
            if body.len() + piece.len() > MAX_ANSWER_BYTES {
                return Err(ForgeError::Nonsense(format!("an answer of more than {MAX_ANSWER_BYTES} bytes")));
            }
            body.extend_from_slice(&piece);
        }
        Ok(Self { status, headers, body })
    }

    /// What its status says no with.
    fn or_refusal(self) -> Result<Self, ForgeError> {
        let status = self.status;
        match status {
            200..=299 => Ok(self),
            429 | 403 if self.is_rate_limit() => Err(ForgeError::RateLimited { retry_after: self.retry_after() }),
            401 => Err(ForgeError::Unauthorized),
            403 => Err(ForgeError::Forbidden { words: self.words() }),
            404 => Err(ForgeError::NotFound),
            300..=399 => Err(ForgeError::Redirected),
            500..=599 => Err(ForgeError::Server { status }),
            _ => Err(ForgeError::Refused { status, words: self.words() }),
        }
    }

    /// GitHub's secondary limits are a 403 with `Retry-After`; its primary one has no requests left.
    fn is_rate_limit(&self) -> bool {
        let none_left = self.headers.get("x-ratelimit-remaining").is_some_and(|left| left == "0");
        self.status == 429 || self.headers.contains_key(header::RETRY_AFTER) || none_left
    }

    /// In seconds, or until a date: then by the server's own clock, where it tells that. No longer than [`MAX_RETRY_AFTER`].
    fn retry_after(&self) -> Option<Duration> {
        let text = |name: &str| self.headers.get(name)?.to_str().ok().map(str::trim);
        let number = |name: &str| text(name)?.parse::<u64>().ok();
        let date = |name: &str| OffsetDateTime::parse(text(name)?, &Rfc2822).ok();
        let now = || date("date").unwrap_or_else(OffsetDateTime::now_utc);
        let until = || u64::try_from((date("retry-after")? - now()).whole_seconds().max(0)).ok();
        let until_reset = || number("x-ratelimit-reset")?.checked_sub(now().unix_timestamp().try_into().ok()?);
        let seconds = number("retry-after").or_else(until).or_else(until_reset)?;
        Some(Duration::from_secs(seconds).min(MAX_RETRY_AFTER))
    }

    /// What a forge says of an error, in its own `message`; nothing else of the body is shown.
    fn words(&self) -> String {
        #[derive(serde::Deserialize)]
        struct Said {
            message: String,
        }
        let said = serde_json::from_slice::<Said>(&self.body).map(|said| said.message).unwrap_or_default();
        said.chars().filter(|c| !c.is_control()).take(200).collect()
    }

    pub(crate) fn json<T: DeserializeOwned>(&self) -> Result<T, ForgeError> {
        let nonsense = |error: serde_json::Error| {
            ForgeError::Nonsense(format!("its JSON is not what is documented (column {})", error.column()))
        };
        serde_json::from_slice(&self.body).map_err(nonsense)
    }
}

fn unreachable(error: &reqwest::Error) -> ForgeError {
    let mut words = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(deeper) = cause {
        words = deeper.to_string();
        cause = deeper.source();
    }
    if error.is_timeout() { ForgeError::Timeout } else { ForgeError::Unreachable { words } }
}
