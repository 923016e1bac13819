//! All fabrics, what needs a person first.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use hedgerow_store::{Liveness, StoreError};

use super::condition::Condition;
use super::parts::{Age, Commit, Due, Status, Tone};
use super::sentence::{Facts, standing};
use super::shell::Shell;
use super::site::Site;
use super::visitor::Visitor;
use super::{address, reply};

struct Row {
    name: String,
    href: String,
    repository: String,
    directory: String,
    tone: Tone,
    status: Status,
    why: String,
    inbox_files: i64,
    oldest: Age,
    objects: u64,
    commit: Option<Commit>,
    verified: Age,
    due: Due,
    conditions: Vec<Condition>,
}

#[derive(Template)]
#[template(path = "home.html")]
struct Page {
    shell: Shell,
    rows: Vec<Row>,
    need: usize,
    waiting: i64,
    objects: u64,
}

pub(crate) async fn page(State(site): State<Site>, visitor: Visitor) -> Response {
    match rows(&site, visitor.now_ms).await {
        Ok(rows) => {
            let need = rows.iter().filter(|row| matches!(row.tone, Tone::Bad | Tone::Wait)).count();
            let waiting = rows.iter().map(|row| row.inbox_files).sum();
            let objects = rows.iter().map(|row| row.objects).sum();
            reply::page(&Page { shell: visitor.shell, rows, need, waiting, objects })
        }
        Err(error) => reply::problem(&visitor, &error.into()),
    }
}

async fn rows(site: &Site, now_ms: i64) -> Result<Vec<Row>, StoreError> {
    let store = &site.state.store;
    let known = store.all_liveness().await?;
    let objects: BTreeMap<_, _> = store.living_by_fabric().await?;
    let due: BTreeMap<_, _> =
        store.doors().await?.into_iter().map(|door| (door.repository, door.next_due_ms)).collect();
    let mut told = store.conditions().await?;
    let repositories: BTreeMap<_, _> =
        store.repositories().await?.into_iter().map(|repository| (repository.id, repository)).collect();
    let nothing = Liveness::default();
    let mut rows = Vec::new();
    for fabric in store.linked_fabrics().await? {
        let known = known.get(&fabric.id).unwrap_or(&nothing);
        let objects = objects.get(&fabric.id).copied().unwrap_or_default();
        let due_ms = due.get(&fabric.repository).copied();
        let facts = Facts { fabric: &fabric, known, objects, due_ms, is_working: false, now_ms };
        let standing = standing(facts);
        let repository = repositories.get(&fabric.repository);
        let conditions = Condition::all(told.remove(&fabric.id).unwrap_or_default(), known.verified_ms, now_ms);
        rows.push(Row {
            href: address::fabric(&fabric.name),
            repository: repository.map(|repository| repository.name.clone()).unwrap_or_default(),
            directory: fabric.directory.clone(),
            tone: standing.tone,
            status: standing.status(),
            why: if standing.tone == Tone::Good { String::new() } else { standing.plain() },
            inbox_files: known.inbox_files,
            oldest: Age { at_ms: known.inbox.as_ref().map(|inbox| inbox.since_ms), now_ms },
            objects,
            commit: known.head.clone().map(|id| site.commit(repository.map_or("", |of| &of.url), id)),
            conditions,
            verified: Age { at_ms: known.verified_ms, now_ms },
            due: Due { at_ms: due_ms, now_ms },
            name: fabric.name,
        });
    }
    rows.sort_by(|a, b| (a.tone, &a.name).cmp(&(b.tone, &b.name)));
    Ok(rows)
}
