//! Walking a value along the fields that may stand there.

use crate::catalogue::{COMMON, Field, Gone, Kind, Object, Shape, Size};
use crate::codes::schema as codes;
use crate::document::Document;
use crate::finding::{Code, Finding, LineStart, Place, Severity, Span};
use crate::limits::MAX_PROBLEMS_PER_DOCUMENT;
use crate::path::TreePath;
use crate::yaml::{Field as Entry, Node, Value};

use super::trail::Trail;
use super::{takes, template, words};

/// What is being checked, and what was found so far.
pub(super) struct Check<'c> {
    path: &'c TreePath,
    bytes: &'c [u8],
    document: &'c Document<'c>,
    kind: &'c Kind,
    findings: Vec<Finding>,
    /// How many more there are.
    left_out: usize,
}

impl<'c> Check<'c> {
    pub(super) fn new(path: &'c TreePath, bytes: &'c [u8], document: &'c Document<'c>, kind: &'c Kind) -> Self {
        Self { path, bytes, document, kind, findings: Vec::new(), left_out: 0 }
    }

    pub(super) fn into_findings(mut self) -> Vec<Finding> {
        self.findings.sort();
        if self.left_out > 0 {
            let place = self.place(self.document.span);
            let message = format!("{} more findings about this document are not told", self.left_out);
            let finding = Finding::warning(crate::codes::yaml::LEFT_OUT, place, message);
            self.findings.push(Finding { severity: Severity::Info, ..finding });
        }
        self.findings
    }

    /// Adds a finding about `span`, of the code's own severity; beyond the limit, only the first error.
    pub(super) fn find(&mut self, code: Code, span: Span, message: String, hint: Option<String>) {
        let severity = crate::codes::entry(code).map_or(Severity::Error, |entry| entry.severity);
        let errors = self.findings.iter().any(|finding| finding.severity == Severity::Error);
        if self.findings.len() >= MAX_PROBLEMS_PER_DOCUMENT && (errors || severity != Severity::Error) {
            self.left_out += 1;
            return;
        }
        let place = self.place(span);
        let hint = if template::is_in(self.spelling(span)) { Some(template::HINT.to_owned()) } else { hint };
        self.findings.push(Finding { place, code, severity, message, hint, related: Vec::new() });
    }

    /// Lines are counted from where the document starts: a file may have many documents.
    fn place(&self, span: Span) -> Place {
        let known = LineStart { at: self.document.span.start as usize, number: self.document.line };
        Place::counted_from(known, self.path.clone(), Some(self.document.index), self.bytes, span)
    }

