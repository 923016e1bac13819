//! Something to tell a person about their files.

use std::fmt;
use std::ops::Range;

use serde::{Serialize, Serializer};

use crate::path::TreePath;

/// A stable code: `HR` and four digits. What each means stands in [`crate::codes`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(pub u16);

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HR{:04}", self.0)
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// How bad it is. Only an error holds a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The fabric, the API server or Hedgerow would refuse it.
    Error,
    /// It is taken, and somebody should look.
    Warning,
    /// Worth knowing.
    Info,
}

/// Where it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Place {
    /// The file, from the repository's root (for `vet`, as it was named).
    pub file: TreePath,
    /// The document's index in its file, from 0; `None` when the finding is about the file.
    pub document: Option<usize>,
    /// The line in the file, from 1.
    pub line: Option<u32>,
    /// The column in characters, from 1.
    pub column: Option<u32>,
    /// The bytes of the file that the finding is about, for the caret; not part of the JSON.
    #[serde(skip)]
    pub span: Option<Span>,
}

/// A range of bytes in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// As an index into the file's bytes.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// Where a line starts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LineStart {
    /// Its first byte.
    pub(crate) at: usize,
    /// Its number, from 1.
    pub(crate) number: u32,
}

/// Where all lines of a file start, for files of many findings.
#[derive(Debug)]
pub(crate) struct LineStarts(Vec<u32>);

impl LineStarts {
    pub(crate) fn of(bytes: &[u8]) -> Self {
        Self(std::iter::once(0).chain(memchr::memchr_iter(b'\n', bytes).map(|at| at as u32 + 1)).collect())
    }

    /// The line of the byte at `at`.
    pub(crate) fn line_of(&self, at: u32) -> LineStart {
        let number = self.0.partition_point(|&start| start <= at).max(1);
        LineStart { at: self.0[number - 1] as usize, number: number as u32 }
    }
}

impl Place {
    /// A whole file.
    pub fn file(file: TreePath) -> Self {
        Self { file, document: None, line: None, column: None, span: None }
    }

    /// The place of `span` in `file`, whose content is `bytes`: line and column are counted here.
    pub fn of_span(file: TreePath, document: Option<usize>, bytes: &[u8], span: Span) -> Self {
        Self::counted_from(LineStart { at: 0, number: 1 }, file, document, bytes, span)
    }

    /// The same, with lines counted from one that is known and stands above: files are large.
    pub(crate) fn counted_from(
        known: LineStart,
        file: TreePath,
        document: Option<usize>,
        bytes: &[u8],
        span: Span,
    ) -> Self {
        let start = (span.start as usize).min(bytes.len());
        let known = if known.at <= start { known } else { LineStart { at: 0, number: 1 } };
        let before = &bytes[known.at..start];
        let line = known.number + memchr::memchr_iter(b'\n', before).count() as u32;
        let from = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
        let column = 1 + String::from_utf8_lossy(&before[from..]).chars().count() as u32;
        Self { file, document, line: Some(line), column: Some(column), span: Some(span) }
    }
}

/// Another place that a finding is about: "first used here".
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Related {
    /// Where.
    #[serde(flatten)]
    pub place: Place,
    /// What is there.
    pub message: String,
}

/// Something to tell a person about their files. Ordered by place, so that a sorted list reads like the files.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Finding {
    /// Where.
    #[serde(flatten)]
    pub place: Place,
    /// Which.
    pub code: Code,
    /// How bad.
    pub severity: Severity,
    /// What is wrong, about what.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
    /// Other places.
    pub related: Vec<Related>,
}

impl Finding {
    /// An error at `place`.
    pub fn error(code: Code, place: Place, message: impl Into<String>) -> Self {
        Self { place, code, severity: Severity::Error, message: message.into(), hint: None, related: Vec::new() }
    }

    /// A warning at `place`.
    pub fn warning(code: Code, place: Place, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, place, message) }
    }

    /// With what to do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// With another place.
    #[must_use]
    pub fn related(mut self, place: Place, message: impl Into<String>) -> Self {
        self.related.push(Related { place, message: message.into() });
        self
    }
}
