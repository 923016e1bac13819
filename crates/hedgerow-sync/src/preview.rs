//! What linking a fabric would come to: the plan, the files that a person has to decide about, what deploys from the
//! directory; and the fabric directories of a branch, so that none waits unseen.

use std::collections::BTreeMap;

use hedgerow_core::deploy::{self, Deployment, Repository};
use hedgerow_core::path::{FabricDir, TreePath, Zone, is_yaml};
use hedgerow_core::plan;
use hedgerow_core::tree::Entry;
use hedgerow_git::{BranchName, CommitId, Leaf, Mirror};

use crate::differences::{FileDifference, differences};
use crate::dry::{self, Planned};
use crate::failure::Failure;
use crate::request::{Judging, Target};
use crate::scene::{self, Scene};
use crate::world::World;

/// The most YAML files outside the fabric in which deployers are looked for; the first by their paths.
const MAX_SEARCHED_FILES: usize = 5_000;

/// What linking a fabric would come to.
#[derive(Debug)]
pub struct Preview {
    /// The plan, with the strays among the inbox files if the fabric is to adopt them.
    pub planned: Planned,
    /// What the commit would change, file by file.
    pub differences: Vec<FileDifference>,
    /// The branch that was read.
    pub branch: BranchName,
    /// The directory that was read.
    pub directory: FabricDir,
    /// YAML directly in the directory that holds Hedgehog objects: adopted or not, somebody has to say.
    pub strays: Vec<TreePath>,
    /// What deploys from the directory, before and after.
    pub deployments: Vec<Deployment>,
}

/// A directory of a branch that looks like a fabric's: it has `raw/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The directory.
    pub directory: FabricDir,
    /// The YAML files in its inbox.
    pub waiting: Vec<TreePath>,
}

/// The fabric directories of a branch at its head.
#[derive(Clone, Debug)]
pub struct Sight {
    /// The branch.
    pub branch: BranchName,
    /// Its head.
    pub commit: CommitId,
    /// The directories, by path.
    pub directories: Vec<Seen>,
}

/// What linking `target` would come to. Writes nothing anywhere but in the cache.
///
/// # Errors
/// When it could not be told what would change.
pub fn preview(world: &World, target: &Target, judging: Judging) -> Result<Preview, Failure> {
    let mut mirror = Mirror::open(&world.git, &world.cache, &target.remote)?;
    let fetched = mirror.fetch(&target.branch)?;
    let head = scene::born(&fetched)?;
    let dir = scene::directory(&mirror, target.dir.as_ref(), &fetched.branch, &head)?;
    let scene = Scene::read(&mirror, &fetched.branch, &head, &dir, judging, &world.catalogue)?;
    let plan = scene.rules.plan(scene.tree())?;
    let planned = dry::of_scene(world, &scene, &plan, &target.remote.url, &fetched.branch);
    let strays = scene
        .tree()
        .entries
        .iter()
        .filter(|(path, entry)| dir.zone(path) == Some(Zone::Stray) && entry.names_hedgehog());
    let strays = strays.map(|(path, _)| path.clone()).collect();
    let after = plan::apply(&plan, scene.tree());
    let outside = outside(&mirror, &head, &dir)?;
    let repository = Repository { url: target.remote.url.to_string(), branch: fetched.branch.as_str().to_owned() };
    let deployments = deploy::deployments(&repository, &dir, &outside, scene.tree(), &after);
    let differences = differences(&plan, scene.tree());
    Ok(Preview { planned, differences, branch: fetched.branch, directory: dir, strays, deployments })
}

/// The fabric directories of a branch.
///
/// # Errors
/// When the branch could not be read.
pub fn sight(world: &World, target: &Target) -> Result<Sight, Failure> {
    let mut mirror = Mirror::open(&world.git, &world.cache, &target.remote)?;
    let fetched = mirror.fetch(&target.branch)?;
    let commit = scene::born(&fetched)?;
    let leaves = leaves(&mirror, &commit)?;
    let mut directories = Vec::new();
    for directory in mirror.dirs_with_raw(&commit)? {
        let raw = directory.raw();
        let paths = leaves.iter().map(|(path, _)| path.clone());
        let waiting = paths.filter(|path| path.below(&raw).is_some() && is_yaml(path.as_bytes())).collect();
        directories.push(Seen { directory, waiting });
    }
    Ok(Sight { branch: fetched.branch, commit, directories })
}

/// The YAML files outside the fabric's directory.
fn outside(mirror: &Mirror, head: &CommitId, dir: &FabricDir) -> Result<BTreeMap<TreePath, Entry>, Failure> {
    let wanted = |(path, _): &(TreePath, Leaf)| is_yaml(path.as_bytes()) && dir.zone(path).is_none();
    let read = |(path, leaf): (TreePath, Leaf)| Ok((path, mirror.entry(&leaf)?));
    leaves(mirror, head)?.into_iter().filter(wanted).take(MAX_SEARCHED_FILES).map(read).collect()
}

/// Everything that stands in a commit's tree, by path: what makes it differ from nothing.
fn leaves(mirror: &Mirror, commit: &CommitId) -> Result<Vec<(TreePath, Leaf)>, Failure> {
    let all = mirror.compare(None, Some(&mirror.commit(commit)?.tree), &TreePath::from(""))?;
    Ok(all.into_iter().filter_map(|one| one.new.map(|leaf| (one.path, leaf))).collect())
}
