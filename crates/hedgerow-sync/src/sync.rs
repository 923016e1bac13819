//! The path, top to bottom: trigger → fetch → read → parse → validate → plan → commit → push → verify → record.

use std::collections::BTreeMap;

use hedgerow_core::ledger::Operation;
use hedgerow_core::path::{FabricDir, TreePath};
use hedgerow_core::plan::Plan;
use hedgerow_git::{CommitId, Mirror};
use hedgerow_store::{ObjectsChange, Origin};

use crate::draft::{Answer, Draft};
use crate::failure::Failure;
use crate::lease::Held;
use crate::proof::{self, Proven};
use crate::publish::{self, Draught, Landed, Purpose};
use crate::request::Request;
use crate::scene::{self, Scene};
use crate::world::{Step, Watch, World};
use crate::{edits, idle, origins, propose, revert, settle, witness};

/// How often a run starts anew because the branch moved under it.
pub(crate) const MAX_MOVES: u32 = 100;

/// Drains one fabric's inbox. Whatever happens is in the report; success is there only if the remote said so.
pub fn sync(world: &World, request: &Request, watch: Watch<'_>) -> Answer {
    let mut draft = Draft::begin(world, "sync", request.trigger, &request.target);
    if let Err(failure) = follow(world, request, watch, &mut draft) {
        draft.failed(&failure);
    }
    draft.answer()
}

/// Takes the repository, walks the path, and records what came of it.
fn follow(world: &World, request: &Request, watch: Watch<'_>, draft: &mut Draft) -> Result<(), Failure> {
    watch(Step::Wait);
    let target = &request.target;
    let mut mirror = Mirror::open(&world.git, &world.cache, &target.remote)?;
    let lease = Held::take(world, &target.remote.url.canonical())?;
    let walked = walk(world, request, watch, draft, &mut mirror, &lease);
    let origins = match &walked {
        Ok(end) => origins::unknown(world, &mirror, draft, end.recorded())?,
        Err(_) => BTreeMap::new(),
    };
    let objects = match &walked {
        Ok(end) => end.objects(&origins),
        Err(failure) => {
            draft.open_early(world, &lease, target)?;
            draft.failed(failure);
            None
        }
    };
    watch(Step::Record);
    draft.close(world, &lease, objects)?;
    draft.pending_deletions(world, request.confirm_deletions)?;
    walked.map(drop)
}

/// What a run that came to its end leaves for the record.
#[derive(Debug)]
enum End {
    /// The same as the run before, from the short cut: the objects are on record.
    Idle,
    /// The tree that the run read, and left.
    Unchanged(Plan, CommitId),
    /// The tree of our commit.
    Changed { plan: Plan, parent: CommitId, commit: CommitId },
    /// A commit that waits on another branch.
    Proposed,
}

impl End {
    /// The plan whose objects are recorded, and the commit that has them.
    fn recorded(&self) -> Option<(&Plan, &CommitId)> {
        match self {
            Self::Idle | Self::Proposed => None,
            Self::Unchanged(plan, head) => Some((plan, head)),
            Self::Changed { plan, commit, .. } => Some((plan, commit)),
        }
    }

    fn objects<'a>(&'a self, origins: &'a BTreeMap<TreePath, Origin>) -> Option<ObjectsChange<'a>> {
        let (plan, commit) = self.recorded()?;
        let inbox = match self {
            Self::Changed { parent, .. } => parent,
            _ => commit,
        };
        let (commit, inbox) = (commit.as_str(), inbox.as_str());
        Some(ObjectsChange { commit, inbox, objects: &plan.objects, origins, unreadable: &plan.unreadable })
    }
}

/// One round after the other, each from the head that is there then, until a round is not overtaken.
fn walk(
    world: &World,
    request: &Request,
    watch: Watch<'_>,
    draft: &mut Draft,
    mirror: &mut Mirror,
    lease: &Held,
) -> Result<End, Failure> {
    let target = &request.target;
    for moved in 0..MAX_MOVES {
        draft.report.moved = moved;
        between_steps(world)?;
        watch(Step::Fetch);
        let fetched = mirror.fetch(&target.branch)?;
        let head = scene::born(&fetched)?;
        let dir = scene::directory(mirror, target.dir.as_ref(), &fetched.branch, &head)?;
        draft.open(world, lease, &target.remote.url, &fetched.branch, &dir)?;
        settle::open_runs(world, lease, mirror, draft, &fetched.branch, &head)?;
        if request.push_to.is_none() && idle::repeats(world, request.judging, draft, &head)? {
            return Ok(End::Idle);
        }
        scene::refuse_work_tree(world, &target.remote.url, &fetched.branch)?;
        watch(Step::Read);
        let judging = request.judging;
        let scene = Scene::read(mirror, &fetched.branch, &head, &dir, judging, &world.catalogue)?;
        watch(Step::Plan);
        let plan = scene.rules.plan(scene.tree())?;
        draft.planned(&scene, &plan);
        if let Some(end) = act(world, request, watch, draft, mirror, lease, &scene, plan)? {
            return Ok(end);
        }
        pause(world, moved);
    }
    Err(Failure::AlwaysMoving(MAX_MOVES))
}

