//! What handlers work with.

use std::ops::Deref;
use std::sync::Arc;

use hedgerow_git::Guard;
use hedgerow_store::{SealingKeys, Store};
use hedgerow_sync::Tally;
use time::OffsetDateTime;

use crate::rate::Rates;

/// What the API is made of.
#[derive(Debug)]
pub struct Parts {
    /// The memory.
    pub store: Store,
    /// What seals credentials; `None`: none can be kept.
    pub keys: Option<Arc<SealingKeys>>,
    /// What this process counts.
    pub tally: Tally,
    /// Where repositories may be; `None`: wherever whoever runs this may go, as for a command by hand.
    pub guard: Option<Guard>,
    /// The clock.
    pub now: fn() -> OffsetDateTime,
    /// Our version.
    pub version: &'static str,
    /// Requests a minute of one token: [`crate::limits::REQUESTS_PER_MINUTE`] unless the service says otherwise.
    pub requests_per_minute: u32,
}

/// What handlers work with. Cheap to clone; the clones are one.
#[derive(Clone, Debug)]
pub struct AppState(Arc<Inner>);

#[derive(Debug)]
pub(crate) struct Inner {
    parts: Parts,
    pub(crate) rates: Rates,
}

impl AppState {
    /// Of these parts.
    pub fn new(parts: Parts) -> Self {
        let rates = Rates::new(parts.requests_per_minute);
        Self(Arc::new(Inner { parts, rates }))
    }

    pub(crate) fn rates(&self) -> &Rates {
        &self.0.rates
    }
}

impl Deref for AppState {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0.parts
    }
}
