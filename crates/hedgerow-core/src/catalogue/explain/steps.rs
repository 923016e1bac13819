//! From a path to the field it names.

use super::{ExplainError, below};
use crate::catalogue::near::{nearest, tolerance};
use crate::catalogue::{Field, Kind, Shape};

/// The steps of a path: `permit[].name` is `permit`, `[]`, `name`.
pub(super) fn steps(path: &str) -> impl Iterator<Item = &str> {
    path.split('.').flat_map(|part| {
        let (name, items) = part.split_at(part.find("[]").unwrap_or(part.len()));
        let items = (0..items.len() / 2).map(|_| "[]");
        std::iter::once(name).filter(|name| !name.is_empty()).chain(items)
    })
}

pub(super) fn push(path: &mut String, step: &str) {
    if !path.is_empty() && step != "[]" {
        path.push('.');
    }
    path.push_str(step);
}

/// The field one step below, through items and entries that were left out; those are added to `path`.
pub(super) fn step_into<'f>(field: &'f Field, step: &str, path: &mut String) -> Option<&'f Field> {
    match &field.shape {
        Shape::Object(object) => object.field(step),
        Shape::List(item, _) if step == "[]" => Some(item),
        Shape::Map(value, _) if step == "*" => Some(value),
        Shape::List(item, _) => {
            push(path, "[]");
            step_into(item, step, path)
        }
        Shape::Map(value, _) => {
            push(path, "*");
            step_into(value, step, path)
        }
        _ => None,
    }
}

pub(super) fn no_field(kind: &Kind, field: &Field, path: &str, step: &str) -> ExplainError {
    let names: Vec<_> = below(field).into_iter().map(|facts| facts.name).collect();
    let near = nearest(step, names.iter().map(String::as_str), tolerance(step)).map(str::to_owned);
    let mut path = path.to_owned();
    push(&mut path, step);
    ExplainError::Field { kind: kind.kind.clone(), path, near }
}
