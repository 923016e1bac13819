//! `hedgerow undo`

use anyhow::{Context, Result};
use hedgerow_git::BranchName;
use hedgerow_sync::UndoRequest;

use super::Exit;
use super::plan::{failed, print};
use super::sync::committing;
use crate::args::UndoArgs;
use crate::session::Session;
use crate::target;

pub(crate) fn undo(session: &Session, args: &UndoArgs) -> Result<Exit> {
    let meant = target::meant(session, &args.target)?;
    let world = session.world()?;
    let watch = |step| session.progress.step(step);
    if args.dry_run {
        let planned = hedgerow_sync::plan_undo(&world, &meant.target, &args.what, &watch);
        return print(session, &planned.unwrap_or_else(|failure| failed("undo", &failure)));
    }
    let request = UndoRequest {
        target: meant.target,
        what: args.what.clone(),
        committing: committing(session, &args.committing)?,
        push_to: args.push_to.as_deref().map(BranchName::parse).transpose().context("--push-to")?,
    };
    let answer = hedgerow_sync::undo(&world, &request, &watch);
    super::sync::print(session, &answer)
}
