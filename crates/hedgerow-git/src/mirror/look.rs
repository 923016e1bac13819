//! A fresh look at the remote, over a connection of its own: two HTTP requests.

use std::collections::BTreeMap;

use super::{Look, Mirror};
use crate::branch::BranchName;
use crate::command::Line;
use crate::error::RemoteError;
use crate::id::CommitId;
use crate::output::refs::Refs;
use crate::url::Transport;

impl Mirror {
    /// The remote's word, now, on where `branch` is. Needs no copy and changes none.
    pub fn look(&self, branch: &BranchName) -> Result<Look, RemoteError> {
        let refs = self.refs(&["HEAD".to_owned(), branch.full()])?;
        Ok(Look { head: refs.branch(branch).cloned(), default_branch: refs.default_branch().cloned() })
    }

    /// The same for several branches, by one look. One that the remote does not have is absent.
    pub fn heads(&self, branches: &[BranchName]) -> Result<BTreeMap<BranchName, CommitId>, RemoteError> {
        let patterns: Vec<_> = branches.iter().map(BranchName::full).collect();
        let refs = self.refs(&patterns)?;
        Ok(branches.iter().filter_map(|branch| Some((branch.clone(), refs.branch(branch)?.clone()))).collect())
    }

    /// `HEAD` and all branches.
    pub(super) fn all_refs(&self) -> Result<Refs, RemoteError> {
        self.refs(&["HEAD".to_owned(), "refs/heads/*".to_owned()])
    }

    fn refs(&self, patterns: &[String]) -> Result<Refs, RemoteError> {
        let line = self.network("ls-remote", None)?.options(["--symref"]);
        let ask = |line: Line| {
            let patterns = patterns.iter().map(Into::into);
            self.talk(&line.operands(std::iter::once(self.remote.url.argument()).chain(patterns)))
        };
        let finished = ask(line.clone())?;
        let refs = Refs::parse(&finished.stdout)
            .map_err(|line| RemoteError::Broken { words: crate::redact::words(&line, None) })?;
        if refs.is_empty() && matches!(self.remote.url.transport(), Transport::Http | Transport::Https) {
            let mut traced = line;
            traced.set("GIT_TRACE_PACKET", "1");
            must_speak_git(&ask(traced)?.stderr)?;
        }
        Ok(refs)
    }
}

/// git takes any page for a repository of static files, and an odd one for an empty one. One that really is empty says
/// so in git's protocol, whose packets the trace shows.
fn must_speak_git(trace: &str) -> Result<(), RemoteError> {
    if trace.contains("packet:") {
        Ok(())
    } else {
        Err(RemoteError::NotARepository { words: "the server answers, but not in git's protocol".into() })
    }
}
