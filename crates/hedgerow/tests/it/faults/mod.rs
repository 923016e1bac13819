//! Faults: whatever fails, nothing is lost, and nothing is claimed that is not so.
//!
//! ```text
//! cargo test -p hedgerow --test it faults -- --nocapture                       some 110 faulted runs
//! HEDGEROW_FAULTED_RUNS=5000 cargo test -p hedgerow --test it faults:: -- --nocapture
//! HEDGEROW_SEED=… HEDGEROW_ARENA=…                                             one arena of a campaign again
//! ```
//!
//! A campaign is a row of [`arena::Arena`]s, each a private world with one remote. People push documents; runs of the real
//! program are struck by faults of every [`class::Class`]; then everything is healed, and the next run must end verified.
//! [`judge`] says after each of these, with plain git and SQL alone, whether what was claimed is so. Kills, cuts and races
//! hit at moments that no seed decides: a seed repeats what was tried, not to the microsecond when.

mod arena;
mod campaign;
mod class;
mod documents;
mod judge;
mod left;
mod people;
mod recovery;
mod sandbox;
mod service;
mod stories;
mod strike;
mod tally;

use crate::support::scene::knob;

/// Strikes where nobody asks for more: each class about twice.
const SHORT: u64 = 72;

#[test]
fn whatever_fails_nothing_is_lost_and_nothing_is_claimed_that_is_not_so() {
    let tally = campaign::run(knob("HEDGEROW_FAULTED_RUNS", SHORT));
    println!("{tally}");
    assert!(tally.violations().is_empty(), "{}", tally.violations().join("\n\n"));
}
