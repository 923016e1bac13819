//! Steps 6 and 7 of the path: one commit, and one push that names its parent and never forces (invariant 7).

use hedgerow_core::ledger::{Operation, Trailers};
use hedgerow_core::path::FabricDir;
use hedgerow_core::plan::{Counts, Plan};
use hedgerow_git::{Ancestry, BranchName, CommitId, CommitText, CommitTime, Mirror, Person, Push};

use hedgerow_store::RunId;

use crate::failure::Failure;
use crate::request::Committing;
use crate::scene::{Rules, Scene};
use crate::sync::between_steps;
use crate::tally::PushResult;
use crate::witness;
use crate::world::World;

/// What the commit is for, besides the plan.
#[derive(Debug)]
pub(crate) struct Purpose {
    pub(crate) operation: Operation,
    pub(crate) resumed: Option<CommitId>,
}

/// What a commit is made of.
#[derive(Debug)]
pub(crate) struct Draught<'a> {
    pub(crate) parent: Option<&'a CommitId>,
    pub(crate) dir: &'a FabricDir,
    pub(crate) plan: &'a Plan,
    pub(crate) rules: &'a Rules<'a>,
    pub(crate) run: &'a RunId,
    pub(crate) purpose: Purpose,
}

/// Writes the commit into the mirror; nobody else sees it yet.
pub(crate) fn commit(
    world: &World,
    mirror: &Mirror,
    committing: &Committing,
    parts: Draught<'_>,
) -> Result<CommitId, Failure> {
    let Draught { parent, dir, plan, rules, run, purpose } = parts;
    let trailers = Trailers {
        run: run.to_string(),
        parent: parent.map_or_else(|| mirror.no_parent(), |parent| Ok(parent.to_string()))?,
        directory: dir.clone(),
        counts: Counts::of(&plan.ledger),
        ledger: plan.ledger.digest(),
        adopt: rules.adopt,
        operation: purpose.operation,
        resumed: purpose.resumed.as_ref().map(ToString::to_string),
        policy: rules.policy.digest(),
        settings: rules.settings.digest(),
        catalogue: rules.catalogue.digest().to_owned(),
        flags: rules.flags.clone(),
        version: world.version.to_owned(),
    };
    let suffix = committing.subject_suffix.as_ref().or(rules.policy.subject_suffix.as_ref());
    let subject = suffix.map_or_else(|| plan.subject.clone(), |suffix| format!("{} {suffix}", plan.subject));
    let committer = Person {
        name: committing.name.clone().unwrap_or_else(|| rules.policy.committer.name.clone()),
        email: rules.policy.committer.email.clone(),
    };
    let text = CommitText {
        message: format!("{}\n\n{}", one_line(&subject), trailers.render()),
        author: committer.clone(),
        committer,
        time: CommitTime { seconds: (world.now)().unix_timestamp(), offset_seconds: 0 },
    };
    Ok(mirror.write_commit(parent, &plan.changes, &text, committing.signer.as_ref())?)
}

/// A suffix with a line break could end the subject and forge a trailer.
fn one_line(subject: &str) -> String {
    subject.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What a push came to, once the doubt is out of it.
#[derive(Debug)]
pub(crate) enum Landed {
    /// The remote took it, as far as it said.
    Yes,
    /// The branch is elsewhere: fetch and plan again.
    No,
}

/// How often a push is tried while nothing of it arrives and the branch stays where it was.
const MAX_SENDINGS: u32 = 3;

/// Pushes `commit`. An answer that was lost is looked up, never assumed; a push of which nothing arrived is tried again, a few
/// times.
///
/// # Errors
/// [`Failure::NotArrived`] when it never does, with what was said the last time; [`Failure::Timeout`] when there is no time to
/// try again.
pub(crate) fn push(
    world: &World,
    mirror: &mut Mirror,
    branch: &BranchName,
    commit: &CommitId,
    expected: Option<&CommitId>,
) -> Result<Landed, Failure> {
    let mut last = String::new();
    for _ in 0..MAX_SENDINGS {
        between_steps(world)?;
        let answer = mirror.push(commit, branch, expected)?;
        world.tally.pushed(match &answer {
            Push::Pushed => PushResult::Pushed,
            Push::Moved => PushResult::Moved,
            Push::Refused(_) => PushResult::Refused,
            Push::Unknown(_) => PushResult::Unknown,
        });
        match answer {
            Push::Pushed => return Ok(Landed::Yes),
            Push::Moved => return Ok(Landed::No),
            // A proxy may say no after the server has said yes.
            Push::Refused(_) if there(mirror, branch).as_ref() == Some(commit) => return Ok(Landed::Yes),
            Push::Refused(words) => return Err(Failure::Refused { branch: branch.clone(), words }),
            Push::Unknown(words) => {
                tracing::warn!(%words, "the push to {branch} was cut; looking what came of it");
                last = words;
            }
        }
        match mirror.look(branch)?.head {
            Some(head) if head == *commit => return Ok(Landed::Yes),
            head if head.as_ref() == expected => {}
            None => return Ok(Landed::No),
            Some(head) => {
                // Others wrote meanwhile: on top of ours, or instead of it.
                let told = witness::ancestry(mirror, branch, commit, &head)?;
                return Ok(if told == Ancestry::No { Landed::No } else { Landed::Yes });
            }
        }
    }
    Err(Failure::NotArrived { branch: branch.clone(), words: last })
}

/// The branch's head, where a look succeeds.
fn there(mirror: &Mirror, branch: &BranchName) -> Option<CommitId> {
    mirror.look(branch).ok()?.head
}

/// The trailers' parent and tree of a proposal that is there already: whether `commit` says the same.
pub(crate) fn is_same_proposal(mirror: &Mirror, scene: &Scene<'_>, there: &CommitId, ours: &CommitId) -> bool {
    let (Ok(there), Ok(ours)) = (mirror.commit(there), mirror.commit(ours)) else { return false };
    there.parents == [scene.head.clone()] && there.tree == ours.tree
}
