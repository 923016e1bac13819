//! The topology's page.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use hedgerow_core::document;
use hedgerow_core::object::{Identity, Named};
use hedgerow_core::path::{FabricDir, TreePath};
use hedgerow_store::{FabricId, ObjectState, RunId, RunRecord};
use serde::Deserialize;
use serde_json::Value;

use super::fabric::Head;
use super::finding::Finding;
use super::moves::Entry;
use super::parts::several;
use super::shell::Shell;
use super::site::Site;
use super::topology::{self, Drawing, Drawn, LinkKind, Mark, Overlay, Role, Wiring, detail, overview};
use super::visitor::Visitor;
use super::{address, reply};
use crate::problem::{Kind, Problem};

/// What the picture is made of.
const KINDS: &[&str] = &[
    "Switch",
    "Server",
    "Connection",
    "Gateway",
    "External",
    "ExternalAttachment",
    "ExternalPeering",
    "VPC",
    "VPCAttachment",
    "VPCPeering",
    "GatewayPeering",
];

#[derive(Template)]
#[template(path = "topology_svg.html")]
struct Svg<'a> {
    drawing: &'a Drawing,
    is_fit: bool,
    fit: &'static str,
    scale: i32,
    label: &'a str,
}

/// Held files in which objects are looked for.
const MAX_HELD_FILES: usize = 20;
/// More connections without two ends are counted, not named.
const MAX_LOOSE: usize = 100;
/// Pictures that are kept until the next run. A large one takes long to make, and is looked at again and again.
const MAX_KEPT: usize = 32;

#[derive(Template)]
#[template(path = "topology.html")]
struct Page {
    shell: Shell,
    fabric: Head,
    tab: &'static str,
    picture: Arc<Picture>,
}

/// What is drawn, and what is said of it: a value of the fabric's record after one run, and of what was wanted.
#[derive(Debug)]
pub(crate) struct Picture {
    is_empty: bool,
    svg: String,
    block: Option<String>,
    whole: String,
    summary: String,
    vpcs: Vec<String>,
    overlay: Option<Overlay>,
    overlay_name: String,
    zoom: String,
    kinds: Vec<LinkKind>,
    marked: usize,
    loose: Vec<String>,
    loose_left_out: usize,
}

/// The pictures that are kept: each with the run whose record it shows.
#[derive(Debug, Default)]
pub(crate) struct Kept(VecDeque<(Asked, Arc<Picture>)>);

/// Of which fabric, by which name, after which run, and what was wanted.
type Asked = (FabricId, String, Option<RunId>, Wanted);

impl Kept {
    fn find(&self, asked: &Asked) -> Option<Arc<Picture>> {
        self.0.iter().find(|(kept, _)| kept == asked).map(|(_, picture)| picture.clone())
    }

    fn keep(&mut self, asked: Asked, picture: Arc<Picture>) {
        self.0.truncate(MAX_KEPT - 1);
        self.0.push_front((asked, picture));
    }
}

/// What to show.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub(crate) struct Wanted {
    block: Option<String>,
    #[serde(default)]
    vpc: String,
    #[serde(default)]
    zoom: String,
}

