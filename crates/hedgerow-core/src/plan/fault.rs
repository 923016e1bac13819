//! What stands against one document, before it becomes a finding with a place.

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

    /// The finding about document `index` of `file`, whose content is `bytes`.
    pub(super) fn finding(self, file: &TreePath, bytes: &[u8], index: usize) -> Finding {
        let place = Place::of_span(file.clone(), Some(index), bytes, self.span);
        Finding::error(self.code, place, self.message).hint(self.hint)
    }
}
