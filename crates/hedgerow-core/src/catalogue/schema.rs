//! The fields of a kind: where they come from, and reading them only when they are needed.

use std::sync::{Arc, OnceLock};

use super::{Field, Kind, body};

/// The text that a kind was read from.
#[derive(Clone, Debug)]
pub(super) enum Source {
    /// A file of the project.
    Builtin(&'static str),
    /// SHA-256 of a CRD file, lower-case hex.
    Crd(String),
}

impl Source {
    pub(super) fn digest(&self) -> String {
        match self {
            Self::Builtin(text) => crate::digest::sha256(text.as_bytes()),
            Self::Crd(digest) => digest.clone(),
        }
    }
}

/// The fields of a kind, for each version that has a description of its own.
#[derive(Clone, Debug)]
pub(super) enum Schema {
    /// The tables of a data file, which describe the newest version.
    Builtin { body: &'static str, fields: Arc<OnceLock<Option<Field>>> },
    /// By version, from a CRD.
    Crd(Arc<Vec<(String, Field)>>),
}

impl Schema {
    pub(super) fn builtin(body: &'static str) -> Self {
        Self::Builtin { body, fields: Arc::default() }
    }

    fn version(&self, index: usize, version: &str) -> Option<&Field> {
        match self {
            Self::Builtin { body, fields } if index == 0 => {
                fields.get_or_init(|| body::read(body).expect("a test reads every file of the catalogue")).as_ref()
            }
            Self::Builtin { .. } => None,
            Self::Crd(versions) => versions.iter().find(|(v, _)| v == version).map(|(_, field)| field),
        }
    }
}

impl Kind {
    /// The fields of `version`: an object with what stands beside `apiVersion`, `kind`, `metadata` and `status`.
    /// `None` when the version is not served, or its fields are not described (kinds that people never write).
    pub fn fields(&self, version: &str) -> Option<&Field> {
        let index = self.versions.iter().position(|v| v == version)?;
        self.schema.version(index, version)
    }
}
