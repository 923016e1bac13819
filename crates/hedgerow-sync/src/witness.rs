//! Step 8 of the path: a second, fresh look at the remote. Only what it sees is shown to anyone as success.

use hedgerow_git::{Ancestry, BranchChoice, BranchName, CommitId, Mirror, Remote, RemoteError};
use hedgerow_store::Verification;

use crate::world::World;

/// How many commits more are asked for, where the history that is here ends before the question does.
const DEEPEN_BY: u32 = 50;

/// How often a second look is taken again, when it sees the branch as it was before the push.
const MAX_LOOKS_AGAIN: u32 = 4;
/// The pause before each.
const BEFORE_LOOKING_AGAIN: std::time::Duration = std::time::Duration::from_millis(500);

/// What the second look saw, and the sentence that says so.
#[derive(Debug)]
pub(crate) struct Witness {
    pub(crate) verification: Verification,
    pub(crate) words: String,
    /// The branch's head at the second look, where it was seen.
    pub(crate) head: Option<CommitId>,
}

/// What a fresh look saw.
#[derive(Debug)]
pub(crate) enum Sight {
    /// The branch's head; `None`: there is no such branch.
    Head(Option<CommitId>),
    /// Nothing: the look failed.
    Nothing(String),
}

/// A second, fresh look: over a connection of its own, and by the right of `reader`, where there is one.
pub(crate) fn look(world: &World, mirror: &Mirror, reader: Option<&Remote>, branch: &BranchName) -> Sight {
    let seen = match reader {
        None => mirror.look(branch).map_err(|error| error.to_string()),
        Some(reader) => Mirror::open(&world.git, &world.cache, reader)
            .map_err(|error| error.to_string())
            .and_then(|mirror| mirror.look(branch).map_err(|error| error.to_string())),
    };
    match seen {
        Ok(look) => Sight::Head(look.head),
        Err(error) => Sight::Nothing(format!("a second look at {branch} failed: {error}")),
    }
}

/// The same after a push from `head` to `tip`, of which the server said that it took it. A look that sees the branch as it was
/// before is late more often than it lies: it may have come to another server of the same name. It is given a moment to go.
pub(crate) fn look_after_push(
    world: &World,
    mirror: &Mirror,
    reader: Option<&Remote>,
    branch: &BranchName,
    head: Option<&CommitId>,
    tip: &CommitId,
) -> Sight {
    let mut sight = look(world, mirror, reader, branch);
    for _ in 0..MAX_LOOKS_AGAIN {
        if head == Some(tip) || !is_behind(mirror, &sight, head) {
            break;
        }
        std::thread::sleep(BEFORE_LOOKING_AGAIN.min(world.time_left()));
        sight = look(world, mirror, reader, branch);
    }
    sight
}

/// Whether what was seen is no more than the branch had at `head`.
fn is_behind(mirror: &Mirror, sight: &Sight, head: Option<&CommitId>) -> bool {
    match (sight, head) {
        (Sight::Head(Some(seen)), Some(head)) => seen == head || mirror.ancestry(seen, head) == Ancestry::Yes,
        (Sight::Head(None), _) => true,
        _ => false,
    }
}

/// What the credential that writes sees, for whoever compares two views that disagree: in words, and the branch's head.
pub(crate) fn other_view(mirror: &Mirror, branch: &BranchName) -> (String, Option<CommitId>) {
    match mirror.look(branch).map(|look| look.head) {
        Ok(Some(head)) => (format!("the credential that writes sees {branch}@{}", head.short()), Some(head)),
        Ok(None) => (format!("the credential that writes finds no branch {branch}"), None),
        Err(error) => (format!("the credential that writes could not look: {error}"), None),
    }
}

/// Whether `branch` at the remote has `commit`: as its head, or under what others pushed on top.
///
/// The id is the hash of the commit's whole content, so a remote that names it names the trees that were checked.
pub(crate) fn of_commit(mirror: &mut Mirror, branch: &BranchName, commit: &CommitId, sight: &Sight) -> Witness {
    match sight {
        Sight::Nothing(words) => unsettled(words.clone()),
        Sight::Head(Some(head)) if head == commit => {
            let words = format!("a second look at the remote sees {branch}@{}", head.short());
            Witness { verification: Verification::Verified, words, head: Some(head.clone()) }
        }
        Sight::Head(Some(head)) => under(mirror, branch, commit, head.clone()),
        Sight::Head(None) => Witness {
            verification: Verification::Differs,
            words: format!("a second look finds no branch {branch}"),
            head: None,
        },
    }
}

/// Whether `branch` at the remote is still at `head`, or at `tip`, which we put on top of it: all that there is to verify
/// for a fabric of which nothing was changed.
pub(crate) fn of_head(branch: &BranchName, head: &CommitId, tip: &CommitId, sight: &Sight) -> Witness {
    match sight {
        Sight::Head(Some(seen)) if seen == head || seen == tip => {
            let words = format!("a second look at the remote sees {branch}@{} too", seen.short());
            Witness { verification: Verification::Verified, words, head: Some(seen.clone()) }
        }
        Sight::Head(_) => unsettled(format!("{branch} has moved since it was read; the next run looks at what came")),
        Sight::Nothing(words) => unsettled(words.clone()),
    }
}

fn under(mirror: &mut Mirror, branch: &BranchName, commit: &CommitId, head: CommitId) -> Witness {
    match ancestry(mirror, branch, commit, &head) {
        Ok(Ancestry::Yes) => Witness {
            verification: Verification::Verified,
            words: format!("a second look sees {branch}@{}, which has it in its history", head.short()),
            head: Some(head),
        },
        Ok(Ancestry::No) => Witness {
            verification: Verification::Differs,
            words: format!("a second look sees {branch}@{}, which does not have it", head.short()),
            head: Some(head),
        },
        Ok(Ancestry::CouldNotTell) => unsettled(format!("the history of {branch} is too short to tell")),
        Err(error) => unsettled(format!("a second look at {branch} failed: {error}")),
    }
}

/// Whether `commit` is in the history of `head`, fetching and deepening once where that is needed.
pub(crate) fn ancestry(
    mirror: &mut Mirror,
    branch: &BranchName,
    commit: &CommitId,
    head: &CommitId,
) -> Result<Ancestry, RemoteError> {
    if mirror.commit(head).is_err() {
        mirror.fetch(&BranchChoice::Named(branch.clone()))?;
    }
    match mirror.ancestry(commit, head) {
        Ancestry::CouldNotTell => {
            mirror.deepen(DEEPEN_BY)?;
            Ok(mirror.ancestry(commit, head))
        }
        told => Ok(told),
    }
}

fn unsettled(words: String) -> Witness {
    Witness { verification: Verification::NotYet, words, head: None }
}
