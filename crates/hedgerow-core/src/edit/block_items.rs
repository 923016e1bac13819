//! The items of a list that has a line for each dash: their lines, moved left.

use std::ops::Range;

use super::Obstacle;
use super::flow::shifted;
use crate::finding::Span;
use crate::lines::{LineKind, lines};
use crate::yaml::{Node, Value};

/// A list and the lines of its items.
pub(super) struct BlockItems<'a> {
    bytes: &'a [u8],
    content: Range<usize>,
    items: Vec<Item>,
    /// Comments on the list's own lines, in order, each a line.
    above: Vec<u8>,
    below: Vec<u8>,
}

/// The lines of one item, with the comments above it.
struct Item {
    /// The first byte of the comments that belong to it, at a line's start.
    from: usize,
    /// Where the line of its dash starts, that of its value (mostly the same), and its value.
    dash: usize,
    line: usize,
    start: usize,
    /// One past its last line.
    end: usize,
}

impl<'a> BlockItems<'a> {
    /// Finds the lines of `items`, which stand under the key at `key` of the list `node`.
    pub(super) fn new(
        bytes: &'a [u8],
        content: Range<usize>,
        node: &Node<'_>,
        key: Span,
        items: &[Node<'_>],
    ) -> Result<Self, Obstacle> {
        let mut found: Vec<Item> = Vec::new();
        for item in items {
            let after = found.last().map_or(key.end as usize, |last: &Item| last.start);
            let next = Item::behind_dash(bytes, item.span, after)?;
            if let Some(last) = found.last_mut() {
                last.end = next.from;
            }
            found.push(next);
        }
        let mut list = Self { bytes, content, items: found, above: Vec::new(), below: Vec::new() };
        list.end_last_item(items.last());
        list.keep_own_comments(node);
        Ok(list)
    }

    /// The last item's lines go on until the list's next key.
    fn end_last_item(&mut self, node: Option<&Node<'_>>) {
        let (Some(item), Some(node)) = (self.items.last_mut(), node) else { return };
        let last_byte = (node.span.end as usize).saturating_sub(1).max(item.start);
        let rest = &self.bytes[last_byte..self.content.end];
        let end = memchr::memchr(b'\n', rest).map_or(self.content.end, |at| last_byte + at + 1);
        let mut last = end;
        for line in lines(&self.bytes[end..self.content.end]) {
            let kind = LineKind::of(&self.bytes[end..self.content.end][line.clone()]);
            if !matches!(kind, LineKind::Blank | LineKind::Comment | LineKind::IndentedComment) {
                break;
            }
            last = end + line.end;
        }
        item.end = last;
    }

    /// Comments on the list's own lines: what stands before the items goes to the first, what stands behind them to the last.
    fn keep_own_comments(&mut self, node: &Node<'_>) {
        let (first, last) = match (self.items.first(), self.items.last()) {
            (Some(first), Some(last)) => (first.from, last.end),
            _ => (self.content.end, self.content.end),
        };
        let mut leaves = Vec::new();
        node.fields().iter().for_each(|field| leaf_ends(field, &mut leaves));
        for line in lines(&self.bytes[self.content.clone()]) {
            let line = self.content.start + line.start..self.content.start + line.end;
            if (first..last).contains(&line.start) {
                continue;
            }
            if let Some(comment) = comment(self.bytes, line.clone(), &leaves) {
                let side = if line.start < first { &mut self.above } else { &mut self.below };
                side.extend_from_slice(comment);
            }
        }
    }

    /// The text of each item.
    pub(super) fn cut(self) -> Vec<Vec<u8>> {
        let last = self.items.len().checked_sub(1);
        let texts = self.items.iter().enumerate().map(|(at, item)| {
            let mut text = if at == 0 { self.above.clone() } else { Vec::new() };
            text.extend(item.dedented(self.bytes));
            if Some(at) == last {
                text.extend_from_slice(&self.below);
            }
            text
        });
        if last.is_none() { vec![self.above.clone()] } else { texts.collect() }
    }
}

impl Item {
    /// The item whose value is at `span`, behind a dash on the same line or on one of its own. Comments above it begin after `after`.
    fn behind_dash(bytes: &[u8], span: Span, after: usize) -> Result<Self, Obstacle> {
        let start = span.start as usize;
        let line = memchr::memrchr(b'\n', &bytes[..start.min(bytes.len())]).map_or(0, |at| at + 1);
        let before = &bytes[line..start];
        let dash = match before.trim_ascii() {
            b"-" if start >= after => Some(line),
            b"" => lone_dash(bytes, line, after),
            _ => None,
        };
        let Some(dash) = dash else {
            let message = "an item that does not begin right behind its dash".to_owned();
            return Err(Obstacle { at: start, message });
        };
        let column = bytes[dash..].iter().take_while(|byte| **byte == b' ').count();
        let from = Self::comments_above(bytes, dash, column, after);
        Ok(Self { from, dash, line, start, end: bytes.len() })
    }

