//! Where a fabric is, as a request says it.

use hedgerow_core::path::FabricDir;
use hedgerow_git::{BranchChoice, BranchName};
use hedgerow_store::{LinkedFabric, RepositoryId};
use hedgerow_sync::service::Place;

use crate::problem::{Kind, Problem};

/// The place of `branch` (the remote's own, without one) and `directory` (the only one with `raw/`, without one).
pub(crate) fn place(
    repository: RepositoryId,
    branch: Option<&str>,
    directory: Option<&str>,
    adopt: bool,
) -> Result<Place, Problem> {
    let branch = match branch {
        Some(text) => BranchChoice::Named(branch_name(text)?),
        None => BranchChoice::RemoteHead,
    };
    let invalid = |error: &dyn std::fmt::Display| Problem::new(Kind::Invalid, error.to_string());
    let directory = directory.map(FabricDir::parse).transpose().map_err(|error| invalid(&error))?;
    Ok(Place { repository, branch, directory, adopt })
}

/// The place of a linked fabric.
pub(crate) fn of(fabric: &LinkedFabric) -> Result<Place, Problem> {
    let directory = directory(fabric)?;
    let branch = BranchChoice::Named(branch_name(&fabric.branch)?);
    Ok(Place { repository: fabric.repository, branch, directory: Some(directory), adopt: fabric.adopt })
}

/// The directory of a linked fabric.
pub(crate) fn directory(fabric: &LinkedFabric) -> Result<FabricDir, Problem> {
    let path = hedgerow_core::path::TreePath::from_quoted(&fabric.directory);
    let text = path.and_then(|path| String::from_utf8(path.as_bytes().to_vec()).ok());
    let parsed = text.and_then(|text| FabricDir::parse(&text).ok());
    parsed.ok_or_else(|| Problem::new(Kind::Internal, "the store has a directory that is none"))
}

pub(crate) fn branch_name(text: &str) -> Result<BranchName, Problem> {
    BranchName::parse(text).map_err(|error| Problem::new(Kind::Invalid, error.to_string()))
}
