//! From the bytes of a file to its documents and findings. Bad YAML is data here, not an error (invariant 2).

use std::borrow::Cow;

mod alone;
mod file;
mod fitness;
mod notes;
mod strict;
mod template;

use crate::finding::{Finding, Span};
use crate::path::TreePath;
use crate::yaml::Node;

/// A file of YAML, taken apart.
#[derive(Debug)]
pub struct ParsedFile<'a> {
    /// The file, from the repository's root.
    pub path: TreePath,
    /// Its bytes.
    pub bytes: &'a [u8],
    /// Its documents in order; empty ones do not count. None where the file cannot be cut at all (a finding about the file says why).
    pub documents: Vec<Document<'a>>,
    /// What is wrong or odd about the file and its documents, as far as YAML goes (codes HR1xxx), ordered by place.
    /// With an error among them the file is held; an error whose place names no document is about the whole file.
    pub findings: Vec<Finding>,
}

/// One document of a file.
#[derive(Debug)]
pub struct Document<'a> {
    /// Its index in the file, from 0.
    pub index: usize,
    /// The line of its first content, from 1.
    pub line: u32,
    /// The bytes of the file from its first content line to its last.
    pub span: Span,
    /// The lines that become a managed file: "piece" in the format. Borrowed where they are contiguous.
    pub piece: Cow<'a, [u8]>,
    /// Its value, or `None` where it could not be parsed (a finding says why).
    pub value: Option<Node<'a>>,
}

impl Document<'_> {
    /// The piece without separators and outer blank lines: what is compared and hashed.
    pub fn text(&self) -> Cow<'_, [u8]> {
        crate::lines::text(&self.piece)
    }
}

/// Takes the file at `path` apart. Never fails, never stops at the first problem, and keeps to [`crate::limits`].
///
/// Checks besides YAML itself that every piece, parsed alone, is one document of equal value (HR1027 otherwise), and
/// what makes a file unfit to be cut: NUL, CR not before LF, NEL, LS or PS outside quotes, an encoding that is not UTF-8, a Git LFS pointer.
pub fn parse<'a>(path: &TreePath, bytes: &'a [u8]) -> ParsedFile<'a> {
    file::parse(path, bytes)
}
