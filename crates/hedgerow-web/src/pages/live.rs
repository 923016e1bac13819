//! A page that is left open learns that something is new: by a word, at which it asks for itself again, or by the piece of
//! the page itself. What is new is looked up in the store, so that it does not matter which process did it.
//!
//! Only pages that show how a fabric or a run stands have a stream: a browser holds few connections to one server, and people open
//! many objects. Pages of what runs have recorded ask for themselves, and are told when there is nothing new ([`is_new`]).
//!
//! A stream lives as long as its reader is signed in and the service runs. It says `beat` every few seconds: a page that
//! hears nothing says that it lost the connection.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::Instant;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use hedgerow_store::{FabricId, RunFilter, RunMatch, StoreError};
use serde_json::Value;
use tokio::sync::OwnedSemaphorePermit;

use super::reply;
use super::site::Site;
use super::steps::Steps;
use super::visitor::Visitor;
use crate::limits::{PAGE_BEAT, PAGE_LOOK};
use crate::problem::Problem;
use crate::time::now_ms;

/// The header in which a page that asks for itself says after which run it was made.
pub(crate) const AS_OF: &str = "hedgerow-as-of";

/// Whether a page after this run is another one than the reader has. A reader who does not say what they have has none.
pub(crate) fn is_new(headers: &HeaderMap, as_of: &str) -> bool {
    headers.get(AS_OF).is_none_or(|known| known.as_bytes() != as_of.as_bytes())
}

/// After which run a page of the fabric's record is made: its id, or nothing where none has ended. `None`: the reader has that page.
pub(crate) async fn as_of(site: &Site, fabric: FabricId, headers: &HeaderMap) -> Result<Option<String>, StoreError> {
    let last = site.state.store.last_closed_run(fabric).await?;
    let as_of = last.map(|run| run.id.to_string()).unwrap_or_default();
    Ok(is_new(headers, &as_of).then_some(as_of))
}

/// What a look saw: whoever sees something else the next time says `word`, with what is to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Seen {
    key: String,
    word: &'static str,
    shown: String,
}

/// Says `changed` when the fabric was looked at or a run of it began or ended.
pub(crate) async fn fabric(State(site): State<Site>, visitor: Visitor, Path(name): Path<String>) -> Response {
    match seen_of_fabric(&site, &name).await {
        Some(seen) => open(&site, &visitor, seen, move |site| {
            let name = name.clone();
            async move { seen_of_fabric(&site, &name).await }
        }),
        None => reply::problem(&visitor, &Problem::absent(format_args!("fabric {name}"))),
    }
}

/// Gives the `steps` as they pass, and says `ended` when the run has ended.
pub(crate) async fn run(State(site): State<Site>, visitor: Visitor, Path(id): Path<String>) -> Response {
    match seen_of_run(&site, &id).await {
        // The page may be older than the stream: the first look is told, too.
        Some(seen) => open(&site, &visitor, Seen { key: String::new(), ..seen }, move |site| {
            let id = id.clone();
            async move { seen_of_run(&site, &id).await }
        }),
        None => reply::problem(&visitor, &Problem::absent(format_args!("run {id}"))),
    }
}

async fn seen_of_fabric(site: &Site, name: &str) -> Option<Seen> {
    let store = &site.state.store;
    let fabric = store.linked_fabric(name).await.ok()??;
    let known = store.liveness(fabric.id).await.ok()?;
    let filter = RunFilter { fabric: Some(fabric.id), ..RunFilter::default() };
    let newest = store.runs(&filter, 1, None).await.ok()?.items.pop();
    let run = newest.map(|run| (run.id, run.ending.is_some()));
    let key = format!("{:?} {:?} {:?} {:?}", known.attempted_ms, known.head, run, fabric.suspension);
    Some(Seen { key, word: "changed", shown: "changed".to_owned() })
}

async fn seen_of_run(site: &Site, id: &str) -> Option<Seen> {
    let store = &site.state.store;
    let RunMatch::One(run) = store.run(id).await.ok()? else { return None };
    if run.ending.is_some() {
        return Some(Seen { key: "ended".to_owned(), word: "ended", shown: "ended".to_owned() });
    }
    let linked = store.linked_fabric_by_id(run.fabric.id).await.ok()?;
    let passed = linked.map_or_else(Vec::new, |fabric| site.state.service.passed(fabric.repository));
    let shown = Steps::of(&run, &Value::Null, &passed, now_ms(&site.state)).render().ok()?;
    Some(Seen { key: shown.clone(), word: "steps", shown })
}

/// A stream under way.
struct Stream<L> {
    site: Site,
    visitor: Visitor,
    look: L,
    seen: String,
    beat: Instant,
    ahead: VecDeque<Event>,
    _place: OwnedSemaphorePermit,
}

fn open<F, L>(site: &Site, visitor: &Visitor, seen: Seen, look: L) -> Response
where
    F: Future<Output = Option<Seen>> + Send + 'static,
    L: Fn(Site) -> F + Send + Sync + 'static,
{
    // No content: a browser asks no more, and the page asks for itself now and then.
    let Some(place) = site.state.stream() else { return StatusCode::NO_CONTENT.into_response() };
    let stream = Stream {
        site: site.clone(),
        visitor: visitor.clone(),
        look,
        seen: seen.key,
        beat: Instant::now(),
        ahead: VecDeque::from([beat()]),
        _place: place,
    };
    // What stands between must not gather events.
    let unbuffered = [(header::HeaderName::from_static("x-accel-buffering"), "no")];
    (unbuffered, Sse::new(stream::unfold(stream, next))).into_response()
}

async fn next<F, L>(mut stream: Stream<L>) -> Option<(Result<Event, Infallible>, Stream<L>)>
where
    F: Future<Output = Option<Seen>>,
    L: Fn(Site) -> F,
{
    loop {
        if let Some(event) = stream.ahead.pop_front() {
            return Some((Ok(event), stream));
        }
        tokio::time::sleep(PAGE_LOOK).await;
        if stream.site.state.is_closing() {
            return None;
        }
        let seen = (stream.look)(stream.site.clone()).await?;
        if seen.key != stream.seen {
            stream.ahead.push_back(Event::default().event(seen.word).data(seen.shown));
            stream.seen = seen.key;
        }
        if stream.beat.elapsed() >= PAGE_BEAT {
            stream.beat = Instant::now();
            is_signed_in(&stream.site, &stream.visitor).await.then_some(())?;
            stream.ahead.push_back(beat());
        }
    }
}

fn beat() -> Event {
    Event::default().event("beat").data("beat")
}

/// Whether the reader still is who they were: a session that ended ends its streams.
async fn is_signed_in(site: &Site, visitor: &Visitor) -> bool {
    match &visitor.session {
        Some(session) => matches!(site.state.store.session(session, now_ms(&site.state)).await, Ok(Some(_))),
        None => true,
    }
}
