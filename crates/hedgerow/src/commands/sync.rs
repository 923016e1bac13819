//! `hedgerow sync`

use std::path::Path;

use anyhow::{Context, Result};
use hedgerow_core::policy::{Flags, Mixed, Replace};
use hedgerow_git::{BranchName, Clone, CommitId, Signer, Unsent};
use hedgerow_store::Trigger;
use hedgerow_sync::{Answer, Committing, Judging, Request};

use super::Exit;
use crate::args::{self, SyncArgs};
use crate::output;
use crate::session::Session;
use crate::target;

pub(crate) fn sync(session: &Session, args: &SyncArgs) -> Result<Exit> {
    let meant = target::meant(session, &args.target)?;
    let world = session.world()?;
    if let Some(clone) = &meant.clone {
        name_unsent(session, clone, meant.target.dir.as_ref())?;
    }
    let request = Request {
        target: meant.target,
        judging: judging(&args.judging),
        committing: committing(session, &args.committing)?,
        push_to: args.push_to.as_deref().map(BranchName::parse).transpose().context("--push-to")?,
        resume: args.resume.as_deref().map(CommitId::parse).transpose().context("--resume")?,
        confirm_deletions: args.confirm_deletions,
        trigger: Trigger::Cli,
        memory: None,
    };
    let answer = hedgerow_sync::sync(&world, &request, &|step| session.progress.step(step));
    let exit = print(session, &answer)?;
    if answer.pending_deletions > 0 {
        let gone = output::several(answer.pending_deletions, "object");
        anstream::eprintln!("note: {gone}, too many at once, are gone from the tree: their records wait");
        anstream::eprintln!("hint: if it is meant, hedgerow sync --confirm-deletions marks them deleted");
    }
    Ok(exit)
}

/// Prints a run's report, and ends as the run did.
pub(crate) fn print(session: &Session, answer: &Answer) -> Result<Exit> {
    let value = serde_json::from_str(&answer.json).context("reading our own report")?;
    session.print(&value, output::report::render)?;
    Ok(Exit::of_run(answer.outcome, answer.verification))
}

pub(crate) fn judging(args: &args::Judging) -> Judging {
    let flags = Flags {
        replace: args.hold_replacements.then_some(Replace::Hold),
        mixed: args.hold_mixed.then_some(Mixed::Hold),
        invalid: None,
    };
    Judging { adopt: args.adopt, flags }
}

pub(crate) fn committing(session: &Session, args: &args::Committing) -> Result<Committing> {
    let agent = session.environment.ssh_agent();
    let find = |key: &Path| Signer::find(key, agent.as_deref());
    let signer = args.signing_key.as_deref().map(find).transpose().context("--signing-key")?;
    Ok(Committing { name: args.committer_name.clone(), subject_suffix: args.subject_suffix.clone(), signer })
}

/// Says which inbox files the remote cannot know, since they are not committed or not pushed.
pub(crate) fn name_unsent(
    session: &Session,
    clone: &Clone,
    dir: Option<&hedgerow_core::path::FabricDir>,
) -> Result<()> {
    let dirs = match dir {
        Some(dir) => vec![dir.clone()],
        None => target::dirs_with_raw(&clone.root),
    };
    let git = session.git()?;
    for dir in &dirs {
        name_unsent_of(&clone.unsent(&git, dir)?);
    }
    Ok(())
}

fn name_unsent_of(unsent: &Unsent) {
    for (paths, what) in [(&unsent.uncommitted, "not committed"), (&unsent.unpushed, "not pushed")] {
        for path in paths {
            anstream::eprintln!("note: {path} is {what}: this run does not see it");
        }
    }
}
