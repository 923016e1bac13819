//! The steps of runs, as they pass: for people who watch. Nothing depends on them.

use hedgerow_store::{FabricId, RepositoryId, RunId};

/// A step that a run has come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The run; `None`: all runs of the visit.
    pub run: Option<RunId>,
    /// The fabric; `None`: all fabrics of the visit.
    pub fabric: Option<FabricId>,
    /// The repository.
    pub repository: RepositoryId,
    /// What is being done, in words; `ended`: the visit is over, and all of it is on record.
    pub step: &'static str,
    /// When, in ms since 1970 UTC.
    pub at_ms: i64,
}
