//! An object: its YAML, where it came from, its history, and what is connected to it.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use hedgerow_core::catalogue::Catalogue;
use hedgerow_core::object::Identity;
use hedgerow_store::{LinkedFabric, ObjectRecord, ObjectState, ObjectVersion};
use hedgerow_sync::service::Brought;
use serde::Deserialize;
use serde_json::Value;

use super::finding::Finding;
use super::parts::{Age, Commit, Status, Tone};
use super::sentence::KNOWN_MS;
use super::shell::Shell;
use super::site::Site;
use super::visitor::Visitor;
use super::yaml::Listing;
use super::{address, live, reply};
use crate::problem::Problem;

/// The most objects that are shown to refer to one.
const REFERRERS: u32 = 100;
/// Fields of an object that are explained.
const MAX_FIELDS: usize = 60;

struct Shown {
    fabric_name: String,
    fabric_href: String,
    kind: String,
    kind_href: String,
    name: String,
    namespace: String,
    api_version: String,
    path: String,
    status: Status,
    /// When the remote last agreed.
    verified: Age,
    commit: Commit,
}

impl Shown {
    fn title(&self) -> String {
        format!("{} {}", self.kind, self.name)
    }
}

struct FieldRow {
    path: String,
    shape: String,
    about: String,
    more: String,
}

struct Version {
    tone: Tone,
    words: String,
    commit: Commit,
    diff_href: Option<String>,
    run_href: String,
    path: String,
}

struct DiffLine {
    class: &'static str,
    text: String,
}

struct Link {
    kind: String,
    name: String,
    href: Option<String>,
}

#[derive(Template)]
#[template(path = "object.html")]
struct Page {
    shell: Shell,
    /// After which run it was made.
    as_of: String,
    object: Shown,
    text_commit: Option<Commit>,
    listing: Option<Listing>,
    no_text: String,
    explained: BTreeMap<String, ()>,
    fields: Vec<FieldRow>,
    versions: Vec<Version>,
    diff: Option<Vec<DiffLine>>,
    facts: Vec<(&'static str, String)>,
    findings: Vec<Finding>,
    refers: Vec<Link>,
    referred: Vec<Link>,
    referred_left_out: usize,
}

/// Which versions to compare.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Compare {
    #[serde(default)]
    diff: String,
}

pub(crate) async fn page(
    State(site): State<Site>,
    visitor: Visitor,
    Path((fabric, group, kind, namespace, name)): Path<(String, String, String, String, String)>,
    Query(compare): Query<Compare>,
    headers: HeaderMap,
) -> Response {
    let identity = Identity { group, kind, namespace, name };
    reply::renewed(&visitor, gather(&site, &visitor, &fabric, &identity, &compare, &headers).await)
}

async fn gather(
    site: &Site,
    visitor: &Visitor,
    fabric: &str,
    identity: &Identity,
    compare: &Compare,
    headers: &HeaderMap,
) -> Result<Option<Page>, Problem> {
    let store = &site.state.store;
    let absent = || Problem::absent(format_args!("{identity} in the fabric {fabric}"));
    let linked = store.linked_fabric(fabric).await?.ok_or_else(absent)?;
    let Some(as_of) = live::as_of(site, linked.id, headers).await? else { return Ok(None) };
    let record = store.object_of(linked.id, identity).await?.ok_or_else(absent)?;
    let verified = Age { at_ms: store.liveness(linked.id).await?.verified_ms, now_ms: visitor.now_ms };
    let value: Value = serde_json::from_str(&record.value).unwrap_or_default();
    let history = store.history(record.id).await?;
    let text = site.text(&linked, &record.commit, &record.path).await;
    let (listing, no_text) = match text {
        Ok(bytes) => (Some(Listing::of(&record.path, &bytes)), String::new()),
        Err(why) => (None, why),
    };
    let catalogue = site.catalogue();
    let fields =
        listing.as_ref().map_or_else(Vec::new, |listing| explained(catalogue, &identity.kind, &listing.fields));
    let here = address::object(fabric, identity);
    let diff = match history.iter().position(|version| version.commit == compare.diff) {
        Some(at) => Some(site.diff(&linked, history.get(at + 1), &history[at]).await),
        None => None,
    };
    let names = names_in(&value["spec"], &identity.name);
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let refers = store.objects_named(linked.id, &names).await?;
    let referred = store.objects_naming(linked.id, &identity.name, REFERRERS).await?;
    let others =
        |found: Vec<Identity>| found.into_iter().filter(|other| other != identity).map(|other| link(fabric, other));
    let (refers, referred): (Vec<Link>, Vec<Link>) = (others(refers).collect(), others(referred).collect());
    let findings = findings(site, linked.id, &record).await?;
    Ok(Some(Page {
        shell: visitor.shell.clone(),
        as_of,
        explained: fields.iter().map(|field| (field.path.clone(), ())).collect(),
        text_commit: Some(Commit { id: record.commit.clone(), href: None }),
        versions: versions(&history, &here),
        facts: facts(site, &linked, &record).await,
        referred_left_out: usize::from(referred.len() >= REFERRERS as usize - 1),
        object: shown(fabric, record, verified),
        listing,
        no_text,
        fields,
        diff: diff.map(|lines| lines.into_iter().map(|(class, text)| DiffLine { class, text }).collect()),
        findings,
        refers,
        referred,
    }))
}

