//! A piece on its own must be the document that it was in its file.

use crate::codes::yaml as codes;
use crate::document::fitness;
use crate::finding::Span;
use crate::limits::MAX_ALIAS_NODES_PER_FILE;
use crate::lines::{Piece, Shape};
use crate::yaml::problem::Problem;
use crate::yaml::reader::{Reader, Reading};

/// Whether the piece, parsed alone, is one document of the value that was read in the file.
///
/// Parsing twice is needed only where [`is_plain`] cannot tell. A document that could not be read has nothing to compare.
pub(super) fn is_same(text: &str, piece: &Piece<'_>, reading: &Reading<'_>) -> bool {
    let Some(root) = &reading.root else { return true };
    if piece.bytes.len() == text.len() {
        return true;
    }
    if fitness::is_lfs_pointer(&piece.bytes) {
        // Within the file these words are YAML; a file that begins with them is taken for a pointer.
        return false;
    }
    if is_plain(text, piece, reading) {
        return true;
    }
    let Ok(piece) = std::str::from_utf8(&piece.bytes) else { return false };
    let mut reader = Reader::new(piece, MAX_ALIAS_NODES_PER_FILE);
    let only = reader.next().and_then(|reading| reading.root);
    only.is_some_and(|only| only.same_value(root)) && reader.next().is_none()
}

/// Whether the two readings must agree, by the following argument.
///
/// The piece is comments and blank lines, and then the file's own bytes from the first content line on; only comments and
/// blank lines that followed there may be missing at its end. A parser knows nothing at a document's start, and skips comments
/// and blank lines there. So it reads the content as it did in the file; and where the last token ended within the content,
/// what follows is skipped in both. (A `|+` block reaches beyond it, and a `%` line is a directive only where no `---`
/// stands above: these are parsed again.)
fn is_plain(text: &str, piece: &Piece<'_>, reading: &Reading<'_>) -> bool {
    let content = &text.as_bytes()[piece.content.clone()];
    piece.shape == Shape::Plain && reading.end <= piece.content.end && !content.starts_with(b"%")
}

/// The finding about a piece that is not the same.
pub(super) fn differs(piece: &Piece<'_>) -> Problem {
    let message = "cut out of its file, this document would not mean the same";
    Problem::error(codes::PIECE_DIFFERS, first_byte(piece), message).hint("put it into a file of its own")
}

/// Reads the document of a piece that the reading of the whole file has not given.
///
/// After an error that is to be expected; without one, lines and YAML disagree.
pub(super) fn in_place<'a>(text: &'a str, piece: &Piece<'_>, after_failure: bool) -> Reading<'a> {
    let mut reader = Reader::within(text, piece.section.clone(), MAX_ALIAS_NODES_PER_FILE);
    let nothing = || Reading { start: piece.content.start, end: piece.content.end, ..Reading::default() };
    let mut reading = reader.next().unwrap_or_else(nothing);
    let expected = after_failure && reading.root.is_some() && reader.next().is_none();
    if !expected && reading.problems.is_empty() {
        let message = "the lines show a document here, and YAML finds none";
        let problem = Problem::error(codes::DOCUMENTS_DIFFER, first_byte(piece), message);
        reading.problems.push(problem.hint("divide documents by lines that are `---` and nothing else"));
    }
    reading
}

fn first_byte(piece: &Piece<'_>) -> Span {
    let start = piece.content.start as u32;
    Span { start, end: start + 1 }
}
