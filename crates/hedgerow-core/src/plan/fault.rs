//! What stands against one document, before it becomes a finding with a place.

use crate::document::Document;
use crate::finding::{Code, Finding, LineStart, Place, Span};
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
    let known = LineStart { at: document.span.start as usize, number: document.line };
    Place::counted_from(known, file.clone(), Some(document.index), bytes, span)
}
