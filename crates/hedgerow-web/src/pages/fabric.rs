//! A fabric: how it stands in one sentence, its inbox, its objects, its runs, its linkage; and what can be done with it.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::Method;
use axum::response::Response;
use hedgerow_core::object::Identity;
use hedgerow_store::{KindCount, LinkedFabric, Liveness, RunFilter};
use hedgerow_sync::InboxPath;
use serde_json::{Value, json};

use super::condition::Condition;
use super::finding::Finding;
use super::parts::{Age, Commit, Status, Tone, several};
use super::repositories::{self, Expiring};
use super::run::Brief;
use super::sentence::{Facts, Words, standing};
use super::shell::Shell;
use super::site::Site;
use super::triggers::Triggers;
use super::visitor::{Form, Visitor};
use super::{address, operation, reply};
use crate::problem::{Kind, Problem};

/// More files of an inbox than this are not shown on the page.
const MAX_FILES: usize = 50;
/// More findings about everything else are left to the run's page.
const MAX_NOTES: usize = 10;
/// Runs on the page.
const RUNS: u32 = 8;

/// What the head of every page of a fabric needs.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    pub(crate) linked: LinkedFabric,
    pub(crate) name: String,
    pub(crate) repository: String,
    /// The repository's canonical URL.
    pub(crate) url: String,
    pub(crate) branch: String,
    pub(crate) directory: String,
    pub(crate) objects: u64,
    pub(crate) kinds: Vec<KindCount>,
}

/// A way to a page of the fabric.
pub(crate) struct Tab {
    pub(crate) word: &'static str,
    pub(crate) href: String,
    pub(crate) count: Option<u64>,
    pub(crate) is_here: bool,
}

/// The fabric of this name, without what it holds: that is counted.
pub(crate) async fn linked(site: &Site, name: &str) -> Result<LinkedFabric, Problem> {
    let linked = site.state.store.linked_fabric(name).await?;
    linked.ok_or_else(|| Problem::absent(format_args!("fabric {name}")))
}

impl Head {
    /// The fabric of this name.
    pub(crate) async fn find(site: &Site, name: &str) -> Result<Self, Problem> {
        Self::of(site, linked(site, name).await?).await
    }

    /// The same, where it is known which fabric it is.
    pub(crate) async fn of(site: &Site, linked: LinkedFabric) -> Result<Self, Problem> {
        let store = &site.state.store;
        let repository = store.repository_by_id(linked.repository).await?;
        let (repository, url) = repository.map(|repository| (repository.name, repository.url)).unwrap_or_default();
        let kinds = store.kinds(linked.id).await?;
        Ok(Self {
            name: linked.name.clone(),
            repository,
            url,
            branch: linked.branch.clone(),
            directory: linked.directory.clone(),
            objects: kinds.iter().map(|kind| kind.living).sum(),
            kinds,
            linked,
        })
    }

    /// An address below the fabric's.
    pub(crate) fn page(&self, page: &str) -> String {
        if page.is_empty() { address::fabric(&self.name) } else { address::of_fabric(&self.name, page) }
    }

    pub(crate) fn repository_href(&self) -> String {
        address::repository(&self.repository)
    }

    pub(crate) fn object_href(&self, identity: &Identity) -> String {
        address::object(&self.name, identity)
    }

    pub(crate) fn tabs(&self, here: &str) -> Vec<Tab> {
        let tab = |word, page: &str, count| Tab { word, href: self.page(page), count, is_here: here == page };
        vec![
            tab("Overview", "", None),
            tab("Topology", "topology", None),
            tab("Objects", "objects", Some(self.objects)),
            tab("Runs", "runs", None),
        ]
    }
}

struct Said {
    tone: Tone,
    words: Vec<Words>,
    status: Status,
    proof: Option<String>,
    head: Option<Commit>,
    known: Age,
}

struct File {
    path: String,
    /// Where its text can be corrected, for whoever may file.
    correct: Option<String>,
    status: Status,
    age: String,
    findings: Vec<Finding>,
}

struct Inbox {
    words: String,
    files: Vec<File>,
    left_out: usize,
}

struct KindTile {
    kind: String,
    count: u64,
    href: String,
}

