//! Sections: what separators and document ends cut a file into.

use std::ops::Range;

use super::line::{Kind, is_bare_hash, lines, without_mark};

/// What opened a section.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Opener {
    /// The file's start, or a document end.
    #[default]
    Nothing,
    /// A bare separator, at these bytes; not part of the section's lines.
    Separator(Range<usize>),
    /// A separator with content or a comment, which is the section's first line.
    Line,
}

/// The lines between two cuts.
#[derive(Clone, Debug, Default)]
pub(super) struct Section {
    /// What opened it.
    pub(super) opener: Opener,
    /// Its lines, with the content separator that opened it and the document end that closed it.
    pub(super) lines: Range<usize>,
    /// From its first content line to its last; `None`: it has no document.
    pub(super) content: Option<Range<usize>>,
    /// The number of the first content line, from 1.
    pub(super) first_line: u32,
    /// It holds a directive, so the separator that follows must stay.
    pub(super) has_directive: bool,
    /// Where the comment block starts that goes down to the document below; its end when none does.
    pub(super) down: usize,
    /// It holds a comment line, indented or not.
    pub(super) has_comment: bool,
    /// A document end closed it.
    pub(super) has_end: bool,
}

/// A maximal run of comment lines at column 0.
#[derive(Clone, Copy)]
struct Block {
    start: usize,
    after_blank: bool,
    first_bare_hash: Option<usize>,
}

/// The lines right above the one that is looked at.
#[derive(Clone, Copy)]
enum Above {
    Blank,
    Block(Block),
    Other,
}

impl Above {
    /// With the line `bytes` at `start`, which is next.
    fn and(self, kind: Kind, bytes: &[u8], start: usize) -> Self {
        let block = match (kind, self) {
            (Kind::Blank, _) => return Self::Blank,
            (Kind::Comment, Self::Block(block)) => block,
            (Kind::Comment, above) => Block { start, after_blank: matches!(above, Self::Blank), first_bare_hash: None },
            _ => return Self::Other,
        };
        let bare_hash = is_bare_hash(bytes).then_some(start);
        Self::Block(Block { first_bare_hash: block.first_bare_hash.or(bare_hash), ..block })
    }

    /// From where comments go down to the next document.
    fn goes_down_from(self) -> Option<usize> {
        match self {
            Self::Block(block) if block.after_blank => Some(block.start),
            Self::Block(block) => block.first_bare_hash,
            Self::Blank | Self::Other => None,
        }
    }
}

/// Cuts `bytes` into sections, one at a time.
pub(super) struct Sections<'a> {
    bytes: &'a [u8],
    lines: Box<dyn Iterator<Item = Range<usize>> + 'a>,
    number: u32,
    /// What the cut that ended the last section starts the next one with.
    next: Option<Section>,
}

impl<'a> Sections<'a> {
    pub(super) fn of(bytes: &'a [u8]) -> Self {
        Self { bytes, lines: Box::new(lines(bytes)), number: 0, next: Some(Section::default()) }
    }
}

impl Iterator for Sections<'_> {
    type Item = Section;

    fn next(&mut self) -> Option<Section> {
        let mut section = self.next.take()?;
        let mut above = Above::Other;
        for line in self.lines.by_ref() {
            self.number += 1;
            let bytes = match &self.bytes[line.clone()] {
                first if line.start == 0 => without_mark(first),
                line => line,
            };
            let kind = Kind::of(bytes);
            if kind.is_any_separator() {
                section.close(above);
                self.next = Some(Section::opened_by(kind, line, self.number));
                return Some(section);
            }
            above = above.and(kind, bytes, line.start);
            section.take(kind, &line, self.number);
            if kind == Kind::DocumentEnd {
                self.next = Some(Section { lines: line.end..line.end, ..Section::default() });
                break;
            }
        }
        section.close(Above::Other);
        Some(section)
    }
}

impl Section {
    fn opened_by(kind: Kind, line: Range<usize>, number: u32) -> Self {
        let mut section = Self { opener: Opener::Line, lines: line.clone(), ..Self::default() };
        match kind {
            Kind::Separator => {
                section.lines.start = line.end;
                section.opener = Opener::Separator(line);
            }
            Kind::ContentSeparator => section.take_content(&line, number),
            _ => {}
        }
        section
    }

    /// Takes in one line that does not cut with dashes.
    fn take(&mut self, kind: Kind, line: &Range<usize>, number: u32) {
        self.lines.end = line.end;
        match kind {
            Kind::Comment | Kind::IndentedComment => self.has_comment = true,
            Kind::DocumentEnd => self.has_end = true,
            Kind::Percent if self.opener == Opener::Nothing && self.content.is_none() => self.has_directive = true,
            Kind::Percent | Kind::Content => self.take_content(line, number),
            Kind::Blank | Kind::Separator | Kind::CommentSeparator | Kind::ContentSeparator => {}
        }
    }

    fn take_content(&mut self, line: &Range<usize>, number: u32) {
        match &mut self.content {
            Some(content) => content.end = line.end,
            None => {
                self.content = Some(line.clone());
                self.first_line = number;
            }
        }
    }

    /// Only dashes send a block of comments down, and only from a document.
    fn close(&mut self, above: Above) {
        let down = self.content.as_ref().and_then(|_| above.goes_down_from());
        self.down = down.unwrap_or(self.lines.end);
    }

    /// The bare separator that opened it.
    pub(super) fn separator(&self) -> Option<&Range<usize>> {
        match &self.opener {
            Opener::Separator(line) => Some(line),
            _ => None,
        }
    }

    /// From the separator of any kind that opened it to its last line.
    pub(super) fn extent(&self) -> Range<usize> {
        self.separator().map_or(self.lines.start, |line| line.start)..self.lines.end
    }

    /// Whether its lines are comments, blank lines and content alone.
    pub(super) fn is_plain(&self) -> bool {
        self.opener != Opener::Line && !self.has_end && !self.has_directive
    }
}
