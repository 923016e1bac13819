//! What the server or the fabric's webhooks write themselves goes from Hedgehog's objects.

use std::ops::Range;

use super::{Obstacle, removal};
use crate::catalogue::is_hedgehog;
use crate::document::ParsedFile;
use crate::object::split_api_version;
use crate::schema::metadata::{writes_annotation, writes_field, writes_label};
use crate::yaml::{Field, Node, Value};

/// The file without those fields, and how many they were.
pub(super) fn strip(parsed: &ParsedFile<'_>) -> Result<(Vec<u8>, usize), Obstacle> {
    let mut gone: Vec<Range<usize>> = Vec::new();
    for node in parsed.documents.iter().filter_map(|document| document.value.as_ref()) {
        for (parent, at) in fields(node) {
            gone.push(removal::field(parsed.bytes, parent, at)?);
        }
    }
    gone.sort_by_key(|range| range.start);
    let mut kept = Vec::with_capacity(parsed.bytes.len());
    let mut at = 0;
    for range in &gone {
        kept.extend_from_slice(&parsed.bytes[at.min(range.start)..range.start]);
        at = at.max(range.end);
    }
    kept.extend_from_slice(&parsed.bytes[at..]);
    Ok((kept, gone.len()))
}

/// The fields of an object that are not its author's, each by the mapping that it is in and its index there.
fn fields<'n, 'a>(node: &'n Node<'a>) -> Vec<(&'n Node<'a>, usize)> {
    let mut found = Vec::new();
    if is_ours(node) {
        find(node, Zone::Object, &mut found);
    }
    found
}

/// Which part of an object a mapping is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Zone {
    Object,
    Metadata,
    Labels,
    Annotations,
}

impl Zone {
    /// The part that the field `key` of this one is, if anything in it could go.
    fn below(self, key: &str) -> Option<Self> {
        match (self, key) {
            (Self::Object, "metadata") => Some(Self::Metadata),
            (Self::Metadata, "labels") => Some(Self::Labels),
            (Self::Metadata, "annotations") => Some(Self::Annotations),
            _ => None,
        }
    }

    fn is_servers(self, key: &str) -> bool {
        match self {
            Self::Object => key == "status",
            Self::Metadata => writes_field(key),
            Self::Labels => writes_label(key),
            Self::Annotations => writes_annotation(key),
        }
    }

    /// Whether the field goes: it is the server's, or has nothing but such labels or annotations.
    fn goes(self, field: &Field<'_>) -> bool {
        let is_emptied = |zone: Self| {
            let fields = field.value.fields();
            matches!(zone, Self::Labels | Self::Annotations)
                && !fields.is_empty()
                && fields.iter().all(|field| zone.is_servers(&field.key))
        };
        self.is_servers(&field.key) || self.below(&field.key).is_some_and(is_emptied)
    }
}

fn find<'n, 'a>(node: &'n Node<'a>, zone: Zone, found: &mut Vec<(&'n Node<'a>, usize)>) {
    for (at, field) in node.fields().iter().enumerate() {
        if zone.goes(field) {
            found.push((node, at));
        } else if let Some(below) = zone.below(&field.key) {
            find(&field.value, below, found);
        }
    }
}

/// The value without those fields.
pub(super) fn without<'a>(node: &Node<'a>) -> Node<'a> {
    if is_ours(node) { kept(node, Zone::Object) } else { node.clone() }
}

fn kept<'a>(node: &Node<'a>, zone: Zone) -> Node<'a> {
    let Value::Mapping(fields) = &node.value else { return node.clone() };
    let fields = fields.iter().filter(|field| !zone.goes(field)).map(|field| {
        let below = zone.below(&field.key);
        let value = below.map_or_else(|| field.value.clone(), |below| kept(&field.value, below));
        Field { value, ..field.clone() }
    });
    Node { span: node.span, value: Value::Mapping(fields.collect()) }
}

/// Whether it is an object of one of Hedgehog's groups: what `status` of others is, nobody here knows.
fn is_ours(node: &Node<'_>) -> bool {
    let group = node.at("apiVersion").and_then(Node::as_str).map(|version| split_api_version(version).0);
    group.is_some_and(is_hedgehog)
}
