//! What a visit teaches about fabrics, written down: facts, the conditions that follow, and an event for every change.

use std::collections::BTreeMap;

use hedgerow_store::{
    ConditionKind, ConditionRow, FabricId, Hold, HoldKind, LinkedFabric, Liveness, NewEvent, Reason, RepositoryId,
    Severity, Store, StoreError, Truth, Verification,
};

use super::conditions::lasting;
use super::settings::Settings;
use crate::failure::Lasting;
use crate::part::Told;

/// A run came to its end.
pub(super) fn after_run(before: &Liveness, told: &Told, settled_by: &str, now_ms: i64) -> Liveness {
    let verified = told.answer.verification == Verification::Verified && told.failed.is_none();
    let reason =
        told.failed.as_ref().map(|(reason, _)| Reason { code: reason.code.to_owned(), text: reason.message.clone() });
    let settled = match &told.failed {
        None => verified,
        Some((_, lasting)) => *lasting == Lasting::UntilChanged,
    };
    let head = told.head.as_ref().map(ToString::to_string);
    let mut known = Liveness {
        attempted_ms: Some(now_ms),
        looked_ms: if told.head.is_some() { Some(now_ms) } else { before.looked_ms },
        outcome: Some(told.answer.outcome),
        reason,
        step: None,
        failures: if told.failed.is_some() { before.failures + 1 } else { 0 },
        settled_head: head.clone().filter(|_| settled),
        settled_by: Some(settled_by.to_owned()),
        verification: Some(told.answer.verification),
        witness: told.witness.clone(),
        pending_deletions: i64::try_from(told.answer.pending_deletions).unwrap_or(i64::MAX),
        hold: hold(before, told, now_ms),
        accepted: None,
        ..before.clone()
    };
    if !told.repeated && (told.failed.is_none() || told.refused) {
        known.held = i64::try_from(told.held).unwrap_or(i64::MAX);
        known.inbox_files = i64::try_from(told.inbox.len()).unwrap_or(i64::MAX);
        known.inbox = told.oldest.clone();
    }
    if verified {
        (known.verified_ms, known.head) = (Some(now_ms), head);
        known.ours = told.commit.as_ref().or(told.ours.as_ref()).map(ToString::to_string);
    }
    known
}

/// The visit failed as a whole, at `step`.
pub(super) fn after_failure(before: &Liveness, reason: &Reason, step: Option<&str>, now_ms: i64) -> Liveness {
    // What an earlier run had settled for the worse has to be looked at again: its reason is overwritten.
    let passing = |reason: &Reason| super::conditions::is_passing(&reason.code);
    let settled = before.settled_head.clone().filter(|_| before.reason.as_ref().is_none_or(passing));
    Liveness {
        attempted_ms: Some(now_ms),
        reason: Some(reason.clone()),
        step: step.map(str::to_owned),
        failures: before.failures + 1,
        settled_head: settled,
        ..before.clone()
    }
}

/// The remote was looked at, and the fabric is as it was when it was last run.
pub(super) fn after_quiet(before: &Liveness, now_ms: i64) -> Liveness {
    let passed = before.reason.as_ref().is_some_and(|reason| super::conditions::is_passing(&reason.code));
    let reason = before.reason.clone().filter(|_| !passed);
    let verified = reason.is_none() && before.verification == Some(Verification::Verified);
    Liveness {
        attempted_ms: Some(now_ms),
        looked_ms: Some(now_ms),
        failures: if reason.is_none() { 0 } else { before.failures },
        reason,
        step: None,
        verified_ms: if verified { Some(now_ms) } else { before.verified_ms },
        ..before.clone()
    }
}

/// Whether a person must say a word now.
fn hold(before: &Liveness, told: &Told, now_ms: i64) -> Option<Hold> {
    let Some((reason, _)) = &told.failed else { return None };
    let kind = match reason.code {
        "rewritten" => HoldKind::Rewritten,
        "forgotten" => HoldKind::Forgotten,
        "tampered" => HoldKind::Tampered,
        "lost" => HoldKind::Differs,
        "reverted" => HoldKind::Reverted,
        "breaker" => HoldKind::Breaker,
        // It failed for another reason: what waited still waits.
        _ => return before.hold.clone(),
    };
    let commit = told.awaits.as_ref()?.to_string();
    let same = before.hold.as_ref().filter(|hold| hold.kind == kind && hold.commit == commit);
    let since_ms = same.map_or(now_ms, |hold| hold.since_ms);
    Some(Hold { kind, message: reason.message.clone(), commit, since_ms })
}

