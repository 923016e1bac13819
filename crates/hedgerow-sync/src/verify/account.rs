//! What one commit of ours did, for a report: the directory before and after it, and its ledger line by line.

use hedgerow_core::ledger::Ledger;
use hedgerow_core::path::{TreePath, Zone};
use hedgerow_git::{CommitRead, ObjectError, Standing};
use serde::Serialize;

use super::pair::Reader;
use crate::report::{LedgerEntry, LedgerReport, State};

/// What one commit of ours did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Account {
    /// The directory before.
    pub before: State,
    /// The directory after.
    pub after: State,
    /// What became of everything; none where no ledger could be derived.
    pub entries: Vec<LedgerEntry>,
}

/// The account of `commit`; `None` where its trees cannot be read, which its judgement says already.
pub(super) fn account(reader: &Reader<'_>, commit: &CommitRead, ledger: Option<Ledger>) -> Option<Account> {
    let before = match commit.parents.first() {
        Some(parent) => state(reader, &reader.mirror.commit(parent).ok()?).ok()?,
        None => State::default(),
    };
    let entries = ledger.map(|ledger| LedgerReport::of(&ledger).entries).unwrap_or_default();
    Some(Account { before, after: state(reader, commit).ok()?, entries })
}

fn state(reader: &Reader<'_>, commit: &CommitRead) -> Result<State, ObjectError> {
    let (mirror, dir) = (reader.mirror, &reader.dir);
    let tree = match mirror.find(&commit.tree, dir.path())? {
        Some(Standing::Tree(tree)) => Some(tree),
        _ => None,
    };
    let listed: Vec<TreePath> =
        mirror.compare(None, tree.as_ref(), dir.path())?.into_iter().map(|found| found.path).collect();
    let managed = listed.iter().filter(|path| dir.zone(path) == Some(Zone::Managed)).count();
    let inbox = listed.into_iter().filter(|path| dir.zone(path) == Some(Zone::Inbox)).collect();
    Ok(State { commit: Some(commit.id.to_string()), tree: tree.map(|tree| tree.to_string()), inbox, managed })
}
