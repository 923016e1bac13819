//! The objects of the tree that results.

use rayon::prelude::*;

use crate::digest::{canonical_json, sha256};
use crate::document::Document;
use crate::ledger::From;
use crate::object::Named;
use crate::path::TreePath;

use super::PlannedObject;
use super::effect::{Effect, Taken};
use super::inbox::Fate;
use super::managed::{Company, Managed};

/// Every object that stands under `managed/` after the plan, each once, sorted by identity.
/// Those in files that cannot be read are not among them.
pub(super) fn objects(managed: &Managed<'_>, effect: &Effect<'_>) -> Vec<PlannedObject> {
    let is_new = |taken: &Taken<'_>| taken.placement.fate != Fate::Unchanged;
    let new = effect.taken.values().filter(|taken| is_new(taken)).map(|taken| {
        let Taken { from, placement, document } = taken;
        (&*placement.named, &placement.to, *document, Some(from))
    });
    let old = managed.distinct().into_iter().filter(|living| {
        let replaced = effect.taken.get(&living.named.identity).is_some_and(is_new);
        living.company != Company::Unreadable && !replaced
    });
    let old = old.map(|living| (&living.named, managed.path_of(living), managed.document_of(living), None));
    let all: Vec<_> = new.chain(old).collect();
    let mut objects: Vec<_> =
        all.into_par_iter().filter_map(|(named, path, document, from)| object(named, path, document, from)).collect();
    objects.par_sort_unstable_by(|a, b| a.identity.cmp(&b.identity));
    objects
}

fn object(named: &Named, path: &TreePath, document: &Document<'_>, from: Option<&From>) -> Option<PlannedObject> {
    let Named { identity, version } = named.clone();
    let json = canonical_json(document.value.as_ref()?);
    Some(PlannedObject {
        identity,
        version,
        path: path.clone(),
        digest: sha256(json.as_bytes()),
        json,
        from: from.cloned(),
    })
}
