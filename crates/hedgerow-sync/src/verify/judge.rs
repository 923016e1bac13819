//! One commit: whose it is, and whether it holds.

use hedgerow_core::ledger::{self, Operation, TrailerError, Trailers};
use hedgerow_core::path::{FabricDir, TreePath};
use hedgerow_core::plan::Counts;
use hedgerow_core::policy;
use hedgerow_core::tree::FabricTree;
use hedgerow_git::{CommitId, CommitRead, Mirror, ObjectError, TreeLook};
use serde::Serialize;

use super::Verdict;
use crate::failure::Failure;
use crate::publish::NO_PARENT;
use crate::undo;

/// How many paths that should not differ a commit's notes name.
const PATHS_NAMED: usize = 3;

/// Whose a commit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Ours: it carries our trailers for the directory.
    Ours,
    /// A copy of one of ours: a squash, a cherry-pick, a rebase.
    Copy,
    /// It says that it is ours, and is not as ours are.
    Impostor,
    /// Somebody else's.
    People,
}

/// How a commit stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// All of it is so.
    Holds,
    /// Something is not.
    DoesNotHold,
    /// Something that decides cannot be read.
    CouldNotTell,
    /// It is listed, not judged.
    Listed,
}

impl Standing {
    pub(super) fn verdict(self) -> Verdict {
        match self {
            Self::Holds | Self::Listed => Verdict::Verified,
            Self::CouldNotTell => Verdict::CouldNotTell,
            Self::DoesNotHold => Verdict::DoesNotHold,
        }
    }
}

/// What was found of one commit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Judged {
    /// Its id.
    pub commit: String,
    /// The first line of its message.
    pub subject: String,
    /// Its committer's name and e-mail.
    pub by: String,
    /// When it was committed, RFC 3339, UTC.
    pub when: Option<String>,
    /// Whose it is.
    pub kind: Kind,
    /// How it stands.
    pub standing: Standing,
    /// What is not so, or could not be told, or is worth saying.
    pub notes: Vec<String>,
    /// The counts of the derived ledger, where it could be derived.
    pub counts: Option<Counts>,
    /// The paths under the directory that a person's commit changed.
    pub paths: Vec<TreePath>,
}

impl Judged {
    fn new(commit: &CommitRead, kind: Kind, standing: Standing) -> Self {
        let committer = &commit.committer;
        Self {
            commit: commit.id.to_string(),
            subject: commit.message.lines().next().unwrap_or_default().to_owned(),
            by: format!("{} <{}>", committer.person.name, committer.person.email),
            when: crate::draft::rfc3339_of_seconds(committer.time.seconds),
            kind,
            standing,
            notes: Vec::new(),
            counts: None,
            paths: Vec::new(),
        }
    }

    fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }
}

/// A commit and what is around it.
struct Case<'a> {
    mirror: &'a Mirror,
    commit: &'a CommitRead,
    dir: &'a FabricDir,
    /// The paths under the directory that differ from every parent.
    touched: Vec<TreePath>,
}

/// What is found of `commit`; `None` when it is not ours and leaves the directory alone.
pub(super) fn judge(
    mirror: &Mirror,
    commit: &CommitRead,
    dir: &FabricDir,
    strict: bool,
) -> Result<Option<Judged>, Failure> {
    let touched = match touched(mirror, commit, dir) {
        Ok(touched) => touched,
        Err(ObjectError::Missing(id)) => return Ok(Some(could_not_tell(commit, &id))),
        Err(error) => return Err(error.into()),
    };
    let case = Case { mirror, commit, dir, touched };
    let judged = match Trailers::parse(&commit.message) {
        Ok(Some(trailers)) if trailers.directory == *dir => case.ours(&trailers),
        Ok(Some(trailers)) => Ok(case.elsewhere(&trailers)),
        Err(error @ TrailerError::Format(_)) => {
            Ok(Some(Judged::new(commit, Kind::Ours, Standing::CouldNotTell).note(error.to_string())))
        }
        Err(error) => Ok(Some(Judged::new(commit, Kind::Impostor, Standing::DoesNotHold).note(error.to_string()))),
        Ok(None) => case.without_trailers(strict),
    };
    match judged {
        Err(Failure::Object(ObjectError::Missing(id))) => Ok(Some(could_not_tell(commit, &id))),
        other => other,
    }
}

/// The paths under the directory that differ from every parent.
fn touched(mirror: &Mirror, commit: &CommitRead, dir: &FabricDir) -> Result<Vec<TreePath>, ObjectError> {
    let Some((first, others)) = commit.parents.split_first() else {
        return Ok(inside(mirror.changes(None, &commit.id)?, dir));
    };
    let mut touched = inside(mirror.changes(Some(first), &commit.id)?, dir);
    for parent in others {
        let differ = mirror.changes(Some(parent), &commit.id)?;
        touched.retain(|path| differ.binary_search(path).is_ok());
    }
    Ok(touched)
}

fn inside(mut paths: Vec<TreePath>, dir: &FabricDir) -> Vec<TreePath> {
    paths.retain(|path| dir.zone(path).is_some());
    paths
}

fn could_not_tell(commit: &CommitRead, id: &str) -> Judged {
    let note = format!("object {id} is not here: the history is too short, or damaged");
    Judged::new(commit, Kind::Ours, Standing::CouldNotTell).note(note)
}

