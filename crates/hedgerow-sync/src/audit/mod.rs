//! A whole repository, ours or not: which fabrics are in it, what waits in them, what is wrong under `managed/`, and what a
//! history of robots looks like. Nothing is written, and no commit of ours is needed.

mod fabric;
mod hollow;
mod loops;

use hedgerow_git::{BranchChoice, Depth, Mirror, Remote};
use serde::Serialize;

use crate::failure::Failure;
use crate::scene;
use crate::world::{Step, Watch, World};

pub use fabric::{AuditedFabric, Double, Matter, Trouble};
pub use loops::Loop;

/// What an audit came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Nothing waits and nothing is wrong.
    Clean,
    /// Something waits, or is wrong.
    Attention,
    /// Something could not be read.
    CouldNotTell,
}

/// What an audit found.
#[derive(Clone, Debug, Serialize)]
pub struct Audit {
    /// The answer in a word.
    pub verdict: Verdict,
    /// What could not be read.
    pub reasons: Vec<String>,
    /// The remote, without any secret.
    pub url: String,
    /// The full name of the branch.
    #[serde(rename = "ref")]
    pub reference: String,
    /// Its head.
    pub head: String,
    /// How many commits the branch has been, by first parents.
    pub commits: usize,
    /// Every directory with a `raw/` in it.
    pub fabrics: Vec<AuditedFabric>,
    /// Runs of commits by one author that say nothing, newest first.
    pub loops: Vec<Loop>,
}

/// Looks at all of a branch: its head and its history.
///
/// # Errors
/// When nothing could be looked at: the remote or the branch is not there, or its history cannot be had.
pub fn audit(world: &World, remote: &Remote, branch: &BranchChoice, watch: Watch<'_>) -> Result<Audit, Failure> {
    watch(Step::Fetch);
    let mut mirror = Mirror::open(&world.git, &world.cache, remote)?;
    let fetched = mirror.fetch_whole(branch)?;
    let head = scene::born(&fetched)?;
    watch(Step::Read);
    let mut reasons = Vec::new();
    if mirror.depth()? == Depth::Shallow {
        reasons.push("the remote itself has only a part of the history".to_owned());
    }
    let mut fabrics = Vec::new();
    for dir in mirror.dirs_with_raw(&head)? {
        crate::sync::between_steps(world)?;
        match fabric::audit(world, &mirror, &fetched.branch, &head, &dir) {
            Ok(audited) => fabrics.push(audited),
            Err(failure) => reasons.push(format!("{dir}: {failure}")),
        }
    }
    watch(Step::Verify);
    let log = mirror.first_parents(&head, None)?;
    let loops = loops::found(world, &mirror, &log.commits)?;
    Ok(Audit {
        verdict: verdict(&reasons, &fabrics, &loops),
        reasons,
        url: remote.url.to_string(),
        reference: fetched.branch.full(),
        head: head.to_string(),
        commits: log.commits.len(),
        fabrics,
        loops,
    })
}

fn verdict(reasons: &[String], fabrics: &[AuditedFabric], loops: &[Loop]) -> Verdict {
    if !reasons.is_empty() {
        Verdict::CouldNotTell
    } else if loops.is_empty() && fabrics.iter().all(AuditedFabric::is_clean) {
        Verdict::Clean
    } else {
        Verdict::Attention
    }
}
