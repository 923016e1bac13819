//! What operators do to a linked fabric: check, suspend, resume, ring for it.

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use hedgerow_git::BranchChoice;
use hedgerow_store::{Change, LinkedFabric, Repository, RepositoryId, Role};
use hedgerow_sync::check::{Checkup, Condition, Probe, Standing};
use hedgerow_sync::service::Place;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::linking::{Orphan, orphans};
use super::{fabrics, named, place, repositories, rings};
use crate::limits::MAX_REASON_BYTES;
use crate::principal::Principal;
use crate::problem::{Kind, Problem};
use crate::request::{Body, Segments};
use crate::state::AppState;
use crate::words;

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(check_repository))
        .routes(routes!(check_fabric))
        .routes(routes!(suspend_fabric))
        .routes(routes!(resume_fabric))
        .routes(routes!(sync_fabric))
}

/// Whether work can be done: every condition, in the order in which work needs them.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Checkup)]
pub(crate) struct CheckupView {
    /// Whether nothing failed.
    ok: bool,
    /// The conditions.
    conditions: Vec<StandingView>,
    /// Fabric directories of the branch that nobody linked.
    #[serde(skip_serializing_if = "Option::is_none")]
    orphans: Option<Vec<Orphan>>,
}

/// A condition of working.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WorkCondition)]
struct StandingView {
    /// What is asked.
    name: String,
    /// How it stands.
    #[schema(value_type = words::Standing)]
    standing: Standing,
    /// What was seen.
    message: String,
    /// What to do.
    hint: Option<String>,
}

/// Why a fabric is suspended.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Suspend {
    /// Why, for whoever wonders later.
    #[schema(min_length = 1, max_length = 1000)]
    reason: String,
}

/// How a fabric goes on.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Resume {
    /// The commit from which to go on, where the fabric's writes wait for a person: `hold.commit`.
    #[serde(default)]
    #[schema(max_length = 64)]
    accept: Option<String>,
}

/// A ring that was made.
#[derive(Debug, Serialize, ToSchema)]
struct Rung {
    /// The fabric.
    fabric: String,
    /// Where to see what becomes of it.
    ring: String,
}

/// Check a repository
///
/// For operators. Asks the remote itself: can it be reached and read, may this credential write as far as can be told
/// without writing. And which fabric directories wait there that nobody linked.
#[utoipa::path(
    post, path = "/repositories/{name}/check", params(("name" = String, Path, description = "The repository's name")),
    responses((status = 200, body = CheckupView))
)]
async fn check_repository(
    State(state): State<AppState>,
    principal: Principal,
    Segments(name): Segments<String>,
) -> Result<Json<CheckupView>, Problem> {
    principal.must_be(Role::Operator)?;
    let repository = repositories::find(&state, &principal, &name).await?;
    let place = branch_place(&state, &repository).await?;
    let checkup = state.service.check_repository(&place, Probe::No, |_| ()).await.unwrap_or_else(failed_checkup);
    let orphans = match checkup.is_ok() {
        true => Some(orphans(&state, &repository, &place).await?),
        false => None,
    };
    let mut shown = view(checkup);
    for orphan in orphans.iter().flatten() {
        let waiting = match orphan.waiting.len() {
            1 => "1 file waits".to_owned(),
            files => format!("{files} files wait"),
        };
        shown.conditions.push(StandingView {
            name: "orphan".to_owned(),
            standing: Standing::Unproven,
            message: format!("{}: nobody linked it; {waiting} in its inbox", orphan.directory),
            hint: Some("hedgerow fabric link".to_owned()),
        });
    }
    Ok(Json(CheckupView { orphans, ..shown }))
}

/// Check a fabric
///
/// For operators. Asks the remote itself: every condition of a run, a line each.
#[utoipa::path(
    post, path = "/fabrics/{name}/check", params(("name" = String, Path, description = "The fabric's name")),
    responses((status = 200, body = CheckupView))
)]
async fn check_fabric(
    State(state): State<AppState>,
    principal: Principal,
    Segments(name): Segments<String>,
) -> Result<Json<CheckupView>, Problem> {
    let fabric = named::fabric(&state, &principal, Role::Operator, &name).await?;
    let checkup = state.service.check(&place::of(&fabric)?, Probe::No).await;
    Ok(Json(view(checkup.unwrap_or_else(failed_checkup))))
}

/// Suspend a fabric
///
/// For operators. Nothing is done for it until somebody resumes it. One that is suspended already gets the new reason.
#[utoipa::path(
    post, path = "/fabrics/{name}/suspend", request_body = Suspend,
    params(("name" = String, Path, description = "The fabric's name")),
    responses((status = 200, body = fabrics::FabricView))
)]
async fn suspend_fabric(
    State(state): State<AppState>,
    principal: Principal,
    Segments(name): Segments<String>,
    Body(wanted): Body<Suspend>,
) -> Result<Response, Problem> {
    let fabric = named::fabric(&state, &principal, Role::Operator, &name).await?;
    let reason = wanted.reason.trim();
    if reason.is_empty() || reason.len() > MAX_REASON_BYTES {
        return Err(Problem::new(Kind::Invalid, format!("a reason has 1 to {MAX_REASON_BYTES} bytes")));
    }
    let suspended = state.store.suspend(fabric.id, reason, &principal.actor(&state)).await?;
    state.service.tell(&suspended).await?;
    fabrics::answer(&state, suspended).await
}

