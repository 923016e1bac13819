//! What the service knows of time: who rang, what is due, what the last look at each fabric said, and what happened.

mod conditions;
mod doorbells;
mod events;
mod facts;
mod instances;
mod visits;

pub use conditions::{ConditionKind, ConditionRow, Truth};
pub(crate) use doorbells::ring_on;
pub use doorbells::{Answered, Door, Due, Ring, RingSeq};
pub use events::{Event, EventFilter, NewEvent, Severity};
pub use facts::{Hold, HoldKind, InboxAge, Liveness};
pub use instances::{Instance, InstanceId};
pub use visits::{NewVisit, Visit, VisitId, VisitOutcome};
