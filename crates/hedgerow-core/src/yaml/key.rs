//! Keys: JSON has text alone, so numbers and booleans are written as sigs.k8s.io/yaml does.

use std::borrow::Cow;

use super::problem::{Problem, Problems};
use super::scalar::Scalar;
use super::{Node, Value, number};
use crate::codes::yaml as codes;
use crate::finding::Span;

/// A finished value on its way to its place.
pub(super) struct Placed<'a> {
    pub(super) node: Node<'a>,
    /// As a key it would be `<<`.
    pub(super) merges: bool,
    /// What it was before JSON, where it was written without quotes and tag.
    pub(super) plain: Option<Plain<'a>>,
}

/// A plain scalar that is not text.
pub(super) struct Plain<'a> {
    pub(super) text: Cow<'a, str>,
    pub(super) scalar: Scalar,
}

/// A key that waits for its value.
pub(super) struct Key<'a> {
    pub(super) text: Cow<'a, str>,
    pub(super) span: Span,
    pub(super) merges: bool,
}

impl<'a> Placed<'a> {
    /// A value that is nothing special.
    pub(super) fn value(node: Node<'a>) -> Self {
        Self { node, merges: false, plain: None }
    }
}

impl<'a> Key<'a> {
    /// The key that a value is.
    pub(super) fn new(placed: Placed<'a>, problems: &mut Problems) -> Self {
        let span = placed.node.span;
        let (value, merges) = match placed.node.value {
            Value::String(text) => return Self { text, span, merges: placed.merges },
            value => (value, false),
        };
        let text = match (&placed.plain, text(&value)) {
            (Some(Plain { scalar: Scalar::Float(float), .. }), _) => number::key(*float),
            (_, Some(text)) => text,
            (_, None) => {
                problems.push(refused(&value, span));
                return Self { text: Cow::Borrowed(""), span, merges };
            }
        };
        if let Some(plain) = placed.plain.filter(|plain| plain.text != text) {
            problems.push(Problem::key_read_as(span, &plain.text, &text));
        }
        Self { text: text.into(), span, merges }
    }
}

fn text(value: &Value<'_>) -> Option<String> {
    match value {
        Value::Bool(bool) => Some(bool.to_string()),
        Value::Int(int) if int.get() <= i128::from(i64::MAX) => Some(int.get().to_string()),
        Value::Float(float) => Some(number::key(*float)),
        _ => None,
    }
}

fn refused(value: &Value<'_>, span: Span) -> Problem {
    let problem = match value {
        Value::Null => Problem::error(codes::NULL_KEY, span, "a key is missing, or is null"),
        Value::Int(int) => {
            let int = int.get();
            Problem::error(codes::KEY_NOT_TEXT, span, format!("the number {int} is too large for a key"))
        }
        _ => Problem::error(codes::KEY_NOT_TEXT, span, "a list or mapping cannot be a key"),
    };
    problem.hint("quote it if text is meant")
}
