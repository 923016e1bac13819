//! Linking a fabric: the plan first, then the link. And changing one: a new place is tried before it takes over.

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use hedgerow_store::{FabricChange, LinkPlace, LinkedFabric, NewLink, Repository, Role};
use hedgerow_sync::check::{Probe, Standing};
use hedgerow_sync::service::Place;
use hedgerow_sync::{Preview, Seen};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::preview::told;
use super::{actions, fabrics, named, place, repositories, rings};
use crate::limits::MAX_INTERVAL;
use crate::principal::Principal;
use crate::problem::{Kind, Problem};
use crate::request::{Body, IfMatch, Params, Segments, etag};
use crate::router::BASE;
use crate::state::AppState;

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(link_fabric))
        .routes(routes!(plan_fabric))
        .routes(routes!(change_fabric))
        .routes(routes!(list_orphans))
}

/// A fabric to link.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct LinkFabric {
    /// Its name.
    #[schema(min_length = 1, max_length = 63, pattern = "^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    name: String,
    /// The repository's name.
    repository: String,
    /// The branch; left out: the one that the remote's HEAD names.
    #[serde(default)]
    #[schema(max_length = 255)]
    branch: Option<String>,
    /// The directory; left out: the only one that has `raw/`.
    #[serde(default)]
    #[schema(max_length = 4096)]
    directory: Option<String>,
    /// Whether YAML directly in the directory counts as inbox. Where such files are, it has to be said.
    #[serde(default)]
    adopt: Option<bool>,
    /// How long after a look the next one is due, in ms; left out: as the service says.
    #[serde(default)]
    #[schema(minimum = 1000, maximum = 604_800_000)]
    interval_ms: Option<i64>,
    /// The branch that takes the commits, where people merge them.
    #[serde(default)]
    #[schema(max_length = 255)]
    push_to: Option<String>,
}

/// What to change of a fabric. What is left out stays; a new place is tried first.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ChangeFabric {
    /// Another name.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 63, pattern = "^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    name: Option<String>,
    /// Another repository, by its name.
    #[serde(default)]
    repository: Option<String>,
    /// Another branch.
    #[serde(default)]
    #[schema(max_length = 255)]
    branch: Option<String>,
    /// Another directory.
    #[serde(default)]
    #[schema(max_length = 4096)]
    directory: Option<String>,
    /// Whether YAML directly in the directory counts as inbox.
    #[serde(default)]
    adopt: Option<bool>,
    /// How long after a look the next one is due, in ms; 0: as the service says.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 604_800_000)]
    interval_ms: Option<i64>,
    /// The branch that takes the commits; empty: the fabric's own.
    #[serde(default)]
    #[schema(max_length = 255)]
    push_to: Option<String>,
}

/// A fabric that was linked, and rung for.
#[derive(Debug, Serialize, ToSchema)]
struct Linked {
    #[serde(flatten)]
    fabric: fabrics::FabricView,
    /// Where to see what becomes of its first look.
    ring: String,
}

/// A fabric directory that nobody linked.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Orphan {
    /// The branch.
    pub(crate) branch: String,
    /// The directory.
    pub(crate) directory: String,
    /// The files that wait in its inbox.
    pub(crate) waiting: Vec<String>,
}

/// Plan a link
///
/// For operators. Nothing is linked and nothing written; of a fabric that is linked there, its next run is planned. The answer is what `plan -o json` prints, with `strays` (YAML
/// directly in the directory, about which `adopt` has to be said), `deployments` (what Argo CD, Flux and kustomizations have
/// from the directory before and after) and `warnings`, a sentence each, which whoever links must have seen. `differences` has what the
/// commit would change, file by file: `path`, `fate` (`moved`, `added`, `changed`, `removed`), `from` of a file that moves, and
/// `lines`, each with a sign and a space before it; `differences_left_out` says how many files more there are.
#[utoipa::path(
    post, path = "/fabrics/{name}/plan", request_body = LinkFabric,
    params(("name" = String, Path, description = "The name that it is to have")),
    responses((status = 200, body = Object))
)]
async fn plan_fabric(
    State(state): State<AppState>,
    principal: Principal,
    Segments(_): Segments<String>,
    Body(wanted): Body<LinkFabric>,
) -> Result<Json<Value>, Problem> {
    principal.must_be(Role::Operator)?;
    let (repository, place) = asked(&state, &principal, &wanted).await?;
    let preview = state.service.preview(&place).await?;
    if !is_itself(&state, &repository, &preview, &wanted.name).await? {
        free(&state, &repository, &preview, &wanted.name).await?;
    }
    Ok(Json(told(preview)))
}

