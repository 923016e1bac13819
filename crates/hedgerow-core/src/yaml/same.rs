//! Equality of values, wherever they stand and in whatever order their keys do.

use super::{Field, Node, Value};

impl Node<'_> {
    /// Whether the two are one JSON value: places and the order of keys do not count.
    pub fn same_value(&self, other: &Node<'_>) -> bool {
        match (&self.value, &other.value) {
            (Value::Null, Value::Null) => true,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Int(a), Value::Int(b)) => a == b,
            (Value::Float(a), Value::Float(b)) => a == b,
            (Value::String(a), Value::String(b)) => a == b,
            (Value::Sequence(a), Value::Sequence(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.same_value(b))
            }
            (Value::Mapping(a), Value::Mapping(b)) => a.len() == b.len() && same_fields(a, b),
            _ => false,
        }
    }
}

fn same_fields(a: &[Field<'_>], b: &[Field<'_>]) -> bool {
    let mut pairs = a.iter().zip(b);
    if pairs.all(|(a, b)| a.key == b.key) {
        return a.iter().zip(b).all(|(a, b)| a.value.same_value(&b.value));
    }
    sorted(a).iter().zip(sorted(b)).all(|(a, b)| a.key == b.key && a.value.same_value(&b.value))
}

/// The fields ordered by the bytes of their keys.
pub(crate) fn sorted<'n, 'a>(fields: &'n [Field<'a>]) -> Vec<&'n Field<'a>> {
    let mut sorted: Vec<_> = fields.iter().collect();
    sorted.sort_by(|a, b| a.key.cmp(&b.key));
    sorted
}
