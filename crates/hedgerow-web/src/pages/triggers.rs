//! What makes a fabric's repository be looked at, and when each last did.

use hedgerow_store::{DeliveryFilter, StoreError};

use super::deliveries::Row;
use super::fabric::Head;
use super::parts::{Age, Due, span};
use super::site::Site;

/// Deliveries on a fabric's page.
const DELIVERIES: u32 = 5;

/// A hook that may ring for the fabric.
pub(crate) struct Hook {
    pub(crate) name: String,
    pub(crate) provider: String,
    /// Whether it is for this repository alone.
    pub(crate) is_own: bool,
    pub(crate) fired: Age,
}

/// What makes a look happen.
pub(crate) struct Triggers {
    pub(crate) timer: String,
    pub(crate) due: Due,
    pub(crate) hooks: Vec<Hook>,
    pub(crate) deliveries: Vec<Row>,
}

impl Triggers {
    pub(crate) async fn of(site: &Site, fabric: &Head, due_ms: Option<i64>, now_ms: i64) -> Result<Self, StoreError> {
        let store = &site.state.store;
        let repository = fabric.linked.repository;
        let hooks = store.hooks().await?.into_iter();
        let hooks = hooks.filter(|hook| hook.repository.is_none_or(|of| of == repository)).map(|hook| Hook {
            name: hook.name,
            provider: hook.provider,
            is_own: hook.repository.is_some(),
            fired: Age { at_ms: hook.fired_ms, now_ms },
        });
        let filter = DeliveryFilter { fabric: Some(fabric.name.clone()), ..DeliveryFilter::default() };
        let deliveries = store.deliveries(&filter, DELIVERIES, None).await?.items;
        let own = fabric.linked.interval_ms.map(|ms| ms / 1000);
        let of_service = site.state.service.parts().settings.interval.as_secs();
        let seconds = own.unwrap_or_else(|| i64::try_from(of_service).unwrap_or(i64::MAX));
        Ok(Self {
            timer: format!("every {}", span(seconds)),
            due: Due { at_ms: due_ms.filter(|_| fabric.linked.suspension.is_none()), now_ms },
            hooks: hooks.collect(),
            deliveries: deliveries.iter().map(|delivery| Row::of(delivery, now_ms)).collect(),
        })
    }
}
