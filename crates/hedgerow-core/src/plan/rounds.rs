//! The set that would result, judged in rounds until nothing new is held.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::codes::placement;
use crate::document::Document;
use crate::finding::{Finding, Place, Severity};
use crate::limits::MAX_JUDGING_ROUNDS;
use crate::object::Identity;
use crate::path::TreePath;
use crate::rules::judge;
use crate::tree::{Entry, FabricTree};

use super::fault::place;
use super::inbox::{Inbox, Standing};
use super::managed::{Living, Managed};
use super::set::Set;
use super::whole::hold_companions;
use super::{Context, Gate, open};

/// Judges, holds what takes part in errors, and judges again.
pub(super) fn settle(inbox: &mut Inbox<'_>, managed: &Managed<'_>, tree: &FabricTree, context: &Context<'_>) {
    let open = open::kinds(inbox, managed, context);
    inbox.findings.extend(open::unknown_elsewhere(tree, context));
    let living = managed.distinct();
    for _ in 0..MAX_JUDGING_ROUNDS {
        let round = Round::judge(inbox, managed, &living, &open, context);
        let notes = hold(inbox, &round);
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
    /// Where somebody is guilty, what makes them so; else everything that was found.
    findings: Vec<Finding>,
    /// The objects of the inbox that take part in an error, and where the error is told.
    guilty: HashMap<Identity, Place>,
}

impl Round {
    fn judge(
        inbox: &Inbox<'_>,
        managed: &Managed<'_>,
        living: &[&Living],
        open: &BTreeSet<(String, String)>,
        context: &Context<'_>,
    ) -> Self {
        let set = Set::of(inbox, managed, living);
        let mut verdicts = judge(&set.subjects, open, context.settings, context.catalogue);
        let mut guilty = HashMap::new();
        for verdict in &verdicts {
            for identity in set.guilty(verdict) {
                guilty.entry(identity.clone()).or_insert_with(|| verdict.finding.place.clone());
            }
        }
        if !guilty.is_empty() {
            verdicts.retain(|verdict| set.guilty(verdict).next().is_some());
        }
        Self { findings: verdicts.into_iter().map(|verdict| verdict.finding).collect(), guilty }
    }
}

/// Holds every text of the guilty. Gives a note for each file that is held without a finding of its own.
fn hold(inbox: &mut Inbox<'_>, round: &Round) -> Vec<Finding> {
    let told: HashSet<&TreePath> = round.findings.iter().map(|finding| &finding.place.file).collect();
    let mut notes = Vec::new();
    for file in &mut inbox.files {
        let mut note = None;
        for candidate in &mut file.documents {
            let Standing::Placed(placement) = &candidate.standing else { continue };
            let Some(told_at) = round.guilty.get(&placement.named.identity) else { continue };
            let place = || place_of(file.path, file.entry, &candidate.document);
            note.get_or_insert_with(|| told_elsewhere(place(), &placement.named.identity, told_at));
            candidate.standing = Standing::Held(Gate::Set);
        }
        notes.extend(note.filter(|_| !told.contains(file.path)));
    }
    notes
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
