//! What may happen next.

use super::Mutation;
use super::people::{add, people, theirs};
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

pub(super) fn fault(state: &State) -> State {
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

/// What a worker may do next; `quiet`: without faults of the line.
fn work(state: &State, worker: u8, mutation: Option<Mutation>, quiet: bool) -> Vec<State> {
    let (mut after, mut all) = (state.clone(), Vec::new());
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
            if !quiet && state.silences > 0 {
                all.push(unanswered_fetch(state, worker, mutation));
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
        At::Intended { token, row, commit } if state.proposing => {
            propose(&mut after, worker, mutation, (token, row, commit));
        }
        At::Intended { token, row, commit } => return push(state, worker, mutation, quiet, (token, row, commit)),
        At::Cut { token, row, commit } => {
            if !quiet && state.silences > 0 {
                let absent = mutation == Some(Mutation::SilenceIsAbsence);
                let end = if absent { End::NeverArrived } else { End::Failed };
                all.push(silent(state, worker, At::Ending { token, row, end, head: state.head }));
            }
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
            if !quiet && state.silences > 0 {
                let agrees = mutation == Some(Mutation::SilenceIsAgreement);
                let end = if agrees { End::Verified(commit) } else { End::NotYet(commit) };
                all.push(silent(state, worker, At::Ending { token, row, end, head: commit }));
            }
            let believed = mutation == Some(Mutation::SuccessBeforeTheSecondLook);
            let end = if believed || state.has(state.head, commit) { End::Verified(commit) } else { End::Failed };
            to(At::Ending { token, row, end, head: commit }, &mut after);
        }
        At::Ending { token, row, end, head } => record(&mut after, worker, mutation, (token, row, end, head)),
    }
    all.insert(0, after);
    all
}

/// The remote gives no answer: not "no".
fn silent(state: &State, worker: u8, at: At) -> State {
    let mut after = State { silences: state.silences - 1, ..state.clone() };
    after.workers[usize::from(worker)] = at;
    after
}

/// Nothing is known of the branch: nothing that is open is closed, and the lease is given back.
fn unanswered_fetch(state: &State, worker: u8, mutation: Option<Mutation>) -> State {
    let mut after = silent(state, worker, At::Idle);
    after.holder = None;
    if mutation == Some(Mutation::SilenceIsAbsence) {
        (0..after.rows.len())
            .filter(|row| state.rows[*row].end.is_none())
            .for_each(|row| close(&mut after, row, End::NeverArrived));
    }
    after
}

/// The commit goes to a branch aside, once; the run is not verified by that.
fn propose(after: &mut State, worker: u8, mutation: Option<Mutation>, at: (u8, u8, u8)) {
    let (token, row, commit) = at;
    let parent = after.commit(commit).parent.expect("ours has a parent");
    let again = after.is_offered(parent);
    if again && mutation == Some(Mutation::OfferedAgain) {
        after.sin = Some("the same is offered twice");
    }
    if !again {
        after.offers |= 1 << commit;
    }
    let success = mutation == Some(Mutation::OfferIsSuccess);
    let end = if success { End::Verified(commit) } else { End::NotYet(commit) };
    after.workers[usize::from(worker)] = At::Ending { token, row, end, head: parent };
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
        let by_memory = mutation == Some(Mutation::ManagedFromTheRecord);
        let edited = if by_memory { after.known_edits } else { there.edited };
        let commit = Commit { inbox: 0, managed, edited, ours: true, ..theirs(head, &there) };
        let commit = add(after, commit);
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
    let passed_by = mutation == Some(Mutation::EditsPassedBy) && matches!(end, End::Unchanged(_));
    if let End::Verified(_) | End::Unchanged(_) = end
        && !passed_by
    {
        (after.objects, after.known_edits) = (after.commit(head).managed, after.commit(head).edited);
        after.recorded = Some(if mutation == Some(Mutation::RecordUnfenced) { after.head } else { head });
    }
    if after.holder == Some(worker) && after.token == token {
        after.holder = None;
    }
}
