//! Doing something: through the API, in the same process, as whoever is here. What the API refuses, a page refuses.

use axum::body::Body;
use axum::http::{Method, Request, Response, StatusCode, header};
use http_body_util::BodyExt;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tower::ServiceExt;

use super::site::Site;
use super::visitor::Visitor;
use crate::problem::{Kind, Problem};

/// The most bytes of an answer that a page works with.
const MAX_ANSWER_BYTES: usize = 32 * 1024 * 1024;

/// Calls an operation of the API as `visitor`, and gives its answer.
///
/// # Errors
/// What the API refused, with its words.
pub(crate) async fn call<T: DeserializeOwned>(
    site: &Site,
    visitor: &Visitor,
    method: Method,
    address: &str,
    body: Option<Value>,
) -> Result<T, Problem> {
    let unauthorized = || Problem::new(Kind::Unauthorized, "sign in first");
    let principal = visitor.principal.clone().ok_or_else(unauthorized)?;
    let content = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
    let mut request = Request::builder()
        .method(method)
        .uri(format!("{}{address}", crate::router::BASE))
        .header(header::CONTENT_TYPE, "application/json")
        .body(content)
        .map_err(|error| Problem::new(Kind::Malformed, error.to_string()))?;
    request.extensions_mut().insert(principal);
    let response = match site.api.clone().oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    };
    answer(response).await
}

async fn answer<T: DeserializeOwned>(response: Response<Body>) -> Result<T, Problem> {
    let status = response.status();
    let body = http_body_util::Limited::new(response.into_body(), MAX_ANSWER_BYTES).collect().await;
    let bytes = body.map_err(|_| Problem::new(Kind::TooLarge, "the answer is too large for a page"))?.to_bytes();
    let value: Value =
        if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes).unwrap_or(Value::Null) };
    if !status.is_success() {
        return Err(refused(status, &value));
    }
    serde_json::from_value(value).map_err(|error| {
        tracing::error!(%error, "an answer of the API has another shape than a page expects");
        Problem::new(Kind::Internal, "the API's answer could not be read")
    })
}

/// The problem that an answer holds.
fn refused(status: StatusCode, value: &Value) -> Problem {
    let word = value["type"].as_str().and_then(|word| word.strip_prefix("/problems/"));
    let by_word = Kind::ALL.iter().find(|kind| Some(kind.word()) == word);
    let kind = by_word.or_else(|| Kind::ALL.iter().find(|kind| kind.status() == status)).copied();
    let detail = value["detail"].as_str().unwrap_or("it was refused");
    let others =
        value["others"].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
    let problem = Problem::new(kind.unwrap_or(Kind::Internal), detail).others(others);
    let problem = match value["commit"].as_str() {
        Some(commit) => problem.at(commit),
        None => problem,
    };
    match value["hint"].as_str() {
        Some(hint) => problem.hint(hint),
        None => problem,
    }
}
