//! People, tokens, and the record of changes: for administrators.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::Method;
use axum::response::Response;
use hedgerow_store::{AuditFilter, Role};
use serde::Deserialize;
use serde_json::{Value, json};

use super::parts::{Age, Due, Status, Tone};
use super::shell::Shell;
use super::site::Site;
use super::stretch::{Stretch, Wanted};
use super::visitor::{Form, Visitor};
use super::{address, operation, reply};
use crate::problem::{Kind, Problem};

/// Rows of a list.
const ROWS: u32 = 100;

struct Person {
    name: String,
    email: String,
    role: Role,
    status: Status,
    is_disabled: bool,
    signed_in: Age,
    created_by: String,
}

#[derive(Template)]
#[template(path = "people.html")]
struct People {
    shell: Shell,
    rows: Vec<Person>,
    stretch: Stretch,
    least: usize,
}

/// Refuses whoever is no administrator.
fn must_administer(visitor: &Visitor) -> Result<(), Problem> {
    let principal = visitor.principal.as_ref().ok_or_else(|| Problem::new(Kind::Unauthorized, "sign in first"))?;
    principal.must_be(Role::Admin)
}

pub(crate) async fn people(State(site): State<Site>, visitor: Visitor, Query(wanted): Query<Wanted>) -> Response {
    let rows = async {
        must_administer(&visitor)?;
        Ok::<_, Problem>(site.state.store.users().await?)
    };
    match rows.await {
        Ok(mut users) => {
            users.retain(|user| wanted.takes(&user.name));
            let stretch = wanted.stretch("/people", users.len());
            let row = |user: hedgerow_store::User| Person {
                status: match user.disabled_ms {
                    Some(_) => Status::new(Tone::Wait, "kept out"),
                    None => Status::new(Tone::Good, "may sign in"),
                },
                is_disabled: user.disabled_ms.is_some(),
                signed_in: Age { at_ms: user.signed_in_ms, now_ms: visitor.now_ms },
                email: user.email.unwrap_or_default(),
                name: user.name,
                role: user.role,
                created_by: user.created_by,
            };
            let rows = users.drain(stretch.rows.clone()).map(row).collect();
            reply::page(&People { shell: visitor.shell, rows, stretch, least: crate::password::LEAST_CHARS })
        }
        Err(problem) => reply::problem(&visitor, &problem),
    }
}

/// Lets somebody sign in.
pub(crate) async fn add_user(State(site): State<Site>, form: Form) -> Response {
    let body = json!({
        "name": form.text("name").trim(), "email": form.word("email"), "role": form.text("role"),
        "password": form.text("password"),
    });
    let done: Result<Value, Problem> = operation::call(&site, &form.visitor, Method::POST, "/users", Some(body)).await;
    let name = form.text("name").trim().to_owned();
    reply::outcome(&site, "/people", done.map(|_| reply::done(format!("{name} may sign in."), "")))
}

/// Changes somebody's role or password, or keeps them out.
pub(crate) async fn change_user(State(site): State<Site>, Path(name): Path<String>, form: Form) -> Response {
    let mut body = serde_json::Map::new();
    for field in ["role", "password", "email"] {
        body.extend(form.word(field).map(|text| (field.to_owned(), json!(text))));
    }
    match form.text("access") {
        "off" => drop(body.insert("disabled".to_owned(), json!(true))),
        "on" => drop(body.insert("disabled".to_owned(), json!(false))),
        _ => {}
    }
    let address = format!("/users/{}", address::segment(&name));
    let body = Value::Object(body);
    let done: Result<Value, Problem> = operation::call(&site, &form.visitor, Method::PATCH, &address, Some(body)).await;
    reply::outcome(&site, "/people", done.map(|_| reply::done(format!("{name} is changed."), "")))
}

struct TokenRow {
    name: String,
    role: Role,
    fabrics: String,
    status: Status,
    is_in_force: bool,
    used: Age,
    made: Age,
    created_by: String,
}

#[derive(Template)]
#[template(path = "tokens.html")]
struct Tokens {
    shell: Shell,
    rows: Vec<TokenRow>,
    /// A token that was just made; shown this once.
    made: Option<(String, String)>,
    next: Option<String>,
}

/// Where a list goes on.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct After {
    after: Option<String>,
}

pub(crate) async fn tokens(State(site): State<Site>, visitor: Visitor, Query(after): Query<After>) -> Response {
    match tokens_page(&site, &visitor, after.after, None).await {
        Ok(page) => reply::page(&page),
        Err(problem) => reply::problem(&visitor, &problem),
    }
}

