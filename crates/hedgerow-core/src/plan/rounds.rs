//! The set that would result, judged in rounds until nothing new is held.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::catalogue::Catalogue;
use crate::codes::{placement, repository};
use crate::finding::{Finding, Place, Severity};
use crate::object::{Identity, Named};
use crate::rules::{Subject, Verdict, judge};
use crate::tree::FabricTree;

use super::inbox::{Inbox, Standing};
use super::managed::{Living, Managed};
use super::whole::hold_companions;
use super::{Context, Gate};

/// The most rounds; with more the whole inbox is held. Real references are five deep.
const MAX_ROUNDS: usize = 64;

/// Where a subject comes from.
#[derive(Clone, Copy, Debug)]
enum Origin {
    Managed,
    Inbox,
}

/// Judges, holds what takes part in errors, and judges again.
pub(super) fn settle(inbox: &mut Inbox<'_>, managed: &Managed<'_>, tree: &FabricTree, context: &Context<'_>) {
    let open = open(inbox, managed, context);
    inbox.findings.extend(unknown_elsewhere(tree, context));
    let living = managed.distinct(tree, context);
    for _ in 0..MAX_ROUNDS {
        let (verdicts, guilty) = round(inbox, managed, &living, &open, context);
        if guilty.is_empty() {
            inbox.findings.extend(verdicts.into_iter().map(|verdict| verdict.finding));
            return;
        }
        hold(inbox, &guilty);
        inbox.findings.extend(verdicts.into_iter().map(|verdict| verdict.finding));
        hold_companions(inbox, context.policy.mixed, tree);
    }
    hold_all(inbox);
}

/// One round. With somebody guilty: the verdicts that made them so, and their identities; else all verdicts.
fn round(
    inbox: &Inbox<'_>,
    managed: &Managed<'_>,
    living: &[&Living],
    open: &BTreeSet<(String, String)>,
    context: &Context<'_>,
) -> (Vec<Verdict>, HashSet<Identity>) {
    let set = Set::of(inbox, managed, living);
    let mut verdicts = judge(&set.subjects, open, context.settings, context.catalogue);
    let guilty: HashSet<Identity> = verdicts.iter().flat_map(|verdict| set.guilty(verdict)).cloned().collect();
    if !guilty.is_empty() {
        verdicts.retain(|verdict| set.guilty(verdict).next().is_some());
    }
    (verdicts, guilty)
}

/// The objects as they would stand: managed ones, overlaid by those of the inbox that nothing holds.
struct Set<'x> {
    subjects: Vec<Subject<'x>>,
    origins: Vec<Origin>,
}

impl<'x> Set<'x> {
    fn of(inbox: &'x Inbox<'_>, managed: &'x Managed<'_>, living: &[&'x Living]) -> Self {
        let mut set = Self { subjects: Vec::new(), origins: Vec::new() };
        let mut overlaid: HashSet<&Identity> = HashSet::new();
        let before: HashMap<&Identity, &'x Living> =
            living.iter().map(|living| (&living.named.identity, *living)).collect();
        for ((file, document), placement) in inbox.placed() {
            let identity = &placement.named.identity;
            let file = &inbox.files[file];
            let document = &file.documents[document].document;
            let Some(node) = document.value.as_ref().filter(|_| overlaid.insert(identity)) else { continue };
            set.origins.push(Origin::Inbox);
            set.subjects.push(Subject {
                identity,
                version: &placement.named.version,
                node,
                file: file.path,
                bytes: file.entry.text_bytes().unwrap_or_default(),
                document: document.index,
                before: before.get(identity).and_then(|living| managed.document_of(living).value.as_ref()),
            });
        }
        let rest = living.iter().filter(|living| !overlaid.contains(&living.named.identity));
        for living in rest {
            let (file, document) = (managed.file_of(living), managed.document_of(living));
            let Some(node) = &document.value else { continue };
            let Named { identity, version } = &living.named;
            set.origins.push(Origin::Managed);
            let index = document.index;
            set.subjects.push(Subject {
                identity,
                version,
                node,
                file: &file.path,
                bytes: file.bytes,
                document: index,
                before: None,
            });
        }
        set
    }

    /// Those of the inbox that take part in an error.
    fn guilty<'s>(&'s self, verdict: &'s Verdict) -> impl Iterator<Item = &'x Identity> + 's {
        let participants = verdict.participants.iter().filter(|_| verdict.finding.severity == Severity::Error);
        let of_inbox = participants.filter(|at| matches!(self.origins[**at], Origin::Inbox));
        of_inbox.map(|at| self.subjects[*at].identity)
    }
}

/// Holds every text of these objects.
fn hold(inbox: &mut Inbox<'_>, guilty: &HashSet<Identity>) {
    for candidate in inbox.files.iter_mut().flat_map(|file| &mut file.documents) {
        if let Standing::Placed(placement) = &candidate.standing
            && guilty.contains(&placement.named.identity)
        {
            candidate.standing = Standing::Held(Gate::Set);
        }
    }
}

fn hold_all(inbox: &mut Inbox<'_>) {
    for file in &mut inbox.files {
        for candidate in file.documents.iter_mut().filter(|c| matches!(c.standing, Standing::Placed(_))) {
            candidate.standing = Standing::Held(Gate::Set);
            let message = format!("more than {MAX_ROUNDS} rounds of objects that depend on held ones");
            let place = Place { document: Some(candidate.document.index), ..Place::file(file.path.clone()) };
            let finding = Finding::error(placement::TOO_MANY_ROUNDS, place, message);
            inbox.findings.push(finding.hint("mend the documents that the other findings name"));
        }
    }
}

/// The kinds of which neither `managed/` nor the inbox, held documents included, has an object; and those that the policy names.
fn open(inbox: &Inbox<'_>, managed: &Managed<'_>, context: &Context<'_>) -> BTreeSet<(String, String)> {
    let of_inbox = inbox.files.iter().flat_map(|file| &file.documents).filter_map(|candidate| candidate.named.as_ref());
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

fn unknown_elsewhere(tree: &FabricTree, context: &Context<'_>) -> Vec<Finding> {
    let unknown = context.policy.elsewhere.iter().filter(|name| named(context.catalogue, name).next().is_none());
    let place = || Place::file(tree.dir.settings().join("policy.toml"));
    let warning = |name| {
        let message = format!("`elsewhere` names {name:?}, which is no kind that is known");
        Finding::warning(repository::UNKNOWN_ELSEWHERE, place(), message).hint("`hedgerow explain` lists the kinds")
    };
    unknown.map(warning).collect()
}
