//! A fresh look at the remote, over a connection of its own: two HTTP requests.

use super::{Look, Mirror};
use crate::branch::BranchName;
use crate::error::RemoteError;
use crate::output::refs::Refs;

impl Mirror {
    /// The remote's word, now, on where `branch` is. Needs no copy and changes none.
    pub fn look(&self, branch: &BranchName) -> Result<Look, RemoteError> {
        let refs = self.refs(&["HEAD".to_owned(), branch.full()])?;
        Ok(Look { head: refs.branch(branch).cloned(), default_branch: refs.default_branch().cloned() })
    }

    /// What the remote says about the refs that `patterns` name; about all branches and `HEAD` when there are none.
    pub(super) fn refs(&self, patterns: &[String]) -> Result<Refs, RemoteError> {
        let line = self.network("ls-remote", None).options(["--symref"]);
        let url = self.remote.url.argument();
        let patterns = if patterns.is_empty() { &["HEAD".to_owned(), "refs/heads/*".to_owned()] } else { patterns };
        let command = line.operands(std::iter::once(url).chain(patterns.iter().map(Into::into)));
        let finished = self.talk(&command)?;
        Refs::parse(&finished.stdout).map_err(|line| RemoteError::Broken { words: crate::redact::words(&line, None) })
    }
}
