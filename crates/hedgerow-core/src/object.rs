//! Objects and who they are.

use std::fmt;

use serde::Serialize;

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

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.namespace == "default" {
            write!(f, "{}/{}", self.kind, self.name)
        } else {
            write!(f, "{}/{}/{}", self.kind, self.namespace, self.name)
        }
    }
}
