//! The objects of the tree that results.

use crate::digest::sha256;
use crate::ledger::From;
use crate::object::Named;
use crate::path::TreePath;

use super::PlannedObject;
use super::effect::Effect;
use super::inbox::{Fate, Placement};
use super::managed::{Company, Managed};

/// Every object that stands under `managed/` after the plan, each once, sorted by identity.
/// Those in files that cannot be read are not among them.
pub(super) fn objects(managed: &Managed<'_>, effect: &Effect<'_>) -> Vec<PlannedObject> {
    let is_new = |placement: &Placement| placement.fate != Fate::Unchanged;
    let new = effect.taken.values().filter(|(_, placement)| is_new(placement));
    let new = new.map(|(from, placement)| object(&placement.named, &placement.to, &placement.json, Some(from.clone())));
    let old = managed.distinct().into_iter().filter(|living| {
        let replaced = effect.taken.get(&living.named.identity).is_some_and(|(_, placement)| is_new(placement));
        living.company != Company::Unreadable && !replaced
    });
    let old = old.map(|living| object(&living.named, managed.path_of(living), &living.json, None));
    let mut objects: Vec<_> = new.chain(old).collect();
    objects.sort_by(|a, b| a.identity.cmp(&b.identity));
    objects
}

fn object(named: &Named, path: &TreePath, json: &str, from: Option<From>) -> PlannedObject {
    let Named { identity, version } = named.clone();
    PlannedObject {
        identity,
        version,
        path: path.clone(),
        digest: sha256(json.as_bytes()),
        json: json.to_owned(),
        from,
    }
}
