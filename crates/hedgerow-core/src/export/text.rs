//! A document's lines as `hhfab` takes them.

use crate::document::{self, Document};
use crate::lines::{LineKind, line_kinds};
use crate::path::TreePath;
use crate::yaml::Node;

/// The document's lines with no separator among them, if they still say the same.
///
/// A separator's comment becomes a line of its own, so that it stands above the document and in no document of its own.
pub(super) fn for_hhfab(document: &Document<'_>, value: &Node<'_>) -> Option<Vec<u8>> {
    let text = document.text();
    let mut out = Vec::with_capacity(text.len() + 1);
    for (line, kind) in line_kinds(&text) {
        let line = &text[line];
        out.extend_from_slice(match kind {
            LineKind::Separator => b"",
            LineKind::CommentSeparator | LineKind::ContentSeparator => line[3..].trim_ascii_start(),
            LineKind::DocumentEnd => line.iter().position(|byte| *byte == b'#').map_or(&b""[..], |at| &line[at..]),
            _ => line,
        });
    }
    if !out.ends_with(b"\n") {
        out.push(b'\n');
    }
    let again = document::parse(&TreePath::from("export.yaml"), &out);
    let only = if let [only] = again.documents.as_slice() { only.value.as_ref() } else { None };
    let is_cut = line_kinds(&out).any(|(_, kind)| kind.is_any_separator() || kind == LineKind::Percent);
    (only.is_some_and(|only| only.same_value(value)) && !is_cut).then_some(out)
}
