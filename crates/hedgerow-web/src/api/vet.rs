//! The judgement of a text, before it is anywhere.

use axum::Json;
use axum::extract::{DefaultBodyLimit, State};
use hedgerow_git::CommitId;
use hedgerow_store::{LinkedFabric, Role};
use hedgerow_sync::service::Text;
use hedgerow_sync::{InboxPath, Vetted};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{named, place};
use crate::limits::{MAX_VETTED_BODY_BYTES, MAX_VETTED_BYTES};
use crate::principal::Principal;
use crate::problem::{Kind, Problem};
use crate::request::Body;
use crate::state::AppState;

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(vet_text)).layer(DefaultBodyLimit::max(MAX_VETTED_BODY_BYTES))
}

/// A text to judge.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct VetText {
    /// The text, YAML.
    #[schema(max_length = 1_048_576)]
    text: String,
    /// What it would be called below `raw/`; left out: `text.yaml`.
    #[serde(default)]
    #[schema(max_length = 200)]
    path: Option<String>,
    /// The fabric in whose inbox it would lie; left out: it is judged alone, by upstream's settings.
    #[serde(default)]
    fabric: Option<String>,
    /// As the fabric was at this commit; left out: as it was verified last.
    #[serde(default)]
    #[schema(max_length = 64)]
    commit: Option<String>,
    /// Refuse also what the fabric's controller is known to let pass by mistake.
    #[serde(default)]
    strict: bool,
}

/// A judgement.
#[derive(Debug, Serialize, ToSchema)]
struct TextVetted {
    /// The fabric that it was judged against.
    fabric: Option<String>,
    /// The commit of that fabric. Whoever files the text names it.
    commit: Option<String>,
    /// What the file is called below `raw/`.
    path: String,
    /// The text that the fabric has there at that commit; null: there is no such file.
    there: Option<String>,
    /// What was found in the text, or names it: as `vet -o json` prints it.
    #[schema(value_type = Vec<Object>)]
    findings: Value,
    /// How many findings are about the fabric's other files.
    elsewhere: usize,
    /// Files, documents, errors and warnings.
    #[schema(value_type = Object)]
    counts: Value,
}

/// Judge a text
///
/// By the same judgement as `hedgerow vet`; nothing is kept and nothing written, and the remote is not asked: a fabric is
/// taken as it was fetched last.
#[utoipa::path(post, path = "/vet", request_body = VetText, responses((status = 200, body = TextVetted)))]
async fn vet_text(
    State(state): State<AppState>,
    principal: Principal,
    Body(wanted): Body<VetText>,
) -> Result<Json<TextVetted>, Problem> {
    let path = path(wanted.path.as_deref().unwrap_or("text.yaml"))?;
    let text = Text { bytes: bytes(wanted.text)?, path: path.clone(), strict: wanted.strict };
    let Some(name) = &wanted.fabric else {
        let vetted = state.service.vet(text).await?;
        return Ok(Json(told(&path, vetted)));
    };
    let fabric =
        named::fabric(&state, &principal, Role::Viewer, name).await.map_err(|problem| problem.in_a_body("fabric"))?;
    let commit = commit(&state, &fabric, wanted.commit.as_deref()).await?;
    let dir = place::directory(&fabric)?;
    let beside = state.service.vet_in(&place::of(&fabric)?, dir, commit.clone(), text).await?;
    let beside = beside.ok_or_else(|| unfetched(&fabric))?;
    Ok(Json(TextVetted {
        fabric: Some(fabric.name),
        commit: Some(commit.to_string()),
        there: beside.there.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()),
        elsewhere: beside.elsewhere,
        ..told(&path, beside.vetted)
    }))
}

fn told(path: &InboxPath, vetted: Vetted) -> TextVetted {
    TextVetted {
        fabric: None,
        commit: None,
        path: path.as_str().to_owned(),
        there: None,
        findings: json!(vetted.findings),
        elsewhere: 0,
        counts: json!(vetted.counts),
    }
}

/// The commit that a request names, or the one that the fabric was verified at last.
async fn commit(state: &AppState, fabric: &LinkedFabric, named: Option<&str>) -> Result<CommitId, Problem> {
    if let Some(text) = named {
        return seen(text);
    }
    let head = state.store.liveness(fabric.id).await?.head;
    head.and_then(|head| CommitId::parse(&head).ok()).ok_or_else(|| unfetched(fabric))
}

fn unfetched(fabric: &LinkedFabric) -> Problem {
    let words = format!("nothing of {} is at hand yet", fabric.name);
    Problem::new(Kind::Remote, words).reason("unfetched").hint(format!("hedgerow sync {}", fabric.name))
}

/// A commit's id, as a request has it.
pub(super) fn seen(text: &str) -> Result<CommitId, Problem> {
    CommitId::parse(text).map_err(|_| Problem::new(Kind::Invalid, "the commit is no full id of one"))
}

/// A file's name, as a request has it.
pub(super) fn path(text: &str) -> Result<InboxPath, Problem> {
    InboxPath::parse(text).map_err(|why| Problem::new(Kind::Invalid, why))
}

/// A text's bytes, if they are not too many.
pub(super) fn bytes(text: String) -> Result<Vec<u8>, Problem> {
    match text.len() <= MAX_VETTED_BYTES {
        true => Ok(text.into_bytes()),
        false => Err(Problem::new(Kind::TooLarge, format!("a text has at most {MAX_VETTED_BYTES} bytes here"))
            .hint("push a larger file with git")),
    }
}
