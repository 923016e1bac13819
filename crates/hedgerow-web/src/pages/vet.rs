//! Vet: what a text would be judged to be, as it is typed; and filing it, as a commit of whoever is signed in.
//!
//! A page keeps the commit at which it was opened: texts are judged against that, and filed on top of it. Where the fabric
//! has moved on, nothing is filed, both texts are shown, and the page goes on from what is there now.

use askama::Template;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Query, State};
use axum::http::{HeaderMap, Method};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use hedgerow_core::path::TreePath;
use hedgerow_sync::InboxPath;
use serde::Deserialize;
use serde_json::{Value, json};

use super::finding::Finding;
use super::parts::{Commit, Status, Tone, several, short};
use super::shell::Shell;
use super::site::Site;
use super::visitor::{Form, Visitor};
use super::{address, operation, reply};
use crate::limits::MAX_VETTED_BODY_BYTES;
use crate::problem::{Kind, Problem};

/// Findings on the page.
const MAX_FINDINGS: usize = 200;
/// Files that others changed and that are shown.
const MAX_CHANGED: usize = 3;

pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/vet", get(page).post(judge))
        .route("/vet/file", post(file))
        .layer(DefaultBodyLimit::max(MAX_VETTED_BODY_BYTES))
}

/// What somebody typed.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Draft {
    #[serde(default)]
    fabric: String,
    #[serde(default)]
    path: String,
    #[serde(skip)]
    text: String,
    #[serde(skip)]
    why: String,
    /// The commit that the page was opened at.
    #[serde(skip)]
    commit: Option<String>,
}

impl Draft {
    fn of(form: &Form) -> Self {
        let fabric = form.text("fabric").trim().to_owned();
        // A page of another fabric says nothing of this one.
        let seen = form.word("commit").filter(|_| form.text("of") == fabric);
        Self {
            path: form.text("path").trim().to_owned(),
            // Browsers send every line end as CR LF.
            text: form.text("text").replace("\r\n", "\n"),
            why: form.text("why").trim().to_owned(),
            commit: seen.map(str::to_owned),
            fabric,
        }
    }

    /// The name as a file of an inbox has it; `None`: it has none yet.
    fn inbox_path(&self) -> Option<InboxPath> {
        InboxPath::parse(&self.path).ok()
    }

    /// The text for the field: the first line end after the tag is not the field's.
    fn field(&self) -> String {
        format!("\n{}", self.text)
    }
}

/// What was found.
#[derive(Default)]
struct Verdict {
    status: Option<Status>,
    words: String,
    findings: Vec<Finding>,
    left_out: usize,
    elsewhere: usize,
    /// The commit that it was judged against.
    commit: Option<Commit>,
    /// Whether the fabric has a file of that name.
    replaces: bool,
    is_flawed: bool,
}

impl Verdict {
    fn elsewhere(&self) -> String {
        several(self.elsewhere as u64, "finding")
    }

    fn of(draft: &Draft, answer: &Value) -> Self {
        let count = |key: &str| answer["counts"][key].as_u64().unwrap_or_default();
        let (documents, errors, warnings) = (count("documents"), count("errors"), count("warnings"));
        let status = match (draft.text.trim().is_empty(), errors, warnings) {
            (true, ..) => None,
            (_, 0, 0) => Some(Status::new(Tone::Good, "fine")),
            (_, 0, _) => Some(Status::new(Tone::Wait, "fine, with warnings")),
            _ => Some(Status::new(Tone::Bad, "would be held")),
        };
        let mut findings = Finding::all(&answer["findings"].to_string());
        let left_out = findings.len().saturating_sub(MAX_FINDINGS);
        findings.truncate(MAX_FINDINGS);
        Self {
            status,
            words: format!(
                "{}, {}, {}",
                several(documents, "document"),
                several(errors, "error"),
                several(warnings, "warning")
            ),
            findings,
            left_out,
            elsewhere: answer["elsewhere"].as_u64().and_then(|count| usize::try_from(count).ok()).unwrap_or_default(),
            commit: answer["commit"].as_str().map(|id| Commit { id: id.to_owned(), href: None }),
            replaces: answer["there"].is_string() && draft.inbox_path().is_some(),
            is_flawed: errors > 0,
        }
    }
}

/// A file that others changed since the page was opened.
struct Changed {
    path: String,
    /// What is there now; why it is not shown, else.
    now: Result<String, String>,
}

/// What others did since the page was opened.
struct Moved {
    files: Vec<Changed>,
    others: Vec<String>,
    path: String,
    yours: String,
}

#[derive(Template)]
#[template(path = "vet.html", blocks = ["verdict"])]
struct Page {
    shell: Shell,
    fabrics: Vec<String>,
    draft: Draft,
    verdict: Verdict,
    moved: Option<Moved>,
}

/// An empty page; with `fabric` and `path`, the text that is there.
async fn page(State(site): State<Site>, visitor: Visitor, Query(mut draft): Query<Draft>) -> Response {
    if draft.inbox_path().is_some()
        && !draft.fabric.is_empty()
        && let Ok(answer) = ask(&site, &visitor, &draft).await
    {
        draft.text = answer["there"].as_str().unwrap_or_default().to_owned();
        draft.commit = answer["commit"].as_str().map(str::to_owned);
    }
    shown(&site, visitor, draft, None).await
}

