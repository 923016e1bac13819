//! Taking one commit of ours back: `managed/` as it was before it, in one commit with a ledger. The inbox is not refilled:
//! what the commit took out of it stands in that commit's parent. Pushed by the same rules as every commit of ours.

use std::collections::BTreeMap;

pub(crate) use hedgerow_core::ledger::Undo;
use hedgerow_core::ledger::{Operation, Trailers};
use hedgerow_core::path::FabricDir;
use hedgerow_core::plan::{self, Plan, UndoError};
use hedgerow_core::tree::FabricTree;
use hedgerow_git::{Ancestry, BranchName, CommitId, CommitRead, Mirror, ObjectError, Snapshot, TreeLook};
use hedgerow_store::{ObjectsChange, RunOutcome, Trigger};

use crate::draft::{Answer, Draft};
use crate::failure::Failure;
use crate::lease::Held;
use crate::proof::{self, Proven};
use crate::publish::{self, Draught, Landed, Purpose};
use crate::report::Report;
use crate::request::{Committing, Judging, Target};
use crate::scene::{self, Scene};
use crate::sync::{MAX_MOVES, between_steps};
use crate::world::{Step, Watch, World};
use crate::{propose, settle, witness};

/// An undo.
#[derive(Debug)]
pub struct UndoRequest {
    /// Which fabric.
    pub target: Target,
    /// The commit of ours, or the run that made it: an id, or its unique start.
    pub what: String,
    /// How to commit.
    pub committing: Committing,
    /// The branch that takes the commit, where the fabric's own is protected.
    pub push_to: Option<BranchName>,
}

/// Takes the commit back. Whatever happens is in the report; success is there only if the remote said so.
pub fn undo(world: &World, request: &UndoRequest, watch: Watch<'_>) -> Answer {
    let mut draft = Draft::begin(world, "undo", Trigger::Cli, &request.target);
    if let Err(failure) = follow(world, request, watch, &mut draft) {
        draft.failed(&failure);
    }
    draft.answer()
}

/// What the undo would change. Writes nothing anywhere but in the cache.
///
/// # Errors
/// When it could not be told, or is refused.
pub fn plan_undo(world: &World, target: &Target, what: &str, watch: Watch<'_>) -> Result<Report, Failure> {
    watch(Step::Fetch);
    let mut mirror = Mirror::open(&world.git, &world.cache, &target.remote)?;
    let fetched = mirror.fetch(&target.branch)?;
    let head = scene::born(&fetched)?;
    let dir = scene::directory(&mirror, target.dir.as_ref(), &fetched.branch, &head)?;
    let found = Found::read(world, &mut mirror, &fetched.branch, &head, &dir, what, watch)?;
    let mut report = Report::begun("undo", "cli", world.version);
    report.fabric = crate::draft::fabric_name(&dir);
    report.read.url = target.remote.url.to_string();
    report.read.reference = fetched.branch.full();
    report.read.commit = Some(head.to_string());
    report.read.directory = dir.to_string();
    report.reason = found.scene.rules.policy.suspended.clone().map(|why| Failure::Suspended(why).reason());
    match found.plan(&head) {
        Ok(plan) => {
            report.take_plan(&plan, found.scene.tree());
            report.outcome = crate::report::outcome(&plan);
            report.before = scene::state(&found.scene.snapshot, &head, &plan);
            report.after = scene::result(found.scene.tree(), &plan);
        }
        Err(Failure::Undo { why: UndoError::AlreadyUndone, .. }) => report.outcome = RunOutcome::Unchanged,
        Err(failure) => return Err(failure),
    }
    Ok(report)
}

fn follow(world: &World, request: &UndoRequest, watch: Watch<'_>, draft: &mut Draft) -> Result<(), Failure> {
    watch(Step::Wait);
    let target = &request.target;
    let mut mirror = Mirror::open(&world.git, &world.cache, &target.remote)?;
    let lease = Held::take(world, &target.remote.url.canonical())?;
    let walked = walk(world, request, watch, draft, &mut mirror, &lease);
    if let Err(failure) = &walked {
        draft.open_early(world, &lease, target)?;
        draft.failed(failure);
    }
    let nothing = BTreeMap::new();
    let objects = match &walked {
        Ok(Some(end)) => Some(ObjectsChange {
            commit: end.commit.as_str(),
            inbox: end.parent.as_str(),
            objects: &end.plan.objects,
            origins: &nothing,
            unreadable: &end.plan.unreadable,
        }),
        _ => None,
    };
    watch(Step::Record);
    // Objects that an undo takes away are meant to go, however many; a mass deletion that waited before waits on.
    draft.pending_deletions(world, false)?;
    let is_meant = draft.pending() == 0;
    draft.close(world, &lease, objects)?;
    draft.pending_deletions(world, is_meant)?;
    walked.map(drop)
}

