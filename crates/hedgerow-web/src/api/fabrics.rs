//! Linked fabrics: how they stand, what they are set to, where they are.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use hedgerow_store::{ConditionKind, ConditionRow, Hold, LinkedFabric, Owner, RepositoryId, Role, RunOutcome, Truth};
use hedgerow_sync::service::FabricStatus;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::named;
use crate::page::{Listing, PageQuery};
use crate::principal::Principal;
use crate::problem::Problem;
use crate::request::{IfMatch, Params, Segments, etag};
use crate::state::AppState;
use crate::time::moment;
use crate::words;

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list_fabrics)).routes(routes!(show_fabric, unlink_fabric))
}

/// A linked fabric, and how it stands.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Fabric)]
pub(crate) struct FabricView {
    /// Its name.
    name: String,
    /// The repository's name.
    repository: String,
    /// The branch.
    branch: String,
    /// The directory.
    directory: String,
    /// Who may change it.
    #[schema(value_type = words::Owner)]
    owner: Owner,
    /// Whether YAML directly in the directory counts as inbox.
    adopt: bool,
    /// How long after a look the next one is due, in ms; null: as the service says.
    interval_ms: Option<i64>,
    /// The branch that takes the commits, where people merge them.
    push_to: Option<String>,
    /// When it was linked to this place.
    #[schema(format = DateTime)]
    linked: Option<String>,
    /// Grows with each change; the answer's ETag.
    revision: i64,
    /// Why nothing is done for it, if somebody said so.
    suspension: Option<SuspensionView>,
    /// Whether all is placed, and the remote says so.
    #[schema(value_type = words::Truth)]
    ready: Truth,
    /// How it stands.
    conditions: Vec<ConditionView>,
    /// What the last run came to; null: none has ended.
    #[schema(value_type = Option<words::Outcome>)]
    outcome: Option<RunOutcome>,
    /// When a look was last attempted.
    #[schema(format = DateTime)]
    last_attempted: Option<String>,
    /// When the remote last said that all is as recorded.
    #[schema(format = DateTime)]
    last_verified: Option<String>,
    /// The branch's head then.
    last_verified_commit: Option<String>,
    /// When the next look is due.
    #[schema(format = DateTime)]
    next_due: Option<String>,
    /// From when on it is overdue.
    #[schema(format = DateTime)]
    overdue_from: Option<String>,
    /// What waits in the inbox, as git told it at the last run.
    inbox: InboxView,
    /// Documents that are held.
    held: i64,
    /// Objects that are gone, too many at once, and wait for a person's word.
    pending_deletions: i64,
    /// Whether its writes wait for a person.
    hold: Option<HoldView>,
    /// The step that a run is in just now, or hung in.
    step: Option<String>,
}

/// A person's word that nothing is to be done.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Suspension)]
struct SuspensionView {
    /// Who.
    by: String,
    /// Why.
    reason: String,
    /// When.
    #[schema(format = DateTime)]
    at: Option<String>,
}

/// A condition of a fabric.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Condition)]
struct ConditionView {
    /// Which.
    #[serde(rename = "type")]
    #[schema(value_type = words::ConditionKind)]
    type_: &'static str,
    /// How it stands.
    #[schema(value_type = words::Truth)]
    status: Truth,
    /// Why, in a word.
    reason: String,
    /// Why, in a sentence.
    message: String,
    /// When its status last changed.
    #[schema(format = DateTime)]
    last_transition: Option<String>,
}

/// What waits in an inbox.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Inbox)]
struct InboxView {
    /// How many files.
    files: i64,
    /// The oldest of them.
    oldest: Option<String>,
    /// Since when it waits.
    #[schema(format = DateTime)]
    since: Option<String>,
}

/// A fabric's writes wait for a person.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Hold)]
struct HoldView {
    /// Why.
    #[schema(value_type = words::HoldKind)]
    kind: hedgerow_store::HoldKind,
    /// What was seen.
    message: String,
    /// The commit that a person names to let it go on: `resume` with `accept`.
    commit: String,
    /// Since when.
    #[schema(format = DateTime)]
    since: Option<String>,
}

/// The linked fabrics, by name, and how they stand
#[utoipa::path(get, path = "/fabrics", params(PageQuery), responses((status = 200, body = Listing<FabricView>)))]
async fn list_fabrics(
    State(state): State<AppState>,
    principal: Principal,
    Params(page): Params<PageQuery>,
) -> Result<Json<Listing<FabricView>>, Problem> {
    let repositories = repository_names(&state).await?;
    let mut statuses: BTreeMap<String, FabricStatus> =
        state.service.statuses().await?.into_iter().map(|status| (status.name.clone(), status)).collect();
    let linked = state.store.linked_fabrics().await?.into_iter().filter(|fabric| principal.sees(&fabric.name));
    let both = linked.filter_map(|fabric| statuses.remove(&fabric.name).map(|status| (fabric, status)));
    let Listing { items, next } = page.of_named(both.collect(), |(fabric, _): &(LinkedFabric, _)| &fabric.name)?;
    let shown = items.into_iter().map(|(fabric, status)| view(fabric, status, &repositories)).collect();
    Ok(Json(Listing { items: shown, next }))
}

