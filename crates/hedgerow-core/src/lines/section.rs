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

impl Block {
    /// From where its lines go down to the next document.
    fn goes_down_from(self) -> Option<usize> {
        if self.after_blank { Some(self.start) } else { self.first_bare_hash }
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
        let mut block: Option<Block> = None;
        let mut after_blank = false;
        for line in self.lines.by_ref() {
            self.number += 1;
            let bytes = match &self.bytes[line.clone()] {
                first if line.start == 0 => without_mark(first),
                line => line,
            };
            let kind = Kind::of(bytes);
            if kind.is_any_separator() {
                self.next = Some(Section::opened_by(kind, line, self.number));
                section.close(block);
                return Some(section);
            }
            section.lines.end = line.end;
            block = match (kind, block) {
                (Kind::Comment, block) => {
                    let bare = is_bare_hash(bytes).then_some(line.start);
                    let block = block.unwrap_or(Block { start: line.start, after_blank, first_bare_hash: None });
                    Some(Block { first_bare_hash: block.first_bare_hash.or(bare), ..block })
                }
                _ => None,
            };
            after_blank = kind == Kind::Blank;
            section.take(kind, &line, self.number);
            if kind == Kind::DocumentEnd {
                self.next = Some(Section { lines: line.end..line.end, ..Section::default() });
                break;
            }
        }
        section.close(None);
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
    fn close(&mut self, block: Option<Block>) {
        let down = block.filter(|_| self.content.is_some()).and_then(Block::goes_down_from);
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