/// What an undo that reached the fabric's branch leaves for the record.
struct End {
    plan: Plan,
    parent: CommitId,
    commit: CommitId,
}

fn walk(
    world: &World,
    request: &UndoRequest,
    watch: Watch<'_>,
    draft: &mut Draft,
    mirror: &mut Mirror,
    lease: &Held,
) -> Result<Option<End>, Failure> {
    let target = &request.target;
    for moved in 0..MAX_MOVES {
        draft.report.moved = moved;
        between_steps(world)?;
        watch(Step::Fetch);
        let fetched = mirror.fetch(&target.branch)?;
        let (branch, head) = (&fetched.branch, scene::born(&fetched)?);
        let dir = scene::directory(mirror, target.dir.as_ref(), branch, &head)?;
        let fabric = draft.open(world, lease, &target.remote.url, branch, &dir)?;
        settle::open_runs(world, lease, mirror, std::slice::from_ref(&draft.id), branch, &head)?;
        settle::merged(world, lease, mirror, &fabric, branch, &head)?;
        scene::refuse_work_tree(world, &target.remote.url, branch)?;
        let found = Found::read(world, mirror, branch, &head, &dir, &request.what, watch)?;
        if let Some(why) = &found.scene.rules.policy.suspended {
            return Err(Failure::Suspended(why.clone()));
        }
        let plan = match found.plan(&head) {
            Err(Failure::Undo { why: UndoError::AlreadyUndone, .. }) => {
                draft.report.read.commit = Some(head.to_string());
                draft.report.outcome = RunOutcome::Unchanged;
                let sight = witness::look(world, mirror, None, branch);
                draft.witnessed(witness::of_head(branch, &head, &head, &sight));
                return Ok(None);
            }
            planned => planned?,
        };
        draft.planned(&found.scene, &plan);
        watch(Step::Commit);
        let proven = found.prove(world, request, draft, mirror, &plan)?;
        watch(Step::Push);
        if let Some(branch) = &request.push_to {
            propose::push(world, lease, draft, mirror, &found.scene, branch, &proven)?;
            return Ok(None);
        }
        draft.intend(world, lease, &proven.commit, Some(&head), branch)?;
        if let Landed::Yes = publish::push(world, mirror, branch, &proven.commit, Some(&head))? {
            watch(Step::Verify);
            draft.report.after = scene::state(&proven.after, &proven.commit, &proven.again);
            let sight = witness::look_after_push(world, mirror, None, branch, Some(&head), &proven.commit);
            let witness = witness::of_commit(mirror, branch, &proven.commit, &sight);
            draft.published(witness, branch, &proven.commit, None)?;
            return Ok(Some(End { plan, parent: head, commit: proven.commit }));
        }
    }
    Err(Failure::AlwaysMoving(MAX_MOVES))
}

/// The commit that is meant, its two trees, and the head.
struct Found<'w> {
    done: CommitRead,
    done_tree: FabricTree,
    base_tree: FabricTree,
    scene: Scene<'w>,
}

impl<'w> Found<'w> {
    fn read(
        world: &'w World,
        mirror: &mut Mirror,
        branch: &BranchName,
        head: &CommitId,
        dir: &FabricDir,
        what: &str,
        watch: Watch<'_>,
    ) -> Result<Self, Failure> {
        mirror.unshallow()?;
        watch(Step::Read);
        let done = named(mirror, branch, head, dir, what)?;
        let (done_tree, base_tree) = trees(mirror, &done, dir)?;
        let scene = Scene::read(mirror, branch, head, dir, Judging::default(), &world.catalogue)?;
        watch(Step::Plan);
        Ok(Self { done, done_tree, base_tree, scene })
    }