#[derive(Template)]
#[template(path = "fabric.html")]
struct Page {
    shell: Shell,
    fabric: Head,
    tab: &'static str,
    state: Said,
    inbox: Inbox,
    kinds: Vec<KindTile>,
    notes: Vec<Finding>,
    notes_left_out: usize,
    runs: Vec<Brief>,
    conditions: Vec<Condition>,
    triggers: Triggers,
    expiring: Vec<Expiring>,
    linked: Age,
}

pub(crate) async fn page(State(site): State<Site>, visitor: Visitor, Path(name): Path<String>) -> Response {
    match gather(&site, &visitor, &name).await {
        Ok(page) => reply::page(&page),
        Err(problem) => reply::problem(&visitor, &problem),
    }
}

async fn gather(site: &Site, visitor: &Visitor, name: &str) -> Result<Page, Problem> {
    let (store, now_ms) = (&site.state.store, visitor.now_ms);
    let fabric = Head::find(site, name).await?;
    let id = fabric.linked.id;
    let known = store.liveness(id).await?;
    let door = store.doors().await?.into_iter().find(|door| door.repository == fabric.linked.repository);
    let due_ms = door.as_ref().map(|door| door.next_due_ms);
    let filter = RunFilter { fabric: Some(id), ..RunFilter::default() };
    let runs = store.runs(&filter, RUNS, None).await?.items;
    let is_working = runs.first().is_some_and(|run| run.ending.is_none()) || door.is_some_and(|door| door.rung);
    let facts = Facts { fabric: &fabric.linked, known: &known, objects: fabric.objects, due_ms, is_working, now_ms };
    let standing = standing(facts);
    let last = store.last_closed_run(id).await?;
    let texts = match &last {
        Some(run) => store.texts(&run.id).await?,
        None => None,
    };
    let report: Value = texts.as_ref().and_then(|texts| serde_json::from_str(&texts.report).ok()).unwrap_or_default();
    let findings = texts.map_or_else(Vec::new, |texts| Finding::all(&texts.findings));
    let (inbox, mut notes) = inbox(&fabric, &known, &report, findings, now_ms);
    let notes_left_out = notes.len().saturating_sub(MAX_NOTES);
    notes.truncate(MAX_NOTES);
    let conditions = store.conditions_of(&[id]).await?.remove(&id).unwrap_or_default();
    let conditions = Condition::all(conditions, known.verified_ms, now_ms);
    let triggers = Triggers::of(site, &fabric, due_ms, now_ms).await?;
    let kinds = fabric.kinds.iter().map(|kind| KindTile {
        href: format!("{}?kind={}", fabric.page("objects"), address::segment(&kind.kind)),
        kind: kind.kind.clone(),
        count: kind.living,
    });
    let kinds: Vec<KindTile> = kinds.collect();
    Ok(Page {
        shell: visitor.shell.clone(),
        tab: "",
        state: Said {
            tone: standing.tone,
            status: standing.status(),
            words: standing.words,
            proof: last.map(|run| address::run(run.id.as_str())),
            head: known.head.clone().map(|id| site.commit(&fabric.url, id)),
            known: Age { at_ms: known.verified_ms, now_ms },
        },
        inbox,
        kinds,
        notes,
        notes_left_out,
        runs: runs.iter().map(|run| Brief::of(run, now_ms)).collect(),
        conditions,
        triggers,
        expiring: repositories::expiring(site, fabric.linked.repository, now_ms).await?,
        linked: Age { at_ms: Some(fabric.linked.linked_ms), now_ms },
        fabric,
    })
}

