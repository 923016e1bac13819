//! Where objects came from, told by history: for a store that has no record of the fabric, so that its records are the same
//! as if it had been there all along (invariant 8), as far as the history that is here goes.

use std::collections::BTreeMap;

use hedgerow_core::ledger::{self, Outcome, Trailers};
use hedgerow_core::path::{FabricDir, TreePath};
use hedgerow_core::plan::Plan;
use hedgerow_git::{CommitId, CommitRead, Mirror};
use hedgerow_store::{ObjectFilter, Origin, Provenance};

use crate::draft::{self, Draft};
use crate::failure::Failure;
use crate::settle;
use crate::world::World;

/// The origins of `plan`'s objects that did not come with `commit`, when the store has no object of the fabric.
pub(crate) fn unknown(
    world: &World,
    mirror: &Mirror,
    draft: &Draft,
    recorded: Option<(&Plan, &CommitId)>,
) -> Result<BTreeMap<TreePath, Origin>, Failure> {
    let (Some(fabric), Some((plan, commit))) = (&draft.fabric, recorded) else { return Ok(BTreeMap::new()) };
    let filter = ObjectFilter { fabric: Some(fabric.id), ..ObjectFilter::default() };
    let settled = plan.objects.iter().all(|object| object.from.is_some());
    if settled || !world.wait(world.store.objects(&filter, 1, None))?.items.is_empty() {
        return Ok(BTreeMap::new());
    }
    let Some(dir) = draft::directory_of(fabric) else { return Ok(BTreeMap::new()) };
    let sought = plan.objects.iter().filter(|object| object.from.is_none()).map(|object| object.path.clone());
    search(mirror, commit, &dir, sought.collect())
}

/// Walks back along first parents, until each path's entry of now was brought by some commit.
pub(crate) fn search(
    mirror: &Mirror,
    head: &CommitId,
    dir: &FabricDir,
    mut sought: Vec<TreePath>,
) -> Result<BTreeMap<TreePath, Origin>, Failure> {
    let mut origins = BTreeMap::new();
    for commit in mirror.first_parents(head, None)?.commits {
        // At a shallow boundary nobody knows what the commit brought.
        let Ok(changed) = mirror.changes(commit.parents.first(), &commit.id) else { break };
        let (brought, older) = sought.into_iter().partition(|path| changed.binary_search(path).is_ok());
        sought = older;
        let brought: Vec<TreePath> = brought;
        if !brought.is_empty() {
            let mut told = provenance(mirror, &commit, dir);
            origins.extend(brought.into_iter().map(|path| {
                let origin = Origin { commit: commit.id.to_string(), provenance: told.remove(&path) };
                (path, origin)
            }));
        }
        if sought.is_empty() {
            break;
        }
    }
    Ok(origins)
}

/// What a commit of ours placed, and which inbox document each came from; nothing for anybody else's.
pub(crate) fn provenance(mirror: &Mirror, commit: &CommitRead, dir: &FabricDir) -> BTreeMap<TreePath, Provenance> {
    let trailers = match Trailers::parse(&commit.message) {
        Ok(Some(trailers)) if trailers.directory == *dir => trailers,
        _ => return BTreeMap::new(),
    };
    let Some((before, after)) = settle::trees(mirror, commit, dir) else { return BTreeMap::new() };
    let Ok(ledger) = ledger::derive(&before, &after, trailers.adopt) else { return BTreeMap::new() };
    let placed = ledger.lines().iter().filter(|line| matches!(line.outcome, Outcome::Created | Outcome::Replaced));
    placed
        .map(|line| (line.to.clone(), Provenance { from: line.from.clone(), commit: trailers.parent.clone() }))
        .collect()
}