    /// Where the comments begin that stand directly above the line at `line`, no further right than the dash.
    fn comments_above(bytes: &[u8], line: usize, column: usize, after: usize) -> usize {
        let mut from = line;
        while from > after {
            let above = memchr::memrchr(b'\n', &bytes[..from - 1]).map_or(0, |at| at + 1);
            let text = &bytes[above..from];
            let indent = text.iter().take_while(|byte| **byte == b' ').count();
            if above < after || indent > column || text.get(indent) != Some(&b'#') {
                break;
            }
            from = above;
        }
        from
    }

    /// Its lines, so that its value begins in the first column.
    fn dedented(&self, bytes: &[u8]) -> Vec<u8> {
        let indent = self.start - self.line;
        let mut out = Vec::with_capacity(self.end - self.from);
        for line in lines(&bytes[self.from..self.end]) {
            let range = self.from + line.start..self.from + line.end;
            out.extend_from_slice(match range.start {
                at if at == self.line => &bytes[self.start..range.end],
                at if at == self.dash => behind(&bytes[range], b'#'),
                _ => shifted(&bytes[range], indent),
            });
        }
        out
    }
}

/// Where the line starts that is a dash, but for a comment, above the value on the line at `line`; between them are only comments
/// and blank lines.
fn lone_dash(bytes: &[u8], line: usize, after: usize) -> Option<usize> {
    let mut at = line;
    while at > after {
        let above = memchr::memrchr(b'\n', &bytes[..at - 1]).map_or(0, |at| at + 1);
        let text = bytes[above..at].trim_ascii();
        match text.strip_prefix(b"-").map(<[u8]>::trim_ascii_start) {
            Some(rest) if above >= after && (rest.is_empty() || rest.starts_with(b"#")) => return Some(above),
            None if text.is_empty() || text.starts_with(b"#") => at = above,
            _ => return None,
        }
    }
    None
}

/// What stands in the line from the first `byte` on.
fn behind(line: &[u8], byte: u8) -> &[u8] {
    &line[memchr::memchr(byte, line).unwrap_or(line.len())..]
}

/// Where keys and scalars end that the list itself has.
fn leaf_ends(field: &crate::yaml::Field<'_>, ends: &mut Vec<usize>) {
    ends.push(field.key_span.end as usize);
    match &field.value.value {
        Value::Mapping(fields) => fields.iter().for_each(|field| leaf_ends(field, ends)),
        Value::Sequence(_) => {}
        _ => ends.push(field.value.span.end as usize),
    }
}

/// The comment of a line whose keys and scalars end at some of `ends`, to the line's end.
fn comment<'b>(bytes: &'b [u8], line: Range<usize>, ends: &[usize]) -> Option<&'b [u8]> {
    let last = ends.iter().copied().filter(|end| line.contains(end) || *end == line.end).max();
    let rest = &bytes[last.unwrap_or(line.start).min(line.end)..line.end];
    let at = memchr::memchr(b'#', rest)?;
    let is_bare = rest[..at].iter().all(|byte| matches!(byte, b' ' | b'\t' | b':' | b'{' | b'}'));
    is_bare.then(|| &rest[at..])
}
