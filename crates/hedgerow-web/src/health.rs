//! `/healthz`: the process. `/readyz`: whether it can do its work.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::state::AppState;

pub(crate) async fn alive(State(state): State<AppState>) -> Json<Value> {
    Json(json!({"alive": true, "version": state.version}))
}

pub(crate) async fn ready(State(state): State<AppState>) -> (StatusCode, Json<Value>) {
    let health = state.service.health().await;
    let status = if health.ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(json!({"ready": health.ready, "tried": health.trials})))
}
