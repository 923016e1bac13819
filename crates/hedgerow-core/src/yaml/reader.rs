//! From text to documents, one at a time; an error ends its document and no other.

use std::ops::Range;

use granit_parser::{ErrorKind, Event, Options, Parser, ScalarStyle, ScanError, StrInput};

use super::Node;
use super::builder::Builder;
use super::problem::Problem;
use crate::codes::yaml as codes;
use crate::finding::Span;
use crate::limits::MAX_DEPTH;

/// What was read of one document.
#[derive(Debug, Default)]
pub(crate) struct Reading<'a> {
    /// Where it starts: its `---`, or its first token.
    pub(crate) start: usize,
    /// One past the last byte of its last token.
    pub(crate) end: usize,
    /// Its value; `None` when it could not be read to its end.
    pub(crate) root: Option<Node<'a>>,
    /// What is wrong or odd.
    pub(crate) problems: Vec<Problem>,
    /// How many more problems there are.
    pub(crate) left_out: usize,
}

/// Reads the documents of a text. Empty ones are passed over, as Kubernetes does.
pub(crate) struct Reader<'a> {
    text: &'a str,
    /// Where the text stands in its file.
    offset: u32,
    parser: Parser<'a, StrInput<'a>>,
    /// What is built of the current document; its stacks serve the next one too.
    builder: Builder<'a>,
    /// How many values anchors and aliases may still add.
    budget: usize,
}

impl<'a> Reader<'a> {
    /// A reader of `text`, whose anchors and aliases may add `budget` values.
    pub(crate) fn new(text: &'a str, budget: usize) -> Self {
        let parser = Parser::new_from_str_with_options(text, options());
        Self { text, offset: 0, parser, builder: Builder::default(), budget }
    }

    /// A reader of a part of `file`; places are those of the file.
    pub(crate) fn within(file: &'a str, part: Range<usize>, budget: usize) -> Self {
        Self { offset: part.start as u32, ..Self::new(&file[part], budget) }
    }

    /// Reads to the end of a document; `None` at the end of the text.
    fn read(&mut self) -> Option<Read<'a>> {
        let mut start = None;
        let mut presence = Presence::Empty;
        loop {
            let taken = match self.parser.next_event()? {
                Ok((Event::DocumentStart(..), span)) => {
                    start = Some(self.place(span).start);
                    Ok(())
                }
                Ok((Event::DocumentEnd, _)) => return Some(self.finish(start.unwrap_or(0), presence)),
                Ok((event, span)) => self.take(event, span, &mut presence),
                Err(error) => Err(self.syntax(&error)),
            };
            if let Err(failure) = taken {
                return Some(self.give_up(start, failure));
            }
        }
    }

    fn take(&mut self, event: Event<'a>, span: granit_parser::Span, presence: &mut Presence) -> Result<(), Problem> {
        let column = span.start.col();
        let span = self.place(span);
        if is_flush_left(&event, column) {
            self.builder.problems.push(flush_left(span));
        }
        if *presence == Presence::Empty && is_content(&event, span) {
            *presence = Presence::Content;
        }
        self.builder.take(event, span, &mut self.budget)
    }

    /// Leaves the document, and goes on at the next.
    fn give_up(&mut self, start: Option<u32>, failure: Problem) -> Read<'a> {
        let start = start.unwrap_or(failure.span.start);
        self.builder.root = None;
        self.builder.problems.push(failure);
        // Without a next document the parser is at its end, and says so when asked.
        let _ = self.parser.proceed_next_document();
        self.finish(start, Presence::Content)
    }

    fn finish(&mut self, start: u32, presence: Presence) -> Read<'a> {
        let (root, problems, end) = self.builder.finish();
        let (problems, left_out) = problems.into_parts();
        let reading = Reading { start: start as usize, end: end.max(start) as usize, root, problems, left_out };
        Read { reading, presence }
    }

    /// Files are at most 16 MiB, so byte offsets fit.
    fn place(&self, span: granit_parser::Span) -> Span {
        let range = span.byte_range().unwrap_or_default();
        let start = self.offset + range.start as u32;
        Span { start, end: start.max(self.offset + range.end as u32) }
    }

    fn syntax(&self, error: &ScanError) -> Problem {
        let at = error.marker().byte_offset().unwrap_or(0).min(self.text.len());
        let width = self.text[at..].chars().next().map_or(0, char::len_utf8);
        let start = self.offset + at as u32;
        let span = Span { start, end: start + width as u32 };
        if *error.kind() == ErrorKind::RecursionLimitExceeded {
            return Problem::too_deep(span);
        }
        if let Some(tab) = tab_before(self.text, at) {
            let start = self.offset + tab as u32;
            return Problem::error(
                codes::TAB,
                Span { start, end: start + 1 },
                "a tab at the start of a line, where only blanks may stand",
            )
            .hint("indent with blanks");
        }
        let problem = Problem::error(codes::SYNTAX, span, error.info());
        match hint(error.kind()) {
            Some(hint) => problem.hint(hint),
            None => problem,
        }
    }
}

