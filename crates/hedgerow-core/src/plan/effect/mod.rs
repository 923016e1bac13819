//! From standings to effects: what each file's documents come to, what changes, and the ledger's lines.

mod foreign;
mod held;

use std::collections::{BTreeMap, HashMap};

use crate::digest::sha256;
use crate::document::Document;
use crate::finding::Finding;
use crate::ledger::{From, Line, Outcome};
use crate::lines;
use crate::object::Identity;
use crate::path::TreePath;
use crate::policy::Invalid;
use crate::tree::FabricTree;

use super::aside::Aside;
use super::inbox::{Candidate, Fate, Inbox, InboxFile, Placement, Standing};
use super::managed::Managed;
use super::whole::Share;
use super::{Change, Gate, Passage};
use held::Remains;

/// What a commit does, as it is gathered file by file.
#[derive(Debug, Default)]
pub(super) struct Effect<'a> {
    pub(super) changes: BTreeMap<TreePath, Change>,
    pub(super) lines: Vec<Line>,
    pub(super) passages: Vec<Passage>,
    pub(super) findings: Vec<Finding>,
    /// The document that each object of the inbox was taken from.
    pub(super) taken: HashMap<&'a Identity, Taken<'a>>,
    /// What stays in the inbox, unless the policy sets it aside.
    held: Vec<Remains<'a>>,
}

/// A document of the inbox that an object is taken from.
#[derive(Debug)]
pub(super) struct Taken<'a> {
    pub(super) from: From,
    pub(super) placement: &'a Placement,
    pub(super) document: &'a Document<'a>,
}

/// The effect of the inbox as it stands.
pub(super) fn effect<'a>(
    inbox: &'a Inbox<'a>,
    managed: &Managed<'_>,
    tree: &FabricTree,
    invalid: Invalid,
) -> Effect<'a> {
    let mut effect = Effect::default();
    let mut aside = Aside::new(tree);
    for file in &inbox.files {
        effect.file(file, managed, &mut aside);
    }
    effect.settle_held(inbox, &mut aside, invalid);
    effect.passages.sort_by(|a, b| a.from.cmp(&b.from));
    effect
}

impl<'a> Effect<'a> {
    fn file(&mut self, file: &'a InboxFile<'a>, managed: &Managed<'_>, aside: &mut Aside<'_>) {
        let share = Share::of(file);
        if file.fault.is_some() || (share.placed == 0 && share.held > 0) {
            self.held.push(Remains::whole(file));
        } else if share.placed == 0 {
            self.foreign(file, managed, aside);
        } else if share.placed == file.documents.len() {
            self.place(file);
            self.changes.insert(file.path.clone(), Change::Remove);
        } else {
            self.split(file, &share, aside);
        }
    }

    /// The policy lets some documents go and the others stay.
    fn split(&mut self, file: &'a InboxFile<'a>, share: &Share, aside: &mut Aside<'_>) {
        self.place(file);
        let bytes = file.entry.text_bytes().unwrap_or_default();
        let rest = lines::remainder(bytes, &share.indices).expect("a file that cannot be split is held whole");
        let rest = Remains::rest(file, rest);
        if share.held == 0 {
            // There is room: `whole` holds the file otherwise.
            let home = aside.home(file.path);
            self.set_foreign_aside(&rest, home, aside);
        } else {
            self.held.push(rest);
        }
    }

    /// Places every document of a file that may be placed.
    fn place(&mut self, file: &'a InboxFile<'a>) {
        for candidate in &file.documents {
            if let Standing::Placed(placement) = &candidate.standing {
                self.document(file, candidate, placement);
            }
        }
    }

    fn document(&mut self, file: &'a InboxFile<'a>, candidate: &'a Candidate<'a>, placement: &'a Placement) {
        let from = From { file: file.path.clone(), index: Some(candidate.document.index) };
        let identity = &placement.named.identity;
        let (outcome, was) = match &placement.fate {
            _ if self.taken.contains_key(identity) => (Outcome::Duplicate, None),
            Fate::Created => (Outcome::Created, None),
            Fate::Replaced(was) => (Outcome::Replaced, Some(was.clone())),
            Fate::Unchanged => (Outcome::Unchanged, None),
        };
        if matches!(outcome, Outcome::Created | Outcome::Replaced) {
            self.changes.insert(placement.to.clone(), written(file, candidate));
        }
        self.pass(file, candidate, outcome, None);
        let document = &candidate.document;
        self.taken.entry(identity).or_insert_with(|| Taken { from: from.clone(), placement, document });
        let (sha256, to) = (sha256(&document.text()), placement.to.clone());
        self.lines.push(Line { sha256, was, outcome, from, to });
    }

    /// The line and the passages of what stays together: a whole file, or what is left of one.
    fn whole(&mut self, remains: &Remains<'_>, outcome: Outcome, to: TreePath) {
        let file = remains.file;
        let from = From { file: file.path.clone(), index: None };
        let sha256 = remains.sha256.clone();
        self.lines.push(Line { sha256, was: None, outcome, from: from.clone(), to });
        for candidate in file.documents.iter().filter(|c| !matches!(c.standing, Standing::Placed(_))) {
            let stopped = match candidate.standing {
                Standing::Held(gate) => Some(gate),
                _ => (outcome == Outcome::Held).then(|| file.fault.unwrap_or(Gate::Plan)),
            };
            self.pass(file, candidate, outcome, stopped);
        }
        if file.documents.is_empty() {
            self.passages.push(Passage { from, line: None, identity: None, outcome, stopped: file.fault });
        }
    }

    fn pass(&mut self, file: &InboxFile<'_>, candidate: &Candidate<'_>, outcome: Outcome, stopped: Option<Gate>) {
        self.passages.push(Passage {
            from: From { file: file.path.clone(), index: Some(candidate.document.index) },
            line: Some(candidate.document.line),
            identity: candidate.named.as_ref().map(|named| named.identity.clone()),
            outcome,
            stopped,
        });
    }
}

/// What makes a managed file of a document: the file itself where it is one piece, else its lines.
fn written(file: &InboxFile<'_>, candidate: &Candidate<'_>) -> Change {
    let piece = &candidate.document.piece;
    if file.entry.text_bytes() == Some(piece) {
        return Change::Move { from: file.path.clone() };
    }
    Change::Write(piece.to_vec().into())
}
