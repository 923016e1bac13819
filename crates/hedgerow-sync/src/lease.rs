//! Holding a repository's lease for as long as a run takes.

use std::sync::Arc;
use std::time::Duration;

use hedgerow_store::{Lease, in_time};

use crate::failure::Failure;
use crate::world::World;

/// How long a lease lasts without renewal: what others wait for when a machine dies.
const TTL: Duration = Duration::from_secs(15);
/// How often it is renewed.
const RENEW_EVERY: Duration = Duration::from_secs(5);

/// A lease that is renewed until it is dropped, and then given back.
#[derive(Debug)]
pub(crate) struct Held {
    lease: Option<Arc<Lease>>,
    renewal: tokio::task::JoinHandle<()>,
    runtime: tokio::runtime::Handle,
}

impl Held {
    /// Waits for the lease on `repository` until the deadline.
    pub(crate) fn take(world: &World, repository: &str) -> Result<Self, Failure> {
        let holder = hedgerow_store::holder_of_this_process();
        let acquired = world.store.acquire(repository, &holder, TTL, world.time_left());
        let cancelled = async {
            while !world.cancel.is_cancelled() {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        let lease = world.wait(async {
            tokio::select! {
                lease = acquired => lease.map_err(Failure::Store),
                () = cancelled => Err(Failure::Interrupted),
                // A statement waits for another writer of the database for as long as the store lets it.
                () = tokio::time::sleep(world.time_left()) => Err(Failure::Busy),
            }
        })?;
        let lease = Arc::new(lease.ok_or(Failure::Busy)?);
        let renewal = world.runtime.spawn(renew(Arc::clone(&lease)));
        Ok(Self { lease: Some(lease), renewal, runtime: world.runtime.clone() })
    }

    /// The proof that this run is the repository's one writer.
    pub(crate) fn proof(&self) -> &Lease {
        self.lease.as_deref().expect("a held lease is there until it is dropped")
    }
}

/// Renews until it fails: then somebody else has it, and every write of this run is refused.
async fn renew(lease: Arc<Lease>) {
    loop {
        tokio::time::sleep(RENEW_EVERY).await;
        if let Err(error) = in_time(TTL, lease.renew()).await {
            tracing::warn!(%error, "the lease on {} was not renewed", lease.repository());
            return;
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.renewal.abort();
        let Some(lease) = self.lease.take() else { return };
        // The renewal may still hold its share for a moment; a lease that is not given back expires.
        let _ = self.runtime.block_on(async { (&mut self.renewal).await });
        if let Some(lease) = Arc::into_inner(lease)
            && let Err(error) = self.runtime.block_on(in_time(TTL, lease.release()))
        {
            tracing::debug!(%error, "the lease was not given back");
        }
    }
}
