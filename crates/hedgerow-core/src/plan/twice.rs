//! Objects that the inbox has more than once: the same words are duplicates, other words are held.

use std::collections::HashMap;

use crate::codes::placement as codes;
use crate::digest::canonical_json;
use crate::finding::{Finding, Place};
use crate::object::Identity;

use super::Gate;
use super::fault::place;
use super::inbox::{Inbox, InboxFile, Placement, Standing};

/// A document of the inbox: the positions of its file and of itself.
type At = (usize, usize);

/// Holds every document of which the inbox has another text, among those that nothing else holds.
pub(super) fn hold_two_texts(inbox: &mut Inbox<'_>) {
    let held: Vec<(At, Finding)> = by_identity(inbox).into_iter().flat_map(|group| two_texts(inbox, &group)).collect();
    for ((file, document), finding) in held {
        inbox.files[file].documents[document].standing = Standing::Held(Gate::Set);
        inbox.findings.push(finding);
    }
}

/// The documents that are to be placed, by object; only objects that the inbox has more than once.
fn by_identity(inbox: &Inbox<'_>) -> Vec<Vec<At>> {
    let mut first: HashMap<&Identity, At> = HashMap::new();
    let mut groups: HashMap<&Identity, Vec<At>> = HashMap::new();
    for (at, placement) in inbox.placed() {
        let identity = &placement.named.identity;
        match first.get(identity) {
            Some(first) => groups.entry(identity).or_insert_with(|| vec![*first]).push(at),
            None => drop(first.insert(identity, at)),
        }
    }
    groups.into_values().collect()
}

/// A finding for each document of a group that is not all the same.
fn two_texts(inbox: &Inbox<'_>, group: &[At]) -> Vec<(At, Finding)> {
    let Some((first, rest)) = group.split_first() else { return Vec::new() };
    let document = |at: &At| &inbox.files[at.0].documents[at.1].document;
    let text = document(first).text();
    let same_text = rest.iter().all(|other| document(other).text() == text);
    let json = |at: &At| document(at).value.as_ref().map(canonical_json);
    let same_value = rest.iter().all(|other| json(other) == json(first));
    let (code, what) = match (same_text, same_value) {
        (true, true) => return Vec::new(),
        (true, false) => {
            (codes::SAME_TEXT_OTHER_VALUE, "times in the inbox, with the same text and not the same value")
        }
        (false, _) => (codes::TWO_TEXTS, "times in the inbox, and not in the same words"),
    };
    let finding = |at: At, other: At| {
        let whom = inbox.files[at.0].documents[at.1].named.as_ref().map(|named| named.identity.to_string());
        let message = format!("{} stands {} {what}", whom.unwrap_or_default(), group.len());
        let finding = Finding::error(code, inbox.place(at), message).hint("delete all but the one that you mean");
        (at, finding.related(inbox.place(other), "also here"))
    };
    let second = rest[0];
    group.iter().map(|at| finding(*at, if at == first { second } else { *first })).collect()
}

impl Inbox<'_> {
    /// Every document that is to be placed, in order of path bytes and index.
    pub(super) fn placed(&self) -> impl Iterator<Item = (At, &Placement)> {
        let files = self.files.iter().enumerate();
        let documents = files.flat_map(|(f, file)| file.documents.iter().enumerate().map(move |(d, c)| ((f, d), c)));
        documents.filter_map(|(at, candidate)| match &candidate.standing {
            Standing::Placed(placement) => Some((at, &**placement)),
            _ => None,
        })
    }

    /// Whether any document stays, for whatever reason, or any file has none that can be read.
    pub(super) fn holds_some(&self) -> bool {
        let holds = |file: &InboxFile<'_>| {
            file.fault.is_some() || file.documents.iter().any(|c| matches!(c.standing, Standing::Held(_)))
        };
        self.files.iter().any(holds)
    }

    /// The place of a document's first content.
    pub(super) fn place(&self, (file, document): At) -> Place {
        let (file, document) = (&self.files[file], &self.files[file].documents[document].document);
        let bytes = file.entry.text_bytes().unwrap_or_default();
        place(file.path, bytes, document, document.span)
    }
}
