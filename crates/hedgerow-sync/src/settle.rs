//! What an earlier run left open: a crash before the record, or a commit that waited for people to merge it.

use hedgerow_core::ledger::{self, Trailers};
use hedgerow_core::path::FabricDir;
use hedgerow_core::tree::FabricTree;
use hedgerow_git::{Ancestry, BranchName, CommitId, CommitRead, Mirror, TreeLook};
use hedgerow_store::{Closing, Fabric, OpenRun, Reason, RunId, RunOutcome, Verification};

use crate::draft;
use crate::failure::Failure;
use crate::fate::{self, Fate};
use crate::lease::Held;
use crate::report::Report;
use crate::world::World;
use crate::{undo, witness};

/// Closes every run of the repository that an earlier process left open on `branch`, with what the remote says of it: the
/// commit that it was about to push is in the branch, or it is not. Nothing is assumed: a run of which neither can be
/// told stays open, and the next run asks again, with more history. `own` are the runs under way.
pub(crate) fn open_runs(
    world: &World,
    lease: &Held,
    mirror: &mut Mirror,
    own: &[RunId],
    branch: &BranchName,
    head: &CommitId,
) -> Result<(), Failure> {
    for run in world.wait(world.store.open_runs(lease.proof().repository()))? {
        if !own.contains(&run.id) && run.fabric.key.branch == branch.as_str() {
            settle(world, lease, mirror, &run, branch, head)?;
        }
    }
    Ok(())
}

fn settle(
    world: &World,
    lease: &Held,
    mirror: &mut Mirror,
    run: &OpenRun,
    branch: &BranchName,
    head: &CommitId,
) -> Result<(), Failure> {
    let mut report = interrupted(world, run);
    match fate::of(mirror, run, branch, head)? {
        Fate::Landed(commit) => {
            report.outcome = RunOutcome::Changed;
            report.verification = Verification::Verified;
            report.witness =
                Some(format!("the run was cut off after its push; {branch}@{} has its commit", head.short()));
            report.commit = Some(commit.to_string());
        }
        Fate::Waits(commit, on) => {
            report.outcome = RunOutcome::Changed;
            report.verification = Verification::NotYet;
            report.witness = Some(format!("the run was cut off after its push; {on} has it, {branch} does not yet"));
            report.commit = Some(commit.to_string());
            report.pushed_to = Some(on.to_string());
        }
        Fate::Nothing => {
            report.reason = Some(crate::report::Reason {
                code: "interrupted",
                message: "the run was cut off before the remote had anything of it".to_owned(),
                hint: None,
            });
        }
        Fate::CouldNotTell => {
            tracing::warn!(
                run = run.id.as_str(),
                "whether {branch} has the commit of a run that was cut off cannot be told from the history that is here: it stays open"
            );
            return Ok(());
        }
    }
    close(world, lease, run, &report, head)
}

/// The report of a run of which only its row is left.
fn interrupted(world: &World, run: &OpenRun) -> Report {
    let mut report = Report::begun("sync", run.trigger.as_str(), world.version);
    report.run = Some(run.id.to_string());
    report.fabric = run.fabric.key.directory.rsplit('/').next().unwrap_or_default().to_owned();
    report.read.url.clone_from(&run.fabric.key.repository);
    report.read.reference = format!("refs/heads/{}", run.fabric.key.branch);
    report.read.directory.clone_from(&run.fabric.key.directory);
    report.started = draft::rfc3339_of_seconds(run.started_ms.div_euclid(1000));
    report.finished = Some(draft::rfc3339((world.now)()));
    report
}

fn close(world: &World, lease: &Held, run: &OpenRun, report: &Report, head: &CommitId) -> Result<(), Failure> {
    let closing = Closing {
        run: &run.id,
        finished_ms: draft::ms((world.now)()),
        outcome: report.outcome,
        reason: report.reason.as_ref().map(|r| Reason { code: r.code.to_owned(), text: r.message.clone() }),
        verification: report.verification,
        commit: report.commit.as_deref(),
        head: Some(head.as_str()),
        inputs: None,
        counts: &report.counts.to_string(),
        report: &serde_json::to_string(report).expect("a report has only strings, numbers and lists"),
        ledger: "",
        findings: "[]",
        objects: None,
    };
    world.wait(world.store.settle(lease.proof(), &closing))?;
    Ok(())
}

/// Runs whose commit waited on another branch: verified once the fabric's own branch has it, or a copy of it that balances.
pub(crate) fn merged(
    world: &World,
    lease: &Held,
    mirror: &mut Mirror,
    fabric: &Fabric,
    branch: &BranchName,
    head: &CommitId,
) -> Result<(), Failure> {
    for waiting in world.wait(world.store.awaited(fabric.id))? {
        let Ok(commit) = CommitId::parse(&waiting.commit) else { continue };
        let landed = witness::ancestry(mirror, branch, &commit, head)? == Ancestry::Yes
            || copied(mirror, waiting.run.as_str(), fabric, head)?;
        if landed {
            world.wait(world.store.mark_verified(lease.proof(), &waiting.run, head.as_str()))?;
        }
    }
    Ok(())
}

/// Whether the history has a commit with this run's trailers whose trees balance: a squash, or a cherry-pick.
pub(crate) fn copied(mirror: &Mirror, run: &str, fabric: &Fabric, head: &CommitId) -> Result<bool, Failure> {
    let Some(dir) = draft::directory_of(fabric) else { return Ok(false) };
    let log = mirror.log(head, None)?;
    let balances = |commit: &CommitRead| match Trailers::parse(&commit.message) {
        Ok(Some(trailers)) if trailers.run == run && trailers.directory == dir => {
            let Ok(taken_back) = undo::trees_taken_back(mirror, &commit.id, &trailers) else { return false };
            let undo = undo::borrowed(&taken_back);
            trees(mirror, commit, &dir).is_some_and(|(a, b)| ledger::conservation(&a, &b, &trailers, undo).is_empty())
        }
        _ => false,
    };
    Ok(log.commits.iter().any(balances))
}

/// The directory before and after a commit; `None` where the history that is here does not have both.
pub(crate) fn trees(mirror: &Mirror, commit: &CommitRead, dir: &FabricDir) -> Option<(FabricTree, FabricTree)> {
    let parent = commit.parents.first()?;
    let tree = |id| match mirror.fabric_tree(id, dir) {
        Ok(TreeLook::Tree(snapshot)) => Some(snapshot.tree),
        _ => None,
    };
    Some((tree(parent)?, tree(&commit.id)?))
}
