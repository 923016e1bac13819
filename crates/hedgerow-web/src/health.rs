//! `/healthz`: the process. `/readyz`: whether it can do its work.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use serde_json::{Value, json};

use crate::state::AppState;

pub(crate) async fn alive(State(state): State<AppState>) -> Json<Value> {
    Json(json!({"alive": true, "version": state.version}))
}

/// What was tried, and what came of it.
#[derive(Debug, Serialize)]
struct Tried {
    what: &'static str,
    works: bool,
    message: String,
}

pub(crate) async fn ready(State(state): State<AppState>) -> (StatusCode, Json<Value>) {
    let tried = vec![database(&state).await];
    let ready = tried.iter().all(|one| one.works);
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(json!({"ready": ready, "tried": tried})))
}

async fn database(state: &AppState) -> Tried {
    match state.store.ping().await {
        Ok(()) => Tried { what: "database", works: true, message: "it answers".to_owned() },
        Err(error) => {
            tracing::error!("{error}");
            Tried { what: "database", works: false, message: "it does not answer; the log says why".to_owned() }
        }
    }
}
