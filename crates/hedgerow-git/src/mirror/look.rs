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
        let refs = read(&ask(line.clone())?.stdout)?;
        if !refs.is_empty() || !matches!(self.remote.url.transport(), Transport::Http | Transport::Https) {
            return Ok(refs);
        }
        let mut traced = line;
        traced.set("GIT_TRACE_PACKET", "1");
        let again = ask(traced)?;
        must_speak_git(&again.stderr)?;
        read(&again.stdout)
    }
}

fn read(stdout: &[u8]) -> Result<Refs, RemoteError> {
    Refs::parse(stdout).map_err(|line| RemoteError::Broken { words: crate::redact::words(&line, None) })
}

/// git takes any page for a repository of static files, and an odd one, or one that was cut before it said what it is, for an
/// empty one. One that really is empty says so in git's protocol, whose packets the trace shows; and what counts is what that
/// very answer lists, not the one before it.
fn must_speak_git(trace: &str) -> Result<(), RemoteError> {
    if trace.contains("packet:") {
        Ok(())
    } else {
        Err(RemoteError::NotARepository { words: "the server answers, but not in git's protocol".into() })
    }
}
