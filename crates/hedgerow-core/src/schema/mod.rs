//! Whether a document alone is what the API server would take, after the fabric's admission webhooks have filled in
//! their defaults. What must hold between fields and between objects stands in [`crate::rules`].
//!
//! One cause gives one finding: what stands below a value of the wrong type, or below a field that nobody knows, is not looked at.

use crate::catalogue::{Catalogue, Kind, Shape};
use crate::document::Document;
use crate::finding::Finding;
use crate::path::TreePath;
use crate::yaml::{Node, Value};

mod check;
mod format;
pub(crate) mod metadata;
mod qualified;
mod scalar;
mod template;
mod trail;
mod words;

use check::Check;
use trail::Trail;

/// Checks one document of `kind` against its schema: findings with codes HR2xxx, places in the file `path` of content `bytes`.
///
/// A version that is not served gives nothing here: its kind's place in the catalogue says that already (HR5003, HR5004).
pub fn check(
    catalogue: &Catalogue,
    kind: &Kind,
    path: &TreePath,
    bytes: &[u8],
    document: &Document<'_>,
) -> Vec<Finding> {
    let Some(node) = &document.value else { return Vec::new() };
    let mut check = Check::new(path, bytes, document, kind);
    let trail = Trail::root();
    if let Some(status) = present(node, "status") {
        check.status(status);
    }
    if let Some(field) = present(node, "metadata") {
        let trail = trail.entry(field);
        check.value(catalogue.metadata(), &field.value, &trail);
        metadata::check(&mut check, &field.value, &trail);
    }
    if let Some(fields) = version(node).and_then(|version| kind.fields(version)) {
        check.document(fields, node, &trail);
    }
    check.into_findings()
}

/// The field, unless it is absent or null.
fn present<'n, 'a>(node: &'n Node<'a>, key: &str) -> Option<&'n crate::yaml::Field<'a>> {
    node.field(key).filter(|field| !matches!(field.value.value, Value::Null))
}

/// The version that the document names.
fn version<'n>(node: &'n Node<'_>) -> Option<&'n str> {
    let api_version = node.get("apiVersion")?.as_str()?;
    Some(api_version.rsplit_once('/').map_or(api_version, |(_, version)| version))
}

/// Whether `shape` takes `value` as far as types go; `null` is never taken.
fn takes(shape: &Shape, value: &Value<'_>) -> bool {
    matches!(
        (shape, value),
        (Shape::Any, _)
            | (Shape::Object(_) | Shape::Map(..), Value::Mapping(_))
            | (Shape::List(..), Value::Sequence(_))
            | (Shape::String(_), Value::String(_))
            | (Shape::Boolean, Value::Bool(_))
            | (Shape::Integer(_) | Shape::Number(_), Value::Int(_))
            | (Shape::Number(_), Value::Float(_))
            | (Shape::IntOrString, Value::Int(_) | Value::String(_))
    )
}

#[cfg(test)]
mod tests;
