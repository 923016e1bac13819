//! Objects: what the fabrics have, where it came from, and what it was.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use hedgerow_core::path::TreePath;
use hedgerow_git::{CommitId, FileLook};
use hedgerow_store::{ObjectFilter, ObjectRecord, ObjectState, ObjectVersion, Provenance};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::named::{Names, chosen};
use crate::page::{Listing, PageQuery, listing};
use crate::principal::Principal;
use crate::problem::{Kind, Problem};
use crate::request::{Params, Segments};
use crate::state::AppState;
use crate::words;

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_objects))
        .routes(routes!(show_object))
        .routes(routes!(object_versions))
        .routes(routes!(object_yaml))
}

/// An object, in a line.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Object)]
struct ObjectView {
    /// Its number here, for its address.
    id: String,
    /// The fabric's name; null: it is not linked.
    fabric: Option<String>,
    /// The repository's canonical address.
    url: String,
    /// The branch.
    branch: String,
    /// The fabric's directory.
    directory: String,
    /// The API's group.
    group: String,
    /// The API's version.
    version: String,
    /// Its kind.
    kind: String,
    /// Its namespace.
    namespace: String,
    /// Its name.
    name: String,
    /// Its labels.
    #[schema(value_type = std::collections::BTreeMap<String, String>)]
    labels: Value,
    /// Its managed file.
    path: String,
    /// Over its value, canonically ordered.
    digest: String,
    /// The commit with which this version of it was first seen.
    commit: String,
    /// How it stands.
    #[schema(value_type = words::ObjectState)]
    state: ObjectState,
    /// Whether it is gone from the tree, with too many others at once, and waits for a person's word.
    deletion_waits: bool,
    /// The inbox document that it came from; null: it did not come through the inbox.
    from: Option<FromView>,
    /// The run that saw it first.
    first_seen: String,
    /// The run that last saw it change.
    last_changed: String,
}

/// An inbox document.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = From)]
struct FromView {
    /// The commit whose inbox held it.
    commit: String,
    /// The file.
    file: String,
    /// The document's index in it, from 0; null: the whole file.
    index: Option<usize>,
}

/// An object, with its value.
#[derive(Debug, Serialize, ToSchema)]
struct ObjectDetail {
    #[serde(flatten)]
    line: ObjectView,
    /// The whole object.
    #[schema(value_type = Object)]
    value: Value,
}

/// What an object was, from a commit on.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ObjectVersion)]
struct VersionView {
    /// The commit with which it was seen.
    commit: String,
    /// The run that saw it.
    run: String,
    /// The API's version.
    version: String,
    /// Where it stood.
    path: String,
    /// Over its value, canonically ordered.
    digest: String,
    /// How it stood.
    #[schema(value_type = words::ObjectState)]
    state: ObjectState,
}

/// Which objects.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ObjectQuery {
    /// Of this fabric alone. A token for some fabrics names one.
    fabric: Option<String>,
    /// Of this kind alone.
    kind: Option<String>,
    /// In this namespace alone.
    namespace: Option<String>,
    /// Of this name alone.
    name: Option<String>,
    /// With this label alone: `key`, or `key=value`.
    label: Option<String>,
    /// In this managed file, or out of this inbox file.
    file: Option<String>,
    /// In this state alone.
    #[param(value_type = Option<words::ObjectState>)]
    state: Option<String>,
}

/// The objects, by group, kind, namespace and name
///
/// The deleted ones too, unless `state` says otherwise: they are kept.
#[utoipa::path(get, path = "/objects", params(ObjectQuery, PageQuery), responses((status = 200, body = Listing<ObjectView>)))]
async fn list_objects(
    State(state): State<AppState>,
    principal: Principal,
    Params(query): Params<ObjectQuery>,
    Params(page): Params<PageQuery>,
) -> Result<Json<Listing<ObjectView>>, Problem> {
    let fabric = chosen(&state, &principal, query.fabric.as_deref()).await?;
    let unknown = |words: String| Problem::new(Kind::Malformed, words);
    let filter = ObjectFilter {
        fabric,
        kind: query.kind,
        name: query.name,
        state: query.state.as_deref().map(str::parse).transpose().map_err(unknown)?,
        namespace: query.namespace,
        file: query.file.as_deref().map(|file| TreePath::from_quoted(file).unwrap_or_else(|| TreePath::from(file))),
        label: query.label.as_deref().map(label),
    };
    let names = Names::read(&state).await?;
    let objects = state.store.objects(&filter, page.limit()?, page.cursor()?).await?;
    Ok(listing(objects, |object| view(&object, &names)))
}

/// An object, with its whole value
#[utoipa::path(
    get, path = "/objects/{id}", params(("id" = String, Path, description = "The object's number")),
    responses((status = 200, body = ObjectDetail))
)]
async fn show_object(
    State(state): State<AppState>,
    principal: Principal,
    Segments(id): Segments<String>,
) -> Result<Json<ObjectDetail>, Problem> {
    let (object, names) = seen(&state, &principal, &id).await?;
    Ok(Json(ObjectDetail { value: value(&object), line: view(&object, &names) }))
}