impl<'a> Iterator for Reader<'a> {
    type Item = Reading<'a>;

    fn next(&mut self) -> Option<Reading<'a>> {
        loop {
            let Read { reading, presence } = self.read()?;
            if presence == Presence::Content {
                return Some(reading);
            }
        }
    }
}

struct Read<'a> {
    reading: Reading<'a>,
    presence: Presence,
}

/// Whether a document has anything in it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Presence {
    Empty,
    Content,
}

/// Anything but the null that the parser makes up for an empty document.
fn is_content(event: &Event<'_>, span: Span) -> bool {
    match event {
        Event::Scalar(_, ScalarStyle::Plain, 0, None) => span.start < span.end,
        Event::StreamStart | Event::StreamEnd => false,
        _ => true,
    }
}

/// A block of text without indentation: YAML 1.2 takes that at a document's root, and libyaml ends the block before it.
fn is_flush_left(event: &Event<'_>, column: usize) -> bool {
    match event {
        Event::Scalar(text, ScalarStyle::Literal | ScalarStyle::Folded, ..) => {
            column == 0 && text.contains(|c| c != '\n')
        }
        _ => false,
    }
}

fn flush_left(span: Span) -> Problem {
    Problem::error(codes::SYNTAX, span, "a block of text that is not indented, which Kubernetes does not read")
        .hint("indent its lines by two blanks")
}

pub(super) fn options() -> Options {
    let mut options = granit_parser::options! {
        emit_unresolved_aliases: true,
        // As libyaml: a block scalar that ends with the file ends as the file does.
        block_scalar_eof_without_line_feed: true,
        flow_nesting_limit: MAX_DEPTH,
        block_nesting_limit: MAX_DEPTH,
    };
    options.set_emit_comments(false);
    options
}

/// The ranges of all quoted scalars of `text`, in order, as far as it can be read.
pub(crate) fn quoted(text: &str) -> Vec<Range<usize>> {
    let mut parser = Parser::new_from_str_with_options(text, options());
    let mut quoted = Vec::new();
    loop {
        match parser.next_event() {
            Some(Ok((Event::Scalar(_, ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted, ..), span))) => {
                quoted.extend(span.byte_range());
            }
            Some(Ok(_)) => {}
            Some(Err(_)) if parser.proceed_next_document().is_ok() => {}
            Some(Err(_)) | None => return quoted,
        }
    }
}

/// The tab among the blanks that `at` is indented with.
fn tab_before(text: &str, at: usize) -> Option<usize> {
    let start = text[..at].rfind('\n').map_or(0, |before| before + 1);
    let indentation = text[start..].len() - text[start..].trim_start_matches([' ', '\t']).len();
    let tab = text[start..start + indentation].find('\t')?;
    (at <= start + indentation).then_some(start + tab)
}

fn hint(kind: &ErrorKind) -> Option<&'static str> {
    use ErrorKind as E;
    Some(match kind {
        E::TabInIndentation | E::TabInBlockIndentation | E::TabNotAllowed | E::TabAtBlockScalarStart => {
            "indent with blanks, not with tabs"
        }
        E::UnclosedQuotedScalar | E::DocumentIndicatorInQuotedScalar => "close the quote",
        E::UnclosedFlowCollection { .. }
        | E::UnexpectedEofFlowMapping
        | E::UnexpectedEofFlowSequence
        | E::ExpectedFlowMappingSeparator
        | E::ExpectedFlowSequenceSeparator => {
            "close the bracket, or quote the value if the bracket is meant as a character"
        }
        E::MappingValueNotAllowed | E::InvalidColonPlacement => {
            "quote a value that contains `: `, or check the indentation of this line"
        }
        E::InvalidIndentation | E::ExpectedBlockMappingKey | E::ExpectedBlockSequenceEntry | E::SimpleKeyExpected => {
            "check the indentation of this line against the lines above"
        }
        E::UnexpectedCharacter { .. } | E::UnknownQuotedScalarEscape => {
            "quote the value, with single quotes if it has backslashes"
        }
        _ => return None,
    })
}
