//! SHA-256, and the digest of a value whatever its spelling.

use std::borrow::Cow;

use sha2::{Digest, Sha256};

use crate::yaml::same::sorted;
use crate::yaml::{Node, Value, number};

/// The SHA-256 of `bytes`, in lower-case hex.
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Lower-case hex.
pub fn hex(bytes: &[u8]) -> String {
    let digit = |n: u8| char::from(b"0123456789abcdef"[usize::from(n)]);
    let mut out = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        out.push(digit(byte >> 4));
        out.push(digit(byte & 15));
    }
    out
}

/// The value in canonical JSON: keys sorted by their bytes, no blanks, each number and string in its one spelling.
///
/// Integers are exact; other numbers are written as RFC 8785 does, and strings with its few escapes.
pub fn canonical_json(node: &Node<'_>) -> String {
    let mut out = String::new();
    write_value(node, &mut out);
    out
}

/// The SHA-256 of the value in canonical JSON, in lower-case hex: equal for equal values, whatever their spelling.
pub fn digest(node: &Node<'_>) -> String {
    sha256(canonical_json(node).as_bytes())
}

fn write_value(node: &Node<'_>, out: &mut String) {
    match &node.value {
        Value::Null => out.push_str("null"),
        Value::Bool(bool) => out.push_str(if *bool { "true" } else { "false" }),
        Value::Int(int) => out.push_str(&int.get().to_string()),
        Value::Float(float) => out.push_str(&number::canonical(*float)),
        Value::String(text) => write_string(text, out),
        Value::Sequence(items) => write_all(('[', ']'), items, out, write_value),
        Value::Mapping(fields) => write_all(('{', '}'), sorted(fields), out, |field, out| {
            write_string(&field.key, out);
            out.push(':');
            write_value(&field.value, out);
        }),
    }
}

fn write_all<T>(
    (open, close): (char, char),
    items: impl IntoIterator<Item = T>,
    out: &mut String,
    mut write: impl FnMut(T, &mut String),
) {
    out.push(open);
    for (at, item) in items.into_iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        write(item, out);
    }
    out.push(close);
}

fn write_string(text: &str, out: &mut String) {
    out.push('"');
    let mut plain = 0;
    for (at, byte) in text.bytes().enumerate() {
        let Some(escape) = escape(byte) else { continue };
        out.push_str(&text[plain..at]);
        out.push_str(&escape);
        plain = at + 1;
    }
    out.push_str(&text[plain..]);
    out.push('"');
}

/// What JSON must not hold as it is; such bytes are never part of a longer character.
fn escape(byte: u8) -> Option<Cow<'static, str>> {
    Some(match byte {
        b'"' => "\\\"".into(),
        b'\\' => "\\\\".into(),
        0x08 => "\\b".into(),
        b'\t' => "\\t".into(),
        b'\n' => "\\n".into(),
        0x0c => "\\f".into(),
        b'\r' => "\\r".into(),
        0..0x20 => format!("\\u{byte:04x}").into(),
        _ => return None,
    })
}
