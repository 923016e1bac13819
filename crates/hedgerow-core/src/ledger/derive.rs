//! The ledger of a commit, from its tree and its parent's alone: `docs/reference/format.md`, "Ledger".

use std::collections::BTreeSet;

use super::standing::Standing;
use super::texts::{Text, counts_as_document, texts, whole_hash};
use super::{Breach, From, Ledger, Line, Outcome, Undo};
use crate::path::{TreePath, Zone};
use crate::tree::{Entry, FabricTree};

/// Derives the ledger of the commit whose tree is `child` and whose parent's is `parent`, from bytes alone.
///
/// # Errors
/// When a document is lost or an entry changed in a way that no outcome allows: every such breach.
pub fn derive(parent: &FabricTree, child: &FabricTree, adopt: bool) -> Result<Ledger, Vec<Breach>> {
    derive_with(parent, child, adopt, None)
}

/// The same; with `undo` for a commit that takes another one back.
pub(super) fn derive_with(
    parent: &FabricTree,
    child: &FabricTree,
    adopt: bool,
    undo: Option<Undo<'_>>,
) -> Result<Ledger, Vec<Breach>> {
    let mut derivation = Derivation::new(parent, child);
    for (path, entry) in inbox(parent, adopt) {
        derivation.file(path, entry);
    }
    let Derivation { mut lines, mut breaches, .. } = derivation;
    if let Some(undo) = undo {
        undo.derive(parent, child, &mut lines, &mut breaches);
    }
    if breaches.is_empty() { Ok(Ledger::new(lines)) } else { Err(breaches) }
}

/// The inbox files of `tree`, with adopted strays, ordered by path bytes.
fn inbox(tree: &FabricTree, adopt: bool) -> impl Iterator<Item = (&TreePath, &Entry)> {
    tree.entries.iter().filter(move |(path, entry)| match tree.dir.zone(path) {
        Some(Zone::Inbox) => true,
        Some(Zone::Stray) => adopt && entry.names_hedgehog(),
        _ => false,
    })
}

struct Derivation<'a> {
    parent: &'a FabricTree,
    child: &'a FabricTree,
    /// Where texts stand alone under `managed/` of the child.
    standing: Standing<'a>,
    /// The managed paths that documents of this ledger have claimed.
    claimed: BTreeSet<&'a TreePath>,
    /// The unmanaged paths that files of this ledger have claimed.
    unmanaged: BTreeSet<TreePath>,
    lines: Vec<Line>,
    breaches: Vec<Breach>,
}

impl<'a> Derivation<'a> {
    fn new(parent: &'a FabricTree, child: &'a FabricTree) -> Self {
        Self {
            parent,
            child,
            standing: Standing::new(parent, child),
            claimed: BTreeSet::new(),
            unmanaged: BTreeSet::new(),
            lines: Vec::new(),
            breaches: Vec::new(),
        }
    }

    fn file(&mut self, path: &TreePath, entry: &Entry) {
        if !counts_as_document(entry) {
            return;
        }
        match self.child.get(path) {
            Some(same) if same.is_same(entry) => self.whole(Outcome::Held, path, entry, path.clone()),
            Some(other) => self.split(path, entry, other),
            None => self.gone(path, entry),
        }
    }

    /// One line for a whole file that now stands at `to`.
    fn whole(&mut self, outcome: Outcome, path: &TreePath, entry: &Entry, to: TreePath) {
        let from = From { file: path.clone(), index: None };
        self.lines.push(Line { sha256: whole_hash(entry), was: None, outcome, from, to });
    }

    /// Step 2: some documents left, the others are what stands at the same path.
    fn split(&mut self, path: &TreePath, entry: &Entry, other: &Entry) {
        let (Some(before), Some(after)) = (entry.text_bytes(), other.text_bytes()) else {
            return self.breaches.push(Breach::Unreadable(path.clone()));
        };
        let before = texts(before);
        let Some(left) = missing(&before, &texts(after)) else {
            return self.breaches.push(Breach::Remainder { file: path.clone(), at: path.clone() });
        };
        self.whole(Outcome::Held, path, other, path.clone());
        self.left(path, &left);
    }

    /// Step 3: nothing is left at the path.
    fn gone(&mut self, path: &TreePath, entry: &Entry) {
        let home = self.child.dir.unmanaged_home(path);
        let (before, there) = (self.parent.get(&home), self.child.get(&home));
        if before.is_some_and(|before| !there.is_some_and(|there| there.is_same(before))) {
            let what = "the parent has something else there, which must stay";
            return self.breaches.push(Breach::Outcome { path: home, outcome: Outcome::Held, what });
        }
        let Some(bytes) = entry.text_bytes() else { return self.gone_unread(path, entry, home) };
        let documents = texts(bytes);
        match self.child.get(&home) {
            Some(there) if there.text_bytes() == Some(bytes) => self.set_aside(path, entry, home, &documents),
            Some(there) => self.remainder_set_aside(path, there, home, &documents),
            None => self.left(path, &documents.iter().collect::<Vec<_>>()),
        }
    }