impl Case<'_> {
    /// Our trailers for this directory: ours, a copy of ours, or neither.
    fn ours(&self, trailers: &Trailers) -> Result<Option<Judged>, Failure> {
        if self.commit.parents.is_empty() && trailers.operation == Operation::Init && trailers.parent == NO_PARENT {
            return self.balanced(None, &self.empty(), trailers, Kind::Ours).map(Some);
        }
        let [parent] = self.commit.parents.as_slice() else {
            return Ok(Some(self.impostor(format!("it has {} parents", self.commit.parents.len()))));
        };
        let before = self.tree(parent)?;
        if parent.as_str() == trailers.parent {
            return self.balanced(Some(parent), &before, trailers, Kind::Ours).map(Some);
        }
        if self.is_by_us(&self.commit.committer.person.email, &before) {
            let what = format!("its trailer names the parent {}, but it has {parent}", trailers.parent);
            return Ok(Some(self.impostor(what)));
        }
        self.balanced(Some(parent), &before, trailers, Kind::Copy).map(Some)
    }

    /// Whether the trees balance; for a commit of ours also whether they give what the trailers claim.
    fn balanced(
        &self,
        parent: Option<&CommitId>,
        before: &FabricTree,
        trailers: &Trailers,
        kind: Kind,
    ) -> Result<Judged, Failure> {
        let mut judged = Judged::new(self.commit, kind, Standing::Holds);
        let after = self.tree(&self.commit.id)?;
        judged.notes.extend(self.outside(parent)?);
        let taken_back = undo::trees_taken_back(self.mirror, &self.commit.id, trailers)?;
        let undo = undo::borrowed(&taken_back);
        match ledger::balance(before, &after, &trailers.operation, trailers.adopt, undo) {
            Err(breaches) => judged.notes.extend(breaches.iter().map(ToString::to_string)),
            Ok(ledger) => {
                let claims = ledger::claims(&ledger, trailers);
                judged.counts = Some(Counts::of(&ledger));
                if kind == Kind::Ours {
                    judged.notes.extend(claims.iter().map(ToString::to_string));
                } else if judged.notes.is_empty() {
                    let agree = if claims.is_empty() { "agree" } else { "do not agree, since it has another parent" };
                    return Ok(judged.note(format!("a copy of {}'s; digest and counts {agree}", trailers.run)));
                }
            }
        }
        if !judged.notes.is_empty() {
            judged.standing = Standing::DoesNotHold;
        }
        Ok(judged)
    }

    /// What differs outside the directory: nothing may.
    fn outside(&self, parent: Option<&CommitId>) -> Result<Vec<String>, Failure> {
        let changed = self.mirror.changes(parent, &self.commit.id)?;
        let outside = changed.iter().filter(|path| self.dir.zone(path).is_none());
        Ok(outside.take(PATHS_NAMED).map(|path| format!("{path} outside {} differs", self.dir)).collect())
    }

    /// Our trailers, for another directory.
    fn elsewhere(&self, trailers: &Trailers) -> Option<Judged> {
        let what = format!("its trailers are for {}, but it changes {}", trailers.directory, self.dir);
        (!self.touched.is_empty()).then(|| self.impostor(what))
    }

    /// No trailers of ours: people's, unless it pretends otherwise.
    fn without_trailers(&self, strict: bool) -> Result<Option<Judged>, Failure> {
        if self.touched.is_empty() {
            return Ok(None);
        }
        let before = match self.commit.parents.first() {
            Some(parent) => Some(self.tree(parent)?),
            None => None,
        };
        let ours = before.as_ref().map(policy::committer).unwrap_or_default().email;
        if self.commit.committer.person.email == ours {
            return Ok(Some(self.impostor("our committer made it, but it carries no trailers of ours".to_owned())));
        }
        match before {
            Some(before) if self.commit.author.person.email == ours => self.bare_copy(&before).map(Some),
            _ => Ok(Some(self.people(strict))),
        }
    }

    /// Our author without trailers: a copy whose message was rewritten. Where it does not balance, nobody can tell.
    fn bare_copy(&self, before: &FabricTree) -> Result<Judged, Failure> {
        let after = self.tree(&self.commit.id)?;
        let mut judged = Judged::new(self.commit, Kind::Copy, Standing::Holds);
        judged.notes.push("a copy without trailers".to_owned());
        judged.notes.extend(self.outside(self.commit.parents.first())?);
        match ledger::balance(before, &after, &Operation::Sync, false, None) {
            Ok(ledger) => judged.counts = Some(Counts::of(&ledger)),
            Err(breaches) => judged.notes.extend(breaches.iter().map(ToString::to_string)),
        }
        if judged.notes.len() > 1 {
            judged.standing = Standing::CouldNotTell;
        }
        Ok(judged)
    }

    fn people(&self, strict: bool) -> Judged {
        let mut judged = Judged::new(self.commit, Kind::People, Standing::Listed);
        let ours = [self.dir.managed(), self.dir.unmanaged()];
        let meddles = self.touched.iter().any(|path| ours.iter().any(|zone| path.below(zone).is_some()));
        if strict && meddles {
            judged.standing = Standing::DoesNotHold;
            judged.notes.push("a person's edit under managed/ or unmanaged/".to_owned());
        }
        judged.paths.clone_from(&self.touched);
        judged
    }

    fn empty(&self) -> FabricTree {
        FabricTree { dir: self.dir.clone(), entries: Default::default() }
    }

    fn impostor(&self, what: String) -> Judged {
        Judged::new(self.commit, Kind::Impostor, Standing::DoesNotHold).note(what)
    }

    fn is_by_us(&self, email: &str, before: &FabricTree) -> bool {
        policy::committer(before).email == email
    }

    /// The directory at `commit`; empty where there is none.
    fn tree(&self, commit: &CommitId) -> Result<FabricTree, Failure> {
        match self.mirror.fabric_tree(commit, self.dir)? {
            TreeLook::Tree(snapshot) => Ok(snapshot.tree),
            TreeLook::Absent => Ok(self.empty()),
            TreeLook::NotATree { path } => Err(Failure::NotATree(path)),
        }
    }
}
