//! What came in through the hooks, and what came of each.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use hedgerow_store::{Delivery, DeliveryFilter, DeliveryResult, Ring};
use serde::Deserialize;

use super::parts::{Age, Status, Tone};
use super::shell::Shell;
use super::site::Site;
use super::visitor::Visitor;
use super::{address, reply};
use crate::problem::Problem;

/// Rows of a page.
const ROWS: u32 = 50;

/// A delivery in a line.
pub(crate) struct Row {
    pub(crate) href: String,
    pub(crate) at: Age,
    pub(crate) result: Status,
    pub(crate) hook: String,
    pub(crate) event: String,
    pub(crate) source: String,
    pub(crate) signature: Status,
    pub(crate) fabrics: Vec<(String, String)>,
    pub(crate) message: String,
}

impl Row {
    pub(crate) fn of(delivery: &Delivery, now_ms: i64) -> Self {
        Self {
            href: format!("/deliveries/{}", address::segment(&delivery.id)),
            at: Age { at_ms: Some(delivery.at_ms), now_ms },
            result: result(delivery.result),
            hook: delivery.hook.clone(),
            event: delivery.event.clone(),
            source: delivery.source.clone(),
            signature: signature(&delivery.signature),
            fabrics: delivery.fabrics.iter().map(|name| (address::fabric(name), name.clone())).collect(),
            message: delivery.message.clone(),
        }
    }
}

fn result(result: DeliveryResult) -> Status {
    let tone = match result {
        DeliveryResult::Rang => Tone::Good,
        DeliveryResult::Repeated | DeliveryResult::Pinged => Tone::Idle,
        DeliveryResult::Unmatched => Tone::Wait,
        DeliveryResult::Refused => Tone::Bad,
    };
    Status::new(tone, result.as_str())
}

fn signature(word: &str) -> Status {
    Status::new(if word == "good" { Tone::Good } else { Tone::Bad }, word)
}

/// Which to show, and from where on.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    fabric: String,
    #[serde(default)]
    hook: String,
    #[serde(default)]
    result: String,
    after: Option<String>,
}

#[derive(Template)]
#[template(path = "deliveries.html")]
struct Page {
    shell: Shell,
    wanted: Wanted,
    fabrics: Vec<String>,
    hooks: Vec<String>,
    results: Vec<&'static str>,
    rows: Vec<Row>,
    next: Option<String>,
}

impl Page {
    fn is_all(&self) -> bool {
        [&self.wanted.fabric, &self.wanted.hook, &self.wanted.result].iter().all(|text| text.is_empty())
    }
}

const RESULTS: [DeliveryResult; 5] = [
    DeliveryResult::Rang,
    DeliveryResult::Repeated,
    DeliveryResult::Pinged,
    DeliveryResult::Unmatched,
    DeliveryResult::Refused,
];

pub(crate) async fn list(State(site): State<Site>, visitor: Visitor, Query(wanted): Query<Wanted>) -> Response {
    match gather(&site, &visitor, wanted).await {
        Ok(page) => reply::page(&page),
        Err(problem) => reply::problem(&visitor, &problem),
    }
}

async fn gather(site: &Site, visitor: &Visitor, wanted: Wanted) -> Result<Page, Problem> {
    let store = &site.state.store;
    let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    // A word that is none of ours narrows nothing.
    let result = wanted.result.parse().ok();
    let filter = DeliveryFilter { fabric: some(&wanted.fabric), hook: some(&wanted.hook), result };
    let after = wanted.after.as_ref().and_then(|after| after.parse().ok());
    let page = store.deliveries(&filter, ROWS, after).await?;
    let [fabric, hook, result] = [&wanted.fabric, &wanted.hook, &wanted.result].map(|text| address::segment(text));
    Ok(Page {
        shell: visitor.shell.clone(),
        fabrics: store.linked_fabrics().await?.into_iter().map(|fabric| fabric.name).collect(),
        hooks: store.hooks().await?.into_iter().map(|hook| hook.name).collect(),
        results: RESULTS.iter().map(|result| result.as_str()).collect(),
        rows: page.items.iter().map(|delivery| Row::of(delivery, visitor.now_ms)).collect(),
        next: page.next.map(|next| format!("/deliveries?fabric={fabric}&hook={hook}&result={result}&after={next}")),
        wanted,
    })
}

#[derive(Template)]
#[template(path = "delivery.html")]
struct One {
    shell: Shell,
    row: Row,
    id: String,
    provider: String,
    delivery_id: String,
    repository: Option<(String, String)>,
    /// How its ring stands.
    answer: Option<Status>,
    /// The runs of the visit that answered it.
    runs: Vec<(String, String)>,
}

pub(crate) async fn page(State(site): State<Site>, visitor: Visitor, Path(id): Path<String>) -> Response {
    match one(&site, &visitor, &id).await {
        Ok(page) => reply::page(&page),
        Err(problem) => reply::problem(&visitor, &problem),
    }
}

async fn one(site: &Site, visitor: &Visitor, id: &str) -> Result<One, Problem> {
    let store = &site.state.store;
    let delivery = store.delivery(id).await?.ok_or_else(|| Problem::absent(format_args!("delivery {id}")))?;
    let answered = match delivery.repository_id.zip(delivery.ring) {
        Some((repository, ring)) => Some(store.ring_answer(repository, ring).await?),
        None => None,
    };
    let (answer, visit) = answered.map_or((None, None), |(ring, visit)| (Some(ring), visit));
    let runs = visit.into_iter().flat_map(|visit| visit.runs);
    Ok(One {
        shell: visitor.shell.clone(),
        row: Row::of(&delivery, visitor.now_ms),
        id: delivery.id,
        provider: delivery.provider,
        delivery_id: delivery.delivery_id.unwrap_or_default(),
        repository: delivery.repository.map(|name| (address::repository(&name), name)),
        answer: answer.map(stands),
        runs: runs.map(|run| (address::run(run.as_str()), run.to_string())).collect(),
    })
}

fn stands(ring: Ring) -> Status {
    match ring {
        Ring::Answered => Status::new(Tone::Good, "answered"),
        Ring::Running => Status::new(Tone::Work, "being answered"),
        Ring::Waiting => Status::new(Tone::Wait, "waiting"),
        Ring::Unknown => Status::new(Tone::Idle, "not known any more"),
    }
}
