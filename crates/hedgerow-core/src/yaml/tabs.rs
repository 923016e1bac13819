//! Tabs where YAML 1.2 takes them and go-yaml v2 does not: at the start of a line, and after `-` and `?`.
//!
//! Only documents with a tab are looked at. The rule is libyaml's, of which go-yaml is a port: in block context a tab is
//! blank only where no key may start, and behind a plain scalar only where it is indented as the scalar's lines must be.

use std::ops::Range;

use granit_parser::{Event, Parser, ScalarStyle, StructureStyle};

use super::reader::options;

/// A part of the text that is no blank to the parser, or a bracket.
struct Token {
    range: Range<usize>,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A plain scalar; its further lines are indented at least so.
    Plain {
        indent: usize,
    },
    BlockScalar,
    Open,
    Close,
    Other,
}

/// Where the first tab stands in `text`, one well-formed document, that go-yaml v2 refuses.
pub(crate) fn misplaced(text: &str) -> Option<usize> {
    memchr::memchr(b'\t', text.as_bytes())?;
    let mut depth = 0_usize;
    let mut last = Token { range: 0..0, kind: Kind::Other };
    for token in tokens(text)? {
        if let Some(tab) = in_gap(text, &last, &token, depth).or_else(|| opens_block(text, &last, &token)) {
            return Some(tab);
        }
        match token.kind {
            Kind::Open => depth += 1,
            Kind::Close => depth = depth.saturating_sub(1),
            Kind::Plain { .. } | Kind::BlockScalar | Kind::Other => {}
        }
        last = token;
    }
    let end = Token { range: text.len()..text.len(), kind: Kind::Other };
    in_gap(text, &last, &end, depth)
}

/// All tokens in order; `None` when the text cannot be read.
fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut options = options();
    options.set_emit_comments(true);
    options.max_buffered_comment_events = usize::MAX;
    let mut tokens = Vec::new();
    let mut open: Vec<(StructureStyle, usize)> = Vec::new();
    for event in Parser::new_from_str_with_options(text, options) {
        let (event, span) = event.ok()?;
        let kind = match event {
            Event::Scalar(_, ScalarStyle::Plain, ..) => {
                let column =
                    open.iter().rev().find(|(style, _)| *style == StructureStyle::Block).map(|(_, column)| *column);
                Kind::Plain { indent: column.map_or(0, |column| column + 1) }
            }
            Event::Scalar(_, ScalarStyle::Literal | ScalarStyle::Folded, ..) => Kind::BlockScalar,
            Event::SequenceStart(style, ..) | Event::MappingStart(style, ..) => {
                open.push((style, span.start.col()));
                if style == StructureStyle::Flow { Kind::Open } else { continue }
            }
            Event::SequenceEnd | Event::MappingEnd => match open.pop() {
                Some((StructureStyle::Flow, _)) => Kind::Close,
                _ => continue,
            },
            Event::Scalar(..) | Event::Alias(_) | Event::UnresolvedAlias(_) | Event::Comment(..) => Kind::Other,
            _ => continue,
        };
        tokens.push(Token { range: span.byte_range()?, kind });
    }
    tokens.retain(|token| !token.range.is_empty());
    tokens.sort_by_key(|token| token.range.start);
    Some(tokens)
}

/// A tab that a block's first line starts with: its indentation is not known yet, unless its header says it.
fn opens_block(text: &str, last: &Token, token: &Token) -> Option<usize> {
    let start = token.range.start;
    let header = text.get(last.range.end..start)?;
    let header = &header[header.find(['|', '>'])?..];
    let is_told = header.lines().next().is_some_and(|line| line.contains(|c: char| c.is_ascii_digit()));
    let starts_so = token.kind == Kind::BlockScalar && text.as_bytes().get(start) == Some(&b'\t');
    (starts_so && !is_told).then_some(start)
}

/// The first bad tab between two tokens.
fn in_gap(text: &str, last: &Token, next: &Token, depth: usize) -> Option<usize> {
    let start = last.range.end;
    let mut gap = text.get(start..next.range.start)?;
    if next.kind == Kind::BlockScalar {
        // What follows its header is the scalar's own, and the parser has judged it.
        gap = &gap[..gap.find(['|', '>'])?];
    }
    let mut tabs = memchr::memchr_iter(b'\t', gap.as_bytes()).map(|at| start + at);
    tabs.find(|tab| if depth > 0 { breaks_plain(text, last, *tab) } else { is_bad_in_block(text, last, *tab) })
}

/// In brackets a tab is blank, but not where the plain scalar before it could go on.
fn breaks_plain(text: &str, last: &Token, tab: usize) -> bool {
    starts_line(text, last, tab) && within_plain(text, last, tab) == Some(Indent::TooSmall)
}

fn is_bad_in_block(text: &str, last: &Token, tab: usize) -> bool {
    let before = text[line_start(text, tab).max(last.range.end)..tab].trim_matches([' ', '\t']);
    match before.as_bytes() {
        [] => starts_line(text, last, tab) && within_plain(text, last, tab) != Some(Indent::Enough),
        b"---" => false,
        [.., b'-' | b'?'] => true,
        b":" => starts_line(text, last, tab),
        _ => false,
    }
}

/// Whether a line break stands between the last token and the tab, or nothing does.
fn starts_line(text: &str, last: &Token, tab: usize) -> bool {
    line_start(text, tab) >= last.range.end
}

/// How a line that may still be a plain scalar's is indented.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Indent {
    Enough,
    TooSmall,
}

/// The tab's indentation, where only blanks stand between it and a plain scalar.
fn within_plain(text: &str, last: &Token, tab: usize) -> Option<Indent> {
    let Kind::Plain { indent } = last.kind else { return None };
    let is_blank = text[last.range.end..tab].bytes().all(|b| matches!(b, b' ' | b'\t' | b'\r' | b'\n'));
    let enough = tab - line_start(text, tab) >= indent;
    is_blank.then_some(if enough { Indent::Enough } else { Indent::TooSmall })
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |before| before + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tabs_are_blanks_where_go_yaml_takes_them() {
        for text in [
            "a:\tb\n",
            "a: b\t# c\n",
            "a: b\t\n",
            "[a,\tb,\n\tc]\n",
            "---\ta\n",
            "a: |\n  \tb\n\tc: d\n",
            "a: 'b\n\tc'\n",
            "a: &x\tb\n",
            "- |2\n  \tx\n",
            "a: b\n  \t\nc: d\n",
            "- a\t\n",
        ] {
            assert_eq!(misplaced(text), None, "{text:?}");
        }
    }

    #[test]
    fn tabs_are_not_indentation() {
        for (text, at) in [
            ("a:\n  \tb: c\n", 5),
            ("\ta: b\n", 0),
            ("-\ta\n", 1),
            ("a: b\n\t\nc: d\n", 5),
            ("a: b\n\t# c\n", 5),
            ("a: 'b'\n  \t\n", 9),
            ("- |\n  \tx\n", 6),
        ] {
            assert_eq!(misplaced(text), Some(at), "{text:?}");
        }
    }
}
