//! Repositories.

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use hedgerow_git::{RemoteError, RemoteUrl, Transport};
use hedgerow_store::{CredentialUse, Name, NewRepository, Owner, Repository, RepositoryChange, Role};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::credentials::{self, CredentialBody, CredentialView};
use crate::page::{Listing, PageQuery};
use crate::principal::Principal;
use crate::problem::{Kind, Problem};
use crate::request::{Body, IfMatch, Params, SecretBody, Segments, etag};
use crate::router::BASE;
use crate::state::AppState;
use crate::time::moment;
use crate::words;

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list_repositories, add_repository)).routes(routes!(
        show_repository,
        change_repository,
        remove_repository
    ))
}

/// A repository.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Repository)]
struct RepositoryView {
    /// Its name.
    name: String,
    /// The address that git is given.
    url: String,
    /// The one spelling that all spellings of this address have in common.
    canonical: String,
    /// Who may change it.
    #[schema(value_type = words::Owner)]
    owner: Owner,
    /// Grows with each change; the answer's ETag.
    revision: i64,
    /// When it was added.
    #[schema(format = DateTime)]
    created: Option<String>,
    /// The fabrics that are linked in it.
    fabrics: Vec<String>,
    /// What it is entered with; without any, as whoever runs the service.
    credentials: Vec<CredentialView>,
}

/// A repository to add.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AddRepository {
    /// Its name; left out: the last part of the address.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 63, pattern = "^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    name: Option<String>,
    /// Where it is: https or ssh. Without a password, and over https without a user.
    #[schema(min_length = 1, max_length = 2048)]
    url: String,
    /// What it is entered with, to write, and to read where no other is given for that.
    #[serde(default)]
    credential: Option<CredentialBody>,
}

/// What to change of a repository.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ChangeRepository {
    /// Another name.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 63, pattern = "^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    name: Option<String>,
}

/// The repositories, by name
///
/// A token for some fabrics sees those that hold one of them.
#[utoipa::path(get, path = "/repositories", params(PageQuery), responses((status = 200, body = Listing<RepositoryView>)))]
async fn list_repositories(
    State(state): State<AppState>,
    principal: Principal,
    Params(page): Params<PageQuery>,
) -> Result<Json<Listing<RepositoryView>>, Problem> {
    let fabrics = state.store.linked_fabrics().await?;
    let mut seen = Vec::new();
    for repository in state.store.repositories().await? {
        let names = fabrics.iter().filter(|fabric| fabric.repository == repository.id && principal.sees(&fabric.name));
        let names: Vec<String> = names.map(|fabric| fabric.name.clone()).collect();
        if principal.sees_all() || !names.is_empty() {
            seen.push((repository, names));
        }
    }
    let Listing { items, next } = page.of_named(seen, |(repository, _)| &repository.name)?;
    let mut shown = Vec::new();
    for (repository, names) in items {
        shown.push(view(&state, repository, names).await?);
    }
    Ok(Json(Listing { items: shown, next }))
}

/// Add a repository
///
/// For administrators. Nothing is asked of the remote yet: `POST …/check` does.
#[utoipa::path(
    post, path = "/repositories", request_body = AddRepository, responses((status = 201, body = RepositoryView))
)]
async fn add_repository(
    State(state): State<AppState>,
    principal: Principal,
    SecretBody(wanted): SecretBody<AddRepository>,
) -> Result<Response, Problem> {
    principal.must_be(Role::Admin)?;
    let place = place(&state, &wanted.url)?;
    let name = wanted.name.map_or_else(|| name_of(&place.canonical), Ok)?;
    let new = NewRepository { name: self::name(&name)?, url: place.canonical, address: place.address };
    // Whatever is wrong with the credential is found before anything is kept.
    let credential = wanted.credential.map(|body| body.check(&place.url)).transpose()?;
    let actor = principal.actor(&state);
    let mut added = state.store.add_repository(&new, &actor).await?;
    if let Some(credential) = credential {
        credentials::put(&state, &added, CredentialUse::Write, credential, None, &actor).await?;
        added = find(&state, &principal, &added.name).await?;
    }
    let location = format!("{BASE}/repositories/{}", added.name);
    let tag = etag(added.revision);
    let shown = view(&state, added, Vec::new()).await?;
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], [tag], Json(shown)).into_response())
}

/// A repository
#[utoipa::path(
    get, path = "/repositories/{name}", params(("name" = String, Path, description = "The repository's name")),
    responses((status = 200, body = RepositoryView))
)]
async fn show_repository(
    State(state): State<AppState>,
    principal: Principal,
    Segments(name): Segments<String>,
) -> Result<Response, Problem> {
    let repository = find(&state, &principal, &name).await?;
    answer(&state, &principal, repository).await
}

