//! Reading an object as the controller does after its decoding: null, absent and empty are one.

use std::net::IpAddr;

use super::Subject;
use super::report::Spot;
use crate::finding::Span;
use crate::prefix::Prefix;
use crate::yaml::Node;

/// A text and where it stands; a default stands where it would have been written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Text<'s> {
    pub(crate) text: &'s str,
    pub(crate) spot: Spot,
}

/// An integer and where it stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Number {
    pub(crate) value: i128,
    pub(crate) spot: Spot,
}

/// A value of a subject, or the lack of one, and the place to point at when something is wrong with it as a whole.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cursor<'s> {
    subject: usize,
    node: Option<&'s Node<'s>>,
    here: Span,
}

impl<'s> Cursor<'s> {
    /// The whole of `subject`, which has this index in the set. Its place is its name, or where it starts.
    pub(crate) fn of(index: usize, subject: &Subject<'s>) -> Self {
        let name = subject.node.at("metadata.name").map(|name| name.span);
        let start = subject.node.span.start;
        Self { subject: index, node: Some(subject.node), here: name.unwrap_or(Span { start, end: start }) }
    }

    /// The object that `subject` would replace. Its places mean nothing, as it stands in another file.
    pub(crate) fn before(self, subject: &Subject<'s>) -> Option<Self> {
        Some(Self { node: Some(subject.before?), ..self })
    }

    /// The field `key`. When it is absent its place is this one's.
    pub(crate) fn get(self, key: &str) -> Self {
        let field = self.node.and_then(|node| node.field(key));
        match field {
            Some(field) if node_is_set(&field.value) => Self { node: Some(&field.value), here: field.key_span, ..self },
            _ => Self { node: None, ..self },
        }
    }

    /// The value at a dotted path.
    pub(crate) fn at(self, path: &str) -> Self {
        path.split('.').fold(self, Self::get)
    }

    /// Whether there is a value.
    pub(crate) fn is_set(self) -> bool {
        self.node.is_some()
    }

    /// The place of its key, or of what lacks it.
    pub(crate) fn spot(self) -> Spot {
        Spot { subject: self.subject, span: self.here }
    }

    /// Whether the field `key` is absent, or empty or zero, which is the same to the controller. A value of another type
    /// than the field has is not: the schema tells of it.
    pub(crate) fn lacks(self, key: &str) -> bool {
        match self.get(key).node {
            None => true,
            Some(node) => node.as_str() == Some("") || node.as_int() == Some(0),
        }
    }

    /// The text here, unless it is empty.
    pub(crate) fn own_text(self) -> Option<Text<'s>> {
        let node = self.node?;
        let text = node.as_str().filter(|text| !text.is_empty())?;
        Some(Text { text, spot: Spot { subject: self.subject, span: node.span } })
    }

    /// The text of the field `key`, unless it is empty.
    pub(crate) fn text(self, key: &str) -> Option<Text<'s>> {
        self.get(key).own_text()
    }

    /// The text of the field `key`, or `default` at this place.
    pub(crate) fn text_or(self, key: &str, default: &'s str) -> Text<'s> {
        self.text(key).unwrap_or(Text { text: default, spot: self.spot() })
    }

    /// The integer here.
    pub(crate) fn own_number(self) -> Option<Number> {
        let node = self.node?;
        Some(Number { value: node.as_int()?, spot: Spot { subject: self.subject, span: node.span } })
    }

    /// The integer of the field `key`, unless it is zero, which is what an absent one is to the controller.
    pub(crate) fn number(self, key: &str) -> Option<Number> {
        self.get(key).own_number().filter(|number| number.value != 0)
    }

    /// Whether the field `key` is true.
    pub(crate) fn flag(self, key: &str) -> bool {
        self.get(key).node.and_then(Node::as_bool) == Some(true)
    }

    /// The items of the list at the field `key`.
    pub(crate) fn items(self, key: &str) -> impl Iterator<Item = Self> + 's {
        self.get(key).own_items()
    }

    fn own_items(self) -> impl Iterator<Item = Self> + 's {
        let subject = self.subject;
        let items = self.node.map_or(&[][..], |node| node.items());
        items.iter().map(move |node| Self { subject, node: Some(node), here: node.span })
    }

    /// How many items the list at the field `key` has.
    pub(crate) fn count(self, key: &str) -> usize {
        self.get(key).own_count()
    }

    /// How many items the list here has.
    pub(crate) fn own_count(self) -> usize {
        self.node.map_or(0, |node| node.items().len())
    }

    /// The texts of the list at the field `key`, empty ones too.
    pub(crate) fn texts(self, key: &str) -> impl Iterator<Item = Text<'s>> + 's {
        self.get(key).own_texts()
    }

    /// The texts of the list here, empty ones too.
    pub(crate) fn own_texts(self) -> impl Iterator<Item = Text<'s>> + 's {
        self.own_items().filter_map(|item| Some(Text { text: item.node?.as_str()?, spot: item.spot() }))
    }

    /// The fields of the mapping here, null ones too: to the controller they are empty.
    pub(crate) fn fields(self) -> impl Iterator<Item = (Text<'s>, Self)> + 's {
        let subject = self.subject;
        self.node.map_or(&[][..], |node| node.fields()).iter().map(move |field| {
            let key = Text { text: &field.key, spot: Spot { subject, span: field.key_span } };
            let node = Some(&field.value).filter(|node| node_is_set(node));
            (key, Self { subject, node, here: field.key_span })
        })
    }
}

fn node_is_set(node: &Node<'_>) -> bool {
    !matches!(node.value, crate::yaml::Value::Null)
}

impl Text<'_> {
    /// The prefix that it spells.
    pub(crate) fn prefix(&self) -> Option<Prefix> {
        self.text.parse().ok()
    }

    /// The address that it spells.
    pub(crate) fn address(&self) -> Option<IpAddr> {
        self.text.parse().ok()
    }
}
