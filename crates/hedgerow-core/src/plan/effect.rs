//! From standings to effects: what each file's documents come to, what changes, and the ledger's lines.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::codes::placement as codes;
use crate::digest::sha256;
use crate::finding::{Finding, Place};
use crate::ledger::{From, Line, Outcome, whole_hash};
use crate::lines;
use crate::object::Identity;
use crate::path::TreePath;
use crate::policy::Invalid;
use crate::tree::FabricTree;

use super::aside::{Aside, Room};
use super::inbox::{Candidate, Fate, Inbox, InboxFile, Placement, Standing};
use super::managed::Managed;
use super::whole::Share;
use super::{Change, Gate, Passage, report};

/// What a commit does, as it is gathered file by file.
#[derive(Debug, Default)]
pub(super) struct Effect<'a> {
    pub(super) changes: BTreeMap<TreePath, Change>,
    pub(super) lines: Vec<Line>,
    pub(super) passages: Vec<Passage>,
    pub(super) findings: Vec<Finding>,
    /// The document that each object of the inbox was taken from.
    pub(super) taken: HashMap<&'a Identity, (From, &'a Placement)>,
    /// Files that stay as they are, unless the policy sets them aside.
    held: Vec<&'a InboxFile<'a>>,
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
    match invalid {
        Invalid::Hold => effect.hold_in_place(),
        Invalid::Unmanaged => effect.set_held_aside(inbox, &mut aside),
    }
    effect.lines.sort_by_cached_key(Line::to_string);
    effect.passages.sort_by(|a, b| a.from.cmp(&b.from));
    effect
}

impl<'a> Effect<'a> {
    fn file(&mut self, file: &'a InboxFile<'a>, managed: &Managed<'_>, aside: &mut Aside<'_>) {
        let share = Share::of(file);
        if file.fault.is_some() || (share.placed == 0 && share.held > 0) {
            self.held.push(file);
        } else if share.placed == 0 {
            self.foreign(file, managed, aside);
        } else if share.placed == file.documents.len() {
            self.place(file);
            self.changes.insert(file.path.clone(), Change::Remove);
        } else {
            self.split(file, &share, aside);
        }
    }

    /// No document is Hedgehog's.
    fn foreign(&mut self, file: &'a InboxFile<'a>, managed: &Managed<'_>, aside: &mut Aside<'_>) {
        let to = aside.home(file.path);
        let sha256 = whole_hash(file.entry);
        let outcome = match aside.room(&to, file.entry.text_bytes().unwrap_or_default(), &sha256) {
            Room::Free => Outcome::Foreign,
            // What stands in managed/ too could be told neither from a duplicate nor from what is managed already.
            Room::Same if !stands_managed(file, managed) => Outcome::Duplicate,
            _ => {
                self.findings.push(taken(file.path, &to));
                return self.held.push(file);
            }
        };
        if outcome == Outcome::Foreign {
            aside.claim(&to, &sha256);
            self.changes.insert(to.clone(), Change::Move { from: file.path.clone() });
            self.findings.push(set_aside(file.path, &to));
        }
        self.changes.insert(file.path.clone(), Change::Remove);
        self.whole(file, outcome, sha256, to);
        self.pass_all(file, |_| true, outcome, None);
    }

    /// The policy lets some documents go and the others stay.
    fn split(&mut self, file: &'a InboxFile<'a>, share: &Share, aside: &mut Aside<'_>) {
        self.place(file);
        let bytes = file.entry.text_bytes().unwrap_or_default();
        let rest = lines::remainder(bytes, &share.indices).expect("a file that cannot be split is held whole");
        let sha256 = sha256(&rest);
        let rest: Arc<[u8]> = rest.into();
        let home = aside.home(file.path);
        let stays = |candidate: &Candidate<'_>| !matches!(candidate.standing, Standing::Placed(_));
        if share.held == 0 && aside.is_free(&home) {
            aside.claim(&home, &sha256);
            self.findings.push(set_aside(file.path, &home));
            self.changes.insert(file.path.clone(), Change::Remove);
            self.changes.insert(home.clone(), Change::Write(rest));
            self.whole(file, Outcome::Foreign, sha256, home);
            return self.pass_all(file, stays, Outcome::Foreign, None);
        }
        if share.held == 0 {
            self.findings.push(taken(file.path, &home));
        }
        self.changes.insert(file.path.clone(), Change::Write(rest));
        self.whole(file, Outcome::Held, sha256, file.path.clone());
        self.pass_all(file, stays, Outcome::Held, Some(Gate::Plan));
    }

    /// Places every document of a file that may be placed.
    fn place(&mut self, file: &'a InboxFile<'a>) {
        for candidate in &file.documents {
            if let Standing::Placed(placement) = &candidate.standing {
                self.document(file, candidate, placement);
            }
        }
    }

