//! A model of the protocol, looked at exhaustively within small bounds: two workers, two documents, and every order of a few
//! faults. It can fail: each [`Mutation`] of it is caught.
//!
//! | step of the model | code |
//! |---|---|
//! | take the lease, its expiry | `hedgerow-sync/src/lease.rs`, `hedgerow-store/src/lease.rs` |
//! | fetch and settle | `sync.rs` (`walk`), `settle.rs` and `fate.rs` |
//! | plan and commit | `sync.rs` (`prepare`), `revert.rs`, `proof.rs` |
//! | intend | `draft.rs` (`intend`), `hedgerow-store/src/runs/opening.rs` |
//! | push: taken, moved, cut, lied about | `hedgerow-git/src/mirror/push.rs`, `publish.rs` (`push`) |
//! | look after a cut | `publish.rs` (`push`) |
//! | second look | `witness.rs` |
//! | offer, on a branch aside | `propose.rs` |
//! | a question without an answer | `hedgerow-git/src/mirror/answer.rs`, `fate.rs`, `witness.rs` |
//! | record | `draft.rs` (`close`), `hedgerow-store/src/runs/closing.rs` |
//! | crash, slow worker, people's push, edit, merge, revert, force | `tests/it/faults` does them to the real program |
//!
//! What holds in every state: no document and no edit of a managed file that people have not taken away is lost; no commit of ours takes nothing; what is closed
//! as verified was in the branch; what is closed as never arrived is not; after a revert nothing is written; and once faults stop,
//! everything is drained, every run is closed, and the record is what git has.

mod people;
mod state;
mod steps;

use std::collections::HashSet;

use state::{Bounds, State};
use steps::next;

use crate::support::scene::knob;

/// A protocol that is wrong in one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mutation {
    /// The push's answer is believed.
    SuccessBeforeTheSecondLook,
    /// The push does not name the parent.
    PushWithoutNamingTheParent,
    /// What a crash left open is taken for done.
    SettleAssumesSuccess,
    /// What a crash left open is taken for lost.
    SettleAssumesFailure,
    /// The commit is noted after the push.
    PushBeforeTheIntent,
    /// A cut push is taken for one that never arrived.
    UnknownIsFailure,
    /// A revert is not seen.
    RevertIgnored,
    /// The lease of the dead is never taken over.
    NoTakeover,
    /// The record is written without a lease in force, and the short cut believes it.
    RecordUnfenced,
    /// A question that the remote does not answer is taken for "it is not there".
    SilenceIsAbsence,
    /// A second look that sees nothing is taken for one that agrees.
    SilenceIsAgreement,
    /// Managed files are written as the store remembers them.
    ManagedFromTheRecord,
    /// A run that has nothing to take looks at nothing else.
    EditsPassedBy,
    /// A commit on a branch aside is taken for one in the branch.
    OfferIsSuccess,
    /// What is offered already is offered again.
    OfferedAgain,
}

impl Mutation {
    const ALL: [Self; 15] = [
        Self::SuccessBeforeTheSecondLook,
        Self::PushWithoutNamingTheParent,
        Self::SettleAssumesSuccess,
        Self::SettleAssumesFailure,
        Self::PushBeforeTheIntent,
        Self::UnknownIsFailure,
        Self::RevertIgnored,
        Self::NoTakeover,
        Self::RecordUnfenced,
        Self::SilenceIsAbsence,
        Self::SilenceIsAgreement,
        Self::ManagedFromTheRecord,
        Self::EditsPassedBy,
        Self::OfferIsSuccess,
        Self::OfferedAgain,
    ];
}

/// The histories that are looked at: each kind of event in all orders, and not all kinds in one history.
fn histories(faults: u8) -> [Bounds; 5] {
    let usual = Bounds { documents: 2, edits: 0, faults, silences: 0, proposing: false };
    [
        usual,
        Bounds { documents: 1, silences: 1, ..usual },
        Bounds { edits: 1, faults: faults - 1, ..usual },
        Bounds { proposing: true, faults: faults - 1, ..usual },
        Bounds { proposing: true, documents: 1, ..usual },
    ]
}

/// The same of each kind of histories.
fn explore_all(faults: u8, mutation: Option<Mutation>) -> Result<usize, String> {
    let told = |bounds: Bounds| {
        let states = explore(bounds, mutation)?;
        println!("{states:>8} states: {bounds:?}");
        Ok(states)
    };
    histories(faults).into_iter().map(told).sum()
}

/// Looks at every state that can be reached; how many there are, or the first thing that must not be.
fn explore(bounds: Bounds, mutation: Option<Mutation>) -> Result<usize, String> {
    let mut seen = HashSet::new();
    let mut ahead = vec![State::first(bounds)];
    while let Some(state) = ahead.pop() {
        if !seen.insert(state.clone()) {
            continue;
        }
        state.must_hold()?;
        settles(&state, mutation)?;
        ahead.extend(next(&state, mutation));
    }
    Ok(seen.len())
}

/// Once faults stop, the workers, one step each in turn, come to an end at which everything is as it should be.
fn settles(state: &State, mutation: Option<Mutation>) -> Result<(), String> {
    const STEPS: usize = 60;
    let mut now = state.calm();
    for _ in 0..STEPS {
        if now.is_done() {
            return Ok(());
        }
        now = steps::quietly(&now, mutation);
        now.must_hold()?;
    }
    Err(format!("no end in {STEPS} steps: {state:?} came to {now:?}"))
}

/// Faults in one history, each of which may strike anywhere: `HEDGEROW_MODEL_FAULTS=2` takes minutes.
fn faults() -> u8 {
    u8::try_from(knob("HEDGEROW_MODEL_FAULTS", 1).max(1)).unwrap()
}

#[test]
fn no_order_of_a_few_faults_loses_a_document_or_claims_what_is_not_so() {
    let faults = faults();
    let states = explore_all(faults, None).unwrap();
    println!("{states} states, with up to {faults} faults in any order");
    assert!(states > 10_000, "{states} states are no exploration");
}

#[test]
fn every_mutation_of_the_protocol_is_caught() {
    for mutation in Mutation::ALL {
        let caught = explore_all(1, Some(mutation));
        println!(
            "{mutation:?}: {}",
            caught.as_ref().err().map_or("NOT CAUGHT", |what| what.split(':').next().unwrap())
        );
        assert!(caught.is_err(), "{mutation:?} is not caught");
    }
}