    /// A file that nobody looked into is gone: it may have been set aside as it is, with findings.
    fn gone_unread(&mut self, path: &TreePath, entry: &Entry, home: TreePath) {
        let stands = self.child.get(&home).is_some_and(|there| there.is_file() && there.id == entry.id);
        if entry.is_file() && stands && self.has_new_findings(&home) {
            self.whole(Outcome::Held, path, entry, home);
        } else {
            self.breaches.push(Breach::Unreadable(path.clone()));
        }
    }

    /// The file's bytes stand at its place under `unmanaged/`.
    fn set_aside(&mut self, path: &TreePath, entry: &Entry, home: TreePath, documents: &[Text<'_>]) {
        if self.has_new_findings(&home) {
            self.whole(Outcome::Held, path, entry, home);
        } else if self.parent.get(&home).is_none() && self.unmanaged.insert(home.clone()) {
            self.whole(Outcome::Foreign, path, entry, home);
        } else if documents.iter().all(|text| self.standing.holds(&text.sha256)) {
            self.left(path, &documents.iter().collect::<Vec<_>>());
        } else {
            self.whole(Outcome::Duplicate, path, entry, home);
        }
    }

    fn has_new_findings(&self, home: &TreePath) -> bool {
        let findings = home.findings();
        self.child.get(&findings).is_some() && self.parent.get(&findings).is_none()
    }

    /// Other bytes stand at the file's place under `unmanaged/`: new ones may be what was left of it when the rest was placed.
    fn remainder_set_aside(&mut self, path: &TreePath, there: &Entry, home: TreePath, documents: &[Text<'_>]) {
        let new = there.text_bytes().filter(|_| self.parent.get(&home).is_none());
        match new.and_then(|bytes| missing(documents, &texts(bytes))) {
            Some(left) if self.unmanaged.insert(home.clone()) => {
                let outcome = if self.has_new_findings(&home) { Outcome::Held } else { Outcome::Foreign };
                self.whole(outcome, path, there, home);
                self.left(path, &left);
            }
            _ => self.left(path, &documents.iter().collect::<Vec<_>>()),
        }
    }

    /// Step 4 for each of the documents.
    fn left(&mut self, path: &TreePath, documents: &[&Text<'_>]) {
        for text in documents {
            match self.claim(text) {
                Some((outcome, to, was)) => {
                    let from = From { file: path.clone(), index: Some(text.index) };
                    self.lines.push(Line { sha256: text.sha256.clone(), was, outcome, from, to });
                }
                None => self.breaches.push(Breach::Lost {
                    file: path.clone(),
                    index: text.index,
                    sha256: text.sha256.clone(),
                }),
            }
        }
    }

    /// What became of a document that left, where it stands, and what stood there before; `None` when it stands nowhere.
    fn claim(&mut self, text: &Text<'_>) -> Option<(Outcome, TreePath, Option<String>)> {
        let to = self.standing.of(&text.sha256)?;
        if !self.claimed.insert(to) {
            return Some((Outcome::Duplicate, to.clone(), None));
        }
        let (outcome, was) = match (self.parent.get(to), self.child.get(to)) {
            (None, _) => (Outcome::Created, None),
            (Some(before), Some(after)) if before.is_same(after) => (Outcome::Unchanged, None),
            (Some(before), _) => (Outcome::Replaced, self.replaced_text(before, to, &text.sha256)),
        };
        Some((outcome, to.clone(), was))
    }

    /// The hash of the text that stood at `to`. Where none or the same did, replacing it is a breach.
    fn replaced_text(&mut self, before: &Entry, to: &TreePath, now: &str) -> Option<String> {
        let what = match before.text_bytes().map(texts).as_deref() {
            Some([was]) if was.sha256 != now => return Some(was.sha256.clone()),
            Some([_]) => "the parent has the same text there in other bytes",
            _ => "the parent has no single document there",
        };
        self.breaches.push(Breach::Outcome { path: to.clone(), outcome: Outcome::Replaced, what });
        None
    }
}

/// The documents of `before` that are not in `after`, which must be some of them, not all and not none, in order
/// (matched from the front).
fn missing<'t, 'a>(before: &'t [Text<'a>], after: &[Text<'_>]) -> Option<Vec<&'t Text<'a>>> {
    let mut stayed = after.iter().peekable();
    let left: Vec<_> = before.iter().filter(|text| stayed.next_if(|s| s.sha256 == text.sha256).is_none()).collect();
    (stayed.next().is_none() && !left.is_empty() && !after.is_empty()).then_some(left)
}