    fn document(&mut self, file: &'a InboxFile<'a>, candidate: &Candidate<'_>, placement: &'a Placement) {
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
        self.taken.entry(identity).or_insert_with(|| (from.clone(), placement));
        let (sha256, to) = (placement.sha256.clone(), placement.to.clone());
        self.lines.push(Line { sha256, was, outcome, from, to });
    }

    /// Held files stay where they are.
    fn hold_in_place(&mut self) {
        for file in std::mem::take(&mut self.held) {
            self.hold(file, file.path.clone());
        }
    }

    /// Held files go to `unmanaged/` with their findings: all that could be read, or none where one of them has no place there.
    /// (Were some left, a kind could seem to have no object the next time, and the others would be judged otherwise.)
    fn set_held_aside(&mut self, inbox: &Inbox<'_>, aside: &mut Aside<'_>) {
        let readable = self.held.iter().filter(|file| file.entry.text_bytes().is_some());
        let homes: Vec<_> = readable.map(|file| (file.path, aside.home(file.path))).collect();
        let mut blocked = Vec::new();
        for (path, home) in homes {
            if aside.is_free(&home) && aside.is_free(&home.findings()) {
                aside.claim(&home, "");
                aside.claim(&home.findings(), "");
            } else {
                blocked.push(taken(path, &home));
            }
        }
        if !blocked.is_empty() {
            self.findings.extend(blocked);
            return self.hold_in_place();
        }
        for file in std::mem::take(&mut self.held) {
            if file.entry.text_bytes().is_none() {
                self.hold(file, file.path.clone());
                continue;
            }
            let home = aside.home(file.path);
            let findings =
                inbox.findings.iter().chain(&self.findings).filter(|finding| finding.place.file == *file.path);
            let text = report::text(file.path, findings);
            self.changes.insert(file.path.clone(), Change::Remove);
            self.changes.insert(home.clone(), Change::Move { from: file.path.clone() });
            self.changes.insert(home.findings(), Change::Write(text.into_bytes().into()));
            self.hold(file, home);
        }
    }

    fn hold(&mut self, file: &'a InboxFile<'a>, to: TreePath) {
        self.whole(file, Outcome::Held, whole_hash(file.entry), to);
        self.pass_all(file, |_| true, Outcome::Held, Some(file.fault.unwrap_or(Gate::Plan)));
        if file.documents.is_empty() {
            let from = From { file: file.path.clone(), index: None };
            let stopped = file.fault;
            self.passages.push(Passage { from, line: None, identity: None, outcome: Outcome::Held, stopped });
        }
    }

    fn whole(&mut self, file: &InboxFile<'_>, outcome: Outcome, sha256: String, to: TreePath) {
        let from = From { file: file.path.clone(), index: None };
        self.lines.push(Line { sha256, was: None, outcome, from, to });
    }

    /// Notes the way of those documents of a file that `of` chooses. `stopped` is where those were stopped that
    /// nothing was wrong with themselves.
    fn pass_all(
        &mut self,
        file: &InboxFile<'_>,
        of: impl Fn(&Candidate<'_>) -> bool,
        outcome: Outcome,
        stopped: Option<Gate>,
    ) {
        for candidate in file.documents.iter().filter(|candidate| of(candidate)) {
            let stopped = match candidate.standing {
                Standing::Held(gate) => Some(gate),
                _ => stopped,
            };
            self.pass(file, candidate, outcome, stopped);
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

/// Whether every text of a file stands alone somewhere under `managed/`.
fn stands_managed(file: &InboxFile<'_>, managed: &Managed<'_>) -> bool {
    file.documents.iter().all(|candidate| managed.holds_text(&sha256(&candidate.document.text())))
}

/// What makes a managed file of a document: the file itself where it is one piece, else its lines.
fn written(file: &InboxFile<'_>, candidate: &Candidate<'_>) -> Change {
    let piece = &candidate.document.piece;
    if file.entry.text_bytes() == Some(piece) {
        return Change::Move { from: file.path.clone() };
    }
    Change::Write(piece.to_vec().into())
}

fn set_aside(path: &TreePath, to: &TreePath) -> Finding {
    let message = format!("nothing here is Hedgehog's: moved to {to}");
    Finding::warning(codes::FOREIGN, Place::file(path.clone()), message)
        .hint("nothing there is deployed; take it to where it belongs")
}

fn taken(path: &TreePath, to: &TreePath) -> Finding {
    let message = format!("it cannot be set aside: its place, {to}, is taken");
    Finding::error(codes::UNMANAGED_TAKEN, Place::file(path.clone()), message).hint("rename one of the two")
}