async fn tokens_page(
    site: &Site,
    visitor: &Visitor,
    after: Option<String>,
    made: Option<(String, String)>,
) -> Result<Tokens, Problem> {
    must_administer(visitor)?;
    let now_ms = visitor.now_ms;
    let page = site.state.store.tokens(ROWS, after.and_then(|after| after.parse().ok())).await?;
    let row = |token: hedgerow_store::Token| {
        let (status, is_in_force) = match (token.revoked_ms, token.expires_ms) {
            (Some(_), _) => (Status::new(Tone::Idle, "revoked"), false),
            (None, Some(at)) if at <= now_ms => (Status::new(Tone::Wait, "expired"), true),
            (None, Some(at)) => {
                (Status::new(Tone::Good, format!("until {}", Due { at_ms: Some(at), now_ms }.words())), true)
            }
            (None, None) => (Status::new(Tone::Good, "in force"), true),
        };
        TokenRow {
            fabrics: token.fabrics.map_or_else(|| "everything".to_owned(), |names| names.join(", ")),
            used: Age { at_ms: token.used_ms, now_ms },
            made: Age { at_ms: Some(token.created_ms), now_ms },
            name: token.name,
            role: token.role,
            created_by: token.created_by,
            status,
            is_in_force,
        }
    };
    Ok(Tokens {
        shell: visitor.shell.clone(),
        rows: page.items.into_iter().map(row).collect(),
        made,
        next: page.next.map(|next| format!("/tokens?after={next}")),
    })
}

/// Makes a token. Its text is shown on the page that answers, and nowhere again.
pub(crate) async fn add_token(State(site): State<Site>, form: Form) -> Response {
    let fabrics: Option<Vec<&str>> =
        form.word("fabrics").map(|text| text.split([',', ' ']).filter(|name| !name.is_empty()).collect());
    let days: Option<u32> = form.word("days").and_then(|days| days.parse().ok());
    let body = json!({"name": form.text("name").trim(), "role": form.text("role"), "fabrics": fabrics, "days": days});
    let made: Result<Value, Problem> = operation::call(&site, &form.visitor, Method::POST, "/tokens", Some(body)).await;
    let made = match made {
        Ok(made) => made,
        Err(problem) => return reply::outcome(&site, "/tokens", Err(problem)),
    };
    let text = |key: &str| made[key].as_str().unwrap_or_default().to_owned();
    match tokens_page(&site, &form.visitor, None, Some((text("name"), text("token")))).await {
        Ok(page) => reply::page(&page),
        Err(problem) => reply::problem(&form.visitor, &problem),
    }
}

/// Makes a token worth nothing.
pub(crate) async fn revoke_token(State(site): State<Site>, Path(name): Path<String>, form: Form) -> Response {
    let address = format!("/tokens/{}", address::segment(&name));
    let done: Result<Value, Problem> = operation::call(&site, &form.visitor, Method::DELETE, &address, None).await;
    reply::outcome(&site, "/tokens", done.map(|_| reply::done(format!("The token {name} is worth nothing now."), "")))
}

struct AuditRow {
    at: Age,
    actor: String,
    action: String,
    subject: String,
    before: String,
    after: String,
}

#[derive(Template)]
#[template(path = "audit.html")]
struct Audit {
    shell: Shell,
    rows: Vec<AuditRow>,
    actor: String,
    subject: String,
    next: Option<String>,
}

/// Which changes to show.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Changes {
    #[serde(default)]
    actor: String,
    #[serde(default)]
    subject: String,
    after: Option<String>,
}

pub(crate) async fn audit(State(site): State<Site>, visitor: Visitor, Query(wanted): Query<Changes>) -> Response {
    match audit_page(&site, &visitor, wanted).await {
        Ok(page) => reply::page(&page),
        Err(problem) => reply::problem(&visitor, &problem),
    }
}

async fn audit_page(site: &Site, visitor: &Visitor, wanted: Changes) -> Result<Audit, Problem> {
    must_administer(visitor)?;
    let some = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let filter = AuditFilter { actor: some(&wanted.actor), subject: some(&wanted.subject) };
    let page = site.state.store.audit(&filter, ROWS, wanted.after.and_then(|after| after.parse().ok())).await?;
    let told = |value: Option<Value>| {
        value.map(|value| serde_json::to_string_pretty(&value).unwrap_or_default()).unwrap_or_default()
    };
    let rows = page.items.into_iter().map(|entry| AuditRow {
        at: Age { at_ms: Some(entry.at_ms), now_ms: visitor.now_ms },
        actor: entry.actor,
        action: entry.action,
        subject: entry.subject,
        before: told(entry.before),
        after: told(entry.after),
    });
    let (actor, subject) = (address::segment(&wanted.actor), address::segment(&wanted.subject));
    Ok(Audit {
        shell: visitor.shell.clone(),
        rows: rows.collect(),
        next: page.next.map(|next| format!("/audit?actor={actor}&subject={subject}&after={next}")),
        actor: wanted.actor,
        subject: wanted.subject,
    })
}
