//! Signing in and out, the first user, and the theme.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hedgerow_store::{Actor, Name, NewUser, Owner, Role, SessionHash, TokenHash, UserId};
use secrecy::SecretString;
use serde::Deserialize;

use super::cookie::Cookie;
use super::gate::Attempt;
use super::parts::{Notice, Tone, span};
use super::reply;
use super::site::Site;
use super::visitor::{Form, SESSION, Visitor};
use crate::password;
use crate::problem::{Kind, Problem};

/// Where to go afterwards.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Back {
    #[serde(default)]
    back: String,
}

#[derive(Template)]
#[template(path = "sign_in.html")]
struct Page {
    shell: super::shell::Shell,
    /// Whether nobody can sign in yet.
    first: bool,
    back: String,
    name: String,
    least: usize,
}

pub(crate) async fn page(State(site): State<Site>, visitor: Visitor, Query(Back { back }): Query<Back>) -> Response {
    shown(&site, visitor, back, String::new(), StatusCode::OK).await
}

async fn shown(site: &Site, visitor: Visitor, back: String, name: String, status: StatusCode) -> Response {
    match site.state.store.users().await {
        Ok(users) => {
            let page = Page { first: users.is_empty(), shell: visitor.shell, back, name, least: password::LEAST_CHARS };
            (status, reply::page(&page)).into_response()
        }
        Err(error) => reply::problem(&visitor, &error.into()),
    }
}

/// Somebody gives a name and a password.
pub(crate) async fn enter(State(site): State<Site>, form: Form) -> Response {
    let name = form.text("name").trim().to_owned();
    let back = form.text("back").to_owned();
    let attempt = Attempt::of(&name, &form.visitor.peer);
    match try_to_enter(&site, &form, &name, &attempt).await {
        Ok(user) => {
            begin(&site, &form.visitor, user, &back).await.unwrap_or_else(|p| reply::problem(&form.visitor, &p))
        }
        Err(problem) => {
            let mut visitor = form.visitor;
            visitor.shell.notices = vec![reply::refusal(&problem)];
            shown(&site, visitor, back, name, problem.kind().status()).await
        }
    }
}

async fn try_to_enter(site: &Site, form: &Form, name: &str, attempt: &Attempt) -> Result<UserId, Problem> {
    let now_ms = form.visitor.now_ms;
    if let Some(seconds) = attempt.waits(site, now_ms).await? {
        let words = format!("too many wrong passwords: try again in {}", span(seconds));
        return Err(Problem::new(Kind::Rate, words).hint("An administrator can give you a new password meanwhile."));
    }
    let known = site.state.store.user(name).await?;
    let (user, hash) = known.map_or((None, None), |(user, hash)| (Some(user), Some(hash)));
    let is_right = password::is_right(&site.state, SecretString::from(form.text("password")), hash).await;
    match user.filter(|user| is_right && user.disabled_ms.is_none()) {
        Some(user) => {
            attempt.succeeded(site).await?;
            Ok(user.id)
        }
        None => {
            attempt.failed(site, now_ms).await?;
            Err(Problem::new(Kind::Unauthorized, "the name or the password is wrong"))
        }
    }
}

async fn begin(site: &Site, visitor: &Visitor, user: UserId, back: &str) -> Result<Response, Problem> {
    let random = |_| Problem::new(Kind::Internal, "the system gives no random bytes");
    let (cookie, hash) = SessionHash::generate().map_err(random)?;
    let now_ms = visitor.now_ms;
    site.state.store.begin_session(user, &hash, now_ms, now_ms + SESSION * 1000).await?;
    if let Some(old) = &visitor.session {
        site.state.store.end_session(old).await?;
    }
    let to = if reply::is_ours(back) { back } else { "/" };
    let text = secrecy::ExposeSecret::expose_secret(&cookie);
    // The browser forgets it when it is closed or a week has passed; the store ends it long before.
    let cookie = Cookie::Session.set(text, 14 * SESSION, site.settings.is_https);
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, to.to_owned())], [(header::SET_COOKIE, cookie)]).into_response())
}

/// The first user, made by whoever has an admin token. Afterwards users are made by users.
pub(crate) async fn first(State(site): State<Site>, form: Form) -> Response {
    let made = make_first(&site, &form).await;
    let visitor = &form.visitor;
    match made {
        Ok(user) => begin(&site, visitor, user, "/").await.unwrap_or_else(|problem| reply::problem(visitor, &problem)),
        Err(problem) => {
            let name = form.text("name").to_owned();
            let mut visitor = form.visitor.clone();
            visitor.shell.notices = vec![reply::refusal(&problem)];
            shown(&site, visitor, String::new(), name, problem.kind().status()).await
        }
    }
}

async fn make_first(site: &Site, form: &Form) -> Result<UserId, Problem> {
    let (store, now_ms) = (&site.state.store, form.visitor.now_ms);
    let attempt = Attempt::of("the first user", &form.visitor.peer);
    if let Some(seconds) = attempt.waits(site, now_ms).await? {
        return Err(Problem::new(Kind::Rate, format!("too many wrong tokens: try again in {}", span(seconds))));
    }
    let token = SecretString::from(form.text("token").trim());
    let token = store.find_token(&TokenHash::of(&token), now_ms).await?.filter(|token| token.role == Role::Admin);
    let Some(token) = token.filter(|token| token.fabrics.is_none()) else {
        attempt.failed(site, now_ms).await?;
        return Err(Problem::new(Kind::Unauthorized, "the token is not an admin token that is in force"));
    };
    if !store.users().await?.is_empty() {
        return Err(Problem::new(Kind::Conflict, "there is a user already: sign in, or ask an administrator"));
    }
    let name = form.text("name").trim();
    let name = Name::parse(name).map_err(|error| Problem::new(Kind::Invalid, error.to_string()))?;
    let password = password::hash(&site.state, SecretString::from(form.text("password"))).await?;
    let by = Actor { name: token.name, through: Owner::Api, at_ms: now_ms };
    Ok(store.create_user(&NewUser { name, email: None, role: Role::Admin, password }, &by).await?.id)
}

/// Somebody leaves.
pub(crate) async fn leave(State(site): State<Site>, form: Form) -> Response {
    if let Some(session) = &form.visitor.session
        && let Err(error) = site.state.store.end_session(session).await
    {
        return reply::problem(&form.visitor, &error.into());
    }
    let over = Cookie::Session.set("", 0, site.settings.is_https);
    let mut response = reply::back(
        &site,
        "/sign-in",
        &Notice { tone: Tone::Good, what: "You are signed out.".to_owned(), more: String::new() },
    );
    response.headers_mut().append(header::SET_COOKIE, over);
    response
}

/// Light, dark, or as the system says.
pub(crate) async fn theme(State(site): State<Site>, form: Form) -> Response {
    let (theme, keep_s) = match form.text("theme") {
        word @ ("light" | "dark") => (word, 365 * 24 * 60 * 60),
        _ => ("", 0),
    };
    let back = form.text("back");
    let to = if reply::is_ours(back) { back } else { "/" };
    let to = HeaderValue::try_from(to).unwrap_or(HeaderValue::from_static("/"));
    let cookie = Cookie::Theme.set(theme, keep_s, site.settings.is_https);
    (StatusCode::SEE_OTHER, [(header::LOCATION, to)], [(header::SET_COOKIE, cookie)]).into_response()
}
