//! What one commit will change. A plan leaves no choice to whoever executes it (invariant 3).
//!
//! [`plan`] reads top to bottom: take every file of `managed/` and of the inbox apart ([`Parsed`]), judge each document alone and
//! the set that would result ([`Validated`]), settle what becomes of every file.

mod alone;
mod apply;
mod aside;
mod change;
mod effect;
mod fault;
mod inbox;
mod init;
mod living;
mod look;
mod managed;
mod name;
mod open;
mod passage;
mod place;
mod report;
mod rounds;
mod set;
mod standing;
mod subject;
mod target;
mod twice;
mod undo;
mod whole;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::catalogue::Catalogue;
use crate::codes::{placement, repository};
use crate::finding::{Finding, Place};
pub use crate::ledger::Counts;
use crate::ledger::Ledger;
use crate::path::TreePath;
use crate::policy::{Policy, Settings};
use crate::tree::{FabricTree, Mode};

use inbox::{Inbox, InboxFile};
use managed::Managed;

pub use apply::apply;
pub use change::{Change, Pass, PassedOver, PlannedObject};
pub use init::init;
pub use passage::{Gate, Passage};
pub use standing::standing;
pub use undo::{UndoError, undo};

/// All that a plan depends on besides the tree.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The effective policy: the tree's, tightened by an operator's flags.
    pub policy: &'a Policy,
    /// The fabric's settings, for its rules.
    pub settings: &'a Settings,
    /// The kinds that are known.
    pub catalogue: &'a Catalogue,
    /// Whether strays that name Hedgehog count as inbox files: an operator's explicit word.
    pub adopt: bool,
}

/// What one commit will change, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Every path that differs, in order. Empty: no commit.
    pub changes: BTreeMap<TreePath, Change>,
    /// The commit's subject, without a suffix.
    pub subject: String,
    /// What became of everything.
    pub ledger: Ledger,
    /// What to tell people, sorted by place.
    pub findings: Vec<Finding>,
    /// The living objects of the resulting tree, for the record; sorted by identity, each once.
    pub objects: Vec<PlannedObject>,
    /// Managed files of the resulting tree that could not be read: objects recorded at these paths are unreadable, not deleted.
    pub unreadable: Vec<TreePath>,
    /// Each inbox document's (or unreadable inbox file's) way through the gates, sorted by file and index.
    pub passages: Vec<Passage>,
    /// Entries of `raw/` and strays that were looked at and left.
    pub passed_over: Vec<PassedOver>,
    /// Inbox files that were looked at.
    pub files: usize,
    /// Documents found in them.
    pub documents: usize,
}

impl Plan {
    /// How many of each outcome.
    pub fn counts(&self) -> Counts {
        Counts::of(&self.ledger)
    }
}

/// What there is to say about files, and how many there were.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Judgement {
    /// What to tell people, sorted by place.
    pub findings: Vec<Finding>,
    /// Inbox files that were looked at.
    pub files: usize,
    /// Documents found in them.
    pub documents: usize,
}

/// Why a fabric cannot be planned at all. Bad files are never the reason: those are findings.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// The commit has nothing at the fabric's directory.
    #[error("the directory {0} does not exist in this commit")]
    Missing(TreePath),
    /// The directory, or `raw`, `managed` or `unmanaged` in it, is an entry of another sort.
    #[error("{path} is {mode}, not a directory")]
    NotADirectory {
        /// What should be a directory.
        path: TreePath,
        /// What it is.
        mode: Mode,
    },
}

/// Plans one commit of one fabric: a pure function of its arguments. [`Parsed`] takes the same way in three steps, for whoever
/// wants to know how long each takes.
///
/// # Errors
/// When the directory is absent, or it or one of its zones is no directory.
pub fn plan(tree: &FabricTree, context: &Context<'_>) -> Result<Plan, PlanError> {
    Ok(Parsed::of(tree, context)?.validate().plan())
}

/// A fabric's files, taken apart into documents; nothing is judged yet but what YAML itself refuses.
#[derive(Debug)]
pub struct Parsed<'a> {
    tree: &'a FabricTree,
    context: &'a Context<'a>,
    inbox: inbox::Opened<'a>,
    managed: Vec<managed::Opened<'a>>,
}

/// A fabric's documents, each judged alone and in the set that would result: where every one of them stands is decided.
#[derive(Debug)]
pub struct Validated<'a> {
    tree: &'a FabricTree,
    context: &'a Context<'a>,
    inbox: Inbox<'a>,
    managed: Managed<'a>,
}

