//! One commit: whose it is, and whether it holds.

use std::collections::BTreeSet;

use hedgerow_core::ledger::{self, Operation, Told, TrailerError, Trailers};
use hedgerow_core::path::TreePath;
use hedgerow_core::plan::Counts;
use hedgerow_core::policy;
use hedgerow_git::{CommitRead, Difference, ObjectError, TreeId};
use serde::Serialize;

use super::Verdict;
use super::account::Account;
use super::pair::Reader;
use crate::failure::Failure;
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
    /// The run that its trailers name.
    pub run: Option<String>,
    /// The allowed signer who signed it, where that was asked.
    pub signer: Option<String>,
    /// The counts of the derived ledger, where it could be derived.
    pub counts: Option<Counts>,
    /// `sha256:` and the digest of the derived ledger, where it could be derived.
    pub ledger: Option<String>,
    /// The same, line by line, and the directory before and after; only where that was asked.
    #[serde(flatten)]
    pub account: Option<Account>,
    /// The derived ledger, until it is known whether it is asked for.
    #[serde(skip)]
    pub(super) derived: Option<ledger::Ledger>,
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
            run: None,
            signer: None,
            counts: None,
            ledger: None,
            account: None,
            derived: None,
            paths: Vec::new(),
        }
    }

    fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Takes over the ledger that the trees give.
    fn derived(&mut self, ledger: ledger::Ledger) {
        self.counts = Some(Counts::of(&ledger));
        self.ledger = Some(format!("sha256:{}", ledger.digest()));
        self.derived = Some(ledger);
    }

    /// What a missing or wrong signature comes to.
    pub(super) fn unsigned(&mut self, what: &str) {
        self.notes.push(format!("not signed by an allowed signer: {what}"));
        // A copy without trailers claims nothing, so nothing is refuted.
        let claims = self.kind != Kind::Copy || self.run.is_some();
        let worse = if claims { Standing::DoesNotHold } else { Standing::CouldNotTell };
        if self.standing != Standing::DoesNotHold {
            self.standing = worse;
        }
    }
}

/// A commit and what is around it.
struct Case<'a, 'm> {
    reader: &'a mut Reader<'m>,
    commit: &'a CommitRead,
    /// The tree of the first parent.
    before: Option<TreeId>,
    /// What differs from the first parent, in the directory and elsewhere.
    inside: Vec<Difference>,
    outside: Vec<TreePath>,
    /// The paths under the directory that differ from every parent.
    touched: Vec<TreePath>,
}

/// What is found of `commit`; `None` when it is not ours and leaves the directory alone.
pub(super) fn judge(reader: &mut Reader<'_>, commit: &CommitRead, strict: bool) -> Result<Option<Judged>, Failure> {
    let judged = Case::of(reader, commit).map_err(Failure::from).and_then(|mut case| case.judge(strict));
    match judged {
        Err(Failure::Object(error)) => Ok(Some(could_not_tell(commit, &error))),
        other => other,
    }
}

fn could_not_tell(commit: &CommitRead, error: &ObjectError) -> Judged {
    let note = match error {
        ObjectError::Missing(id) => format!("object {id} is not here: the history is too short, or damaged"),
        other => other.to_string(),
    };
    Judged::new(commit, Kind::Ours, Standing::CouldNotTell).note(note)
}

impl<'a, 'm> Case<'a, 'm> {
    fn of(reader: &'a mut Reader<'m>, commit: &'a CommitRead) -> Result<Self, ObjectError> {
        let (mirror, dir) = (reader.mirror, reader.dir.clone());
        let root = TreePath::new(Vec::new());
        let mut parents = commit.parents.iter();
        let before = parents.next().map(|first| mirror.commit(first)).transpose()?.map(|first| first.tree);
        let found = mirror.compare(before.as_ref(), Some(&commit.tree), &root)?;
        let (inside, outside): (Vec<_>, Vec<_>) = found.into_iter().partition(|found| dir.zone(&found.path).is_some());
        let mut touched: Vec<TreePath> = inside.iter().map(|found| found.path.clone()).collect();
        for parent in parents {
            let differ = mirror.compare(Some(&mirror.commit(parent)?.tree), Some(&commit.tree), &root)?;
            let differ: BTreeSet<TreePath> = differ.into_iter().map(|found| found.path).collect();
            touched.retain(|path| differ.contains(path));
        }
        let outside = outside.into_iter().map(|found| found.path).collect();
        Ok(Self { reader, commit, before, inside, outside, touched })
    }

    fn judge(&mut self, strict: bool) -> Result<Option<Judged>, Failure> {
        let commit = self.commit;
        let told = Trailers::told(&commit.message, &self.reader.dir);
        if told != Told::Here && self.touched.is_empty() {
            return Ok(None);
        }
        match Trailers::parse(&commit.message) {
            Ok(Some(trailers)) if trailers.directory == self.reader.dir => {
                let mut judged = self.ours(&trailers)?;
                judged.run = Some(trailers.run);
                Ok(Some(judged))
            }
            Ok(Some(trailers)) => Ok(self.elsewhere(&trailers)),
            Err(error @ TrailerError::Format(_)) => {
                Ok(Some(Judged::new(commit, Kind::Ours, Standing::CouldNotTell).note(error.to_string())))
            }
            Err(error) => Ok(Some(self.impostor(error.to_string()))),
            Ok(None) if told != Told::Nothing => {
                Ok(Some(self.impostor("it has trailers of ours, and Hedgerow-Run is missing".to_owned())))
            }
            Ok(None) => self.without_trailers(strict),
        }
    }

