//! Every finding code: what it means, an example, the fix. `hedgerow explain HR3104` prints an entry.
//!
//! 1xxx YAML, 2xxx schema, 3xxx references, 4xxx fabric rules, 5xxx placement, 6xxx repository: one file each.
//! Codes are stable: a code that is no longer given is retired, never reused.

use crate::finding::{Code, Severity};

pub mod fabric;
pub mod placement;
pub mod references;
pub mod repository;
pub mod schema;
pub mod yaml;

/// What is known of a code.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The code.
    pub code: Code,
    /// Its usual severity.
    pub severity: Severity,
    /// A few words.
    pub title: &'static str,
    /// What it means and why it matters.
    pub meaning: &'static str,
    /// YAML or a command that gives it.
    pub example: &'static str,
    /// What to do.
    pub fix: &'static str,
    /// Where the rule comes from: an upstream file and version, an RFC, or this project's design.
    pub source: &'static str,
}

/// All entries, ordered by code.
pub fn all() -> impl Iterator<Item = &'static Entry> {
    let before = [yaml::ENTRIES, schema::ENTRIES, references::ENTRIES];
    let after = [placement::ENTRIES, repository::ENTRIES];
    before.into_iter().chain(fabric::GROUPS.iter().copied()).chain(after).flatten()
}

/// The entry of `code`.
pub fn entry(code: Code) -> Option<&'static Entry> {
    all().find(|e| e.code == code)
}

/// Whether `--strict` makes an error of the warning `code`: the controller is known to let it pass, and nobody wants it.
pub fn raised_by_strict(code: Code) -> bool {
    references::RAISED_BY_STRICT.contains(&code) || fabric::RAISED_BY_STRICT.contains(&code)
}

/// Declares the codes of one group: a constant for each, and the table of their entries.
macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $number:literal, $severity:ident, $title:literal, meaning: $meaning:literal, example: $example:literal, fix: $fix:literal, source: $source:literal;)*) => {
        $(
            #[doc = $title]
            pub const $name: $crate::finding::Code = $crate::finding::Code($number);
        )*
        /// The entries of this group, ordered by code.
        pub const ENTRIES: &[$crate::codes::Entry] = &[
            $($crate::codes::Entry {
                code: $name,
                severity: $crate::finding::Severity::$severity,
                title: $title,
                meaning: $meaning,
                example: $example,
                fix: $fix,
                source: $source,
            },)*
        ];
    };
}
pub(crate) use codes;
