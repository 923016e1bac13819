//! The router: all addresses, and what a request passes on its way.

use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use utoipa_axum::router::OpenApiRouter;

use crate::authenticate::authenticate;
use crate::idempotency::idempotency;
use crate::limits::MAX_BODY_BYTES;
use crate::problem::{Kind, Problem};
use crate::state::AppState;
use crate::{api, document, health, hooks, metrics, reference};

/// Where the API is.
pub(crate) const BASE: &str = "/api/v1";

/// All that is served. For the network and, with a [`crate::Principal`] among a request's extensions, for callers in the
/// same process.
pub fn router(state: AppState) -> Router {
    let (api, _) = api().split_for_parts();
    let api = api
        .layer(middleware::from_fn_with_state(state.clone(), idempotency))
        .layer(middleware::from_fn_with_state(state.clone(), authenticate));
    Router::new()
        .merge(api)
        .merge(open())
        .fallback(nothing)
        .method_not_allowed_fallback(no_such_method)
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(middleware::from_fn(plain_answers))
        .with_state(state)
}

/// What everybody may ask.
fn open() -> Router<AppState> {
    Router::new()
        .route(&format!("{BASE}/openapi.json"), get(async || Json(document::document())))
        .route(BASE, get(reference::page))
        .route("/problems/{kind}", get(reference::problem))
        .route("/healthz", get(health::alive))
        .route("/metrics", get(metrics::page))
        .route("/hooks/{provider}/{id}", post(hooks::receive))
        .route("/readyz", get(health::ready))
}

/// All operations, with their description.
pub(crate) fn api() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().nest(BASE, api::routes())
}

async fn nothing() -> Problem {
    Problem::new(Kind::NotFound, "there is nothing at this address").hint("GET /api/v1 lists what there is")
}

async fn no_such_method() -> Response {
    Problem::new(Kind::Method, "the address does not know that method").into_response()
}

/// No answer is anything but what it says that it is, and none is kept by a cache on its way.
/// An address with a NUL in it names nothing, and not every database can be asked for one.
async fn plain_answers(request: Request, next: Next) -> Response {
    let has_nul = request.uri().path_and_query().is_some_and(|asked| asked.as_str().contains("%00"));
    let mut response = match has_nul {
        true => Problem::new(Kind::Malformed, "the address has a NUL in it").into_response(),
        false => next.run(request).await,
    };
    let headers = response.headers_mut();
    headers.insert(HeaderName::from_static("x-content-type-options"), HeaderValue::from_static("nosniff"));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}
