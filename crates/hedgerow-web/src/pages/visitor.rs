//! Who is here, and whether a form is theirs.

use std::collections::BTreeMap;

use axum::extract::{ConnectInfo, FromRequest, FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use hedgerow_core::digest::sha256;
use hedgerow_store::{Role, SessionHash, StoreError};
use secrecy::{ExposeSecret, SecretString};

use super::address::segment;
use super::cookie::Cookie;
use super::parts::{Notice, moment};
use super::reply::{self, Oops};
use super::shell::{Shell, SignedIn};
use super::site::Site;
use crate::principal::Principal;
use crate::problem::{Kind, Problem};
use crate::time::now_ms;

/// A session lasts so long after its last request.
pub(crate) const SESSION: i64 = 12 * 60 * 60;
/// A session's life is written down once in this time, in ms.
const NOTED_EVERY_MS: i64 = 60_000;

/// Whoever asks for a page.
#[derive(Clone, Debug)]
pub(crate) struct Visitor {
    /// What is around their page.
    pub(crate) shell: Shell,
    /// What they may; `None`: nothing.
    pub(crate) principal: Option<Principal>,
    /// Their session.
    pub(crate) session: Option<SessionHash>,
    /// The time of the request, in ms since 1970 UTC.
    pub(crate) now_ms: i64,
    /// Where they come from.
    pub(crate) peer: String,
}

/// Finds out who it is. Whoever may not read is sent to sign in.
pub(crate) async fn recognise(State(site): State<Site>, mut request: Request, next: Next) -> Response {
    let is_https = site.settings.is_https;
    let headers = request.headers().clone();
    let visit = Cookie::Visit.read(&headers, is_https);
    let fresh = visit.is_none().then(SessionHash::generate).and_then(Result::ok).map(|(cookie, _)| cookie);
    let visit = visit.or_else(|| fresh.as_ref().map(|cookie| cookie.expose_secret().to_owned())).unwrap_or_default();
    let peer = request.extensions().get::<ConnectInfo<std::net::SocketAddr>>();
    let peer = peer.map_or_else(|| "somewhere".to_owned(), |ConnectInfo(address)| address.ip().to_string());
    let uri = request.uri().clone();
    let visitor = match visitor(&site, &uri, peer, &headers, &visit).await {
        Ok(visitor) => visitor,
        Err(error) => return reply::failed(&Problem::from(error)),
    };
    if visitor.principal.is_none() && !request.uri().path().starts_with("/sign-in") && request.uri().path() != "/theme"
    {
        return ask_to_sign_in(&request);
    }
    request.extensions_mut().insert(visitor);
    let mut response = next.run(request).await;
    let out = response.headers_mut();
    if let Some(cookie) = fresh {
        out.append(header::SET_COOKIE, Cookie::Visit.set(cookie.expose_secret(), SESSION, is_https));
    }
    if Cookie::Notice.read(&headers, is_https).is_some() && !out.contains_key(header::LOCATION) {
        out.append(header::SET_COOKIE, Cookie::Notice.set("", 0, is_https));
    }
    response
}

fn ask_to_sign_in(request: &Request) -> Response {
    let back =
        if request.method() == Method::GET { request.uri().path_and_query().map_or("/", |p| p.as_str()) } else { "/" };
    let to = format!("/sign-in?back={}", segment(back));
    if request.headers().contains_key("hx-request") {
        return (axum::http::StatusCode::UNAUTHORIZED, [("hx-redirect", to)]).into_response();
    }
    Redirect::to(&to).into_response()
}

async fn visitor(
    site: &Site,
    uri: &Uri,
    peer: String,
    headers: &HeaderMap,
    visit: &str,
) -> Result<Visitor, StoreError> {
    let is_https = site.settings.is_https;
    let now_ms = now_ms(&site.state);
    let cookie = Cookie::Session.read(headers, is_https).map(SecretString::from);
    let hash = cookie.as_ref().map(SessionHash::of);
    let session = match &hash {
        Some(hash) => site.state.store.session(hash, now_ms).await?,
        None => None,
    };
    if let (Some(session), Some(hash)) = (&session, &hash)
        && now_ms - session.seen_ms > NOTED_EVERY_MS
    {
        site.state.store.touch_session(hash, now_ms, now_ms + SESSION * 1000).await?;
    }
    let bound_to = cookie.as_ref().filter(|_| session.is_some()).map_or(visit, |cookie| cookie.expose_secret());
    let email = session.as_ref().and_then(|session| session.user.email.clone());
    let user = session.map(|session| SignedIn { name: session.user.name, role: session.user.role });
    let role = user.as_ref().map(|user| user.role).or(site.settings.anonymous);
    let name = user.as_ref().map_or("anonymous", |user| &user.name);
    let shell = Shell {
        role: role.unwrap_or(Role::Viewer),
        theme: theme(headers, is_https),
        csrf: sha256(format!("a form of hedgerow's\n{bound_to}").as_bytes()),
        here: here(uri),
        query: String::new(),
        notices: notice(headers, is_https).into_iter().collect(),
        drawn: moment(now_ms),
        version: site.state.version,
        slim: false,
        user: user.clone(),
    };
    Ok(Visitor {
        shell,
        principal: role.map(|role| Principal::person(name, role, email)),
        session: hash.filter(|_| user.is_some()),
        now_ms,
        peer,
    })
}

fn here(uri: &Uri) -> String {
    uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string)
}

