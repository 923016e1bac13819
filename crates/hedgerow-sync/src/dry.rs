//! The path up to the plan, and no further: `plan` and `why`.

use hedgerow_core::plan::{Passage, Plan};
use hedgerow_core::tree::FabricTree;
use hedgerow_git::{BranchName, Mirror, RemoteUrl};

use crate::draft::fabric_name;
use crate::failure::Failure;
use crate::report::{self, Report};
use crate::request::{Judging, Target};
use crate::scene::{self, Rules, Scene};
use crate::world::{Step, Watch, World};

/// What a plan says: the report that a sync would begin with, and every document's way through the gates.
#[derive(Debug)]
pub struct Planned {
    /// What would change.
    pub report: Report,
    /// How far each document came.
    pub passages: Vec<Passage>,
}

/// Plans the fabric as the remote has it. Writes nothing anywhere but in the cache.
///
/// # Errors
/// When it could not be told what would change.
pub fn plan(world: &World, target: &Target, judging: Judging, watch: Watch<'_>) -> Result<Planned, Failure> {
    watch(Step::Fetch);
    let mut mirror = Mirror::open(&world.git, &world.cache, &target.remote)?;
    let fetched = mirror.fetch(&target.branch)?;
    let head = scene::born(&fetched)?;
    let dir = scene::directory(&mirror, target.dir.as_ref(), &fetched.branch, &head)?;
    watch(Step::Read);
    let scene = Scene::read(&mirror, &fetched.branch, &head, &dir, judging, &world.catalogue)?;
    let plan = scene.rules.plan_watched(scene.tree(), watch)?;
    Ok(of_scene(world, &scene, &plan, &target.remote.url, &fetched.branch))
}

/// What planning a scene says.
pub(crate) fn of_scene(world: &World, scene: &Scene<'_>, plan: &Plan, url: &RemoteUrl, branch: &BranchName) -> Planned {
    let mut report = planned(world, scene.tree(), plan);
    report.reason = scene.rules.policy.suspended.clone().map(|why| Failure::Suspended(why).reason());
    report.read.url = url.to_string();
    report.read.reference = branch.full();
    report.read.commit = Some(scene.head.to_string());
    report.before = scene::state(&scene.snapshot, &scene.head, plan);
    report.after = scene::result(scene.tree(), plan);
    Planned { report, passages: plan.passages.clone() }
}

/// Plans a directory as it lies in a work tree, whatever of it is committed or pushed.
///
/// # Errors
/// When it could not be told what would change.
pub fn plan_worktree(world: &World, tree: &FabricTree, judging: Judging, watch: Watch<'_>) -> Result<Planned, Failure> {
    let rules = Rules::read(tree, judging, &world.catalogue)?;
    let plan = rules.plan_watched(tree, watch)?;
    let mut report = planned(world, tree, &plan);
    report.before = scene::lying(tree, &plan);
    report.after = scene::result(tree, &plan);
    Ok(Planned { report, passages: plan.passages })
}

fn planned(world: &World, tree: &FabricTree, plan: &Plan) -> Report {
    let mut report = Report::begun("plan", "cli", world.version);
    report.fabric = fabric_name(&tree.dir);
    report.read.directory = tree.dir.to_string();
    report.take_plan(plan, tree);
    report.outcome = report::outcome(plan);
    report
}
