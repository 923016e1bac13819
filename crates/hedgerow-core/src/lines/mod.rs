//! Which lines belong to which document: `docs/reference/format.md`, "Lines and pieces". Bytes alone decide.

use std::borrow::Cow;
use std::ops::Range;

mod line;
mod remainder;
mod section;
mod text;

pub use remainder::{RemainderError, remainder};
pub use text::text;

pub(crate) use line::{BOM, Kind as LineKind, lines};
use section::{Opener, Section, Sections};

/// A file taken apart into the lines of its documents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Partition<'a> {
    /// One piece for each document, in order. None when the file has no document.
    pub documents: Vec<Piece<'a>>,
}

/// The lines of one document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece<'a> {
    /// The lines, joined: what a managed file holds. Borrowed where they are contiguous in the file.
    pub bytes: Cow<'a, [u8]>,
    /// Where those lines stand in the file.
    parts: Vec<Range<usize>>,
    /// The number of the first content line in the file, from 1.
    pub line: u32,
    /// The bytes of the file from the first content line to the last.
    pub content: Range<usize>,
    /// The bytes of the file from the separator that opened the document's section to the section's last line.
    pub section: Range<usize>,
    /// What there is besides comments, blank lines and content.
    pub shape: Shape,
}

/// What the lines of a piece are, besides content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Comments and blank lines, and nothing else; from its first content line on it is contiguous in the file.
    Plain,
    /// Also separators, directives, document ends or a byte order mark, or lines from behind a separator at its end.
    Marked,
}

impl Shape {
    fn and(self, other: Self) -> Self {
        if self == Self::Plain { other } else { Self::Marked }
    }
}

impl Piece<'_> {
    /// Where in the file the byte at `offset` of the piece stands.
    pub fn in_file(&self, offset: usize) -> usize {
        let mut left = offset;
        for part in &self.parts {
            if left < part.len() {
                return part.start + left;
            }
            left -= part.len();
        }
        self.content.end
    }

    /// The piece without separators and outer blank lines: what is compared and hashed.
    pub fn text(&self) -> Cow<'_, [u8]> {
        text(&self.bytes)
    }
}

/// Takes `bytes` apart. Never fails: where YAML and lines disagree is for the parser to say.
pub fn partition(bytes: &[u8]) -> Partition<'_> {
    let documents = cut(bytes).into_iter().map(|cut| cut.piece(bytes)).collect();
    Partition { documents }
}

/// How many documents `bytes` has, in constant memory.
pub fn count(bytes: &[u8]) -> usize {
    Sections::of(bytes).filter(|section| section.content.is_some()).count()
}

/// The lines of a piece and what each is.
pub(crate) fn line_kinds(piece: &[u8]) -> impl Iterator<Item = (Range<usize>, LineKind)> {
    line::lines(piece).map(|range| {
        let line = &piece[range.clone()];
        (range.clone(), LineKind::of(if range.start == 0 { line::without_mark(line) } else { line }))
    })
}

/// One document's share of a file, as ranges.
#[derive(Debug)]
struct Cut {
    parts: Vec<Range<usize>>,
    separator: Option<Range<usize>>,
    line: u32,
    content: Range<usize>,
    section: Range<usize>,
    shape: Shape,
}

impl Cut {
    /// The document of `section`, with the lines that waited for it; `None` when the section has no document.
    fn new(section: &Section, above: Waiting) -> Option<Self> {
        let content = section.content.clone()?;
        let shape = if section.is_plain() { above.shape } else { Shape::Marked };
        let mut parts = above.parts;
        extend(&mut parts, section.lines.start..section.down);
        let separator = section.separator().cloned();
        Some(Self { parts, separator, line: section.first_line, content, section: section.extent(), shape })
    }

    /// The lines below the last document. What stood behind a separator may now be read as part of a block of text.
    fn take_rest(&mut self, rest: Waiting) {
        let parts = self.parts.len();
        rest.parts.into_iter().for_each(|part| extend(&mut self.parts, part));
        if self.parts.len() > parts || rest.shape == Shape::Marked {
            self.shape = Shape::Marked;
        }
    }

    fn piece(self, bytes: &[u8]) -> Piece<'_> {
        let joined = match self.parts.as_slice() {
            [only] => Cow::Borrowed(&bytes[only.clone()]),
            parts => Cow::Owned(parts.iter().flat_map(|part| &bytes[part.clone()]).copied().collect()),
        };
        let shape = if joined.starts_with(BOM) { Shape::Marked } else { self.shape };
        let Self { parts, line, content, section, .. } = self;
        Piece { bytes: joined, parts, line, content, section, shape }
    }
}

/// Rules 5 and 6 of the format: which ranges of `bytes` go to which document.
fn cut(bytes: &[u8]) -> Vec<Cut> {
    let mut cuts: Vec<Cut> = Vec::new();
    let mut waiting = Waiting::default();
    let mut head = Head::default();
    for section in Sections::of(bytes) {
        head.see(&section);
        waiting.keep_separator(&section);
        if section.content.is_none() {
            waiting.take(&section);
        } else if let Some(cut) = Cut::new(&section, std::mem::take(&mut waiting)) {
            cuts.push(cut);
            extend(&mut waiting.parts, section.down..section.lines.end);
        }
    }
    match cuts.as_mut_slice() {
        [only] if head != Head::Commented => {
            only.parts = std::iter::once(0..bytes.len()).collect();
            only.shape = if head == Head::Unseparated { only.shape } else { Shape::Marked };
        }
        [.., last] => last.take_rest(waiting),
        [] => {}
    }
    cuts
}

/// Lines that wait for the document below.
struct Waiting {
    parts: Vec<Range<usize>>,
    shape: Shape,
    has_directive: bool,
}

impl Default for Waiting {
    fn default() -> Self {
        Self { parts: Vec::new(), shape: Shape::Plain, has_directive: false }
    }
}

impl Waiting {
    /// A separator that the directives right above it need is kept; any other is dropped.
    fn keep_separator(&mut self, section: &Section) {
        let needed = std::mem::take(&mut self.has_directive);
        if let Some(separator) = section.separator().filter(|_| needed) {
            extend(&mut self.parts, separator.clone());
            self.shape = Shape::Marked;
        }
    }

    /// The lines of a section without a document.
    fn take(&mut self, section: &Section) {
        extend(&mut self.parts, section.lines.clone());
        self.has_directive = section.has_directive && !section.has_end;
        self.shape = self.shape.and(if section.is_plain() { Shape::Plain } else { Shape::Marked });
    }
}

/// What stands before a file's first separator of any kind.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Head {
    /// No separator was seen, and no comment.
    #[default]
    Unseparated,
    /// No separator was seen, but comments.
    Comments,
    /// A separator, and no comment before it.
    Clean,
    /// A separator, and a comment before it.
    Commented,
}

impl Head {
    fn see(&mut self, section: &Section) {
        let separated = section.opener != Opener::Nothing;
        *self = match *self {
            Self::Unseparated if separated => Self::Clean,
            Self::Comments if separated => Self::Commented,
            Self::Unseparated if section.has_comment => Self::Comments,
            seen => seen,
        };
    }
}

/// Appends a range, joined with the last one where they touch.
fn extend(parts: &mut Vec<Range<usize>>, part: Range<usize>) {
    match parts.last_mut() {
        Some(last) if last.end == part.start => last.end = part.end,
        _ if part.is_empty() => {}
        _ => parts.push(part),
    }
}

#[cfg(test)]
mod tests;
