//! All fabrics, what needs a person first.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use hedgerow_store::{LinkedFabric, Liveness, Repository, RepositoryId, StoreError};

use super::condition::Condition;
use super::parts::{Age, Commit, Due, Status, Tone};
use super::sentence::{Facts, Standing, standing};
use super::shell::Shell;
use super::site::Site;
use super::stretch::{Stretch, Wanted};
use super::visitor::Visitor;
use super::{address, reply};

struct Row {
    name: String,
    href: String,
    repository: String,
    directory: String,
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
    /// Of all linked fabrics.
    figures: Figures,
    stretch: Stretch,
}

struct Figures {
    fabrics: usize,
    need: usize,
    waiting: i64,
    objects: u64,
}

pub(crate) async fn page(State(site): State<Site>, visitor: Visitor, Query(wanted): Query<Wanted>) -> Response {
    match gather(&site, visitor.shell.clone(), visitor.now_ms, &wanted).await {
        Ok(page) => reply::page(&page),
        Err(error) => reply::problem(&visitor, &error.into()),
    }
}

/// A fabric, and how it stands.
struct Stands<'a> {
    fabric: LinkedFabric,
    known: &'a Liveness,
    objects: u64,
    due_ms: Option<i64>,
    standing: Standing,
}

async fn gather(site: &Site, shell: Shell, now_ms: i64, wanted: &Wanted) -> Result<Page, StoreError> {
    let store = &site.state.store;
    let known = store.all_liveness().await?;
    let objects: BTreeMap<_, _> = store.living_by_fabric().await?;
    let due: BTreeMap<_, _> =
        store.doors().await?.into_iter().map(|door| (door.repository, door.next_due_ms)).collect();
    let nothing = Liveness::default();
    let stands = |fabric: LinkedFabric| {
        let known = known.get(&fabric.id).unwrap_or(&nothing);
        let objects = objects.get(&fabric.id).copied().unwrap_or_default();
        let due_ms = due.get(&fabric.repository).copied();
        let facts = Facts { fabric: &fabric, known, objects, due_ms, is_working: false, now_ms };
        let standing = standing(facts);
        Stands { fabric, known, objects, due_ms, standing }
    };
    let mut all: Vec<Stands<'_>> = store.linked_fabrics().await?.into_iter().map(stands).collect();
    let figures = Figures {
        fabrics: all.len(),
        need: all.iter().filter(|one| matches!(one.standing.tone, Tone::Bad | Tone::Wait)).count(),
        waiting: all.iter().map(|one| one.known.inbox_files).sum(),
        objects: all.iter().map(|one| one.objects).sum(),
    };
    all.retain(|one| wanted.takes(&one.fabric.name));
    all.sort_by(|a, b| (a.standing.tone, &a.fabric.name).cmp(&(b.standing.tone, &b.fabric.name)));
    let stretch = wanted.stretch("/", all.len());
    let shown: Vec<Stands<'_>> = all.drain(stretch.rows.clone()).collect();
    let ids: Vec<_> = shown.iter().map(|one| one.fabric.id).collect();
    let mut told = store.conditions_of(&ids).await?;
    let repositories: BTreeMap<_, _> =
        store.repositories().await?.into_iter().map(|repository| (repository.id, repository)).collect();
    let rows = shown.into_iter().map(|one| {
        let conditions = told.remove(&one.fabric.id).unwrap_or_default();
        let conditions = Condition::all(conditions, one.known.verified_ms, now_ms);
        row(site, one, &repositories, conditions, now_ms)
    });
    Ok(Page { rows: rows.collect(), shell, figures, stretch })
}

fn row(
    site: &Site,
    one: Stands<'_>,
    repositories: &BTreeMap<RepositoryId, Repository>,
    conditions: Vec<Condition>,
    now_ms: i64,
) -> Row {
    let Stands { fabric, known, objects, due_ms, standing } = one;
    let repository = repositories.get(&fabric.repository);
    Row {
        href: address::fabric(&fabric.name),
        repository: repository.map(|repository| repository.name.clone()).unwrap_or_default(),
        directory: fabric.directory,
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
    }
}
