//! Taking one commit back: `managed/` as it was before it, and nothing refilled into the inbox.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Change, Context, Plan, PlanError, apply, standing, subject};
use crate::ledger::{self, Breach, Ledger, Operation, Undo};
use crate::path::{TreePath, Zone};
use crate::tree::{Content, Entry, FabricTree, Mode};

/// Why a commit cannot be taken back.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UndoError {
    /// There is nothing to take back.
    #[error("the commit changed nothing under managed/")]
    Nothing,
    /// All of it is as it was before the commit.
    #[error("all that the commit changed under managed/ is as it was before it")]
    AlreadyUndone,
    /// Files that were changed again since: taking the commit back would take that back too.
    #[error("changed again since: {}", listed(.0))]
    ChangedSince(Vec<TreePath>),
    /// What stood there before is nothing that Hedgerow writes.
    #[error("{0} was no plain file before the commit, and Hedgerow writes no others")]
    NotPlain(TreePath),
    /// What results cannot be planned.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// What results does not balance, and so is not written.
    #[error("taking it back would not balance: {0}")]
    Unbalanced(Box<Breach>),
}

/// How many paths an error names.
const PATHS_NAMED: usize = 5;

fn listed(paths: &[TreePath]) -> String {
    let named: Vec<_> = paths.iter().take(PATHS_NAMED).map(ToString::to_string).collect();
    let more = paths.len().saturating_sub(PATHS_NAMED);
    if more > 0 { format!("{} and {more} more", named.join(", ")) } else { named.join(", ") }
}

/// The plan that takes the commit of `undo`'s trees back at `head`. Its objects are those that stand under `managed/`
/// afterwards; its findings are about them alone, since the inbox is left as it is.
///
/// # Errors
/// When there is nothing to take back, or later edits touch the same files.
pub fn undo(head: &FabricTree, undo: Undo<'_>, context: &Context<'_>) -> Result<Plan, UndoError> {
    let changes = changes(head, undo)?;
    let result = apply(&Plan { changes: changes.clone(), ..Plan::default() }, head);
    // Which commit it is, only its trailer says.
    let operation = Operation::Undo(String::new());
    let ledger = ledger::balance(head, &result, &operation, false, Some(undo)).map_err(first)?;
    let living = standing(&result, context)?;
    Ok(Plan {
        changes,
        subject: subject::of_undo(&head.dir, ledger::Counts::of(&ledger)),
        objects: living.objects,
        unreadable: living.unreadable,
        findings: living.findings,
        files: waiting(&ledger),
        ledger,
        ..Plan::default()
    })
}

fn changes(head: &FabricTree, undo: Undo<'_>) -> Result<BTreeMap<TreePath, Change>, UndoError> {
    let Undo { done, base } = undo;
    let paths: BTreeSet<_> = done.entries.keys().chain(base.entries.keys()).collect();
    let is_managed = |path: &&TreePath| head.dir.zone(path) == Some(Zone::Managed);
    let differs = |path: &&TreePath| !is_same(done.get(path), base.get(path));
    let touched: Vec<_> = paths.into_iter().filter(is_managed).filter(differs).collect();
    if touched.is_empty() {
        return Err(UndoError::Nothing);
    }
    if touched.iter().all(|path| is_same(head.get(path), base.get(path))) {
        return Err(UndoError::AlreadyUndone);
    }
    let since: Vec<_> = touched.iter().filter(|path| !is_same(head.get(path), done.get(path))).collect();
    if !since.is_empty() {
        return Err(UndoError::ChangedSince(since.into_iter().map(|path| (*path).clone()).collect()));
    }
    touched.into_iter().map(|path| Ok((path.clone(), put_back(path, base.get(path))?))).collect()
}

fn put_back(path: &TreePath, before: Option<&Entry>) -> Result<Change, UndoError> {
    match before {
        None => Ok(Change::Remove),
        Some(Entry { mode: Mode::File, content: Content::Bytes(bytes), .. }) => Ok(Change::Write(Arc::clone(bytes))),
        Some(_) => Err(UndoError::NotPlain(path.clone())),
    }
}

fn is_same(one: Option<&Entry>, other: Option<&Entry>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => one.is_same(other),
        (one, other) => one.is_none() && other.is_none(),
    }
}

fn first(breaches: Vec<Breach>) -> UndoError {
    let first = breaches.into_iter().next().expect("what does not balance has a breach");
    UndoError::Unbalanced(Box::new(first))
}

/// The inbox files that stay where they are.
fn waiting(ledger: &Ledger) -> usize {
    ledger::Counts::of(ledger).held
}
