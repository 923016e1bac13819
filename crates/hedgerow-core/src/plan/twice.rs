//! Objects that the inbox has more than once: the same words are duplicates, other words are held.

use std::collections::HashMap;

use crate::codes::placement as codes;
use crate::finding::{Finding, Place};
use crate::object::Identity;

use super::Gate;
use super::fault::place;
use super::inbox::{Inbox, Placement, Standing};

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
    let mut groups: HashMap<&Identity, Vec<At>> = HashMap::new();
    for (at, placement) in inbox.placed() {
        groups.entry(&placement.named.identity).or_default().push(at);
    }
    groups.into_values().filter(|group| group.len() > 1).collect()
}

/// A finding for each document of a group that is not all the same.
fn two_texts(inbox: &Inbox<'_>, group: &[At]) -> Vec<(At, Finding)> {
    let all: Vec<(At, &Placement)> = group.iter().filter_map(|at| Some((*at, inbox.placement(*at)?))).collect();
    let Some((first, rest)) = all.split_first() else { return Vec::new() };
    let same_text = rest.iter().all(|(_, other)| other.sha256 == first.1.sha256);
    let same_value = rest.iter().all(|(_, other)| other.json == first.1.json);
    let (code, what) = match (same_text, same_value) {
        (true, true) => return Vec::new(),
        (true, false) => {
            (codes::SAME_TEXT_OTHER_VALUE, "times in the inbox, with the same text and not the same value")
        }
        (false, _) => (codes::TWO_TEXTS, "times in the inbox, and not in the same words"),
    };
    let finding = |at: At, placement: &Placement, other: At| {
        let message = format!("{} stands {} {what}", placement.named.identity, all.len());
        let finding = Finding::error(code, inbox.place(at), message).hint("delete all but the one that you mean");
        (at, finding.related(inbox.place(other), "also here"))
    };
    let second = rest[0].0;
    all.iter().map(|(at, placement)| finding(*at, placement, if *at == first.0 { second } else { first.0 })).collect()
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

    fn placement(&self, (file, document): At) -> Option<&Placement> {
        match &self.files[file].documents[document].standing {
            Standing::Placed(placement) => Some(placement),
            _ => None,
        }
    }

    /// The place of a document's first content.
    pub(super) fn place(&self, (file, document): At) -> Place {
        let (file, document) = (&self.files[file], &self.files[file].documents[document].document);
        let bytes = file.entry.text_bytes().unwrap_or_default();
        place(file.path, bytes, document, document.span)
    }
}
