//! The set that would result, judged in rounds until nothing new is held.

use std::collections::{BTreeSet, HashMap};

use crate::codes::placement;
use crate::document::Document;
use crate::finding::{Finding, Place, Severity};
use crate::limits::MAX_JUDGING_ROUNDS;
use crate::object::Identity;
use crate::path::TreePath;
use crate::rules::{Verdict, judge};
use crate::tree::{Entry, FabricTree};

use super::fault::place;
use super::inbox::{Inbox, Standing};
use super::look::{Told, look};
use super::managed::{Living, Managed};
use super::set::Set;
use super::whole::hold_companions;
use super::{Context, Gate, open};

/// Judges, holds what takes part in errors, and judges again. People are told of everything as it stands before the first
/// round, and of what the later ones hold only that it waits.
pub(super) fn settle(inbox: &mut Inbox<'_>, managed: &Managed<'_>, tree: &FabricTree, context: &Context<'_>) {
    let open = open::kinds(inbox, managed, context);
    inbox.findings.extend(open::unknown_elsewhere(tree, context));
    let living = managed.distinct();
    let mut told = None;
    if inbox.holds_some() {
        let (said, findings) = look(inbox, managed, &living, &open, context);
        inbox.findings.extend(findings);
        told = Some(said);
    }
    for _ in 0..MAX_JUDGING_ROUNDS {
        let round = Round::judge(inbox, managed, &living, &open, context, &mut told);
        let notes = hold(inbox, &round, told.get_or_insert_default());
        inbox.findings.extend(round.findings.into_iter().chain(notes));
        if round.guilty.is_empty() {
            return;
        }
        hold_companions(inbox, context.policy.mixed, tree);
    }
    hold_all(inbox);
}

/// What one look at the set came to.
struct Round {
    /// What people have not been told yet.
    findings: Vec<Finding>,
    /// The objects of the inbox that take part in an error.
    guilty: HashMap<Identity, Guilt>,
}

/// Why an object is held.
enum Guilt {
    /// It takes part in an error, which is told here.
    Error(Place),
    /// It needs what is held, which is told here.
    Waits(Place),
}

impl Round {
    /// Where nothing has been told yet, nothing was held: then all that is found now is to be told.
    fn judge(
        inbox: &Inbox<'_>,
        managed: &Managed<'_>,
        living: &[&Living],
        open: &BTreeSet<(String, String)>,
        context: &Context<'_>,
        told: &mut Option<Told>,
    ) -> Self {
        let set = Set::of(inbox, managed, living);
        let verdicts = judge(&set.subjects, open, context.settings, context.catalogue);
        let mut guilty = HashMap::new();
        for verdict in &verdicts {
            for identity in set.guilty(verdict) {
                guilty.entry(identity.clone()).or_insert_with(|| guilt(identity, &verdict.finding, told.as_ref()));
            }
        }
        let findings = match told {
            Some(told) => news(&set, verdicts, told, guilty.is_empty()),
            None => told.insert(Told::default()).tell(&set, verdicts),
        };
        Self { findings, guilty }
    }
}

/// Where nothing has been told yet, everything that is found is told.
fn guilt(identity: &Identity, finding: &Finding, told: Option<&Told>) -> Guilt {
    match told.map(|told| told.place(finding.code, identity)) {
        None => Guilt::Error(finding.place.clone()),
        Some(Some(place)) => Guilt::Error(place.clone()),
        Some(None) => Guilt::Waits(finding.place.clone()),
    }
}

/// What a round found that is not what was told: what the absence of held documents leads to. Among managed files it is told
/// when nothing more will be held.
fn news(set: &Set<'_>, verdicts: Vec<Verdict>, told: &Told, is_last: bool) -> Vec<Finding> {
    let is_told = |verdict: &Verdict| {
        let mut who = verdict.participants.iter().map(|at| set.subjects[*at].identity);
        who.any(|identity| told.place(verdict.finding.code, identity).is_some())
    };
    let new = verdicts.into_iter().filter(|verdict| verdict.is_error() && !is_told(verdict));
    new.filter_map(|verdict| {
        let waiting = set.guilty(&verdict).next();
        match waiting {
            Some(identity) => Some(waits(identity, verdict.finding)),
            None => is_last.then(|| lacks(verdict.finding)),
        }
    })
    .collect()
}

/// Says what is wrong among managed files as long as documents are held that would mend it.
fn lacks(finding: Finding) -> Finding {
    Finding { severity: Severity::Warning, ..finding }.hint("documents that are held would mend this: see the errors")
}

/// Says that an object cannot go before others do.
fn waits(identity: &Identity, finding: Finding) -> Finding {
    let message = format!("{identity} waits for documents that are held: without them, {}", finding.message);
    let finding = Finding { severity: Severity::Info, code: placement::WAITS, message, ..finding };
    finding.hint("mend what the other findings name")
}

/// Holds every text of the guilty. Gives a note for each file that is held without a finding of its own.
fn hold(inbox: &mut Inbox<'_>, round: &Round, told: &mut Told) -> Vec<Finding> {
    round.findings.iter().for_each(|finding| told.note(&finding.place.file));
    let mut notes = Vec::new();
    for file in &mut inbox.files {
        let mut note = None;
        for candidate in &mut file.documents {
            let Standing::Placed(placement) = &candidate.standing else { continue };
            let identity = &placement.named.identity;
            let Some(guilt) = round.guilty.get(identity) else { continue };
            let place = || place_of(file.path, file.entry, &candidate.document);
            note.get_or_insert_with(|| match guilt {
                Guilt::Error(told) => told_elsewhere(place(), identity, told),
                Guilt::Waits(told) => waits_as_well(place(), identity, told),
            });
            candidate.standing = Standing::Held(Gate::Set);
        }
        notes.extend(note.filter(|_| !told.speaks_of(file.path)));
    }
    notes
}

/// Says where it is told why an object waits.
fn waits_as_well(place: Place, identity: &Identity, told: &Place) -> Finding {
    let message = format!("{identity} waits for documents that are held, as others do");
    let finding = Finding::error(placement::WAITS, place, message).related(told.clone(), "why");
    Finding { severity: Severity::Info, ..finding }.hint("mend what the other findings name")
}

/// Says where the error is told that an object takes part in.
fn told_elsewhere(place: Place, identity: &Identity, told: &Place) -> Finding {
    let message = format!("{identity} takes part in an error that is told at {}", told.file);
    let finding = Finding::error(placement::TOLD_ELSEWHERE, place, message).related(told.clone(), "told here");
    Finding { severity: Severity::Info, ..finding }
}

fn hold_all(inbox: &mut Inbox<'_>) {
    for file in &mut inbox.files {
        for candidate in file.documents.iter_mut().filter(|c| matches!(c.standing, Standing::Placed(_))) {
            candidate.standing = Standing::Held(Gate::Set);
            let place = place_of(file.path, file.entry, &candidate.document);
            let message = format!("more than {MAX_JUDGING_ROUNDS} rounds of objects that depend on held ones");
            let finding = Finding::error(placement::TOO_MANY_ROUNDS, place, message);
            inbox.findings.push(finding.hint("mend the documents that the other findings name"));
        }
    }
}

/// The place of a document's first content.
fn place_of(path: &TreePath, entry: &Entry, document: &Document<'_>) -> Place {
    place(path, entry.text_bytes().unwrap_or_default(), document, document.span)
}
