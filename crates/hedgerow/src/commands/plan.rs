//! `hedgerow plan`

use anyhow::{Context, Result, bail};
use hedgerow_core::path::FabricDir;
use hedgerow_core::tree::FabricTree;
use hedgerow_git::{Clone, TreeLook};
use hedgerow_store::RunOutcome;
use hedgerow_sync::{Failure, Planned, Report};

use super::Exit;
use super::sync::{judging, name_unsent};
use crate::args::{self, PlanArgs};
use crate::output;
use crate::session::Session;
use crate::target;

pub(crate) fn plan(session: &Session, args: &PlanArgs) -> Result<Exit> {
    let planned = planned(session, &args.target, &args.judging, args.worktree)?;
    let report = match &planned {
        Ok(planned) => planned.report.clone(),
        Err(failure) => failed("plan", failure),
    };
    print(session, &report)
}

/// Prints what would change, and ends as a plan does.
pub(crate) fn print(session: &Session, report: &Report) -> Result<Exit> {
    let value = serde_json::to_value(report).context("writing the plan")?;
    session.print(&value, output::report::render)?;
    Ok(match report.outcome {
        RunOutcome::Unchanged => Exit::Done,
        RunOutcome::Changed | RunOutcome::Partial => Exit::Attention,
        RunOutcome::Failed => Exit::Failed,
    })
}

/// The plan of the remote, or of the work tree.
pub(crate) fn planned(
    session: &Session,
    target: &args::Target,
    judge: &args::Judging,
    worktree: bool,
) -> Result<Result<Planned, Failure>> {
    let world = session.world()?;
    let watch = |step| session.progress.step(step);
    if !worktree {
        let meant = target::meant(session, target)?;
        if let Some(clone) = &meant.clone {
            name_unsent(session, clone, meant.target.dir.as_ref())?;
        }
        return Ok(hedgerow_sync::plan(&world, &meant.target, judging(judge), &watch));
    }
    match lying(session, target)? {
        Ok(tree) => Ok(hedgerow_sync::plan_worktree(&world, &tree, judging(judge), &watch)),
        Err(failure) => Ok(Err(failure)),
    }
}

/// The fabric as it lies in the clone's work tree.
pub(crate) fn lying(session: &Session, target: &args::Target) -> Result<Result<FabricTree, Failure>> {
    let git = session.git()?;
    let clone = Clone::discover(&git, &session.environment.cwd)?.context("--worktree: not inside a clone")?;
    let dir = match target.path.as_deref() {
        Some(text) => FabricDir::parse(text).context("--path")?,
        None => only_fabric(&clone)?,
    };
    match clone.worktree_tree(&git, &dir)? {
        TreeLook::Tree(snapshot) => Ok(Ok(snapshot.tree)),
        TreeLook::NotATree { path } => Ok(Err(Failure::NotATree(path))),
        TreeLook::Absent => bail!("there is no {dir} in this clone\nhint: check --path"),
    }
}

/// The only directory of the work tree that has `raw/`.
fn only_fabric(clone: &Clone) -> Result<FabricDir> {
    let mut found = target::dirs_with_raw(&clone.root);
    match found.len() {
        1 => Ok(found.remove(0)),
        0 => bail!("no directory of this clone has a raw/ in it\nhint: name one with --path"),
        _ => bail!("several directories have a raw/ in them\nhint: name one with --path"),
    }
}

/// The report of a plan that could not be made.
pub(crate) fn failed(command: &'static str, failure: &Failure) -> Report {
    let mut report = Report::begun(command, "cli", crate::VERSION);
    report.reason = Some(failure.reason());
    report
}
