//! Linking a fabric, and the plan: what a run would do, before anybody agrees to it.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::Method;
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};

use super::fabric::Head;
use super::finding::Finding;
use super::moves::{Entry, Moves, moves};
use super::parts::{Status, Tone, several, short};
use super::shell::Shell;
use super::site::Site;
use super::visitor::{Form, Visitor};
use super::{address, operation, reply};
use crate::problem::Problem;

/// Ledger lines on a plan's page.
const MAX_LINES: usize = 200;
/// Files of an inbox that are named before a fabric is linked.
const MAX_FILES: usize = 5;
/// Findings on a plan's page.
const MAX_FINDINGS: usize = 100;

/// What a run would do.
struct Planned {
    status: Status,
    words: String,
    commit: String,
    directory: String,
    branch: String,
    moves: Moves,
    lines: Vec<Entry>,
    left_out: usize,
    findings: Vec<Finding>,
    strays: Vec<String>,
    warnings: Vec<String>,
    differences: Vec<Difference>,
    differences_left_out: u64,
}

/// A file that the commit would change.
#[derive(Debug, Deserialize)]
struct Difference {
    path: String,
    fate: String,
    from: Option<String>,
    lines: Vec<String>,
}

impl Difference {
    /// The lines, each with its class.
    fn shown(&self) -> impl Iterator<Item = (&'static str, &String)> {
        self.lines.iter().map(|line| match line.chars().next() {
            Some('+') => ("add", line),
            Some('-') => ("del", line),
            Some('…') => ("hunk", line),
            _ => ("", line),
        })
    }
}

impl Planned {
    fn of(report: &Value) -> Self {
        let texts = |value: &Value| -> Vec<String> {
            value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
        };
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let mut lines: Vec<Entry> = serde_json::from_value(report["ledger"]["entries"].clone()).unwrap_or_default();
        let mut findings = Finding::all(&report["findings"].to_string());
        let directory = text(&report["read"]["directory"]);
        let picture = moves(&lines, &directory);
        let left_out = lines.len().saturating_sub(MAX_LINES);
        lines.truncate(MAX_LINES);
        findings.truncate(MAX_FINDINGS);
        let (status, words) = match report["outcome"].as_str() {
            Some("unchanged") => (Status::new(Tone::Good, "nothing to do"), "A run would make no commit."),
            Some("changed") => (Status::new(Tone::Work, "would change"), "A run would make one commit."),
            Some("partial") => (Status::new(Tone::Wait, "partial"), "Some files would be held; the others move."),
            _ => (Status::new(Tone::Bad, "cannot be planned"), "A run would fail."),
        };
        let counts = report["counts"].as_object().into_iter().flatten();
        let counts: Vec<String> = counts
            .filter_map(|(name, count)| {
                Some(count.as_u64()?).filter(|count| *count > 0).map(|count| format!("{count} {name}"))
            })
            .collect();
        Self {
            status,
            words: format!("{words} {}", counts.join(", ")),
            commit: short(&text(&report["read"]["commit"])).to_owned(),
            branch: text(&report["read"]["ref"]).trim_start_matches("refs/heads/").to_owned(),
            directory,
            moves: picture,
            lines,
            left_out,
            findings,
            strays: texts(&report["strays"]),
            warnings: texts(&report["warnings"]),
            differences: serde_json::from_value(report["differences"].clone()).unwrap_or_default(),
            differences_left_out: report["differences_left_out"].as_u64().unwrap_or_default(),
        }
    }

    fn label(&self) -> String {
        format!("{} would move", several(self.lines.len() as u64, "ledger line"))
    }
}

#[derive(Template)]
#[template(path = "plan.html")]
struct PlanPage {
    shell: Shell,
    fabric: Head,
    tab: &'static str,
    planned: Planned,
}

/// What the next run of a linked fabric would do.
pub(crate) async fn plan_of(State(site): State<Site>, visitor: Visitor, Path(name): Path<String>) -> Response {
    let planned = async {
        let fabric = Head::find(&site, &name).await?;
        let body = json!({
            "name": name, "repository": fabric.repository, "branch": fabric.branch, "directory": fabric.directory,
            "adopt": fabric.linked.adopt,
        });
        let address = format!("/fabrics/{}/plan", address::segment(&name));
        let report: Value = operation::call(&site, &visitor, Method::POST, &address, Some(body)).await?;
        Ok::<_, Problem>((fabric, Planned::of(&report)))
    };
    match planned.await {
        Ok((fabric, planned)) => reply::page(&PlanPage { shell: visitor.shell.clone(), fabric, tab: "plan", planned }),
        Err(problem) => reply::problem(&visitor, &problem),
    }
}

