//! Three services on one PostgreSQL and one git server, while one of them is killed, restarted, paused, or cut off from the database, from
//! git, or from both. People push and ring all the while; plain git and SQL say what came of it. README.md has the knobs and a long one.

mod replica;
mod tally;
mod world;

use std::time::{Duration, Instant};

use hedgerow_testkit::postgres::cluster;
use replica::{FAULTS, Fault, Replica, State};
use world::World;

use crate::support::scene::knob;

/// What is silent for so long is taken for dead by the others.
const PAST_THE_LEASE: Duration = Duration::from_secs(17);

#[test]
fn whatever_becomes_of_one_replica_the_others_go_on_and_nothing_is_lost_or_done_twice() {
    let Some(cluster) = cluster() else { return hedgerow_testkit::not_run("PostgreSQL") };
    let seed = knob("HEDGEROW_SEED", 20_261_124);
    let mut luck = fastrand::Rng::with_seed(seed);
    println!("HEDGEROW_SEED={seed}");
    let begun = Instant::now();
    let mut world = World::new(cluster);
    world.people();
    world.until("the first inboxes are drained", World::is_drained);
    for round in 1..=knob("HEDGEROW_REPLICA_ROUNDS", 1) {
        for fault in FAULTS {
            let at = luck.usize(0..world.replicas.len());
            // A visit is under way, perhaps by the one that is struck.
            world.people();
            world.replicas[at].strike(fault);
            let struck = Instant::now();
            world.people();
            let taken_over = world.until("the others take over", World::is_drained);
            if fault == Fault::Paused {
                world.until("it is past its lease", |_| struck.elapsed() > PAST_THE_LEASE);
                world.people();
            }
            world.replicas[at].mend(fault);
            world.people();
            let recovered = world
                .until("all is well again", |world| world.is_drained() && world.replicas.iter().all(Replica::is_ready));
            world.replicas[at].state = State::Well;
            let (words, over_ms, well_ms) = (fault.words(), taken_over.as_millis(), recovered.as_millis());
            println!("round {round}, replica {at} {words}: taken over in {over_ms} ms, well again in {well_ms} ms");
            world.tally.recovered(fault, taken_over, recovered);
        }
        // Nobody can look any more, until every fabric is shown as overdue; then all can.
        world.replicas.iter_mut().for_each(|replica| replica.strike(Fault::ALL_OF_GIT));
        world.people_push();
        let late = world.until("every fabric is overdue", |world| world.all_are("Overdue"));
        world.replicas.iter_mut().for_each(|replica| replica.mend(Fault::ALL_OF_GIT));
        let recovered = world.until("all is well again", |world| world.is_drained() && world.none_is("Overdue"));
        world.replicas.iter_mut().for_each(|replica| replica.state = State::Well);
        let (late_ms, well_ms) = (late.as_millis(), recovered.as_millis());
        println!("round {round}, all cut off from git: all overdue in {late_ms} ms, well again in {well_ms} ms");
        world.tally.all_cut_off(late, recovered);
    }
    world.until("all is recorded", |world| world.all_are("Ready"));
    let told = world.all_is_as_recorded();
    println!("{}{told}seconds                  {}", world.tally, begun.elapsed().as_secs());
}
