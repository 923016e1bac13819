//! One fabric's part in a run of its repository: how far it came, and what it leaves for the record.

use std::collections::BTreeMap;

use hedgerow_core::path::TreePath;
use hedgerow_core::plan::Plan;
use hedgerow_git::{CommitId, Mirror};
use hedgerow_store::{InboxAge, ObjectsChange, Origin, RunId};

use crate::draft::{Answer, Draft};
use crate::failure::{Failure, Lasting, Reach};
use crate::idle::Repeatable;
use crate::lease::Held;
use crate::origins;
use crate::report::{Reason, State};
use crate::request::Request;
use crate::world::World;

/// One fabric's part.
#[derive(Debug)]
pub(crate) struct Part<'r> {
    pub(crate) request: &'r Request,
    pub(crate) draft: Draft,
    pub(crate) standing: Standing,
    failed: Option<(Reason, Lasting)>,
    awaits: Option<CommitId>,
    pub(crate) oldest: Option<InboxAge>,
    /// Whether it was read and planned, and may not be written to.
    pub(crate) refused: bool,
    /// The newest commit of ours that the branch is known to have.
    pub(crate) ours: Option<CommitId>,
    /// The head that was verified last, when the branch no longer has it.
    pub(crate) rewound: Option<CommitId>,
    /// The head that our push made, where a second look has seen it.
    pub(crate) tip: Option<CommitId>,
}

/// How far a part has come in this round.
#[derive(Debug)]
#[allow(clippy::large_enum_variant, reason = "there are as many as a repository has fabrics, for one run")]
pub(crate) enum Standing {
    /// Nothing is known yet.
    Asked,
    /// Nothing is to be written; a second look is to say whether that is still so.
    Same(Box<Same>),
    /// Its commit stands in our copy, and waits for the push.
    Written(Box<Written>),
    /// It is at its end.
    Over(End),
}

/// See [`Standing::Same`].
#[derive(Debug)]
pub(crate) struct Same {
    pub(crate) plan: Plan,
    pub(crate) next: Repeatable,
}

/// See [`Standing::Written`].
#[derive(Debug)]
pub(crate) struct Written {
    pub(crate) plan: Plan,
    /// The head that was read, or the commit of the fabric before this one.
    pub(crate) parent: CommitId,
    pub(crate) commit: CommitId,
    pub(crate) after: State,
    pub(crate) next: Repeatable,
}

/// What a part that came to its end leaves for the record.
#[derive(Debug)]
pub(crate) enum End {
    /// It could not be done.
    Failed,
    /// The same as the run before, from the short cut: the objects are on record.
    Idle,
    /// The tree that the run read, and left.
    Unchanged(Plan, CommitId),
    /// The tree of our commit.
    Changed { plan: Plan, parent: CommitId, commit: CommitId },
    /// A commit that waits on another branch.
    Proposed,
}

/// What became of one fabric in a run of its repository.
#[derive(Clone, Debug)]
pub struct Told {
    /// The run.
    pub run: RunId,
    /// What it came to, and the report.
    pub answer: Answer,
    /// Why it failed, and how long that lasts.
    pub failed: Option<(Reason, Lasting)>,
    /// Whether it failed since it may not be written to: then what waits was read all the same.
    pub refused: bool,
    /// Whether the outcome of an earlier run was repeated.
    pub repeated: bool,
    /// The branch's head that this was said of: as it was last seen, without what others pushed on top of ours, which nobody
    /// has read yet.
    pub head: Option<CommitId>,
    /// Our commit, if one was pushed.
    pub commit: Option<CommitId>,
    /// The newest commit of ours that the branch is known to have.
    pub ours: Option<CommitId>,
    /// The head that was verified last, when the branch no longer has it.
    pub rewound: Option<CommitId>,
    /// In words: who looked, and what was seen.
    pub witness: Option<String>,
    /// How many documents are held.
    pub held: usize,
    /// The YAML files that wait in the inbox.
    pub inbox: Vec<TreePath>,
    /// The oldest of them, as git's history tells.
    pub oldest: Option<InboxAge>,
    /// The commit that a person must name before anything is written.
    pub awaits: Option<CommitId>,
}

impl<'r> Part<'r> {
    /// A part that begins now. Nothing is written yet.
    pub(crate) fn begin(world: &World, request: &'r Request) -> Self {
        let draft = Draft::begin(world, "sync", request.trigger, &request.target);
        let ours = request.memory.as_ref().and_then(|memory| memory.ours.clone());
        Self {
            request,
            draft,
            standing: Standing::Asked,
            failed: None,
            awaits: None,
            oldest: None,
            refused: false,
            ours,
            rewound: None,
            tip: None,
        }
    }

