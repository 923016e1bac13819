//! Filing a text: it becomes a file of a fabric's inbox, in one commit of whoever files it.

use axum::Json;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use hedgerow_core::finding::Severity;
use hedgerow_core::path::TreePath;
use hedgerow_store::{Change, LinkedFabric, Role, Verification};
use hedgerow_sync::{Filed, Filing, Flawed, Judging, Pushed, Vetted};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{actions, named, place, rings, vet};
use crate::limits::MAX_VETTED_BODY_BYTES;
use crate::principal::Principal;
use crate::problem::{Kind, Problem};
use crate::request::{Body, Segments};
use crate::state::AppState;
use crate::words;

/// The longest reason, in characters.
const MAX_WHY_CHARS: usize = 200;

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(file_text)).layer(DefaultBodyLimit::max(MAX_VETTED_BODY_BYTES))
}

/// A text to file.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FileText {
    /// The file's name below `raw/`.
    #[schema(min_length = 1, max_length = 200)]
    path: String,
    /// The text, as it is to stand there.
    #[schema(max_length = 1_048_576)]
    text: String,
    /// The commit at which whoever files has seen the fabric, as `POST …/vet` names it. When something under its directory
    /// is otherwise by now, nothing is filed. Left out: there must be no file of that name.
    #[serde(default)]
    #[schema(max_length = 64)]
    commit: Option<String>,
    /// File it although it would be held.
    #[serde(default)]
    although_held: bool,
    /// Why: the commit's first line.
    #[serde(default)]
    #[schema(max_length = 200)]
    why: Option<String>,
}

/// A text that was filed.
#[derive(Debug, Serialize, ToSchema)]
struct TextFiled {
    /// The fabric.
    fabric: String,
    /// The file's path in the repository.
    path: String,
    /// The commit; where the same text was there already, the one that the branch is at.
    commit: String,
    /// Whether there is a new commit.
    changed: bool,
    /// What a second look at the remote said of it.
    #[schema(value_type = words::Verification)]
    verification: Verification,
    /// What that look saw.
    witness: Option<String>,
    /// Whether the next run holds it for errors of its own.
    held: bool,
    /// Why nothing will be done with it for now.
    suspended: Option<String>,
    /// Where to see what becomes of it; null: nobody was rung for, as the fabric is suspended or nothing is new.
    ring: Option<String>,
}

/// File a text
///
/// For operators. One commit, by the repository's credential that writes, that changes this file of the inbox and nothing
/// else; author and committer are whoever files. It is pushed onto the fabric's own branch, never forced. Then the door is
/// rung: what becomes of the documents is the next run's word. When the fabric was changed since `commit`, the answer is a
/// 412 whose `commit` is the branch's head and whose `others` are the paths.
#[utoipa::path(
    post, path = "/fabrics/{name}/file", request_body = FileText,
    params(("name" = String, Path, description = "The fabric's name")),
    responses((status = 201, body = TextFiled), (status = 200, body = TextFiled))
)]
async fn file_text(
    State(state): State<AppState>,
    principal: Principal,
    Segments(name): Segments<String>,
    Body(wanted): Body<FileText>,
) -> Result<(StatusCode, Json<TextFiled>), Problem> {
    let fabric = named::fabric(&state, &principal, Role::Operator, &name).await?;
    let filing = filing(&state, &principal, &fabric, wanted)?;
    let dir = place::directory(&fabric)?;
    let path = filing.path.in_dir(&dir);
    match state.service.file_text(&place::of(&fabric)?, dir, filing).await? {
        Filed::Pushed(pushed) => Ok((StatusCode::CREATED, Json(filed(&state, &principal, &fabric, pushed).await?))),
        Filed::Same { head } => Ok((
            StatusCode::OK,
            Json(TextFiled {
                fabric: fabric.name,
                path: path.to_string(),
                commit: head.to_string(),
                changed: false,
                verification: Verification::None,
                witness: None,
                held: false,
                suspended: fabric.suspension.map(|word| word.reason),
                ring: None,
            }),
        )),
        Filed::Moved { head, changed } => Err(moved(&fabric, changed).at(head.to_string())),
        Filed::Flawed { head, vetted } => Err(flawed(&vetted).at(head.to_string())),
        Filed::OurAddress => Err(Problem::new(
            Kind::Invalid,
            "your e-mail address is the one by which commits of Hedgerow's own are known in this fabric",
        )
        .hint("an administrator gives you another one")),
    }
}

fn filing(state: &AppState, principal: &Principal, fabric: &LinkedFabric, wanted: FileText) -> Result<Filing, Problem> {
    if wanted.why.as_ref().is_some_and(|why| why.chars().count() > MAX_WHY_CHARS) {
        return Err(Problem::new(Kind::Invalid, format!("a reason has at most {MAX_WHY_CHARS} characters")));
    }
    Ok(Filing {
        path: vet::path(&wanted.path)?,
        text: vet::bytes(wanted.text)?,
        seen: wanted.commit.as_deref().map(vet::seen).transpose()?,
        flawed: if wanted.although_held { Flawed::File } else { Flawed::Refuse },
        author: principal.author(),
        why: wanted.why,
        judging: Judging { adopt: fabric.adopt, ..Judging::default() },
        by: principal.actor(state),
        subject: format!("fabric/{}", fabric.name),
    })
}

/// Puts it on record, rings, and says so.
async fn filed(
    state: &AppState,
    principal: &Principal,
    fabric: &LinkedFabric,
    pushed: Pushed,
) -> Result<TextFiled, Problem> {
    let (path, commit) = (pushed.path.to_string(), pushed.commit.to_string());
    let change = Change {
        action: "fabric.file",
        subject: format!("fabric/{}", fabric.name),
        before: None,
        after: Some(json!({"path": path, "commit": commit, "held": pushed.is_flawed})),
    };
    state.store.append_audit(&change, &principal.actor(state)).await?;
    let suspended = fabric.suspension.as_ref().map(|word| format!("{} by {}", word.reason, word.by));
    let ring = match &suspended {
        None => {
            let repository = actions::repository_of(state, fabric.repository).await?;
            Some(rings::ring(state, &repository, Some(fabric), principal.trigger()).await?)
        }
        Some(_) => None,
    };
    Ok(TextFiled {
        fabric: fabric.name.clone(),
        path,
        commit,
        changed: true,
        verification: pushed.verification,
        witness: Some(pushed.witness),
        held: pushed.is_flawed,
        suspended: suspended.or(pushed.suspended),
        ring,
    })
}

fn moved(fabric: &LinkedFabric, changed: Vec<TreePath>) -> Problem {
    let others: Vec<String> = changed.iter().map(ToString::to_string).collect();
    let words = match others.as_slice() {
        [] => format!("{} is not as you saw it any more", fabric.name),
        [one] => format!("{one} is not as you saw it any more"),
        [one, rest @ ..] => format!("{one} and {} more are not as you saw them any more", rest.len()),
    };
    let hint = "nothing was filed: look at what is there now, and file again with the new commit";
    Problem::new(Kind::Stale, words).hint(hint).others(others)
}

fn flawed(vetted: &Vetted) -> Problem {
    let errors = vetted.findings.iter().map(|shown| &shown.finding).filter(|f| f.severity == Severity::Error);
    let others: Vec<String> =
        errors.map(|finding| format!("{} {}: {}", finding.code, finding.place.file, finding.message)).collect();
    let first = others.first().cloned().unwrap_or_default();
    Problem::new(Kind::Choice, format!("it would be held: {first}"))
        .hint("nothing was filed: correct it, or say that it is to be filed although it would be held (although_held)")
        .others(others)
}
