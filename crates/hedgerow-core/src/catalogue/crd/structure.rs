//! A structural schema (openAPIV3Schema) as fields.

use serde_json::Value as Json;

use crate::catalogue::field::{About, Field, Format, Integer, Object, Range, Shape, Size, Text};
use crate::catalogue::{COMMON, Pattern, Width};
use crate::codes::schema as codes;
use crate::yaml::{Node, Value};

use super::Crd;

/// Rules that only the API server checks.
const UNCHECKED: [&str; 7] =
    ["x-kubernetes-validations", "oneOf", "anyOf", "allOf", "not", "multipleOf", "uniqueItems"];

/// The fields of a whole document, but for those that every kind has.
pub(super) fn root(crd: &mut Crd<'_>, schema: &Node<'_>) -> Field {
    let mut root = field(crd, schema, true);
    if let Shape::Object(object) = &mut root.shape {
        object.remove(&COMMON);
    }
    root
}

fn field(crd: &mut Crd<'_>, schema: &Node<'_>, required: bool) -> Field {
    Field { about: about(schema), ..Field::new(shape(crd, schema), required) }
}

fn shape(crd: &mut Crd<'_>, schema: &Node<'_>) -> Shape {
    if flag(schema, "x-kubernetes-int-or-string") {
        return Shape::IntOrString;
    }
    match schema.get("type").map(|node| (node, node.as_str())) {
        None if flag(schema, "x-kubernetes-preserve-unknown-fields") => Shape::Any,
        Some((_, Some("object"))) => mapping(crd, schema),
        Some((_, Some("array"))) => match schema.get("items") {
            Some(items) => Shape::List(Box::new(field(crd, items, false)), size(schema, "minItems", "maxItems")),
            None => unreadable(crd, schema, "a list needs `items`"),
        },
        Some((_, Some("string"))) => Shape::String(text(crd, schema)),
        Some((_, Some("integer"))) => Shape::Integer(integer(schema)),
        Some((_, Some("number"))) => {
            Shape::Number(Range { min: float(schema, "minimum"), max: float(schema, "maximum") })
        }
        Some((_, Some("boolean"))) => Shape::Boolean,
        Some((node, _)) => unreadable(crd, node, "this is none of the types of a structural schema"),
        None => unreadable(crd, schema, "a structural schema says the `type` of everything"),
    }
}

fn unreadable(crd: &mut Crd<'_>, node: &Node<'_>, message: &str) -> Shape {
    crd.fault(codes::CRD_SCHEMA, node.span, message);
    Shape::Any
}

fn mapping(crd: &mut Crd<'_>, schema: &Node<'_>) -> Shape {
    let entries = size(schema, "minProperties", "maxProperties");
    match schema.get("additionalProperties") {
        Some(values) if matches!(values.value, Value::Mapping(_)) => {
            return Shape::Map(Box::new(field(crd, values, false)), entries);
        }
        Some(values) if values.as_bool() == Some(true) => {
            return Shape::Map(Box::new(Field::new(Shape::Any, false)), entries);
        }
        _ => {}
    }
    let required: Vec<&str> = list(schema, "required").iter().filter_map(Node::as_str).collect();
    let properties = schema.get("properties").map_or(&[][..], Node::fields);
    let fields = properties
        .iter()
        .map(|entry| (entry.key.to_string(), field(crd, &entry.value, required.contains(&&*entry.key))))
        .collect();
    let open = flag(schema, "x-kubernetes-preserve-unknown-fields") || flag(schema, "x-kubernetes-embedded-resource");
    Shape::Object(Object::new(fields, Vec::new(), open))
}

fn text(crd: &mut Crd<'_>, schema: &Node<'_>) -> Text {
    let pattern = schema.get("pattern").and_then(|node| Some((node, Pattern::new(node.as_str()?))));
    if let Some((node, _)) = pattern.as_ref().filter(|(_, pattern)| !pattern.compiles()) {
        crd.fault(codes::CRD_SCHEMA, node.span, "this pattern cannot be read");
    }
    Text {
        values: list(schema, "enum").iter().filter_map(Node::as_str).map(str::to_owned).collect(),
        pattern: pattern.map(|(_, pattern)| pattern),
        length: size(schema, "minLength", "maxLength"),
        format: schema.get("format").and_then(Node::as_str).and_then(Format::of_crd),
        empty_is_absent: false,
    }
}

fn integer(schema: &Node<'_>) -> Integer {
    let exclusive = |key| i128::from(flag(schema, key));
    let bound = |key| schema.get(key).and_then(Node::as_int);
    Integer {
        width: schema.get("format").and_then(Node::as_str).and_then(Width::named).unwrap_or(Width::INT64),
        range: Range {
            min: bound("minimum").map(|min| min + exclusive("exclusiveMinimum")),
            max: bound("maximum").map(|max| max - exclusive("exclusiveMaximum")),
        },
        values: list(schema, "enum").iter().filter_map(Node::as_int).collect(),
    }
}

fn about(schema: &Node<'_>) -> About {
    let unchecked = UNCHECKED.iter().find(|rule| schema.get(rule).is_some());
    About {
        text: schema.get("description").and_then(Node::as_str).map(str::to_owned),
        rule: unchecked.map(|rule| format!("`{rule}`, which only the API server checks")),
        default: schema.get("default").map(json),
        ..About::default()
    }
}

fn flag(schema: &Node<'_>, key: &str) -> bool {
    schema.get(key).and_then(Node::as_bool) == Some(true)
}

fn list<'n, 'a>(schema: &'n Node<'a>, key: &str) -> &'n [Node<'a>] {
    schema.get(key).map_or(&[], Node::items)
}

fn size(schema: &Node<'_>, min: &str, max: &str) -> Size {
    let bound = |key| schema.get(key).and_then(Node::as_int).and_then(|n| usize::try_from(n).ok());
    Size { min: bound(min), max: bound(max) }
}

fn float(schema: &Node<'_>, key: &str) -> Option<f64> {
    match schema.get(key)?.value {
        Value::Int(n) => Some(n.get() as f64),
        Value::Float(n) => Some(n),
        _ => None,
    }
}

/// A default, as data.
fn json(node: &Node<'_>) -> Json {
    match &node.value {
        Value::Null => Json::Null,
        Value::Bool(b) => Json::Bool(*b),
        Value::Int(n) => i64::try_from(n.get()).map_or(Json::Null, Json::from),
        Value::Float(n) => Json::from(*n),
        Value::String(text) => Json::from(&**text),
        Value::Sequence(items) => items.iter().map(json).collect(),
        Value::Mapping(fields) => fields.iter().map(|f| (f.key.to_string(), json(&f.value))).collect(),
    }
}
