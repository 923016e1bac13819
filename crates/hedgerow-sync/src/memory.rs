//! Nothing wakes up by accident: what a service remembers of a branch decides whether it may write there without a word.
//!
//! A person who runs a sync by hand has said the word already, and asks no memory.

use hedgerow_core::ledger::{self, Operation, Trailers};
use hedgerow_core::path::FabricDir;
use hedgerow_git::{Ancestry, CommitId, CommitRead, Mirror, TreeLook};

use crate::failure::Failure;
use crate::scene::Scene;
use crate::witness;
use crate::world::World;

/// How much history is asked for, step by step, before a question about it is given up.
const DEEPEN_BY: [u32; 3] = [50, 500, 5_000];
/// How many commits are looked at while ours in a row are counted.
const MAX_LOOKED_AT: usize = 200;

/// What a service remembers of a fabric.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    /// The head of the branch that was verified last.
    pub head: Option<CommitId>,
    /// The newest commit of ours in it.
    pub ours: Option<CommitId>,
    /// What two views disagreed about, or what else must not go on: nothing is written whatever the branch says.
    pub frozen: Option<String>,
    /// The commit from which a person said to go on.
    pub accepted: Option<CommitId>,
    /// So many commits of ours in a row, and no more.
    pub breaker: usize,
}

/// What memory finds in a branch that may be written to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Found {
    /// The newest commit of ours that is there.
    pub(crate) ours: Option<CommitId>,
    /// The head that was verified last, when the branch no longer has it: no commit of ours is lost, but people's are.
    pub(crate) rewound: Option<CommitId>,
}

impl Found {
    fn ours(ours: Option<CommitId>) -> Self {
        Self { ours, rewound: None }
    }
}

/// Whether the fabric may be written to, as far as memory goes. Where it may not, since the branch is not what it was, and what has
/// our trailers there does not hold, that is what is told.
pub(crate) fn allows(world: &World, memory: &Memory, mirror: &mut Mirror, scene: &Scene<'_>) -> Result<Found, Failure> {
    let found = remembered(world, memory, mirror, scene);
    match found {
        Err(Failure::Rewritten { .. } | Failure::Forgotten { .. }) => match tampered(mirror, scene)? {
            Some(tampered) => Err(tampered),
            None => found,
        },
        _ => found,
    }
}

fn remembered(world: &World, memory: &Memory, mirror: &mut Mirror, scene: &Scene<'_>) -> Result<Found, Failure> {
    if let Some(accepted) = &memory.accepted
        && deep_ancestry(mirror, scene, accepted)? == Ancestry::Yes
    {
        return Ok(Found::ours(newest(mirror, scene, None)?.map(|commit| commit.id)));
    }
    if let Some(why) = &memory.frozen {
        return Err(Failure::Frozen(why.clone()));
    }
    let Some(head) = &memory.head else { return Ok(Found::ours(known(world, mirror, scene, None)?)) };
    if deep_ancestry(mirror, scene, head)? == Ancestry::Yes {
        return Ok(Found::ours(known(world, mirror, scene, Some(head))?.or_else(|| memory.ours.clone())));
    }
    let rewound = Some(head.clone());
    match &memory.ours {
        None => Ok(Found { ours: known(world, mirror, scene, None)?, rewound }),
        Some(ours) => match deep_ancestry(mirror, scene, ours)? {
            Ancestry::Yes => {
                let newer = known(world, mirror, scene, Some(ours))?;
                Ok(Found { ours: newer.or_else(|| Some(ours.clone())), rewound })
            }
            Ancestry::No | Ancestry::CouldNotTell => {
                Err(Failure::Rewritten { ours: ours.clone(), branch: scene.branch.clone(), head: scene.head.clone() })
            }
        },
    }
}

/// The newest commit that claims to be ours, where it does not hold.
fn tampered(mirror: &Mirror, scene: &Scene<'_>) -> Result<Option<Failure>, Failure> {
    let Some(commit) = newest(mirror, scene, None)? else { return Ok(None) };
    let breach = breach(mirror, &commit, &scene.tree().dir);
    let failure = |what| Failure::Tampered {
        claims: commit.id.clone(),
        what,
        branch: scene.branch.clone(),
        head: scene.head.clone(),
    };
    Ok(breach.map(failure))
}

