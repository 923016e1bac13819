//! `hedgerow init`

use anyhow::{Context, Result};

use super::Exit;
use super::sync::{committing, print};
use crate::args::InitArgs;
use crate::session::Session;
use crate::target;

pub(crate) fn init(session: &Session, args: &InitArgs) -> Result<Exit> {
    let meant = target::meant(session, &args.target)?;
    let dir = meant.target.dir.clone().context("name the directory with --path DIR")?;
    let world = session.world()?;
    let committing = committing(session, &args.committing)?;
    let watch = |step| session.progress.step(step);
    let answer = hedgerow_sync::init(&world, &meant.target, &dir, &committing, &watch);
    print(session, &answer)
}
