//! A `kind: List` becomes documents.

use super::Obstacle;
use super::block_items::BlockItems;
use super::flow;
use crate::document::{Document, ParsedFile};
use crate::yaml::{Field, Node, Value};

/// What a list says of itself that no item needs: `ListMeta` of Kubernetes.
const LIST_META: &[&str] = &["continue", "remainingItemCount", "resourceVersion", "selfLink"];

/// Whether a document is a list of objects.
pub(super) fn is_list(node: &Node<'_>) -> bool {
    node.at("kind").and_then(Node::as_str) == Some("List") && node.at("apiVersion").and_then(Node::as_str) == Some("v1")
}

/// The values that a document stands for: its own, or those of its items.
pub(super) fn flatten<'n, 'a>(node: &'n Node<'a>, values: &mut Vec<&'n Node<'a>>) {
    match node.get("items") {
        Some(items) if is_list(node) => items.items().iter().for_each(|item| flatten(item, values)),
        _ if is_list(node) => {}
        _ => values.push(node),
    }
}

/// The file with each list in it split, once.
pub(super) fn split_all(parsed: &ParsedFile<'_>) -> Result<Vec<u8>, Obstacle> {
    let mut out = Vec::with_capacity(parsed.bytes.len());
    let mut at = 0;
    for document in &parsed.documents {
        let Some(node) = document.value.as_ref().filter(|node| is_list(node)) else { continue };
        let span = document.span.range();
        out.extend_from_slice(&parsed.bytes[at..span.start]);
        out.extend(split(parsed.bytes, document, node)?);
        at = span.end;
    }
    out.extend_from_slice(&parsed.bytes[at..]);
    Ok(out)
}

fn split(bytes: &[u8], document: &Document<'_>, node: &Node<'_>) -> Result<Vec<u8>, Obstacle> {
    has_nothing_of_its_own(node)?;
    let content = document.span.range();
    let end = line_end(&bytes[content.clone()]);
    let items = node.field("items");
    let parts = match items {
        _ if flow::is_flow(bytes, node.span) => flow::items(bytes, content.clone(), items)?,
        Some(field) if flow::is_flow(bytes, field.value.span) => flow::items(bytes, content.clone(), items)?,
        Some(Field { key_span, value: Node { value: Value::Sequence(items), .. }, .. }) => {
            BlockItems::new(bytes, content.clone(), node, *key_span, items)?.cut()
        }
        _ => flow::items(bytes, content.clone(), None)?,
    };
    let separator = [b"---", end].concat();
    let mut joined = parts.join(separator.as_slice());
    // The line that opened the document stays one that does.
    if bytes[content].starts_with(b"---") {
        joined.splice(0..0, separator);
    }
    Ok(joined)
}

/// A list is only a wrapping: what else it says would be lost.
fn has_nothing_of_its_own(node: &Node<'_>) -> Result<(), Obstacle> {
    let known = ["apiVersion", "kind", "items", "metadata"];
    let other = node.fields().iter().find(|field| !known.contains(&&*field.key));
    let meta = node.get("metadata").map_or(&[][..], Node::fields);
    let other = other.or_else(|| meta.iter().find(|field| !LIST_META.contains(&&*field.key)));
    match other {
        None => Ok(()),
        Some(field) => {
            let message = format!("the list has `{}` of its own, which no item would keep", field.key);
            Err(Obstacle { at: field.key_span.start as usize, message })
        }
    }
}

/// How lines end here.
fn line_end(bytes: &[u8]) -> &'static [u8] {
    match memchr::memchr(b'\n', bytes) {
        Some(at) if bytes[..at].ends_with(b"\r") => b"\r\n",
        _ => b"\n",
    }
}
