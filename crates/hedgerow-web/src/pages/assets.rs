//! What pages load, from the binary: the address has a part that changes with the content, so it may be kept for ever.

use std::sync::OnceLock;

use axum::Router;
use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use hedgerow_core::digest::sha256;

use super::site::Site;

const FILES: &[(&str, &str, &[u8])] = &[
    ("hedgerow.css", "text/css; charset=utf-8", include_bytes!("../../assets/hedgerow.css")),
    ("hedgerow.js", "text/javascript; charset=utf-8", include_bytes!("../../assets/hedgerow.js")),
    ("htmx.min.js", "text/javascript; charset=utf-8", include_bytes!("../../assets/htmx.min.js")),
    ("htmx-sse.js", "text/javascript; charset=utf-8", include_bytes!("../../assets/htmx-sse.js")),
    ("inter-latin.woff2", "font/woff2", include_bytes!("../../assets/inter-latin.woff2")),
    ("icon.svg", "image/svg+xml", include_bytes!("../../assets/icon.svg")),
    ("NOTICE.txt", "text/plain; charset=utf-8", include_bytes!("../../assets/NOTICE.txt")),
];

/// The part of every asset's address that changes when one of them does.
fn edition() -> &'static str {
    static EDITION: OnceLock<String> = OnceLock::new();
    EDITION.get_or_init(|| {
        let all: Vec<u8> = FILES.iter().flat_map(|(_, _, bytes)| bytes.iter().copied()).collect();
        sha256(&all)[..12].to_owned()
    })
}

/// Where the asset of this name is.
pub(crate) fn address(name: &str) -> String {
    format!("/assets/{}/{name}", edition())
}

pub(super) fn router() -> Router<Site> {
    Router::new().route("/assets/{edition}/{name}", get(asset))
}

async fn asset(Path((_, name)): Path<(String, String)>) -> Response {
    let Some((_, kind, bytes)) = FILES.iter().find(|(known, _, _)| *known == name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let keep = "public, max-age=31536000, immutable";
    ([(header::CONTENT_TYPE, *kind), (header::CACHE_CONTROL, keep)], *bytes).into_response()
}