    /// Our trailers for this directory: ours, a copy of ours, or neither.
    fn ours(&mut self, trailers: &Trailers) -> Result<Judged, Failure> {
        let commit = self.commit;
        if commit.parents.is_empty() && trailers.operation == Operation::Init && trailers.parent == no_parent(commit) {
            return self.balanced(trailers, Kind::Ours);
        }
        let [parent] = commit.parents.as_slice() else {
            return Ok(self.impostor(format!("it has {} parents", commit.parents.len())));
        };
        if parent.as_str() == trailers.parent {
            return self.balanced(trailers, Kind::Ours);
        }
        if commit.committer.person.email == self.our_email()? {
            let what = format!("its trailer names the parent {}, but it has {parent}", trailers.parent);
            return Ok(self.impostor(what));
        }
        self.balanced(trailers, Kind::Copy)
    }

    /// Whether the trees balance; for a commit of ours also whether they give what the trailers claim.
    fn balanced(&mut self, trailers: &Trailers, kind: Kind) -> Result<Judged, Failure> {
        let mut judged = Judged::new(self.commit, kind, Standing::Holds);
        judged.notes.extend(self.elsewhere_touched());
        let taken_back = self.taken_back(trailers)?;
        let undo = undo::borrowed(&taken_back);
        let pair = self.reader.pair(self.before.as_ref(), &self.commit.tree, &self.inside, trailers.adopt)?;
        match ledger::balance(&pair.before, &pair.after, &trailers.operation, trailers.adopt, undo) {
            Err(breaches) => judged.notes.extend(breaches.iter().map(ToString::to_string)),
            Ok(ledger) => {
                let claims = ledger::claims(&ledger, trailers);
                judged.derived(ledger);
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

    /// The trees of the commit that this one takes back.
    fn taken_back(&self, trailers: &Trailers) -> Result<Option<undo::Trees>, Failure> {
        let mirror = self.reader.mirror;
        let Some(done) = undo::taken_back(mirror, &self.commit.id, trailers)? else { return Ok(None) };
        let base = mirror.commit(&done.parents[0])?;
        Ok(Some(self.reader.taken_back(&done, &base.tree, &self.inside)?))
    }

    /// What differs outside the directory: nothing may.
    fn elsewhere_touched(&self) -> Vec<String> {
        let dir = &self.reader.dir;
        self.outside.iter().take(PATHS_NAMED).map(|path| format!("{path} outside {dir} differs")).collect()
    }

    /// Our trailers, for another directory.
    fn elsewhere(&self, trailers: &Trailers) -> Option<Judged> {
        let what = format!("its trailers are for {}, but it changes {}", trailers.directory, self.reader.dir);
        (!self.touched.is_empty()).then(|| self.impostor(what))
    }

    /// No trailers of ours: people's, unless it pretends otherwise.
    fn without_trailers(&mut self, strict: bool) -> Result<Option<Judged>, Failure> {
        if self.touched.is_empty() {
            return Ok(None);
        }
        let ours = self.our_email()?;
        let commit = self.commit;
        if commit.committer.person.email == ours {
            return Ok(Some(self.impostor("our committer made it, but it carries no trailers of ours".to_owned())));
        }
        if commit.author.person.email == ours {
            return self.bare_copy().map(Some);
        }
        Ok(Some(self.people(strict)))
    }

    /// Our author without trailers: a copy whose message was rewritten. Where it does not balance, nobody can tell.
    fn bare_copy(&mut self) -> Result<Judged, Failure> {
        let mut judged = Judged::new(self.commit, Kind::Copy, Standing::Holds);
        judged.notes.push("a copy without trailers".to_owned());
        if self.commit.parents.len() != 1 {
            judged.standing = Standing::CouldNotTell;
            return Ok(judged.note("it has no single parent to be judged against"));
        }
        judged.notes.extend(self.elsewhere_touched());
        let pair = self.reader.pair(self.before.as_ref(), &self.commit.tree, &self.inside, false)?;
        match ledger::balance(&pair.before, &pair.after, &Operation::Sync, false, None) {
            Ok(ledger) => judged.derived(ledger),
            Err(breaches) => judged.notes.extend(breaches.iter().map(ToString::to_string)),
        }
        if judged.notes.len() > 1 {
            judged.standing = Standing::CouldNotTell;
        }
        Ok(judged)
    }

    fn people(&self, strict: bool) -> Judged {
        let dir = &self.reader.dir;
        let mut judged = Judged::new(self.commit, Kind::People, Standing::Listed);
        let ours = [dir.managed(), dir.unmanaged()];
        let meddles = self.touched.iter().any(|path| ours.iter().any(|zone| path.below(zone).is_some()));
        if strict && meddles {
            judged.standing = Standing::DoesNotHold;
            judged.notes.push("a person's edit under managed/ or unmanaged/".to_owned());
        }
        judged.paths.clone_from(&self.touched);
        judged
    }

    fn impostor(&self, what: String) -> Judged {
        Judged::new(self.commit, Kind::Impostor, Standing::DoesNotHold).note(what)
    }

    /// Our committer's e-mail, as the policy in the parent has it.
    fn our_email(&mut self) -> Result<String, ObjectError> {
        let file = self.reader.dir.settings().join("policy.toml");
        let tree = self.before.as_ref().map(|before| self.reader.with_file(before, &file)).transpose()?;
        Ok(tree.as_ref().map(policy::committer).unwrap_or_default().email)
    }
}

/// What a commit without a parent names as its parent: zeros, as many as an id has digits.
fn no_parent(commit: &CommitRead) -> String {
    "0".repeat(commit.id.as_str().len())
}
