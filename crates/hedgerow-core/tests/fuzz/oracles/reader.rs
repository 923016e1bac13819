//! The YAML reader.

use hedgerow_core::digest::canonical_json;
use hedgerow_core::document::{self, ParsedFile};
use hedgerow_core::finding::{Finding, Severity, Span};
use hedgerow_core::path::TreePath;
use hedgerow_core::yaml::{Node, Value};

pub(crate) fn parse(bytes: &[u8]) -> ParsedFile<'_> {
    document::parse(&TreePath::from("raw/any.yaml"), bytes)
}

/// Whether nothing is wrong with the file.
pub(crate) fn is_clean(parsed: &ParsedFile<'_>) -> bool {
    !parsed.findings.iter().any(|finding| finding.severity == Severity::Error)
}

/// Nothing panics; every place is inside the file, on the edge of a character; and the value of each document, written as JSON
/// (which is YAML), is read again as the same value.
pub(crate) fn reader(bytes: &[u8]) {
    let parsed = parse(bytes);
    parsed.findings.iter().for_each(|finding| is_inside(finding, bytes, parsed.documents.len()));
    for document in &parsed.documents {
        span_is_inside(document.span, bytes);
        document.value.iter().for_each(|node| node_is_inside(node, bytes));
    }
    if is_clean(&parsed) {
        parsed.documents.iter().filter_map(|document| document.value.as_ref()).for_each(is_read_again);
    }
}

/// A finding's place names a document and a line that the file has.
pub(crate) fn is_inside(finding: &Finding, bytes: &[u8], documents: usize) {
    let related = finding.related.iter().map(|related| &related.place).filter(|place| place.file == finding.place.file);
    for place in std::iter::once(&finding.place).chain(related) {
        assert!(place.document.is_none_or(|index| index < documents), "no such document: {finding:?}");
        let lines = 1 + bytes.iter().filter(|byte| **byte == b'\n').count();
        assert!(place.line.is_none_or(|line| (1..=lines).contains(&(line as usize))), "no such line: {finding:?}");
        assert!(place.column.is_none_or(|column| column >= 1), "no such column: {finding:?}");
        if let Some(span) = place.span {
            let range = span.range();
            assert!(range.start <= range.end && range.end <= bytes.len(), "outside the file: {finding:?}");
        }
    }
}

fn span_is_inside(span: Span, bytes: &[u8]) {
    let range = span.range();
    assert!(range.start <= range.end && range.end <= bytes.len(), "outside the file: {span:?}");
    let text = std::str::from_utf8(bytes).expect("only text has documents");
    assert!(text.is_char_boundary(range.start) && text.is_char_boundary(range.end), "inside a character: {span:?}");
}

fn node_is_inside(node: &Node<'_>, bytes: &[u8]) {
    span_is_inside(node.span, bytes);
    match &node.value {
        Value::Sequence(items) => items.iter().for_each(|item| node_is_inside(item, bytes)),
        Value::Mapping(fields) => fields.iter().for_each(|field| {
            span_is_inside(field.key_span, bytes);
            node_is_inside(&field.value, bytes);
        }),
        _ => {}
    }
}

/// A longer key, in bytes, is none where a `:` follows; without one, braces have such keys all the same.
const MAX_KEY: usize = 150;

fn has_long_key(node: &Node<'_>) -> bool {
    let is_long = |key: &str| key.len() > MAX_KEY;
    node.items().iter().any(has_long_key)
        || node.fields().iter().any(|field| is_long(&field.key) || has_long_key(&field.value))
}

fn is_read_again(node: &Node<'_>) {
    if has_long_key(node) {
        return;
    }
    let json = canonical_json(node);
    let again = parse(json.as_bytes());
    let value = again.documents.first().and_then(|document| document.value.as_ref());
    let value = value.unwrap_or_else(|| panic!("not read again: {json}\n{:?}", again.findings));
    assert_eq!(canonical_json(value), json, "read again as another value");
    assert!(value.same_value(node), "the same JSON and not the same value: {json}");
}
