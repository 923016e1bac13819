//! What this process has counted since it started: for metrics, whose counters begin anew with every process.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hedgerow_store::{RunOutcome, Verification};

use crate::part::Told;

/// The reason of a run whose commit would not have conserved (`failure.rs`).
const UNBALANCED: &str = "unbalanced";
/// The reason of a run that found a commit in the branch that claims to be ours and does not conserve.
const TAMPERED: &str = "tampered";

/// How a push ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PushResult {
    /// The branch has our commits.
    Pushed,
    /// Somebody was faster.
    Moved,
    /// The server said no.
    Refused,
    /// The line was cut, or the server failed: it could not be told at once.
    Unknown,
}

impl PushResult {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Pushed, Self::Moved, Self::Refused, Self::Unknown];

    /// Its word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pushed => "pushed",
            Self::Moved => "moved",
            Self::Refused => "refused",
            Self::Unknown => "unknown",
        }
    }
}

/// What was counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Runs by what they came to.
    pub runs: BTreeMap<&'static str, u64>,
    /// Pushes by how they ended.
    pub pushes: BTreeMap<PushResult, u64>,
    /// Commits of ours that would not have conserved, and were therefore never pushed, and such that claim to be ours in a branch.
    pub conservation_violations: u64,
    /// Second looks that saw something else than the first.
    pub verification_disagreements: u64,
    /// Deliveries of webhooks by provider and what came of them.
    pub deliveries: BTreeMap<(String, String), u64>,
}

/// The counts of this process. Cheap to clone; the clones count together.
#[derive(Clone, Debug, Default)]
pub struct Tally(Arc<Mutex<Counts>>);

impl Tally {
    /// The counts so far.
    pub fn counts(&self) -> Counts {
        self.lock().clone()
    }

    /// A fabric's run ended.
    pub fn told(&self, told: &Told) {
        let unbalanced = told.failed.as_ref().is_some_and(|(reason, _)| [UNBALANCED, TAMPERED].contains(&reason.code));
        self.ran(told.answer.outcome, told.answer.verification, unbalanced);
    }

    fn ran(&self, outcome: RunOutcome, verification: Verification, unbalanced: bool) {
        let mut counts = self.lock();
        *counts.runs.entry(outcome.as_str()).or_default() += 1;
        counts.conservation_violations += u64::from(unbalanced);
        counts.verification_disagreements += u64::from(verification == Verification::Differs);
    }

    /// A push ended.
    pub(crate) fn pushed(&self, result: PushResult) {
        *self.lock().pushes.entry(result).or_default() += 1;
    }

    /// A webhook came in.
    pub fn delivered(&self, provider: &str, result: &str) {
        *self.lock().deliveries.entry((provider.to_owned(), result.to_owned())).or_default() += 1;
    }

    /// A panic while counting leaves a count, at worst one short.
    fn lock(&self) -> MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_count_together() {
        let tally = Tally::default();
        let clone = tally.clone();
        clone.ran(RunOutcome::Failed, Verification::None, true);
        clone.ran(RunOutcome::Changed, Verification::Differs, false);
        clone.pushed(PushResult::Moved);
        let counts = tally.counts();
        assert_eq!((counts.runs["failed"], counts.runs["changed"]), (1, 1));
        assert_eq!((counts.conservation_violations, counts.verification_disagreements), (1, 1));
        assert_eq!(counts.pushes, BTreeMap::from([(PushResult::Moved, 1)]));
    }

    #[test]
    fn the_reason_that_is_counted_is_the_one_that_is_given() {
        assert_eq!(crate::Failure::Unbalanced(String::new()).reason().code, UNBALANCED);
    }
}
