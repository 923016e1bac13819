//! Many arenas, several at once.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::arena::{Arena, Line};
use super::class::Class;
use super::tally::Tally;
use crate::support::fixtures::DIR;
use crate::support::ran::Ran;
use crate::support::scene::knob;

/// Strikes in one arena: then its repository is large enough.
const RUNS_IN_AN_ARENA: u64 = 36;
/// Arenas at once. Most of a faulted run's time is waiting.
const LANES: usize = 3;

/// So many faulted runs. Arena by arena, each with a seed of its own.
pub(super) fn run(runs: u64) -> Tally {
    let seed = knob("HEDGEROW_SEED", 20_261_124);
    println!("HEDGEROW_SEED={seed}");
    let (begun, patience) = (Instant::now(), Duration::from_secs(60 * knob("HEDGEROW_FAULTED_MINUTES", 24 * 60)));
    let arenas = runs.div_ceil(RUNS_IN_AN_ARENA);
    let only = knob("HEDGEROW_ARENA", arenas);
    let next = AtomicU64::new(0);
    let tally = Mutex::new(Tally::default());
    std::thread::scope(|scope| {
        for _ in 0..LANES {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= arenas || begun.elapsed() > patience {
                        break;
                    }
                    if only == arenas || only == number {
                        let one = arena(number, seed.wrapping_add(number));
                        println!("arena {number} of {arenas}: {}", one.in_a_line());
                        tally.lock().unwrap().add(one);
                    }
                }
            });
        }
    });
    tally.into_inner().unwrap()
}

/// One arena, to its end or to the first thing that must not be.
fn arena(number: u64, seed: u64) -> Tally {
    let mut tally = Tally::default();
    let mut world = None;
    let ended = catch_unwind(AssertUnwindSafe(|| play(world.insert(Arena::new(line(number), seed)), &mut tally)));
    let wrong = match ended {
        Ok(Ok(())) => return tally,
        Ok(Err(what)) => what,
        Err(panic) => words_of(&*panic),
    };
    let kept = world.map(|arena| arena.scene.keep());
    tally.violation(format!("arena {number}: {wrong}\nits world is kept at {kept:?}"));
    tally
}

/// What somebody said who panicked.
pub(super) fn words_of(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned())).unwrap_or_default()
}

fn line(number: u64) -> Line {
    match number % 8 {
        1 => Line::Ssh,
        2 => Line::Https,
        _ => Line::Http,
    }
}

fn play(arena: &mut Arena, tally: &mut Tally) -> Result<(), String> {
    let mut due = classes(arena);
    let mut runs = 0;
    while runs < RUNS_IN_AN_ARENA {
        arena.people_push();
        let mut last = None;
        for _ in 0..arena.random.u32(1..=3) {
            let class = due.pop().unwrap_or_else(|| some_class(arena));
            struck(arena, class, tally).map_err(|what| format!("{}: {what}", class.words()))?;
            runs += 1;
            last = Some(class);
        }
        let class = last.expect("at least one fault in a round");
        let after = |what: String| format!("after {}: {what}", class.words());
        let recovery = arena.recover().map_err(after)?;
        tally.recovered(class, &recovery);
        arena.settled().map_err(after)?;
    }
    tally.documents(u64::from(arena.serial));
    strangers_agree(arena)
}

/// Each class that applies, once, in any order: then chance decides.
fn classes(arena: &mut Arena) -> Vec<Class> {
    let line = arena.line();
    let mut due: Vec<Class> = Class::ALL.iter().copied().filter(|class| class.applies(line)).collect();
    arena.random.shuffle(&mut due);
    due
}

fn some_class(arena: &mut Arena) -> Class {
    let line = arena.line();
    let some: Vec<Class> = Class::ALL
        .iter()
        .filter(|class| class.applies(line))
        .flat_map(|class| std::iter::repeat_n(*class, class.weight() as usize))
        .collect();
    *arena.random.choice(&some).expect("some class applies to every line")
}

/// Strikes, mends, judges.
fn struck(arena: &mut Arena, class: Class, tally: &mut Tally) -> Result<(), String> {
    let before = arena.been();
    let begun = Instant::now();
    let all: Vec<Ran> = arena.strike(class);
    tally.struck(class, begun.elapsed());
    arena.mend(class);
    let since = arena.been_since(&before);
    for ran in &all {
        let claim = arena.judge(Some(class), ran, &since)?;
        tally.claim(class, &claim);
    }
    if matches!(class, Class::SameRaw | Class::SameManaged | Class::ForcePush) {
        arena.count_again();
    }
    Ok(())
}

/// Both verifiers hold every commit of ours that is still in the branch.
pub(super) fn strangers_agree(arena: &Arena) -> Result<(), String> {
    let args = ["--repo", arena.remote.url(), "--branch", "main", "--path", DIR, "--allow-none"];
    let first = arena.scene.run(&[&["verify"], &args[..]].concat());
    let second = arena.scene.second_verifier(&args);
    match (first.code(), second.code()) {
        (0, 0) => Ok(()),
        _ => Err(format!("the verifiers: {}\n{}", first.story(), second.story())),
    }
}
