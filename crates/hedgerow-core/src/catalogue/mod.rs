//! The kinds that a fabric knows. Data, not code: one file a kind in `catalogue/`, replaced or extended by CRDs.
//!
//! The files are read by `builtin`, `head` and `body`, CRDs by `crd`; `former` knows what the API once had, `look_up` says
//! what a document's `apiVersion` and `kind` mean, `explain` tells people. `docs/reference/catalogue.md` describes the files.

use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};

mod body;
mod builtin;
mod crd;
mod explain;
mod field;
mod former;
mod head;
mod look_up;
pub(crate) mod near;
mod pattern;
mod schema;
mod width;

pub use explain::{ExplainError, Explanation, Facts, Names};
pub use field::{About, Field, Format, Gone, Integer, Object, Range, Shape, Size, Text, Was};
pub use former::Former;
pub use look_up::{Family, LookUp, is_hedgehog};
pub use pattern::Pattern;
pub use width::Width;

use schema::{Schema, Source};

/// The fields at the top of every document; the rest, mostly `spec`, is its kind's.
pub(crate) const COMMON: [&str; 4] = ["apiVersion", "kind", "metadata", "status"];

/// Who writes objects of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
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

/// Whether objects of a kind live in a namespace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// In a namespace.
    Namespaced,
    /// In the cluster as a whole.
    Cluster,
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
    /// Whether it lives in a namespace.
    pub scope: Scope,
    /// The versions that the API server serves, newest first.
    pub versions: Vec<String>,
    /// Who writes it.
    pub writer: Writer,
    /// The release that brought its newest version, where that is known.
    pub since: Option<String>,
    /// What this description describes: the upstream project, version and commit, or a CRD file.
    pub describes: String,
    /// What it is, in a sentence.
    pub about: String,
    source: Source,
    schema: Schema,
}

/// All kinds that are known. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Catalogue(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// Ordered by group and kind.
    kinds: Vec<Kind>,
    former: Vec<Former>,
    digest: OnceLock<String>,
}

/// Why kinds cannot stand in one catalogue.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CatalogueError {
    /// Two kinds would share a directory under `managed/`.
    #[error("the plural `{plural}` names both {first} and {second}, which would share one directory")]
    PluralClash {
        /// The plural.
        plural: String,
        /// `group/kind` of one.
        first: String,
        /// `group/kind` of the other.
        second: String,
    },
}

impl Catalogue {
    /// The project's own catalogue. Read once in a process; the fields of a kind when they are first asked for.
    pub fn builtin() -> Self {
        builtin::catalogue().clone()
    }

    /// A catalogue that knows nothing, to be extended.
    pub fn empty() -> Self {
        Self(Arc::new(Inner { kinds: Vec::new(), former: Vec::new(), digest: OnceLock::new() }))
    }

    /// The catalogue of `kinds`; of several with one group and kind the last counts.
    fn new(mut kinds: Vec<Kind>, former: Vec<Former>) -> Result<Self, CatalogueError> {
        kinds.reverse();
        kinds.sort_by(|a, b| a.key().cmp(&b.key()));
        kinds.dedup_by(|later, first| later.key() == first.key());
        refuse_shared_plurals(&kinds)?;
        Ok(Self(Arc::new(Inner { kinds, former, digest: OnceLock::new() })))
    }

    /// The kind, in whatever version.
    pub fn kind(&self, group: &str, kind: &str) -> Option<&Kind> {
        let at = self.0.kinds.binary_search_by(|k| k.key().cmp(&(group, kind))).ok()?;
        Some(&self.0.kinds[at])
    }

    /// All kinds, ordered by group and kind.
    pub fn kinds(&self) -> impl Iterator<Item = &Kind> {
        self.0.kinds.iter()
    }

    /// The fields of every kind's `metadata`.
    pub fn metadata(&self) -> &Field {
        builtin::metadata()
    }

    /// The kinds that people may mean by `name`: a kind, plural or short name, in any case.
    pub fn named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Kind> {
        self.kinds().filter(move |k| k.names().any(|n| n.eq_ignore_ascii_case(name)))
    }

    /// The digest of the effective catalogue, lower-case hex SHA-256: over a line `group kind sha256` for each kind.
    pub fn digest(&self) -> &str {
        self.0.digest.get_or_init(|| {
            let line = |k: &Kind| format!("{} {} {}\n", k.group, k.kind, k.source.digest());
            crate::digest::sha256(self.kinds().map(line).collect::<String>().as_bytes())
        })
    }
}

impl Kind {
    fn key(&self) -> (&str, &str) {
        (&self.group, &self.kind)
    }

    /// `group/kind`
    fn full_name(&self) -> String {
        Self::name_of(&self.group, &self.kind)
    }

    fn name_of(group: &str, kind: &str) -> String {
        format!("{group}/{kind}")
    }

    /// Every name that people give it.
    fn names(&self) -> impl Iterator<Item = &str> {
        [&self.kind, &self.plural].into_iter().chain(&self.short_names).map(String::as_str)
    }

    /// Whether the API server serves `version` of it.
    pub fn serves(&self, version: &str) -> bool {
        self.versions.iter().any(|v| v == version)
    }
}

fn refuse_shared_plurals(kinds: &[Kind]) -> Result<(), CatalogueError> {
    let mut by_plural: Vec<&Kind> = kinds.iter().collect();
    by_plural.sort_by(|a, b| a.plural.cmp(&b.plural));
    match by_plural.windows(2).find(|pair| pair[0].plural == pair[1].plural) {
        Some(pair) => Err(CatalogueError::PluralClash {
            plural: pair[0].plural.clone(),
            first: pair[0].full_name(),
            second: pair[1].full_name(),
        }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
