//! Runs, from their opening to their record, and looking back at them.

mod awaiting;
mod closing;
mod listing;
mod opening;
mod row;

pub use awaiting::Awaited;
