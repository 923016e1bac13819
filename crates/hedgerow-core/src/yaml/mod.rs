//! YAML as Kubernetes reads it (sigs.k8s.io/yaml, go-yaml v2), with the place of every node.

use std::borrow::Cow;
use std::fmt;

use crate::finding::Span;

mod builder;
mod key;
mod mapping;
pub(crate) mod number;
pub(crate) mod problem;
pub(crate) mod reader;
pub(crate) mod same;
mod scalar;
pub(crate) mod tabs;
mod tag;

/// A value and the bytes of the file that it stands in. A value that came by an alias or a merge
/// has the span of the place where it was written.
#[derive(Clone, Debug)]
pub struct Node<'a> {
    /// Where.
    pub span: Span,
    /// What.
    pub value: Value<'a>,
}

/// A JSON value, as Kubernetes would see it after YAML's scalars are resolved.
#[derive(Clone, Debug)]
pub enum Value<'a> {
    /// `null`, `~`, or nothing.
    Null,
    /// `true`, and YAML 1.1's `yes`, `on`, `y`.
    Bool(bool),
    /// An integer that fits i64 or u64.
    Int(Int),
    /// Any other number; `.inf` and `.nan` are findings, as JSON has none.
    Float(f64),
    /// A string.
    String(Cow<'a, str>),
    /// A list.
    Sequence(Box<[Node<'a>]>),
    /// A mapping; keys are unique and in the order of the file, merged ones last.
    Mapping(Box<[Field<'a>]>),
}

/// An integer that fits i64 or u64. It stands closer than an `i128` would, since files have many values.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(Rust, packed(8))]
pub struct Int(i128);

impl Int {
    /// The number.
    pub fn get(self) -> i128 {
        self.0
    }
}

impl fmt::Debug for Int {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.get(), f)
    }
}

impl From<i128> for Int {
    fn from(number: i128) -> Self {
        Self(number)
    }
}

/// One entry of a mapping. Keys that are numbers or booleans are strings here, as in JSON.
#[derive(Clone, Debug)]
pub struct Field<'a> {
    /// The key.
    pub key: Cow<'a, str>,
    /// Where the key stands.
    pub key_span: Span,
    /// The value.
    pub value: Node<'a>,
}

impl<'a> Node<'a> {
    /// The field `key` of a mapping, unless it is absent or null (Kubernetes treats both alike).
    pub fn get(&self, key: &str) -> Option<&Node<'a>> {
        self.field(key).map(|f| &f.value).filter(|n| !matches!(n.value, Value::Null))
    }

    /// The field `key` of a mapping, null or not.
    pub fn field(&self, key: &str) -> Option<&Field<'a>> {
        self.fields().iter().find(|f| f.key == key)
    }

    /// The node at a dotted path of keys, such as `metadata.name`.
    pub fn at(&self, path: &str) -> Option<&Node<'a>> {
        path.split('.').try_fold(self, |node, key| node.get(key))
    }

    /// The fields of a mapping; of anything else, none.
    pub fn fields(&self) -> &[Field<'a>] {
        match &self.value {
            Value::Mapping(fields) => fields,
            _ => &[],
        }
    }

    /// The items of a sequence; of anything else, none.
    pub fn items(&self) -> &[Node<'a>] {
        match &self.value {
            Value::Sequence(items) => items,
            _ => &[],
        }
    }

    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The value of an integer.
    pub fn as_int(&self) -> Option<i128> {
        match self.value {
            Value::Int(n) => Some(n.get()),
            _ => None,
        }
    }

    /// The value of a boolean.
    pub fn as_bool(&self) -> Option<bool> {
        match self.value {
            Value::Bool(b) => Some(b),
            _ => None,
        }
    }

    /// What it is, in JSON's words: `null`, `boolean`, `integer`, `number`, `string`, `array`, `object`.
    pub fn type_name(&self) -> &'static str {
        match self.value {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Int(_) => "integer",
            Value::Float(_) => "number",
            Value::String(_) => "string",
            Value::Sequence(_) => "array",
            Value::Mapping(_) => "object",
        }
    }
}
