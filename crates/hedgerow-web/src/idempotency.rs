//! `Idempotency-Key` on POST: the same request a second time is answered as the first, and does nothing.

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use hedgerow_store::{Idempotent, Remembered};
use serde::{Deserialize, Serialize};

use crate::limits::{IDEMPOTENCY, MAX_IDEMPOTENCY_KEY_BYTES, MAX_REMEMBERED_BYTES, MAX_VETTED_BODY_BYTES};
use crate::principal::Principal;
use crate::problem::{Kind, Problem};
use crate::state::AppState;
use crate::time::now_ms;

const KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// Says that an answer was given before.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// What is remembered instead of an answer that holds a secret. Put among the answer's extensions.
#[derive(Clone, Debug)]
pub(crate) struct RememberInstead(pub(crate) serde_json::Value);

/// An answer, as it is remembered.
#[derive(Debug, Serialize, Deserialize)]
struct Answer {
    content_type: Option<String>,
    location: Option<String>,
    etag: Option<String>,
    body: String,
}

pub(crate) async fn idempotency(
    State(state): State<AppState>,
    principal: Principal,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let Some(key) = key(request.method(), request.headers())? else { return Ok(next.run(request).await) };
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, MAX_VETTED_BODY_BYTES)
        .await
        .map_err(|_| Problem::new(Kind::TooLarge, "the body is too large"))?;
    let digest = digest(&parts.uri.to_string(), &body);
    let now = now_ms(&state);
    let forget_before = now - i64::try_from(IDEMPOTENCY.as_millis()).unwrap_or(0);
    match state.store.idempotent(principal.name(), &key, &digest, now, forget_before).await? {
        Idempotent::Done(remembered) => replay(&remembered),
        Idempotent::Pending => {
            Err(Problem::new(Kind::Pending, "a request with this key is being worked on").retry_after(1))
        }
        Idempotent::Other => Err(Problem::new(Kind::KeyReused, "this key came before, with another request")),
        Idempotent::New => {
            let response = next.run(Request::from_parts(parts, Body::from(body))).await;
            settle(&state, principal.name(), &key, response).await
        }
    }
}

fn key(method: &Method, headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get(KEY).filter(|_| method == Method::POST) else { return Ok(None) };
    let text = value.to_str().unwrap_or_default();
    if text.is_empty() || text.len() > MAX_IDEMPOTENCY_KEY_BYTES {
        let words = format!("an Idempotency-Key has 1 to {MAX_IDEMPOTENCY_KEY_BYTES} visible ASCII characters");
        return Err(Problem::new(Kind::Malformed, words));
    }
    Ok(Some(text.to_owned()))
}

fn digest(uri: &str, body: &[u8]) -> String {
    hedgerow_core::digest::sha256(&[uri.as_bytes(), b"\0", body].concat())
}

/// Remembers what was done or refused for good. What may go better next time is forgotten.
async fn settle(state: &AppState, caller: &str, key: &str, response: Response) -> Result<Response, Problem> {
    let status = response.status();
    if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS || status == StatusCode::FAILED_DEPENDENCY {
        state.store.forget_idempotent(caller, key).await?;
        return Ok(response);
    }
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, MAX_REMEMBERED_BYTES)
        .await
        .map_err(|_| Problem::new(Kind::Internal, "the answer was too large to be remembered"))?;
    let shown = match parts.extensions.get::<RememberInstead>() {
        Some(RememberInstead(value)) => Bytes::from(value.to_string()),
        None => body.clone(),
    };
    let text = |name| parts.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let answer = Answer {
        content_type: text(header::CONTENT_TYPE),
        location: text(header::LOCATION),
        etag: text(header::ETAG),
        body: String::from_utf8_lossy(&shown).into_owned(),
    };
    let answer = serde_json::to_string(&answer).expect("texts are JSON");
    let remembered = Remembered { status: status.as_u16(), answer };
    state.store.remember_idempotent(caller, key, &remembered).await?;
    Ok(Response::from_parts(parts, Body::from(body)))
}

fn replay(remembered: &Remembered) -> Result<Response, Problem> {
    let unreadable = || Problem::new(Kind::Internal, "the answer that was remembered cannot be read");
    let answer: Answer = serde_json::from_str(&remembered.answer).map_err(|_| unreadable())?;
    let mut response = Response::new(Body::from(answer.body));
    *response.status_mut() = StatusCode::from_u16(remembered.status).map_err(|_| unreadable())?;
    let headers = response.headers_mut();
    let given =
        [(header::CONTENT_TYPE, answer.content_type), (header::LOCATION, answer.location), (header::ETAG, answer.etag)];
    for (name, text) in given {
        if let Some(value) = text.and_then(|text| HeaderValue::try_from(text).ok()) {
            headers.insert(name, value);
        }
    }
    headers.insert(REPLAYED, HeaderValue::from_static("true"));
    Ok(response)
}
