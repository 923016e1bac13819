//! A page that is left open learns that something is new: events of one word, by which it asks for itself again.
//! What is new is looked up in the store, so that it does not matter which process did it.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::{Path, State};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{self, Stream};
use hedgerow_store::{RunFilter, RunMatch};

use super::reply;
use super::site::Site;
use super::visitor::Visitor;
use crate::problem::Problem;

/// How often the store is asked.
const EVERY: Duration = Duration::from_secs(1);
/// A stream ends after so many looks; the page opens the next one, and is recognised anew.
const LOOKS: u32 = 20;

/// Says `changed` when the fabric was looked at or a run of it began or ended.
pub(crate) async fn fabric(State(site): State<Site>, visitor: Visitor, Path(name): Path<String>) -> Response {
    match seen_of_fabric(&site, &name).await {
        Some(seen) => stream_of("changed", seen, move || {
            let (site, name) = (site.clone(), name.clone());
            async move { seen_of_fabric(&site, &name).await }
        }),
        None => reply::problem(&visitor, &Problem::absent(format_args!("fabric {name}"))),
    }
}

/// Says `ended` when the run has ended.
pub(crate) async fn run(State(site): State<Site>, visitor: Visitor, Path(id): Path<String>) -> Response {
    match seen_of_run(&site, &id).await {
        Some(seen) => stream_of("ended", seen, move || {
            let (site, id) = (site.clone(), id.clone());
            async move { seen_of_run(&site, &id).await }
        }),
        None => reply::problem(&visitor, &Problem::absent(format_args!("run {id}"))),
    }
}

async fn seen_of_fabric(site: &Site, name: &str) -> Option<String> {
    let store = &site.state.store;
    let fabric = store.linked_fabric(name).await.ok()??;
    let known = store.liveness(fabric.id).await.ok()?;
    let filter = RunFilter { fabric: Some(fabric.id), ..RunFilter::default() };
    let newest = store.runs(&filter, 1, None).await.ok()?.items.pop();
    let run = newest.map(|run| (run.id, run.ending.is_some()));
    Some(format!("{:?} {:?} {:?} {:?}", known.attempted_ms, known.head, run, fabric.suspension))
}

async fn seen_of_run(site: &Site, id: &str) -> Option<String> {
    match site.state.store.run(id).await.ok()? {
        RunMatch::One(run) => Some(run.ending.is_some().to_string()),
        RunMatch::None | RunMatch::Several(_) => None,
    }
}

/// Says `word` each time that `look` sees something else.
fn stream_of<F, L>(word: &'static str, seen: String, look: L) -> Response
where
    F: Future<Output = Option<String>> + Send + 'static,
    L: Fn() -> F + Send + 'static,
{
    Sse::new(changes(word, seen, look)).keep_alive(KeepAlive::default()).into_response()
}

fn changes<F, L>(word: &'static str, seen: String, look: L) -> impl Stream<Item = Result<Event, Infallible>> + Send
where
    F: Future<Output = Option<String>> + Send + 'static,
    L: Fn() -> F + Send + 'static,
{
    stream::unfold((seen, look, LOOKS), move |(seen, look, looks)| async move {
        for left in (0..looks).rev() {
            tokio::time::sleep(EVERY).await;
            let now = look().await?;
            if now != seen {
                return Some((Ok(Event::default().event(word).data(word)), (now, look, left)));
            }
        }
        None
    })
}
