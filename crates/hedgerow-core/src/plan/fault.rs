//! What stands against one document, before it becomes a finding with a place.

use crate::document::Document;
use crate::finding::{Code, Finding, Place, Span};
use crate::path::TreePath;

/// A finding that does not know its file yet.
#[derive(Clone, Debug)]
pub(super) struct Fault {
    code: Code,
    span: Span,
    message: String,
    hint: String,
}

impl Fault {
    pub(super) fn new(code: Code, span: Span, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { code, span, message: message.into(), hint: hint.into() }
    }

    /// The finding about `document` of `file`, whose content is `bytes`.
    pub(super) fn finding(self, file: &TreePath, bytes: &[u8], document: &Document<'_>) -> Finding {
        Finding::error(self.code, place(file, bytes, document, self.span), self.message).hint(self.hint)
    }
}

/// The place of `span` in a document: lines are counted from where it starts, since a file may have very many.
pub(super) fn place(file: &TreePath, bytes: &[u8], document: &Document<'_>, span: Span) -> Place {
    let start = document.span.start;
    let rest = bytes.get(start as usize..).filter(|_| span.start >= start).unwrap_or_default();
    let below = Span { start: span.start.saturating_sub(start), end: span.end.saturating_sub(start) };
    let place = Place::of_span(file.clone(), Some(document.index), rest, below);
    Place { line: place.line.map(|line| line + document.line - 1), span: Some(span), ..place }
}
