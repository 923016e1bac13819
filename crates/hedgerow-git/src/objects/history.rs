//! Questions about history, as far as it is here.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet, VecDeque};

use gix::ObjectId;
use gix::objs::{CommitRefIter, Kind};

use super::{CommitRead, Objects, damaged};
use crate::error::ObjectError;
use crate::id::CommitId;
use crate::limits::MAX_COMMITS;
use crate::mirror::Ancestry;

/// Which parents are followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lineage {
    /// The first alone: what the branch itself has been.
    FirstParent,
    /// Every one.
    AllParents,
}

/// Commits, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    /// The commits.
    pub commits: Vec<CommitRead>,
    /// Why there are no more.
    pub end: LogEnd,
}

/// See [`Log`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogEnd {
    /// All of the history that was asked for is in the log.
    Complete,
    /// The history that is here ends before: there may be more.
    Shallow,
}

impl Objects {
    /// Whether any history is missing.
    pub(crate) fn is_shallow(&self) -> Result<bool, ObjectError> {
        self.repo.is_shallow().map_err(damaged)
    }

    /// See [`crate::Mirror::is_shallow_boundary`].
    pub(crate) fn is_shallow_boundary(&self, commit: &CommitId) -> Result<bool, ObjectError> {
        Ok(self.boundary()?.contains(&self.object_id(commit)?))
    }

    /// See [`crate::Mirror::log`] and [`crate::Mirror::first_parents`].
    pub(crate) fn log(&self, from: &CommitId, until: Option<&CommitId>, lineage: Lineage) -> Result<Log, ObjectError> {
        let mut walk = Walk { objects: self, boundary: self.boundary()?, seen: HashSet::new() };
        match (until, lineage) {
            (None, _) => {}
            (Some(until), Lineage::FirstParent) => drop(walk.seen.insert(self.object_id(until)?)),
            (Some(until), Lineage::AllParents) => drop(walk.reach(&self.object_id(until)?, None)?),
        }
        walk.log(self.object_id(from)?, lineage)
    }

    /// See [`crate::Mirror::ancestry`].
    pub(crate) fn ancestry(&self, ancestor: &CommitId, descendant: &CommitId) -> Result<Ancestry, ObjectError> {
        let mut walk = Walk { objects: self, boundary: self.boundary()?, seen: HashSet::new() };
        walk.reach(&self.object_id(descendant)?, Some(&self.object_id(ancestor)?))
    }

    /// The commits whose parents a shallow fetch left out.
    fn boundary(&self) -> Result<HashSet<ObjectId>, ObjectError> {
        let commits = self.repo.shallow_commits().map_err(damaged)?;
        Ok(commits.map(|commits| commits.iter().copied().collect()).unwrap_or_default())
    }

    fn parents(&self, id: &ObjectId, buffer: &mut Vec<u8>) -> Result<Vec<ObjectId>, ObjectError> {
        let data = self.read(id, Kind::Commit, buffer)?;
        Ok(CommitRefIter::from_bytes(data, self.kind()).parent_ids().collect())
    }
}

/// One walk backwards; what it has seen it does not see again.
struct Walk<'a> {
    objects: &'a Objects,
    boundary: HashSet<ObjectId>,
    seen: HashSet<ObjectId>,
}

impl Walk<'_> {
    /// Walks everything below `from`, until `sought` is met.
    fn reach(&mut self, from: &ObjectId, sought: Option<&ObjectId>) -> Result<Ancestry, ObjectError> {
        let mut ahead = VecDeque::from([*from]);
        let mut buffer = Vec::new();
        let mut told = Ancestry::No;
        while let Some(id) = ahead.pop_front() {
            if Some(&id) == sought {
                return Ok(Ancestry::Yes);
            }
            if !self.first_time(id)? {
                continue;
            }
            if self.boundary.contains(&id) {
                told = Ancestry::CouldNotTell;
            } else {
                ahead.extend(self.objects.parents(&id, &mut buffer)?);
            }
        }
        Ok(told)
    }

    /// By time, so that merged lines interleave as `git log` shows them; by arrival among equals.
    fn log(&mut self, from: ObjectId, lineage: Lineage) -> Result<Log, ObjectError> {
        let mut log = Log { commits: Vec::new(), end: LogEnd::Complete };
        let mut ahead = BinaryHeap::new();
        let mut read = HashMap::new();
        let mut buffer = Vec::new();
        let mut next = vec![from];
        loop {
            for id in std::mem::take(&mut next) {
                if self.first_time(id)? {
                    let commit = self.objects.commit_at(&id, &mut buffer)?;
                    ahead.push((commit.committer.time.seconds, Reverse(self.seen.len()), id));
                    read.insert(id, commit);
                }
            }
            let Some(((.., id), commit)) = ahead.pop().and_then(|top| read.remove(&top.2).map(|commit| (top, commit)))
            else {
                return Ok(log);
            };
            if !self.boundary.contains(&id) {
                next = self.followed(&commit, lineage)?;
            } else if !commit.parents.is_empty() {
                log.end = LogEnd::Shallow;
            }
            log.commits.push(commit);
        }
    }

    fn followed(&self, commit: &CommitRead, lineage: Lineage) -> Result<Vec<ObjectId>, ObjectError> {
        let count = if lineage == Lineage::FirstParent { 1 } else { commit.parents.len() };
        commit.parents.iter().take(count).map(|parent| self.objects.object_id(parent)).collect()
    }

    fn first_time(&mut self, id: ObjectId) -> Result<bool, ObjectError> {
        if self.seen.len() >= MAX_COMMITS {
            return Err(ObjectError::TooLarge { what: "the history to walk".into(), limit: MAX_COMMITS as u64 });
        }
        Ok(self.seen.insert(id))
    }
}
