//! Kinds whose objects live elsewhere: a missing reference to one only warns.

use std::collections::{BTreeSet, HashSet};

use crate::catalogue::Catalogue;
use crate::codes::repository;
use crate::finding::{Finding, Place};
use crate::object::Named;
use crate::tree::FabricTree;

use super::Context;
use super::inbox::Inbox;
use super::managed::Managed;

/// The kinds of which neither `managed/` nor the inbox, held documents included, has an object; and those that the policy names.
pub(super) fn kinds(inbox: &Inbox<'_>, managed: &Managed<'_>, context: &Context<'_>) -> BTreeSet<(String, String)> {
    let of_inbox =
        inbox.files.iter().flat_map(|file| &file.documents).filter_map(|candidate| candidate.named.as_deref());
    let of_managed = managed.objects.iter().map(|living| &living.named);
    let key = |named: &Named| (named.identity.group.clone(), named.identity.kind.clone());
    let present: HashSet<_> = of_inbox.chain(of_managed).map(key).collect();
    let all = context.catalogue.kinds().map(|kind| (kind.group.clone(), kind.kind.clone()));
    let mut open: BTreeSet<_> = all.filter(|kind| !present.contains(kind)).collect();
    let elsewhere = context.policy.elsewhere.iter();
    open.extend(elsewhere.flat_map(|name| named(context.catalogue, name)));
    open
}

/// The kinds that an entry of `elsewhere` means: `Kind`, `plural`, a short name, or `Kind.group`.
fn named<'c>(catalogue: &'c Catalogue, name: &'c str) -> impl Iterator<Item = (String, String)> + 'c {
    let full = name.split_once('.').and_then(|(kind, group)| catalogue.kind(group, kind));
    catalogue.named(name).chain(full).map(|kind| (kind.group.clone(), kind.kind.clone()))
}

pub(super) fn unknown_elsewhere(tree: &FabricTree, context: &Context<'_>) -> Vec<Finding> {
    let unknown = context.policy.elsewhere.iter().filter(|name| named(context.catalogue, name).next().is_none());
    let place = || Place::file(tree.dir.settings().join("policy.toml"));
    let warning = |name| {
        let message = format!("`elsewhere` names {name:?}, which is no kind that is known");
        Finding::warning(repository::UNKNOWN_ELSEWHERE, place(), message).hint("`hedgerow explain` lists the kinds")
    };
    unknown.map(warning).collect()
}