/// Resume a fabric
///
/// For operators. Ends its suspension, and rings for it. Where its writes wait for a person, `accept` names the commit that
/// `hold.commit` shows: whoever resumes has seen it.
#[utoipa::path(
    post, path = "/fabrics/{name}/resume", request_body = Resume,
    params(("name" = String, Path, description = "The fabric's name")),
    responses((status = 200, body = fabrics::FabricView))
)]
async fn resume_fabric(
    State(state): State<AppState>,
    principal: Principal,
    Segments(name): Segments<String>,
    Body(wanted): Body<Resume>,
) -> Result<Response, Problem> {
    let fabric = named::fabric(&state, &principal, Role::Operator, &name).await?;
    let actor = principal.actor(&state);
    accept(&state, &fabric, wanted.accept.as_deref(), &principal).await?;
    let resumed = state.store.unsuspend(fabric.id, &actor).await?;
    state.service.tell(&resumed).await?;
    let repository = repository_of(&state, resumed.repository).await?;
    rings::ring(&state, &repository, Some(&resumed), principal.trigger()).await?;
    fabrics::answer(&state, resumed).await
}

/// A person's word about a hold names what was seen: otherwise it might be about another one, which came since.
async fn accept(
    state: &AppState,
    fabric: &LinkedFabric,
    commit: Option<&str>,
    principal: &Principal,
) -> Result<(), Problem> {
    let hold = state.store.liveness(fabric.id).await?.hold;
    let (hold, commit) = match (hold, commit) {
        (None, None) => return Ok(()),
        (None, Some(_)) => return Err(Problem::new(Kind::Conflict, "nothing waits for a person's word")),
        (Some(hold), None) => {
            return Err(Problem::new(Kind::Choice, format!("its writes wait for a person: {}", hold.message))
                .hint(format!("look at {0}, and send accept: {0}", hold.commit)));
        }
        (Some(hold), Some(commit)) => (hold, commit),
    };
    if hold.commit != commit {
        return Err(Problem::new(Kind::Conflict, format!("the hold names {}, and not that commit", hold.commit)));
    }
    let by = principal.actor(state);
    state.service.accept(fabric, commit, &by.name, principal.trigger()).await?;
    let change = Change {
        action: "fabric.accept",
        subject: format!("fabric/{}", fabric.name),
        before: serde_json::to_value(&hold).ok(),
        after: Some(json!({"accepted": commit})),
    };
    Ok(state.store.append_audit(&change, &by).await?)
}

/// Ring for a fabric
///
/// For operators. The answer comes at once; the ring's address tells what becomes of it.
#[utoipa::path(
    post, path = "/fabrics/{name}/sync", params(("name" = String, Path, description = "The fabric's name")),
    responses((status = 202, body = Rung))
)]
async fn sync_fabric(
    State(state): State<AppState>,
    principal: Principal,
    Segments(name): Segments<String>,
) -> Result<Response, Problem> {
    let fabric = named::fabric(&state, &principal, Role::Operator, &name).await?;
    if let Some(word) = &fabric.suspension {
        let words = format!("{name} is suspended by {}: {}", word.by, word.reason);
        return Err(Problem::new(Kind::Suspended, words).hint(format!("hedgerow fabric resume {name}")));
    }
    let repository = repository_of(&state, fabric.repository).await?;
    let ring = rings::ring(&state, &repository, Some(&fabric), principal.trigger()).await?;
    let body = Json(Rung { fabric: name, ring: ring.clone() });
    Ok((StatusCode::ACCEPTED, [(header::LOCATION, ring)], body).into_response())
}

pub(crate) async fn repository_of(state: &AppState, id: RepositoryId) -> Result<Repository, Problem> {
    let found = state.store.repository_by_id(id).await?;
    found.ok_or_else(|| Problem::new(Kind::Internal, "the fabric's repository is not there"))
}

/// The branch by which a repository is looked at: that of its first fabric, or the remote's own.
pub(crate) async fn branch_place(state: &AppState, repository: &Repository) -> Result<Place, Problem> {
    let linked = state.store.linked_fabrics_of(repository.id).await?;
    let branch = match linked.first() {
        Some(fabric) => BranchChoice::Named(place::branch_name(&fabric.branch)?),
        None => BranchChoice::RemoteHead,
    };
    Ok(Place { repository: repository.id, branch, directory: None, adopt: false })
}

/// What could not even be begun, as a checkup: the credential, most often.
pub(crate) fn failed_checkup(failure: hedgerow_sync::Failure) -> Checkup {
    let reason = failure.reason();
    let condition =
        Condition { name: "credential", standing: Standing::Failed, message: reason.message, hint: reason.hint };
    Checkup { conditions: vec![condition] }
}

fn view(checkup: Checkup) -> CheckupView {
    let ok = checkup.is_ok();
    let conditions = checkup.conditions.into_iter().map(|condition| StandingView {
        name: condition.name.to_owned(),
        standing: condition.standing,
        message: condition.message,
        hint: condition.hint,
    });
    CheckupView { ok, conditions: conditions.collect(), orphans: None }
}
