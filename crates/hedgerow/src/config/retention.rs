//! How much of what happened is kept.

use serde::{Deserialize, Serialize};

use super::{Config, Period};

/// `[retention]`
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Retention {
    /// The newest runs of a fabric that left nothing behind.
    pub(crate) idle_runs: u32,
    /// The newest visits of a repository that did something.
    pub(crate) visits: u32,
    /// The newest events of a fabric, and of none.
    pub(crate) events: u32,
    /// The newest deliveries with a good signature.
    pub(crate) deliveries: u32,
    /// The newest deliveries without one.
    pub(crate) refused_deliveries: u32,
    /// No delivery is kept for longer.
    pub(crate) delivery_age: Period,
}

impl Default for Retention {
    fn default() -> Self {
        let kept = hedgerow_store::Retention::default();
        Self {
            idle_runs: kept.idle_runs,
            visits: kept.visits,
            events: kept.events,
            deliveries: kept.deliveries,
            refused_deliveries: kept.refused_deliveries,
            delivery_age: Period(kept.delivery_age),
        }
    }
}

impl Retention {
    /// Keys whose number means that nothing would be kept.
    pub(super) fn nothing(&self) -> Option<&'static str> {
        let numbers = [
            ("idle_runs", self.idle_runs),
            ("visits", self.visits),
            ("events", self.events),
            ("deliveries", self.deliveries),
            ("refused_deliveries", self.refused_deliveries),
        ];
        numbers.into_iter().find_map(|(key, number)| (number == 0).then_some(key))
    }
}

impl Config {
    /// How much the store keeps. The pushes of a minute are counted in visits, so there are never fewer of these.
    pub(crate) fn retention(&self) -> hedgerow_store::Retention {
        let kept = &self.retention;
        hedgerow_store::Retention {
            idle_runs: kept.idle_runs,
            visits: kept.visits.max(self.runs.pushes_per_minute.into()),
            events: kept.events,
            deliveries: kept.deliveries,
            refused_deliveries: kept.refused_deliveries,
            delivery_age: kept.delivery_age.0,
        }
    }
}
