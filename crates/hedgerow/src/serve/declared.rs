//! The file's repositories and fabrics: made true at the start, and again when the file was read anew.

use hedgerow_store::Trigger;
use hedgerow_sync::service::Service;
use tracing::{error, info, warn};

use super::credentials::Sealer;
use super::reconcile::{self, PassedOver};
use super::{Setup, now_ms};

/// Whether a file is true now, as far as it can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// There is nothing more to be done.
    Settled,
    /// Something of it may come true later.
    ToBeTriedAgain,
}

/// What it takes to make a file true.
#[derive(Debug)]
pub(crate) struct Declared {
    pub(crate) service: Service,
    pub(crate) sealer: Sealer,
}

impl Declared {
    /// Makes the file's repositories and fabrics true, rings where something changed, and logs what could not be.
    pub(crate) async fn apply(&self, setup: &Setup) -> Standing {
        let Some(file) = setup.file.as_ref().map(|file| file.display()) else { return Standing::Settled };
        if setup.is_blank {
            warn!("{file}: it says nothing at all; what is linked stays linked");
            return Standing::Settled;
        }
        let applied = match reconcile::apply(&self.service, &setup.config, &self.sealer, now_ms()).await {
            Ok(applied) => applied,
            Err(why) => {
                error!("{file}: not applied: {why:#}");
                return Standing::ToBeTriedAgain;
            }
        };
        match applied.passed_over {
            Some(PassedOver::Older(why)) => {
                warn!("{file}: not applied: {why}");
                return Standing::Settled;
            }
            Some(PassedOver::Busy(holder)) => {
                info!("{file}: {holder} is applying its copy");
                return Standing::ToBeTriedAgain;
            }
            None => {}
        }
        for repository in applied.touched {
            if let Err(error) = self.service.ring(repository, Trigger::Start).await {
                warn!("{file}: {error}");
            }
        }
        if applied.faults.is_empty() {
            info!("{file}: applied");
            return Standing::Settled;
        }
        let left_out = crate::output::several(applied.faults.len() as u64, "fault");
        error!("{file}: applied but for {left_out}, named above; what could not be made true is tried again");
        Standing::ToBeTriedAgain
    }
}
