//! The way to a service, by HTTP.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use futures_util::stream::{StreamExt, TryStreamExt};
use secrecy::{ExposeSecret, SecretString};

use super::{Answer, Ask, Events, MAX_ANSWER_BYTES};

/// What a service's tokens begin with. `HEDGEROW_TOKEN_FILE` names a token for git with other commands: that one stays here.
const TOKEN_PREFIX: &str = "hedgerow_";
/// How long a connection may take.
const CONNECT_WAIT: Duration = Duration::from_secs(10);

/// A service, and by what right we ask it.
#[derive(Debug)]
pub(crate) struct There {
    /// Scheme, host, port, and the path in front of the API where a proxy has put one.
    base: String,
    token: Option<SecretString>,
    client: reqwest::Client,
}

impl There {
    /// The service at `url`, asked with `token`. An answer may take as long as `timeout`.
    pub(crate) fn new(url: &str, token: Option<SecretString>, timeout: Duration) -> Result<Self> {
        let parsed = reqwest::Url::parse(url).context("--server")?;
        if !matches!(parsed.scheme(), "http" | "https") || parsed.host_str().is_none() {
            bail!("--server: a service is named as https://host[:port]");
        }
        if !parsed.username().is_empty() || parsed.password().is_some() {
            bail!("--server: no user or password in the URL\nhint: a token goes into HEDGEROW_TOKEN");
        }
        if token.as_ref().is_some_and(|token| !token.expose_secret().starts_with(TOKEN_PREFIX)) {
            bail!(
                "what HEDGEROW_TOKEN holds is no token of a Hedgerow service: it is not sent\n\
                 hint: such a token begins with {TOKEN_PREFIX}; hedgerow token create makes one"
            );
        }
        if token.is_some() && parsed.scheme() == "http" && !is_here(&parsed) {
            anstream::eprintln!("note: --server is http://: the token travels in clear");
        }
        // An error means that there is one already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        // A redirect would carry the token to wherever it leads.
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT_WAIT)
            .read_timeout(timeout)
            .user_agent(concat!("hedgerow/", env!("CARGO_PKG_VERSION")))
            .build()
            .context("making an HTTP client")?;
        Ok(Self { base: parsed.as_str().trim_end_matches('/').to_owned(), token, client })
    }

    /// Asks, and waits for the whole answer.
    pub(crate) async fn ask(&self, ask: &Ask) -> Result<Answer> {
        let (head, body) = self.send(ask).await?;
        let mut bytes = Vec::new();
        let mut stream = body.bytes_stream();
        while let Some(piece) = stream.next().await {
            bytes.extend_from_slice(&piece.map_err(|error| self.failed(error))?);
            if bytes.len() > MAX_ANSWER_BYTES {
                bail!("the service's answer has more than {MAX_ANSWER_BYTES} bytes");
            }
        }
        Answer::of(&head, &bytes)
    }

    /// Asks for a stream of events.
    pub(crate) async fn events(&self, ask: &Ask) -> Result<Events> {
        let (head, body) = self.send(ask).await?;
        if !head.status.is_success() {
            let bytes = body.bytes().await.map_err(|error| self.failed(error))?;
            return Answer::of(&head, &bytes).and_then(|_| bail!("the service sent no events"));
        }
        Ok(Events::of(body.bytes_stream().map_err(anyhow::Error::from).boxed()))
    }

    async fn send(&self, ask: &Ask) -> Result<(http::response::Parts, reqwest::Response)> {
        let mut request = ask.http(&self.base)?;
        if let Some(token) = &self.token {
            let mut value = http::HeaderValue::from_str(&format!("Bearer {}", token.expose_secret()))
                .ok()
                .context("the token has characters that no token has")?;
            value.set_sensitive(true);
            request.headers_mut().insert(http::header::AUTHORIZATION, value);
        }
        let request = reqwest::Request::try_from(request).context("making the request")?;
        let response = self.client.execute(request).await.map_err(|error| self.failed(error))?;
        let (mut head, ()) = http::Response::new(()).into_parts();
        head.status = response.status();
        head.headers = response.headers().clone();
        Ok((head, response))
    }

    /// The innermost cause says it best: "connection refused", "certificate expired".
    fn failed(&self, error: reqwest::Error) -> anyhow::Error {
        let error = anyhow::Error::new(error.without_url());
        let cause = error.root_cause().to_string();
        anyhow::anyhow!("the service at {} does not answer: {cause}\nhint: check --server, and that it runs", self.base)
    }
}

/// Whether the way ends on this machine.
fn is_here(url: &reqwest::Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}
