//! A look at everything that people wrote, before anything of it is held: what there is to say about it.
//!
//! The rounds judge what would result, and of what is held nothing results. Were people told what the rounds find and no more, a
//! typing error would hide every other error of its file, and what refers to an object of that file would be told as if there
//! were no such object.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap, HashSet};

use crate::finding::{Code, Finding, Place, Severity, Span};
use crate::object::{Identity, Named, glimpse};
use crate::path::TreePath;
use crate::rules::{Subject, Verdict, judge_beside};
use crate::yaml::Node;

use super::inbox::{Candidate, Inbox, InboxFile, Standing};
use super::managed::{Living, Managed};
use super::set::Set;
use super::{Context, Gate};

/// What people have been told of the set.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// Who takes part in an error of which code, and where that is told.
    errors: HashMap<(Code, Identity), Place>,
    /// The files at which there is an error to read.
    files: HashSet<TreePath>,
}

impl Told {
    /// Tells what was found of the set: gives the findings.
    pub(super) fn tell(&mut self, set: &Set<'_>, verdicts: Vec<Verdict>) -> Vec<Finding> {
        for Verdict { finding, participants, .. } in verdicts.iter().filter(|verdict| verdict.is_error()) {
            for at in participants {
                let who = (finding.code, set.subjects[*at].identity.clone());
                self.errors.entry(who).or_insert_with(|| finding.place.clone());
            }
            self.files.insert(finding.place.file.clone());
        }
        verdicts.into_iter().map(|verdict| verdict.finding).collect()
    }

    /// Where it is told that an object takes part in an error of this code.
    pub(super) fn place(&self, code: Code, identity: &Identity) -> Option<&Place> {
        self.errors.get(&(code, identity.clone()))
    }

    /// Notes that there is something to read at the file.
    pub(super) fn note(&mut self, file: &TreePath) {
        self.files.insert(file.clone());
    }

    /// Whether there is something to read at the file.
    pub(super) fn speaks_of(&self, file: &TreePath) -> bool {
        self.files.contains(file)
    }
}

/// Everything that there is to say of all documents together, held or not.
pub(super) fn look(
    inbox: &Inbox<'_>,
    managed: &Managed<'_>,
    living: &[&Living],
    open: &BTreeSet<(String, String)>,
    context: &Context<'_>,
) -> (Told, Vec<Finding>) {
    let everyone = Everyone::of(inbox);
    let kept: Vec<&Living> =
        living.iter().filter(|living| !everyone.unread.contains(&key(&living.named))).copied().collect();
    let set = Set::with(inbox, managed, &kept, everyone.read.iter().copied());
    let unread = everyone.unread.into_iter().chain(glimpses(inbox)).collect();
    let mut verdicts = judge_beside(&set.subjects, &unread, open, context.settings, context.catalogue);
    let faults = Faults::of(inbox);
    verdicts.retain(|verdict| !faults.explain(verdict, &set.subjects));
    let mut told = Told::default();
    let findings = told.tell(&set, verdicts);
    (told, findings)
}

fn key(named: &Named) -> (String, String) {
    (named.identity.kind.clone(), named.identity.name.clone())
}

/// The documents that say which object they are: positions of those whose content counts, and who the others are.
struct Everyone {
    read: Vec<(usize, usize)>,
    unread: BTreeSet<(String, String)>,
}

impl Everyone {
    fn of(inbox: &Inbox<'_>) -> Self {
        let mut first: HashMap<&Identity, (usize, usize)> = HashMap::new();
        let mut several: HashMap<&Identity, Vec<(usize, usize)>> = HashMap::new();
        let mut everyone = Self { read: Vec::new(), unread: BTreeSet::new() };
        for (f, file) in inbox.files.iter().enumerate() {
            for (d, candidate) in file.documents.iter().enumerate() {
                let Some(named) = &candidate.named else { continue };
                if !counts(candidate) {
                    everyone.unread.insert(key(named));
                    continue;
                }
                match first.entry(&named.identity) {
                    Entry::Vacant(free) => drop(free.insert((f, d))),
                    Entry::Occupied(taken) => {
                        several.entry(&named.identity).or_insert_with(|| vec![*taken.get()]).push((f, d));
                    }
                }
            }
        }
        everyone.read.extend(first.into_iter().filter(|(who, _)| !several.contains_key(who)).map(|(_, at)| at));
        several.into_values().for_each(|texts| everyone.add(inbox, &texts));
        everyone.read.sort_unstable();
        everyone
    }

