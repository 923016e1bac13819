//! What may stand in a document: the tree of a kind's fields, ready to check a value against.

use serde_json::Value as Json;

use super::pattern::Pattern;
use super::width::Width;

/// One field, item or entry, and all that may stand below it.
#[derive(Clone, Debug)]
pub struct Field {
    /// What may stand there.
    pub shape: Shape,
    /// Whether it must be there.
    pub required: bool,
    /// What `explain` tells of it.
    pub about: About,
    /// Another type that it once had, and until when.
    pub was: Option<Was>,
    /// Whether `null`, as an entry or item, is an empty object: Go's decoder makes one where the type is no pointer.
    pub null_is_empty: bool,
}

/// What may stand somewhere.
#[derive(Clone, Debug)]
pub enum Shape {
    /// A mapping with known keys.
    Object(Object),
    /// A mapping with any keys and values of one shape.
    Map(Box<Field>, Size),
    /// A list of items of one shape.
    List(Box<Field>, Size),
    /// A string.
    String(Text),
    /// A whole number.
    Integer(Integer),
    /// Any number.
    Number(Range<f64>),
    /// `true` or `false`.
    Boolean,
    /// A whole number or a string.
    IntOrString,
    /// Anything.
    Any,
}

/// A mapping with known keys.
#[derive(Clone, Debug, Default)]
pub struct Object {
    /// The fields, ordered by name.
    fields: Vec<(String, Field)>,
    /// Fields that were there once.
    pub gone: Vec<Gone>,
    /// Whether unknown keys are kept (`x-kubernetes-preserve-unknown-fields`).
    pub open: bool,
}

/// How many items or entries there may be.
#[derive(Clone, Copy, Debug, Default)]
pub struct Size {
    /// At least.
    pub min: Option<usize>,
    /// At most.
    pub max: Option<usize>,
}

/// What a string may be. Lengths count characters.
#[derive(Clone, Debug, Default)]
pub struct Text {
    /// The only values; empty: any.
    pub values: Vec<String>,
    /// The expression that it matches somewhere.
    pub pattern: Option<Pattern>,
    /// How long.
    pub length: Size,
    /// What it must read as.
    pub format: Option<Format>,
    /// Whether an empty string is as good as none: the fabric's webhooks write objects anew without them.
    pub empty_is_absent: bool,
}

/// What a string must read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A time such as `2026-07-23T15:29:14Z` (RFC 3339).
    DateTime,
    /// A day such as `2026-07-23`.
    Date,
    /// A time span such as `2m30s`, as Go reads it.
    Duration,
    /// An IPv4 address.
    Ipv4,
    /// An IPv6 address.
    Ipv6,
    /// An address of either sort with the length of its prefix.
    Cidr,
}

/// What a whole number may be.
#[derive(Clone, Debug)]
pub struct Integer {
    /// What fits into the types that it is read into.
    pub width: Width,
    /// What the rule allows.
    pub range: Range<i128>,
    /// The only values; empty: any.
    pub values: Vec<i128>,
}

/// From the least value to the greatest, both included.
#[derive(Clone, Copy, Debug)]
pub struct Range<T> {
    /// The least.
    pub min: Option<T>,
    /// The greatest.
    pub max: Option<T>,
}

impl<T> Default for Range<T> {
    fn default() -> Self {
        Self { min: None, max: None }
    }
}

/// A field that was there once.
#[derive(Clone, Debug)]
pub struct Gone {
    /// Its key.
    pub name: String,
    /// The day it went.
    pub until: String,
    /// What took its place, if anything did.
    pub instead: Option<String>,
}

/// Another type that a field once had.
#[derive(Clone, Debug)]
pub struct Was {
    /// In the words of a data file: `string`, `list`, …
    pub kind: String,
    /// The day it changed.
    pub until: String,
}

/// What is told of a field.
#[derive(Clone, Debug, Default)]
pub struct About {
    /// What it is for.
    pub text: Option<String>,
    /// What else must hold of it; other modules check that.
    pub rule: Option<String>,
    /// The release that brought it; absent when it is as old as its kind.
    pub since: Option<String>,
    /// Why it should not be used any more.
    pub deprecated: Option<String>,
    /// What the API server sets where it is absent.
    pub default: Option<Json>,
    /// What the fabric's admission webhook makes of it where it is absent.
    pub becomes: Option<String>,
    /// Where it departs from the CRD, and why.
    pub differs: Option<String>,
}

impl Field {
    /// A field of this shape, of which nothing more is known.
    pub(super) fn new(shape: Shape, required: bool) -> Self {
        Self { shape, required, about: About::default(), was: None, null_is_empty: false }
    }
}

impl Object {
    /// The object with these fields.
    pub(super) fn new(mut fields: Vec<(String, Field)>, gone: Vec<Gone>, open: bool) -> Self {
        fields.sort_by(|a, b| a.0.cmp(&b.0));
        Self { fields, gone, open }
    }

    /// The field of this name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        let at = self.fields.binary_search_by(|(known, _)| known.as_str().cmp(name)).ok()?;
        Some(&self.fields[at].1)
    }

    /// Takes the fields of these names out.
    pub(super) fn remove(&mut self, names: &[&str]) {
        self.fields.retain(|(name, _)| !names.contains(&name.as_str()));
    }

    /// All fields, to be completed.
    pub(super) fn fields_mut(&mut self) -> impl Iterator<Item = (&str, &mut Field)> {
        self.fields.iter_mut().map(|(name, field)| (name.as_str(), field))
    }

    /// All fields, ordered by name.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &Field)> {
        self.fields.iter().map(|(name, field)| (name.as_str(), field))
    }
}

impl Size {
    /// Whether `count` is within.
    pub fn allows(self, count: usize) -> bool {
        self.min.is_none_or(|min| count >= min) && self.max.is_none_or(|max| count <= max)
    }
}

impl<T: PartialOrd> Range<T> {
    /// Whether `value` is within.
    pub fn allows(&self, value: &T) -> bool {
        self.min.as_ref().is_none_or(|min| value >= min) && self.max.as_ref().is_none_or(|max| value <= max)
    }
}

impl Shape {
    /// In the words of a data file: `string`, `list`, `map`, …
    pub fn name(&self) -> &'static str {
        match self {
            Self::Object(_) => "object",
            Self::Map(..) => "map",
            Self::List(..) => "list",
            Self::String(_) => "string",
            Self::Integer(_) => "integer",
            Self::Number(_) => "number",
            Self::Boolean => "boolean",
            Self::IntOrString => "integer or string",
            Self::Any => "any",
        }
    }
}

impl Format {
    /// The formats of CRDs that are checked; the API server checks more.
    const OF_CRDS: [Self; 5] = [Self::DateTime, Self::Date, Self::Ipv4, Self::Ipv6, Self::Cidr];

    /// The format of this name in a CRD; `None` for one that is not checked. A CRD's `duration` is wider than Go's.
    pub(super) fn of_crd(name: &str) -> Option<Self> {
        Self::OF_CRDS.into_iter().find(|format| format.name() == name)
    }

    /// The format of this name in a data file; `None` when there is no such format.
    pub(super) fn named(name: &str) -> Option<Self> {
        Self::of_crd(name).or((name == Self::Duration.name()).then_some(Self::Duration))
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::DateTime => "date-time",
            Self::Date => "date",
            Self::Duration => "duration",
            Self::Ipv4 => "ipv4",
            Self::Ipv6 => "ipv6",
            Self::Cidr => "cidr",
        }
    }
}
