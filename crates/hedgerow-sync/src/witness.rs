//! Step 8 of the path: a second, fresh look at the remote. Only what it sees is shown to anyone as success.

use hedgerow_git::{Ancestry, BranchChoice, BranchName, CommitId, Mirror, RemoteError};

use hedgerow_store::Verification;

/// How many commits more are asked for, where the history that is here ends before the question does.
const DEEPEN_BY: u32 = 50;

/// What the second look saw, and the sentence that says so.
#[derive(Debug)]
pub(crate) struct Witness {
    pub(crate) verification: Verification,
    pub(crate) words: String,
    /// The branch's head at the second look, where it was seen.
    pub(crate) head: Option<CommitId>,
}

/// Whether `branch` at the remote has `commit`: as its head, or under what others pushed on top.
///
/// The id is the hash of the commit's whole content, so a remote that names it names the trees that were checked.
pub(crate) fn of_commit(mirror: &mut Mirror, branch: &BranchName, commit: &CommitId) -> Witness {
    let seen = match mirror.look(branch) {
        Ok(look) => look.head,
        Err(error) => return unsettled(format!("a second look at {branch} failed: {error}")),
    };
    match seen {
        Some(head) if head == *commit => {
            let words = format!("a second look at the remote sees {branch}@{}", head.short());
            Witness { verification: Verification::Verified, words, head: Some(head) }
        }
        Some(head) => under(mirror, branch, commit, head),
        None => Witness {
            verification: Verification::Differs,
            words: format!("a second look finds no branch {branch}"),
            head: None,
        },
    }
}

/// Whether `branch` at the remote is still at `head`: all that there is to verify when nothing was changed.
pub(crate) fn of_head(mirror: &Mirror, branch: &BranchName, head: &CommitId) -> Witness {
    match mirror.look(branch) {
        Ok(look) if look.head.as_ref() == Some(head) => {
            let words = format!("a second look at the remote sees {branch}@{} too", head.short());
            Witness { verification: Verification::Verified, words, head: Some(head.clone()) }
        }
        Ok(_) => unsettled(format!("{branch} has moved since it was read; the next run looks at what came")),
        Err(error) => unsettled(format!("a second look at {branch} failed: {error}")),
    }
}

fn under(mirror: &mut Mirror, branch: &BranchName, commit: &CommitId, head: CommitId) -> Witness {
    match ancestry(mirror, branch, commit, &head) {
        Ok(Ancestry::Yes) => Witness {
            verification: Verification::Verified,
            words: format!("a second look sees {branch}@{}, which has it in its history", head.short()),
            head: Some(head),
        },
        Ok(Ancestry::No) => Witness {
            verification: Verification::Differs,
            words: format!("a second look sees {branch}@{}, which does not have it", head.short()),
            head: Some(head),
        },
        Ok(Ancestry::CouldNotTell) => unsettled(format!("the history of {branch} is too short to tell")),
        Err(error) => unsettled(format!("a second look at {branch} failed: {error}")),
    }
}

/// Whether `commit` is in the history of `head`, fetching and deepening once where that is needed.
pub(crate) fn ancestry(
    mirror: &mut Mirror,
    branch: &BranchName,
    commit: &CommitId,
    head: &CommitId,
) -> Result<Ancestry, RemoteError> {
    if mirror.commit(head).is_err() {
        mirror.fetch(&BranchChoice::Named(branch.clone()))?;
    }
    match mirror.ancestry(commit, head) {
        Ancestry::CouldNotTell => {
            mirror.deepen(DEEPEN_BY)?;
            Ok(mirror.ancestry(commit, head))
        }
        told => Ok(told),
    }
}

fn unsettled(words: String) -> Witness {
    Witness { verification: Verification::NotYet, words, head: None }
}