/// The page with its findings; for a script, the findings alone.
async fn judge(State(site): State<Site>, headers: HeaderMap, form: Form) -> Response {
    let draft = Draft::of(&form);
    if !headers.contains_key("hx-request") {
        return shown(&site, form.visitor, draft, None).await;
    }
    match gather(&site, form.visitor, draft, None).await.as_verdict().render() {
        Ok(html) => Html(html).into_response(),
        Err(error) => reply::failed(&Problem::new(Kind::Internal, error.to_string())),
    }
}

/// Files it; or shows the page again, with what stands in the way and everything that was typed.
async fn file(State(site): State<Site>, form: Form) -> Response {
    let mut draft = Draft::of(&form);
    let body = json!({
        "path": draft.path, "text": draft.text, "commit": draft.commit, "why": form.word("why"),
        "although_held": form.text("although") == "yes",
    });
    let operation = format!("/fabrics/{}/file", address::segment(&draft.fabric));
    let filed = match draft.fabric.as_str() {
        "" => Err(Problem::new(Kind::Invalid, "choose the fabric in whose inbox it is to be filed")),
        _ => operation::call::<Value>(&site, &form.visitor, Method::POST, &operation, Some(body)).await,
    };
    let mut visitor = form.visitor;
    let problem = match filed {
        Ok(filed) => return reply::back(&site, &address::fabric(&draft.fabric), &told(&filed)),
        Err(problem) => problem,
    };
    visitor.shell.notices = vec![reply::refusal(&problem)];
    let moved = match problem.kind() {
        Kind::Stale => moved(&site, &draft, &problem).await,
        _ => None,
    };
    if problem.kind() == Kind::Stale {
        draft.commit = problem.commit().map(str::to_owned);
    }
    shown(&site, visitor, draft, moved).await
}

/// What came of it, in words that claim no more than the second look saw.
fn told(filed: &Value) -> super::parts::Notice {
    let text = |key: &str| filed[key].as_str().unwrap_or_default().to_owned();
    let (path, commit) = (text("path"), short(&text("commit")).to_owned());
    if filed["changed"] == false {
        return reply::done(format!("{path} is there already, with this very text."), "Nothing was filed.");
    }
    let next = match (filed["suspended"].as_str(), filed["held"] == true) {
        (Some(why), _) => format!("The fabric is suspended ({why}): it waits in the inbox until someone resumes it."),
        (None, true) => "The bell was rung; the run will hold it.".to_owned(),
        (None, false) => "The bell was rung: the run that places it appears here.".to_owned(),
    };
    match filed["verification"].as_str() {
        Some("verified") => reply::done(format!("Filed as {path}, by commit {commit} in your name."), next),
        _ => super::parts::Notice {
            tone: Tone::Wait,
            what: format!("Commit {commit} was pushed for {path}, and nobody saw it there yet."),
            more: format!("{}. {next}", text("witness")),
        },
    }
}

/// What others changed, as it is now, beside what was written here.
async fn moved(site: &Site, draft: &Draft, problem: &Problem) -> Option<Moved> {
    let fabric = site.state.store.linked_fabric(&draft.fabric).await.ok()??;
    let head = problem.commit()?;
    let path = format!("{}/raw/{}", fabric.directory, draft.path);
    // The file itself comes first, whether it is among the changes or not.
    let mut paths: Vec<String> = problem.those().to_vec();
    paths.sort_by_key(|one| *one != path);
    let others = paths.split_off(paths.len().min(MAX_CHANGED));
    let mut files = Vec::new();
    for one in paths {
        let now = site.text(&fabric, head, &TreePath::from(one.as_str())).await;
        files.push(Changed { path: one, now: now.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()) });
    }
    Some(Moved { files, others, path, yours: draft.text.clone() })
}

async fn shown(site: &Site, visitor: Visitor, draft: Draft, moved: Option<Moved>) -> Response {
    reply::page(&gather(site, visitor, draft, moved).await)
}

async fn gather(site: &Site, mut visitor: Visitor, mut draft: Draft, moved: Option<Moved>) -> Page {
    let mut answer = ask(site, &visitor, &draft).await;
    if answer.is_err() && draft.commit.take().is_some() {
        // The commit is not in the local copy any more: what is there now is judged against.
        answer = ask(site, &visitor, &draft).await;
    }
    let verdict = match answer {
        Ok(answer) => Verdict::of(&draft, &answer),
        Err(problem) => {
            visitor.shell.notices.push(reply::refusal(&problem));
            Verdict::default()
        }
    };
    let linked = site.state.store.linked_fabrics().await.unwrap_or_default();
    let fabrics = linked.into_iter().map(|fabric| fabric.name).collect();
    Page { shell: visitor.shell, fabrics, draft, verdict, moved }
}

async fn ask(site: &Site, visitor: &Visitor, draft: &Draft) -> Result<Value, Problem> {
    let path = draft.inbox_path();
    let fabric = Some(&draft.fabric).filter(|name| !name.is_empty());
    let body = json!({
        "text": draft.text, "path": path.as_ref().map(InboxPath::as_str), "fabric": fabric, "commit": draft.commit,
    });
    operation::call(site, visitor, Method::POST, "/vet", Some(body)).await
}
