//! The path from trigger to verified commit, and verification.
//!
//! [`sync`] is one function, read top to bottom (`sync.rs`): fetch → read → parse → validate → plan → commit → push →
//! verify → record. Each step that has more to it than a call stands in a file of its own: [`scene`] reads,
//! [`publish`] commits and pushes, [`proof`] checks our own commit before it leaves, [`witness`] looks at the remote
//! again, [`idle`] is the short cut, [`settle`] closes what an earlier run left open.
#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod audit;
pub mod check;
mod claims;
pub mod credentials;
mod differences;
mod draft;
mod dry;
mod edits;
mod export;
mod failure;
mod fate;
mod filing;
mod idle;
mod init;
mod lease;
mod memory;
mod origins;
mod part;
mod preview;
mod proof;
mod propose;
mod publish;
pub mod rebuild;
mod replay;
mod report;
mod request;
mod revert;
mod scene;
pub mod service;
mod settle;
mod sync;
mod tally;
mod undo;
pub mod verify;
mod vet;
mod waiting;
mod witness;
mod world;

pub use differences::{Fate, FileDifference};
pub use draft::Answer;
pub use dry::{Planned, plan, plan_worktree};
pub use export::{export, export_worktree};
pub use failure::{Failure, Lasting};
pub use filing::{Filed, Filing, Flawed, InboxPath, Pushed, file};
pub use init::init;
pub use memory::Memory;
pub use part::Told;
pub use preview::{Preview, Seen, Sight, preview, sight};
pub use replay::{Difference, Replayed, replay};
pub use report::{Excerpt, LedgerEntry, LedgerReport, Passed, Read, Reason, Report, ShownFinding, State};
pub use request::{Committing, Judging, Request, Target};
pub use sync::{Errand, sync, sync_all};
pub use tally::{Counts, PushResult, Tally};
pub use undo::{UndoRequest, plan_undo, undo};
pub use vet::{Counts as VetCounts, Vetted, vet, vet_alone, vet_in};
pub use world::{Passing, Step, Watch, WatchAll, World};
