//! What a CRD says of its kind as a whole.

use std::sync::Arc;

use crate::catalogue::schema::{Schema, Source};
use crate::catalogue::{Catalogue, CatalogueError, Field, Kind, Scope, Writer};
use crate::codes::schema as codes;
use crate::yaml::Node;

use super::{Crd, inherit, structure};

/// The kind that the CRD in `node` defines; `None` with faults told to `crd`.
pub(super) fn read(catalogue: &Catalogue, crd: &mut Crd<'_>, node: &Node<'_>) -> Option<Kind> {
    let is = |key: &str, text: &str| node.at(key).and_then(Node::as_str) == Some(text);
    if !is("apiVersion", "apiextensions.k8s.io/v1") || !is("kind", "CustomResourceDefinition") {
        let span = node.get("kind").unwrap_or(node).span;
        crd.fault(codes::CRD_UNREADABLE, span, "this is no CustomResourceDefinition of apiextensions.k8s.io/v1");
        return None;
    }
    let group = name(crd, node, "spec.group", |group| group.split('.').all(is_label))?;
    let kind = name(crd, node, "spec.names.kind", |kind| is_label(&kind.to_ascii_lowercase()))?;
    let plural = name(crd, node, "spec.names.plural", is_label)?;
    let known = catalogue.kind(group, kind);
    refuse_shared_plural(catalogue, crd, node, &Kind::name_of(group, kind), plural);
    let versions = versions(crd, node, known)?;
    Some(Kind {
        group: group.to_owned(),
        kind: kind.to_owned(),
        plural: plural.to_owned(),
        short_names: texts(node.at("spec.names.shortNames")),
        scope: if is("spec.scope", "Cluster") { Scope::Cluster } else { Scope::Namespaced },
        versions: versions.iter().map(|(version, _)| version.clone()).collect(),
        writer: known.map_or(Writer::User, |known| known.writer),
        since: known.and_then(|known| known.since.clone()),
        describes: format!("the CRD in {}", crd.path),
        about: about(&versions, known),
        source: Source::Crd(crate::digest::sha256(crd.bytes)),
        schema: Schema::Crd(Arc::new(versions)),
    })
}

/// A name of the CRD, if it is one as the API server takes them: the plural becomes a directory.
fn name<'n>(crd: &mut Crd<'_>, node: &'n Node<'_>, path: &str, is_name: impl Fn(&str) -> bool) -> Option<&'n str> {
    let text = crd.need_text(node, path)?;
    if is_name(text) {
        return Some(text);
    }
    let span = node.at(path).map_or(node.span, |at| at.span);
    crd.fault(codes::CRD_UNREADABLE, span, format!("`{path}` is no name that the API server takes"));
    None
}

/// A label of a DNS name (RFC 1123).
fn is_label(text: &str) -> bool {
    let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (1..=63).contains(&text.len()) && text.bytes().all(inner) && !text.starts_with('-') && !text.ends_with('-')
}

/// A plural that another known kind has; two CRDs with one plural are told apart later.
fn refuse_shared_plural(catalogue: &Catalogue, crd: &mut Crd<'_>, node: &Node<'_>, name: &str, plural: &str) {
    let other = catalogue.kinds().find(|other| other.plural == plural && other.full_name() != name);
    if let (Some(other), Some(at)) = (other, node.at("spec.names.plural")) {
        let (plural, first, second) = (plural.to_owned(), other.full_name(), name.to_owned());
        crd.fault(codes::CRD_PLURAL, at.span, CatalogueError::PluralClash { plural, first, second }.to_string());
    }
}

/// The served versions and their fields, the stored one first.
fn versions(crd: &mut Crd<'_>, node: &Node<'_>, known: Option<&Kind>) -> Option<Vec<(String, Field)>> {
    let all = crd.need(node, "spec.versions")?;
    let flag = |version: &Node<'_>, key: &str| version.get(key).and_then(Node::as_bool) == Some(true);
    let mut served: Vec<_> = all.items().iter().filter(|version| flag(version, "served")).collect();
    served.sort_by_key(|version| !flag(version, "storage"));
    if served.is_empty() {
        crd.fault(codes::CRD_UNREADABLE, all.span, "none of the versions is served");
    }
    served.into_iter().map(|version| read_version(crd, version, known)).collect()
}

fn read_version(crd: &mut Crd<'_>, version: &Node<'_>, known: Option<&Kind>) -> Option<(String, Field)> {
    let name = crd.need_text(version, "name")?;
    let schema = crd.need(version, "schema.openAPIV3Schema")?;
    let mut root = structure::root(crd, schema);
    if let Some(before) = known.and_then(|known| known.fields(known.versions.first()?)) {
        inherit::inherit(&mut root, before);
    }
    Some((name.to_owned(), root))
}

fn texts(list: Option<&Node<'_>>) -> Vec<String> {
    list.map_or(&[][..], Node::items).iter().filter_map(Node::as_str).map(str::to_owned).collect()
}

fn about(versions: &[(String, Field)], known: Option<&Kind>) -> String {
    let described = || versions.first().and_then(|(_, root)| root.about.text.clone());
    known.map(|known| known.about.clone()).or_else(described).unwrap_or_default()
}
