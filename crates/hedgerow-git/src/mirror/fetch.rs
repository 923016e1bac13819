//! Bringing the branch's head here: three HTTP requests the first time and when it moved, two when it did not.

use std::fs;

use super::{Extent, Fetched, Mirror, Moved, remove};
use crate::branch::{BranchChoice, BranchName};
use crate::error::RemoteError;
use crate::id::CommitId;
use crate::limits::{FIRST_DEPTH, MAX_BRANCHES_NAMED};
use crate::objects::Head;

/// Where a fetch of the remote's `HEAD` is noted.
const REMOTE_HEAD: &str = "refs/hedgerow/head";

/// What every fetch has in common: the branch and nothing else.
pub(super) const OPTIONS: &[&str] = &[
    "--quiet",
    "--no-tags",
    "--no-write-fetch-head",
    "--no-auto-maintenance",
    "--no-recurse-submodules",
    "--no-show-forced-updates",
    "--refmap=",
];

impl Mirror {
    /// Brings the head of the chosen branch here, with its tree and as little history as may be.
    ///
    /// A copy that turns out damaged is made anew, once. For [`BranchChoice::RemoteHead`] the remembered branch is fetched
    /// together with `HEAD`; where they differ, the remote is asked again what its `HEAD` points to.
    pub fn fetch(&mut self, choice: &BranchChoice) -> Result<Fetched, RemoteError> {
        let fetched = self.fetch_or_renew(choice)?;
        self.branch = Some(fetched.branch.clone());
        Ok(fetched)
    }

    /// The same, with all of the branch's history. Where nothing is here yet, it comes in one piece: first the newest part and
    /// then the rest would cost the remote a second pack, and us a second look at how all of it hangs together.
    pub fn fetch_whole(&mut self, choice: &BranchChoice) -> Result<Fetched, RemoteError> {
        self.extent = Extent::Whole;
        let fetched = self.fetch(choice)?;
        if fetched.head.is_some() {
            self.unshallow()?;
        }
        Ok(fetched)
    }

    /// What makes git bring only the newest part of a branch, where that is enough.
    fn depth_option(&self) -> Option<String> {
        (self.extent == Extent::Recent).then(|| format!("--depth={FIRST_DEPTH}"))
    }

    fn fetch_or_renew(&mut self, choice: &BranchChoice) -> Result<Fetched, RemoteError> {
        if !self.copy().exists() {
            return self.clone_anew(choice);
        }
        match self.update(choice) {
            Err(RemoteError::Local { words }) => {
                tracing::warn!(copy = %self.copy().display(), words, "the local copy is made anew");
                self.clone_anew(choice)
            }
            other => other,
        }
    }

    /// A fetch into the copy that is there.
    fn update(&mut self, choice: &BranchChoice) -> Result<Fetched, RemoteError> {
        match (choice, self.remembered()?) {
            (BranchChoice::Named(branch), _) => self.update_branch(branch),
            (BranchChoice::RemoteHead, Some(branch)) => self.update_default(&branch),
            (BranchChoice::RemoteHead, None) => self.clone_anew(choice),
        }
    }

    fn update_branch(&mut self, branch: &BranchName) -> Result<Fetched, RemoteError> {
        let before = self.here(branch)?;
        match self.bring(branch, &before, &[]) {
            Err(RemoteError::NoBranch { .. }) => return self.without(branch),
            other => other?,
        }
        self.fetched(branch, before)
    }

    fn update_default(&mut self, branch: &BranchName) -> Result<Fetched, RemoteError> {
        let before = self.here(branch)?;
        match self.bring(branch, &before, &[format!("+HEAD:{REMOTE_HEAD}")]) {
            Err(RemoteError::NoBranch { .. }) => return self.resolve_default(),
            other => other?,
        }
        let objects = self.objects().map_err(local)?;
        if objects.reference(REMOTE_HEAD).map_err(local)? == self.here(branch)? {
            return self.fetched(branch, before);
        }
        self.resolve_default()
    }

    /// The remote's `HEAD` is not what we remember.
    fn resolve_default(&mut self) -> Result<Fetched, RemoteError> {
        let refs = self.all_refs()?;
        match (refs.default_branch().cloned(), refs.head()) {
            (Some(branch), Some(_)) => {
                self.remember(&branch)?;
                self.update_branch(&branch)
            }
            (None, Some(commit)) => Err(RemoteError::DetachedHead { commit: commit.clone() }),
            (_, None) => self.clone_anew(&BranchChoice::RemoteHead),
        }
    }

    /// One `git fetch`. A branch that is new here comes without its history.
    fn bring(&mut self, branch: &BranchName, before: &Option<CommitId>, more: &[String]) -> Result<(), RemoteError> {
        let depth = self.depth_option().filter(|_| before.is_none());
        let line = self.network("fetch", Some(&self.copy()))?.options(OPTIONS.iter().copied()).options(depth);
        let refspec = format!("+{0}:{0}", branch.full());
        let operands = [self.remote.url.argument(), refspec.into()];
        let command = line.operands(operands.into_iter().chain(more.iter().map(Into::into)));
        self.talk(&command).map(|_| ())
    }

