//! The tables of a data file: one for each field, by its path.
//!
//! A path reads `spec.subnets.*.dhcp`: `*` is any key of a map, `[]` after a name is an item of a list.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value as Json;

use super::field::{About, Field, Format, Gone, Integer, Object, Range, Shape, Size, Text, Was};
use super::pattern::Pattern;
use super::width::Width;

/// What a data file holds below its head.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    #[serde(default)]
    field: BTreeMap<String, Entry>,
    #[serde(default)]
    gone: Vec<GoneEntry>,
}

/// The table of one field. `docs/reference/catalogue.md` explains the keys.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    #[serde(rename = "type", default)]
    shape: Option<String>,
    like: Option<String>,
    #[serde(default)]
    required: bool,
    #[serde(default)]
    values: Vec<String>,
    default: Option<Json>,
    becomes: Option<String>,
    format: Option<String>,
    decodes: Option<String>,
    pattern: Option<String>,
    min: Option<i64>,
    max: Option<i64>,
    min_items: Option<usize>,
    max_items: Option<usize>,
    min_length: Option<usize>,
    max_length: Option<usize>,
    about: Option<String>,
    rule: Option<String>,
    since: Option<String>,
    deprecated: Option<String>,
    was: Option<WasEntry>,
    /// `refused`: the controller has a pointer there, which `null` leaves empty.
    null: Option<NullEntry>,
    differs: Option<String>,
}

/// What `null` is as an entry or item.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum NullEntry {
    Refused,
}

/// A field that was there once, by its path.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GoneEntry {
    path: String,
    until: String,
    instead: Option<String>,
}

/// Another type that a field once had.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WasEntry {
    #[serde(rename = "type")]
    kind: String,
    until: String,
}

/// Why a data file describes no fields.
#[derive(Debug, thiserror::Error)]
pub(super) enum BodyError {
    /// It is no TOML, or has keys that nothing reads.
    #[error(transparent)]
    Toml(#[from] toml::de::Error),
    /// A path that is needed has no table.
    #[error("`{0}` has no table")]
    Missing(String),
    /// A type that there is not.
    #[error("`{0}` has no type, or one that is not known")]
    Type(String),
    /// A format that there is not.
    #[error("`{0}` has a format that is not known")]
    Format(String),
}

/// Reads the tables; `None` when there are none.
pub(super) fn read(text: &str) -> Result<Option<Field>, BodyError> {
    let body: Body = toml::from_str(text)?;
    if body.field.is_empty() {
        return Ok(None);
    }
    let root = Object::new(body.children("")?, body.gone(""), false);
    Ok(Some(Field::new(Shape::Object(root), true)))
}

impl Body {
    /// The field at `path`, with what stands below it.
    fn field(&self, path: &str) -> Result<Field, BodyError> {
        let entry = self.field.get(path).ok_or_else(|| BodyError::Missing(path.to_owned()))?;
        let shape = match &entry.like {
            Some(other) => self.field(other)?.shape,
            None => self.shape(path, entry)?,
        };
        let was = entry.was.as_ref().map(|was| Was { kind: was.kind.clone(), until: was.until.clone() });
        let null_is_empty = is_entry(path) && matches!(shape, Shape::Object(_)) && entry.null.is_none();
        Ok(Field { shape, required: entry.required, about: entry.about(), was, null_is_empty })
    }

    fn shape(&self, path: &str, entry: &Entry) -> Result<Shape, BodyError> {
        let below = |step: &str| self.field(&format!("{path}{step}")).map(Box::new);
        Ok(match entry.shape.as_deref() {
            Some("object") => Shape::Object(Object::new(self.children(path)?, self.gone(path), false)),
            Some("map") => Shape::Map(below(".*")?, entry.size()),
            Some("list") => Shape::List(below("[]")?, entry.size()),
            Some("string") => Shape::String(entry.text(path)?),
            Some("integer") => Shape::Integer(entry.integer(path)?),
            Some("number") => {
                Shape::Number(Range { min: entry.min.map(|n| n as f64), max: entry.max.map(|n| n as f64) })
            }
            Some("boolean") => Shape::Boolean,
            Some("integer or string") => Shape::IntOrString,
            Some("any") => Shape::Any,
            _ => return Err(BodyError::Type(path.to_owned())),
        })
    }

    /// The fields directly below the object at `path`.
    fn children(&self, path: &str) -> Result<Vec<(String, Field)>, BodyError> {
        let names = self.field.keys().filter_map(|known| child(path, known));
        names.map(|name| Ok((name.to_owned(), self.field(&join(path, name))?))).collect()
    }

    /// The fields that were once directly below the object at `path`.
    fn gone(&self, path: &str) -> Vec<Gone> {
        let of = |entry: &GoneEntry| {
            let name = child(path, &entry.path)?.to_owned();
            Some(Gone { name, until: entry.until.clone(), instead: entry.instead.clone() })
        };
        self.gone.iter().filter_map(of).collect()
    }
}

/// Whether the path ends at an entry of a map or an item of a list.
fn is_entry(path: &str) -> bool {
    path.ends_with(['*', ']'])
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

/// The name of `known` if it stands directly below `path`.
fn child<'a>(path: &str, known: &'a str) -> Option<&'a str> {
    let name = if path.is_empty() { known } else { known.strip_prefix(path)?.strip_prefix('.')? };
    (!name.contains(['.', '['])).then_some(name)
}

impl Entry {
    fn size(&self) -> Size {
        Size { min: self.min_items, max: self.max_items }
    }

    fn text(&self, path: &str) -> Result<Text, BodyError> {
        let format = self.format.as_deref().or(self.decodes.as_deref());
        Ok(Text {
            values: self.values.clone(),
            pattern: self.pattern.as_deref().map(Pattern::new),
            length: Size { min: self.min_length, max: self.max_length },
            format: format
                .map(|name| Format::named(name).ok_or_else(|| BodyError::Format(path.to_owned())))
                .transpose()?,
            empty_is_absent: !self.required && self.decodes.is_none() && !is_entry(path),
        })
    }

    fn integer(&self, path: &str) -> Result<Integer, BodyError> {
        let named = |name: &String| Width::named(name).ok_or_else(|| BodyError::Format(path.to_owned()));
        let format = self.format.as_ref().map(named).transpose()?.unwrap_or(Width::INT64);
        let decodes = self.decodes.as_ref().map(named).transpose()?.unwrap_or(Width::INT64);
        let range = Range { min: self.min.map(i128::from), max: self.max.map(i128::from) };
        Ok(Integer { width: format.and(decodes), range, values: Vec::new() })
    }

    fn about(&self) -> About {
        About {
            text: self.about.clone(),
            rule: self.rule.clone(),
            since: self.since.clone(),
            deprecated: self.deprecated.clone(),
            default: self.default.clone(),
            becomes: self.becomes.clone(),
            differs: self.differs.clone(),
        }
    }
}
