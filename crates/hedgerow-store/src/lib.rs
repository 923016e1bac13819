//! What happened: repositories, fabrics, objects, runs, leases, in SQLite or PostgreSQL; and what people linked (`linkage/`).
//!
//! Git is the truth, the store a memory of it: with an empty one the same trees and ledgers result, and the records of
//! living objects are equal again after a run (invariant 8). So nothing here decides what a run does to a repository;
//! it orders the writers ([`Lease`]), remembers what a run was about to push ([`Store::intend`]) so that a crash can be
//! settled, and closes a run with all that it found in one transaction ([`Store::close_run`]).
//!
//! No clock is read here: callers pass times, in ms since 1970 UTC. The expiry of leases alone follows the database's clock.

#![cfg_attr(test, allow(clippy::unwrap_used))]

mod asked;
mod census;
mod declaration;
mod dialect;
mod doors;
mod error;
mod fabric;
mod file;
mod idle;
mod lease;
pub mod limits;
mod linkage;
mod liveness;
mod objects;
mod page;
mod patience;
mod people;
mod process;
mod retention;
mod row;
mod run;
mod runs;
mod schema;
mod seal;
mod service;
mod store;
mod url;
mod whole;
mod words;

pub use census::Census;
pub use declaration::{Declaration, Declared, Declaring};
pub use doors::{
    Delivery, DeliveryFilter, DeliveryResult, Doorway, Hook, NewDelivery, NewHook, Recorded, Wanted, hook_secret,
};
pub use error::StoreError;
pub use fabric::{Fabric, FabricId, FabricKey, FabricState};
pub use idle::Idle;
pub use lease::{Holder, Lease};
pub use linkage::{
    Actor, AuditEntry, AuditFilter, Change, CredentialKind, CredentialRow, CredentialUse, FabricChange, Idempotent,
    LinkPlace, LinkedFabric, Name, NameError, NewCredential, NewLink, NewRepository, NewToken, Owner, Remembered,
    Repository, RepositoryChange, RepositoryId, ResealError, Role, SecretPlace, Suspension, Token, TokenHash, TokenId,
};
pub use liveness::{
    Answered, ConditionKind, ConditionRow, Door, Due, Event, EventFilter, Hold, HoldKind, InboxAge, Instance,
    InstanceId, Liveness, NewEvent, NewVisit, Ring, RingSeq, Severity, Truth, Visit, VisitId, VisitOutcome,
};
pub use objects::{
    KindCount, Marking, ObjectFilter, ObjectId, ObjectRecord, ObjectState, ObjectValue, ObjectVersion, ObjectsChange,
    Origin, Provenance,
};
pub use page::{Cursor, CursorError, Page};
pub use patience::in_time;
pub use people::{NewUser, PasswordHash, Session, SessionHash, User, UserChange, UserId};
pub use process::holder_of_this_process;
pub use retention::Retention;
pub use run::{
    Closed, Closing, Ending, Inputs, Intent, NewRun, OpenRun, Reason, RunFilter, RunId, RunIdError, RunMatch,
    RunOutcome, RunRecord, RunTexts, Trigger, Verification,
};
pub use runs::Awaited;
pub use seal::{SealError, Sealed, SealingKey, SealingKeys};
pub use service::{ServiceLock, ServiceLockError};
pub use store::Store;
pub use url::{StoreUrl, StoreUrlError};
pub use whole::{Copied, CopyError, Look, Source, TableLook};
