//! What this is, what a code means, and the search.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use hedgerow_core::codes;
use hedgerow_core::finding::{Code, Severity};
use hedgerow_core::object::Identity;
use hedgerow_store::{LinkedFabric, RunMatch};
use serde::Deserialize;

use super::parts::{Status, Tone};
use super::shell::Shell;
use super::site::Site;
use super::visitor::Visitor;
use super::{address, reply};
use crate::problem::Problem;

/// Objects that a search shows.
const FOUND: u32 = 50;
/// Inboxes with files in them that a search for a file looks into.
const MAX_INBOXES: usize = 50;

#[derive(Template)]
#[template(path = "about.html")]
struct About {
    shell: Shell,
    facts: Vec<(&'static str, String)>,
    limits: Vec<(&'static str, String)>,
}

pub(crate) async fn page(State(site): State<Site>, visitor: Visitor) -> Response {
    let catalogue = site.catalogue();
    let facts = vec![
        ("Version", site.state.version.to_owned()),
        ("Catalogue", format!("sha256:{}", catalogue.digest())),
        ("Kinds", catalogue.kinds().count().to_string()),
        (
            "Sealing key",
            if site.state.keys.is_some() {
                "there: credentials can be kept".to_owned()
            } else {
                "none: credentials cannot be kept".to_owned()
            },
        ),
    ];
    let bytes = |bytes: u64| format!("{} KiB", bytes / 1024);
    let limits = vec![
        ("A file of an inbox", bytes(hedgerow_core::limits::MAX_FILE_BYTES)),
        ("A fabric's directory", bytes(hedgerow_git::limits::MAX_FABRIC_BYTES)),
        ("Entries of a directory", hedgerow_git::limits::MAX_ENTRIES.to_string()),
        ("Rows of a page of the API", crate::limits::MAX_PAGE_ROWS.to_string()),
        ("Requests a minute", site.state.requests_per_minute.to_string()),
    ];
    reply::page(&About { shell: visitor.shell, facts, limits })
}

#[derive(Template)]
#[template(path = "code.html")]
struct CodePage {
    shell: Shell,
    entry: &'static codes::Entry,
    status: Status,
}

pub(crate) async fn code(visitor: Visitor, Path(code): Path<String>) -> Response {
    let number = code.strip_prefix("HR").and_then(|number| number.parse().ok());
    let Some(entry) = number.and_then(|number| codes::entry(Code(number))) else {
        return reply::problem(&visitor, &Problem::absent(format_args!("finding code {code}")));
    };
    let status = match entry.severity {
        Severity::Error => Status::new(Tone::Bad, "error"),
        Severity::Warning => Status::new(Tone::Wait, "warning"),
        Severity::Info => Status::new(Tone::Idle, "info"),
    };
    reply::page(&CodePage { shell: Shell { slim: true, ..visitor.shell }, entry, status })
}

struct Hit {
    name: String,
    kind: String,
    href: String,
    note: String,
}

#[derive(Template)]
#[template(path = "search.html")]
struct Search {
    shell: Shell,
    q: String,
    hits: Vec<Hit>,
    is_cut: bool,
}

/// What is looked for.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    q: String,
}

pub(crate) async fn search(State(site): State<Site>, visitor: Visitor, Query(Asked { q }): Query<Asked>) -> Response {
    let q = q.trim().to_owned();
    match hits(&site, &q).await {
        Ok(hits) => {
            let shell = Shell { query: q.clone(), ..visitor.shell };
            reply::page(&Search { shell, is_cut: hits.len() >= FOUND as usize, q, hits })
        }
        Err(problem) => reply::problem(&visitor, &problem),
    }
}

/// A finding code, fabrics, a run, a commit, and objects by a part of the name.
async fn hits(site: &Site, q: &str) -> Result<Vec<Hit>, Problem> {
    let store = &site.state.store;
    let mut hits = Vec::new();
    if q.is_empty() {
        return Ok(hits);
    }
    let upper = q.to_ascii_uppercase();
    let codes = codes::all().filter(|entry| entry.code.to_string() == upper);
    hits.extend(codes.map(|entry| Hit {
        name: entry.code.to_string(),
        kind: "finding code".to_owned(),
        href: format!("/codes/{}", entry.code),
        note: entry.title.to_owned(),
    }));
    let linked = store.linked_fabrics().await?;
    for fabric in linked.iter().filter(|fabric| fabric.name.contains(q)) {
        let href = address::fabric(&fabric.name);
        hits.push(Hit { name: fabric.name.clone(), kind: "fabric".to_owned(), href, note: fabric.directory.clone() });
    }
    if let RunMatch::One(run) = store.run(q).await? {
        let href = address::run(run.id.as_str());
        hits.push(Hit { name: run.id.to_string(), kind: "run".to_owned(), href, note: run.fabric.key.directory });
    }
    if let Some(run) = store.run_of_commit(q).await? {
        let href = address::run(run.id.as_str());
        hits.push(Hit { name: q.to_owned(), kind: "commit".to_owned(), href, note: format!("of run {}", run.id) });
    }
    for object in store.objects_like(q, FOUND).await? {
        let Some(fabric) = linked.iter().find(|fabric| fabric.id == object.fabric.id) else { continue };
        hits.push(Hit {
            href: address::object(&fabric.name, &object.identity),
            name: object.identity.name,
            kind: object.identity.kind,
            note: format!("{} · {}", fabric.name, object.path),
        });
    }
    if is_path(q) {
        hits.extend(waiting(site, &linked, q).await?);
        for object in store.objects_at(q, FOUND).await? {
            let Some(fabric) = linked.iter().find(|fabric| fabric.id == object.fabric.id) else { continue };
            let Identity { kind, name, .. } = &object.identity;
            hits.push(Hit {
                href: address::object(&fabric.name, &object.identity),
                note: format!("{} · {kind} {name}", fabric.name),
                name: object.path.to_string(),
                kind: "file".to_owned(),
            });
        }
    }
    hits.truncate(FOUND as usize);
    Ok(hits)
}

/// Whether somebody looks for a file: then names alone are not enough.
fn is_path(q: &str) -> bool {
    q.contains('/') || hedgerow_core::path::is_yaml(q.as_bytes())
}

/// The files that wait in inboxes, as the last runs left them.
async fn waiting(site: &Site, linked: &[LinkedFabric], q: &str) -> Result<Vec<Hit>, Problem> {
    let store = &site.state.store;
    let known = store.all_liveness().await?;
    let mut hits = Vec::new();
    let has_files = |fabric: &&LinkedFabric| known.get(&fabric.id).is_some_and(|known| known.inbox_files > 0);
    for fabric in linked.iter().filter(has_files).take(MAX_INBOXES) {
        let Some(run) = store.last_closed_run(fabric.id).await? else { continue };
        let Some(texts) = store.texts(&run.id).await? else { continue };
        let report: serde_json::Value = serde_json::from_str(&texts.report).unwrap_or_default();
        let files = report["after"]["inbox"].as_array().into_iter().flatten().filter_map(serde_json::Value::as_str);
        hits.extend(files.filter(|path| path.contains(q)).map(|path| Hit {
            name: path.to_owned(),
            kind: "file that waits".to_owned(),
            href: format!("{}#inbox", address::fabric(&fabric.name)),
            note: fabric.name.clone(),
        }));
    }
    Ok(hits)
}
