//! `/metrics`, in OpenMetrics' text. Everything that describes fabrics is read from the store at the moment of asking: what
//! cannot be read is absent, never what it was before. Counters count what this process did.
//!
//! Names and labels never change: people's alert rules hang on them. Labels hold names that people gave, never ids.

mod counters;
mod gauges;

use std::sync::atomic::AtomicU64;

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use crate::state::AppState;
use crate::time::now_ms;

/// The media type of the page.
const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Labels of one sample: name and value.
type Labels = Vec<(&'static str, String)>;

/// Everything, as it is now.
pub(crate) async fn page(State(state): State<AppState>) -> Response {
    ([(header::CONTENT_TYPE, CONTENT_TYPE)], text(&state).await).into_response()
}

async fn text(state: &AppState) -> String {
    let mut registry = Registry::with_prefix("hedgerow");
    one(&mut registry, "build_info", "The version that runs.", vec![("version", state.version.to_owned())]);
    counters::register(&mut registry, &state.tally.counts());
    let read = gauges::register(&mut registry, &state.service, now_ms(state)).await;
    if let Err(error) = &read {
        tracing::error!("metrics: {error}");
    }
    let heard = Family::<Labels, Gauge<f64, AtomicU64>>::default();
    for (name, at_ms) in state.service.heard() {
        heard.get_or_create(&vec![("loop", name.to_owned())]).set(gauges::seconds(at_ms));
    }
    let help = "When a loop of the service was last heard of; absent where none runs.";
    registry.register("loop_last_heard_timestamp_seconds", help, heard);
    let up = Gauge::<i64>::default();
    up.set(i64::from(read.is_ok()));
    registry.register("store_up", "Whether the store could be read: without it nothing is known of fabrics.", up);
    let mut text = String::new();
    // Writing into a string cannot fail.
    let _ = encode(&mut text, &registry);
    text
}

fn one(registry: &mut Registry, name: &str, help: &str, labels: Labels) {
    let family = Family::<Labels, Gauge>::default();
    family.get_or_create(&labels).set(1);
    registry.register(name, help, family);
}