    fn trees(&self) -> Undo<'_> {
        Undo { done: &self.done_tree, base: &self.base_tree }
    }

    fn plan(&self, head: &CommitId) -> Result<Plan, Failure> {
        let refused = |why| Failure::Undo { commit: self.done.id.clone(), head: head.clone(), why };
        plan::undo(self.scene.tree(), self.trees(), &self.scene.rules.context()).map_err(refused)
    }

    /// Writes the commit, reads it back, and asks what a stranger would ask.
    fn prove(
        &self,
        world: &World,
        request: &UndoRequest,
        draft: &Draft,
        mirror: &Mirror,
        plan: &Plan,
    ) -> Result<Proven, Failure> {
        let scene = &self.scene;
        let purpose = Purpose { operation: Operation::Undo(self.done.id.to_string()), resumed: None };
        let (parent, dir) = (Some(&scene.head), &scene.tree().dir);
        let parts = Draught { parent, dir, plan, rules: &scene.rules, run: &draft.id, purpose };
        let commit = publish::commit(world, mirror, &request.committing, parts)?;
        let after: Snapshot = proof::balanced(mirror, scene, &scene.head, &commit, Some(self.trees()))?;
        proof::as_planned(&plan::apply(plan, scene.tree()), &after.tree)?;
        Ok(Proven { commit, after, again: plan.clone() })
    }
}

/// The commit of ours for `dir` in the head's history that `what` names, by its id or its run's.
pub(crate) fn named(
    mirror: &Mirror,
    branch: &BranchName,
    head: &CommitId,
    dir: &FabricDir,
    what: &str,
) -> Result<CommitRead, Failure> {
    let is_meant = |commit: &CommitRead| match Trailers::parse(&commit.message) {
        Ok(Some(trailers)) => {
            let is_named = commit.id.as_str().starts_with(&what.to_ascii_lowercase()) || trailers.run.starts_with(what);
            is_named && trailers.directory == *dir
        }
        _ => false,
    };
    let mut meant = mirror.log(head, None)?.commits.into_iter().filter(is_meant);
    match (meant.next(), meant.next()) {
        (Some(commit), None) => Ok(commit),
        (None, _) => Err(Failure::NotOurs { text: what.to_owned(), branch: branch.clone(), dir: dir.clone() }),
        (Some(_), Some(_)) => Err(Failure::AmbiguousCommit(what.to_owned())),
    }
}

/// The directory as a commit of ours has it, and as its one parent does; empty where there is none.
///
/// # Errors
/// When the commit has not one parent, or its history is not here.
pub(crate) fn trees(mirror: &Mirror, commit: &CommitRead, dir: &FabricDir) -> Result<Trees, Failure> {
    let tree = |id: &CommitId| match mirror.fabric_tree(id, dir)? {
        TreeLook::Tree(snapshot) => Ok(snapshot.tree),
        TreeLook::Absent => Ok(FabricTree { dir: dir.clone(), entries: BTreeMap::new() }),
        TreeLook::NotATree { path } => Err(Failure::NotATree(path)),
    };
    match commit.parents.as_slice() {
        [parent] => Ok((tree(&commit.id)?, tree(parent)?)),
        _ => Err(Failure::Unbalanced(format!("{} has {} parents", commit.id, commit.parents.len()))),
    }
}

/// The commit that `commit`, with these trailers, takes back: one of ours for the directory, with one parent, in its own
/// history. `None` for a commit that takes no such commit back.
///
/// # Errors
/// [`hedgerow_git::ObjectError::Missing`] where the history that is here is too short to tell.
pub(crate) fn taken_back(
    mirror: &Mirror,
    commit: &CommitId,
    trailers: &Trailers,
) -> Result<Option<CommitRead>, Failure> {
    let Operation::Undo(id) = &trailers.operation else { return Ok(None) };
    let Ok(id) = CommitId::parse(id) else { return Ok(None) };
    let done = mirror.commit(&id)?;
    let is_ours =
        matches!(Trailers::parse(&done.message), Ok(Some(of_done)) if of_done.directory == trailers.directory);
    match mirror.ancestry(&id, commit) {
        Ancestry::Yes => Ok(Some(done).filter(|done| is_ours && done.parents.len() == 1)),
        Ancestry::No => Ok(None),
        Ancestry::CouldNotTell => Err(ObjectError::Missing(id.to_string()).into()),
    }
}

/// The trees of what [`taken_back`] finds.
pub(crate) fn trees_taken_back(
    mirror: &Mirror,
    commit: &CommitId,
    trailers: &Trailers,
) -> Result<Option<Trees>, Failure> {
    match taken_back(mirror, commit, trailers)? {
        Some(done) => trees(mirror, &done, &trailers.directory).map(Some),
        None => Ok(None),
    }
}

/// The directory as a commit that is taken back has it, and as its parent does.
pub(crate) type Trees = (FabricTree, FabricTree);

/// The same as [`Undo`].
pub(crate) fn borrowed(trees: &Option<Trees>) -> Option<Undo<'_>> {
    trees.as_ref().map(|(done, base)| Undo { done, base })
}