    /// The head is here for us to read, not only for git: what is damaged is found before anything is planned.
    fn fetched(&self, branch: &BranchName, before: Option<CommitId>) -> Result<Fetched, RemoteError> {
        let head = self.here(branch)?;
        if let Some(head) = &head {
            self.objects().and_then(|objects| objects.must_hold(head)).map_err(local)?;
        }
        let moved = match (&before, &head) {
            (None, _) => Moved::First,
            (before, head) if before == head => Moved::No,
            _ => Moved::Yes,
        };
        Ok(Fetched { branch: branch.clone(), head, moved })
    }

    /// A new copy in place of whatever is there.
    fn clone_anew(&mut self, choice: &BranchChoice) -> Result<Fetched, RemoteError> {
        match self.clone_into_place(choice) {
            Err(RemoteError::NoBranch { branch, .. }) => self.clone_without(&branch),
            Err(error) => Err(error),
            Ok(()) => self.cloned(choice),
        }
    }

    /// The branch that was asked for is not there: an empty repository is no error, others name what they have. git says it of
    /// an answer that was cut, too, or was no git server's: then the list has the branch.
    fn without(&self, branch: &BranchName) -> Result<Fetched, RemoteError> {
        let refs = self.all_refs()?;
        if refs.branch(branch).is_some() {
            let words = format!("it answered without {branch}, and a moment later with it");
            return Err(RemoteError::Broken { words });
        }
        if refs.is_empty() {
            return Ok(Fetched { branch: branch.clone(), head: None, moved: Moved::EmptyRepository });
        }
        let available = refs.branches().take(MAX_BRANCHES_NAMED).cloned().collect();
        Err(RemoteError::NoBranch { branch: branch.clone(), available })
    }

    /// An empty repository is copied too: its first commit needs a place, and its kind of hash.
    fn clone_without(&mut self, branch: &BranchName) -> Result<Fetched, RemoteError> {
        let fetched = self.without(branch)?;
        self.clone_into_place(&BranchChoice::RemoteHead)?;
        Ok(fetched)
    }

    fn clone_into_place(&mut self, choice: &BranchChoice) -> Result<(), RemoteError> {
        let fresh = self.fresh();
        remove(&fresh).and_then(|()| remove(&self.copy())).map_err(disk)?;
        let mut options = vec!["--bare", "--single-branch", "--no-tags", "--no-local", "--template=", "--quiet"];
        if let BranchChoice::Named(branch) = choice {
            options.extend(["--branch", branch.as_str()]);
        }
        let line = self.network("clone", None)?.options(options).options(self.depth_option());
        let command = line.operands([self.remote.url.argument(), fresh.clone().into_os_string()]);
        self.objects.take();
        match self.talk(&command) {
            Err(RemoteError::NoBranch { .. }) if matches!(choice, BranchChoice::RemoteHead) => {
                return Err(RemoteError::Broken { words: "the remote's HEAD names no branch".into() });
            }
            other => other?,
        };
        fs::rename(&fresh, self.copy()).map_err(disk)
    }

    /// What a new copy's `HEAD` says of the remote's.
    fn cloned(&mut self, choice: &BranchChoice) -> Result<Fetched, RemoteError> {
        if let BranchChoice::Named(branch) = choice {
            return self.fetched(branch, None);
        }
        match self.objects().and_then(crate::objects::Objects::head).map_err(local)? {
            Head::Branch(branch, Some(_)) => self.fetched(&branch, None),
            Head::Branch(branch, None) => {
                let empty = self.all_refs()?.is_empty();
                let moved = if empty { Moved::EmptyRepository } else { Moved::Unborn };
                Ok(Fetched { branch, head: None, moved })
            }
            Head::Detached(commit) => Err(RemoteError::DetachedHead { commit }),
        }
    }

    /// The branch that the remote's `HEAD` pointed to when last seen, if it was born.
    fn remembered(&self) -> Result<Option<BranchName>, RemoteError> {
        match self.objects().and_then(crate::objects::Objects::head).map_err(local)? {
            Head::Branch(branch, Some(_)) => Ok(Some(branch)),
            _ => Ok(None),
        }
    }

    fn remember(&self, branch: &BranchName) -> Result<(), RemoteError> {
        let line = self.git.commands().ours("symbolic-ref", &self.copy());
        self.git.output(&line.operands(["HEAD".to_owned(), branch.full()])).map_err(|error| self.stopped(error))?;
        Ok(())
    }

    /// Where `branch` is in our copy.
    fn here(&self, branch: &BranchName) -> Result<Option<CommitId>, RemoteError> {
        self.objects().and_then(|objects| objects.reference(&branch.full())).map_err(local)
    }
}

fn local(error: crate::error::ObjectError) -> RemoteError {
    RemoteError::Local { words: error.to_string() }
}

fn disk(error: std::io::Error) -> RemoteError {
    RemoteError::Local { words: error.to_string() }
}
