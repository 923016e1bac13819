//! YAML as it stands in a file, line by line, with what each part of a line is. Bytes that are no UTF-8 are shown as U+FFFD.

use std::collections::BTreeSet;

use hedgerow_core::document;
use hedgerow_core::path::TreePath;
use hedgerow_core::yaml::{Node, Value};

/// More lines than this are not shown on one page.
pub const MAX_LINES: usize = 1_000;
/// More characters of a line than this are not shown.
pub const MAX_LINE_CHARS: usize = 400;

/// What a part of a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Indentation, dashes, punctuation.
    Plain,
    /// A key.
    Key,
    /// A string.
    Text,
    /// A number or another plain value.
    Number,
    /// A comment.
    Comment,
}

impl Class {
    /// The class in the page.
    pub fn word(self) -> &'static str {
        match self {
            Self::Plain => "p",
            Self::Key => "k",
            Self::Text => "s",
            Self::Number => "n",
            Self::Comment => "c",
        }
    }
}

/// A part of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// What it is.
    pub class: Class,
    /// Its text.
    pub text: String,
    /// For a key: the path of its field, such as `spec.links.switch`, without indexes.
    pub field: Option<String>,
}

/// A line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// From 1.
    pub number: usize,
    /// Its parts; their texts joined are the line.
    pub parts: Vec<Part>,
}

/// A file to show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// Its lines, at most [`MAX_LINES`].
    pub lines: Vec<Line>,
    /// How many lines are left out.
    pub left_out: usize,
    /// The paths of all fields, each once, in order.
    pub fields: Vec<String>,
}

/// A part of the file that is known: from byte to byte.
struct Known {
    start: usize,
    end: usize,
    class: Class,
    field: Option<String>,
}

impl Listing {
    /// The file at `path` with the content `bytes`.
    pub fn of(path: &TreePath, bytes: &[u8]) -> Self {
        let parsed = document::parse(path, bytes);
        let mut survey = Survey { bytes, known: Vec::new(), fields: Vec::new(), seen: BTreeSet::new() };
        parsed.documents.iter().filter_map(|document| document.value.as_ref()).for_each(|node| survey.node(node, ""));
        survey.known.sort_by_key(|known| (known.start, known.end));
        let total = bytes.split(|b| *b == b'\n').count() - usize::from(bytes.last() == Some(&b'\n'));
        let mut lines = Vec::new();
        let mut at = 0;
        for (nth, line) in bytes.split(|b| *b == b'\n').take(total.min(MAX_LINES)).enumerate() {
            lines.push(Line { number: nth + 1, parts: parts(line, at, &survey.known) });
            at += line.len() + 1;
        }
        Self { lines, left_out: total.saturating_sub(MAX_LINES), fields: survey.fields }
    }
}

struct Survey<'b> {
    bytes: &'b [u8],
    known: Vec<Known>,
    fields: Vec<String>,
    seen: BTreeSet<String>,
}

impl Survey<'_> {
    fn node(&mut self, node: &Node<'_>, path: &str) {
        let range = node.span.range();
        match &node.value {
            Value::Mapping(fields) => fields.iter().for_each(|field| {
                let below = if path.is_empty() { field.key.to_string() } else { format!("{path}.{}", field.key) };
                let key = field.key_span.range();
                if self.seen.insert(below.clone()) {
                    self.fields.push(below.clone());
                }
                self.add(key.start, key.end, Class::Key, Some(below.clone()));
                self.node(&field.value, &below);
            }),
            Value::Sequence(items) => items.iter().for_each(|item| self.node(item, path)),
            Value::String(_) => self.add(range.start, range.end, Class::Text, None),
            Value::Null => {}
            Value::Bool(_) | Value::Int(_) | Value::Float(_) => self.add(range.start, range.end, Class::Number, None),
        }
    }

    fn add(&mut self, start: usize, end: usize, class: Class, field: Option<String>) {
        if start < end && end <= self.bytes.len() {
            self.known.push(Known { start, end, class, field });
        }
    }
}

