//! Findings of one file as they are gathered: bounded, with lines counted once.

use std::cell::OnceCell;

use crate::codes::yaml as codes;
use crate::finding::{Finding, Place, Severity, Span};
use crate::limits::MAX_FINDINGS_PER_FILE;
use crate::path::TreePath;
use crate::yaml::problem::Problem;

/// The findings of one file.
pub(super) struct Notes<'a> {
    path: &'a TreePath,
    bytes: &'a [u8],
    line_starts: OnceCell<Vec<u32>>,
    findings: Vec<Finding>,
    /// The document whose first error was the last to be kept beyond the limit.
    last_with_error: Option<usize>,
    left_out: usize,
}

impl<'a> Notes<'a> {
    pub(super) fn new(path: &'a TreePath, bytes: &'a [u8]) -> Self {
        Self { path, bytes, line_starts: OnceCell::new(), findings: Vec::new(), last_with_error: None, left_out: 0 }
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

    /// As [`Place::of_span`], without counting the lines again each time.
    fn place(&self, document: Option<usize>, span: Span) -> Place {
        let starts = self.line_starts.get_or_init(|| {
            let breaks = memchr::memchr_iter(b'\n', self.bytes).map(|at| at as u32 + 1);
            std::iter::once(0).chain(breaks).collect()
        });
        let line = starts.partition_point(|start| *start <= span.start);
        let from = starts[line - 1] as usize;
        let before = &self.bytes[from..(span.start as usize).clamp(from, self.bytes.len())];
        let column = 1 + String::from_utf8_lossy(before).chars().count() as u32;
        Place { file: self.path.clone(), document, line: Some(line as u32), column: Some(column), span: Some(span) }
    }
}
