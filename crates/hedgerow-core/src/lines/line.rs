//! What a single line is. Bytes alone decide; no line knows whether it stands in a block scalar.

use std::ops::Range;

/// The UTF-8 byte order mark.
pub(crate) const BOM: &[u8] = b"\xef\xbb\xbf";

/// `bytes` as the lines are looked at: without the byte order mark of a file's start.
pub(crate) fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(BOM).unwrap_or(bytes)
}

/// What a line is, before its surroundings are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `---` and nothing else.
    Separator,
    /// `--- # text`
    CommentSeparator,
    /// `--- content`
    ContentSeparator,
    /// `...`
    DocumentEnd,
    /// Blanks, tabs and CR.
    Blank,
    /// `#` in column 0.
    Comment,
    /// `#` after blanks and tabs.
    IndentedComment,
    /// `%` in column 0: a directive where no document is open, else content.
    Percent,
    /// Everything else.
    Content,
}

impl Kind {
    /// What `line` is, with its LF or without. A file's first line comes without its byte order mark.
    pub(crate) fn of(line: &[u8]) -> Self {
        match line.first() {
            Some(b'#') => Self::Comment,
            Some(b'%') => Self::Percent,
            Some(b'-') => line.strip_prefix(b"---").map_or(Self::Content, Self::after_dashes),
            Some(b'.') => line.strip_prefix(b"...").map_or(Self::Content, Self::after_dots),
            Some(b' ' | b'\t' | b'\r' | b'\n') | None => Self::indented(line),
            Some(_) => Self::Content,
        }
    }

    fn after_dashes(rest: &[u8]) -> Self {
        let inner = skip_blanks(rest);
        match inner.first() {
            _ if is_line_end(inner) => Self::Separator,
            _ if inner.len() == rest.len() => Self::Content,
            Some(b'#') => Self::CommentSeparator,
            _ => Self::ContentSeparator,
        }
    }

    fn after_dots(rest: &[u8]) -> Self {
        let inner = skip_blanks(rest);
        let comment = inner.first() == Some(&b'#') && inner.len() < rest.len();
        if is_line_end(inner) || comment { Self::DocumentEnd } else { Self::Content }
    }

    fn indented(line: &[u8]) -> Self {
        let inner = skip_blanks(line);
        match inner.first() {
            Some(b'#') => Self::IndentedComment,
            _ if is_blank(inner) => Self::Blank,
            _ => Self::Content,
        }
    }

    /// Whether the line cuts one section from the next with dashes.
    pub(crate) fn is_any_separator(self) -> bool {
        matches!(self, Self::Separator | Self::CommentSeparator | Self::ContentSeparator)
    }
}

/// Whether nothing but a line's end is left.
fn is_line_end(rest: &[u8]) -> bool {
    matches!(rest, b"" | b"\n" | b"\r" | b"\r\n")
}

/// Only blanks, tabs, CR and the LF.
fn is_blank(line: &[u8]) -> bool {
    line.iter().all(|b| matches!(b, b' ' | b'\t' | b'\r' | b'\n'))
}

fn skip_blanks(line: &[u8]) -> &[u8] {
    let from = line.iter().position(|b| !matches!(b, b' ' | b'\t')).unwrap_or(line.len());
    &line[from..]
}

/// A comment line that is only `#`: the upper edge of a banner.
pub(crate) fn is_bare_hash(line: &[u8]) -> bool {
    line.strip_prefix(b"#").is_some_and(is_blank)
}

/// The ranges of the lines of `bytes`, each with its LF.
pub(crate) fn lines(bytes: &[u8]) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut ends = memchr::memchr_iter(b'\n', bytes).map(|at| at + 1);
    let mut start = 0;
    std::iter::from_fn(move || {
        let end = ends.next().unwrap_or(bytes.len());
        let line = start..end;
        start = end;
        (!line.is_empty()).then_some(line)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_what_the_format_says() {
        let table: &[(&[u8], Kind)] = &[
            (b"---\n", Kind::Separator),
            (b"---", Kind::Separator),
            (b"--- \t\r\n", Kind::Separator),
            (b"\xef\xbb\xbf---\n", Kind::Content),
            (b"---x\n", Kind::Content),
            (b"----\n", Kind::Content),
            (b"---#\n", Kind::Content),
            (b"--- # x\n", Kind::CommentSeparator),
            (b"---\tx\n", Kind::ContentSeparator),
            (b"...\n", Kind::DocumentEnd),
            (b"... # x\r\n", Kind::DocumentEnd),
            (b"...#x\n", Kind::Content),
            (b"... x\n", Kind::Content),
            (b"\n", Kind::Blank),
            (b" \t\r\n", Kind::Blank),
            (b"# x\n", Kind::Comment),
            (b" # x\n", Kind::IndentedComment),
            (b" ---\n", Kind::Content),
            (b"%YAML 1.2\n", Kind::Percent),
            (b"a: 1\n", Kind::Content),
            (b"- a\n", Kind::Content),
        ];
        for (line, kind) in table {
            assert_eq!(Kind::of(line), *kind, "{}", String::from_utf8_lossy(line));
        }
    }

    #[test]
    fn lines_joined_are_the_file() {
        for file in [&b""[..], b"a", b"a\n", b"\n\n", b"a\nb", b"\r\n"] {
            let joined: Vec<u8> = lines(file).flat_map(|l| file[l].to_vec()).collect();
            assert_eq!(joined, file);
        }
    }
}
