//! Files as they were at a commit, out of the local copy; what it does not reach back to is fetched first. And who brought one.

use hedgerow_core::path::TreePath;
use hedgerow_git::{Archive, Cancel, CommitId, FileLook, Mirror, ObjectError};
use hedgerow_store::RepositoryId;

use super::{Place, Service, blocking};
use crate::failure::Failure;
use crate::request::Target;
use crate::world::World;

/// How many commits are looked at for whoever brought a file.
const MAX_LOOKED_AT: usize = 50;

/// Who brought a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Brought {
    /// The commit.
    pub commit: CommitId,
    /// Its author's name.
    pub by: String,
}

impl Service {
    /// Who brought the file that `commit` has at `path`: the newest commit before it, along first parents, or itself, that has the file
    /// so and whose parent has not. Out of the local copy: nothing is fetched, and nobody waits. `None` where the copy does not reach
    /// back so far, or it was more than 50 commits before.
    ///
    /// # Errors
    /// When the copy cannot be read, or does not have `commit`.
    pub async fn brought(
        &self,
        repository: RepositoryId,
        commit: CommitId,
        path: TreePath,
    ) -> Result<Option<Brought>, Failure> {
        let (world, target) = self.0.look_at(&Place::of_repository(repository), Cancel::new()).await?;
        blocking(move || match Archive::open(&world.cache, &target.remote)? {
            Some(archive) => Ok(brought(&archive, &commit, &path)?),
            None => Ok(None),
        })
        .await
    }

    /// What `commit` has at `path`; `None` when the branch of `place` has no such commit, as far back as it goes.
    ///
    /// # Errors
    /// When the remote had to be asked, and could not be.
    pub async fn file_at(&self, place: &Place, commit: CommitId, path: TreePath) -> Result<Option<FileLook>, Failure> {
        let (world, target) = self.0.look_at(place, Cancel::new()).await?;
        blocking(move || file(&world, &target, &commit, &path)).await
    }
}

fn brought(archive: &Archive, commit: &CommitId, path: &TreePath) -> Result<Option<Brought>, ObjectError> {
    let wanted = archive.file(commit, path)?;
    let mut at = archive.commit(commit)?;
    if !matches!(wanted, FileLook::File { .. }) {
        return Ok(None);
    }
    for _ in 0..MAX_LOOKED_AT {
        let before = match at.parents.first().map(|parent| archive.file(parent, path)) {
            // At a shallow boundary nobody knows what the commit brought.
            Some(Err(ObjectError::Missing(_))) => return Ok(None),
            before => before.transpose()?,
        };
        match at.parents.first().filter(|_| before.as_ref() == Some(&wanted)) {
            Some(parent) => at = archive.commit(parent)?,
            None => return Ok(Some(Brought { commit: at.id, by: at.author.person.name })),
        }
    }
    Ok(None)
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