    /// Forgets what an overtaken round said.
    pub(crate) fn anew(&mut self, moved: u32) {
        self.draft.anew(moved);
        (self.standing, self.failed, self.refused) = (Standing::Asked, None, false);
    }

    /// Whether its writes wait for a person, who has not said a word: then nothing is repeated either.
    pub(crate) fn is_frozen(&self) -> bool {
        self.request.memory.as_ref().is_some_and(|memory| memory.frozen.is_some() || memory.accepted.is_some())
    }

    pub(crate) fn is_over(&self) -> bool {
        matches!(self.standing, Standing::Over(_))
    }

    /// The commit that waits for the push.
    pub(crate) fn written(&self) -> Option<&Written> {
        match &self.standing {
            Standing::Written(written) => Some(written),
            _ => None,
        }
    }

    /// It stops here.
    pub(crate) fn fail(&mut self, failure: &Failure) {
        self.draft.failed(failure);
        self.failed = Some((failure.reason(), failure.lasting()));
        self.awaits = failure.awaits().cloned();
        self.standing = Standing::Over(End::Failed);
    }

    /// Writes the record, and closes the run.
    pub(crate) fn record(&mut self, world: &World, mirror: &Mirror, lease: &Held) -> Result<(), Failure> {
        let end = match &self.standing {
            Standing::Over(end) => end,
            _ => unreachable!("the path leads every part to its end"),
        };
        if let End::Failed = end {
            self.draft.open_early(world, lease, &self.request.target)?;
        }
        let origins = origins::unknown(world, mirror, &self.draft, end.recorded())?;
        self.draft.close(world, lease, end.objects(&origins))?;
        self.draft.pending_deletions(world, self.request.confirm_deletions)
    }

    /// What became of it.
    pub(crate) fn told(self) -> Told {
        let report = &self.draft.report;
        Told {
            run: self.draft.id.clone(),
            failed: self.failed,
            refused: self.refused,
            repeated: matches!(self.standing, Standing::Over(End::Idle)),
            head: self.tip.or_else(|| self.draft.head().cloned()),
            commit: report.commit.as_deref().and_then(|id| CommitId::parse(id).ok()),
            ours: self.ours,
            rewound: self.rewound,
            witness: report.witness.clone(),
            held: report.counts.held,
            inbox: report.after.inbox.clone(),
            oldest: self.oldest,
            awaits: self.awaits,
            answer: self.draft.answer(),
        }
    }
}

impl End {
    /// The plan whose objects are recorded, and the commit that has them.
    fn recorded(&self) -> Option<(&Plan, &CommitId)> {
        match self {
            Self::Failed | Self::Idle | Self::Proposed => None,
            Self::Unchanged(plan, head) => Some((plan, head)),
            Self::Changed { plan, commit, .. } => Some((plan, commit)),
        }
    }

    fn objects<'a>(&'a self, origins: &'a BTreeMap<TreePath, Origin>) -> Option<ObjectsChange<'a>> {
        let (plan, commit) = self.recorded()?;
        let inbox = match self {
            Self::Changed { parent, .. } => parent,
            _ => commit,
        };
        let (commit, inbox) = (commit.as_str(), inbox.as_str());
        Some(ObjectsChange { commit, inbox, objects: &plan.objects, origins, unreadable: &plan.unreadable })
    }
}

/// The parts of each branch.
pub(crate) fn by_branch<'p, 'r>(parts: &'p mut [Part<'r>]) -> Vec<Vec<&'p mut Part<'r>>> {
    let mut branches: Vec<Vec<&mut Part<'_>>> = Vec::new();
    for part in parts {
        let asked = &part.request.target.branch;
        match branches.iter_mut().find(|branch| branch[0].request.target.branch == *asked) {
            Some(branch) => branch.push(part),
            None => branches.push(vec![part]),
        }
    }
    branches
}

/// Does `what` for every part that is not over yet. What concerns one fabric ends that one; anything else ends the round.
pub(crate) fn each<'r>(
    parts: &mut [&mut Part<'r>],
    mut what: impl FnMut(&mut Part<'r>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    for part in parts.iter_mut().filter(|part| !part.is_over()) {
        match what(part) {
            Err(failure) if failure.reach() == Reach::Fabric => part.fail(&failure),
            other => other?,
        }
    }
    Ok(())
}
