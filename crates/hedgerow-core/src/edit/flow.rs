//! Lists in brackets, such as JSON's.

use std::ops::Range;

use super::Obstacle;
use crate::finding::Span;
use crate::yaml::Field;

/// Whether the collection that begins at `span` is written in brackets.
pub(super) fn is_flow(bytes: &[u8], span: Span) -> bool {
    matches!(bytes.get(span.start as usize), Some(b'{' | b'['))
}

/// The items of a list in brackets, each as a text of its own; nothing but commas and blanks stands between them.
pub(super) fn items(bytes: &[u8], content: Range<usize>, items: Option<&Field<'_>>) -> Result<Vec<Vec<u8>>, Obstacle> {
    let items = items.map_or(&[][..], |field| field.value.items());
    let mut parts = Vec::new();
    let mut at = content.start;
    for item in items {
        let span = item.span.range();
        if span.start < at || !is_flow(bytes, item.span) {
            return Err(Obstacle { at: span.start, message: "an item that is not written here in braces".to_owned() });
        }
        without_comment(bytes, at..span.start)?;
        parts.push(dedented(bytes, span.clone()));
        at = span.end;
    }
    without_comment(bytes, at..content.end)?;
    Ok(parts)
}

/// A comment about the list, or between items in brackets, has no line of its own to go to.
fn without_comment(bytes: &[u8], range: Range<usize>) -> Result<(), Obstacle> {
    let text = &bytes[range.clone()];
    let is_comment = |at: &usize| *at == 0 || matches!(text[at - 1], b' ' | b'\t' | b'\n');
    match memchr::memchr_iter(b'#', text).find(is_comment) {
        None => Ok(()),
        Some(at) => Err(Obstacle { at: range.start + at, message: "a comment that no item would keep".to_owned() }),
    }
}

/// The item's lines, moved left by the indentation of its first one.
fn dedented(bytes: &[u8], span: Range<usize>) -> Vec<u8> {
    let line = memchr::memrchr(b'\n', &bytes[..span.start]).map_or(0, |at| at + 1);
    let indent = bytes[line..].iter().take_while(|byte| **byte == b' ').count();
    let mut lines = bytes[span].split_inclusive(|byte| *byte == b'\n');
    let mut out = lines.next().unwrap_or_default().to_vec();
    lines.for_each(|line| out.extend_from_slice(shifted(line, indent)));
    out.push(b'\n');
    out
}

/// A line without up to `indent` blanks at its start.
pub(super) fn shifted(line: &[u8], indent: usize) -> &[u8] {
    let blanks = line.iter().take_while(|byte| **byte == b' ').count();
    &line[blanks.min(indent)..]
}
