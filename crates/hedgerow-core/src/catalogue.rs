//! The kinds that a fabric knows. Data, not code: one file a kind in `catalogue/`, replaced or extended by CRDs.

use std::collections::BTreeMap;

use serde::Serialize;

/// Who writes objects of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Writer {
    /// People: such objects belong in an inbox.
    User,
    /// The fabric's controllers.
    Controller,
    /// The installer, in `fab.yaml`.
    Installer,
    /// Nobody: the kind is unused upstream.
    Nobody,
}

/// One kind.
#[derive(Clone, Debug)]
pub struct Kind {
    /// The API group, such as `wiring.githedgehog.com`.
    pub group: String,
    /// The kind, such as `Switch`.
    pub kind: String,
    /// The plural, which names the directory under `managed/`.
    pub plural: String,
    /// Short names, for `explain` and `get`.
    pub short_names: Vec<String>,
    /// The versions that the API server serves, newest first.
    pub versions: Vec<String>,
    /// Who writes it.
    pub writer: Writer,
}

/// All kinds that are known, with the digest of what they were read from.
#[derive(Clone, Debug)]
pub struct Catalogue {
    kinds: BTreeMap<(String, String), Kind>,
    digest: String,
}

impl Catalogue {
    /// The kind, in whatever version.
    pub fn kind(&self, group: &str, kind: &str) -> Option<&Kind> {
        // A lookup by borrowed pair would need a wrapper; kinds are few.
        self.kinds.get(&(group.to_owned(), kind.to_owned()))
    }

    /// All kinds, ordered by group and kind.
    pub fn kinds(&self) -> impl Iterator<Item = &Kind> {
        self.kinds.values()
    }

    /// The digest of the effective catalogue, lower-case hex SHA-256.
    pub fn digest(&self) -> &str {
        &self.digest
    }
}
