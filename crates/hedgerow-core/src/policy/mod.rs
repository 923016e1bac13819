//! What the fabric's people decided, in the tree itself: `<dir>/.hedgerow/policy.toml` and `fabric.toml`.

mod read;
mod tighten;

use serde::{Deserialize, Serialize};

use crate::path::TreePath;

pub use crate::settings::Settings;
pub use read::{committer, read};
pub use tighten::Flags;

/// `<dir>/.hedgerow/policy.toml`: what becomes of documents where there is a choice. Unknown keys are refused.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Policy {
    /// An object that is managed already, with another text.
    pub replace: Replace,
    /// A file with good and bad documents.
    pub mixed: Mixed,
    /// Where a held file stands.
    pub invalid: Invalid,
    /// Kinds whose objects live elsewhere: a missing reference to one only warns.
    pub elsewhere: Vec<String>,
    /// Who commits.
    pub committer: Committer,
    /// Appended to the commit's subject, such as `[skip ci]`.
    #[serde(deserialize_with = "read::optional_line")]
    pub subject_suffix: Option<String>,
    /// Why the fabric is suspended; absent when it is not.
    #[serde(deserialize_with = "read::optional_line")]
    pub suspended: Option<String>,
}

/// An object that is managed already, with another text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Replace {
    /// The inbox's text replaces it.
    #[default]
    Take,
    /// The file is held.
    Hold,
}

/// A file with good and bad documents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Mixed {
    /// Held whole.
    #[default]
    Hold,
    /// The good documents are taken, the others stay.
    Split,
}

/// Where a held file stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Invalid {
    /// In `raw/`, untouched.
    #[default]
    Hold,
    /// In `unmanaged/`, with a `.findings.txt` beside it.
    Unmanaged,
}

/// Who commits.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Committer {
    /// The name.
    #[serde(deserialize_with = "read::signature_part")]
    pub name: String,
    /// The e-mail, by which a verifier knows our committer.
    #[serde(deserialize_with = "read::signature_part")]
    pub email: String,
}

/// The committer's e-mail where no policy names another.
pub const DEFAULT_EMAIL: &str = "hedgerow@hedgerow.invalid";

impl Default for Committer {
    fn default() -> Self {
        Self { name: "Hedgerow".to_owned(), email: DEFAULT_EMAIL.to_owned() }
    }
}

impl Policy {
    /// SHA-256 of the effective policy, lower-case hex: for the commit's trailer. The spelling of the file does not matter.
    pub fn digest(&self) -> String {
        let json = serde_json::to_string(self).expect("a policy has only strings and lists");
        crate::digest::sha256(json.as_bytes())
    }
}

/// Why a policy could not be read or tightened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// Not TOML, an unknown key or a value of the wrong sort.
    #[error("{file}:{line}: {message}")]
    Illegible {
        /// The file.
        file: TreePath,
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        message: String,
    },
    /// The entry is a link or a submodule, or too large.
    #[error("{0} is not a readable file")]
    Unreadable(TreePath),
    /// A flag would loosen what the fabric's people decided.
    #[error("--{flag} {asked} would loosen the fabric's policy, which says {decided}")]
    Loosened {
        /// The flag.
        flag: &'static str,
        /// What was asked for.
        asked: &'static str,
        /// What the policy says.
        decided: &'static str,
    },
}
