//! A service under test, and somebody who asks it.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use hedgerow_core::catalogue::Catalogue;
use hedgerow_forge::{Client, Reach};
use hedgerow_git::{Cancel, Credential, Git, GitConfig, Guard};
use hedgerow_store::{SealingKey, SealingKeys, Store, StoreUrl};
use hedgerow_sync::credentials::Resolver;
use hedgerow_sync::{Tally, service};
use hedgerow_web::{Answers, AppState, Parts, Principal, first_token, router};
use http_body_util::BodyExt;
use secrecy::ExposeSecret;
use serde_json::Value;
use tempfile::TempDir;
use time::OffsetDateTime;
use tower::ServiceExt;

/// A service on a socket of its own.
pub(crate) struct Service {
    pub(crate) state: AppState,
    pub(crate) address: SocketAddr,
    /// The first administrator's.
    pub(crate) token: String,
    _directory: TempDir,
}

/// Git servers of tests are on loopback, without TLS.
fn loopback() -> Guard {
    Guard {
        clear_hosts: vec!["127.0.0.1".to_owned()],
        roots: Vec::new(),
        networks: vec!["127.0.0.0/8".parse().unwrap()],
    }
}

/// The service behind the API. Its loops do not run yet.
fn looking(dir: &Path, store: &Store, keys: &Arc<SealingKeys>, tally: &Tally) -> service::Service {
    let config = GitConfig {
        program: None,
        askpass: "/bin/false".into(),
        deadline: Duration::from_secs(60),
        cancel: Cancel::new(),
        environment: vec![("PATH".into(), std::env::var_os("PATH").unwrap()), ("HOME".into(), dir.into())],
    };
    service::Service::new(service::Parts {
        store: store.clone(),
        git: Git::find(config).unwrap(),
        cache: dir.join("mirrors"),
        catalogue: Arc::new(Catalogue::builtin()),
        credentials: Resolver::new(
            Some(Arc::clone(keys)),
            Client::new(Reach::default()).unwrap(),
            Arc::new(|_| Ok(None)),
            Arc::new(|_| Ok(Credential::Ambient)),
        ),
        signer: None,
        now: OffsetDateTime::now_utc,
        version: "0.0.0-test",
        settings: service::Settings::default(),
        tally: tally.clone(),
    })
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Says that it is a problem of this kind.
    #[track_caller]
    pub(crate) fn is_problem(&self, status: u16, word: &str) -> Value {
        assert_eq!(self.status, status, "{self:?}");
        assert_eq!(self.header("content-type"), "application/problem+json", "{self:?}");
        let body = self.json();
        assert_eq!(body["type"], format!("/problems/{word}"), "{self:?}");
        assert_eq!(body["status"], status, "{self:?}");
        body
    }

    #[track_caller]
    pub(crate) fn is(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{self:?}");
        if self.text.is_empty() { Value::Null } else { self.json() }
    }
}

