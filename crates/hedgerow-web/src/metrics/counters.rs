//! What this process has done since it started.

use hedgerow_sync::{Counts, PushResult};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::registry::Registry;

use super::Labels;

/// Outcomes of runs: each is there from the start, so that a first failure is an increase.
const OUTCOMES: [&str; 4] = ["changed", "unchanged", "partial", "failed"];

pub(super) fn register(registry: &mut Registry, counts: &Counts) {
    let runs = Family::<Labels, Counter>::default();
    for outcome in OUTCOMES {
        let count = counts.runs.get(outcome).copied().unwrap_or(0);
        runs.get_or_create(&vec![("outcome", outcome.to_owned())]).inc_by(count);
    }
    registry.register("runs", "Runs of fabrics by outcome.", runs);

    let pushes = Family::<Labels, Counter>::default();
    for result in PushResult::ALL {
        let count = counts.pushes.get(&result).copied().unwrap_or(0);
        pushes.get_or_create(&vec![("result", result.as_str().to_owned())]).inc_by(count);
    }
    registry.register("pushes", "Attempts to push by result.", pushes);

    let deliveries = Family::<Labels, Counter>::default();
    for ((provider, result), count) in &counts.deliveries {
        let labels = vec![("provider", provider.clone()), ("result", result.clone())];
        deliveries.get_or_create(&labels).inc_by(*count);
    }
    registry.register("deliveries", "Webhooks' deliveries by provider and result.", deliveries);

    let alone = [
        ("conservation_violations", "Ledgers that did not balance.", counts.conservation_violations),
        (
            "verification_disagreements",
            "Second looks at a remote that saw something else than the first.",
            counts.verification_disagreements,
        ),
    ];
    for (name, help, count) in alone {
        let counter = Counter::<u64>::default();
        counter.inc_by(count);
        registry.register(name, help, counter);
    }
}
