//! Hooks: addresses for forges to send to, and their secrets.

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use hedgerow_forge::webhook::Provider;
use hedgerow_store::{Hook, Name, NewHook, Owner, Role, Sealed, SecretPlace, hook_secret};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::repositories::find;
use crate::idempotency::RememberInstead;
use crate::page::{Listing, PageQuery};
use crate::principal::Principal;
use crate::problem::{Kind, Problem};
use crate::request::{Body, Params, Segments};
use crate::router::BASE;
use crate::state::AppState;
use crate::time::moment;
use crate::words;

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_hooks, create_hook))
        .routes(routes!(show_hook, remove_hook))
        .routes(routes!(rotate_hook))
}

/// A hook, without its secret.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Hook)]
struct HookView {
    /// Its name.
    name: String,
    /// Who sends.
    #[schema(value_type = words::Provider)]
    provider: String,
    /// The repository that it rings for; null: whichever the sender names.
    repository: Option<String>,
    /// Who may change it.
    #[schema(value_type = words::Owner)]
    owner: Owner,
    /// The address to enter at the sender; without a host where the service was told none.
    url: String,
    /// Who made it.
    created_by: String,
    /// When.
    #[schema(format = DateTime)]
    created: Option<String>,
    /// When its secret was made.
    #[schema(format = DateTime)]
    rotated: Option<String>,
    /// When something with a good signature last came in.
    #[schema(format = DateTime)]
    fired: Option<String>,
}

/// A hook whose secret was just made.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct HookWithSecret {
    /// Its secret, to enter at the sender. It is shown this once; null where the same request came a second time.
    secret: Option<String>,
    #[serde(flatten)]
    about: HookView,
}

/// A hook to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CreateHook {
    /// Its name.
    #[schema(min_length = 1, max_length = 63, pattern = "^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    name: String,
    /// Who will send.
    #[schema(value_type = words::Provider)]
    provider: String,
    /// The repository that it rings for. A forge's hook without one rings for whichever repository a push names.
    #[serde(default)]
    repository: Option<String>,
}

/// The hooks, by name
#[utoipa::path(get, path = "/hooks", params(PageQuery), responses((status = 200, body = Listing<HookView>)))]
async fn list_hooks(
    State(state): State<AppState>,
    principal: Principal,
    Params(page): Params<PageQuery>,
) -> Result<Json<Listing<HookView>>, Problem> {
    principal.must_be(Role::Viewer)?;
    let repositories = state.store.repositories().await?;
    let name = |hook: &Hook| repositories.iter().find(|r| Some(r.id) == hook.repository).map(|r| r.name.clone());
    let hooks = state.store.hooks().await?;
    let views = hooks.into_iter().map(|hook| view(&state, name(&hook), hook)).collect();
    page.of_named(views, |hook: &HookView| &hook.name).map(Json)
}

/// Make a hook
///
/// For administrators. The answer has the address and the secret to enter at the sender; the secret is shown this once.
#[utoipa::path(post, path = "/hooks", request_body = CreateHook, responses((status = 201, body = HookWithSecret)))]
async fn create_hook(
    State(state): State<AppState>,
    principal: Principal,
    Body(wanted): Body<CreateHook>,
) -> Result<Response, Problem> {
    principal.must_be(Role::Admin)?;
    let name = Name::parse(&wanted.name).map_err(|error| Problem::new(Kind::Invalid, error.to_string()))?;
    let provider: Provider =
        wanted.provider.parse().map_err(|_| Problem::new(Kind::Invalid, "the provider is none that is known"))?;
    if wanted.repository.is_none() && !provider.names_repository() {
        let why = format!("{provider} names no repository in what it sends: the hook has to");
        return Err(Problem::new(Kind::Invalid, why).hint("give `repository`"));
    }
    let repository = match &wanted.repository {
        Some(repository) => {
            Some(find(&state, &principal, repository).await.map_err(|problem| problem.in_a_body("repository"))?)
        }
        None => None,
    };
    let id = NewHook::new_id().map_err(no_randomness)?;
    let (secret, sealed) = new_secret(&state, &id)?;
    let (repository_id, provider) = (repository.as_ref().map(|found| found.id), provider.to_string());
    let new = NewHook { id, name, provider, repository: repository_id, sealed };
    let hook = state.store.add_hook(&new, &principal.actor(&state)).await?;
    let location = format!("{BASE}/hooks/{}", hook.name);
    let about = view(&state, repository.map(|found| found.name), hook);
    Ok(([(header::LOCATION, location)], shown(StatusCode::CREATED, &secret, about)).into_response())
}