pub(crate) async fn page(
    State(site): State<Site>,
    visitor: Visitor,
    Path(name): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Response {
    match gather(&site, &visitor, &name, wanted).await {
        Ok(page) => reply::page(&page),
        Err(problem) => reply::problem(&visitor, &problem),
    }
}

async fn gather(site: &Site, visitor: &Visitor, name: &str, wanted: Wanted) -> Result<Page, Problem> {
    let fabric = Head::find(site, name).await?;
    let last = site.state.store.last_closed_run(fabric.linked.id).await?;
    let asked = (fabric.linked.id, name.to_owned(), last.as_ref().map(|run| run.id.clone()), wanted);
    let kept = site.pictures.lock().expect("pictures are only kept").find(&asked);
    let picture = match kept {
        Some(picture) => picture,
        None => {
            let objects = drawn(site, &fabric, last.as_ref()).await?;
            let picture = Arc::new(picture(&objects, name, &asked.3)?);
            site.pictures.lock().expect("pictures are only kept").keep(asked, picture.clone());
            picture
        }
    };
    Ok(Page { shell: visitor.shell.clone(), tab: "topology", picture, fabric })
}

fn picture(objects: &[Drawn], name: &str, wanted: &Wanted) -> Result<Picture, Problem> {
    let wiring = Wiring::of(objects);
    let overlay = Overlay::of(objects, &wiring, &wanted.vpc);
    let block = wanted.block.clone().filter(|block| !block.is_empty());
    let drawing = match &block {
        None if !topology::is_small(&wiring) => overview(&wiring, overlay.as_ref(), name),
        block => detail(&wiring, block.as_deref(), overlay.as_ref(), name),
    };
    let summary = summary(&wiring);
    let scale: Option<i32> = wanted.zoom.parse().ok().filter(|scale| (25..=400).contains(scale));
    let (is_fit, fit) = if scale.is_none() { (true, "fit") } else { (false, "") };
    let svg = Svg { drawing: &drawing, is_fit, fit, scale: scale.unwrap_or(100), label: &summary }.render();
    let kinds = LinkKind::ALL.into_iter().filter(|kind| drawing.lines.iter().any(|line| line.kind == *kind)).collect();
    let mut loose = wiring.loose;
    let loose_left_out = loose.len().saturating_sub(MAX_LOOSE);
    loose.truncate(MAX_LOOSE);
    Ok(Picture {
        is_empty: drawing.boxes.is_empty(),
        svg: svg.map_err(|error| Problem::new(Kind::Internal, error.to_string()))?,
        whole: address::topology(name, None, None),
        vpcs: Overlay::names(objects),
        overlay_name: overlay.as_ref().map(|overlay| overlay.name.clone()).unwrap_or_default(),
        overlay,
        zoom: wanted.zoom.clone(),
        kinds,
        marked: wiring.devices.iter().filter(|device| device.mark != Mark::Fine).count(),
        loose,
        loose_left_out,
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

/// The objects, each with what the last run found about it.
async fn drawn(site: &Site, fabric: &Head, last: Option<&RunRecord>) -> Result<Vec<Drawn>, Problem> {
    let store = &site.state.store;
    let id = fabric.linked.id;
    let texts = match last {
        Some(run) => store.texts(&run.id).await?,
        None => None,
    };
    let held = match &texts {
        Some(texts) => held(site, fabric, &texts.report).await,
        None => BTreeSet::new(),
    };
    let findings = texts.map_or_else(Vec::new, |texts| Finding::all(&texts.findings));
    let managed = format!("{}/managed/", fabric.directory);
    let errors =
        findings.into_iter().filter(|finding| finding.severity == "error" && finding.file.starts_with(&managed));
    let files: BTreeSet<String> = errors.map(|finding| finding.file).collect();
    let catalogue = site.catalogue();
    let values = store.values(id, KINDS).await?.into_iter().map(|object| {
        let invalid = !files.is_empty() && {
            let dir = FabricDir::parse(&fabric.directory);
            let plural = catalogue.kind(&object.identity.group, &object.identity.kind).map(|kind| kind.plural.as_str());
            dir.ok()
                .zip(plural)
                .is_some_and(|(dir, plural)| files.contains(&object.identity.home(&dir, plural).to_string()))
        };
        let mark = match invalid || object.state == ObjectState::Unreadable {
            true => Mark::Invalid,
            false if held.contains(&object.identity) => Mark::Held,
            false => Mark::Fine,
        };
        Drawn { value: serde_json::from_str(&object.value).unwrap_or_default(), identity: object.identity, mark }
    });
    Ok(values.collect())
}

/// The objects of which another text is held in the inbox, as far as the held files can be read.
async fn held(site: &Site, fabric: &Head, report: &str) -> BTreeSet<Identity> {
    let report: Value = serde_json::from_str(report).unwrap_or_default();
    let entries: Vec<Entry> = serde_json::from_value(report["ledger"]["entries"].clone()).unwrap_or_default();
    let commit = report["after"]["commit"].as_str().unwrap_or_default();
    let mut found = BTreeSet::new();
    for entry in entries.iter().filter(|entry| entry.outcome == "held").take(MAX_HELD_FILES) {
        let Some(path) = TreePath::from_quoted(&entry.to) else { continue };
        if let Ok(bytes) = site.text(&fabric.linked, commit, &path).await {
            let parsed = document::parse(&path, &bytes);
            let named = parsed.documents.iter().filter_map(|document| Named::read(document.value.as_ref()?));
            found.extend(named.map(|named| named.identity));
        }
    }
    found
}
