//! A walk has so much time. What hangs in a git program is killed with it; a thread that hangs in itself cannot be ended, so it is
//! given up: all that it holds is taken from it, and the next visit works without it.

use std::sync::Arc;

use hedgerow_git::{Mirror, Remote};

use super::Inner;
use super::settings::CUT_GRACE;
use super::visit::End;
use super::walk::{Asked, Under, walk};
use crate::failure::Failure;
use crate::world::World;

/// The walk on its thread, cut when it takes too long.
pub(super) async fn in_time(inner: &Arc<Inner>, world: World, asked: Asked, under: &Arc<Under>) -> End {
    let limit = inner.parts.settings.run_deadline;
    let (progress, seen) = (inner.progress.clone(), Arc::clone(under));
    let remote = asked.remotes.writer.clone();
    let mut walking = tokio::task::spawn_blocking(move || walk(&world, &asked, &seen, &progress));
    let joined = match tokio::time::timeout(limit, &mut walking).await {
        Ok(joined) => joined,
        Err(_) => {
            let step = under.step().unwrap_or("starting");
            under.cancel.cancel();
            if tokio::time::timeout(CUT_GRACE, &mut walking).await.is_err() {
                give_up(inner, &remote, step).await;
            }
            return End::Cut(step);
        }
    };
    match joined {
        Ok(Ok(walked)) => End::Walked(walked),
        Ok(Err(failure)) => End::Failed(failure),
        Err(error) => End::Failed(Failure::Panicked(error.to_string())),
    }
}

/// It has been told to end, so it starts no program any more; without its lease what it writes to the store is refused; and
/// its copy of the repository is left to it.
async fn give_up(inner: &Inner, remote: &Remote, step: &str) {
    let url = remote.url.canonical();
    tracing::error!(repository = url, step, "a worker hangs and does not heed: it is given up, and its lease revoked");
    if let Err(error) = inner.parts.store.revoke(&url).await {
        tracing::warn!(%error, "the lease could not be revoked");
    }
    let (cache, remote) = (inner.parts.cache.clone(), remote.clone());
    let given_up = super::blocking(move || Ok(Mirror::give_up(&cache, &remote)?)).await;
    if let Err(error) = given_up {
        tracing::warn!(%error, "the next visit must wait for its copy of the repository");
    }
}
