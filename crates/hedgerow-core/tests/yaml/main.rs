//! Files, lines, documents and values, from outside: what the format and Kubernetes ask of them.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

mod corpus;
mod files;
mod hostile;
mod partition;
mod values;

use hedgerow_core::document::{self, ParsedFile};
use hedgerow_core::finding::Severity;
use hedgerow_core::path::TreePath;

/// The file taken apart, at a path of no meaning.
fn parse(bytes: &[u8]) -> ParsedFile<'_> {
    document::parse(&TreePath::from("f/raw/x.yaml"), bytes)
}

/// `HR1005 3:5` for each finding of the file, in order.
fn told(bytes: &[u8]) -> Vec<String> {
    let parsed = parse(bytes);
    let place = |at: Option<u32>| at.map_or("-".to_owned(), |at| at.to_string());
    parsed.findings.iter().map(|f| format!("{} {}:{}", f.code, place(f.place.line), place(f.place.column))).collect()
}

/// Whether nothing about the file is an error.
fn is_clean(parsed: &ParsedFile<'_>) -> bool {
    parsed.findings.iter().all(|finding| finding.severity != Severity::Error)
}
