//! Runs: the values.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

use crate::fabric::{Fabric, FabricId};
use crate::limits::MAX_RUN_ID_BYTES;
use crate::objects::{Marking, ObjectsChange};
use crate::words::words;

/// A run's id: ASCII letters, digits and `-`, at most [`MAX_RUN_ID_BYTES`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct RunId(String);

/// A text that is no run id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a run id has 1 to {MAX_RUN_ID_BYTES} ASCII letters, digits and dashes")]
pub struct RunIdError;

impl RunId {
    /// The id that `text` is.
    pub fn parse(text: &str) -> Result<Self, RunIdError> {
        let legal = text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if legal && (1..=MAX_RUN_ID_BYTES).contains(&text.len()) { Ok(Self(text.to_owned())) } else { Err(RunIdError) }
    }

    /// Of 64 random bits, as 16 hex digits: a few of them are enough to name a run.
    pub fn from_random(bits: u64) -> Self {
        Self(format!("{bits:016x}"))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The run that a row names. Rows hold what was once a `RunId`.
    pub(crate) fn stored(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for RunId {
    type Err = RunIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

words! {
    /// What made a run start. It says "look", never "what".
    Trigger {
        /// A forge's or NetBox' hook other than [`Trigger::Netbox`].
        Webhook = "webhook",
        /// The interval.
        Timer = "timer",
        /// The service's start.
        Start = "start",
        /// The command line.
        Cli = "cli",
        /// The REST API.
        Api = "api",
        /// A page's button.
        Page = "page",
        /// NetBox.
        Netbox = "netbox",
    }
}

words! {
    /// What a run did. Anything held makes it `Partial`, commit or none.
    RunOutcome {
        /// A commit, and nothing held.
        Changed = "changed",
        /// Nothing to do, and no YAML left in the inbox.
        Unchanged = "unchanged",
        /// Something is held.
        Partial = "partial",
        /// It could not be done; the reason says why.
        Failed = "failed",
    }
}

words! {
    /// What a second look at the remote said.
    Verification {
        /// It agrees.
        Verified = "verified",
        /// The commit is not in the branch yet, or the look failed.
        NotYet = "not_yet",
        /// It says something else.
        Differs = "differs",
        /// There was no second look.
        None = "none",
    }
}

/// A run that begins.
#[derive(Clone, Debug)]
pub struct NewRun {
    /// Its id, new.
    pub id: RunId,
    /// The fabric: of the lease's repository.
    pub fabric: FabricId,
    /// Why.
    pub trigger: Trigger,
    /// When, in ms since 1970 UTC.
    pub started_ms: i64,
}

/// What a run is about to push.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Intent {
    /// The commit's full id.
    pub commit: String,
    /// Its parent's: the head that the push expects.
    pub parent: String,
    /// The branch that is pushed to; another than the fabric's with `--push-to`.
    pub branch: String,
}

/// A run that a crash left open, or that is under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenRun {
    /// Its id.
    pub id: RunId,
    /// Its fabric.
    pub fabric: Fabric,
    /// Why it started.
    pub trigger: Trigger,
    /// When, in ms since 1970 UTC.
    pub started_ms: i64,
    /// What it was about to push; `None`: it pushed nothing.
    pub intent: Option<Intent>,
}

/// Why a run ended as it did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// A word in snake case, such as `reverted`.
    pub code: String,
    /// For people. NUL, which PostgreSQL cannot hold, is stored as U+FFFD.
    pub text: String,
}

/// What was in force: when all of it and the head are the same again, so is the outcome.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Inputs {
    /// Digest of the effective policy.
    pub policy: String,
    /// Digest of the settings.
    pub settings: String,
    /// Digest of the catalogue.
    pub catalogue: String,
    /// Hedgerow's version.
    pub version: String,
}

/// The end of a run.
#[derive(Clone, Debug)]
pub struct Closing<'a> {
    /// Which run.
    pub run: &'a RunId,
    /// When, in ms since 1970 UTC.
    pub finished_ms: i64,
    /// What it did. `Failed` demands a reason, `Changed` a commit.
    pub outcome: RunOutcome,
    /// Why.
    pub reason: Option<Reason>,
    /// What the second look said. `Verified` demands a head.
    pub verification: Verification,
    /// The commit of ours that this run pushed, if it did.
    pub commit: Option<&'a str>,
    /// The fabric's branch at the last look.
    pub head: Option<&'a str>,
    /// What was in force; `None` when the run did not come to read it.
    pub inputs: Option<Inputs>,
    /// The ledger's counts, as in the trailer.
    pub counts: &'a str,
    /// The whole documented report, in JSON. Given back to the byte.
    pub report: &'a str,
    /// The ledger's lines. Given back to the byte.
    pub ledger: &'a str,
    /// The findings, in JSON. Given back to the byte.
    pub findings: &'a str,
    /// The objects of the resulting tree; `None` leaves the record of them as it is.
    pub objects: Option<ObjectsChange<'a>>,
}

/// How a closed run ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Ending {
    /// When, in ms since 1970 UTC.
    pub finished_ms: i64,
    /// What it did.
    pub outcome: RunOutcome,
    /// Why.
    pub reason: Option<Reason>,
    /// What the second look said.
    pub verification: Verification,
    /// The commit of ours that it pushed.
    pub commit: Option<String>,
    /// The fabric's branch at the last look.
    pub head: Option<String>,
    /// The commit whose objects it recorded.
    pub recorded: Option<String>,
    /// What was in force.
    pub inputs: Option<Inputs>,
    /// The ledger's counts, as in the trailer.
    pub counts: String,
}

/// A run, as the store knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RunRecord {
    /// Its id.
    pub id: RunId,
    /// Its fabric.
    pub fabric: Fabric,
    /// Why it started.
    pub trigger: Trigger,
    /// When, in ms since 1970 UTC.
    pub started_ms: i64,
    /// What it was about to push.
    pub intent: Option<Intent>,
    /// How it ended; `None`: it is open.
    pub ending: Option<Ending>,
}

/// The large texts of a run, as they were given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunTexts {
    /// The report, in JSON.
    pub report: String,
    /// The ledger's lines.
    pub ledger: String,
    /// The findings, in JSON.
    pub findings: String,
}

/// What a run's id or the beginning of one names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RunMatch {
    /// One run.
    One(Box<RunRecord>),
    /// No run.
    None,
    /// Several; some of them, sorted.
    Several(Vec<RunId>),
}

/// Which runs to list. The default: all.
#[derive(Clone, Debug, Default)]
pub struct RunFilter {
    /// Of this fabric alone.
    pub fabric: Option<FabricId>,
    /// Of this repository alone (its canonical URL).
    pub repository: Option<String>,
    /// With this outcome alone.
    pub outcome: Option<RunOutcome>,
}

/// What closing a run did to the record of objects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closed {
    /// Objects whose row was written.
    pub written: usize,
    /// What became of the ones that are gone.
    pub marking: Marking,
}
