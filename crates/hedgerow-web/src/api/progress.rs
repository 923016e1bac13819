//! A run's progress, as it passes: server-sent events.

use std::collections::VecDeque;
use std::convert::Infallible;

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::Stream;
use futures_util::stream::unfold;
use hedgerow_store::{RepositoryId, RunId};
use hedgerow_sync::service::Progress;
use serde_json::json;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::timeout;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::runs::seen;
use crate::limits::PROGRESS_LOOK;
use crate::principal::Principal;
use crate::problem::{Kind, Problem};
use crate::request::Segments;
use crate::state::AppState;
use crate::time::moment;

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(run_events))
}

/// A run's progress, as it passes
///
/// Server-sent events: `step` with `{step, at}` for each step, and at last `end` with the run's `outcome` and
/// `verification`. Steps that passed before, in the process that is asked, come first; a step that comes again begins a new
/// round. A run that has ended gives `end` at once: its report has the steps.
#[utoipa::path(
    get, path = "/runs/{id}/events", params(("id" = String, Path, description = "The run's id, or how it begins")),
    responses((status = 200, body = serde_json::Value, content_type = "text/event-stream", description = "Events, until the run ends"))
)]
async fn run_events(
    State(state): State<AppState>,
    principal: Principal,
    Segments(id): Segments<String>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Problem> {
    // Listening begins before the run is looked up: nothing falls between.
    let steps = state.service.progress();
    let (run, _) = seen(&state, &principal, &id).await?;
    let fabric = state.store.linked_fabric_by_id(run.fabric.id).await?;
    let repository = fabric.map(|fabric| fabric.repository);
    let past: VecDeque<Progress> = repository.map(|id| state.service.passed(id)).unwrap_or_default().into();
    let told = past.iter().cloned().collect();
    let watch = Watch { state, run: run.id, repository, past, told, steps, over: false };
    Ok(Sse::new(unfold(watch, next)).keep_alive(KeepAlive::default()))
}

/// Somebody who watches a run.
struct Watch {
    state: AppState,
    run: RunId,
    repository: Option<RepositoryId>,
    /// Steps that passed before, and are still to be told.
    past: VecDeque<Progress>,
    /// All that passed before: what came in the same moment is not told twice.
    told: Vec<Progress>,
    steps: Receiver<Progress>,
    over: bool,
}

async fn next(mut watch: Watch) -> Option<(Result<Event, Infallible>, Watch)> {
    if watch.over {
        return None;
    }
    while let Some(progress) = watch.past.pop_front() {
        if watch.is_meant(&progress) {
            return Some((Ok(step(&progress)), watch));
        }
    }
    loop {
        if watch.state.is_closing() {
            return None;
        }
        if let Some(event) = watch.end().await {
            watch.over = true;
            return Some((Ok(event), watch));
        }
        // Another process may be at work: its steps do not pass here, and the store alone says when it has ended.
        match timeout(PROGRESS_LOOK, watch.steps.recv()).await {
            Ok(Ok(progress)) if watch.is_meant(&progress) && !watch.told.contains(&progress) => {
                return Some((Ok(step(&progress)), watch));
            }
            Ok(Err(RecvError::Closed)) => return None,
            Ok(Ok(_) | Err(RecvError::Lagged(_))) | Err(_) => {}
        }
    }
}

fn step(progress: &Progress) -> Event {
    let data = json!({"step": progress.step, "at": moment(progress.at_ms)});
    Event::default().event("step").data(data.to_string())
}

impl Watch {
    fn is_meant(&self, progress: &Progress) -> bool {
        match &progress.run {
            Some(run) => *run == self.run,
            None => Some(progress.repository) == self.repository,
        }
    }

    /// The last event, once the run has ended, or can no longer be read.
    async fn end(&self) -> Option<Event> {
        let data = match self.state.store.run(self.run.as_str()).await {
            Ok(hedgerow_store::RunMatch::One(run)) => {
                let ending = run.ending?;
                json!({"outcome": ending.outcome, "verification": ending.verification})
            }
            Ok(_) => json!({"problem": Kind::NotFound.word()}),
            Err(error) => json!({"problem": Problem::from(error).kind().word()}),
        };
        Some(Event::default().event("end").data(data.to_string()))
    }
}
