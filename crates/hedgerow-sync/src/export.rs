//! The path up to what is read: the managed objects, for tools that want them in one folder.

use hedgerow_core::export::{self, Export, Shape, Unreadable};
use hedgerow_core::tree::FabricTree;
use hedgerow_git::Mirror;

use crate::failure::Failure;
use crate::request::{Judging, Target};
use crate::scene::{self, Rules, Scene};
use crate::world::{Step, Watch, World};

/// Exports the fabric as the remote has it. Writes nothing anywhere but in the cache.
///
/// # Errors
/// When nothing could be read; within, when a managed file could not.
pub fn export(
    world: &World,
    target: &Target,
    shape: Shape,
    watch: Watch<'_>,
) -> Result<Result<Export, Unreadable>, Failure> {
    watch(Step::Fetch);
    let mut mirror = Mirror::open(&world.git, &world.cache, &target.remote)?;
    let fetched = mirror.fetch(&target.branch)?;
    let head = scene::born(&fetched)?;
    let dir = scene::directory(&mirror, target.dir.as_ref(), &fetched.branch, &head)?;
    watch(Step::Read);
    let scene = Scene::read(&mirror, &fetched.branch, &head, &dir, Judging::default(), &world.catalogue)?;
    Ok(export::export(scene.tree(), &scene.rules.catalogue, shape))
}

/// Exports a directory as it lies in a work tree.
///
/// # Errors
/// When its settings cannot be read; within, when a managed file could not.
pub fn export_worktree(world: &World, tree: &FabricTree, shape: Shape) -> Result<Result<Export, Unreadable>, Failure> {
    let rules = Rules::read(tree, Judging::default(), &world.catalogue)?;
    Ok(export::export(tree, &rules.catalogue, shape))
}