/// Carries the plan out. `None`: the branch moved, and nothing was written.
#[allow(
    clippy::too_many_arguments,
    reason = "the path has these parts, and a struct of them would be no idea of its own"
)]
fn act(
    world: &World,
    request: &Request,
    watch: Watch<'_>,
    draft: &mut Draft,
    mirror: &mut Mirror,
    lease: &Held,
    scene: &Scene<'_>,
    plan: Plan,
) -> Result<Option<End>, Failure> {
    if let Some(why) = &scene.rules.policy.suspended {
        return Err(Failure::Suspended(why.clone()));
    }
    between_steps(world)?;
    if plan.changes.is_empty() {
        watch(Step::Verify);
        draft.witnessed(witness::of_head(mirror, &scene.branch, &scene.head));
        idle::remember(world, request.judging, draft, &scene.head, &scene.snapshot, &plan);
        return Ok(Some(End::Unchanged(plan, scene.head.clone())));
    }
    let resumed = resumed(world, request, draft, mirror, scene)?;
    if let Some(fabric) = &draft.fabric {
        let warnings = edits::replaced(world, fabric.id, scene, &plan)?;
        draft.warn(warnings, scene);
    }
    watch(Step::Commit);
    let proven = commit(world, request, draft, mirror, scene, &plan, resumed)?;
    between_steps(world)?;
    watch(Step::Push);
    if let Some(branch) = &request.push_to {
        propose::push(world, lease, draft, mirror, scene, branch, &proven)?;
        return Ok(Some(End::Proposed));
    }
    draft.intend(world, lease, &proven.commit, Some(&scene.head), &scene.branch)?;
    match publish::push(mirror, &scene.branch, &proven.commit, Some(&scene.head))? {
        Landed::No => Ok(None),
        Landed::Yes => {
            watch(Step::Verify);
            draft.report.after = scene::state(&proven.after, &proven.commit, &proven.again);
            let witness = witness::of_commit(mirror, &scene.branch, &proven.commit);
            draft.published(witness, &scene.branch, &proven.commit)?;
            idle::remember(world, request.judging, draft, &proven.commit, &proven.after, &proven.again);
            Ok(Some(End::Changed { plan, parent: scene.head.clone(), commit: proven.commit }))
        }
    }
}

/// The person's word that a reverted fabric goes on, when it was reverted.
fn resumed(
    world: &World,
    request: &Request,
    draft: &Draft,
    mirror: &mut Mirror,
    scene: &Scene<'_>,
) -> Result<Option<CommitId>, Failure> {
    let known = match &draft.fabric {
        Some(fabric) => world.wait(world.store.our_newest_commit(fabric.id))?,
        None => None,
    };
    let known = known.and_then(|run| run.ending?.commit).and_then(|id| CommitId::parse(&id).ok());
    let Some(reverted) = revert::reverted(mirror, scene, known)? else { return Ok(None) };
    match &request.resume {
        Some(named) if *named == reverted => Ok(Some(reverted)),
        Some(named) => Err(Failure::OtherReverted { reverted, named: named.clone() }),
        None => Err(Failure::Reverted(reverted)),
    }
}

/// Writes the commit and proves that it balances. Nobody else sees it yet.
fn commit(
    world: &World,
    request: &Request,
    draft: &Draft,
    mirror: &Mirror,
    scene: &Scene<'_>,
    plan: &Plan,
    resumed: Option<CommitId>,
) -> Result<Proven, Failure> {
    let purpose = Purpose { operation: Operation::Sync, resumed };
    let dir: &FabricDir = &scene.tree().dir;
    let parts = Draught { parent: Some(&scene.head), dir, plan, rules: &scene.rules, run: &draft.id, purpose };
    proof::prove(mirror, scene, plan, || publish::commit(world, mirror, &request.committing, parts))
}

/// Stops between steps, when a signal or the deadline says so.
pub(crate) fn between_steps(world: &World) -> Result<(), Failure> {
    if world.cancel.is_cancelled() {
        Err(Failure::Interrupted)
    } else if world.time_left().is_zero() {
        Err(Failure::Timeout)
    } else {
        Ok(())
    }
}

/// Lets others go first for a moment, with jitter, so that two writers do not overtake each other for ever.
fn pause(world: &World, moved: u32) {
    let longest = std::time::Duration::from_millis(20 * u64::from(moved.min(10) + 1));
    std::thread::sleep(longest.mul_f64(fastrand::f64()).min(world.time_left()));
}
