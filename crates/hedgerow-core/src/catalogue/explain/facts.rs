//! What is known of one field.

use serde::Serialize;
use serde_json::Value as Json;

use crate::catalogue::{Field, Shape, Size};

/// What is known of one field. Absent facts are left out.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Facts {
    /// Its key; `*` is any key, `[]` an item.
    pub name: String,
    /// `string`, `[]object`, `map[string]string`, …
    #[serde(rename = "type")]
    pub shape: String,
    /// Whether it has to be there.
    pub required: bool,
    /// What the API server sets where it is absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<Json>,
    /// What the fabric's webhook makes of it where it is absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub becomes: Option<String>,
    /// The only values.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
    /// The expression that it matches.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// How large, long or many: `1 to 50`, `at least 2 entries`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limits: Option<String>,
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// What else must hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// The release that brought it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// Why it should not be used any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deprecated: Option<String>,
    /// Where this catalogue departs from the CRD, and why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub differs: Option<String>,
}

impl Facts {
    pub(super) fn of(name: &str, field: &Field) -> Self {
        let about = field.about.clone();
        let facts = Self {
            name: name.to_owned(),
            shape: type_of(field),
            required: field.required,
            default: about.default,
            becomes: about.becomes,
            about: about.text,
            rule: about.rule,
            since: about.since,
            deprecated: about.deprecated,
            differs: about.differs,
            ..Self::default()
        };
        facts.with_limits(field)
    }

    fn with_limits(mut self, field: &Field) -> Self {
        match &field.shape {
            Shape::String(text) => {
                self.values = text.values.clone();
                self.pattern = text.pattern.as_ref().map(|pattern| pattern.text().to_owned());
                self.limits = size(text.length, "characters");
            }
            Shape::Integer(integer) => {
                let (width, range) = (integer.width, &integer.range);
                self.values = integer.values.iter().map(i128::to_string).collect();
                let min = range.min.unwrap_or(width.min).max(width.min);
                self.limits = Some(format!("{min} to {}", range.max.unwrap_or(width.max).min(width.max)));
            }
            Shape::Map(_, count) | Shape::List(_, count) => self.limits = size(*count, "entries"),
            _ => {}
        }
        self
    }
}

/// `[]object`, `map[string]boolean`, …
fn type_of(field: &Field) -> String {
    match &field.shape {
        Shape::List(item, _) => format!("[]{}", type_of(item)),
        Shape::Map(value, _) => format!("map[string]{}", type_of(value)),
        Shape::String(text) => text.format.map_or("string".to_owned(), |format| format!("string ({})", format.name())),
        shape => shape.name().to_owned(),
    }
}

fn size(size: Size, unit: &str) -> Option<String> {
    match (size.min, size.max) {
        (None, None) => None,
        (Some(min), None) => Some(format!("at least {min} {unit}")),
        (None, Some(max)) => Some(format!("at most {max} {unit}")),
        (Some(min), Some(max)) => Some(format!("{min} to {max} {unit}")),
    }
}
