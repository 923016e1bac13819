//! The doors: addresses that forges send to, and what came in by them.

mod deliveries;
mod hooks;
mod places;
mod record;

pub use deliveries::{Delivery, DeliveryFilter, DeliveryResult};
pub use hooks::{Hook, NewHook, hook_secret};
pub use places::Doorway;
pub use record::{NewDelivery, Recorded, Wanted};

pub(crate) use hooks::remove_of;
