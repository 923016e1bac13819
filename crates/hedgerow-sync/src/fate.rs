//! What became of the commit of a run that was cut off: asked of the remote, never assumed.

use hedgerow_git::{Ancestry, BranchChoice, BranchName, CommitId, LogEnd, Mirror, ObjectError};
use hedgerow_store::OpenRun;

use crate::failure::Failure;
use crate::{settle, witness};

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// The fabric's branch has it.
    Landed(CommitId),
    /// The branch that it was pushed to, for people to merge, has it; or the fabric's branch has a copy of it.
    Waits(CommitId, BranchName),
    /// The remote has nothing of it.
    Nothing,
    /// The history that is here ends before the question does.
    CouldNotTell,
}

/// What became of the commit that `run` was about to push, with its fabric's `branch` at `head`.
pub(crate) fn of(mirror: &mut Mirror, run: &OpenRun, branch: &BranchName, head: &CommitId) -> Result<Fate, Failure> {
    let Some(intent) = &run.intent else { return Ok(Fate::Nothing) };
    let Ok(commit) = CommitId::parse(&intent.commit) else { return Ok(Fate::Nothing) };
    let parent = CommitId::parse(&intent.parent).ok();
    match within(mirror, branch, &commit, parent.as_ref(), head)? {
        Ancestry::Yes => Ok(Fate::Landed(commit)),
        Ancestry::CouldNotTell => Ok(Fate::CouldNotTell),
        Ancestry::No if intent.branch == branch.as_str() => Ok(Fate::Nothing),
        Ancestry::No => match BranchName::parse(&intent.branch) {
            Ok(on) => proposed(mirror, run, commit, on, branch, head),
            Err(_) => Ok(Fate::Nothing),
        },
    }
}

/// The same of a commit that was on its way to another branch, `on`, for people to merge.
fn proposed(
    mirror: &mut Mirror,
    run: &OpenRun,
    commit: CommitId,
    on: BranchName,
    branch: &BranchName,
    head: &CommitId,
) -> Result<Fate, Failure> {
    if settle::copied(mirror, run.id.as_str(), &run.fabric, head)? {
        return Ok(Fate::Waits(commit, on));
    }
    let Some(there) = mirror.look(&on)?.head else { return Ok(Fate::Nothing) };
    if there == commit {
        return Ok(Fate::Waits(commit, on));
    }
    let told = witness::ancestry(mirror, &on, &commit, &there);
    // What is asked of the mirror next is about the fabric's branch again.
    mirror.fetch(&BranchChoice::Named(branch.clone()))?;
    Ok(match told? {
        Ancestry::Yes => Fate::Waits(commit, on),
        Ancestry::No => Fate::Nothing,
        Ancestry::CouldNotTell => Fate::CouldNotTell,
    })
}

/// Whether `head` has `commit` in its history. Where the history that is here is too short for a plain answer, the commit's
/// parent gives one: whatever has the commit has the parent below it, so that only what is above the parent counts.
fn within(
    mirror: &mut Mirror,
    branch: &BranchName,
    commit: &CommitId,
    parent: Option<&CommitId>,
    head: &CommitId,
) -> Result<Ancestry, Failure> {
    let above =
        |mirror: &Mirror| parent.map_or(Ok(Ancestry::CouldNotTell), |parent| above(mirror, commit, parent, head));
    if mirror.ancestry(commit, head) == Ancestry::CouldNotTell && above(mirror)? == Ancestry::No {
        return Ok(Ancestry::No);
    }
    match witness::ancestry(mirror, branch, commit, head)? {
        Ancestry::CouldNotTell => Ok(above(mirror)?),
        told => Ok(told),
    }
}

/// Whether `commit` is among what `head` has and `parent` has not.
fn above(mirror: &Mirror, commit: &CommitId, parent: &CommitId, head: &CommitId) -> Result<Ancestry, Failure> {
    let log = match mirror.log(head, Some(parent)) {
        Ok(log) => log,
        // The parent is not here.
        Err(ObjectError::Missing(_)) => return Ok(Ancestry::CouldNotTell),
        Err(error) => return Err(error.into()),
    };
    Ok(match log.end {
        _ if log.commits.iter().any(|one| one.id == *commit) => Ancestry::Yes,
        LogEnd::Complete => Ancestry::No,
        LogEnd::Shallow => Ancestry::CouldNotTell,
    })
}