impl<'a> Parsed<'a> {
    /// Takes every file of the inbox and of `managed/` apart.
    ///
    /// # Errors
    /// When the directory is absent, or it or one of its zones is no directory.
    pub fn of(tree: &'a FabricTree, context: &'a Context<'a>) -> Result<Self, PlanError> {
        check_directories(tree)?;
        let managed = managed::Opened::open(tree);
        Ok(Self { tree, context, inbox: inbox::Opened::open(tree, context), managed })
    }

    /// Judges every document alone, then the set that would result, until nothing more is held.
    pub fn validate(self) -> Validated<'a> {
        let Self { tree, context, inbox, managed } = self;
        let managed = Managed::survey(managed, tree, context);
        let mut inbox = inbox.judge(tree, context);
        target::settle(&mut inbox, &managed, tree, context);
        whole::hold_whole_files(&mut inbox, context.policy.mixed);
        // Before files that cannot be split are held: else a text of theirs would make way for another one, which as a managed
        // text would change how their documents stand the next time.
        twice::hold_two_texts(&mut inbox);
        whole::hold_companions(&mut inbox, context.policy.mixed, tree);
        rounds::settle(&mut inbox, &managed, tree, context);
        Validated { tree, context, inbox, managed }
    }
}

impl Validated<'_> {
    /// What one commit will change.
    pub fn plan(self) -> Plan {
        conclude(&self.inbox, self.managed, self.tree, self.context)
    }
}

/// What there is to say about a fabric's files, without what a commit of them would be: for [`plan`]'s findings where nobody
/// wants the plan. Of files that are somebody else's it says that nobody judged them, not where they would go.
///
/// # Errors
/// When the directory is absent, or it or one of its zones is no directory.
pub fn judge(tree: &FabricTree, context: &Context<'_>) -> Result<Judgement, PlanError> {
    let Validated { inbox, managed, .. } = Parsed::of(tree, context)?.validate();
    let documents = inbox.documents();
    let files = inbox.files.len();
    let foreign: Vec<_> = inbox.files.iter().filter(|file| whole::is_foreign(file)).map(not_judged).collect();
    let mut findings: Vec<_> = inbox.findings.into_iter().chain(managed.findings).chain(foreign).collect();
    findings.sort();
    findings.dedup();
    Ok(Judgement { findings, files, documents })
}

fn not_judged(file: &InboxFile<'_>) -> Finding {
    Finding::warning(placement::FOREIGN, Place::file(file.path.clone()), "not a Hedgehog object: nobody judged it")
}

/// What follows once every document stands where it stands.
fn conclude(inbox: &Inbox<'_>, managed: Managed<'_>, tree: &FabricTree, context: &Context<'_>) -> Plan {
    let effect = effect::effect(inbox, &managed, tree, context.policy.invalid);
    let objects = living::objects(&managed, &effect);
    let ledger = Ledger::new(effect.lines);
    let mut changes = effect.changes;
    keep_inbox(tree, &mut changes);
    let mut findings = [inbox.findings.clone(), effect.findings, managed.findings].concat();
    findings.extend(no_inbox(tree));
    findings.sort();
    findings.dedup();
    Plan {
        changes,
        subject: subject::of_sync(&tree.dir, Counts::of(&ledger)),
        ledger,
        findings,
        objects,
        unreadable: managed.unreadable,
        passages: effect.passages,
        passed_over: inbox.passed_over.clone(),
        files: inbox.files.len(),
        documents: inbox.documents(),
    }
}

/// The directory and its zones are directories.
fn check_directories(tree: &FabricTree) -> Result<(), PlanError> {
    let dir = &tree.dir;
    if tree.entries.is_empty() {
        return Err(PlanError::Missing(dir.path().clone()));
    }
    let zones = [dir.path().clone(), dir.raw(), dir.managed(), dir.unmanaged()];
    match zones.into_iter().find_map(|path| Some((tree.get(&path)?.mode, path))) {
        Some((mode, path)) => Err(PlanError::NotADirectory { path, mode }),
        None => Ok(()),
    }
}

/// Git has no empty directories: where nothing would be left in `raw/`, an empty `.gitkeep` keeps it.
fn keep_inbox(tree: &FabricTree, changes: &mut BTreeMap<TreePath, Change>) {
    let raw = tree.dir.raw();
    let mut entries = tree.entries.keys().filter(|path| path.below(&raw).is_some()).peekable();
    let had_some = entries.peek().is_some();
    if had_some && entries.all(|path| changes.get(path) == Some(&Change::Remove)) {
        changes.insert(raw.join(".gitkeep"), Change::Write(Arc::from([])));
    }
}

fn no_inbox(tree: &FabricTree) -> Option<Finding> {
    let raw = tree.dir.raw();
    let is_there = tree.entries.keys().any(|path| path.below(&raw).is_some());
    (!is_there).then(|| {
        Finding::warning(repository::NO_INBOX, Place::file(raw), "there is no inbox").hint("`hedgerow init` makes one")
    })
}
