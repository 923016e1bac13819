//! What is due goes to a free worker. The loop itself does nothing that may hang: it asks the store, and starts visits.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use hedgerow_git::{Cancel, RemoteUrl};
use hedgerow_store::{Due, InstanceId, RepositoryId, StoreError, Trigger, in_time};
use tokio::task::JoinSet;

use super::conditions::milliseconds;
use super::fairness::slow_workers;
use super::settings::{
    CLOCK_SLACK, CUT_GRACE, DRAIN, DUE_ROWS, LOOK_REQUESTS, LOOP_ANSWER, RATE_PAUSE, TICK, VISIT_GRACE,
};
use super::walk::Under;
use super::{Inner, visit, watchdog};

/// Runs until `stop`.
pub(super) async fn run(inner: &Arc<Inner>, stop: Cancel) -> Result<(), StoreError> {
    let store = &inner.parts.store;
    let instance = store.enter_instance(inner.parts.version, inner.now_ms()).await?;
    store.ring_all(Trigger::Start, inner.now_ms()).await?;
    *inner.instance.lock().expect("an id is only a number") = Some(instance);
    let watchdog = tokio::spawn(watchdog::run(Arc::clone(inner), instance));
    let mut workers = JoinSet::new();
    inner.scheduler_ms.store(inner.now_ms(), Ordering::Relaxed);
    let mut clock = Clock::new(inner.now_ms());
    while !stop.is_cancelled() {
        if clock.went_back(inner.now_ms()) {
            tracing::warn!(
                "the clock went back: every repository is looked at, or its next look would be long in coming"
            );
            if let Err(error) = set_right(inner).await {
                tracing::warn!(%error, "nobody could be rung for");
            }
        }
        match in_time(LOOP_ANSWER, store.due(Some(instance), inner.now_ms(), DUE_ROWS)).await {
            Ok(due) => {
                // Whoever asks and is not answered starts nothing: that is as bad as not to ask.
                inner.scheduler_ms.store(inner.now_ms(), Ordering::Relaxed);
                due.iter().for_each(|due| start(inner, instance, due, &mut workers));
            }
            Err(error) => tracing::warn!(%error, "what is due cannot be told; looking again"),
        }
        tokio::select! {
            () = inner.bell.notified() => {}
            _ = workers.join_next(), if !workers.is_empty() => {}
            () = tokio::time::sleep(TICK) => {}
        }
    }
    drain(inner, &mut workers).await;
    watchdog.abort();
    inner.scheduler_ms.store(0, Ordering::Relaxed);
    inner.watchdog_ms.store(0, Ordering::Relaxed);
    in_time(LOOP_ANSWER, store.leave_instance(instance)).await
}

/// Lets nobody wait for a time of the clock that was.
async fn set_right(inner: &Inner) -> Result<(), StoreError> {
    let (store, now_ms) = (&inner.parts.store, inner.now_ms());
    in_time(LOOP_ANSWER, store.shorten_waits(now_ms + milliseconds(RATE_PAUSE))).await?;
    in_time(LOOP_ANSWER, store.ring_all(Trigger::Timer, now_ms)).await.map(drop)
}

/// Watches the clock by one that only goes forward.
struct Clock {
    began: Instant,
    began_ms: i64,
}

impl Clock {
    fn new(now_ms: i64) -> Self {
        Self { began: Instant::now(), began_ms: now_ms }
    }

    /// Whether it went back since the last time that it was asked.
    fn went_back(&mut self, now_ms: i64) -> bool {
        let expected = self.began_ms + milliseconds(self.began.elapsed());
        *self = Self::new(now_ms);
        now_ms < expected - milliseconds(CLOCK_SLACK)
    }
}

/// Gives the repository to a worker, when one is free for it.
fn start(inner: &Arc<Inner>, instance: InstanceId, due: &Due, workers: &mut JoinSet<()>) {
    let settings = &inner.parts.settings;
    let slow = due.failures > 0;
    {
        let visits = inner.visits.lock().expect("the list of visits");
        let slow_ones = visits.values().filter(|under| under.slow).count();
        let full = visits.len() >= settings.max_concurrent_runs.max(1);
        if full
            || visits.contains_key(&due.repository)
            || slow && slow_ones >= slow_workers(settings.max_concurrent_runs)
        {
            return;
        }
    }
    let url = RemoteUrl::parse(&due.address).ok();
    if let Some(host) = url.as_ref().and_then(RemoteUrl::host) {
        let mut hosts = inner.hosts.lock().expect("counts are only numbers");
        if !hosts.take(host, LOOK_REQUESTS, settings.requests_per_minute, Instant::now()) {
            return;
        }
    }
    let under = inner.under(Cancel::new(), slow);
    inner.visits.lock().expect("the list of visits").insert(due.repository, Arc::clone(&under));
    let (inner, due) = (Arc::clone(inner), due.clone());
    workers.spawn(async move {
        let present = Present { inner: &inner, repository: due.repository };
        let limit = inner.parts.settings.run_deadline + VISIT_GRACE;
        let visit = visit::make(&inner, instance, due.repository, due.next_due_ms, due.failures, &under);
        let broken_off = match tokio::time::timeout(limit, visit).await {
            Ok(Ok(_)) => None,
            Ok(Err(error)) => Some(error.to_string()),
            Err(_) => Some(format!("it was not over after {} s", limit.as_secs())),
        };
        if let Some(why) = broken_off {
            tracing::warn!(repository = %due.repository, why, "a visit broke off");
            under.cancel.cancel();
            visit::let_go(&inner, instance, due.repository).await;
        }
        drop(present);
    });
}

/// A visit is on the list until this is dropped, however it ends.
struct Present<'a> {
    inner: &'a Inner,
    repository: RepositoryId,
}

impl Drop for Present<'_> {
    fn drop(&mut self) {
        self.inner.visits.lock().expect("the list of visits").remove(&self.repository);
    }
}

/// Lets every visit finish or abandon its step, and waits so long and no longer.
async fn drain(inner: &Inner, workers: &mut JoinSet<()>) {
    inner.visits.lock().expect("the list of visits").values().for_each(|under| under.cancel.cancel());
    let all = async { while workers.join_next().await.is_some() {} };
    if tokio::time::timeout(DRAIN.saturating_sub(CUT_GRACE / 5), all).await.is_err() {
        tracing::warn!("some visits did not end in time: their leases expire");
        workers.abort_all();
    }
}

impl Inner {
    /// A visit that begins now.
    pub(super) fn under(&self, cancel: Cancel, slow: bool) -> Arc<Under> {
        Arc::new(Under {
            cancel,
            started_ms: self.now_ms(),
            step: Default::default(),
            passed: Default::default(),
            slow,
        })
    }
}
