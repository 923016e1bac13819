//! The managed objects in the shape that `hhfab` reads: one folder, top-level `*.yaml` only, documents cut at lines that
//! begin with `---`, and no document that is only comments.
//!
//! Source: fabricator pkg/hhfab/hydrate.go:110-121 (the folder), pkg/util/apiutil/loader.go:41-79 (the documents) @ fee55670.

mod order;
mod text;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::catalogue::{Catalogue, LookUp, Writer};
use crate::digest::sha256;
use crate::document::{self, Document};
use crate::finding::{Finding, Severity};
use crate::object::{DEFAULT_NAMESPACE, Identity, Named};
use crate::path::{TreePath, Zone};
use crate::tree::{Entry, FabricTree};

/// How many files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// One for each object, named so that they sort as they are applied.
    Flat,
    /// One for all of them.
    Single,
}

/// The name of the file that has all objects.
pub const SINGLE: &str = "fabric.yaml";

/// What an export has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Export {
    /// The files, by name.
    pub files: BTreeMap<String, Vec<u8>>,
    /// How many objects are in them.
    pub objects: usize,
    /// What is under `managed/` and in none of them.
    pub left_out: Vec<LeftOut>,
    /// How many files wait in the inbox, so that the export does not have what they say.
    pub waiting: usize,
}

/// A managed document that is not exported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// Its file.
    pub file: TreePath,
    /// Its line, from 1.
    pub line: u32,
    /// Why.
    pub reason: String,
}

/// Managed files that cannot be read: without them the export would be another fabric.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a managed file cannot be read")]
pub struct Unreadable(pub Vec<Finding>);

/// An object and its place in the order: kind, then name.
type Key = (usize, String, Identity);

/// Exports what is under `managed/` of `tree`.
///
/// # Errors
/// When a managed file has errors of YAML.
pub fn export(tree: &FabricTree, catalogue: &Catalogue, shape: Shape) -> Result<Export, Unreadable> {
    let mut objects: BTreeMap<Key, Vec<u8>> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    let mut export = Export::default();
    let mut unreadable = Vec::new();
    for (path, entry) in &tree.entries {
        match tree.dir.zone(path) {
            Some(Zone::Inbox) => export.waiting += 1,
            Some(Zone::Managed) => {
                let parsed = document::parse(path, entry.text_bytes().unwrap_or_default());
                unreadable.extend(not_a_file(path, entry));
                unreadable.extend(parsed.findings.iter().filter(|found| found.severity == Severity::Error).cloned());
                for document in &parsed.documents {
                    match object(document, catalogue, &mut seen) {
                        Ok((key, text)) => drop(objects.insert(key, text)),
                        Err(reason) => {
                            export.left_out.push(LeftOut { file: path.clone(), line: document.line, reason });
                        }
                    }
                }
            }
            _ => {}
        }
    }
    if !unreadable.is_empty() {
        return Err(Unreadable(unreadable));
    }
    export.objects = objects.len();
    export.files = match shape {
        Shape::Flat => objects.into_iter().map(|(key, text)| (file_name(&key), text)).collect(),
        Shape::Single if objects.is_empty() => BTreeMap::new(),
        Shape::Single => {
            let texts: Vec<_> = objects.into_values().collect();
            [(SINGLE.to_owned(), texts.join(b"---\n".as_slice()))].into()
        }
    };
    Ok(export)
}

fn not_a_file(path: &TreePath, entry: &Entry) -> Option<Finding> {
    let message = || format!("the managed entry is {} that cannot be read", entry.mode);
    let place = || crate::finding::Place::file(path.clone());
    let code = crate::codes::repository::MANAGED_UNREADABLE;
    entry.text_bytes().is_none().then(|| Finding::error(code, place(), message()))
}

/// The object that a document is and its text, or why it is not exported.
fn object(
    document: &Document<'_>,
    catalogue: &Catalogue,
    seen: &mut BTreeSet<Identity>,
) -> Result<(Key, Vec<u8>), String> {
    let value = document.value.as_ref().ok_or("it has no value")?;
    let Some(Named { identity, version }) = Named::read(value) else {
        return Err("it is no object".to_owned());
    };
    let plural = match catalogue.look_up(&identity.group, &version, &identity.kind) {
        // A profile is there only where the fabric is set to take it.
        LookUp::Served(kind) if kind.writer == Writer::User || kind.kind == "SwitchProfile" => kind.plural.clone(),
        LookUp::Served(_) => return Err(format!("{identity} is of a kind that nobody writes in files")),
        LookUp::Foreign => return Err(format!("{identity} is not Hedgehog's")),
        _ => return Err(format!("{identity} is of a kind or version that is not served")),
    };
    let is_plain =
        |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.".contains(&b));
    if !is_plain(&identity.name) || !is_plain(&identity.namespace) {
        return Err(format!("{:?} is no name", identity.name));
    }
    if !seen.insert(identity.clone()) {
        return Err(format!("{identity} is managed twice, and hhfab takes it once"));
    }
    let text = text::for_hhfab(document, value).ok_or("its lines cannot be written so that hhfab reads them")?;
    Ok(((order::of(&identity.kind), plural, identity), text))
}

/// The longest name that goes into a file's name, in bytes, so that file systems take it.
const MAX_NAME: usize = 200;

/// `05-switches-leaf-1.yaml`. No two objects have one: neither a plural nor a number has a `-` in it, and no name an `@`.
fn file_name((order, plural, identity): &Key) -> String {
    let mut name = identity.name.clone();
    if identity.namespace != DEFAULT_NAMESPACE {
        name = format!("{name}@{}", identity.namespace);
    }
    if name.len() > MAX_NAME {
        name = format!("{}@@{}", &name[..MAX_NAME], &sha256(name.as_bytes())[..16]);
    }
    format!("{order:02}-{plural}-{name}.yaml")
}

#[cfg(test)]
mod tests;
