//! The topology's page.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use hedgerow_core::document;
use hedgerow_core::object::{Identity, Named};
use hedgerow_core::path::{FabricDir, TreePath};
use hedgerow_store::limits::MAX_SURVEYED;
use hedgerow_store::{FabricId, ObjectState, ObjectValue, RunId, RunRecord};
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

/// What the picture is made of; where a fabric has more than can be read, the first of these are read first.
const KINDS: &[&[&str]] =
    &[&["Switch", "Gateway"], &["Connection"], &["Server", "External", "ExternalAttachment"], OVER];

/// Those of which an overlay is made.
const OVER: &[&str] = &["ExternalPeering", "VPC", "VPCAttachment", "VPCPeering", "GatewayPeering"];

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
/// Pictures that are kept until the next run: they are looked at again and again.
const MAX_KEPT: usize = 32;
/// Fabrics whose wiring is kept until the next run: every picture of one is made of it, and to read it takes long.
const MAX_SCENES: usize = 2;
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

/// What pictures of a fabric are made of: how it is wired, and what VPCs lie over that.
#[derive(Debug)]
struct Scene {
    wiring: Wiring,
    /// The objects of which an overlay is made.
    over: Vec<Drawn>,
    vpcs: Vec<String>,
    /// Objects beyond those that are read.
    unread: u64,
}

impl Scene {
    fn of(objects: Vec<Drawn>) -> Self {
        let wiring = Wiring::of(&objects);
        let is_over = |object: &Drawn| OVER.contains(&object.identity.kind.as_str());
        let over: Vec<Drawn> = objects.into_iter().filter(is_over).collect();
        Self { vpcs: Overlay::names(&over), wiring, over, unread: 0 }
    }
}

/// What is kept: pictures and scenes, each with the run whose record it shows; the newest first.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    pictures: VecDeque<(Asked, Arc<Picture>)>,
    scenes: VecDeque<(Of, Arc<Scene>)>,
}

/// Of which fabric, by which name, after which run.
type Of = (FabricId, String, Option<RunId>);
/// And what was wanted.
type Asked = (Of, Wanted);

/// What was kept for `key`.
fn find<K: PartialEq, V>(kept: &VecDeque<(K, Arc<V>)>, key: &K) -> Option<Arc<V>> {
    kept.iter().find(|(known, _)| known == key).map(|(_, value)| value.clone())
}

/// Keeps `value`, and forgets what is older than the `most` newest.
fn keep<K, V>(kept: &mut VecDeque<(K, Arc<V>)>, most: usize, key: K, value: &Arc<V>) {
    kept.truncate(most - 1);
    kept.push_front((key, value.clone()));
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
) -> Response {
    match gather(&site, &visitor, &name, wanted).await {
        Ok(page) => reply::page(&page),
        Err(problem) => reply::problem(&visitor, &problem),
    }
}

async fn gather(site: &Site, visitor: &Visitor, name: &str, wanted: Wanted) -> Result<Page, Problem> {
    let fabric = Head::find(site, name).await?;
    let last = site.state.store.last_closed_run(fabric.linked.id).await?;
    let of = (fabric.linked.id, name.to_owned(), last.as_ref().map(|run| run.id.clone()));
    let asked = (of.clone(), wanted);
    let kept = || site.pictures.lock().expect("pictures are only kept");
    let known = find(&kept().pictures, &asked);
    let picture = match known {
        Some(picture) => picture,
        None => {
            let known = find(&kept().scenes, &of);
            let scene = match known {
                Some(scene) => scene,
                None => {
                    let scene = Arc::new(scene(site, &fabric, last.as_ref()).await?);
                    keep(&mut kept().scenes, MAX_SCENES, of, &scene);
                    scene
                }
            };
            let picture = Arc::new(picture(&scene, name, &asked.1)?);
            keep(&mut kept().pictures, MAX_KEPT, asked, &picture);
            picture
        }
    };
    Ok(Page { shell: visitor.shell.clone(), tab: "topology", picture, fabric })
}

fn picture(scene: &Scene, name: &str, wanted: &Wanted) -> Result<Picture, Problem> {
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
    Ok(Picture {
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

/// The fabric's scene, each object with what the last run found about it.
async fn scene(site: &Site, fabric: &Head, last: Option<&RunRecord>) -> Result<Scene, Problem> {
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
    let dir = FabricDir::parse(&fabric.directory).ok().filter(|_| !files.is_empty());
    let invalid = |object: &ObjectValue| {
        let kind = catalogue.kind(&object.identity.group, &object.identity.kind);
        let home = dir.as_ref().zip(kind).map(|(dir, kind)| object.identity.home(dir, &kind.plural).to_string());
        object.state == ObjectState::Unreadable || home.is_some_and(|home| files.contains(&home))
    };
    let mut read = Vec::new();
    for kinds in KINDS {
        let room = MAX_SURVEYED.saturating_sub(u32::try_from(read.len()).unwrap_or(u32::MAX));
        read.extend(store.values(id, kinds, room).await?);
    }
    let there = fabric.kinds.iter().filter(|kind| KINDS.iter().any(|kinds| kinds.contains(&kind.kind.as_str())));
    let unread = there.map(|kind| kind.living).sum::<u64>().saturating_sub(read.len() as u64);
    let values = read.into_iter().map(|object| {
        let mark = match invalid(&object) {
            true => Mark::Invalid,
            false if held.contains(&object.identity) => Mark::Held,
            false => Mark::Fine,
        };
        (object, mark)
    });
    let values: Vec<(ObjectValue, Mark)> = values.collect();
    // A hundred thousand objects keep a thread for a while: not one that answers others.
    let scene = tokio::task::spawn_blocking(move || {
        let drawn = |(object, mark): (ObjectValue, Mark)| Drawn {
            value: serde_json::from_str(&object.value).unwrap_or_default(),
            identity: object.identity,
            mark,
        };
        Scene { unread, ..Scene::of(values.into_iter().map(drawn).collect()) }
    });
    scene.await.map_err(|error| Problem::new(Kind::Internal, error.to_string()))
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
