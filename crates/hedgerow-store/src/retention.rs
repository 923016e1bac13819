//! How much of what happened is kept.

use std::time::Duration;

use crate::limits::{DELIVERY_AGE, MAX_DELIVERIES, MAX_EVENTS, MAX_IDLE_RUNS, MAX_REFUSED_DELIVERIES, MAX_VISITS};

/// How many of the newest rows of each kind a store keeps, and for how long. What left a commit or a record of objects behind
/// is kept for good, and the audit record is. None of the numbers is 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// See [`MAX_IDLE_RUNS`].
    pub idle_runs: u32,
    /// See [`MAX_VISITS`]. The pushes of a minute are counted in visits: fewer than are allowed of those would not do.
    pub visits: u32,
    /// See [`MAX_EVENTS`].
    pub events: u32,
    /// See [`MAX_DELIVERIES`].
    pub deliveries: u32,
    /// See [`MAX_REFUSED_DELIVERIES`].
    pub refused_deliveries: u32,
    /// See [`DELIVERY_AGE`].
    pub delivery_age: Duration,
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            idle_runs: MAX_IDLE_RUNS,
            visits: MAX_VISITS,
            events: MAX_EVENTS,
            deliveries: MAX_DELIVERIES,
            refused_deliveries: MAX_REFUSED_DELIVERIES,
            delivery_age: DELIVERY_AGE,
        }
    }
}
