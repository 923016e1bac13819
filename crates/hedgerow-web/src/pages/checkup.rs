//! Whether work can be done for a fabric: every condition of a run, a line each, asked of the remote itself.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::Method;
use axum::response::Response;
use serde::Deserialize;

use super::fabric::Head;
use super::parts::{Status, Tone};
use super::shell::Shell;
use super::site::Site;
use super::visitor::{Form, Visitor};
use super::{address, operation, reply};
use crate::problem::Problem;

#[derive(Deserialize)]
struct Answer {
    conditions: Vec<Condition>,
}

#[derive(Deserialize)]
struct Condition {
    name: String,
    standing: String,
    message: String,
    hint: Option<String>,
}

impl Condition {
    fn status(&self) -> Status {
        let tone = match self.standing.as_str() {
            "ok" => Tone::Good,
            "failed" => Tone::Bad,
            "unproven" => Tone::Wait,
            _ => Tone::Idle,
        };
        Status::new(tone, self.standing.clone())
    }
}

#[derive(Template)]
#[template(path = "checkup.html")]
struct Page {
    shell: Shell,
    fabric: Head,
    tab: &'static str,
    conditions: Vec<Condition>,
}

/// Asks, and shows each answer. Nothing is written.
pub(crate) async fn fabric(State(site): State<Site>, Path(name): Path<String>, form: Form) -> Response {
    match asked(&site, &form.visitor, &name).await {
        Ok(page) => reply::page(&page),
        Err(problem) => reply::outcome(&site, &address::fabric(&name), Err(problem)),
    }
}

async fn asked(site: &Site, visitor: &Visitor, name: &str) -> Result<Page, Problem> {
    let address = format!("/fabrics/{}/check", address::segment(name));
    let answer: Answer = operation::call(site, visitor, Method::POST, &address, None).await?;
    let fabric = Head::find(site, name).await?;
    Ok(Page { shell: visitor.shell.clone(), fabric, tab: "check", conditions: answer.conditions })
}
