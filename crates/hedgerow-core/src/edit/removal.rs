//! Fields are taken out with their lines.

use std::ops::Range;

use super::Obstacle;
use super::flow::is_flow;
use crate::lines::lines;
use crate::yaml::Node;

/// The bytes of the field at index `at` of `parent`: whole lines in a block, the entry and its comma in braces.
pub(super) fn field(bytes: &[u8], parent: &Node<'_>, at: usize) -> Result<Range<usize>, Obstacle> {
    if is_flow(bytes, parent.span) { in_braces(bytes, parent, at) } else { in_block(bytes, parent, at) }
}

/// From the key's line to the last one that is indented deeper, or has a dash below the key.
fn in_block(bytes: &[u8], parent: &Node<'_>, at: usize) -> Result<Range<usize>, Obstacle> {
    let key = parent.fields()[at].key_span.start as usize;
    let start = memchr::memrchr(b'\n', &bytes[..key]).map_or(0, |at| at + 1);
    let column = key - start;
    if bytes[start..key].iter().any(|byte| *byte != b' ') {
        return Err(Obstacle { at: key, message: "a field that shares its line with others".to_owned() });
    }
    let mut end = start;
    for (number, line) in lines(&bytes[start..]).enumerate() {
        let text = &bytes[start..][line.clone()];
        let indent = text.iter().take_while(|byte| **byte == b' ').count();
        let is_blank = text.trim_ascii().is_empty();
        let is_item = indent == column && text[indent..].starts_with(b"-") && !text[indent..].starts_with(b"---");
        if number > 0 && !is_blank && indent <= column && !is_item {
            break;
        }
        // Blank lines stay with what follows.
        if number == 0 || !is_blank {
            end = start + line.end;
        }
    }
    Ok(start..end)
}

/// To the next entry; the last one from the entry before it.
fn in_braces(bytes: &[u8], parent: &Node<'_>, at: usize) -> Result<Range<usize>, Obstacle> {
    let fields = parent.fields();
    let field = &fields[at];
    let (key, end) = (field.key_span.start as usize, field.value.span.end as usize);
    let range = match (at.checked_sub(1).map(|before| &fields[before]), fields.get(at + 1)) {
        (_, Some(next)) => key..next.key_span.start as usize,
        (Some(before), None) => before.value.span.end as usize..end,
        (None, None) => key..end,
    };
    let own = key..end;
    let is_odd = range.start > range.end || range.end > bytes.len() || own.start < range.start || own.end > range.end;
    let around = |range: Range<usize>| bytes[range].contains(&b'#');
    if is_odd || around(range.start..own.start) || around(own.end..range.end) {
        return Err(Obstacle { at: key, message: "a field that no cutting of lines takes out".to_owned() });
    }
    Ok(range)
}