impl Service {
    pub(crate) async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// One whose public address is its own.
    pub(crate) async fn start_on_its_own_address() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        Self::start_at(listener, |parts| parts.public_url = Some(url)).await
    }

    pub(crate) async fn start_with(change: impl FnOnce(&mut Parts)) -> Self {
        Self::start_at(tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap(), change).await
    }

    async fn start_at(listener: tokio::net::TcpListener, change: impl FnOnce(&mut Parts)) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::open(&StoreUrl::file(directory.path().join("store.db"))).await.unwrap();
        let key = SealingKey::parse(&SealingKey::generate().unwrap()).unwrap();
        let keys = Arc::new(SealingKeys::new(key, Vec::new()));
        let tally = Tally::default();
        let mut parts = Parts {
            service: looking(directory.path(), &store, &keys, &tally),
            answers: Answers::Service,
            store: store.clone(),
            keys: Some(keys),
            tally,
            guard: Some(loopback()),
            public_url: Some("https://hedgerow.example".to_owned()),
            now: OffsetDateTime::now_utc,
            version: "0.0.0-test",
            requests_per_minute: 10_000,
        };
        change(&mut parts);
        let token = first_token(&store, 1).await.unwrap().expect("a new store has had no token");
        let state = AppState::new(parts);
        let address = listener.local_addr().unwrap();
        let served = router(state.clone());
        tokio::spawn(async move {
            let (_open, closed) = tokio::sync::watch::channel(false);
            hedgerow_web::serve(listener, served, closed).await;
        });
        Self { state, address, token: token.expose_secret().to_owned(), _directory: directory }
    }

    /// Lets the loops run.
    pub(crate) fn work(&self) {
        let service = self.state.service.clone();
        tokio::spawn(async move { service.run(Cancel::new()).await.unwrap() });
    }

    /// Asks until the answer is `so`.
    #[track_caller]
    pub(crate) fn until(&self, path: &str, so: impl Fn(&Value) -> bool) -> impl Future<Output = Value> {
        let at = std::panic::Location::caller();
        async move {
            let deadline = Instant::now() + Duration::from_secs(60);
            loop {
                let answer = self.as_admin().get(path).await.is(200);
                if so(&answer) {
                    return answer;
                }
                assert!(Instant::now() < deadline, "{at}: never: {answer:#}");
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    }

    pub(crate) fn as_admin(&self) -> Caller<'_> {
        self.with(&self.token)
    }

    pub(crate) fn with<'a>(&'a self, token: &'a str) -> Caller<'a> {
        Caller { service: self, token: Some(token), headers: Vec::new() }
    }

    pub(crate) fn as_nobody(&self) -> Caller<'_> {
        Caller { service: self, token: None, headers: Vec::new() }
    }

    /// A token of this role, for these fabrics.
    pub(crate) async fn make_token(&self, name: &str, role: &str, fabrics: Option<&[&str]>) -> String {
        let wanted = serde_json::json!({"name": name, "role": role, "fabrics": fabrics});
        let made = self.as_admin().post("/api/v1/tokens", wanted).await.is(201);
        made["token"].as_str().unwrap().to_owned()
    }

    /// As a command in the same process asks.
    pub(crate) async fn in_process(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let mut request = Request::builder().method(method).uri(path).extension(Principal::local());
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        request = request.header(header::CONTENT_TYPE, "application/json");
        let response = router(self.state.clone()).oneshot(request.body(body).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let text = String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap();
        Answer { status: parts.status, headers: parts.headers, text }
    }
}

/// Somebody who asks.
pub(crate) struct Caller<'a> {
    service: &'a Service,
    token: Option<&'a str>,
    headers: Vec<(&'static str, String)>,
}

impl Caller<'_> {
    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(crate) async fn get(self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    pub(crate) async fn delete(self, path: &str) -> Answer {
        self.send(Method::DELETE, path, None).await
    }

    pub(crate) async fn post(self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, Some(body.to_string())).await
    }

    pub(crate) async fn put(self, path: &str, body: Value) -> Answer {
        self.send(Method::PUT, path, Some(body.to_string())).await
    }

    pub(crate) async fn patch(self, path: &str, body: Value) -> Answer {
        self.send(Method::PATCH, path, Some(body.to_string())).await
    }

    pub(crate) async fn send(self, method: Method, path: &str, body: Option<String>) -> Answer {
        let mut request = Request::builder().method(method).uri(path).header("host", self.service.address.to_string());
        if let Some(token) = self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        if !self.headers.iter().any(|(name, _)| *name == "content-type") && body.is_some() {
            request = request.header("content-type", "application/json");
        }
        for (name, value) in self.headers {
            request = request.header(name, value);
        }
        let request = request.body(Body::from(body.unwrap_or_default())).unwrap();
        over_the_socket(self.service.address, request).await
    }
}

/// Sends a request as it is, on a connection of its own.
pub(crate) async fn over_the_socket(address: SocketAddr, request: Request<Body>) -> Answer {
    let stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(hyper_util::rt::TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    let (parts, body) = sender.send_request(request).await.unwrap().into_parts();
    let text = String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap();
    Answer { status: parts.status, headers: parts.headers, text }
}