/// What does not hold of a commit with our trailers. Nothing, too, where that cannot be told from here: of an undo, of a copy on
/// another parent, of one whose parent is not in the mirror. `verify` tells it of those.
fn breach(mirror: &Mirror, commit: &CommitRead, dir: &FabricDir) -> Option<String> {
    let trailers = is_ours(commit, dir)?;
    let [parent] = commit.parents.as_slice() else { return None };
    if trailers.operation != Operation::Sync || trailers.parent != parent.as_str() {
        return None;
    }
    let changed = mirror.changes(Some(parent), &commit.id).ok()?;
    if let Some(path) = changed.iter().find(|path| dir.zone(path).is_none()) {
        return Some(format!("{path} outside {dir} differs"));
    }
    let tree = |id| match mirror.fabric_tree(id, dir) {
        Ok(TreeLook::Tree(snapshot)) => Some(snapshot.tree),
        _ => None,
    };
    let (before, after) = (tree(parent)?, tree(&commit.id)?);
    ledger::conservation(&before, &after, &trailers, None).first().map(ToString::to_string)
}

/// Trips when there are too many commits of ours in a row, with nothing from people under the directory between them.
pub(crate) fn breaker(memory: &Memory, mirror: &Mirror, scene: &Scene<'_>) -> Result<(), Failure> {
    if memory.accepted.is_some() {
        return Ok(());
    }
    let dir = &scene.tree().dir;
    let mut in_a_row = 0;
    for commit in mirror.first_parents(&scene.head, None)?.commits.iter().take(MAX_LOOKED_AT) {
        if is_ours(commit, dir).is_some() {
            in_a_row += 1;
        } else {
            // At a shallow boundary nobody knows what the commit brought.
            let Ok(changed) = mirror.changes(commit.parents.first(), &commit.id) else { break };
            if changed.iter().any(|path| dir.zone(path).is_some()) {
                break;
            }
        }
    }
    if in_a_row < memory.breaker { Ok(()) } else { Err(Failure::Breaker { in_a_row, head: scene.head.clone() }) }
}

/// The newest commit of ours above `since`, which the store must know: by the run that made it.
fn known(
    world: &World,
    mirror: &mut Mirror,
    scene: &Scene<'_>,
    since: Option<&CommitId>,
) -> Result<Option<CommitId>, Failure> {
    let Some(commit) = newest(mirror, scene, since)? else { return Ok(None) };
    let trailers = is_ours(&commit, &scene.tree().dir).expect("it was found by its trailers");
    // A directory is made by a person's own hand, wherever.
    if trailers.operation == Operation::Init || world.wait(world.store.knows_run(&trailers.run))? {
        return Ok(Some(commit.id));
    }
    Err(Failure::Forgotten { ours: commit.id, branch: scene.branch.clone(), head: scene.head.clone() })
}

fn newest(mirror: &Mirror, scene: &Scene<'_>, since: Option<&CommitId>) -> Result<Option<CommitRead>, Failure> {
    let dir = &scene.tree().dir;
    let log = mirror.first_parents(&scene.head, since)?;
    Ok(log.commits.into_iter().find(|commit| is_ours(commit, dir).is_some()))
}

fn is_ours(commit: &CommitRead, dir: &FabricDir) -> Option<Trailers> {
    Trailers::parse(&commit.message).ok().flatten().filter(|trailers| trailers.directory == *dir)
}

/// Whether the head has `commit` in its history, with as much history as it takes, up to a limit.
fn deep_ancestry(mirror: &mut Mirror, scene: &Scene<'_>, commit: &CommitId) -> Result<Ancestry, Failure> {
    if *commit == scene.head {
        return Ok(Ancestry::Yes);
    }
    let mut told = witness::ancestry(mirror, &scene.branch, commit, &scene.head)?;
    for more in DEEPEN_BY {
        if told != Ancestry::CouldNotTell {
            break;
        }
        mirror.deepen(more)?;
        told = mirror.ancestry(commit, &scene.head);
    }
    Ok(told)
}
