//! The text of a piece: what is compared and hashed.

use std::borrow::Cow;

use super::line::{Kind, lines, without_mark};

/// The text of a piece: without separator lines, outer blank lines and byte order mark.
pub fn text(piece: &[u8]) -> Cow<'_, [u8]> {
    let trimmed = trim(without_mark(piece));
    if memchr::memmem::find(trimmed, b"\n---").is_none() {
        return Cow::Borrowed(trimmed);
    }
    let kept = lines(trimmed).map(|line| &trimmed[line]).filter(|line| Kind::of(line) != Kind::Separator);
    Cow::Owned(kept.collect::<Vec<_>>().concat())
}

/// Without blank lines and separators at both ends.
fn trim(mut piece: &[u8]) -> &[u8] {
    let outer = |line: &[u8]| matches!(Kind::of(line), Kind::Blank | Kind::Separator);
    while let Some(end) = memchr::memchr(b'\n', piece).map(|at| at + 1).or((!piece.is_empty()).then_some(piece.len()))
        && outer(&piece[..end])
    {
        piece = &piece[end..];
    }
    while let Some(before_last) = piece.len().checked_sub(1) {
        let start = memchr::memrchr(b'\n', &piece[..before_last]).map_or(0, |at| at + 1);
        if !outer(&piece[start..]) {
            break;
        }
        piece = &piece[..start];
    }
    piece
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_no_separators_and_no_outer_blank_lines() {
        let table: &[(&[u8], &[u8])] = &[
            (b"a: 1\n", b"a: 1\n"),
            (b"\n \n---\n\na: 1\n\n---\n \r\n", b"a: 1\n"),
            (b"\xef\xbb\xbf---\na: 1", b"a: 1"),
            (b"%YAML 1.2\n---\na: 1\n", b"%YAML 1.2\na: 1\n"),
            (b"--- # x\na: 1\n", b"--- # x\na: 1\n"),
            (b"a: 1\n\n\nb: 2\n", b"a: 1\n\n\nb: 2\n"),
            (b"a: 1\n...\n", b"a: 1\n...\n"),
            (b"", b""),
            (b"\n", b""),
        ];
        for (piece, expected) in table {
            assert_eq!(text(piece).as_ref(), *expected, "{:?}", String::from_utf8_lossy(piece));
        }
    }
}
