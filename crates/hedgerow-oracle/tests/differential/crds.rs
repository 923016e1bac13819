//! Upstream's CRDs as the oracle reads them.

use hedgerow_core::catalogue::Catalogue;
use hedgerow_core::document;
use hedgerow_core::path::TreePath;
use hedgerow_core::yaml::{Node, Value};
use jsonschema::Validator;
use serde_json::{Map, Value as Json, json};

use crate::fixtures;

/// One kind in the version that is served.
pub(crate) struct Crd {
    pub(crate) group: String,
    pub(crate) version: String,
    pub(crate) kind: String,
    /// Its schema, made strict: unknown fields are refused.
    pub(crate) schema: Json,
    pub(crate) oracle: Validator,
}

/// The CRD files: names and bytes.
pub(crate) fn files() -> Option<Vec<(TreePath, Vec<u8>)>> {
    let entries = std::fs::read_dir(fixtures::find("crds")?).expect("a directory");
    let mut files: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|ext| ext == "yaml"))
        .map(|path| (TreePath::new(path.to_string_lossy().as_bytes()), std::fs::read(&path).expect("a file")))
        .collect();
    files.sort();
    Some(files)
}

/// Every kind whose fields the catalogue describes.
pub(crate) fn all() -> Option<Vec<Crd>> {
    let catalogue = Catalogue::builtin();
    let described =
        |crd: &Crd| catalogue.kind(&crd.group, &crd.kind).is_some_and(|kind| kind.fields(&crd.version).is_some());
    let crds: Vec<_> = files()?.iter().flat_map(|(path, bytes)| read(path, bytes)).filter(described).collect();
    assert!(crds.len() > 15, "{} kinds are described", crds.len());
    Some(crds)
}

fn read(path: &TreePath, bytes: &[u8]) -> Vec<Crd> {
    let file = document::parse(path, bytes);
    file.documents.iter().map(|document| crd(&to_json(document.value.as_ref().expect("YAML")))).collect()
}

fn crd(definition: &Json) -> Crd {
    let spec = &definition["spec"];
    let version = &spec["versions"][0];
    let mut schema = version["schema"]["openAPIV3Schema"].clone();
    make_strict(&mut schema);
    for open in ["metadata", "status"] {
        schema["properties"][open] = json!({});
    }
    let oracle = jsonschema::options().with_draft(jsonschema::Draft::Draft7).build(&schema).expect("a JSON schema");
    let text = |value: &Json| value.as_str().expect("a string").to_owned();
    Crd {
        group: text(&spec["group"]),
        version: text(&version["name"]),
        kind: text(&spec["names"]["kind"]),
        schema,
        oracle,
    }
}

/// Refuses what the API server would prune.
fn make_strict(schema: &mut Json) {
    let Json::Object(node) = schema else { return };
    let is_object = node.get("type") == Some(&json!("object"));
    if is_object && !node.contains_key("additionalProperties") {
        node.insert("additionalProperties".to_owned(), json!(false));
        // With no property at all, the oracle would not name the field that it refuses.
        node.entry("properties").or_insert(json!({"": {}}));
    }
    for below in ["items", "additionalProperties"] {
        node.get_mut(below).into_iter().for_each(make_strict);
    }
    if let Some(Json::Object(properties)) = node.get_mut("properties") {
        properties.values_mut().for_each(make_strict);
    }
}

/// A document's value as JSON.
pub(crate) fn to_json(node: &Node<'_>) -> Json {
    match &node.value {
        Value::Null => Json::Null,
        Value::Bool(b) => json!(b),
        Value::Int(n) => i64::try_from(n.get()).map_or_else(|_| json!(n.get() as u64), Json::from),
        Value::Float(n) => json!(n),
        Value::String(text) => json!(text),
        Value::Sequence(items) => items.iter().map(to_json).collect(),
        Value::Mapping(fields) => {
            Json::Object(fields.iter().map(|f| (f.key.to_string(), to_json(&f.value))).collect::<Map<_, _>>())
        }
    }
}