/// Writes facts down, tells the conditions that follow where they are new, and an event for each.
pub(super) async fn write(
    store: &Store,
    settings: &Settings,
    repository: RepositoryId,
    fabrics: &[LinkedFabric],
    known: &[(FabricId, Liveness)],
    now_ms: i64,
) -> Result<(), StoreError> {
    store.put_liveness(known).await?;
    let known: BTreeMap<_, _> = known.iter().map(|(id, known)| (*id, known)).collect();
    let fabrics = fabrics.iter().filter_map(|fabric| Some((fabric, *known.get(&fabric.id)?)));
    tell(store, settings, repository, fabrics, now_ms).await
}

/// Tells conditions where they are new, and an event for each.
pub(super) async fn tell<'a>(
    store: &Store,
    settings: &Settings,
    repository: RepositoryId,
    fabrics: impl Iterator<Item = (&'a LinkedFabric, &'a Liveness)>,
    now_ms: i64,
) -> Result<(), StoreError> {
    let before = store.conditions_of_repository(repository).await?;
    let (mut rows, mut events) = (Vec::new(), Vec::new());
    for (fabric, known) in fabrics {
        for condition in lasting(fabric, known, settings, now_ms) {
            let told = before.get(&fabric.id).and_then(|rows| rows.iter().find(|row| row.kind == condition.kind));
            let row = condition.row(told, now_ms);
            if told == Some(&row) {
                continue;
            }
            if told
                .map_or(row.status != Truth::Unknown, |told| (told.status, &told.reason) != (row.status, &row.reason))
            {
                events.push(event(repository, fabric, &row, now_ms));
            }
            rows.push((fabric.id, row));
        }
    }
    store.tell_conditions(&rows).await?;
    store.add_events(&events).await
}

/// An event for each fabric whose branch lost what it had when it was verified last, though nothing of ours.
pub(super) fn rewound(
    repository: RepositoryId,
    fabrics: &[LinkedFabric],
    told: &[(FabricId, Told)],
    now_ms: i64,
) -> Vec<NewEvent> {
    let event = |(id, told): &(FabricId, Told)| {
        let fabric = fabrics.iter().find(|fabric| fabric.id == *id)?;
        let (lost, branch) = (told.rewound.as_ref()?, &fabric.branch);
        let message = format!(
            "{branch} no longer has {lost}, which it had when it was verified: it was forced, or restored from a backup; no \
             commit of ours is lost"
        );
        tracing::warn!(fabric = fabric.name, "{message}");
        let (repository, fabric, reason) = (Some(repository), Some(*id), "HistoryRewritten".to_owned());
        Some(NewEvent { at_ms: now_ms, repository, fabric, severity: Severity::Warning, reason, message })
    };
    told.iter().filter_map(event).collect()
}

fn event(repository: RepositoryId, fabric: &LinkedFabric, row: &ConditionRow, now_ms: i64) -> NewEvent {
    let bad = match row.kind {
        ConditionKind::Ready | ConditionKind::Witnessed | ConditionKind::Conserved => row.status == Truth::False,
        ConditionKind::Stalled | ConditionKind::Overdue => row.status == Truth::True,
        ConditionKind::Reconciling => false,
    };
    let severity = if bad { Severity::Warning } else { Severity::Info };
    let message =
        format!("{} is {} ({}): {}", super::conditions::camel(row.kind.as_str()), row.status, row.reason, row.message);
    let (repository, id) = (Some(repository), Some(fabric.id));
    match severity {
        Severity::Warning => tracing::warn!(fabric = fabric.name, "{message}"),
        Severity::Info => tracing::info!(fabric = fabric.name, "{message}"),
    }
    NewEvent { at_ms: now_ms, repository, fabric: id, severity, reason: row.reason.clone(), message }
}
