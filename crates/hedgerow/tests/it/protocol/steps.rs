//! What may happen next.

use super::Mutation;
use super::state::{At, Commit, End, State};

/// Commits and runs are bounded, so that the exploration ends.
const MAX_COMMITS: usize = 9;
const MAX_RUNS: usize = 5;

/// Every state that may follow.
pub(super) fn next(state: &State, mutation: Option<Mutation>) -> Vec<State> {
    let mut all = Vec::new();
    for worker in 0..2 {
        let idle = state.workers[usize::from(worker)] == At::Idle;
        if !idle || state.rows.len() < MAX_RUNS {
            all.extend(work(state, worker, mutation, false));
        }
        if !idle && state.faults > 0 {
            let mut crashed = fault(state);
            crashed.workers[usize::from(worker)] = At::Idle;
            all.push(crashed);
        }
    }
    if state.commits.len() < MAX_COMMITS {
        all.extend(people(state));
    }
    if state.holder.is_some() && mutation != Some(Mutation::NoTakeover) {
        all.extend(expire(state));
    }
    all
}

/// One step without a fault: of whoever is at work, else of the first worker, who begins.
pub(super) fn quietly(state: &State, mutation: Option<Mutation>) -> State {
    for worker in [0, 1] {
        if state.workers[usize::from(worker)] != At::Idle
            && let Some(after) = work(state, worker, mutation, true).into_iter().next()
        {
            return after;
        }
    }
    if state.holder.is_some() && state.workers == [At::Idle, At::Idle] && mutation != Some(Mutation::NoTakeover) {
        return State { holder: None, ..state.clone() };
    }
    work(state, 0, mutation, true).into_iter().next().unwrap_or_else(|| state.clone())
}

fn fault(state: &State) -> State {
    State { faults: state.faults - 1, ..state.clone() }
}

/// A lease expires: of the dead at once, of the living, who are slow, as a fault.
fn expire(state: &State) -> Option<State> {
    let holder = state.holder?;
    let dead = state.workers[usize::from(holder)] == At::Idle;
    if dead {
        return Some(State { holder: None, ..state.clone() });
    }
    (state.faults > 0).then(|| State { holder: None, ..fault(state) })
}

/// People push a document, take our newest commit back, or force the branch.
fn people(state: &State) -> Vec<State> {
    let mut all = Vec::new();
    let head = state.commit(state.head).clone();
    if state.unborn != 0 {
        let document = state.unborn & state.unborn.wrapping_neg();
        let mut after = state.clone();
        (after.unborn, after.alive) = (state.unborn & !document, state.alive | document);
        let commit =
            Commit { parent: Some(state.head), inbox: head.inbox | document, ours: false, reverts: None, ..head };
        let id = add(&mut after, commit);
        after.move_to(id);
        all.push(after);
    }
    if let (Some(parent), true) = (head.parent, state.faults > 0) {
        if head.ours {
            let mut after = fault(state);
            let before = state.commit(parent).clone();
            let back = Commit { parent: Some(state.head), ours: false, reverts: Some(state.head), ..before };
            let id = add(&mut after, back);
            after.move_to(id);
            all.push(after);
        }
        let mut forced = fault(state);
        forced.move_to(parent);
        let there = forced.commit(parent);
        forced.alive = there.inbox | there.managed;
        all.push(forced);
    }
    all
}

fn add(state: &mut State, commit: Commit) -> u8 {
    state.commits.push(commit);
    u8::try_from(state.commits.len() - 1).unwrap()
}

/// What a worker may do next; `quiet`: without faults of the line.
fn work(state: &State, worker: u8, mutation: Option<Mutation>, quiet: bool) -> Vec<State> {
    let mut after = state.clone();
    let to = |at: At, after: &mut State| after.workers[usize::from(worker)] = at;
    match state.workers[usize::from(worker)] {
        At::Idle => {
            if state.holder.is_some() {
                return Vec::new();
            }
            (after.holder, after.token) = (Some(worker), state.token + 1);
            to(At::Leased { token: state.token + 1 }, &mut after);
        }
        At::Leased { token } => {
            if !in_force(state, token) {
                return vec![lost(after, worker)];
            }
            settle(&mut after, mutation);
            after.rows.push(super::state::Row { intent: None, end: None });
            let row = u8::try_from(after.rows.len() - 1).unwrap();
            to(At::Fetched { token, row, head: state.head }, &mut after);
        }
        At::Fetched { token, row, head } => plan(&mut after, worker, mutation, (token, row, head)),
        At::Committed { token, row, commit } => {
            if mutation != Some(Mutation::PushBeforeTheIntent) {
                if !in_force(state, token) {
                    return vec![lost(after, worker)];
                }
                after.rows[usize::from(row)].intent = Some(commit);
            }
            to(At::Intended { token, row, commit }, &mut after);
        }
        At::Intended { token, row, commit } => return push(state, worker, mutation, quiet, (token, row, commit)),
        At::Cut { token, row, commit } => {
            let at = if mutation == Some(Mutation::UnknownIsFailure) {
                At::Ending { token, row, end: End::NeverArrived, head: state.head }
            } else if state.has(state.head, commit) {
                At::Pushed { token, row, commit }
            } else if state.commit(commit).parent == Some(state.head) {
                At::Intended { token, row, commit }
            } else {
                At::Fetched { token, row, head: state.head }
            };
            to(at, &mut after);
        }
        At::Pushed { token, row, commit } => {
            let believed = mutation == Some(Mutation::SuccessBeforeTheSecondLook);
            let end = if believed || state.has(state.head, commit) { End::Verified(commit) } else { End::Failed };
            to(At::Ending { token, row, end, head: commit }, &mut after);
        }
        At::Ending { token, row, end, head } => record(&mut after, worker, mutation, (token, row, end, head)),
    }
    vec![after]
}

