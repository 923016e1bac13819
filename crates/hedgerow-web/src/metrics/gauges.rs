//! How the fabrics are, read from the store at the moment of asking.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicU64;

use hedgerow_store::{ConditionKind, FabricId, Liveness, StoreError, Truth};
use hedgerow_sync::service::{FabricStatus, Service};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use super::Labels;

/// A gauge of seconds.
type Seconds = Family<Labels, Gauge<f64, AtomicU64>>;
/// A gauge of things.
type Count = Family<Labels, Gauge>;

/// Everything is read before anything is registered: half a truth would look like a whole one.
///
/// Conditions are those that the API shows, made of facts and of the time: what was told of them last may be old, when
/// whoever tells is dead.
pub(super) async fn register(registry: &mut Registry, service: &Service, now_ms: i64) -> Result<(), StoreError> {
    let store = &service.parts().store;
    let fabrics = service.statuses().await?;
    let liveness = store.all_liveness().await?;
    let objects: BTreeMap<FabricId, u64> =
        store.fabrics().await?.into_iter().map(|state| (state.fabric.id, state.living)).collect();
    let credentials = store.credential_expiries().await?;
    let fired = store.last_fired().await?;

    let of_fabrics = OfFabrics::default();
    for fabric in &fabrics {
        let known = liveness.get(&fabric.id);
        of_fabrics.add(fabric, known, objects.get(&fabric.id).copied().unwrap_or(0), now_ms);
    }
    of_fabrics.register(registry);

    let expiry = Seconds::default();
    for (repository, used_to, expires_ms) in credentials {
        let labels = vec![("repository", repository), ("use", used_to.as_str().to_owned())];
        expiry.get_or_create(&labels).set(seconds(expires_ms));
    }
    registry.register(
        "credential_expiry_timestamp_seconds",
        "When a credential expires, where the forge tells.",
        expiry,
    );

    let last_fired = Seconds::default();
    for (trigger, at_ms) in fired.into_iter().filter_map(|(trigger, at_ms)| Some((trigger, at_ms?))) {
        last_fired.get_or_create(&vec![("trigger", trigger.as_str().to_owned())]).set(seconds(at_ms));
    }
    registry.register("trigger_last_fired_timestamp_seconds", "When a kind of trigger last led to a run.", last_fired);
    Ok(())
}

#[derive(Default)]
struct OfFabrics {
    success: Seconds,
    due: Seconds,
    oldest: Seconds,
    inbox: Count,
    documents: Count,
    conditions: Count,
    suspended: Count,
    waits: Count,
}

impl OfFabrics {
    fn add(&self, fabric: &FabricStatus, known: Option<&Liveness>, objects: u64, now_ms: i64) {
        let of_fabric = name(fabric);
        for row in &fabric.conditions {
            self.condition(fabric, row.kind, row.status);
        }
        self.suspended.get_or_create(&of_fabric).set(i64::from(is_suspended(fabric)));
        if let Some(due_ms) = fabric.next_due_ms {
            self.due.get_or_create(&of_fabric).set(seconds(due_ms));
        }
        let Some(known) = known else { return };
        if let Some(verified_ms) = known.verified_ms {
            self.success.get_or_create(&of_fabric).set(seconds(verified_ms));
        }
        self.waits.get_or_create(&of_fabric).set(i64::from(known.hold.is_some()));
        // What the last attempt could not see is not known now.
        if known.reason.is_some() || known.attempted_ms.is_none() {
            return;
        }
        self.inbox.get_or_create(&of_fabric).set(known.inbox_files);
        if let Some(inbox) = &known.inbox {
            self.oldest.get_or_create(&of_fabric).set(seconds((now_ms - inbox.since_ms).max(0)));
        }
        let documents = [("managed", i64::try_from(objects).unwrap_or(i64::MAX)), ("held", known.held)];
        for (state, count) in documents.into_iter().chain([("gone", known.pending_deletions)]) {
            let labels = vec![("fabric", fabric.name.clone()), ("state", state.to_owned())];
            self.documents.get_or_create(&labels).set(count);
        }
    }

    fn condition(&self, fabric: &FabricStatus, kind: ConditionKind, status: Truth) {
        for possible in [Truth::True, Truth::False, Truth::Unknown] {
            let labels = vec![
                ("fabric", fabric.name.clone()),
                ("type", type_of(kind).to_owned()),
                ("status", possible.as_str().to_owned()),
            ];
            self.conditions.get_or_create(&labels).set(i64::from(possible == status));
        }
    }

    fn register(self, registry: &mut Registry) {
        let success = "When the remote last said that everything is as recorded.";
        registry.register("fabric_last_success_timestamp_seconds", success, self.success);
        registry.register("fabric_next_due_timestamp_seconds", "When the next look is due.", self.due);
        let oldest = "How long the oldest file has waited in the inbox, as git tells.";
        registry.register("inbox_oldest_file_age_seconds", oldest, self.oldest);
        registry.register("inbox_files", "Files that wait in the inbox.", self.inbox);
        let documents = "Documents by state: managed, held in the inbox, gone from the tree and awaiting a word.";
        registry.register("fabric_documents", documents, self.documents);
        registry.register("fabric_condition", "1 for the status that each condition has.", self.conditions);
        registry.register("fabric_suspended", "Whether somebody suspended it.", self.suspended);
        registry.register("fabric_awaits_person", "Whether its writes wait for somebody's word.", self.waits);
    }
}

/// A condition's name, as the API has it.
fn type_of(kind: ConditionKind) -> &'static str {
    match kind {
        ConditionKind::Ready => "Ready",
        ConditionKind::Reconciling => "Reconciling",
        ConditionKind::Stalled => "Stalled",
        ConditionKind::Witnessed => "Witnessed",
        ConditionKind::Conserved => "Conserved",
        ConditionKind::Overdue => "Overdue",
    }
}

/// By a person's word to the service, or by one in the tree's policy.
fn is_suspended(fabric: &FabricStatus) -> bool {
    fabric.conditions.iter().any(|row| row.kind == ConditionKind::Ready && row.reason == "Suspended")
}

fn name(fabric: &FabricStatus) -> Labels {
    vec![("fabric", fabric.name.clone())]
}

#[expect(clippy::cast_precision_loss, reason = "times in ms stay below 2^53 for some 280,000 years")]
pub(super) fn seconds(ms: i64) -> f64 {
    ms as f64 / 1000.0
}