/// The parts of a line that begins at byte `at`.
fn parts(line: &[u8], at: usize, known: &[Known]) -> Vec<Part> {
    let end = at + line.len();
    // Sorted by start; a part may begin lines before, as block scalars do.
    let until = known.partition_point(|known| known.start < end);
    let mut parts = Vec::new();
    let mut from = at;
    let first = known[..until].iter().rposition(|known| known.start < at).unwrap_or(0);
    for part in known[first..until].iter().filter(|part| part.end > at) {
        let (start, stop) = (part.start.max(from), part.end.min(end));
        if start >= stop {
            continue;
        }
        plain(&line[from - at..start - at], &mut parts);
        push(&mut parts, part.class, &line[start - at..stop - at], part.field.clone());
        from = stop;
    }
    plain(&line[from - at..], &mut parts);
    shorten(parts)
}

/// What is between known parts: punctuation, and a comment where a `#` opens one.
fn plain(bytes: &[u8], parts: &mut Vec<Part>) {
    let is_first = parts.is_empty();
    let opens = |at: usize| bytes[at] == b'#' && (if at == 0 { is_first } else { b" \t".contains(&bytes[at - 1]) });
    let comment = (0..bytes.len()).find(|at| opens(*at)).unwrap_or(bytes.len());
    push(parts, Class::Plain, &bytes[..comment], None);
    push(parts, Class::Comment, &bytes[comment..], None);
}

fn push(parts: &mut Vec<Part>, class: Class, bytes: &[u8], field: Option<String>) {
    let text = String::from_utf8_lossy(bytes).trim_end_matches('\r').to_owned();
    if !text.is_empty() {
        parts.push(Part { class, text, field });
    }
}

fn shorten(mut parts: Vec<Part>) -> Vec<Part> {
    let mut room = MAX_LINE_CHARS;
    let mut kept = parts.len();
    for (nth, part) in parts.iter_mut().enumerate() {
        let count = part.text.chars().count();
        if count > room {
            part.text = part.text.chars().take(room).chain(['…']).collect();
            kept = nth + 1;
            break;
        }
        room -= count;
    }
    parts.truncate(kept);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> (Vec<Line>, Vec<String>) {
        let listing = Listing::of(&TreePath::from("raw/a.yaml"), text.as_bytes());
        (listing.lines, listing.fields)
    }

    fn words(line: &Line) -> Vec<(&'static str, &str)> {
        line.parts.iter().map(|part| (part.class.word(), part.text.as_str())).collect()
    }

    #[test]
    fn keys_values_and_comments_are_told_apart_and_nothing_is_lost() {
        let text = "# top\nkind: VPC # why\nspec:\n  vlan: 1001\n  names: [\"a # b\", on]\n";
        let (lines, fields) = shown(text);
        assert_eq!(fields, ["kind", "spec", "spec.vlan", "spec.names"]);
        assert_eq!(words(&lines[0]), [("c", "# top")]);
        assert_eq!(words(&lines[1]), [("k", "kind"), ("p", ": "), ("s", "VPC"), ("p", " "), ("c", "# why")]);
        assert_eq!(words(&lines[3])[3], ("n", "1001"));
        assert_eq!(lines[3].parts[1].field.as_deref(), Some("spec.vlan"));
        let joined: Vec<String> =
            lines.iter().map(|line| line.parts.iter().map(|part| &*part.text).collect()).collect();
        assert_eq!(joined.join("\n") + "\n", text);
    }

    #[test]
    fn a_block_scalar_is_text_on_each_of_its_lines() {
        let (lines, _) = shown("a: |\n  one # no comment\n  two\nb: 1\n");
        assert!(words(&lines[1]).iter().all(|(class, _)| *class != "c"), "{:?}", lines[1]);
        assert_eq!(words(&lines[3])[0], ("k", "b"));
    }

    #[test]
    fn what_cannot_be_parsed_is_shown_all_the_same() {
        let (lines, fields) = shown("a: [1,\n<script>alert(1)</script>: {{ x }}\n\u{0}");
        assert_eq!(lines.len(), 3);
        assert!(fields.is_empty());
    }

    #[test]
    fn a_long_file_and_a_long_line_are_cut_and_say_so() {
        let text = format!("a: {}\n", "x".repeat(5_000)) + &"# more\n".repeat(3_000);
        let listing = Listing::of(&TreePath::from("a.yaml"), text.as_bytes());
        assert_eq!((listing.lines.len(), listing.left_out), (MAX_LINES, 2_001));
        let length: usize = listing.lines[0].parts.iter().map(|part| part.text.chars().count()).sum();
        assert_eq!(length, MAX_LINE_CHARS + 1);
    }
}