/// Whether this worker's lease is the one that writes are let through for: nobody has taken it over.
fn in_force(state: &State, token: u8) -> bool {
    state.token == token
}

/// The lease was lost: nothing is written, and the row stays open for whoever has it now.
fn lost(mut after: State, worker: u8) -> State {
    after.workers[usize::from(worker)] = At::Idle;
    after
}

/// Closes what was left open, with what the branch says of it.
fn settle(after: &mut State, mutation: Option<Mutation>) {
    for row in 0..after.rows.len() {
        if after.rows[row].end.is_some() {
            continue;
        }
        let landed = match (after.rows[row].intent, mutation) {
            (Some(commit), Some(Mutation::SettleAssumesSuccess)) => Some(commit),
            (Some(_), Some(Mutation::SettleAssumesFailure)) => None,
            (intent, _) => intent.filter(|commit| after.has(after.head, *commit)),
        };
        close(after, row, landed.map_or(End::NeverArrived, End::Verified));
    }
}

fn close(after: &mut State, row: usize, end: End) {
    let ours = |id: &u8| after.commit(*id).ours && after.rows[row].intent.is_none_or(|intent| intent == *id);
    let pushed: Vec<u8> = (0..u8::try_from(after.commits.len()).unwrap()).filter(ours).collect();
    if end == End::NeverArrived && pushed.iter().any(|id| made_by(after, *id, row) && after.has(after.head, *id)) {
        after.sin = Some("closed as never arrived, and it is there");
    }
    after.rows[row].end = Some(end);
}

/// Whether the run of this row made the commit, by its intent or, where it has none, because no other row claims it.
fn made_by(after: &State, commit: u8, row: usize) -> bool {
    match after.rows[row].intent {
        Some(intent) => intent == commit,
        None => after.rows.iter().all(|other| other.intent != Some(commit) && other.end != Some(End::Verified(commit))),
    }
}

/// Reads, plans, and commits where there is something to take.
fn plan(after: &mut State, worker: u8, mutation: Option<Mutation>, at: (u8, u8, u8)) {
    let (token, row, head) = at;
    let there = after.commit(head).clone();
    let reverted = after.is_reverted(head);
    let to = if after.recorded == Some(head) || there.inbox == 0 {
        At::Ending { token, row, end: End::Unchanged(head), head }
    } else if reverted && mutation != Some(Mutation::RevertIgnored) {
        At::Ending { token, row, end: End::Failed, head }
    } else {
        let managed = there.managed | there.inbox;
        let commit = add(after, Commit { parent: Some(head), inbox: 0, managed, ours: true, reverts: None });
        At::Committed { token, row, commit }
    };
    after.workers[usize::from(worker)] = to;
}

/// The server takes it, or says that the branch moved; the line is cut, or the answer is a lie, as a fault.
fn push(state: &State, worker: u8, mutation: Option<Mutation>, quiet: bool, at: (u8, u8, u8)) -> Vec<State> {
    let (token, row, commit) = at;
    let named = state.commit(commit).parent == Some(state.head);
    let taken = named || mutation == Some(Mutation::PushWithoutNamingTheParent);
    let stand = |mut after: State, at: At| {
        after.workers[usize::from(worker)] = at;
        after
    };
    let mut landed = state.clone();
    if taken {
        if state.is_reverted(state.head) {
            landed.sin = Some("written after a revert");
        }
        landed.move_to(commit);
    }
    let answer = if taken { At::Pushed { token, row, commit } } else { At::Fetched { token, row, head: state.head } };
    let mut all = vec![stand(landed.clone(), answer)];
    if !quiet && state.faults > 0 {
        let cut = At::Cut { token, row, commit };
        all.push(stand(fault(&landed), cut));
        all.push(stand(fault(state), cut));
        all.push(stand(fault(state), At::Pushed { token, row, commit }));
    }
    all
}

/// Closes the run and records the objects, if the lease is in force.
fn record(after: &mut State, worker: u8, mutation: Option<Mutation>, at: (u8, u8, End, u8)) {
    let (token, row, end, head) = at;
    after.workers[usize::from(worker)] = At::Idle;
    let fenced = !in_force(after, token) && mutation != Some(Mutation::RecordUnfenced);
    if fenced || after.rows[usize::from(row)].end.is_some() && mutation != Some(Mutation::RecordUnfenced) {
        return;
    }
    close(after, usize::from(row), end);
    if let End::Verified(_) | End::Unchanged(_) = end {
        after.objects = after.commit(head).managed;
        after.recorded = Some(if mutation == Some(Mutation::RecordUnfenced) { after.head } else { head });
    }
    if after.holder == Some(worker) && after.token == token {
        after.holder = None;
    }
}