/// Give a repository another name
///
/// For administrators.
#[utoipa::path(
    patch, path = "/repositories/{name}", request_body = ChangeRepository,
    params(
        ("name" = String, Path, description = "The repository's name"),
        ("If-Match" = Option<String>, Header, description = "The ETag that was read"),
    ),
    responses((status = 200, body = RepositoryView))
)]
async fn change_repository(
    State(state): State<AppState>,
    principal: Principal,
    Segments(name): Segments<String>,
    IfMatch(revision): IfMatch,
    Body(wanted): Body<ChangeRepository>,
) -> Result<Response, Problem> {
    principal.must_be(Role::Admin)?;
    let repository = find(&state, &principal, &name).await?;
    let name = wanted.name.as_deref().map(self::name).transpose()?;
    let change = RepositoryChange { name, address: None };
    let changed = state.store.change_repository(repository.id, &change, revision, &principal.actor(&state)).await?;
    answer(&state, &principal, changed).await
}

/// Remove a repository, and its credentials
///
/// For administrators. One with linked fabrics is not removed. What is known of its runs and objects is kept.
#[utoipa::path(
    delete, path = "/repositories/{name}",
    params(
        ("name" = String, Path, description = "The repository's name"),
        ("If-Match" = Option<String>, Header, description = "The ETag that was read"),
    ),
    responses((status = 204, description = "It is removed"))
)]
async fn remove_repository(
    State(state): State<AppState>,
    principal: Principal,
    Segments(name): Segments<String>,
    IfMatch(revision): IfMatch,
) -> Result<StatusCode, Problem> {
    principal.must_be(Role::Admin)?;
    let repository = find(&state, &principal, &name).await?;
    state.store.remove_repository(repository.id, revision, &principal.actor(&state)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The repository of this name, if `principal` may see it.
pub(crate) async fn find(state: &AppState, principal: &Principal, name: &str) -> Result<Repository, Problem> {
    let absent = || Problem::absent(format_args!("repository {name}"));
    // What is no name is nobody's; the store is not even asked, since not every database can hold any text.
    Name::parse(name).map_err(|_| absent())?;
    let repository = state.store.repository_by_name(name).await?.ok_or_else(absent)?;
    if principal.sees_all() || !names(state, principal, &repository).await?.is_empty() {
        Ok(repository)
    } else {
        Err(absent())
    }
}

async fn names(state: &AppState, principal: &Principal, repository: &Repository) -> Result<Vec<String>, Problem> {
    let linked = state.store.linked_fabrics_of(repository.id).await?;
    Ok(linked.into_iter().map(|fabric| fabric.name).filter(|name| principal.sees(name)).collect())
}

async fn answer(state: &AppState, principal: &Principal, repository: Repository) -> Result<Response, Problem> {
    let fabrics = names(state, principal, &repository).await?;
    let tag = etag(repository.revision);
    Ok(([tag], Json(view(state, repository, fabrics).await?)).into_response())
}

async fn view(state: &AppState, repository: Repository, fabrics: Vec<String>) -> Result<RepositoryView, Problem> {
    let credentials = state.store.credentials(repository.id).await?.into_iter().map(credentials::view).collect();
    Ok(RepositoryView {
        name: repository.name,
        url: repository.address,
        canonical: repository.url,
        owner: repository.owner,
        revision: repository.revision,
        created: moment(repository.created_ms),
        fabrics,
        credentials,
    })
}

/// A repository's address, checked.
pub(crate) struct Place {
    /// The parsed URL.
    pub(crate) url: RemoteUrl,
    /// The one spelling.
    pub(crate) canonical: String,
    /// As git is given it.
    pub(crate) address: String,
}

/// The place that a request names. A user over https is refused: it is often a token.
pub(crate) fn place(state: &AppState, text: &str) -> Result<Place, Problem> {
    let invalid = |words: String| Problem::new(Kind::Invalid, words);
    let text = text.trim();
    let url = RemoteUrl::parse(text).map_err(|error| invalid(error.to_string()))?;
    let address = match url.transport() {
        Transport::Ssh => text.to_owned(),
        Transport::Https | Transport::Http if url.user().is_some() => {
            return Err(invalid("the URL names a user: leave it out, and give it with the credential".to_owned()));
        }
        Transport::Path if !text.starts_with('/') && !text.starts_with("file:") => {
            return Err(invalid("a path is absolute here: the service is elsewhere".to_owned()));
        }
        _ => url.to_string(),
    };
    if let Some(guard) = &state.guard {
        let refused = |error: RemoteError| Problem::new(Kind::Address, error.to_string());
        guard.admits(&url).map_err(refused)?;
    }
    Ok(Place { canonical: url.canonical(), url, address })
}

/// The name that a repository has when nobody gives it one.
fn name_of(canonical: &str) -> Result<String, Problem> {
    let last = canonical.trim_end_matches('/').rsplit(['/', ':']).next().unwrap_or_default();
    let name = last.strip_suffix(".git").unwrap_or(last).to_owned();
    Name::parse(&name).map(|_| name).map_err(|_| Problem::new(Kind::Invalid, "the address gives no name: name it"))
}

pub(crate) fn name(text: &str) -> Result<Name, Problem> {
    Name::parse(text).map_err(|error| Problem::new(Kind::Invalid, error.to_string()))
}
