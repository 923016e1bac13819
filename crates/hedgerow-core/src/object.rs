//! Objects and who they are.

mod glimpse;
mod scan;

use std::fmt;

use serde::Serialize;

use crate::path::{FabricDir, TreePath};
use crate::yaml::Node;

pub(crate) use glimpse::glimpse;
pub(crate) use scan::scan;

/// The namespace of a document that names none.
pub const DEFAULT_NAMESPACE: &str = "default";

/// Identity of an object: two documents with one identity are two texts of one object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Identity {
    /// The API group, such as `wiring.githedgehog.com`. Not the version: an object has one identity in all versions.
    pub group: String,
    /// The kind, such as `Switch`.
    pub kind: String,
    /// The namespace; `default` when the document names none.
    pub namespace: String,
    /// The name.
    pub name: String,
}

impl Identity {
    /// The managed path of the object: `D/managed/<plural>/<name>.yaml`, with another namespace than `default` in a directory of its own.
    ///
    /// Name and namespace must be legal (see [`crate::plan`]): a legal name has no `/`, so that no path leads out of `managed/`.
    pub fn home(&self, dir: &FabricDir, plural: impl AsRef<[u8]>) -> TreePath {
        let mut at = dir.managed().join(plural);
        if self.namespace != DEFAULT_NAMESPACE {
            at = at.join(&self.namespace);
        }
        at.join(format!("{}.yaml", self.name))
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.namespace == DEFAULT_NAMESPACE {
            write!(f, "{}/{}", self.kind, self.name)
        } else {
            write!(f, "{}/{}/{}", self.kind, self.namespace, self.name)
        }
    }
}

/// What a document says it is, whether or not any of it is legal or known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Who it is.
    pub identity: Identity,
    /// The version of its API, such as `v1beta1`.
    pub version: String,
}

impl Named {
    /// Reads `apiVersion`, `kind`, `metadata.name` and `metadata.namespace`; `None` unless the first three are strings
    /// with something in them, and the fourth a string or nothing.
    pub fn read(node: &Node<'_>) -> Option<Self> {
        let text = |path: &str| node.at(path)?.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
        let (group, version) = split_api_version(node.get("apiVersion")?.as_str()?);
        let namespace = match node.at("metadata.namespace") {
            None => DEFAULT_NAMESPACE.to_owned(),
            Some(node) => node.as_str().map(|text| if text.is_empty() { DEFAULT_NAMESPACE } else { text })?.to_owned(),
        };
        let (group, version) = (group.to_owned(), version.to_owned());
        let identity = Identity { group, kind: text("kind")?, namespace, name: text("metadata.name")? };
        Some(Self { identity, version })
    }
}

/// Group and version; the core group is empty.
pub(crate) fn split_api_version(text: &str) -> (&str, &str) {
    text.split_once('/').unwrap_or(("", text))
}
