//! Who watches the watchers: a loop that does no work of its own, and tells when others' work does not come.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use hedgerow_store::{InstanceId, LinkedFabric, Liveness, NewEvent, Severity, StoreError, in_time};

use super::conditions::{deadline_ms, milliseconds};
use super::settings::{BEAT, LOOP_ANSWER, LOOP_TTL, VISIT_GRACE, WATCH};
use super::{Inner, facts};

/// Runs until it is aborted.
pub(super) async fn run(inner: Arc<Inner>, instance: InstanceId) {
    let (mut beaten_ms, mut stuck) = (0, false);
    loop {
        let now_ms = inner.now_ms();
        inner.watchdog_ms.store(now_ms, Ordering::Relaxed);
        if let Err(error) = round(&inner, instance, &mut beaten_ms, &mut stuck, now_ms).await {
            tracing::warn!(%error, "the watchdog cannot see; looking again");
        }
        tokio::time::sleep(WATCH).await;
    }
}

async fn round(
    inner: &Inner,
    instance: InstanceId,
    beaten_ms: &mut i64,
    stuck: &mut bool,
    now_ms: i64,
) -> Result<(), StoreError> {
    if now_ms - *beaten_ms >= milliseconds(BEAT) {
        in_time(LOOP_ANSWER, inner.parts.store.beat(instance, now_ms)).await?;
        *beaten_ms = now_ms;
    }
    let silent = now_ms - inner.scheduler_ms.load(Ordering::Relaxed) > milliseconds(LOOP_TTL);
    if silent && !*stuck {
        tracing::error!("the loop that starts runs is not heard of");
        in_time(LOOP_ANSWER, inner.parts.store.add_events(&[stopped(now_ms)])).await?;
    }
    *stuck = silent;
    let limit = milliseconds(inner.parts.settings.run_deadline + VISIT_GRACE);
    for (repository, under) in inner.visits.lock().expect("the list of visits").iter() {
        if now_ms - under.started_ms > limit {
            tracing::error!(%repository, step = under.step(), "a worker is past its deadline, and was not cut");
        }
    }
    in_time(LOOP_ANSWER, late(inner, now_ms)).await
}

/// Tells which fabrics became overdue.
async fn late(inner: &Inner, now_ms: i64) -> Result<(), StoreError> {
    let (store, settings) = (&inner.parts.store, &inner.parts.settings);
    let suspects = store.perhaps_late(milliseconds(settings.interval), now_ms).await?;
    for id in suspects {
        let Some(fabric) = store.linked_fabric_by_id(id).await? else { continue };
        let known = store.liveness(id).await?;
        if deadline_ms(&fabric, &known, settings, now_ms) < now_ms {
            tell(inner, &fabric, &known, now_ms).await?;
        }
    }
    Ok(())
}

/// Tells what is new of one fabric.
pub(super) async fn tell(
    inner: &Inner,
    fabric: &LinkedFabric,
    known: &Liveness,
    now_ms: i64,
) -> Result<(), StoreError> {
    let (store, settings) = (&inner.parts.store, &inner.parts.settings);
    facts::tell(store, settings, fabric.repository, std::iter::once((fabric, known)), now_ms).await
}

fn stopped(now_ms: i64) -> NewEvent {
    NewEvent {
        at_ms: now_ms,
        repository: None,
        fabric: None,
        severity: Severity::Warning,
        reason: "SchedulerStopped".to_owned(),
        message: "the loop that starts runs is not heard of: nothing runs until it is".to_owned(),
    }
}
