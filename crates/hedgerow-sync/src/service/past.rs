//! Files as they were at a commit, out of the local copy; what it does not reach back to is fetched first.

use hedgerow_core::path::TreePath;
use hedgerow_git::{Archive, CommitId, FileLook, Mirror, ObjectError};

use super::{Place, Service, blocking};
use crate::failure::Failure;
use crate::request::Target;
use crate::world::World;

impl Service {
    /// What `commit` has at `path`; `None` when the branch of `place` has no such commit, as far back as it goes.
    ///
    /// # Errors
    /// When the remote had to be asked, and could not be.
    pub async fn file_at(&self, place: &Place, commit: CommitId, path: TreePath) -> Result<Option<FileLook>, Failure> {
        let (world, target) = self.0.look_at(place, hedgerow_git::Cancel::new()).await?;
        blocking(move || file(&world, &target, &commit, &path)).await
    }
}

fn file(world: &World, target: &Target, commit: &CommitId, path: &TreePath) -> Result<Option<FileLook>, Failure> {
    if let Some(found) = local(world, target, commit, path)? {
        return Ok(Some(found));
    }
    let mut mirror = Mirror::open(&world.git, &world.cache, &target.remote)?;
    mirror.fetch_whole(&target.branch)?;
    drop(mirror);
    local(world, target, commit, path)
}

fn local(world: &World, target: &Target, commit: &CommitId, path: &TreePath) -> Result<Option<FileLook>, Failure> {
    let Some(archive) = Archive::open(&world.cache, &target.remote)? else { return Ok(None) };
    match archive.file(commit, path) {
        Ok(found) => Ok(Some(found)),
        Err(ObjectError::Missing(_) | ObjectError::Kind { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
