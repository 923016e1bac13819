//! A revert of our commit is a person's word: the fabric writes nothing until someone resumes it.

use hedgerow_core::ledger::{self, Outcome, Trailers};
use hedgerow_core::path::FabricDir;
use hedgerow_core::tree::FabricTree;
use hedgerow_git::{CommitId, CommitRead, Mirror, RemoteError};

use crate::draft::Draft;
use crate::failure::Failure;
use crate::request::Request;
use crate::scene::Scene;
use crate::settle;
use crate::world::World;

/// How many commits more are asked for, once, where the history that is here does not reach the commit on record.
const DEEPEN_BY: u32 = 50;

/// The person's word that a reverted fabric goes on, when it was reverted.
pub(crate) fn resumed(
    world: &World,
    request: &Request,
    draft: &Draft,
    mirror: &mut Mirror,
    scene: &Scene<'_>,
) -> Result<Option<CommitId>, Failure> {
    let known = match &draft.fabric {
        Some(fabric) => world.wait(world.store.our_newest_commit(fabric.id))?,
        None => None,
    };
    let known = known.and_then(|run| run.ending?.commit).and_then(|id| CommitId::parse(&id).ok());
    let Some(reverted) = reverted(mirror, scene, known)? else { return Ok(None) };
    match &request.resume {
        Some(named) if *named == reverted => Ok(Some(reverted)),
        Some(named) => Err(Failure::OtherReverted { reverted, named: named.clone() }),
        None => Err(Failure::Reverted(reverted)),
    }
}

/// The newest commit of ours for the fabric, when the head has taken it back.
///
/// The history that a first fetch brings finds out; where that does not reach a commit of ours, but the store has one on
/// record, one bounded deepening. History that cannot be had is no revert.
fn reverted(mirror: &mut Mirror, scene: &Scene<'_>, on_record: Option<CommitId>) -> Result<Option<CommitId>, Failure> {
    let Some(ours) = newest(mirror, scene, on_record)? else { return Ok(None) };
    let dir = &scene.tree().dir;
    let Some((before, placed)) = settle::trees(mirror, &ours, dir) else { return Ok(None) };
    let adopt = matches!(Trailers::parse(&ours.message), Ok(Some(trailers)) if trailers.adopt);
    let taken_back = ledger::derive(&before, &placed, adopt).is_ok_and(|ledger| undone(&ledger, &before, scene.tree()));
    Ok(taken_back.then_some(ours.id))
}

/// Whether the head has all again that the commit took from the inbox, and all that it placed is as before it.
fn undone(ledger: &ledger::Ledger, before: &FabricTree, head: &FabricTree) -> bool {
    let placed = ledger.lines().iter().filter(|line| matches!(line.outcome, Outcome::Created | Outcome::Replaced));
    let mut placed = placed.peekable();
    let same = |path| before.get(path).map(|e| &e.id) == head.get(path).map(|e| &e.id);
    placed.peek().is_some() && placed.all(|line| same(&line.to) && same(&line.from.file))
}

/// The newest commit of ours for the directory that is in the head's history.
fn newest(mirror: &mut Mirror, scene: &Scene<'_>, on_record: Option<CommitId>) -> Result<Option<CommitRead>, Failure> {
    let dir = &scene.tree().dir;
    let found = in_history(mirror, &scene.head, dir)?;
    if found.is_some() || on_record.is_none() {
        return Ok(found);
    }
    match mirror.deepen(DEEPEN_BY) {
        Ok(()) => in_history(mirror, &scene.head, dir),
        Err(RemoteError::Cancelled) => Err(Failure::Interrupted),
        Err(error) => Err(Failure::Remote(error)),
    }
}

fn in_history(mirror: &Mirror, head: &CommitId, dir: &FabricDir) -> Result<Option<CommitRead>, Failure> {
    let log = mirror.first_parents(head, None)?;
    let is_ours = |commit: &CommitRead| matches!(Trailers::parse(&commit.message), Ok(Some(trailers)) if trailers.directory == *dir);
    Ok(log.commits.into_iter().find(is_ours))
}
