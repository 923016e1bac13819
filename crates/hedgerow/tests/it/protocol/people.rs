//! What people do.

use super::state::{Commit, State};
use super::steps::fault;

/// People push a document, edit a managed one, merge what is offered, take our newest commit back, or force the branch.
pub(super) fn people(state: &State) -> Vec<State> {
    let mut all: Vec<State> = edit(state).into_iter().collect();
    all.extend((0..u8::try_from(state.commits.len()).unwrap()).filter_map(|offer| merge(state, offer)));
    let head = state.commit(state.head).clone();
    if state.unborn != 0 {
        let document = state.unborn & state.unborn.wrapping_neg();
        let mut after = state.clone();
        (after.unborn, after.alive) = (state.unborn & !document, state.alive | document);
        let commit = Commit { inbox: head.inbox | document, ..theirs(state.head, &head) };
        let id = add(&mut after, commit);
        after.move_to(id);
        all.push(after);
    }
    if let (Some(parent), true) = (head.parent, state.faults > 0) {
        if head.ours {
            let mut after = fault(state);
            let before = state.commit(parent).clone();
            let back = Commit { reverts: Some(state.head), ..theirs(state.head, &before) };
            let id = add(&mut after, back);
            after.move_to(id);
            all.push(after);
        }
        let mut forced = fault(state);
        forced.move_to(parent);
        let there = forced.commit(parent);
        (forced.alive, forced.edits) = (there.inbox | there.managed, there.edited);
        all.push(forced);
    }
    all
}

/// A commit of people's with this tree.
pub(super) fn theirs(parent: u8, tree: &Commit) -> Commit {
    Commit { parent: Some(parent), ours: false, merges: None, reverts: None, ..tree.clone() }
}

fn edit(state: &State) -> Option<State> {
    let head = state.commit(state.head);
    let edited = state.unedited & head.managed & (state.unedited & head.managed).wrapping_neg();
    (edited != 0).then(|| {
        let mut after = state.clone();
        (after.unedited, after.edits) = (state.unedited & !edited, state.edits | edited);
        let id = add(&mut after, Commit { edited: head.edited | edited, ..theirs(state.head, head) });
        after.move_to(id);
        after
    })
}

/// People merge an offer, as it is or beside what they pushed meanwhile.
fn merge(state: &State, offer: u8) -> Option<State> {
    let ours = state.commit(offer);
    let parent = ours.parent.filter(|parent| state.offers & (1 << offer) != 0 && state.has(state.head, *parent))?;
    if state.has(state.head, offer) {
        return None;
    }
    let mut after = state.clone();
    if parent == state.head {
        after.move_to(offer);
        return Some(after);
    }
    let (head, taken) = (state.commit(state.head), state.commit(parent).inbox);
    let both = Commit { inbox: head.inbox & !taken, managed: head.managed | ours.managed, ..head.clone() };
    let id = add(&mut after, Commit { merges: Some(offer), ..theirs(state.head, &both) });
    after.move_to(id);
    Some(after)
}

/// A commit more; nobody points to it yet.
pub(super) fn add(state: &mut State, commit: Commit) -> u8 {
    state.commits.push(commit);
    u8::try_from(state.commits.len() - 1).unwrap()
}
