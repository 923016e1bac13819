//! What a file is taken apart into, and what is said about it.

use super::*;
use crate::finding::Severity;

fn parsed(bytes: &[u8]) -> ParsedFile<'_> {
    parse(&TreePath::from("f/raw/a.yaml"), bytes)
}

/// Code, line and column of each finding.
fn told(bytes: &[u8]) -> Vec<(u16, u32, u32)> {
    let at = |f: &Finding| (f.code.0, f.place.line.unwrap_or(0), f.place.column.unwrap_or(0));
    parsed(bytes).findings.iter().map(at).collect()
}

#[test]
fn files_without_documents_have_no_findings() {
    for file in [&b""[..], b"\n", b"# c\n", b"---\n", b"---\n---\n# c\n...\n", b"\xef\xbb\xbf"] {
        let parsed = parsed(file);
        assert!(parsed.documents.is_empty() && parsed.findings.is_empty(), "{file:?}: {:?}", parsed.findings);
    }
}

#[test]
fn documents_have_places_and_values() {
    let file = b"# c\n---\na: 1\n---\n\nb: [x, 2]\n";
    let parsed = parsed(file);
    assert_eq!(parsed.findings, []);
    assert_eq!(parsed.documents.len(), 2);
    assert_eq!(parsed.documents[1].line, 6);
    let value = parsed.documents[1].value.as_ref().unwrap();
    assert_eq!(crate::digest::canonical_json(value), r#"{"b":["x",2]}"#);
    let two = &value.get("b").unwrap().items()[1];
    assert_eq!(&file[two.span.range()], b"2");
}
