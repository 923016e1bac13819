//! What goes elsewhere by the file: the new place is tried first, and until it works the old one stays in force.

use std::future::Future;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use hedgerow_core::path::{FabricDir, TreePath};
use hedgerow_git::{BranchChoice, BranchName};
use hedgerow_store::{LinkedFabric, Repository, Store};
use hedgerow_sync::Failure;
use hedgerow_sync::check::{Checkup, Standing};
use hedgerow_sync::service::Place;

use crate::config::Config;

/// How long the check of one new place may take.
const CHECK_WITHIN: Duration = Duration::from_secs(30);

/// Fails unless work can be done at the new `what`, in words that say what holds meanwhile.
pub(super) async fn works(check: impl Future<Output = Result<Checkup, Failure>>, what: &str) -> Result<()> {
    let checkup = tokio::time::timeout(CHECK_WITHIN, check).await;
    let checkup =
        checkup.with_context(|| format!("the new {what} does not answer, so the old one stays in force"))??;
    if checkup.is_ok() {
        return Ok(());
    }
    let failed = checkup.conditions.iter().find(|condition| condition.standing == Standing::Failed);
    let why = failed.map_or("it could not be told why", |condition| &condition.message);
    bail!("the new {what} does not work, so the old one stays in force: {why}")
}

/// Where the fabrics of a repository will be: as the file says, or as somebody linked them.
pub(super) async fn places(store: &Store, config: &Config, repository: &Repository) -> Result<Vec<Place>> {
    let linked = store.linked_fabrics_of(repository.id).await?;
    linked.iter().filter_map(|fabric| place(config, repository, fabric).transpose()).collect()
}

/// `None`: the file takes it to another repository.
fn place(config: &Config, repository: &Repository, fabric: &LinkedFabric) -> Result<Option<Place>> {
    let entry = config.fabrics.iter().find(|entry| entry.name == fabric.name);
    let (branch, directory, adopt) = match entry {
        Some(entry) if entry.repository != repository.name => return Ok(None),
        Some(entry) => (&entry.branch, FabricDir::parse(&entry.directory)?, entry.adopt),
        None => {
            let path = TreePath::from_quoted(&fabric.directory).context("the store has a directory that is none")?;
            (&fabric.branch, FabricDir::parse(&path.to_string())?, fabric.adopt)
        }
    };
    let branch = BranchChoice::Named(BranchName::parse(branch)?);
    Ok(Some(Place { repository: repository.id, branch, directory: Some(directory), adopt }))
}
