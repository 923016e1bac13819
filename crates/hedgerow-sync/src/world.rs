//! What a run needs of the world, in one value.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hedgerow_core::catalogue::Catalogue;
use hedgerow_git::{Cancel, Git};
use hedgerow_store::limits::ANSWER_WAIT;
use hedgerow_store::{RunId, Store, StoreError, in_time};
use time::OffsetDateTime;

use crate::tally::Tally;

/// What a run needs of the world. The path itself blocks; the store is awaited on `runtime`.
#[derive(Debug)]
pub struct World {
    /// The git program.
    pub git: Git,
    /// The memory.
    pub store: Store,
    /// Where mirrors are kept.
    pub cache: PathBuf,
    /// The kinds that are known before a fabric adds its own.
    pub catalogue: Arc<Catalogue>,
    /// Where the store's futures run.
    pub runtime: tokio::runtime::Handle,
    /// The clock.
    pub now: fn() -> OffsetDateTime,
    /// When to give up.
    pub deadline: Instant,
    /// Set by a signal: stop between steps.
    pub cancel: Cancel,
    /// Our version, as trailers and reports name it.
    pub version: &'static str,
    /// What is counted.
    pub tally: Tally,
}

impl World {
    /// Waits for the store, for little longer than the run may take: a store that says nothing does not keep the thread for ever.
    pub(crate) fn wait<T, E: From<StoreError>>(&self, future: impl Future<Output = Result<T, E>>) -> Result<T, E> {
        self.runtime.block_on(in_time(self.time_left() + ANSWER_WAIT, future))
    }

    /// What is left until the deadline.
    pub(crate) fn time_left(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }
}

/// The steps of the path, as people see them pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Waiting for the repository's lease.
    Wait,
    /// Asking the remote for the branch.
    Fetch,
    /// Reading the directory.
    Read,
    /// Taking every file apart into documents.
    Parse,
    /// Judging each document alone, and the set that would result.
    Validate,
    /// Deciding what the commit will change.
    Plan,
    /// Writing the commit.
    Commit,
    /// Pushing it.
    Push,
    /// Looking at the remote a second time.
    Verify,
    /// Writing the record.
    Record,
}

impl Step {
    /// What is being done, in a word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Wait => "waiting for the repository",
            Self::Fetch => "fetching",
            Self::Read => "reading",
            Self::Parse => "parsing",
            Self::Validate => "validating",
            Self::Plan => "planning",
            Self::Commit => "committing",
            Self::Push => "pushing",
            Self::Verify => "verifying",
            Self::Record => "recording",
        }
    }
}

/// Somebody who watches the steps pass.
pub type Watch<'a> = &'a dyn Fn(Step);

/// A step that a run of a repository has come to.
#[derive(Clone, Copy, Debug)]
pub struct Passing<'a> {
    /// Which of the errand's requests it is done for; `None`: for all of them.
    pub part: Option<usize>,
    /// The run of that one.
    pub run: Option<&'a RunId>,
    /// The step.
    pub step: Step,
}

/// Somebody who watches a repository's run.
pub type WatchAll<'a> = &'a dyn Fn(Passing<'_>);