/// The inbox as the last run left it, each file with its findings; and the findings about everything else.
fn inbox(
    fabric: &Head,
    known: &Liveness,
    report: &Value,
    findings: Vec<Finding>,
    now_ms: i64,
) -> (Inbox, Vec<Finding>) {
    let waiting: Vec<String> = report["after"]["inbox"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect();
    let mut notes = Vec::new();
    let mut of_file: std::collections::BTreeMap<String, Vec<Finding>> = Default::default();
    for finding in findings {
        if waiting.contains(&finding.file) {
            of_file.entry(finding.file.clone()).or_default().push(finding)
        } else {
            notes.push(finding)
        }
    }
    let left_out = waiting.len().saturating_sub(MAX_FILES);
    let oldest = known.inbox.as_ref();
    let files = waiting.iter().take(MAX_FILES).map(|path| {
        let findings = of_file.remove(path).unwrap_or_default();
        let held = findings.iter().any(|finding| finding.severity == "error");
        let since = oldest.filter(|oldest| oldest.path == *path).map(|oldest| oldest.since_ms);
        let inside = below(&fabric.directory, path);
        let name = inside.strip_prefix("raw/").filter(|name| InboxPath::parse(name).is_ok());
        File {
            correct: name
                .map(|name| format!("/vet?fabric={}&path={}", address::segment(&fabric.name), address::segment(name))),
            status: if held { Status::new(Tone::Wait, "held") } else { Status::new(Tone::Idle, "waiting") },
            age: since.map_or_else(String::new, |at| Age { at_ms: Some(at), now_ms }.words()),
            path: inside.to_owned(),
            findings,
        }
    });
    let files: Vec<File> = files.collect();
    let words = match waiting.len() {
        0 => String::new(),
        some => {
            let since = oldest.map_or_else(String::new, |oldest| {
                format!(", the oldest {}", Age { at_ms: Some(oldest.since_ms), now_ms }.words())
            });
            format!("{}{since}", several(some as u64, "file"))
        }
    };
    (Inbox { words, files, left_out }, notes)
}

/// A path as it is called within the fabric.
fn below<'p>(directory: &str, path: &'p str) -> &'p str {
    path.strip_prefix(directory).map_or(path, |rest| rest.trim_start_matches('/'))
}

/// Rings the fabric's bell.
pub(crate) async fn sync(State(site): State<Site>, Path(name): Path<String>, form: Form) -> Response {
    let address = format!("/fabrics/{}/sync", address::segment(&name));
    let done: Result<Value, Problem> = operation::call(&site, &form.visitor, Method::POST, &address, None).await;
    let done = done.map(|_| reply::done("Asked for a look.", "The run appears here as soon as it begins."));
    reply::outcome(&site, &address::fabric(&name), done)
}

/// Lets nothing happen to the fabric until someone resumes it.
pub(crate) async fn suspend(State(site): State<Site>, Path(name): Path<String>, form: Form) -> Response {
    let address = format!("/fabrics/{}/suspend", address::segment(&name));
    let body = json!({"reason": form.text("reason").trim()});
    let done: Result<Value, Problem> = operation::call(&site, &form.visitor, Method::POST, &address, Some(body)).await;
    let done = done.map(|_| reply::done("Suspended.", "Nothing is read or written until someone resumes it."));
    reply::outcome(&site, &address::fabric(&name), done)
}

/// Lets the fabric go on.
pub(crate) async fn resume(State(site): State<Site>, Path(name): Path<String>, form: Form) -> Response {
    let address = format!("/fabrics/{}/resume", address::segment(&name));
    let body = json!({});
    let done: Result<Value, Problem> = operation::call(&site, &form.visitor, Method::POST, &address, Some(body)).await;
    reply::outcome(&site, &address::fabric(&name), done.map(|_| reply::done("Resumed.", "")))
}

/// Takes the fabric off the list. Its record is kept, git is not touched.
pub(crate) async fn unlink(State(site): State<Site>, Path(name): Path<String>, form: Form) -> Response {
    let here = address::fabric(&name);
    if form.text("confirm").trim() != name {
        let problem = Problem::new(Kind::Invalid, "the name that you typed is another")
            .hint("Type the fabric's name to unlink it.");
        return reply::outcome(&site, &here, Err(problem));
    }
    let address = format!("/fabrics/{}", address::segment(&name));
    let done: Result<Value, Problem> = operation::call(&site, &form.visitor, Method::DELETE, &address, None).await;
    match done {
        Ok(_) => reply::back(
            &site,
            "/",
            &reply::done(format!("{name} is unlinked."), "Its record is kept, and git was not touched."),
        ),
        Err(problem) => reply::outcome(&site, &here, Err(problem)),
    }
}
