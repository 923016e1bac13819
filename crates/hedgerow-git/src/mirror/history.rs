//! History beyond the head, for questions that need it.

use super::{Ancestry, Depth, Mirror};
use crate::error::{ObjectError, RemoteError};
use crate::id::CommitId;
use crate::objects::{Lineage, Log};

impl Mirror {
    /// Brings `by` more generations of the fetched branch here: three HTTP requests. Nothing, when all is here.
    pub fn deepen(&self, by: u32) -> Result<(), RemoteError> {
        self.lengthen(format!("--deepen={by}"))
    }

    /// Brings all of the fetched branch's history here. When [`Mirror::depth`] says [`Depth::Shallow`] afterwards, the
    /// remote itself has no more.
    pub fn unshallow(&self) -> Result<(), RemoteError> {
        self.lengthen("--unshallow".to_owned())
    }

    fn lengthen(&self, how: String) -> Result<(), RemoteError> {
        let local = |words: String| RemoteError::Local { words };
        let Some(branch) = &self.branch else { return Err(local("nothing was fetched yet".into())) };
        if self.depth().map_err(|error| local(error.to_string()))? == Depth::Complete {
            return Ok(());
        }
        let line = self.network("fetch", Some(&self.copy()))?.options(super::fetch::OPTIONS.iter().copied());
        let refspec = format!("+{0}:{0}", branch.full());
        let command = line.options([how]).operands([self.remote.url.argument(), refspec.into()]);
        self.talk(&command).map(|_| ())
    }

    /// How much history is here.
    pub fn depth(&self) -> Result<Depth, ObjectError> {
        Ok(if self.objects()?.is_shallow()? { Depth::Shallow } else { Depth::Complete })
    }

    /// The commits from `from` backwards over all parents, newest first; without those that `until` reaches.
    pub fn log(&self, from: &CommitId, until: Option<&CommitId>) -> Result<Log, ObjectError> {
        self.walked(from, until, Lineage::AllParents)
    }

    /// The commits from `from` backwards over first parents, down to `until` (left out).
    pub fn first_parents(&self, from: &CommitId, until: Option<&CommitId>) -> Result<Log, ObjectError> {
        self.walked(from, until, Lineage::FirstParent)
    }

    /// A walk ends where the copy is shallow: what it misses before that is a hole, unless its very ends are not here.
    fn walked(&self, from: &CommitId, until: Option<&CommitId>, lineage: Lineage) -> Result<Log, ObjectError> {
        let objects = self.objects()?;
        let log = objects.log(from, until, lineage);
        let whole = objects.holds(from) && until.is_none_or(|until| objects.holds(until));
        self.noting(if whole { log.map_err(ObjectError::in_a_whole_copy) } else { log })
    }

    /// Whether `ancestor` is in the history of `descendant`. An object that is not here is no proof of anything.
    pub fn ancestry(&self, ancestor: &CommitId, descendant: &CommitId) -> Ancestry {
        let told = self.noting(self.objects().and_then(|objects| objects.ancestry(ancestor, descendant)));
        told.unwrap_or_else(|error| {
            tracing::debug!(%ancestor, %descendant, %error, "ancestry could not be told");
            Ancestry::CouldNotTell
        })
    }

    /// Whether `commit` has parents that are not here because the copy is shallow.
    pub fn is_shallow_boundary(&self, commit: &CommitId) -> Result<bool, ObjectError> {
        self.objects()?.is_shallow_boundary(commit)
    }
}
