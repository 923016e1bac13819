//! Documents of a file as the ledger knows them: lines and hashes, no YAML.

use std::borrow::Cow;

use crate::digest::sha256;
use crate::lines;
use crate::tree::{Content, Entry};

/// One document of a file.
#[derive(Debug)]
pub(super) struct Text<'a> {
    /// Its index in the file.
    pub(super) index: usize,
    /// Its lines.
    pub(super) piece: Cow<'a, [u8]>,
    /// The hash of its text.
    pub(super) sha256: String,
}

/// The documents of a file's bytes.
pub(super) fn texts(bytes: &[u8]) -> Vec<Text<'_>> {
    let pieces = lines::partition(bytes).documents.into_iter().enumerate();
    pieces.map(|(index, piece)| Text { index, sha256: sha256(&piece.text()), piece: piece.bytes }).collect()
}

/// The hashes of the texts that a regular file holds, in order; none where it was not read.
pub fn text_hashes(entry: &Entry) -> Vec<String> {
    let documents = entry.text_bytes().map(texts).unwrap_or_default();
    documents.into_iter().map(|text| text.sha256).collect()
}

/// Whether the ledger has a line for an inbox entry: it has a document, or is something that nobody looked into.
pub(super) fn counts_as_document(entry: &Entry) -> bool {
    entry.text_bytes().is_none_or(|bytes| lines::count(bytes) > 0)
}

/// The hash of a whole entry.
pub(crate) fn whole_hash(entry: &Entry) -> String {
    match &entry.content {
        Content::Bytes(bytes) => sha256(bytes),
        Content::TooLarge { sha256, .. } => sha256.clone(),
        Content::Unread => sha256(entry.id.as_bytes()),
    }
}

/// `bytes` without its bare separators.
pub(super) fn without_separators(bytes: &[u8]) -> Vec<u8> {
    bytes.split_inclusive(|b| *b == b'\n').filter(|line| !is_separator(line)).collect::<Vec<_>>().concat()
}

/// `^---[ \t]*\r?\n?$`
fn is_separator(line: &[u8]) -> bool {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    line.strip_prefix(b"---").is_some_and(|rest| rest.iter().all(|b| matches!(b, b' ' | b'\t')))
}
