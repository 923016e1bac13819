//! The objects of a fabric, by kind and name, a page at a time.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use hedgerow_store::{KindCount, ObjectFilter, ObjectState};
use serde::Deserialize;

use super::fabric::{Head, linked};
use super::object::status;
use super::parts::{Age, Status};
use super::shell::Shell;
use super::site::Site;
use super::visitor::Visitor;
use super::{address, live, reply};
use crate::problem::Problem;

/// Rows on one page.
const ROWS: u32 = 100;

struct ListRow {
    name: String,
    kind: String,
    href: String,
    status: Option<Status>,
    path: String,
    namespace: String,
}

struct Chosen {
    kind: String,
    is_here: bool,
    living: u64,
}

#[derive(Template)]
#[template(path = "objects.html")]
struct List {
    shell: Shell,
    /// After which run it was made.
    as_of: String,
    fabric: Head,
    tab: &'static str,
    kinds: Vec<Chosen>,
    name: String,
    rows: Vec<ListRow>,
    /// When the remote last agreed.
    verified: Age,
    next: Option<String>,
}

/// Which objects to list.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    name: String,
    after: Option<String>,
}

pub(crate) async fn list(
    State(site): State<Site>,
    visitor: Visitor,
    Path(name): Path<String>,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Response {
    reply::renewed(&visitor, listed(&site, &visitor, &name, wanted, &headers).await)
}

async fn listed(
    site: &Site,
    visitor: &Visitor,
    name: &str,
    wanted: Wanted,
    headers: &HeaderMap,
) -> Result<Option<List>, Problem> {
    let store = &site.state.store;
    let linked = linked(site, name).await?;
    let Some(as_of) = live::as_of(site, linked.id, headers).await? else { return Ok(None) };
    let fabric = Head::of(site, linked).await?;
    let some = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let filter = ObjectFilter {
        fabric: Some(fabric.linked.id),
        kind: some(&wanted.kind),
        name: some(&wanted.name),
        ..ObjectFilter::default()
    };
    let page = store.objects(&filter, ROWS, wanted.after.and_then(|after| after.parse().ok())).await?;
    let verified = Age { at_ms: store.liveness(fabric.linked.id).await?.verified_ms, now_ms: visitor.now_ms };
    let chosen =
        |kind: &KindCount| Chosen { is_here: kind.kind == wanted.kind, kind: kind.kind.clone(), living: kind.living };
    let kinds = fabric.kinds.iter().map(chosen).collect();
    let rows = page.items.into_iter().map(|object| ListRow {
        href: fabric.object_href(&object.identity),
        status: (object.state != ObjectState::Present).then(|| status(&object, &verified)),
        path: object.path.to_string(),
        name: object.identity.name,
        kind: object.identity.kind,
        namespace: object.identity.namespace,
    });
    let (kind, part) = (address::segment(&wanted.kind), address::segment(&wanted.name));
    Ok(Some(List {
        shell: visitor.shell.clone(),
        as_of,
        tab: "objects",
        kinds,
        rows: rows.collect(),
        next: page.next.map(|next| format!("{}?kind={kind}&name={part}&after={next}", fabric.page("objects"))),
        name: wanted.name,
        verified,
        fabric,
    }))
}
