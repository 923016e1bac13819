//! The file's repositories and fabrics: made true at the start, and again when the file was read anew.

use hedgerow_store::{Store, Trigger};
use hedgerow_sync::service::Service;
use tracing::{error, info, warn};

use super::credentials::Sealer;
use super::{Setup, now_ms, reconcile};

/// What it takes to make a file true.
#[derive(Debug)]
pub(crate) struct Declared {
    pub(crate) store: Store,
    pub(crate) service: Service,
    pub(crate) sealer: Sealer,
}

impl Declared {
    /// Makes the file's repositories and fabrics true, rings where something changed, and logs what could not be.
    pub(crate) async fn apply(&self, setup: &Setup) {
        let Some(file) = setup.file.as_ref().map(|file| file.display()) else { return };
        if setup.is_blank {
            warn!("{file}: it says nothing at all; what is linked stays linked");
            return;
        }
        let applied = match reconcile::apply(&self.store, &setup.config, &self.sealer, now_ms()).await {
            Ok(applied) => applied,
            Err(why) => return error!("{file}: not applied: {why:#}"),
        };
        if let Some(why) = applied.passed_over {
            return warn!("{file}: not applied: {why}");
        }
        for repository in applied.touched {
            if let Err(error) = self.service.ring(repository, Trigger::Start).await {
                warn!("{file}: {error}");
            }
        }
        match applied.faults.len() {
            0 => info!("{file}: applied"),
            several => error!("{file}: applied but for {several} entries, which the lines above name"),
        }
    }
}
