//! The way from a document's root to a value: kept on the stack, written out only for a finding.

use std::fmt;

use crate::finding::Span;
use crate::yaml::Field as Entry;

use super::words::cut;

/// One step, and those before it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Trail<'t> {
    up: Option<&'t Trail<'t>>,
    step: Step<'t>,
    /// Where the key of the last step stands, if it is one of the file.
    key_span: Option<Span>,
}

#[derive(Clone, Copy, Debug)]
enum Step<'t> {
    Root,
    Key(&'t str),
    Item(usize),
}

impl<'t> Trail<'t> {
    pub(super) fn root() -> Self {
        Self { up: None, step: Step::Root, key_span: None }
    }

    pub(super) fn key(&'t self, key: &'t str) -> Self {
        Self { up: Some(self), step: Step::Key(key), key_span: None }
    }

    pub(super) fn entry(&'t self, entry: &'t Entry<'_>) -> Self {
        Self { key_span: Some(entry.key_span), ..self.key(&entry.key) }
    }

    pub(super) fn item(&'t self, index: usize) -> Self {
        Self { up: Some(self), step: Step::Item(index), key_span: None }
    }

    /// Where to point at for what is said of the collection at `span`: its key, or else its first byte.
    pub(super) fn head(&self, span: Span) -> Span {
        self.key_span.unwrap_or(Span { start: span.start, end: span.end.min(span.start + 1) })
    }

    fn is_root(&self) -> bool {
        matches!(self.step, Step::Root)
    }
}

/// `spec.links[0].switch.port`; a key with a dot or a bracket in it stands in quotes.
impl fmt::Display for Trail<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(up) = self.up else { return Ok(()) };
        up.fmt(f)?;
        let key = match self.step {
            Step::Root => return Ok(()),
            Step::Item(index) => return write!(f, "[{index}]"),
            Step::Key(key) => cut(key),
        };
        match key.contains(['.', '[', ']', '`']) || key.chars().any(char::is_control) {
            true => write!(f, "[{key:?}]"),
            false if up.is_root() => f.write_str(&key),
            false => write!(f, ".{key}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trail_reads_like_a_path() {
        let root = Trail::root();
        let spec = root.key("spec");
        let links = spec.key("links");
        let item = links.item(2);
        let odd = item.key("ext.dc");
        assert_eq!(odd.to_string(), "spec.links[2][\"ext.dc\"]");
    }
}