/// A linked fabric, and how it stands
#[utoipa::path(
    get, path = "/fabrics/{name}", params(("name" = String, Path, description = "The fabric's name")),
    responses((status = 200, body = FabricView))
)]
async fn show_fabric(
    State(state): State<AppState>,
    principal: Principal,
    Segments(name): Segments<String>,
) -> Result<Response, Problem> {
    let fabric = named::fabric(&state, &principal, Role::Viewer, &name).await?;
    answer(&state, fabric).await
}

/// Unlink a fabric
///
/// For operators. Its files stay as they are, and what is known of its runs and objects is kept.
#[utoipa::path(
    delete, path = "/fabrics/{name}",
    params(
        ("name" = String, Path, description = "The fabric's name"),
        ("If-Match" = Option<String>, Header, description = "The ETag that was read"),
    ),
    responses((status = 204, description = "It is unlinked"))
)]
async fn unlink_fabric(
    State(state): State<AppState>,
    principal: Principal,
    Segments(name): Segments<String>,
    IfMatch(revision): IfMatch,
) -> Result<StatusCode, Problem> {
    principal.must_be(Role::Operator)?;
    let fabric = named::fabric(&state, &principal, Role::Operator, &name).await?;
    state.store.unlink_fabric(fabric.id, revision, &principal.actor(&state)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The fabric, with its tag.
pub(crate) async fn answer(state: &AppState, fabric: LinkedFabric) -> Result<Response, Problem> {
    let tag = etag(fabric.revision);
    Ok(([tag], Json(shown(state, fabric).await?)).into_response())
}

pub(crate) async fn shown(state: &AppState, fabric: LinkedFabric) -> Result<FabricView, Problem> {
    let status = state.service.status(fabric.id).await?;
    let status = status.ok_or_else(|| Problem::absent(format_args!("fabric {}", fabric.name)))?;
    Ok(view(fabric, status, &repository_names(state).await?))
}

async fn repository_names(state: &AppState) -> Result<BTreeMap<RepositoryId, String>, Problem> {
    Ok(state.store.repositories().await?.into_iter().map(|repository| (repository.id, repository.name)).collect())
}

fn view(fabric: LinkedFabric, status: FabricStatus, repositories: &BTreeMap<RepositoryId, String>) -> FabricView {
    let ready = status.conditions.iter().find(|row| row.kind == ConditionKind::Ready);
    FabricView {
        ready: ready.map_or(Truth::Unknown, |row| row.status),
        name: fabric.name,
        repository: repositories.get(&fabric.repository).cloned().unwrap_or_default(),
        branch: fabric.branch,
        directory: fabric.directory,
        owner: fabric.owner,
        adopt: fabric.adopt,
        interval_ms: fabric.interval_ms,
        push_to: fabric.push_to,
        linked: moment(fabric.linked_ms),
        revision: fabric.revision,
        suspension: fabric.suspension.map(|word| SuspensionView {
            by: word.by,
            reason: word.reason,
            at: moment(word.at_ms),
        }),
        conditions: status.conditions.into_iter().map(condition).collect(),
        outcome: status.outcome,
        last_attempted: status.last_attempted_ms.and_then(moment),
        last_verified: status.last_verified_ms.and_then(moment),
        last_verified_commit: status.last_verified,
        next_due: status.next_due_ms.and_then(moment),
        overdue_from: moment(status.overdue_from_ms),
        inbox: InboxView {
            files: status.inbox.files,
            oldest: status.inbox.oldest.as_ref().map(|oldest| oldest.path.clone()),
            since: status.inbox.oldest.and_then(|oldest| moment(oldest.since_ms)),
        },
        held: status.held,
        pending_deletions: status.pending_deletions,
        hold: status.hold.map(hold),
        step: status.step,
    }
}

fn condition(row: ConditionRow) -> ConditionView {
    let type_ = match row.kind {
        ConditionKind::Ready => "Ready",
        ConditionKind::Reconciling => "Reconciling",
        ConditionKind::Stalled => "Stalled",
        ConditionKind::Witnessed => "Witnessed",
        ConditionKind::Conserved => "Conserved",
        ConditionKind::Overdue => "Overdue",
    };
    let last_transition = moment(row.since_ms);
    ConditionView { type_, status: row.status, reason: row.reason, message: row.message, last_transition }
}

fn hold(hold: Hold) -> HoldView {
    HoldView { kind: hold.kind, message: hold.message, commit: hold.commit, since: moment(hold.since_ms) }
}
