//! The directory structure, in one commit, if and only if something of it is missing.

use hedgerow_core::ledger::Operation;
use hedgerow_core::path::FabricDir;
use hedgerow_core::plan;
use hedgerow_core::tree::FabricTree;
use hedgerow_git::{CommitId, Mirror, TreeLook};
use hedgerow_store::{RunOutcome, Trigger};

use crate::draft::{Answer, Draft};
use crate::failure::Failure;
use crate::lease::Held;
use crate::publish::{self, Draught, Landed, Purpose};
use crate::request::{Committing, Judging, Target};
use crate::scene::{self, Rules};
use crate::sync::{MAX_MOVES, between_steps};
use crate::witness;
use crate::world::{Step, Watch, World};

/// Completes the structure of `target`'s directory, which must be named.
pub fn init(world: &World, target: &Target, dir: &FabricDir, committing: &Committing, watch: Watch<'_>) -> Answer {
    let mut draft = Draft::begin(world, "init", Trigger::Cli, target);
    if let Err(failure) = follow(world, target, dir, committing, watch, &mut draft) {
        draft.failed(&failure);
    }
    draft.answer()
}

fn follow(
    world: &World,
    target: &Target,
    dir: &FabricDir,
    committing: &Committing,
    watch: Watch<'_>,
    draft: &mut Draft,
) -> Result<(), Failure> {
    watch(Step::Wait);
    let mut mirror = Mirror::open(&world.git, &world.cache, &target.remote)?;
    let lease = Held::take(world, &target.remote.url.canonical())?;
    let walked = walk(world, target, dir, committing, watch, draft, &mut mirror, &lease);
    if let Err(failure) = &walked {
        draft.open_early(world, &lease, target)?;
        draft.failed(failure);
    }
    watch(Step::Record);
    draft.close(world, &lease, None)?;
    walked
}

#[allow(clippy::too_many_arguments, reason = "the parts of one short path")]
fn walk(
    world: &World,
    target: &Target,
    dir: &FabricDir,
    committing: &Committing,
    watch: Watch<'_>,
    draft: &mut Draft,
    mirror: &mut Mirror,
    lease: &Held,
) -> Result<(), Failure> {
    for _ in 0..MAX_MOVES {
        between_steps(world)?;
        watch(Step::Fetch);
        let fetched = mirror.fetch(&target.branch)?;
        let (branch, head) = (&fetched.branch, fetched.head.as_ref());
        draft.open(world, lease, &target.remote.url, branch, dir)?;
        scene::refuse_work_tree(world, &target.remote.url, branch)?;
        draft.report.read.commit = head.map(ToString::to_string);
        let tree = tree(mirror, head, dir)?;
        let Some(plan) = plan::init(tree.as_ref(), dir) else {
            draft.report.outcome = RunOutcome::Unchanged;
            let head = scene::born(&fetched)?;
            draft.witnessed(witness::of_head(branch, &head, &head, &witness::look(world, mirror, None, branch)));
            return Ok(());
        };
        let empty = FabricTree { dir: dir.clone(), entries: Default::default() };
        let rules = Rules::read(tree.as_ref().unwrap_or(&empty), Judging::default(), &world.catalogue)?;
        watch(Step::Commit);
        let purpose = Purpose { operation: Operation::Init, resumed: None };
        let parts = Draught { parent: head, dir, plan: &plan, rules: &rules, run: &draft.id, purpose };
        let commit = publish::commit(world, mirror, committing, parts)?;
        watch(Step::Push);
        draft.intend(world, lease, &commit, head, branch)?;
        if let Landed::Yes = publish::push(world, mirror, branch, &commit, head)? {
            watch(Step::Verify);
            draft.report.outcome = RunOutcome::Changed;
            let sight = witness::look_after_push(world, mirror, None, branch, head, &commit);
            let witness = witness::of_commit(mirror, branch, &commit, &sight);
            return draft.published(witness, branch, &commit, None);
        }
    }
    Err(Failure::AlwaysMoving(MAX_MOVES))
}

fn tree(mirror: &Mirror, head: Option<&CommitId>, dir: &FabricDir) -> Result<Option<FabricTree>, Failure> {
    let Some(head) = head else { return Ok(None) };
    match mirror.fabric_tree(head, dir)? {
        TreeLook::Tree(snapshot) => Ok(Some(snapshot.tree)),
        TreeLook::Absent => Ok(None),
        TreeLook::NotATree { path } => Err(Failure::NotATree(path)),
    }
}
