//! What handlers work with.

use std::ops::Deref;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};

use hedgerow_git::Guard;
use hedgerow_store::{SealingKeys, Store};
use hedgerow_sync::Tally;
use hedgerow_sync::service::Service;
use time::OffsetDateTime;

use crate::hooks::{Clerk, Secrets};
use crate::rate::Rates;

/// What the API is made of.
#[derive(Debug)]
pub struct Parts {
    /// What rings, plans, checks, and knows how fabrics stand.
    pub service: Service,
    /// Who answers the rings that are made here.
    pub answers: Answers,
    /// The memory.
    pub store: Store,
    /// What seals credentials; `None`: none can be kept.
    pub keys: Option<Arc<SealingKeys>>,
    /// What this process counts.
    pub tally: Tally,
    /// Where repositories may be; `None`: wherever whoever runs this may go, as for a command by hand.
    pub guard: Option<Guard>,
    /// How the outside reaches the service: the addresses of hooks begin with it.
    pub public_url: Option<String>,
    /// The clock.
    pub now: fn() -> OffsetDateTime,
    /// Our version.
    pub version: &'static str,
    /// Requests a minute of one token: [`crate::limits::REQUESTS_PER_MINUTE`] unless the service says otherwise.
    pub requests_per_minute: u32,
}

/// Who answers the rings that are made here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answers {
    /// The service's own loops, which run in this process or in another.
    Service,
    /// Whoever rings, before the request is answered: a command by hand, with no service around. Where one is at the door
    /// already, it answers.
    Here,
}

/// What handlers work with. Cheap to clone; the clones are one.
#[derive(Clone, Debug)]
pub struct AppState(Arc<Inner>);

#[derive(Debug)]
pub(crate) struct Inner {
    parts: Parts,
    pub(crate) rates: Rates,
    clerk: Clerk,
    secrets: Secrets,
    /// Passwords that are hashed at once.
    hashing: tokio::sync::Semaphore,
    /// Streams of events that are open at once.
    streams: Arc<tokio::sync::Semaphore>,
    closing: AtomicBool,
}

impl AppState {
    /// Of these parts.
    pub fn new(parts: Parts) -> Self {
        let rates = Rates::new(parts.requests_per_minute);
        let hashing = tokio::sync::Semaphore::new(crate::password::AT_ONCE);
        let streams = Arc::new(tokio::sync::Semaphore::new(crate::limits::MAX_STREAMS));
        let (clerk, secrets, closing) = (Clerk::default(), Secrets::default(), AtomicBool::new(false));
        Self(Arc::new(Inner { parts, rates, clerk, secrets, hashing, streams, closing }))
    }

    /// The service stops: streams of events, which would never end, end.
    pub fn close(&self) {
        self.0.closing.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_closing(&self) -> bool {
        self.0.closing.load(Ordering::Relaxed)
    }

    /// A place among the streams of events; `None`: too many are open.
    pub(crate) fn stream(&self) -> Option<tokio::sync::OwnedSemaphorePermit> {
        self.0.streams.clone().try_acquire_owned().ok()
    }

    /// Who puts deliveries on record.
    pub(crate) fn clerk(&self) -> &Clerk {
        &self.0.clerk
    }

    /// The secrets of hooks.
    pub(crate) fn secrets(&self) -> &Secrets {
        &self.0.secrets
    }

    /// For whoever works on behalf of it, and is not to keep it alive.
    pub(crate) fn weak(&self) -> WeakState {
        WeakState(Arc::downgrade(&self.0))
    }

    /// Whose turn it is to have a password hashed.
    pub(crate) fn hashing(&self) -> &tokio::sync::Semaphore {
        &self.0.hashing
    }

    pub(crate) fn rates(&self) -> &Rates {
        &self.0.rates
    }
}

/// A state that may be gone.
#[derive(Debug)]
pub(crate) struct WeakState(Weak<Inner>);

impl WeakState {
    pub(crate) fn upgrade(&self) -> Option<AppState> {
        self.0.upgrade().map(AppState)
    }
}

impl Deref for AppState {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0.parts
    }
}
