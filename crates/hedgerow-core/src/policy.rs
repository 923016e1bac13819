//! What the fabric's people decided, in the tree itself: `<dir>/.hedgerow/policy.toml` and `fabric.toml`.

use serde::{Deserialize, Serialize};

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
    pub subject_suffix: Option<String>,
    /// Why the fabric is suspended; absent when it is not.
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
    pub name: String,
    /// The e-mail, by which a verifier knows our committer.
    pub email: String,
}

impl Default for Committer {
    fn default() -> Self {
        Self { name: "Hedgerow".to_owned(), email: "hedgerow@hedgerow.invalid".to_owned() }
    }
}

/// `<dir>/.hedgerow/fabric.toml`: the fabric's settings that its controller's rules depend on, with upstream's defaults.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {}
