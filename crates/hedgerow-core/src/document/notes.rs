//! Findings of one file as they are gathered: bounded, with lines counted once.

use std::cell::OnceCell;

use crate::codes::yaml as codes;
use crate::finding::{Finding, LineStarts, Place, Severity, Span};
use crate::limits::MAX_FINDINGS_PER_FILE;
use crate::path::TreePath;
use crate::yaml::problem::Problem;

/// The findings of one file.
pub(super) struct Notes<'a> {
    path: &'a TreePath,
    bytes: &'a [u8],
    lines: OnceCell<LineStarts>,
    findings: Vec<Finding>,
    /// The document whose first error was the last to be kept beyond the limit.
    last_with_error: Option<usize>,
    left_out: usize,
}

impl<'a> Notes<'a> {
    pub(super) fn new(path: &'a TreePath, bytes: &'a [u8]) -> Self {
        Self { path, bytes, lines: OnceCell::new(), findings: Vec::new(), last_with_error: None, left_out: 0 }
    }

    /// Takes in a problem of `document`, or of the file.
    pub(super) fn push(&mut self, document: Option<usize>, problem: Problem) {
        let is_error = problem.severity == Severity::Error;
        let first_error = is_error && (document.is_none() || self.last_with_error != document);
        if self.findings.len() < MAX_FINDINGS_PER_FILE || first_error {
            let finding = problem.finding(|span| self.place(document, span));
            self.findings.push(finding);
        } else {
            self.left_out += 1;
        }
        if is_error {
            self.last_with_error = document;
        }
    }

    pub(super) fn leave_out(&mut self, count: usize) {
        self.left_out += count;
    }

    /// All of them, ordered by place.
    pub(super) fn into_findings(mut self) -> Vec<Finding> {
        self.findings.sort();
        if self.left_out > 0 {
            let message = format!("{} more findings about this file are not told", self.left_out);
            let finding = Finding::error(codes::LEFT_OUT, Place::file(self.path.clone()), message);
            self.findings.push(Finding { severity: Severity::Info, ..finding });
        }
        self.findings
    }

    fn place(&self, document: Option<usize>, span: Span) -> Place {
        let line = self.lines.get_or_init(|| LineStarts::of(self.bytes)).line_of(span.start);
        Place::counted_from(line, self.path.clone(), document, self.bytes, span)
    }
}
