//! The part of a visit that blocks, on a thread of its own: one look at the heads, and a run where they moved.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use hedgerow_git::{BranchName, Cancel, CommitId, Mirror};
use hedgerow_store::{FabricId, LinkedFabric, Liveness, RepositoryId};
use tokio::sync::broadcast;

use super::progress::Progress;
use super::rights::Remotes;
use super::settings::{LOOK, PASSED_KEPT};
use crate::failure::Failure;
use crate::idle;
use crate::part::Told;
use crate::request::Request;
use crate::sync::{Errand, sync_all};
use crate::world::{Passing, World};

/// A visit under way, as others in this process see it.
#[derive(Debug)]
pub(super) struct Under {
    pub(super) cancel: Cancel,
    pub(super) started_ms: i64,
    pub(super) step: Mutex<Option<&'static str>>,
    /// The steps so far, the first [`PASSED_KEPT`] of them: for whoever begins to watch in the middle.
    pub(super) passed: Mutex<Vec<Progress>>,
    /// Whether the repository failed last time, and waits with those that did.
    pub(super) slow: bool,
}

impl Under {
    /// The step that it is in.
    pub(super) fn step(&self) -> Option<&'static str> {
        *self.step.lock().expect("a step is only a word")
    }

    fn note(&self, passing: &Progress) {
        let mut passed = self.passed.lock().expect("steps are only words");
        if passed.len() < PASSED_KEPT {
            passed.push(passing.clone());
        }
    }
}

/// What is asked of the repository.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) repository: RepositoryId,
    pub(super) remotes: Remotes,
    /// The fabrics that are not suspended, what is known of each, and how it would be run.
    pub(super) fabrics: Vec<(LinkedFabric, Liveness, Request)>,
}

/// What the visit came to.
#[derive(Debug)]
pub(super) struct Walked {
    /// The fabrics that were run, and what became of each. The others are as they were.
    pub(super) told: Vec<(FabricId, Told)>,
}

/// Looks at the heads, and runs every fabric that is not as it was.
pub(super) fn walk(
    world: &World,
    asked: &Asked,
    under: &Under,
    progress: &broadcast::Sender<Progress>,
) -> Result<Walked, Failure> {
    let tell = |run, fabric, step: &'static str| {
        *under.step.lock().expect("a step is only a word") = Some(step);
        let at_ms = crate::draft::ms((world.now)());
        let passing = Progress { run, fabric, repository: asked.repository, step, at_ms };
        under.note(&passing);
        // Nobody need listen.
        let _ = progress.send(passing);
    };
    tell(None, None, "looking");
    let heads = look(world, asked)?;
    let quiet = |(fabric, known, request): &&_| is_quiet(world, fabric, known, request, &heads);
    let moved: Vec<_> = asked.fabrics.iter().filter(|part| !quiet(part)).collect();
    if moved.is_empty() {
        return Ok(Walked { told: Vec::new() });
    }
    let requests: Vec<&Request> = moved.iter().map(|(.., request)| request).collect();
    let errand = Errand { remote: &asked.remotes.writer, reader: asked.remotes.reader.as_ref(), requests: &requests };
    let told = sync_all(world, &errand, &|Passing { part, run, step }| {
        tell(run.cloned(), part.map(|at| moved[at].0.id), step.word());
    });
    told.iter().for_each(|told| world.tally.told(told));
    Ok(Walked { told: moved.iter().map(|(fabric, ..)| fabric.id).zip(told).collect() })
}

/// One look, for all branches. Whoever does not even answer this gives up the worker soon.
fn look(world: &World, asked: &Asked) -> Result<BTreeMap<BranchName, CommitId>, Failure> {
    let branches: BTreeSet<BranchName> =
        asked.fabrics.iter().filter_map(|(fabric, ..)| BranchName::parse(&fabric.branch).ok()).collect();
    let git = world.git.within(LOOK.min(world.time_left()), world.cancel.clone());
    let mirror = Mirror::open(&git, &world.cache, &asked.remotes.writer)?;
    Ok(mirror.heads(&branches.into_iter().collect::<Vec<_>>())?)
}

/// Whether another run would come to what the last one came to.
fn is_quiet(
    world: &World,
    fabric: &LinkedFabric,
    known: &Liveness,
    request: &Request,
    heads: &BTreeMap<BranchName, CommitId>,
) -> bool {
    let head = heads.iter().find(|(branch, _)| branch.as_str() == fabric.branch).map(|(_, head)| head.as_str());
    let waved_on = known.hold.as_ref().is_some_and(|hold| known.accepted.as_deref() == Some(&hold.commit));
    head.is_some()
        && known.settled_head.as_deref() == head
        && known.settled_by.as_deref() == Some(&settled_by(world, request))
        && !waved_on
}

/// Digest of all that decides besides the head.
pub(super) fn settled_by(world: &World, request: &Request) -> String {
    let push_to = request.push_to.as_ref().map(ToString::to_string).unwrap_or_default();
    format!("{} {push_to}", idle::key(world, request.judging))
}
