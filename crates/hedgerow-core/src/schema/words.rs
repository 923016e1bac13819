//! The words of messages and hints.

use std::borrow::Cow;

use crate::catalogue::near::{nearest, tolerance};
use crate::catalogue::{COMMON, Field, Object, Shape, Size};
use crate::yaml::{Node, Value};

/// As much of a text from a file as a message needs.
pub(super) fn cut(text: &str) -> Cow<'_, str> {
    const SHOWN: usize = 80;
    match text.char_indices().nth(SHOWN) {
        Some((at, _)) => Cow::Owned(format!("{}…", &text[..at])),
        None => Cow::Borrowed(text),
    }
}

/// A type with its article.
pub(super) fn phrase(name: &str) -> &str {
    match name {
        "object" => "a mapping",
        "map" => "a mapping of names",
        "list" | "array" => "a list",
        "string" => "a string",
        "integer" => "a whole number",
        "number" => "a number",
        "boolean" => "a boolean",
        "null" => "empty",
        "integer or string" => "a whole number or a string",
        other => other,
    }
}

/// JSON's word for a type in the words of a data file.
pub(super) fn word(json: &str) -> &str {
    if json == "array" { "list" } else { json }
}

/// `at least 1 and at most 10 entries are allowed`
pub(super) fn at_least_at_most(size: Size, unit: &str) -> String {
    match (size.min, size.max) {
        (Some(min), Some(max)) => format!("there must be {min} to {max} {unit}"),
        (Some(min), None) => format!("there must be at least {min} {unit}"),
        (None, Some(max)) => format!("there must be at most {max} {unit}"),
        (None, None) => format!("any number of {unit} will do"),
    }
}

/// What a missing field would be.
pub(super) fn expected(field: &Field) -> Option<String> {
    match &field.shape {
        Shape::String(text) if !text.values.is_empty() => Some(format!("add it, one of {}", quoted(&text.values))),
        _ => {
            // A CRD's description may be a page.
            let about = field.about.text.as_deref()?.lines().next()?;
            Some(format!("add it: {}", mid_sentence(&cut(about))))
        }
    }
}

/// A sentence as part of another.
fn mid_sentence(sentence: &str) -> String {
    let mut rest = sentence.trim_end_matches('.').chars();
    let (first, second) = (rest.next(), rest.clone().next());
    let lower = first.into_iter().flat_map(char::to_lowercase);
    match second {
        Some(second) if second.is_uppercase() => sentence.trim_end_matches('.').to_owned(),
        _ => lower.chain(rest).collect(),
    }
}

/// `a, b and c`, each in backticks.
pub(super) fn quoted(values: &[String]) -> String {
    let shown: Vec<_> =
        values.iter().map(|v| if v.is_empty() { "\"\"".to_owned() } else { format!("`{v}`") }).collect();
    shown.join(", ")
}

/// What an unknown key may have meant: a field of this object by another spelling, or one that belongs elsewhere.
pub(super) fn meant(object: &Object, key: &str, root: Option<&Field>) -> Option<String> {
    let names = object.fields().map(|(name, _)| name);
    let common = root.is_some_and(|root| matches!(&root.shape, Shape::Object(top) if std::ptr::eq(top, object)));
    let names = names.chain(COMMON.into_iter().filter(|_| common));
    if let Some(near) = nearest(key, names, tolerance(key)) {
        return Some(format!("did you mean `{near}`?"));
    }
    let home = root.and_then(|root| home(root, key, ""))?;
    Some(format!("`{key}` belongs to {home}"))
}

/// Where in the tree a field of this name stands, if it stands anywhere: the first place.
fn home(field: &Field, key: &str, path: &str) -> Option<String> {
    let at = |step: &str| if path.is_empty() { step.to_owned() } else { format!("{path}.{step}") };
    match &field.shape {
        Shape::Object(object) => match object.field(key) {
            Some(_) if path.is_empty() => Some("the top level".to_owned()),
            Some(_) => Some(format!("`{path}`")),
            None => object.fields().find_map(|(name, below)| home(below, key, &at(name))),
        },
        Shape::Map(below, _) => home(below, key, &at("<name>")),
        Shape::List(below, _) => home(below, key, &format!("{path}[]")),
        _ => None,
    }
}

/// How a value of the wrong type would be spelled right, where only its spelling is wrong.
pub(super) fn spelled(shape: &Shape, node: &Node<'_>) -> Option<String> {
    match (shape, &node.value) {
        (Shape::String(_), Value::Bool(_) | Value::Int(_) | Value::Float(_)) => Some("put it into quotes".to_owned()),
        (Shape::Integer(_) | Shape::Number(_), Value::String(text)) if text.trim().parse::<f64>().is_ok() => {
            Some(format!("write {} without quotes", text.trim()))
        }
        (Shape::Boolean, Value::String(text)) if ["true", "false"].contains(&&*text.to_lowercase()) => {
            Some(format!("write {} without quotes", text.to_lowercase()))
        }
        (Shape::Boolean, Value::String(_) | Value::Int(_)) => Some("write true or false".to_owned()),
        (Shape::List(..), Value::Mapping(_) | Value::String(_)) => Some("start each item with `- `".to_owned()),
        _ => None,
    }
}
