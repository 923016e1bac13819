//! How fabrics stand, from what is written down and what is under way at this moment.

use hedgerow_store::{ConditionRow, FabricId, Hold, InboxAge, LinkedFabric, Liveness, RunOutcome, StoreError, Truth};
use serde::Serialize;

use super::Inner;
use super::conditions::{deadline_ms, lasting, reconciling};

/// How a linked fabric stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FabricStatus {
    /// The fabric.
    #[serde(skip)]
    pub id: FabricId,
    /// Its name.
    pub name: String,
    /// Ready, Reconciling, Stalled, Witnessed, Conserved, Overdue.
    pub conditions: Vec<ConditionRow>,
    /// What the last run came to.
    pub outcome: Option<RunOutcome>,
    /// When a look was last attempted, in ms since 1970 UTC.
    pub last_attempted_ms: Option<i64>,
    /// When the remote last said that all is as recorded.
    pub last_verified_ms: Option<i64>,
    /// The branch's head then.
    pub last_verified: Option<String>,
    /// When the next look is due.
    pub next_due_ms: Option<i64>,
    /// From when on it is overdue.
    pub overdue_from_ms: i64,
    /// What waits in the inbox.
    pub inbox: Inbox,
    /// Documents that are held.
    pub held: i64,
    /// Objects that are gone, too many at once, and wait for a person's word.
    pub pending_deletions: i64,
    /// Whether writes wait for a person, and what to name.
    pub hold: Option<Hold>,
    /// The step that a run is in just now, or hung in.
    pub step: Option<String>,
}

/// What waits in an inbox, as git told it at the last run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Inbox {
    /// How many files.
    pub files: i64,
    /// The oldest.
    pub oldest: Option<InboxAge>,
}

pub(super) async fn of(inner: &Inner, id: FabricId) -> Result<Option<FabricStatus>, StoreError> {
    let store = &inner.parts.store;
    let Some(fabric) = store.linked_fabric_by_id(id).await? else { return Ok(None) };
    let known = store.liveness(id).await?;
    let told = store.conditions_of_repository(fabric.repository).await?.remove(&id).unwrap_or_default();
    let door = store.doors().await?.into_iter().find(|door| door.repository == fabric.repository);
    Ok(Some(status(inner, &fabric, &known, &told, door.as_ref())))
}

pub(super) async fn all(inner: &Inner) -> Result<Vec<FabricStatus>, StoreError> {
    let store = &inner.parts.store;
    let (fabrics, mut known, mut told) =
        (store.linked_fabrics().await?, store.all_liveness().await?, store.conditions().await?);
    let doors: std::collections::BTreeMap<_, _> =
        store.doors().await?.into_iter().map(|door| (door.repository, door)).collect();
    let status = |fabric: &LinkedFabric| {
        let known = known.remove(&fabric.id).unwrap_or_default();
        let told = told.remove(&fabric.id).unwrap_or_default();
        status(inner, fabric, &known, &told, doors.get(&fabric.repository))
    };
    Ok(fabrics.iter().map(status).collect())
}

fn status(
    inner: &Inner,
    fabric: &LinkedFabric,
    known: &Liveness,
    told: &[ConditionRow],
    door: Option<&hedgerow_store::Door>,
) -> FabricStatus {
    let now_ms = inner.now_ms();
    let under = inner.visits.lock().expect("the list of visits").get(&fabric.repository).cloned();
    let step = under.as_ref().map(|under| under.step().unwrap_or("starting"));
    let moment = reconciling(step, door.is_some_and(|door| door.rung));
    let since_ms = match (&under, moment.status) {
        (Some(under), _) => under.started_ms,
        (None, Truth::True) => door.and_then(|door| door.first_rung_ms).unwrap_or(now_ms),
        _ => known.attempted_ms.unwrap_or(fabric.linked_ms),
    };
    let settings = &inner.parts.settings;
    let mut conditions: Vec<_> = lasting(fabric, known, settings, now_ms)
        .into_iter()
        .map(|condition| {
            let before = told.iter().find(|row| row.kind == condition.kind);
            condition.row(before, now_ms)
        })
        .collect();
    conditions.insert(1, ConditionRow { since_ms, ..moment.row(None, now_ms) });
    FabricStatus {
        id: fabric.id,
        name: fabric.name.clone(),
        conditions,
        outcome: known.outcome,
        last_attempted_ms: known.attempted_ms,
        last_verified_ms: known.verified_ms,
        last_verified: known.head.clone(),
        // A door where nobody ever was has no time yet.
        next_due_ms: door.map(|door| door.next_due_ms).filter(|due| *due > 0 && fabric.suspension.is_none()),
        overdue_from_ms: deadline_ms(fabric, known, settings, now_ms),
        inbox: Inbox { files: known.inbox_files, oldest: known.inbox.clone() },
        held: known.held,
        pending_deletions: known.pending_deletions,
        hold: known.hold.clone(),
        step: step.map(str::to_owned).or_else(|| known.step.clone()),
    }
}
