//! Giving the remote a commit: two HTTP requests. Never forced: the branch's expected place is named, and our commit is a
//! descendant of it, so that the remote either moves forward from there or says no.

use super::{Ancestry, Mirror, Push};
use crate::branch::BranchName;
use crate::error::{GitError, RemoteError};
use crate::id::CommitId;
use crate::output::push::{Report, report};
use crate::process::{End, Finished};

/// git's packer reads our copy and nothing else: when it dies, it met something there that it does not survive.
const PACKER_DIED: &str = "error: pack-objects died";

impl Mirror {
    /// Moves `branch` from `expected` to `commit`; `None` expects that there is no such branch.
    ///
    /// An error means that nothing was sent. Whatever happens after that (a cut line, a deadline, a cancellation) is
    /// [`Push::Unknown`], since the remote may have taken it.
    pub fn push(
        &self,
        commit: &CommitId,
        branch: &BranchName,
        expected: Option<&CommitId>,
    ) -> Result<Push, RemoteError> {
        self.send(Some(commit), branch, expected, &[])
    }

    /// Whether the remote would let this credential write at all: everything of a push but the sending. A hook or a
    /// protected branch still may refuse.
    pub fn may_push(
        &self,
        commit: &CommitId,
        branch: &BranchName,
        expected: Option<&CommitId>,
    ) -> Result<Push, RemoteError> {
        self.send(Some(commit), branch, expected, &["--dry-run"])
    }

    /// Deletes `branch`, if it is at `expected`. For side refs of ours only.
    pub fn delete(&self, branch: &BranchName, expected: &CommitId) -> Result<Push, RemoteError> {
        self.send(None, branch, Some(expected), &[])
    }

    fn send(
        &self,
        commit: Option<&CommitId>,
        branch: &BranchName,
        expected: Option<&CommitId>,
        more: &[&str],
    ) -> Result<Push, RemoteError> {
        if let (Some(commit), Some(expected)) = (commit, expected) {
            self.must_descend(commit, expected)?;
        }
        let full = branch.full();
        let lease = format!("--force-with-lease={full}:{}", expected.map_or("", CommitId::as_str));
        let refspec = format!("{}:{full}", commit.map_or("", CommitId::as_str));
        let line = self.network("push", Some(&self.copy()))?;
        let line =
            line.options(["--porcelain", "--no-verify", "--no-progress", "--no-signed"]).options(more.iter().copied());
        let command = line.options([lease]).operands([self.remote.url.argument(), refspec.into()]);
        match self.git.run(&command) {
            Ok(finished) => self.understood(commit, branch, &finished),
            Err(GitError::Cancelled | GitError::Timeout { .. }) if self.git.patience().cancel.is_cancelled() => {
                Ok(Push::Unknown("cancelled while pushing".into()))
            }
            Err(error @ GitError::Timeout { .. }) => Ok(Push::Unknown(error.to_string())),
            Err(error) => Err(self.stopped(error)),
        }
    }

    fn understood(
        &self,
        commit: Option<&CommitId>,
        branch: &BranchName,
        finished: &Finished,
    ) -> Result<Push, RemoteError> {
        let success = finished.end == End::Success;
        if let Some(words) = finished.stderr.lines().find(|line| line.starts_with(PACKER_DIED)) {
            self.note_damage(words);
        }
        match report(&finished.stdout, &finished.stderr, success, self.secret()) {
            Report::Answered(push) => Ok(push),
            Report::NothingSent => Err(self.refused(&finished.stderr)),
            Report::Raced(words) => Ok(self.raced(commit, branch, words)),
        }
    }

    /// When a connection dies while we send, git's HTTP library sends again by itself. If the first had arrived, the
    /// second is told that the branch has moved: to our own commit.
    fn raced(&self, commit: Option<&CommitId>, branch: &BranchName, words: String) -> Push {
        match self.look(branch) {
            Ok(look) if look.head.as_ref() == commit => Push::Pushed,
            Ok(_) => Push::Moved,
            Err(error) => Push::Unknown(format!("{words}; and a look failed: {error}")),
        }
    }

    /// A lease alone would let a push go sideways.
    fn must_descend(&self, commit: &CommitId, expected: &CommitId) -> Result<(), RemoteError> {
        match self.ancestry(expected, commit) {
            Ancestry::Yes => Ok(()),
            _ => Err(RemoteError::Local { words: format!("{commit} cannot be shown to descend from {expected}") }),
        }
    }
}