/// What was chosen so far.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Choice {
    #[serde(default)]
    repository: String,
    #[serde(default)]
    branch: String,
    #[serde(default)]
    directory: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    adopt: String,
}

struct Candidate {
    branch: String,
    directory: String,
    waiting: usize,
    /// The first of the files that wait, without the directory.
    files: Vec<String>,
    href: String,
}

#[derive(Template)]
#[template(path = "link.html")]
struct LinkPage {
    shell: Shell,
    choice: Choice,
    repositories: Vec<String>,
    candidates: Vec<Candidate>,
    planned: Option<Planned>,
}

pub(crate) async fn page(State(site): State<Site>, visitor: Visitor, Query(choice): Query<Choice>) -> Response {
    shown(&site, visitor, choice, None).await
}

/// What linking would do.
pub(crate) async fn plan(State(site): State<Site>, form: Form) -> Response {
    let choice = choice(&form);
    let address = format!("/fabrics/{}/plan", address::segment(&choice.name));
    let report: Result<Value, Problem> =
        operation::call(&site, &form.visitor, Method::POST, &address, Some(body(&choice))).await;
    let mut visitor = form.visitor;
    match report {
        Ok(report) => shown(&site, visitor, choice, Some(Planned::of(&report))).await,
        Err(problem) => {
            visitor.shell.notices = vec![reply::refusal(&problem)];
            shown(&site, visitor, choice, None).await
        }
    }
}

/// Links it.
pub(crate) async fn link(State(site): State<Site>, form: Form) -> Response {
    let choice = choice(&form);
    let linked: Result<Value, Problem> =
        operation::call(&site, &form.visitor, Method::POST, "/fabrics", Some(body(&choice))).await;
    match linked {
        Ok(_) => {
            let notice = reply::done("Linked.", "Its first look was asked for, and appears here.");
            reply::back(&site, &address::fabric(&choice.name), &notice)
        }
        Err(problem) => {
            let mut visitor = form.visitor;
            visitor.shell.notices = vec![reply::refusal(&problem)];
            shown(&site, visitor, choice, None).await
        }
    }
}

async fn shown(site: &Site, mut visitor: Visitor, choice: Choice, planned: Option<Planned>) -> Response {
    let repositories = match site.state.store.repositories().await {
        Ok(all) => all.into_iter().map(|repository| repository.name).collect(),
        Err(error) => return reply::problem(&visitor, &error.into()),
    };
    let mut candidates = Vec::new();
    if !choice.repository.is_empty() && planned.is_none() && visitor.shell.notices.is_empty() {
        match candidates_in(site, &visitor, &choice).await {
            Ok(found) => candidates = found,
            Err(problem) => visitor.shell.notices = vec![reply::refusal(&problem)],
        }
    }
    reply::page(&LinkPage { shell: visitor.shell, choice, repositories, candidates, planned })
}

/// The directories with an inbox that nobody linked, at the branch that was chosen.
async fn candidates_in(site: &Site, visitor: &Visitor, choice: &Choice) -> Result<Vec<Candidate>, Problem> {
    let repository = choice.repository.as_str();
    let mut address = format!("/repositories/{}/orphans", address::segment(repository));
    if !choice.branch.is_empty() {
        address.push_str(&format!("?branch={}", address::segment(&choice.branch)));
    }
    let found: Value = operation::call(site, visitor, Method::GET, &address, None).await?;
    let items = found["items"].as_array().or(found.as_array()).cloned().unwrap_or_default();
    let candidate = |item: &Value| {
        let text = |key: &str| item[key].as_str().unwrap_or_default().to_owned();
        let (branch, directory) = (text("branch"), text("directory"));
        let name = directory.rsplit('/').next().unwrap_or_default();
        let parts = [repository, &branch, &directory, name].map(address::segment);
        let [r, b, d, n] = parts;
        let waiting: Vec<&str> = item["waiting"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let inside = |path: &&str| path.strip_prefix(&directory).unwrap_or(path).trim_start_matches('/').to_owned();
        Candidate {
            href: format!("/link?repository={r}&branch={b}&directory={d}&name={n}"),
            files: waiting.iter().take(MAX_FILES).map(inside).collect(),
            waiting: waiting.len(),
            branch,
            directory,
        }
    };
    Ok(items.iter().map(candidate).collect())
}

fn choice(form: &Form) -> Choice {
    let text = |field: &str| form.text(field).trim().to_owned();
    Choice {
        repository: text("repository"),
        branch: text("branch"),
        directory: text("directory"),
        name: text("name"),
        adopt: text("adopt"),
    }
}

fn body(choice: &Choice) -> Value {
    let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let adopt = match choice.adopt.as_str() {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    };
    json!({
        "name": choice.name, "repository": choice.repository, "branch": some(&choice.branch),
        "directory": some(&choice.directory), "adopt": adopt,
    })
}