    /// Of several texts of one object the one that nothing holds counts. Where there is none and they differ, none does:
    /// the names of files must not decide what is found.
    fn add(&mut self, inbox: &Inbox<'_>, texts: &[(usize, usize)]) {
        let candidate = |at: &(usize, usize)| &inbox.files[at.0].documents[at.1];
        let placed = texts.iter().find(|at| matches!(candidate(at).standing, Standing::Placed(_)));
        let text = |at: &(usize, usize)| candidate(at).document.text();
        match (placed, texts) {
            (Some(at), _) => self.read.push(*at),
            (None, [first, rest @ ..]) if rest.iter().all(|other| text(other) == text(first)) => self.read.push(*first),
            _ => self.unread.extend(candidate(&texts[0]).named.as_deref().map(key)),
        }
    }
}

/// Whether the rules can judge what the document says: it is an object of a kind that people write, and means one thing.
fn counts(candidate: &Candidate<'_>) -> bool {
    match candidate.standing {
        Standing::Placed(_) | Standing::Held(Gate::Schema | Gate::Plan) => true,
        Standing::Foreign | Standing::Held(Gate::Read | Gate::Parse | Gate::Place | Gate::Set) => false,
    }
}

/// What seems to be in the files that YAML cannot read.
fn glimpses(inbox: &Inbox<'_>) -> impl Iterator<Item = (String, String)> {
    let is_unread = |file: &&InboxFile<'_>| {
        file.fault.is_some() || file.documents.iter().any(|candidate| candidate.document.value.is_none())
    };
    let texts = inbox.files.iter().filter(is_unread).filter_map(|file| file.entry.text_bytes());
    texts.flat_map(glimpse)
}

/// What the schema refused, by document.
struct Faults<'x>(HashMap<(&'x TreePath, usize), Vec<Span>>);

impl<'x> Faults<'x> {
    fn of(inbox: &'x Inbox<'_>) -> Self {
        let mut faults: HashMap<_, Vec<Span>> = HashMap::new();
        for finding in inbox.findings.iter().filter(|finding| finding.severity == Severity::Error) {
            if let Place { file, document: Some(document), span: Some(span), .. } = &finding.place {
                faults.entry((file, *document)).or_default().push(*span);
            }
        }
        Self(faults)
    }

    /// Whether a verdict only says again what the schema says of its places: that nothing is where the wrong thing is. Of all its
    /// places, for which of them is told first hangs on the names of files.
    fn explain(&self, verdict: &Verdict, set: &[Subject<'_>]) -> bool {
        verdict.spots.iter().all(|spot| {
            let subject = &set[spot.subject];
            let faults = self.0.get(&(subject.file, subject.document));
            faults.is_some_and(|faults| faults.iter().any(|fault| is_near(subject.node, *fault, spot.span)))
        })
    }
}

/// Whether `span` is at a fault, or where a rule points that finds nothing there: at the keys around it.
fn is_near(root: &Node<'_>, fault: Span, span: Span) -> bool {
    let keys = keys_around(root, fault);
    let overlaps = span.start < fault.end && fault.start < span.end;
    overlaps || keys.iter().rev().take(2).any(|key| *key == span) || (keys.len() < 2 && is_whole(root, span))
}

/// Whether `span` is where rules point that mean the whole object.
fn is_whole(root: &Node<'_>, span: Span) -> bool {
    root.at("metadata.name").map_or(root.span.start, |name| name.span.start) == span.start
}

/// The keys on the way from the object to the fault, the outermost first.
fn keys_around(root: &Node<'_>, fault: Span) -> Vec<Span> {
    let mut keys = Vec::new();
    let mut node = root;
    loop {
        let holds = |start: u32, end: u32| start <= fault.start && fault.end <= end;
        let field = node.fields().iter().find(|field| holds(field.key_span.start, field.value.span.end));
        let item = node.items().iter().find(|item| holds(item.span.start, item.span.end));
        keys.extend(field.map(|field| field.key_span));
        match field.map(|field| &field.value).or(item) {
            Some(inner) => node = inner,
            None => return keys,
        }
    }
}
