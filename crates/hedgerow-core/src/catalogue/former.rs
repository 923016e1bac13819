//! Versions and kinds that the API once had: `catalogue/former.toml`.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Catalogue;

/// What is no longer served, and what took its place.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Former {
    /// The API group.
    pub group: String,
    /// The version; absent where the kind went whatever its version.
    pub version: Option<String>,
    /// The kind; absent where the whole version went.
    pub kind: Option<String>,
    /// The day it went, such as `2024-10-17`.
    pub since: String,
    /// What took its place; absent where nothing did.
    pub replaced_by: Option<String>,
    /// What it was, or what to know about the change.
    pub about: String,
}

/// The tables of `former.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    former: Vec<Former>,
}

pub(super) fn read(text: &str) -> Result<Vec<Former>, toml::de::Error> {
    toml::from_str(text).map(|file: File| file.former)
}

impl Former {
    /// Whether the entry speaks of this version and kind.
    fn covers(&self, group: &str, version: &str, kind: &str) -> bool {
        self.group == group
            && self.version.as_deref().is_none_or(|v| v == version)
            && self.kind.as_deref().is_none_or(|k| k == kind)
    }

    /// What a person should read: `not served since 2024-10-17 (…)`.
    pub fn message(&self) -> String {
        self.to_string()
    }
}

impl fmt::Display for Former {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.replaced_by {
            Some(new) => write!(f, "not served since {}; replaced by {new} ({})", self.since, self.about),
            None => write!(f, "not served since {} ({})", self.since, self.about),
        }
    }
}

impl Catalogue {
    /// What is known of a version or kind that is no longer served; `None` when it is served, or never was.
    /// The entry of a kind wins over that of its whole version.
    pub fn former(&self, group: &str, version: &str, kind: &str) -> Option<&Former> {
        if self.kind(group, kind).is_some_and(|k| k.serves(version)) {
            return None;
        }
        let of = || self.0.former.iter().filter(|f| f.covers(group, version, kind));
        of().find(|f| f.kind.is_some()).or_else(|| of().next())
    }

    /// The kinds of this name, in upper or lower case, that are no longer served.
    pub(super) fn former_kinds(&self, name: &str) -> impl Iterator<Item = &Former> {
        let is_named = move |f: &&Former| f.kind.as_deref().is_some_and(|kind| kind.eq_ignore_ascii_case(name));
        self.0.former.iter().filter(is_named)
    }

    /// The groups that only former kinds had.
    pub(super) fn former_groups(&self) -> impl Iterator<Item = &str> {
        self.0.former.iter().map(|f| f.group.as_str())
    }
}