    /// The file's own spelling of what stands at `span`.
    pub(super) fn spelling(&self, span: Span) -> &'c [u8] {
        self.bytes.get(span.range()).unwrap_or_default()
    }

    /// The fields of a whole document, but for those that every kind has.
    pub(super) fn document(&mut self, root: &Field, node: &Node<'_>, trail: &Trail<'_>) {
        let (Shape::Object(object), Value::Mapping(entries)) = (&root.shape, &node.value) else { return };
        let own = || entries.iter().filter(|entry| !COMMON.contains(&&*entry.key));
        own().for_each(|entry| self.entry(object, entry, trail));
        self.required(object, entries, node.span, trail);
    }

    /// `node` against what may stand there.
    pub(super) fn value(&mut self, field: &Field, node: &Node<'_>, trail: &Trail<'_>) {
        match (&field.shape, &node.value) {
            (Shape::Object(object), Value::Mapping(entries)) => {
                entries.iter().for_each(|entry| self.entry(object, entry, trail));
                self.required(object, entries, node.span, trail);
            }
            (Shape::Map(below, size), Value::Mapping(entries)) => {
                self.count(*size, entries.len(), node.span, trail);
                entries.iter().for_each(|entry| self.value(below, &entry.value, &trail.entry(entry)));
            }
            (Shape::List(below, size), Value::Sequence(items)) => {
                self.count(*size, items.len(), node.span, trail);
                items.iter().enumerate().for_each(|(at, item)| self.value(below, item, &trail.item(at)));
            }
            (Shape::String(text), Value::String(value)) => self.text(text, value, node.span, trail),
            (Shape::Integer(integer), Value::Int(value)) => self.integer(integer, value.get(), node.span, trail),
            (Shape::Number(range), Value::Int(value)) => self.number(range, value.get() as f64, node.span, trail),
            (Shape::Number(range), Value::Float(value)) => self.number(range, *value, node.span, trail),
            (Shape::Object(object), Value::Null) if field.null_is_empty => self.required(object, &[], node.span, trail),
            (shape, value) if takes(shape, value) => {}
            _ => self.wrong_type(field, node, trail),
        }
    }

    /// One entry of an object. `null` is as good as absent.
    fn entry(&mut self, object: &Object, entry: &Entry<'_>, trail: &Trail<'_>) {
        let Some(field) = object.field(&entry.key) else {
            if !object.open {
                self.unknown(object, entry, trail);
            }
            return;
        };
        if matches!(entry.value.value, Value::Null) {
            return;
        }
        let trail = trail.entry(entry);
        if let Some(why) = &field.about.deprecated {
            self.find(codes::DEPRECATED, entry.key_span, format!("`{trail}` is deprecated: {why}"), None);
        }
        self.value(field, &entry.value, &trail);
    }

    fn required(&mut self, object: &Object, entries: &[Entry<'_>], span: Span, trail: &Trail<'_>) {
        let has = |name: &str| entries.iter().any(|e| e.key == name && !matches!(e.value.value, Value::Null));
        for (name, field) in object.fields().filter(|(_, field)| field.required) {
            if !has(name) {
                let hint = words::expected(field);
                self.find(codes::MISSING, trail.head(span), format!("`{}` is missing", trail.key(name)), hint);
            }
        }
    }

    fn count(&mut self, size: Size, count: usize, span: Span, trail: &Trail<'_>) {
        if !size.allows(count) {
            let message = format!("`{trail}` has {count} entries; {}", words::at_least_at_most(size, "entries"));
            self.find(codes::COUNT, trail.head(span), message, None);
        }
    }

    fn unknown(&mut self, object: &Object, entry: &Entry<'_>, trail: &Trail<'_>) {
        let whole = trail.key(&entry.key);
        if let Some(gone) = object.gone.iter().find(|gone| gone.name == entry.key) {
            return self.gone(gone, entry.key_span, &whole);
        }
        let message = format!("`{whole}` is not a field of {}", self.kind.kind);
        let version = &self.kind.versions;
        let root = version.first().and_then(|version| self.kind.fields(version));
        let hint = words::meant(object, &entry.key, root);
        self.find(codes::UNKNOWN_FIELD, entry.key_span, message, hint);
    }

    fn gone(&mut self, gone: &Gone, span: Span, trail: &Trail<'_>) {
        let message = format!("`{trail}` is gone since {}", gone.until);
        let hint = gone.instead.as_ref().map_or("leave it out".to_owned(), |instead| format!("use {instead}"));
        self.find(codes::GONE_FIELD, span, message, Some(hint));
    }

    fn wrong_type(&mut self, field: &Field, node: &Node<'_>, trail: &Trail<'_>) {
        let unfilled = template::is_in(self.spelling(node.span)).then(|| template::HINT.to_owned());
        let hint = unfilled.or_else(|| words::spelled(&field.shape, node));
        let (expected, found) = (words::phrase(field.shape.name()), words::phrase(node.type_name()));
        if let Some(was) = field.was.as_ref().filter(|was| was.kind == words::word(node.type_name())) {
            let message = format!("`{trail}` was {found} until {}; it must be {expected}", was.until);
            return self.find(codes::GONE_FIELD, node.span, message, hint);
        }
        let message = format!("`{trail}` must be {expected}, and is {found}");
        self.find(codes::WRONG_TYPE, shown(node, trail), message, hint);
    }

    pub(super) fn status(&mut self, entry: &Entry<'_>) {
        let message = "`status` is the controller's to write; it has no effect here".to_owned();
        self.find(codes::STATUS, entry.key_span, message, Some(super::metadata::LEAVE_OUT.to_owned()));
    }
}

/// Where to point at for a value of the wrong type: the value if it is a scalar, the key of a collection.
fn shown(node: &Node<'_>, trail: &Trail<'_>) -> Span {
    match node.value {
        Value::Mapping(_) | Value::Sequence(_) => trail.head(node.span),
        _ => node.span,
    }
}
