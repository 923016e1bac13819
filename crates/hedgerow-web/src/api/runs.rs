//! Runs, and what they left.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use hedgerow_core::plan::Counts;
use hedgerow_store::{RunFilter, RunMatch, RunOutcome, RunRecord, RunTexts, Trigger, Verification};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::named::{Names, chosen};
use super::repositories::find;
use crate::page::{Listing, PageQuery, listing};
use crate::principal::Principal;
use crate::problem::{Kind, Problem};
use crate::request::{Params, Segments};
use crate::state::AppState;
use crate::time::moment;
use crate::words;

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_runs))
        .routes(routes!(show_run))
        .routes(routes!(run_ledger))
        .routes(routes!(run_findings))
}

/// A run, in a line.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Run)]
pub(crate) struct RunView {
    /// Its id.
    id: String,
    /// The fabric's name; null: it is not linked.
    fabric: Option<String>,
    /// The repository's canonical address.
    url: String,
    /// The branch.
    branch: String,
    /// The fabric's directory.
    directory: String,
    /// What made it start.
    #[schema(value_type = words::Trigger)]
    trigger: Trigger,
    /// When it started.
    #[schema(format = DateTime)]
    started: Option<String>,
    /// When it ended; null: it is open.
    #[schema(format = DateTime)]
    finished: Option<String>,
    /// What it did; null: it is open.
    #[schema(value_type = Option<words::Outcome>)]
    outcome: Option<RunOutcome>,
    /// Why it failed, in a word.
    reason: Option<String>,
    /// What a second look at the remote said.
    #[schema(value_type = Option<words::Verification>)]
    verification: Option<Verification>,
    /// The commit that it made.
    commit: Option<String>,
    /// The branch's head at the last look.
    head: Option<String>,
    /// How many documents came to what.
    #[schema(value_type = Option<Object>)]
    counts: Option<Counts>,
}

/// Which runs.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct RunQuery {
    /// Of this fabric alone. A token for some fabrics names one.
    fabric: Option<String>,
    /// Of this repository alone.
    repository: Option<String>,
    /// With this outcome alone.
    #[param(value_type = Option<words::Outcome>)]
    outcome: Option<String>,
}

/// The runs, newest first
#[utoipa::path(get, path = "/runs", params(RunQuery, PageQuery), responses((status = 200, body = Listing<RunView>)))]
async fn list_runs(
    State(state): State<AppState>,
    principal: Principal,
    Params(query): Params<RunQuery>,
    Params(page): Params<PageQuery>,
) -> Result<Json<Listing<RunView>>, Problem> {
    let fabric = chosen(&state, &principal, query.fabric.as_deref()).await?;
    let repository = match &query.repository {
        Some(name) => Some(find(&state, &principal, name).await?.url),
        None => None,
    };
    let unknown = |words: String| Problem::new(Kind::Malformed, words);
    let outcome = query.outcome.as_deref().map(str::parse).transpose().map_err(unknown)?;
    let filter = RunFilter { fabric, repository, outcome };
    let names = Names::read(&state).await?;
    let runs = state.store.runs(&filter, page.limit()?, page.cursor()?).await?;
    Ok(listing(runs, |run| view(&run, &names)))
}

/// A run, with all that it reported
///
/// What `sync -o json` prints (the reference page on JSON has every key), with the keys of the list's rows beside them,
/// and `reason` as an object. While the run is open, these alone. The beginning of an id is enough where it is the only one.
#[utoipa::path(
    get, path = "/runs/{id}", params(("id" = String, Path, description = "The run's id, or how it begins")),
    responses((status = 200, body = Object))
)]
async fn show_run(
    State(state): State<AppState>,
    principal: Principal,
    Segments(id): Segments<String>,
) -> Result<Json<Value>, Problem> {
    let (run, names) = seen(&state, &principal, &id).await?;
    let line = serde_json::to_value(view(&run, &names)).expect("a run is JSON");
    let Some(texts) = state.store.texts(&run.id).await? else { return Ok(Json(line)) };
    let mut report = report(&texts)?;
    let linked = names.of(run.fabric.id);
    if let (Value::Object(report), Value::Object(line)) = (&mut report, line) {
        report.extend(line.into_iter().filter(|(key, _)| !["reason", "counts", "fabric"].contains(&key.as_str())));
        if let Some(name) = linked {
            report.insert("fabric".to_owned(), name.into());
        }
    }
    Ok(Json(report))
}

/// A run's ledger
///
/// Its exact lines, as in the format's reference. Empty while the run is open.
#[utoipa::path(
    get, path = "/runs/{id}/ledger", params(("id" = String, Path, description = "The run's id, or how it begins")),
    responses((status = 200, body = String, content_type = "text/plain; charset=utf-8"))
)]
async fn run_ledger(
    State(state): State<AppState>,
    principal: Principal,
    Segments(id): Segments<String>,
) -> Result<Response, Problem> {
    let (run, _) = seen(&state, &principal, &id).await?;
    let ledger = state.store.texts(&run.id).await?.map(|texts| texts.ledger).unwrap_or_default();
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], ledger).into_response())
}

/// A run's findings
///
/// What it has to tell people about their files. Empty while the run is open.
#[utoipa::path(
    get, path = "/runs/{id}/findings", params(("id" = String, Path, description = "The run's id, or how it begins")),
    responses((status = 200, body = Vec<Object>))
)]
async fn run_findings(
    State(state): State<AppState>,
    principal: Principal,
    Segments(id): Segments<String>,
) -> Result<Json<Value>, Problem> {
    let (run, _) = seen(&state, &principal, &id).await?;
    match state.store.texts(&run.id).await? {
        Some(texts) => Ok(Json(report(&texts)?["findings"].take())),
        None => Ok(Json(Value::Array(Vec::new()))),
    }
}

/// The run that `id` names, if `principal` may see it.
pub(crate) async fn seen(state: &AppState, principal: &Principal, id: &str) -> Result<(RunRecord, Names), Problem> {
    let absent = || Problem::absent(format_args!("run {id}"));
    let names = Names::read(state).await?;
    match state.store.run(id).await? {
        RunMatch::One(run) if names.are_seen(principal, run.fabric.id) => Ok((*run, names)),
        RunMatch::Several(ids) if principal.sees_all() => {
            let ids = ids.into_iter().map(|id| id.to_string()).collect();
            Err(Problem::new(Kind::Conflict, format!("several runs begin with {id}")).others(ids))
        }
        _ => Err(absent()),
    }
}

fn report(texts: &RunTexts) -> Result<Value, Problem> {
    serde_json::from_str(&texts.report).map_err(|_| Problem::new(Kind::Internal, "the run's report cannot be read"))
}

pub(crate) fn view(run: &RunRecord, names: &Names) -> RunView {
    let ending = run.ending.as_ref();
    let key = &run.fabric.key;
    RunView {
        id: run.id.to_string(),
        fabric: names.of(run.fabric.id),
        url: key.repository.clone(),
        branch: key.branch.clone(),
        directory: key.directory.clone(),
        trigger: run.trigger,
        started: moment(run.started_ms),
        finished: ending.and_then(|ending| moment(ending.finished_ms)),
        outcome: ending.map(|ending| ending.outcome),
        reason: ending.and_then(|ending| ending.reason.as_ref()).map(|reason| reason.code.clone()),
        verification: ending.map(|ending| ending.verification),
        commit: ending.and_then(|ending| ending.commit.clone()),
        head: ending.and_then(|ending| ending.head.clone()),
        counts: ending.and_then(|ending| Counts::parse(&ending.counts)),
    }
}
