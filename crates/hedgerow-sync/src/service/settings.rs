//! How often, how long, how many.

use std::time::Duration;

/// How often, how long, how many: what a service's owner may choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// How long after a look at a repository the next one is due, unless a fabric says otherwise.
    pub interval: Duration,
    /// How long a visit may take before it is cut.
    pub run_deadline: Duration,
    /// How many repositories are visited at once.
    pub max_concurrent_runs: usize,
    /// The most pushes to one repository within a minute.
    pub pushes_per_minute: usize,
    /// The most requests to one host within a minute.
    pub requests_per_minute: usize,
    /// So many commits of ours in a row for one fabric, with nothing from people between them, stop it.
    pub breaker: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            interval: Duration::from_secs(300),
            run_deadline: Duration::from_secs(300),
            max_concurrent_runs: 8,
            pushes_per_minute: 6,
            requests_per_minute: 900,
            breaker: 5,
        }
    }
}

/// The shortest interval.
pub const MIN_INTERVAL: Duration = Duration::from_secs(1);
/// By what part of it an interval is longer or shorter, at random, so that services do not march in step.
pub(super) const JITTER: f64 = 0.02;
/// A look is late when it is not done by when it is due and half an interval more, or by this much more if that is longer.
pub(super) const MIN_GRACE: Duration = Duration::from_secs(5);
/// The first pause after a visit that could not be done; each one after it is twice as long, up to the interval.
pub(super) const FIRST_BACKOFF: Duration = Duration::from_secs(2);
/// How often the service looks what is due, where no ring wakes it: others may have rung through the store.
pub(super) const TICK: Duration = Duration::from_millis(250);
/// How often the watchdog looks.
pub(super) const WATCH: Duration = Duration::from_secs(1);
/// How often a service says that it lives: well within the store's limit.
pub(super) const BEAT: Duration = Duration::from_secs(4);
/// How long one look at a remote's heads may take: it is two small requests.
pub(super) const LOOK: Duration = Duration::from_secs(30);
/// How long a visit that was cut may take to end before its thread is given up.
pub(super) const CUT_GRACE: Duration = Duration::from_secs(5);
/// How much longer than its run a whole visit may take: credentials are opened before, and what was learned is written after.
pub(super) const VISIT_GRACE: Duration = Duration::from_secs(120);
/// A clock that goes back by less is being set right.
pub(super) const CLOCK_SLACK: Duration = Duration::from_secs(2);
/// How long the whole service may take to stop.
pub(super) const DRAIN: Duration = Duration::from_secs(10);
/// After a server asked for fewer requests and did not say when to come back.
pub(super) const RATE_PAUSE: Duration = Duration::from_secs(60);
/// How many repositories are looked up at once when there are free workers.
pub(super) const DUE_ROWS: u32 = 200;
/// Requests that a look takes, and that a run takes besides.
pub(super) const LOOK_REQUESTS: usize = 2;
/// See [`LOOK_REQUESTS`].
pub(super) const RUN_REQUESTS: usize = 7;
/// How many steps of progress are kept for whoever listens slowly.
pub(super) const PROGRESS_KEPT: usize = 256;
/// How many steps of a visit under way are kept for whoever begins to watch in the middle.
pub(super) const PASSED_KEPT: usize = 1_024;
/// The service's loops are dead when they were not heard of for so long.
pub(super) const LOOP_TTL: Duration = Duration::from_secs(15);
/// How long a loop waits for one answer of the store before it asks again: well within [`LOOP_TTL`].
pub(super) const LOOP_ANSWER: Duration = Duration::from_secs(8);
/// How long a trial of the database or of git may take.
pub(super) const TRIAL: Duration = Duration::from_secs(5);
