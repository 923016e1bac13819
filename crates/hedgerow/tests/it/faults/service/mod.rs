//! The same faults against `hedgerow serve`, which nobody watches: what it says over HTTP is judged by plain git.
//!
//! ```text
//! HEDGEROW_SERVICE_ROUNDS=20 cargo test -p hedgerow --test it faults::service -- --nocapture     each class so many times
//! ```

mod served;
mod strike;
mod voice;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;

use served::Served;

use super::arena::Line;
use super::campaign::words_of;
use super::class::Class;
use super::tally::Tally;
use crate::support::scene::knob;

/// The services that run at once, each with a remote and a store of its own.
const LANES: [Line; 4] = [Line::Http, Line::Http, Line::Https, Line::Ssh];

#[test]
fn whatever_fails_a_service_loses_nothing_and_claims_nothing_that_is_not_so() {
    let seed = knob("HEDGEROW_SEED", 20_261_124);
    println!("HEDGEROW_SEED={seed}");
    let tally = Mutex::new(Tally::default());
    std::thread::scope(|scope| {
        for lane in 0..LANES.len() {
            let tally = &tally;
            scope.spawn(move || tally.lock().unwrap().add(played(lane, seed.wrapping_add(lane as u64))));
        }
    });
    let tally = tally.into_inner().unwrap();
    println!("{tally}");
    assert!(tally.violations().is_empty(), "{}", tally.violations().join("\n\n"));
}

/// One service, to its end or to the first thing that must not be.
fn played(lane: usize, seed: u64) -> Tally {
    let mut tally = Tally::default();
    let ended = catch_unwind(AssertUnwindSafe(|| play(lane, seed, &mut tally)));
    let wrong = match ended {
        Ok(Ok(())) => return tally,
        Ok(Err(what)) => what,
        Err(panic) => words_of(&*panic),
    };
    tally.violation(format!("service {lane}: {wrong}"));
    tally
}

fn play(lane: usize, seed: u64, tally: &mut Tally) -> Result<(), String> {
    let mut served = Served::start(LANES[lane], seed)?;
    for _ in 0..knob("HEDGEROW_SERVICE_ROUNDS", 1) {
        let mut due = classes(lane);
        served.arena.random.shuffle(&mut due);
        for class in due {
            struck(&mut served, class, tally).map_err(|what| format!("{}: {what}\n{}", class.words(), served.log()))?;
        }
    }
    tally.documents(u64::from(served.arena.serial));
    super::campaign::strangers_agree(&served.arena)
}

/// Strikes, mends, judges; and waits until all is well again.
fn struck(served: &mut Served, class: Class, tally: &mut Tally) -> Result<(), String> {
    let begun = std::time::Instant::now();
    let claims = served.struck(class)?;
    tally.struck(class, begun.elapsed());
    claims.iter().for_each(|claim| tally.claim(class, claim));
    let recovery = served.recover()?;
    tally.recovered(class, &recovery);
    served.arena.settled()
}

/// What strikes the service of this lane: the two over HTTP share everything, the others have what only their lines have.
fn classes(lane: usize) -> Vec<Class> {
    match LANES[lane] {
        Line::Http => strike::OVER_HTTP.iter().skip(lane).step_by(2).copied().collect(),
        Line::Https => vec![Class::Identity, Class::Status, Class::CutAnswer, Class::KillAtStep],
        Line::Ssh => vec![Class::Identity, Class::KillAnywhere, Class::Hook, Class::StoreRestored],
    }
}
