//! Rings at a repository's door, and what became of them.

use axum::Json;
use axum::extract::State;
use hedgerow_store::{
    FabricId, LinkedFabric, Reason, Repository, RepositoryId, Ring, RingSeq, RunFilter, Trigger, Visit, VisitOutcome,
};
use hedgerow_sync::service::RunOnce;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::named::chosen;
use super::repositories::find;
use crate::principal::Principal;
use crate::problem::Problem;
use crate::request::{Params, Segments};
use crate::router::BASE;
use crate::state::{Answers, AppState};
use crate::time::moment;
use crate::words;

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(show_ring))
}

/// A ring, and what became of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Ring)]
struct RingView {
    /// The repository.
    repository: String,
    /// Its number at that door.
    seq: i64,
    /// What became of it.
    #[schema(value_type = words::RingState)]
    state: Ring,
    /// Whether a look that began after it has ended.
    answered: bool,
    /// What is being done at this moment, in words.
    step: Option<String>,
    /// The look that answered it; null: it was not answered yet, or that is longer ago than is remembered.
    visit: Option<VisitView>,
    /// Of the fabric that was asked for, the run that tells how it stands after the answer.
    run: Option<String>,
}

/// A look at a repository.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Visit)]
struct VisitView {
    /// What it came to.
    #[schema(value_type = words::VisitOutcome)]
    outcome: VisitOutcome,
    /// Why it was made.
    causes: Vec<String>,
    /// When it began.
    #[schema(format = DateTime)]
    started: Option<String>,
    /// When it ended.
    #[schema(format = DateTime)]
    finished: Option<String>,
    /// Why it failed.
    reason: Option<ReasonView>,
    /// The runs of its fabrics.
    runs: Vec<String>,
}

/// Why something failed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Reason)]
pub(crate) struct ReasonView {
    /// A word.
    code: String,
    /// A sentence.
    message: String,
}

/// Of which fabric.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct RingQuery {
    /// Tell this fabric's run. A token for some fabrics names one.
    fabric: Option<String>,
}

/// What became of a ring
#[utoipa::path(
    get, path = "/rings/{repository}/{seq}",
    params(
        ("repository" = String, Path, description = "The repository's name"),
        ("seq" = i64, Path, description = "The ring's number"),
        RingQuery,
    ),
    responses((status = 200, body = RingView))
)]
async fn show_ring(
    State(state): State<AppState>,
    principal: Principal,
    Segments((name, seq)): Segments<(String, i64)>,
    Params(query): Params<RingQuery>,
) -> Result<Json<RingView>, Problem> {
    let repository = find(&state, &principal, &name).await?;
    let fabric = chosen(&state, &principal, query.fabric.as_deref()).await?;
    let (ring, visit) = state.store.ring_answer(repository.id, RingSeq(seq)).await?;
    if ring == Ring::Unknown {
        return Err(Problem::absent(format_args!("ring {seq} at {name}")));
    }
    let answered = ring == Ring::Answered;
    let run = match fabric {
        Some(fabric) => run_of(&state, fabric, visit.as_ref(), answered).await?,
        None => None,
    };
    let step = match (ring, fabric) {
        (Ring::Running, Some(fabric)) => state.service.status(fabric).await?.and_then(|status| status.step),
        _ => None,
    };
    let visit = visit.map(visit_view);
    Ok(Json(RingView { repository: name, seq, state: ring, answered, step, visit, run }))
}

/// Of the visit's runs the fabric's; where the visit found nothing to run, the fabric's newest, which still says how it is.
async fn run_of(
    state: &AppState,
    fabric: FabricId,
    visit: Option<&Visit>,
    answered: bool,
) -> Result<Option<String>, Problem> {
    let filter = RunFilter { fabric: Some(fabric), ..RunFilter::default() };
    let newest = state.store.runs(&filter, 20, None).await?.items;
    let of_visit = newest.iter().find(|run| visit.is_some_and(|visit| visit.runs.contains(&run.id)));
    let run = of_visit.or_else(|| newest.iter().find(|run| answered && run.ending.is_some()));
    Ok(run.or_else(|| newest.iter().find(|run| run.ending.is_none())).map(|run| run.id.to_string()))
}

fn visit_view(visit: Visit) -> VisitView {
    VisitView {
        outcome: visit.outcome,
        causes: visit.causes,
        started: moment(visit.started_ms),
        finished: moment(visit.finished_ms),
        reason: visit.reason.map(|Reason { code, text }| ReasonView { code, message: text }),
        runs: visit.runs.iter().map(ToString::to_string).collect(),
    }
}

/// Rings at the door of `repository`, and gives the ring's address.
pub(crate) async fn ring(
    state: &AppState,
    repository: &Repository,
    fabric: Option<&LinkedFabric>,
    cause: Trigger,
) -> Result<String, Problem> {
    let seq = rung(state, repository.id, cause).await?;
    let address = format!("{BASE}/rings/{}/{seq}", repository.name);
    Ok(fabric.map_or_else(|| address.clone(), |fabric| format!("{address}?fabric={}", fabric.name)))
}

async fn rung(state: &AppState, repository: RepositoryId, cause: Trigger) -> Result<RingSeq, Problem> {
    match state.answers {
        Answers::Service => Ok(state.service.ring(repository, cause).await?),
        Answers::Here => match state.service.run_once(repository, cause).await? {
            RunOnce::Done(finished) => Ok(finished.rung),
            RunOnce::Elsewhere(seq) => Ok(seq),
        },
    }
}