/// What an object was, newest first
#[utoipa::path(
    get, path = "/objects/{id}/versions", params(("id" = String, Path, description = "The object's number")),
    responses((status = 200, body = Vec<VersionView>))
)]
async fn object_versions(
    State(state): State<AppState>,
    principal: Principal,
    Segments(id): Segments<String>,
) -> Result<Json<Vec<VersionView>>, Problem> {
    let (object, _) = seen(&state, &principal, &id).await?;
    Ok(Json(state.store.history(object.id).await?.into_iter().map(version).collect()))
}

/// Which text.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct YamlQuery {
    /// As it was at this commit, in full; left out: as it was recorded last.
    #[param(min_length = 40, max_length = 64)]
    commit: Option<String>,
}

/// An object's YAML at a commit, out of git
///
/// The managed file's bytes at the commit, as people wrote them. Where the local copy does not reach back so far, the remote
/// is asked.
#[utoipa::path(
    get, path = "/objects/{id}/yaml", params(("id" = String, Path, description = "The object's number"), YamlQuery),
    responses(
        (status = 200, body = Value, content_type = "application/yaml"),
    )
)]
async fn object_yaml(
    State(state): State<AppState>,
    principal: Principal,
    Segments(id): Segments<String>,
    Params(query): Params<YamlQuery>,
) -> Result<Response, Problem> {
    let (object, _) = seen(&state, &principal, &id).await?;
    let commit = query.commit.as_deref().unwrap_or(&object.commit);
    let commit = CommitId::parse(commit).map_err(|error| Problem::new(Kind::Malformed, error.to_string()))?;
    let versions = state.store.history(object.id).await?;
    let then = versions.into_iter().find(|version| version.commit == commit.as_str());
    let path = then.map_or_else(|| object.path.clone(), |version| version.path);
    let linked = state.store.linked_fabric_by_id(object.fabric.id).await?;
    let linked =
        linked.ok_or_else(|| Problem::absent("such linked fabric: only a linked one's repository is asked"))?;
    let absent = || Problem::absent(format_args!("text of this object at {commit}"));
    match state.service.file_at(&super::place::of(&linked)?, commit.clone(), path).await? {
        Some(FileLook::File { bytes }) => Ok(([(header::CONTENT_TYPE, "application/yaml")], bytes).into_response()),
        Some(FileLook::TooLarge { .. }) => Err(Problem::new(Kind::NotFound, "the file is too large to be shown")),
        Some(FileLook::NotAFile | FileLook::Absent) | None => Err(absent()),
    }
}

/// The object that `id` names, if `principal` may see it.
pub(crate) async fn seen(state: &AppState, principal: &Principal, id: &str) -> Result<(ObjectRecord, Names), Problem> {
    let absent = || Problem::absent(format_args!("object {id}"));
    let parsed = id.parse().map_err(|_| absent())?;
    let object = state.store.object(parsed).await?.ok_or_else(absent)?;
    let names = Names::read(state).await?;
    if names.are_seen(principal, object.fabric.id) { Ok((object, names)) } else { Err(absent()) }
}

fn label(text: &str) -> (String, Option<String>) {
    match text.split_once('=') {
        Some((key, value)) => (key.to_owned(), Some(value.to_owned())),
        None => (text.to_owned(), None),
    }
}

fn value(object: &ObjectRecord) -> Value {
    serde_json::from_str(&object.value).unwrap_or(Value::Null)
}

fn labels(object: &ObjectRecord) -> Value {
    match value(object)["metadata"]["labels"].take() {
        Value::Object(map) => map
            .into_iter()
            .map(|(key, value)| (key, value.as_str().map_or_else(|| value.to_string(), str::to_owned).into()))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        _ => Value::Object(serde_json::Map::new()),
    }
}

fn view(object: &ObjectRecord, names: &Names) -> ObjectView {
    let (key, identity) = (&object.fabric.key, &object.identity);
    ObjectView {
        id: object.id.to_string(),
        fabric: names.of(object.fabric.id),
        url: key.repository.clone(),
        branch: key.branch.clone(),
        directory: key.directory.clone(),
        group: identity.group.clone(),
        version: object.version.clone(),
        kind: identity.kind.clone(),
        namespace: identity.namespace.clone(),
        name: identity.name.clone(),
        labels: labels(object),
        path: object.path.to_string(),
        digest: format!("sha256:{}", object.digest),
        commit: object.commit.clone(),
        state: object.state,
        deletion_waits: object.missing.is_some(),
        from: object.provenance.as_ref().map(from),
        first_seen: object.first_seen.to_string(),
        last_changed: object.last_changed.to_string(),
    }
}

fn from(provenance: &Provenance) -> FromView {
    FromView { commit: provenance.commit.clone(), file: provenance.from.file.to_string(), index: provenance.from.index }
}

fn version(version: ObjectVersion) -> VersionView {
    VersionView {
        commit: version.commit,
        run: version.run.to_string(),
        version: version.version,
        path: version.path.to_string(),
        digest: format!("sha256:{}", version.digest),
        state: version.state,
    }
}
