//! What the fabric's own controller checks: rules about one object and about the whole set that would result.
//! One small function a rule, its upstream source in its doc comment.

use std::collections::BTreeSet;

use crate::catalogue::Catalogue;
use crate::finding::Finding;
use crate::object::Identity;
use crate::path::TreePath;
use crate::policy::Settings;
use crate::yaml::Node;

/// One object of the set that would result.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// Who it is.
    pub identity: &'a Identity,
    /// The version of its API, such as `v1beta1`.
    pub version: &'a str,
    /// Its value.
    pub node: &'a Node<'a>,
    /// The file that holds it.
    pub file: &'a TreePath,
    /// That file's bytes.
    pub bytes: &'a [u8],
    /// Its document's index there.
    pub document: usize,
    /// The managed object of the same identity that it would replace: for rules about changes.
    pub before: Option<&'a Node<'a>>,
}

/// What a rule found, and whose fault it may be.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// The finding; its severity is the rule's.
    pub finding: Finding,
    /// The subjects (indices into the set) that take part: each inbox file that holds one is held when this is an error.
    pub participants: Vec<usize>,
}

/// Judges the whole set. The order of subjects changes nothing but the order of verdicts.
///
/// `open` are the kinds (group, kind) of which nobody has an object here: a missing reference to one is a warning.
pub fn judge(
    set: &[Subject<'_>],
    open: &BTreeSet<(String, String)>,
    settings: &Settings,
    catalogue: &Catalogue,
) -> Vec<Verdict> {
    let _ = (set, open, settings, catalogue);
    Vec::new()
}
