//! Whether work can be done in a repository: each condition as it is answered, or all of them at once without scripts.

use std::convert::Infallible;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use hedgerow_store::Role;
use hedgerow_sync::check::{Checkup, Condition, Probe, Standing};
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::parts::{Status, Tone};
use super::site::Site;
use super::visitor::{Form, Visitor};
use super::{address, operation, reply, repositories};
use crate::api::actions;
use crate::problem::{Kind, Problem};

/// A condition, as a page shows it.
#[derive(Clone, Debug, Template)]
#[template(
    source = r#"<li><span class="what">{{ status }}<strong>{{ name }}</strong></span><span class="break">{{ message }}</span>{% if let Some(hint) = hint %}<span class="fix">{{ hint }}</span>{% endif %}</li>"#,
    ext = "html"
)]
pub(super) struct Answered {
    name: String,
    status: Status,
    message: String,
    hint: Option<String>,
}

impl askama::filters::HtmlSafe for Answered {}

/// The piece of a page that is filled as the answers come.
#[derive(Template)]
#[template(
    source = r#"<ol class="checkup" hx-ext="sse" sse-connect="{{ href }}/check/live" sse-close="done" sse-swap="condition" hx-swap="beforeend" aria-live="polite"></ol>"#,
    ext = "html"
)]
struct Awaited {
    href: String,
}

/// A condition, as the API tells it.
#[derive(Debug, Deserialize)]
struct Told {
    name: String,
    standing: String,
    message: String,
    hint: Option<String>,
}

impl Answered {
    fn new(name: &str, standing: &str, message: &str, hint: Option<&str>) -> Self {
        let status = match standing {
            "ok" => Status::new(Tone::Good, "ok"),
            "failed" => Status::new(Tone::Bad, "failed"),
            "skipped" => Status::new(Tone::Idle, "not looked at"),
            _ => Status::new(Tone::Idle, "not proven"),
        };
        let (name, message, hint) = (name.to_owned(), message.to_owned(), hint.map(str::to_owned));
        Self { name, status, message, hint }
    }

    fn of(condition: &Condition) -> Self {
        let standing = match condition.standing {
            Standing::Ok => "ok",
            Standing::Failed => "failed",
            Standing::Skipped => "skipped",
            Standing::Unproven => "unproven",
        };
        Self::new(condition.name, standing, &condition.message, condition.hint.as_deref())
    }
}

/// Asks, and shows the page with all answers; a page with scripts gets the piece that they come into.
pub(crate) async fn check(
    State(site): State<Site>,
    Path(name): Path<String>,
    headers: HeaderMap,
    form: Form,
) -> Response {
    if headers.contains_key("hx-request") {
        return reply::page(&Awaited { href: address::repository(&name) });
    }
    let address = format!("/repositories/{}/check", address::segment(&name));
    let asked: Result<Value, Problem> = operation::call(&site, &form.visitor, Method::POST, &address, None).await;
    match asked {
        Ok(checkup) => {
            let told: Vec<Told> = serde_json::from_value(checkup["conditions"].clone()).unwrap_or_default();
            let answers =
                told.iter().map(|one| Answered::new(&one.name, &one.standing, &one.message, one.hint.as_deref()));
            repositories::shown(&site, form.visitor, &name, answers.collect()).await
        }
        Err(problem) => reply::outcome(&site, &address::repository(&name), Err(problem)),
    }
}

/// Asks, and gives each answer as it comes.
pub(crate) async fn live(State(site): State<Site>, visitor: Visitor, Path(name): Path<String>) -> Response {
    match asked(&site, &visitor, &name).await {
        Ok(answers) => Sse::new(stream::unfold(Some(answers), next)).keep_alive(KeepAlive::default()).into_response(),
        Err(problem) => reply::problem(&visitor, &problem),
    }
}

async fn asked(site: &Site, visitor: &Visitor, name: &str) -> Result<UnboundedReceiver<Condition>, Problem> {
    let forbidden = || Problem::new(Kind::Unauthorized, "sign in first");
    visitor.principal.as_ref().ok_or_else(forbidden)?.must_be(Role::Operator)?;
    let state = site.state.clone();
    let repository = state.store.repositories().await?.into_iter().find(|repository| repository.name == name);
    let repository = repository.ok_or_else(|| Problem::absent(format_args!("repository {name}")))?;
    let place = actions::branch_place(&state, &repository).await?;
    // As many answers as there are questions: the channel has an end without a limit of its own.
    let (tell, answers) = unbounded_channel();
    tokio::spawn(async move {
        let heard = tell.clone();
        let told = state.service.check_repository(&place, Probe::No, move |condition: &Condition| {
            // Whoever asked may be gone.
            let _ = heard.send(condition.clone());
        });
        if let Err(failure) = told.await {
            let Checkup { conditions } = actions::failed_checkup(failure);
            conditions.into_iter().for_each(|condition| drop(tell.send(condition)));
        }
    });
    Ok(answers)
}

type Answers = Option<UnboundedReceiver<Condition>>;

async fn next(answers: Answers) -> Option<(Result<Event, Infallible>, Answers)> {
    let mut answers = answers?;
    match answers.recv().await {
        Some(condition) => {
            let html = Answered::of(&condition).render().unwrap_or_default();
            Some((Ok(Event::default().event("condition").data(html)), Some(answers)))
        }
        None => Some((Ok(Event::default().event("done").data("done")), None)),
    }
}
