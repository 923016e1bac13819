//! A value in canonical JSON: the same for every spelling of it. `docs/reference/format.md`, "Canonical JSON".

use std::fmt::Write;

use crate::yaml::{Field, Node, Value};

/// The canonical JSON of a value: keys ordered by their bytes, no blanks, fields that are null kept.
pub fn canonical_json(node: &Node<'_>) -> String {
    let mut out = String::new();
    write_node(&mut out, node);
    out
}

fn write_node(out: &mut String, node: &Node<'_>) {
    match &node.value {
        Value::Null => out.push_str("null"),
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Int(value) => write_display(out, value),
        Value::Float(value) => out.push_str(&serde_json::Value::from(*value).to_string()),
        Value::String(text) => write_text(out, text),
        Value::Sequence(items) => write_all(out, ['[', ']'], items.iter(), write_node),
        Value::Mapping(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_by(|a, b| a.key.cmp(&b.key));
            write_all(out, ['{', '}'], fields.into_iter(), write_field);
        }
    }
}

fn write_all<T>(out: &mut String, [open, close]: [char; 2], items: impl Iterator<Item = T>, write: fn(&mut String, T)) {
    out.push(open);
    for (at, item) in items.enumerate() {
        if at > 0 {
            out.push(',');
        }
        write(out, item);
    }
    out.push(close);
}

fn write_field(out: &mut String, field: &Field<'_>) {
    write_text(out, &field.key);
    out.push(':');
    write_node(out, &field.value);
}

fn write_text(out: &mut String, text: &str) {
    write_display(out, &serde_json::Value::from(text));
}

fn write_display(out: &mut String, value: &impl std::fmt::Display) {
    // Writing to a string cannot fail.
    let _ = write!(out, "{value}");
}
