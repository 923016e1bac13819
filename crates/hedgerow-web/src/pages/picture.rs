//! The topology's page.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use hedgerow_store::ObjectState;
use serde::Deserialize;

use super::fabric::Head;
use super::finding::Finding;
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

#[derive(Template)]
#[template(path = "topology.html")]
struct Page {
    shell: Shell,
    fabric: Head,
    tab: &'static str,
    drawing: Drawing,
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
}

/// What to show.
#[derive(Debug, Default, Deserialize)]
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
    let objects = drawn(site, &fabric).await?;
    let wiring = Wiring::of(&objects);
    let overlay = Overlay::of(&objects, &wiring, &wanted.vpc);
    let block = wanted.block.filter(|block| !block.is_empty());
    let drawing = match &block {
        None if !topology::is_small(&wiring) => overview(&wiring, overlay.as_ref(), name),
        block => detail(&wiring, block.as_deref(), overlay.as_ref(), name),
    };
    let count = |role: Role| wiring.of_role(role).count() as u64;
    let switches = count(Role::Spine) + count(Role::Leaf);
    let ends = if switches == 1 { "" } else { "es" };
    let mut parts = vec![format!("{switches} switch{ends}")];
    for role in [Role::Server, Role::Gateway, Role::External] {
        parts.extend(Some(count(role)).filter(|count| *count > 0).map(|count| several(count, role.word())));
    }
    let summary = format!("{}, {}", parts.join(", "), several(wiring.links.len() as u64, "link"));
    let scale: Option<i32> = wanted.zoom.parse().ok().filter(|scale| (25..=400).contains(scale));
    let (is_fit, fit) = if scale.is_none() { (true, "fit") } else { (false, "") };
    let svg = Svg { drawing: &drawing, is_fit, fit, scale: scale.unwrap_or(100), label: &summary }.render();
    let svg = svg.map_err(|error| Problem::new(Kind::Internal, error.to_string()))?;
    let kinds = LinkKind::ALL.into_iter().filter(|kind| drawing.lines.iter().any(|line| line.kind == *kind)).collect();
    Ok(Page {
        shell: visitor.shell.clone(),
        tab: "topology",
        svg,
        whole: address::topology(name, None, None),
        vpcs: Overlay::names(&objects),
        overlay_name: overlay.as_ref().map(|overlay| overlay.name.clone()).unwrap_or_default(),
        overlay,
        zoom: wanted.zoom,
        kinds,
        marked: wiring.devices.iter().filter(|device| device.mark != Mark::Fine).count(),
        loose: wiring.loose,
        block,
        summary,
        drawing,
        fabric,
    })
}

/// The objects, each with what the last run found about it.
async fn drawn(site: &Site, fabric: &Head) -> Result<Vec<Drawn>, Problem> {
    let store = &site.state.store;
    let id = fabric.linked.id;
    let texts = match store.last_closed_run(id).await? {
        Some(run) => store.texts(&run.id).await?,
        None => None,
    };
    let findings = texts.map_or_else(Vec::new, |texts| Finding::all(&texts.findings));
    let managed = format!("{}/managed/", fabric.directory);
    let errors =
        findings.into_iter().filter(|finding| finding.severity == "error" && finding.file.starts_with(&managed));
    let files: std::collections::BTreeSet<String> = errors.map(|finding| finding.file).collect();
    let catalogue = site.catalogue();
    let values = store.values(id, KINDS).await?.into_iter().map(|object| {
        let invalid = !files.is_empty() && {
            let dir = hedgerow_core::path::FabricDir::parse(&fabric.directory);
            let plural = catalogue.kind(&object.identity.group, &object.identity.kind).map(|kind| kind.plural.as_str());
            dir.ok()
                .zip(plural)
                .is_some_and(|(dir, plural)| files.contains(&object.identity.home(&dir, plural).to_string()))
        };
        let bad = invalid || object.state == ObjectState::Unreadable;
        Drawn {
            value: serde_json::from_str(&object.value).unwrap_or_default(),
            identity: object.identity,
            mark: if bad { Mark::Invalid } else { Mark::Fine },
        }
    });
    Ok(values.collect())
}
