//! What pictures of a fabric are made of, read from the store.

use std::collections::BTreeSet;

use hedgerow_core::document;
use hedgerow_core::object::{Identity, Named};
use hedgerow_core::path::{FabricDir, TreePath};
use hedgerow_store::limits::MAX_SURVEYED;
use hedgerow_store::{ObjectState, ObjectValue, RunRecord};
use serde_json::Value;

use super::super::fabric::Head;
use super::super::finding::Finding;
use super::super::moves::Entry;
use super::super::site::Site;
use super::super::topology::{Drawn, Mark, Overlay, Wiring};
use crate::problem::{Kind, Problem};

/// What the picture is made of; where a fabric has more than can be read, the first of these are read first.
const KINDS: &[&[&str]] =
    &[&["Switch", "Gateway"], &["Connection"], &["Server", "External", "ExternalAttachment"], OVER];

/// Those of which an overlay is made.
const OVER: &[&str] = &["ExternalPeering", "VPC", "VPCAttachment", "VPCPeering", "GatewayPeering"];

/// Held files in which objects are looked for.
const MAX_HELD_FILES: usize = 20;

/// What pictures of a fabric are made of: how it is wired, and what VPCs lie over that.
#[derive(Debug)]
pub(super) struct Scene {
    pub(super) wiring: Wiring,
    /// The objects of which an overlay is made.
    pub(super) over: Vec<Drawn>,
    pub(super) vpcs: Vec<String>,
    /// Objects beyond those that are read.
    pub(super) unread: u64,
}

impl Scene {
    fn of(objects: Vec<Drawn>) -> Self {
        let wiring = Wiring::of(&objects);
        let is_over = |object: &Drawn| OVER.contains(&object.identity.kind.as_str());
        let over: Vec<Drawn> = objects.into_iter().filter(is_over).collect();
        Self { vpcs: Overlay::names(&over), wiring, over, unread: 0 }
    }
}

/// How many objects of a fabric a picture of it is made of.
pub(super) fn drawn(fabric: &Head) -> u64 {
    let is_drawn = |kind: &str| KINDS.iter().any(|kinds| kinds.contains(&kind));
    fabric.kinds.iter().filter(|kind| is_drawn(&kind.kind)).map(|kind| kind.living).sum()
}

/// The fabric's scene, each object with what the last run found about it.
pub(super) async fn scene(site: &Site, fabric: &Head, last: Option<&RunRecord>) -> Result<Scene, Problem> {
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
    let unread = drawn(fabric).saturating_sub(read.len() as u64);
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
