//! Is the way to the door open? The service sends itself a delivery, as a forge would, through its public address.

use std::time::Instant;

use axum::Json;
use axum::extract::State;
use hedgerow_forge::webhook::{Provider, sign};
use hedgerow_forge::{Client, Reach};
use hedgerow_store::{Hook, LinkedFabric, Role};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::named::fabric;
use crate::principal::Principal;
use crate::problem::{Kind, Problem};
use crate::request::Segments;
use crate::state::AppState;
use crate::time::now_ms;

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(trigger_receiver))
}

/// What came of a trial.
#[derive(Debug, Serialize, ToSchema)]
struct Trial {
    /// The hook that was tried.
    hook: String,
    /// Where it was sent.
    url: String,
    /// The status of the answer; null: there was none.
    status: Option<u16>,
    /// Why there was none.
    error: Option<String>,
    /// How long it took, in ms.
    took_ms: u64,
    /// What was answered, where it was JSON.
    #[schema(value_type = Value)]
    answer: Value,
}

/// All trials of a fabric's hooks.
#[derive(Debug, Serialize, ToSchema)]
struct Trials {
    /// One for each hook that rings for the fabric.
    trials: Vec<Trial>,
}

/// Try the way to the door
///
/// The service sends itself a signed delivery through its public address, for each hook that rings for the fabric, and tells
/// how each was answered. They ring as a forge's would.
#[utoipa::path(
    post, path = "/fabrics/{name}/trigger-receiver", params(("name" = String, Path, description = "The fabric's name")),
    responses((status = 200, body = Trials))
)]
async fn trigger_receiver(
    State(state): State<AppState>,
    principal: Principal,
    Segments(name): Segments<String>,
) -> Result<Json<Trials>, Problem> {
    let fabric = fabric(&state, &principal, Role::Operator, &name).await?;
    let unset = |what: &str| Problem::new(Kind::NotConfigured, what);
    let base = state.public_url.clone().ok_or_else(|| {
        unset("the service does not know how the outside reaches it").hint("set `service.public_url`")
    })?;
    let repositories = state.store.repositories().await?;
    let own = repositories.iter().find(|repository| repository.id == fabric.repository);
    let url = own.map(|repository| repository.url.clone()).unwrap_or_default();
    let hooks: Vec<Hook> = state.store.hooks().await?.into_iter().filter(|hook| rings_for(hook, &fabric)).collect();
    if hooks.is_empty() {
        let why = format!("no hook rings for the repository of {name}");
        return Err(unset(&why).hint("make one: POST /api/v1/hooks"));
    }
    let client = client(&base).map_err(|error| Problem::new(Kind::Internal, error.to_string()))?;
    let mut trials = Vec::new();
    for hook in hooks {
        trials.push(attempt(&state, &client, &base, &hook, (&url, &fabric.branch)).await?);
    }
    Ok(Json(Trials { trials }))
}

fn rings_for(hook: &Hook, fabric: &LinkedFabric) -> bool {
    hook.repository.is_none_or(|repository| repository == fabric.repository)
}

/// The service's owner named this address, so it may be any.
fn client(base: &str) -> Result<Client, hedgerow_forge::ClientError> {
    let everywhere = ["0.0.0.0/0", "::/0"].iter().filter_map(|network| network.parse().ok()).collect();
    let rest = base.split_once("://").map_or(base, |(_, rest)| rest);
    let authority = rest.split('/').next().unwrap_or_default();
    let port = authority.rsplit_once(':').filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()));
    let host = port.map_or(authority, |(host, _)| host).to_lowercase();
    Client::new(Reach { networks: everywhere, clear_hosts: vec![host] })
}

async fn attempt(
    state: &AppState,
    client: &Client,
    base: &str,
    hook: &Hook,
    (repository, branch): (&str, &str),
) -> Result<Trial, Problem> {
    let url = format!("{}/hooks/{}/{}", base.trim_end_matches('/'), hook.provider, hook.id);
    let known = state.secrets().find(state, &hook.id).await?;
    let known = known.ok_or_else(|| Problem::absent(format_args!("hook {}", hook.name)))?;
    let provider: Provider = known.provider;
    let at_ms = now_ms(state);
    let id = format!("trial-{at_ms}");
    let sample = sign(provider, &known.secret, &id, repository, branch, at_ms);
    let sample = sample.ok_or_else(|| Problem::new(Kind::Internal, "the secret cannot be sent"))?;
    let begun = Instant::now();
    let sent = client.post(&url, sample.headers, sample.body).await;
    let took_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    let (status, error, answer) = match sent {
        Ok((status, body)) => (Some(status), None, serde_json::from_slice(&body).unwrap_or(Value::Null)),
        Err(error) => (None, Some(error.to_string()), Value::Null),
    };
    Ok(Trial { hook: hook.name.clone(), url, status, error, took_ms, answer })
}