/// Link a fabric
///
/// For operators. It is planned first, as by `POST …/plan`; where that fails, nothing is linked. Then its door is rung, and
/// nobody has to do anything more.
#[utoipa::path(
    post, path = "/fabrics", request_body = LinkFabric,
    responses((status = 201, body = Linked, headers(("Content-Location" = String, description = "The fabric's address"))))
)]
async fn link_fabric(
    State(state): State<AppState>,
    principal: Principal,
    Body(wanted): Body<LinkFabric>,
) -> Result<Response, Problem> {
    principal.must_be(Role::Operator)?;
    let (repository, place) = asked(&state, &principal, &wanted).await?;
    let preview = state.service.preview(&place).await?;
    if wanted.adopt.is_none() && !preview.strays.is_empty() {
        let strays = preview.strays.iter().map(ToString::to_string).collect();
        return Err(Problem::new(Kind::Choice, "YAML directly in the directory: adopt it, or leave it?")
            .others(strays)
            .hint("send adopt: true or false; the plan says what a deployer has of it"));
    }
    let new = NewLink {
        name: repositories::name(&wanted.name)?,
        place: link_place(&repository, &preview),
        adopt: wanted.adopt.unwrap_or(false),
        interval_ms: wanted.interval_ms,
        push_to: wanted.push_to,
    };
    let linked = state.store.link_fabric(&new, &principal.actor(&state)).await?;
    let ring = rings::ring(&state, &repository, Some(&linked), principal.trigger()).await?;
    let (tag, address) = (etag(linked.revision), format!("{BASE}/fabrics/{}", linked.name));
    let body = Json(Linked { fabric: fabrics::shown(&state, linked).await?, ring });
    Ok((StatusCode::CREATED, [(header::CONTENT_LOCATION, address)], [tag], body).into_response())
}

/// Change a fabric
///
/// For operators. Another repository, branch or directory is checked and planned first; until that goes well, the old place
/// stays in force. What is known of runs and objects stays with the old place.
#[utoipa::path(
    patch, path = "/fabrics/{name}", request_body = ChangeFabric,
    params(
        ("name" = String, Path, description = "The fabric's name"),
        ("If-Match" = Option<String>, Header, description = "The ETag that was read"),
    ),
    responses((status = 200, body = fabrics::FabricView))
)]
async fn change_fabric(
    State(state): State<AppState>,
    principal: Principal,
    Segments(name): Segments<String>,
    IfMatch(revision): IfMatch,
    Body(wanted): Body<ChangeFabric>,
) -> Result<Response, Problem> {
    principal.must_be(Role::Operator)?;
    let fabric = named::fabric(&state, &principal, Role::Operator, &name).await?;
    let change = settings(&wanted)?;
    let moves = wanted.repository.is_some() || wanted.branch.is_some() || wanted.directory.is_some();
    let (fabric, revision) = match moves {
        true => (moved(&state, &principal, fabric, &wanted, revision).await?, None),
        false => (fabric, revision),
    };
    let changed = match is_empty(&change) {
        true if moves => fabric,
        _ => state.store.change_fabric(fabric.id, &change, revision, &principal.actor(&state)).await?,
    };
    fabrics::answer(&state, changed).await
}

/// Where to look for fabric directories.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct OrphansQuery {
    /// The branch; left out: the one that the repository's linked fabrics are on, else the remote's own.
    #[param(max_length = 255)]
    branch: Option<String>,
}

/// Fabric directories that nobody linked
///
/// At a branch: each directory with `raw/` that is no linked fabric's, with the files that wait there. Asks the remote.
#[utoipa::path(
    get, path = "/repositories/{name}/orphans",
    params(("name" = String, Path, description = "The repository's name"), OrphansQuery),
    responses((status = 200, body = Vec<Orphan>))
)]
async fn list_orphans(
    State(state): State<AppState>,
    principal: Principal,
    Segments(name): Segments<String>,
    Params(query): Params<OrphansQuery>,
) -> Result<Json<Vec<Orphan>>, Problem> {
    principal.must_be(Role::Viewer)?;
    let repository = repositories::find(&state, &principal, &name).await?;
    let place = match query.branch.as_deref() {
        Some(branch) => place::place(repository.id, Some(branch), None, false)?,
        None => actions::branch_place(&state, &repository).await?,
    };
    orphans(&state, &repository, &place).await.map(Json)
}

/// The fabric directories of a place's branch that nobody linked.
pub(crate) async fn orphans(state: &AppState, repository: &Repository, place: &Place) -> Result<Vec<Orphan>, Problem> {
    let sight = state.service.sight(place).await?;
    let linked = state.store.linked_fabrics_of(repository.id).await?;
    let branch = sight.branch.as_str();
    let linked = linked.iter().filter(|fabric| fabric.branch == branch).map(place::directory);
    let linked = linked.collect::<Result<Vec<_>, _>>()?;
    let unclaimed = |seen: &Seen| !linked.iter().any(|dir| dir.overlaps(&seen.directory));
    let orphan = |seen: Seen| Orphan {
        branch: branch.to_owned(),
        directory: seen.directory.to_string(),
        waiting: seen.waiting.iter().map(ToString::to_string).collect(),
    };
    Ok(sight.directories.into_iter().filter(unclaimed).map(orphan).collect())
}

