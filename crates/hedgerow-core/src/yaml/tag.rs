//! Scalars with a tag, as go-yaml v2 takes them.

use std::borrow::Cow;

use granit_parser::Tag;

use super::Value;
use super::problem::Problem;
use super::scalar::{Scalar, resolve};
use crate::codes::yaml as codes;
use crate::finding::Span;

const CORE: &str = "tag:yaml.org,2002:";

/// The value of the scalar `text` with `tag`, and what is odd about it.
pub(super) fn tagged<'a>(tag: &Tag, text: Cow<'a, str>, span: Span) -> (Value<'a>, Option<Problem>) {
    let suffix = tag.suffix_in_namespace(CORE);
    match suffix.as_deref() {
        Some("str" | "timestamp") => (Value::String(text), None),
        Some("binary") => match base64(&text) {
            Some(bytes) => (Value::String(String::from_utf8_lossy(&bytes).into_owned().into()), None),
            None => (
                Value::String(text),
                Some(Problem::error(codes::TAG_MISMATCH, span, "`!!binary` without valid base64")),
            ),
        },
        Some(name @ ("int" | "float" | "bool" | "null")) => named(name, text, span),
        _ if tag.original() == "!" => (Value::String(text), None),
        _ => (Value::String(text), Some(unknown(tag, span))),
    }
}

/// A tag that changes nothing: on a list or mapping every one but its own.
pub(super) fn on_collection(tag: &Tag, own: &str, span: Span) -> Option<Problem> {
    let known = tag.suffix_in_namespace(CORE).is_some_and(|suffix| suffix == own) || tag.original() == "!";
    (!known).then(|| unknown(tag, span))
}

fn unknown(tag: &Tag, span: Span) -> Problem {
    let message = format!("Kubernetes ignores the tag `{}`", tag.original());
    Problem::warning(codes::UNKNOWN_TAG, span, message).hint("remove it; quote the value if text is meant")
}

fn named<'a>(name: &str, text: Cow<'a, str>, span: Span) -> (Value<'a>, Option<Problem>) {
    let scalar = resolve(&text).0;
    let fits = match (name, scalar) {
        ("int", Scalar::Int(_)) | ("float", Scalar::Float(_)) | ("bool", Scalar::Bool(_)) | ("null", Scalar::Null) => {
            scalar
        }
        ("float", Scalar::Int(int)) => Scalar::Float(int as f64),
        ("float", Scalar::NotFinite) => return (Value::Null, Some(Problem::not_finite(span, &text))),
        _ => Scalar::String,
    };
    match fits.json() {
        Some(value) => (value, None),
        None => {
            let message = format!("`{text}` cannot be read as `!!{name}`");
            (Value::String(text), Some(Problem::error(codes::TAG_MISMATCH, span, message)))
        }
    }
}

/// Standard base64 with padding; line breaks do not count, as in Go.
fn base64(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text.bytes().filter(|b| !matches!(b, b'\r' | b'\n')).collect();
    let padding = digits.iter().rev().take_while(|b| **b == b'=').count();
    if !digits.len().is_multiple_of(4) || padding > 2 {
        return None;
    }
    let mut bytes = Vec::with_capacity(digits.len() / 4 * 3);
    for group in digits[..digits.len() - padding].chunks(4) {
        let bits = group.iter().try_fold(0_u32, |bits, digit| Some(bits << 6 | sextet(*digit)?))?;
        let bits = bits << (6 * (4 - group.len()));
        bytes.extend_from_slice(&bits.to_be_bytes()[1..group.len()]);
    }
    Some(bytes)
}

fn sextet(digit: u8) -> Option<u32> {
    let value = match digit {
        b'A'..=b'Z' => digit - b'A',
        b'a'..=b'z' => digit - b'a' + 26,
        b'0'..=b'9' => digit - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    };
    Some(value.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_the_standard_one() {
        for (text, bytes) in [("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9v\nYmFy", "foobar")] {
            assert_eq!(base64(text).as_deref(), Some(bytes.as_bytes()), "{text}");
        }
        for text in ["Zg", "Zg=", "Z===", "Zm9v!", "====", "Z=9v"] {
            assert_eq!(base64(text), None, "{text}");
        }
    }
}