/// How an object stands, as of the last look that was verified; nothing is said of it once that is too long ago.
pub(super) fn status(record: &ObjectRecord, verified: &Age) -> Status {
    if verified.at_ms.is_none_or(|at_ms| verified.now_ms - at_ms > KNOWN_MS) && record.state != ObjectState::Deleted {
        return Status::new(Tone::Idle, "not known any more");
    }
    match (record.state, record.missing.is_some()) {
        (ObjectState::Present, false) => Status::new(Tone::Good, "present"),
        (ObjectState::Present, true) => Status::new(Tone::Wait, "gone, and waits for a person's word"),
        (ObjectState::Unreadable, _) => Status::new(Tone::Bad, "unreadable"),
        (ObjectState::Deleted, _) => Status::new(Tone::Idle, "deleted"),
    }
}

fn shown(fabric: &str, record: ObjectRecord, verified: Age) -> Shown {
    let status = status(&record, &verified);
    Shown {
        fabric_name: fabric.to_owned(),
        fabric_href: address::fabric(fabric),
        kind_href: format!(
            "{}?kind={}",
            address::of_fabric(fabric, "objects"),
            address::segment(&record.identity.kind)
        ),
        api_version: format!("{}/{}", record.identity.group, record.version),
        kind: record.identity.kind,
        name: record.identity.name,
        namespace: record.identity.namespace,
        path: record.path.to_string(),
        commit: Commit { id: record.commit, href: None },
        status,
        verified,
    }
}

/// Where an object came from, and who brought it.
async fn facts(site: &Site, linked: &LinkedFabric, record: &ObjectRecord) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    let (commit, file) = match &record.provenance {
        Some(provenance) => {
            let document = provenance.from.index.map_or_else(String::new, |at| format!(", document {at}"));
            facts.push(("Inbox file", format!("{}{document}", provenance.from.file)));
            facts.push(("As of", provenance.commit.clone()));
            (&provenance.commit, &provenance.from.file)
        }
        None => {
            facts.push(("Came", "by a person's commit, not through the inbox".to_owned()));
            (&record.commit, &record.path)
        }
    };
    facts.push(match site.brought(linked, commit, file).await {
        Some(Brought { commit, by }) => ("Brought by", format!("{by}, in commit {}", commit.short())),
        None => ("Brought by", "not known: the local copy does not reach back so far".to_owned()),
    });
    facts.push(("Digest", record.digest.clone()));
    facts.push(("First seen", format!("run {}", record.first_seen)));
    facts.push(("Last changed", format!("run {}", record.last_changed)));
    facts
}

fn versions(history: &[ObjectVersion], here: &str) -> Vec<Version> {
    let version = |(at, version): (usize, &ObjectVersion)| {
        let is_first = at + 1 == history.len();
        let (tone, words) = match version.state {
            ObjectState::Deleted => (Tone::Idle, "deleted"),
            ObjectState::Unreadable => (Tone::Bad, "unreadable"),
            ObjectState::Present if is_first => (Tone::Good, "first seen"),
            ObjectState::Present => (Tone::Good, "changed"),
        };
        Version {
            tone,
            words: words.to_owned(),
            commit: Commit { id: version.commit.clone(), href: None },
            diff_href: (!is_first).then(|| format!("{here}?diff={}#diff", version.commit)),
            run_href: address::run(version.run.as_str()),
            path: version.path.to_string(),
        }
    };
    history.iter().enumerate().map(version).collect()
}

/// What the catalogue says of the fields that the object has.
fn explained(catalogue: &Catalogue, kind: &str, fields: &[String]) -> Vec<FieldRow> {
    let known = fields.iter().filter(|path| path.starts_with("spec")).filter_map(|path| {
        let facts = catalogue.explain(&format!("{kind}.{path}")).ok()?.facts?;
        let about = facts.about.or(facts.rule.clone())?;
        let mut more: Vec<String> = Vec::new();
        more.extend((!facts.values.is_empty()).then(|| format!("one of {}", facts.values.join(", "))));
        more.extend(facts.limits);
        more.extend(facts.rule.filter(|rule| *rule != about));
        more.extend(facts.deprecated.map(|why| format!("deprecated: {why}")));
        Some(FieldRow { path: path.clone(), shape: facts.shape, about, more: more.join("; ") })
    });
    known.take(MAX_FIELDS).collect()
}

/// Texts in a value that may be other objects' names: whole, or before the first slash. Keys too, as peerings name VPCs so.
fn names_in(value: &Value, own: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut ahead = vec![value];
    while let Some(value) = ahead.pop() {
        match value {
            Value::String(text) => {
                names.insert(text.clone());
                names.extend(text.split_once('/').map(|(name, _)| name.to_owned()));
            }
            Value::Array(items) => ahead.extend(items),
            Value::Object(fields) => {
                names.extend(fields.keys().cloned());
                ahead.extend(fields.values());
            }
            _ => {}
        }
    }
    names.remove(own);
    names.retain(|name| !name.is_empty() && name.len() <= 253);
    names
}

fn link(fabric: &str, identity: Identity) -> Link {
    let href = Some(address::object(fabric, &identity));
    Link { kind: identity.kind, name: identity.name, href }
}

/// What the last run found about the object's file.
async fn findings(
    site: &Site,
    fabric: hedgerow_store::FabricId,
    record: &ObjectRecord,
) -> Result<Vec<Finding>, Problem> {
    let store = &site.state.store;
    let Some(run) = store.last_closed_run(fabric).await? else { return Ok(Vec::new()) };
    let Some(texts) = store.texts(&run.id).await? else { return Ok(Vec::new()) };
    let path = record.path.to_string();
    Ok(Finding::all(&texts.findings).into_iter().filter(|finding| finding.file == path).collect())
}
