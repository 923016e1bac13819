//! One document, judged by both.

use std::collections::BTreeMap;

use hedgerow_core::catalogue::Catalogue;
use hedgerow_core::document::{self, Document};
use hedgerow_core::finding::{Code, Finding, Severity};
use hedgerow_core::path::TreePath;
use hedgerow_core::schema;
use jsonschema::error::ValidationErrorKind;
use serde_json::Value as Json;

use crate::corpus::File;
use crate::crds::Crd;

/// What both say of a document: faults by path, such as `spec.links[0].server`.
pub(crate) struct Judged {
    pub(crate) document: Json,
    /// The codes of our errors.
    pub(crate) ours: BTreeMap<String, Code>,
    /// What the oracle found: the value there, or null where there is none.
    pub(crate) oracle: BTreeMap<String, Fault>,
    /// `group/kind`
    pub(crate) kind: String,
}

/// What the oracle found at a path.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    /// Something is missing.
    Missing,
    /// The value that stands there.
    Value(Json),
}

impl Judged {
    /// Judges a document that exists as JSON only; JSON is YAML.
    pub(crate) fn json(catalogue: &Catalogue, crd: &Crd, value: Json) -> Self {
        let text = value.to_string();
        let path = TreePath::from("generated.yaml");
        let file = document::parse(&path, text.as_bytes());
        let ours = ours(catalogue, crd, &path, text.as_bytes(), &file.documents[0]);
        Self::new(crd, value, ours)
    }

    /// Judges a document of a file, whose value is `value`.
    pub(crate) fn document(
        catalogue: &Catalogue,
        crd: &Crd,
        file: &File,
        value: Json,
        document: &Document<'_>,
    ) -> Self {
        let path = TreePath::from(file.name.as_str());
        let ours = ours(catalogue, crd, &path, &file.bytes, document);
        Self::new(crd, value, ours)
    }

    fn new(crd: &Crd, document: Json, ours: BTreeMap<String, Code>) -> Self {
        let oracle = oracle(crd, &document);
        Self { document, ours, oracle, kind: format!("{}/{}", crd.group, crd.kind) }
    }
}

/// All that we find in a document of a file.
pub(crate) fn findings(catalogue: &Catalogue, crd: &Crd, file: &File, document: &Document<'_>) -> Vec<Finding> {
    let kind = catalogue.kind(&crd.group, &crd.kind).expect("a kind of the catalogue");
    schema::check(catalogue, kind, &TreePath::from(file.name.as_str()), &file.bytes, document)
}

/// Our errors by path: each message begins with it.
fn ours(
    catalogue: &Catalogue,
    crd: &Crd,
    path: &TreePath,
    bytes: &[u8],
    document: &Document<'_>,
) -> BTreeMap<String, Code> {
    let kind = catalogue.kind(&crd.group, &crd.kind).expect("a kind of the catalogue");
    schema::check(catalogue, kind, path, bytes, document)
        .into_iter()
        .filter(|finding| finding.severity == Severity::Error)
        .map(|finding| (finding.message.split('`').nth(1).expect("a path").to_owned(), finding.code))
        .collect()
}

fn oracle(crd: &Crd, document: &Json) -> BTreeMap<String, Fault> {
    let mut faults = BTreeMap::new();
    for error in crd.oracle.iter_errors(document) {
        let at = trail(document, error.instance_path().as_str());
        match error.kind() {
            ValidationErrorKind::Required { property } => {
                faults.insert(step(&at, property.as_str().expect("a name")), Fault::Missing);
            }
            ValidationErrorKind::AdditionalProperties { unexpected } => {
                let value = |key: &String| error.instance()[key].clone();
                faults.extend(unexpected.iter().map(|key| (step(&at, key), Fault::Value(value(key)))));
            }
            _ => {
                faults.insert(at, Fault::Value(error.instance().clone().into_owned()));
            }
        }
    }
    faults
}

/// A JSON pointer as our messages write paths.
fn trail(document: &Json, pointer: &str) -> String {
    let mut at = String::new();
    let mut value = document;
    for part in pointer.split('/').skip(1) {
        let key = part.replace("~1", "/").replace("~0", "~");
        at = if value.is_array() { format!("{at}[{key}]") } else { step(&at, &key) };
        value = match value {
            Json::Array(items) => &items[key.parse::<usize>().expect("an index")],
            other => &other[&key],
        };
    }
    at
}

fn step(at: &str, key: &str) -> String {
    match key.contains(['.', '[', ']']) {
        true => format!("{at}[{key:?}]"),
        false if at.is_empty() => key.to_owned(),
        false => format!("{at}.{key}"),
    }
}