/// The repository and the place that a request means, as far as the request itself says.
async fn asked(state: &AppState, principal: &Principal, wanted: &LinkFabric) -> Result<(Repository, Place), Problem> {
    repositories::name(&wanted.name)?;
    interval(wanted.interval_ms)?;
    wanted.push_to.as_deref().map(place::branch_name).transpose()?;
    let repository = repositories::find(state, principal, &wanted.repository)
        .await
        .map_err(|problem| problem.in_a_body("repository"))?;
    let adopt = wanted.adopt.unwrap_or(false);
    let place = place::place(repository.id, wanted.branch.as_deref(), wanted.directory.as_deref(), adopt)?;
    Ok((repository, place))
}

fn link_place(repository: &Repository, preview: &Preview) -> LinkPlace {
    LinkPlace {
        repository: repository.id,
        branch: preview.branch.as_str().to_owned(),
        directory: preview.directory.clone(),
    }
}

/// Says before anything is done what the link itself would say: whose the name or the directory is.
async fn free(state: &AppState, repository: &Repository, preview: &Preview, name: &str) -> Result<(), Problem> {
    let taken = |with: String| Problem::new(Kind::Conflict, format!("{with} has it already")).others(vec![with]);
    for fabric in state.store.linked_fabrics().await? {
        if fabric.name == name {
            return Err(taken(format!("the fabric {name}")));
        }
        let same = fabric.repository == repository.id && fabric.branch == preview.branch.as_str();
        if same && place::directory(&fabric)?.overlaps(&preview.directory) {
            return Err(taken(format!("the fabric {} in {}", fabric.name, fabric.directory)));
        }
    }
    Ok(())
}

/// Whether the fabric of this name is linked in this very place: then its next run is what is planned.
async fn is_itself(state: &AppState, repository: &Repository, preview: &Preview, name: &str) -> Result<bool, Problem> {
    let Some(fabric) = state.store.linked_fabric(name).await? else { return Ok(false) };
    let same = fabric.repository == repository.id && fabric.branch == preview.branch.as_str();
    Ok(same && place::directory(&fabric)? == preview.directory)
}

/// The fabric in its new place, if that can be worked on.
async fn moved(
    state: &AppState,
    principal: &Principal,
    fabric: LinkedFabric,
    wanted: &ChangeFabric,
    revision: Option<i64>,
) -> Result<LinkedFabric, Problem> {
    let repository = match &wanted.repository {
        Some(name) => {
            repositories::find(state, principal, name).await.map_err(|problem| problem.in_a_body("repository"))?
        }
        None => actions::repository_of(state, fabric.repository).await?,
    };
    let old = place::directory(&fabric)?.to_string();
    let branch = wanted.branch.as_deref().or(wanted.repository.is_none().then_some(fabric.branch.as_str()));
    let adopt = wanted.adopt.unwrap_or(fabric.adopt);
    let place = place::place(repository.id, branch, Some(wanted.directory.as_deref().unwrap_or(&old)), adopt)?;
    let preview = state.service.preview(&place).await?;
    works(state, &place).await?;
    let actor = principal.actor(state);
    let moved = state.store.relink(fabric.id, &link_place(&repository, &preview), revision, &actor).await?;
    rings::ring(state, &repository, Some(&moved), principal.trigger()).await?;
    Ok(moved)
}

/// Every condition of a run, or the first that failed.
async fn works(state: &AppState, place: &Place) -> Result<(), Problem> {
    let checkup = state.service.check(place, Probe::No).await?;
    match checkup.conditions.into_iter().find(|condition| condition.standing == Standing::Failed) {
        None => Ok(()),
        Some(condition) => {
            let words = format!("the new place does not work, and the old one stays: {}", condition.message);
            let problem = Problem::new(Kind::Remote, words).reason(condition.name);
            Err(condition.hint.map(|hint| problem.clone().hint(hint)).unwrap_or(problem))
        }
    }
}

fn settings(wanted: &ChangeFabric) -> Result<FabricChange, Problem> {
    let push_to = wanted.push_to.as_deref().filter(|text| !text.is_empty());
    push_to.map(place::branch_name).transpose()?;
    interval(wanted.interval_ms.filter(|ms| *ms != 0))?;
    Ok(FabricChange {
        name: wanted.name.as_deref().map(repositories::name).transpose()?,
        adopt: wanted.adopt,
        interval_ms: wanted.interval_ms.map(|ms| (ms != 0).then_some(ms)),
        push_to: wanted.push_to.as_ref().map(|_| push_to.map(str::to_owned)),
    })
}

fn is_empty(change: &FabricChange) -> bool {
    change.name.is_none() && change.adopt.is_none() && change.interval_ms.is_none() && change.push_to.is_none()
}

fn interval(ms: Option<i64>) -> Result<(), Problem> {
    let shortest = hedgerow_sync::service::MIN_INTERVAL.as_millis();
    match ms.map(u128::try_from) {
        None => Ok(()),
        Some(Ok(ms)) if (shortest..=MAX_INTERVAL.as_millis()).contains(&ms) => Ok(()),
        Some(_) => Err(Problem::new(Kind::Invalid, "the interval is not within a second and a week")),
    }
}
