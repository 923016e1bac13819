//! The topology's page.

mod easel;
mod scene;

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use hedgerow_store::{RunId, RunRecord};
use serde::Deserialize;

use super::fabric::Head;
use super::parts::{Age, several};
use super::shell::Shell;
use super::site::Site;
use super::topology::{self, Drawing, LinkKind, Mark, Overlay, Role, Wiring, detail, overview};
use super::visitor::Visitor;
use super::{address, live, reply};
use crate::problem::{Kind, Problem};

pub(crate) use easel::Kept;
use scene::Scene;

#[derive(Template)]
#[template(path = "topology_svg.html")]
struct Svg<'a> {
    drawing: &'a Drawing,
    is_fit: bool,
    fit: &'static str,
    scale: i32,
    label: &'a str,
}

/// More connections without two ends are counted, not named.
const MAX_LOOSE: usize = 100;
/// With more VPCs than this the name is typed, not chosen.
const MAX_VPCS: usize = 200;
/// Servers of a subnet, and peerings, that are listed.
const MAX_LISTED: usize = 100;

#[derive(Template)]
#[template(path = "topology.html")]
struct Page {
    shell: Shell,
    fabric: Head,
    tab: &'static str,
    /// `None`: nothing was ever drawn of what is wanted.
    picture: Option<Arc<Picture>>,
    /// After which run the picture shows the record.
    run: Option<AsOf>,
    as_of: String,
    /// Whether a newer one is being drawn.
    is_drawing: bool,
}

/// The run whose record a picture shows.
struct AsOf {
    id: String,
    href: String,
    age: Age,
}

impl AsOf {
    fn of(picture: &Picture, now_ms: i64) -> Option<Self> {
        let (run, at_ms) = picture.run.as_ref()?;
        Some(Self { id: run.to_string(), href: address::run(run.as_str()), age: Age { at_ms: Some(*at_ms), now_ms } })
    }
}

/// What is drawn, and what is said of it: a value of the fabric's record after one run, and of what was wanted.
#[derive(Debug)]
pub(crate) struct Picture {
    /// The run whose record it shows, and when that ended, in ms since 1970 UTC; `None`: none has ended yet.
    run: Option<(RunId, i64)>,
    is_empty: bool,
    svg: String,
    block: Option<String>,
    whole: String,
    summary: String,
    /// The VPCs to choose from; empty where there are too many.
    vpcs: Vec<String>,
    has_vpcs: bool,
    overlay: Option<Overlay>,
    overlay_name: String,
    zoom: String,
    part: usize,
    parts: usize,
    previous: Option<String>,
    next: Option<String>,
    /// What stands for several or is not drawn.
    notes: Vec<String>,
    kinds: Vec<LinkKind>,
    marked: usize,
    loose: Vec<String>,
    loose_left_out: usize,
}

/// What to show.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub(crate) struct Wanted {
    block: Option<String>,
    #[serde(default)]
    vpc: String,
    #[serde(default)]
    zoom: String,
    /// From 1; empty: the first.
    #[serde(default)]
    part: String,
}

pub(crate) async fn page(
    State(site): State<Site>,
    visitor: Visitor,
    Path(name): Path<String>,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Response {
    let made = gather(&site, &visitor, &name, wanted).await;
    reply::renewed(&visitor, made.map(|page| Some(page).filter(|page| live::is_new(&headers, &page.as_of))))
}

async fn gather(site: &Site, visitor: &Visitor, name: &str, wanted: Wanted) -> Result<Page, Problem> {
    let fabric = Head::find(site, name).await?;
    let last = site.state.store.last_closed_run(fabric.linked.id).await?;
    let looked = easel::look(site, &fabric, last, wanted).await?;
    let now_ms = visitor.now_ms;
    let run = looked.picture.as_ref().and_then(|picture| AsOf::of(picture, now_ms));
    Ok(Page {
        shell: visitor.shell.clone(),
        tab: "topology",
        as_of: run.as_ref().map(|run| run.id.clone()).unwrap_or_default(),
        run,
        is_drawing: looked.is_drawing,
        picture: looked.picture,
        fabric,
    })
}

fn picture(scene: &Scene, name: &str, last: Option<&RunRecord>, wanted: &Wanted) -> Result<Picture, Problem> {
    let wiring = &scene.wiring;
    let overlay = Overlay::of(&scene.over, wiring, wanted.vpc.trim());
    let block = wanted.block.clone().filter(|block| !block.is_empty());
    let part = wanted.part.trim().parse().unwrap_or(1);
    let drawing = match &block {
        None if !topology::is_small(wiring) => overview(wiring, overlay.as_ref(), name, part),
        block => detail(wiring, block.as_deref(), overlay.as_ref(), name, part),
    };
    let summary = summary(wiring);
    let scale: Option<i32> = wanted.zoom.parse().ok().filter(|scale| (25..=400).contains(scale));
    let (is_fit, fit) = if scale.is_none() { (true, "fit") } else { (false, "") };
    let svg = Svg { drawing: &drawing, is_fit, fit, scale: scale.unwrap_or(100), label: &summary }.render();
    let kinds = LinkKind::ALL.into_iter().filter(|kind| drawing.lines.iter().any(|line| line.kind == *kind)).collect();
    let overlay_name = overlay.as_ref().map(|overlay| overlay.name.clone());
    let there = |part: usize| address::topology_part(name, block.as_deref(), overlay_name.as_deref(), part);
    let mut notes = drawing.notes;
    if scene.unread > 0 {
        let words = format!("{} objects more are there than a picture is made of", scene.unread);
        notes.push(format!("{words}: it may lack connections, servers and VPCs"));
    }
    let run = last.and_then(|run| Some((run.id.clone(), run.ending.as_ref()?.finished_ms)));
    Ok(Picture {
        run,
        is_empty: drawing.boxes.is_empty(),
        svg: svg.map_err(|error| Problem::new(Kind::Internal, error.to_string()))?,
        whole: address::topology(name, None, None),
        has_vpcs: !scene.vpcs.is_empty(),
        vpcs: Some(scene.vpcs.clone()).filter(|vpcs| vpcs.len() <= MAX_VPCS).unwrap_or_default(),
        previous: (drawing.part > 1).then(|| there(drawing.part - 1)),
        next: (drawing.part < drawing.parts).then(|| there(drawing.part + 1)),
        overlay_name: overlay_name.unwrap_or_default(),
        overlay,
        zoom: wanted.zoom.clone(),
        part: drawing.part,
        parts: drawing.parts,
        notes,
        kinds,
        marked: wiring.devices.iter().filter(|device| device.mark != Mark::Fine).count(),
        loose: wiring.loose.iter().take(MAX_LOOSE).cloned().collect(),
        loose_left_out: wiring.loose.len().saturating_sub(MAX_LOOSE),
        block,
        summary,
    })
}

/// How many of what.
fn summary(wiring: &Wiring) -> String {
    let count = |role: Role| wiring.of_role(role).count() as u64;
    let switches = count(Role::Spine) + count(Role::Leaf);
    let ends = if switches == 1 { "" } else { "es" };
    let mut parts = vec![format!("{switches} switch{ends}")];
    for role in [Role::Server, Role::Gateway, Role::External] {
        parts.extend(Some(count(role)).filter(|count| *count > 0).map(|count| several(count, role.word())));
    }
    format!("{}, {}", parts.join(", "), several(wiring.links.len() as u64, "link"))
}
