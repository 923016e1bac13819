//! What is wrong or odd in one document, before it has a file and a line number.

use crate::codes::yaml as codes;
use crate::finding::{Code, Finding, Place, Severity, Span};
use crate::limits::{MAX_ALIAS_NODES_PER_FILE, MAX_DEPTH, MAX_NODES_PER_DOCUMENT, MAX_PROBLEMS_PER_DOCUMENT};

/// One thing that is wrong or odd.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) span: Span,
    pub(crate) code: Code,
    pub(crate) severity: Severity,
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
    /// Another place, and what is there.
    pub(crate) related: Option<(Span, &'static str)>,
}

impl Problem {
    pub(crate) fn error(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self { span, code, severity: Severity::Error, message: message.into(), hint: None, related: None }
    }

    pub(crate) fn warning(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, span, message) }
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// As a finding, where `place` knows lines and columns.
    pub(crate) fn finding(self, place: impl Fn(Span) -> Place) -> Finding {
        let mut finding = Finding::error(self.code, place(self.span), self.message);
        finding.severity = self.severity;
        finding.hint = self.hint;
        match self.related {
            Some((span, message)) => finding.related(place(span), message),
            None => finding,
        }
    }

    pub(crate) fn too_deep(span: Span) -> Self {
        Self::error(codes::TOO_DEEP, span, format!("nested more than {MAX_DEPTH} levels deep"))
            .hint("no Hedgehog object is: flatten it, or look for a bracket that is never closed")
    }

    pub(crate) fn too_many_nodes(span: Span) -> Self {
        Self::error(codes::TOO_MANY_NODES, span, format!("the document has more than {MAX_NODES_PER_DOCUMENT} values"))
            .hint("split it")
    }

    pub(crate) fn too_many_aliases(span: Span) -> Self {
        let message = format!("anchors and aliases add more than {MAX_ALIAS_NODES_PER_FILE} values to this file");
        Self::error(codes::TOO_MANY_ALIASES, span, message).hint("write the values out, or split the file")
    }

    pub(crate) fn unknown_anchor(span: Span, name: &str) -> Self {
        Self::error(codes::UNKNOWN_ANCHOR, span, format!("no anchor `&{name}` stands above in this document"))
            .hint("anchors end with their document; quote the value if `*` is meant as a character")
    }

    pub(crate) fn alias_cycle(span: Span) -> Self {
        Self::error(codes::ALIAS_CYCLE, span, "the alias stands inside the value that it names")
    }

    pub(crate) fn duplicate_key(span: Span, first: Span, key: &str) -> Self {
        let problem = Self::error(codes::DUPLICATE_KEY, span, format!("the key `{key}` is here twice"));
        Self { related: Some((first, "first used here")), ..problem }.hint("keep one of the two")
    }

    pub(crate) fn disputed_bool(span: Span, text: &str, value: bool) -> Self {
        Self::warning(codes::DISPUTED_BOOLEAN, span, format!("Kubernetes reads `{text}` as {value}"))
            .hint(format!("quote it (\"{text}\") if text is meant, else write {value}"))
    }

    pub(crate) fn disputed_number(span: Span, text: &str, value: &str) -> Self {
        Self::warning(codes::DISPUTED_NUMBER, span, format!("Kubernetes reads `{text}` as the number {value}"))
            .hint(format!("quote it (\"{text}\") if text is meant, else write {value}"))
    }

    pub(crate) fn not_finite(span: Span, text: &str) -> Self {
        Self::error(
            codes::NOT_FINITE,
            span,
            format!("`{text}` is a number that JSON, and so Kubernetes, does not have"),
        )
        .hint(format!("quote it (\"{text}\") if text is meant"))
    }

    pub(crate) fn key_read_as(span: Span, text: &str, key: &str) -> Self {
        Self::warning(codes::KEY_READ_AS, span, format!("Kubernetes reads the key `{text}` as \"{key}\""))
            .hint(format!("quote it: \"{text}\":"))
    }
}

/// The problems of one document: bounded, but never without its first error.
#[derive(Debug, Default)]
pub(crate) struct Problems {
    kept: Vec<Problem>,
    has_error: bool,
    left_out: usize,
}

impl Problems {
    pub(crate) fn push(&mut self, problem: Problem) {
        let is_error = problem.severity == Severity::Error;
        if self.kept.len() < MAX_PROBLEMS_PER_DOCUMENT || (is_error && !self.has_error) {
            self.kept.push(problem);
        } else {
            self.left_out += 1;
        }
        self.has_error |= is_error;
    }

    /// What was kept, and how many were not.
    pub(crate) fn into_parts(self) -> (Vec<Problem>, usize) {
        (self.kept, self.left_out)
    }
}
