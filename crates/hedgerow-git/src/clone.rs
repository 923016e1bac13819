//! The clone that somebody works in: what one means when one says nothing, and what is not yet sent.

mod worktree;

use std::path::{Path, PathBuf};

use hedgerow_core::path::{FabricDir, TreePath, is_yaml};

use crate::branch::BranchName;
use crate::error::GitError;
use crate::git::Git;

/// A clone, found from a directory in it. Everything about it follows the user's own git configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clone {
    /// Its top directory.
    pub root: PathBuf,
    /// The directory that it was found from, below `root`; empty at the top.
    pub prefix: TreePath,
    /// The branch that is checked out; `None` when a commit is.
    pub branch: Option<BranchName>,
    /// What the branch follows.
    pub upstream: Option<Upstream>,
}

/// What a branch follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upstream {
    /// The remote's name in the clone, such as `origin`.
    pub remote: String,
    /// Its URL, after the user's `insteadOf`. Not checked: parse it.
    pub url: String,
    /// The branch at the remote.
    pub branch: BranchName,
}

/// Inbox files that the remote does not have as they are here, each sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unsent {
    /// Changed or new, and in no commit.
    pub uncommitted: Vec<TreePath>,
    /// In a commit that the upstream branch, as last fetched, does not have.
    pub unpushed: Vec<TreePath>,
}

impl Clone {
    /// The clone that `dir` is in; `None` when it is in none, or in a bare repository.
    pub fn discover(git: &Git, dir: &Path) -> Result<Option<Self>, GitError> {
        let Some(root) = git.ask(dir, "rev-parse", &["--show-toplevel"])? else { return Ok(None) };
        let prefix = git.ask(dir, "rev-parse", &["--show-prefix"])?.unwrap_or_default();
        let head = git.ask(dir, "symbolic-ref", &["--quiet", "HEAD"])?;
        let branch = head.and_then(|full| BranchName::from_ref(&full));
        let upstream = match &branch {
            Some(branch) => upstream(git, dir, branch)?,
            None => None,
        };
        Ok(Some(Self { root: root.into(), prefix: TreePath::from(prefix.trim_end_matches('/')), branch, upstream }))
    }

    /// YAML under `dir` that is uncommitted or unpushed.
    pub fn unsent(&self, git: &Git, dir: &FabricDir) -> Result<Unsent, GitError> {
        let tracking = match &self.branch {
            Some(branch) => {
                git.ask(&self.root, "rev-parse", &["--symbolic-full-name", &format!("{branch}@{{upstream}}")])?
            }
            None => None,
        };
        let unpushed = match tracking {
            Some(tracking) => self.differing(git, dir, &format!("{tracking}...HEAD"))?,
            None => Vec::new(),
        };
        Ok(Unsent { uncommitted: self.uncommitted(git, dir)?, unpushed })
    }

    fn differing(&self, git: &Git, dir: &FabricDir, range: &str) -> Result<Vec<TreePath>, GitError> {
        let line = git.commands().users("diff", &self.root);
        let line = line.options(["--name-only", "--no-renames", "--no-ext-diff", "-z", range]);
        let stdout = git.output(&line.operands([pathspec(dir)]))?;
        Ok(yaml_paths(stdout.split(|byte| *byte == 0)))
    }

    fn uncommitted(&self, git: &Git, dir: &FabricDir) -> Result<Vec<TreePath>, GitError> {
        let line = git.commands().users("status", &self.root);
        let line = line.options(["--porcelain=v1", "-z", "--no-renames", "--untracked-files=all"]);
        let stdout = git.output(&line.operands([pathspec(dir)]))?;
        // Two letters and a blank come before each path.
        Ok(yaml_paths(stdout.split(|byte| *byte == 0).filter_map(|entry| entry.get(3..))))
    }
}

fn upstream(git: &Git, dir: &Path, branch: &BranchName) -> Result<Option<Upstream>, GitError> {
    let Some(remote) = git.ask(dir, "config", &["--get", &format!("branch.{branch}.remote")])? else { return Ok(None) };
    let Some(merge) = git.ask(dir, "config", &["--get", &format!("branch.{branch}.merge")])? else { return Ok(None) };
    let url = git.ask(dir, "remote", &["get-url", "--", &remote])?;
    Ok(url.zip(BranchName::from_ref(&merge)).map(|(url, branch)| Upstream { remote, url, branch }))
}

/// The directory itself, whatever characters it has, from the top of the clone.
fn pathspec(dir: &FabricDir) -> std::ffi::OsString {
    use std::os::unix::ffi::OsStringExt;
    std::ffi::OsString::from_vec([b":(top,literal)", dir.path().as_bytes()].concat())
}

fn yaml_paths<'a>(paths: impl Iterator<Item = &'a [u8]>) -> Vec<TreePath> {
    let mut found: Vec<_> = paths.filter(|path| is_yaml(path)).map(TreePath::new).collect();
    found.sort();
    found
}