/// A hook
#[utoipa::path(
    get, path = "/hooks/{name}", params(("name" = String, Path, description = "The hook's name")),
    responses((status = 200, body = HookView))
)]
async fn show_hook(
    State(state): State<AppState>,
    principal: Principal,
    Segments(name): Segments<String>,
) -> Result<Json<HookView>, Problem> {
    principal.must_be(Role::Viewer)?;
    let hook = state.store.hook_by_name(&name).await?.ok_or_else(|| Problem::absent(format_args!("hook {name}")))?;
    Ok(Json(view(&state, repository_name(&state, &hook).await?, hook)))
}

/// Give a hook another secret
///
/// For administrators. The old secret is worth nothing from then on; the address stays.
#[utoipa::path(
    post, path = "/hooks/{name}/rotate", params(("name" = String, Path, description = "The hook's name")),
    responses((status = 200, body = HookWithSecret))
)]
async fn rotate_hook(
    State(state): State<AppState>,
    principal: Principal,
    Segments(name): Segments<String>,
) -> Result<Response, Problem> {
    principal.must_be(Role::Admin)?;
    let hook = state.store.hook_by_name(&name).await?.ok_or_else(|| Problem::absent(format_args!("hook {name}")))?;
    let (secret, sealed) = new_secret(&state, &hook.id)?;
    let hook = state.store.rotate_hook(&name, &sealed, &principal.actor(&state)).await?;
    state.secrets().forget();
    Ok(shown(StatusCode::OK, &secret, view(&state, repository_name(&state, &hook).await?, hook)))
}

/// Remove a hook
///
/// For administrators. Its address answers no more; what came in by it stays on record.
#[utoipa::path(
    delete, path = "/hooks/{name}", params(("name" = String, Path, description = "The hook's name")),
    responses((status = 204, description = "It is gone"))
)]
async fn remove_hook(
    State(state): State<AppState>,
    principal: Principal,
    Segments(name): Segments<String>,
) -> Result<StatusCode, Problem> {
    principal.must_be(Role::Admin)?;
    state.store.remove_hook(&name, &principal.actor(&state)).await?;
    state.secrets().forget();
    Ok(StatusCode::NO_CONTENT)
}

fn new_secret(state: &AppState, id: &str) -> Result<(SecretString, Sealed), Problem> {
    let keys = state.keys.as_ref().ok_or_else(|| {
        Problem::new(Kind::NotConfigured, "the service has no sealing key, and keeps no secret in clear")
    })?;
    let secret = hook_secret().map_err(no_randomness)?;
    let sealed = keys.seal(&SecretPlace::hook(id), &secret).map_err(no_randomness)?;
    Ok((secret, sealed))
}

fn no_randomness(error: hedgerow_store::SealError) -> Problem {
    Problem::new(Kind::Internal, error.to_string())
}

/// With the secret now, and without where the same request comes again.
fn shown(status: StatusCode, secret: &SecretString, about: HookView) -> Response {
    let now = HookWithSecret { secret: Some(secret.expose_secret().to_owned()), about: about.clone() };
    let mut response = (status, Json(now)).into_response();
    let remembered = serde_json::json!(HookWithSecret { secret: None, about });
    response.extensions_mut().insert(RememberInstead(remembered));
    response
}

async fn repository_name(state: &AppState, hook: &Hook) -> Result<Option<String>, Problem> {
    let Some(id) = hook.repository else { return Ok(None) };
    let repositories = state.store.repositories().await?;
    Ok(repositories.into_iter().find(|repository| repository.id == id).map(|repository| repository.name))
}

fn view(state: &AppState, repository: Option<String>, hook: Hook) -> HookView {
    let base = state.public_url.as_deref().unwrap_or_default().trim_end_matches('/');
    HookView {
        url: format!("{base}/hooks/{}/{}", hook.provider, hook.id),
        name: hook.name,
        provider: hook.provider,
        repository,
        owner: hook.owner,
        created_by: hook.created_by,
        created: moment(hook.created_ms),
        rotated: moment(hook.rotated_ms),
        fired: hook.fired_ms.and_then(moment),
    }
}
