//! The parts of a plan: what changes, what was left alone, what lives afterwards.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;

use crate::ledger::From;
use crate::object::Identity;
use crate::path::TreePath;

/// One path that differs after the commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The path holds these bytes, mode 100644.
    Write(Arc<[u8]>),
    /// The path holds the blob that the parent has at `from`, mode 100644: its bytes need not be written again.
    Move {
        /// Where the blob is in the parent.
        from: TreePath,
    },
    /// The path is gone.
    Remove,
}

/// A file that the plan looked at and left alone, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PassedOver {
    /// The file.
    pub file: TreePath,
    /// Why.
    pub reason: Pass,
}

/// Why a file was left alone without being held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Pass {
    /// YAML, but empty or comments only.
    NoDocument,
    /// Its name does not end in `.yaml` or `.yml`.
    NotYaml,
    /// `.gitkeep`, which keeps a directory in git.
    Gitkeep,
    /// A link or a submodule whose name is not that of YAML.
    NotAFile,
    /// YAML directly in the fabric's directory.
    Stray,
}

impl fmt::Display for Pass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoDocument => "no document",
            Self::NotYaml => "not yaml",
            Self::Gitkeep => ".gitkeep",
            Self::NotAFile => "not a file",
            Self::Stray => "stray",
        })
    }
}

/// An object of the resulting tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedObject {
    /// Who it is.
    pub identity: Identity,
    /// The version of its API, such as `v1beta1`.
    pub version: String,
    /// Where it stands.
    pub path: TreePath,
    /// SHA-256 of its value in canonical JSON (`docs/reference/format.md`).
    pub digest: String,
    /// Its value in canonical JSON.
    pub json: String,
    /// The inbox document that it came from with this commit, if it did.
    pub from: Option<From>,
}