fn theme(headers: &HeaderMap, is_https: bool) -> Option<&'static str> {
    match Cookie::Theme.read(headers, is_https)?.as_str() {
        "light" => Some("light"),
        "dark" => Some("dark"),
        _ => None,
    }
}

fn notice(headers: &HeaderMap, is_https: bool) -> Option<Notice> {
    reply::read_notice(&Cookie::Notice.read(headers, is_https)?)
}

impl<S: Send + Sync> FromRequestParts<S> for Visitor {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Response> {
        let visitor = parts.extensions.get::<Self>().cloned();
        visitor.ok_or_else(|| reply::failed(&Problem::new(Kind::Internal, "nobody asked who is here")))
    }
}

/// A form that somebody who is here sent from a page of ours.
#[derive(Debug)]
pub(crate) struct Form {
    pub(crate) visitor: Visitor,
    fields: BTreeMap<String, String>,
}

impl Form {
    /// A field; nothing where it is absent.
    pub(crate) fn text(&self, field: &str) -> &str {
        self.fields.get(field).map_or("", String::as_str)
    }

    /// A field, without white space around it; `None` where nothing is left.
    pub(crate) fn word(&self, field: &str) -> Option<&str> {
        Some(self.text(field).trim()).filter(|text| !text.is_empty())
    }
}

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let visitor = Visitor::from_request_parts(&mut parts, state).await?;
        let foreign = parts.headers.get("sec-fetch-site").is_some_and(|site| site != "same-origin");
        let request = Request::from_parts(parts, body);
        let form = axum::Form::<BTreeMap<String, String>>::from_request(request, state).await;
        let refused =
            |what: &str| Oops::of(&visitor, Kind::Forbidden.status(), what, "Go back, reload the page, and try again.");
        let axum::Form(fields) = form.map_err(|_| refused("The form could not be read."))?;
        let brought = fields.get("csrf").map(String::as_str).unwrap_or_default();
        if foreign || !same(brought, &visitor.shell.csrf) {
            return Err(refused("The form did not come from a page of yours here, or that page is too old."));
        }
        Ok(Self { visitor, fields })
    }
}

/// Compares in a time that tells nothing.
fn same(one: &str, other: &str) -> bool {
    one.len() == other.len() && one.bytes().zip(other.bytes()).fold(0, |differs, (a, b)| differs | (a ^ b)) == 0
}
