//! The path, top to bottom: trigger → fetch → read → parse → validate → plan → commit → push → verify → record.
//!
//! It is walked for a repository: any number of its fabrics at once, each with a commit of its own, all of them in one
//! push. A fabric that cannot be planned is left out, and the others go on.

use std::cell::RefCell;

use hedgerow_core::ledger::Operation;
use hedgerow_core::plan::Plan;
use hedgerow_git::{BranchName, CommitId, Mirror, Remote};
use hedgerow_store::{RunId, Verification};

use crate::draft::{Answer, ms};
use crate::failure::Failure;
use crate::idle::Repeatable;
use crate::lease::Held;
use crate::part::{End, Part, Same, Standing, Told, Written, by_branch, each};
use crate::proof::{self, Proven};
use crate::publish::{self, Draught, Landed, Purpose};
use crate::request::Request;
use crate::scene::{self, Scene};
use crate::world::{Passing, Step, Watch, WatchAll, World};
use crate::{edits, idle, memory, propose, revert, settle, waiting, witness};

/// How often a run starts anew because the branch moved under it.
pub(crate) const MAX_MOVES: u32 = 100;
/// After a push of several commits was refused, each is tried on its own; when so many are refused alone, too, it is the
/// branch that is closed, and no more are tried.
const MAX_REFUSED_ALONE: usize = 2;

/// What is asked of one repository.
#[derive(Debug)]
pub struct Errand<'a> {
    /// The repository, and the credential that writes.
    pub remote: &'a Remote,
    /// The same repository by the credential that takes the second look; the one that writes when absent.
    pub reader: Option<&'a Remote>,
    /// The fabrics, each once; all of them in `remote`.
    pub requests: &'a [&'a Request],
}

/// An errand under way.
struct Run<'a> {
    world: &'a World,
    errand: &'a Errand<'a>,
    watch: WatchAll<'a>,
    /// The runs of its parts.
    own: Vec<RunId>,
    /// The steps so far: of which part (`None`: of all), and when.
    passed: RefCell<Vec<(Option<usize>, Step, i64)>>,
}

/// Drains one fabric's inbox. Whatever happens is in the report; success is there only if the remote said so.
pub fn sync(world: &World, request: &Request, watch: Watch<'_>) -> Answer {
    let errand = Errand { remote: &request.target.remote, reader: None, requests: &[request] };
    let mut told = sync_all(world, &errand, &|passing| watch(passing.step));
    told.pop().expect("every request is answered").answer
}

/// Drains the inboxes of a repository's fabrics, and tells of each, in their order.
pub fn sync_all(world: &World, errand: &Errand<'_>, watch: WatchAll<'_>) -> Vec<Told> {
    let mut parts: Vec<_> = errand.requests.iter().map(|request| Part::begin(world, request)).collect();
    let own = parts.iter().map(|part| part.draft.id.clone()).collect();
    if let Err(failure) = follow(&Run { world, errand, watch, own, passed: RefCell::default() }, &mut parts) {
        parts.iter_mut().for_each(|part| part.fail(&failure));
    }
    parts.into_iter().map(Part::told).collect()
}

/// Takes the repository, walks the path for each of its branches, and records what came of it.
fn follow(run: &Run<'_>, parts: &mut [Part<'_>]) -> Result<(), Failure> {
    run.comes_to(Step::Wait);
    let mut mirror = Mirror::open(&run.world.git, &run.world.cache, run.errand.remote)?;
    let lease = Held::take(run.world, &run.errand.remote.url.canonical())?;
    for mut branch in by_branch(parts) {
        if let Err(failure) = walk(run, &mut mirror, &lease, &mut branch) {
            branch.iter_mut().filter(|part| !part.is_over()).for_each(|part| part.fail(&failure));
        }
    }
    run.comes_to(Step::Record);
    for (at, part) in parts.iter_mut().enumerate() {
        part.draft.passed(run.steps_of(at));
        if let Err(failure) = part.record(run.world, &mirror, &lease) {
            part.fail(&failure);
        }
    }
    Ok(())
}

/// One round after the other, each from the head that is there then, until a round is not overtaken.
fn walk(run: &Run<'_>, mirror: &mut Mirror, lease: &Held, parts: &mut [&mut Part<'_>]) -> Result<(), Failure> {
    let world = run.world;
    for moved in 0..MAX_MOVES {
        parts.iter_mut().for_each(|part| part.anew(moved));
        between_steps(world)?;
        run.comes_to(Step::Fetch);
        let fetched = mirror.fetch(&parts[0].request.target.branch)?;
        let (branch, head) = (&fetched.branch, scene::born(&fetched)?);
        settle::open_runs(world, lease, mirror, &run.own, branch, &head)?;
        each(parts, |part| enter(run, mirror, lease, part, branch, &head))?;
        if parts.iter().all(|part| part.is_over()) {
            return Ok(());
        }
        scene::refuse_work_tree(world, &run.errand.remote.url, branch)?;
        let mut tip = head.clone();
        each(parts, |part| prepare(run, mirror, lease, part, branch, &head, &mut tip))?;
        match publish(run, mirror, lease, parts, branch, &head, &tip)? {
            Landed::Yes => return verify(run, mirror, parts, branch, &head, &tip),
            Landed::No => pause(world, moved),
        }
    }
    Err(Failure::AlwaysMoving(MAX_MOVES))
}

/// Finds the fabric's directory, opens its run, and takes the short cut where there is one.
fn enter(
    run: &Run<'_>,
    mirror: &mut Mirror,
    lease: &Held,
    part: &mut Part<'_>,
    branch: &BranchName,
    head: &CommitId,
) -> Result<(), Failure> {
    let (world, request, draft) = (run.world, part.request, &mut part.draft);
    let dir = scene::directory(mirror, request.target.dir.as_ref(), branch, head)?;
    let fabric = draft.open(world, lease, &request.target.remote.url, branch, &dir)?;
    settle::merged(world, lease, mirror, &fabric, branch, head)?;
    let frozen = part.is_frozen();
    let draft = &mut part.draft;
    if request.push_to.is_none() && !frozen && idle::repeats(world, request.judging, draft, head)? {
        part.standing = Standing::Over(End::Idle);
    }
    Ok(())
}

/// Reads, plans, and writes the commit where there is something to change: on `tip`, whose place it then takes.
fn prepare(
    run: &Run<'_>,
    mirror: &mut Mirror,
    lease: &Held,
    part: &mut Part<'_>,
    branch: &BranchName,
    head: &CommitId,
    tip: &mut CommitId,
) -> Result<(), Failure> {
    let (world, request, draft) = (run.world, part.request, &mut part.draft);
    run.has(&draft.id, Step::Read);
    let dir = draft.directory().expect("a part that was entered has its directory");
    let scene = Scene::read(mirror, branch, head, &dir, request.judging, &world.catalogue)?;
    let plan = scene.rules.plan_watched(scene.tree(), &|step| run.has(&draft.id, step))?;
    draft.planned(&scene, &plan);
    if let Err(refusal) = may_write(world, part, mirror, &scene) {
        // What was read goes on waiting, and people are told of it.
        part.oldest = waiting::oldest(mirror, &scene, &part.draft.report.before.inbox);
        part.refused = true;
        return Err(refusal);
    }
    let draft = &mut part.draft;
    if plan.changes.is_empty() {
        part.oldest = waiting::oldest(mirror, &scene, &draft.report.after.inbox);
        let next = Repeatable::of(world, draft, &scene.snapshot, head, &plan);
        part.standing = Standing::Same(Box::new(Same { plan, next }));
        return Ok(());
    }
    write(run, mirror, lease, part, &scene, plan, tip)
}

/// Whether policy and memory let the fabric be written to.
fn may_write(world: &World, part: &mut Part<'_>, mirror: &mut Mirror, scene: &Scene<'_>) -> Result<(), Failure> {
    if let Some(why) = &scene.rules.policy.suspended {
        return Err(Failure::Suspended(why.clone()));
    }
    between_steps(world)?;
    if let Some(memory) = &part.request.memory {
        let found = memory::allows(world, memory, mirror, scene)?;
        (part.ours, part.rewound) = (found.ours, found.rewound);
    }
    Ok(())
}

/// Writes the commit on `tip`, proves that it balances, and makes it the tip. Nobody else sees it yet.
fn write(
    run: &Run<'_>,
    mirror: &mut Mirror,
    lease: &Held,
    part: &mut Part<'_>,
    scene: &Scene<'_>,
    plan: Plan,
    tip: &mut CommitId,
) -> Result<(), Failure> {
    let (world, request, draft) = (run.world, part.request, &mut part.draft);
    if let Some(memory) = &request.memory {
        memory::breaker(memory, mirror, scene)?;
    }
    let resumed = revert::resumed(world, request, draft, mirror, scene)?;
    let warnings = edits::replaced(world, draft, scene, &plan)?;
    draft.warn(warnings, scene);
    run.has(&draft.id, Step::Commit);
    let parent = if request.push_to.is_none() { tip.clone() } else { scene.head.clone() };
    let (dir, rules, purpose) = (&scene.tree().dir, &scene.rules, Purpose { operation: Operation::Sync, resumed });
    let parts = Draught { parent: Some(&parent), dir, plan: &plan, rules, run: &draft.id, purpose };
    let proven =
        proof::prove(mirror, scene, &parent, &plan, || publish::commit(world, mirror, &request.committing, parts))?;
    if let Some(side) = &request.push_to {
        run.has(&draft.id, Step::Push);
        propose::push(world, lease, draft, mirror, scene, side, &proven)?;
        part.standing = Standing::Over(End::Proposed);
        return Ok(());
    }
    let Proven { commit, after, again } = proven;
    tip.clone_from(&commit);
    let next = Repeatable::of(world, draft, &after, &commit, &again);
    let after = scene::state(&after, &commit, &again);
    part.oldest = waiting::oldest(mirror, scene, &after.inbox);
    part.standing = Standing::Written(Box::new(Written { plan, parent, commit, after, next }));
    Ok(())
}

/// One push of all commits at once, from `head` to `tip`.
fn publish(
    run: &Run<'_>,
    mirror: &mut Mirror,
    lease: &Held,
    parts: &mut [&mut Part<'_>],
    branch: &BranchName,
    head: &CommitId,
    tip: &CommitId,
) -> Result<Landed, Failure> {
    if tip == head {
        return Ok(Landed::Yes);
    }
    between_steps(run.world)?;
    run.comes_to(Step::Push);
    for part in parts.iter() {
        if let Some(Written { commit, parent, .. }) = part.written() {
            part.draft.intend(run.world, lease, commit, Some(parent), branch)?;
        }
    }
    match publish::push(run.world, mirror, branch, tip, Some(head)) {
        Err(refused @ Failure::Refused { .. }) => {
            one_by_one(run, mirror, lease, parts, branch, head, &refused)?;
            Ok(Landed::Yes)
        }
        other => other,
    }
}

/// The server refused the commits, perhaps for the sake of one: each goes on its own.
fn one_by_one(
    run: &Run<'_>,
    mirror: &mut Mirror,
    lease: &Held,
    parts: &mut [&mut Part<'_>],
    branch: &BranchName,
    head: &CommitId,
    refused: &Failure,
) -> Result<(), Failure> {
    let (mut written, mut same): (Vec<_>, Vec<_>) =
        parts.iter_mut().map(|part| &mut **part).partition(|part| part.written().is_some());
    verify(run, mirror, &mut same, branch, head, head)?;
    let mut alone = if written.len() == 1 { MAX_REFUSED_ALONE } else { 0 };
    for part in &mut written {
        if alone == MAX_REFUSED_ALONE {
            part.fail(refused);
        } else if let Err(failure) = walk(run, mirror, lease, std::slice::from_mut(part)) {
            part.fail(&failure);
        }
        alone += usize::from(matches!(part.standing, Standing::Over(End::Failed)));
    }
    Ok(())
}

/// A second look at the remote. Only what it sees is success.
fn verify(
    run: &Run<'_>,
    mirror: &mut Mirror,
    parts: &mut [&mut Part<'_>],
    branch: &BranchName,
    head: &CommitId,
    tip: &CommitId,
) -> Result<(), Failure> {
    if parts.iter().all(|part| part.is_over()) {
        return Ok(());
    }
    run.comes_to(Step::Verify);
    let reader = run.errand.reader;
    let sight = witness::look_after_push(run.world, mirror, reader, branch, Some(head), tip);
    each(parts, |part| {
        let draft = &mut part.draft;
        let judging = part.request.judging;
        let (end, next) = match std::mem::replace(&mut part.standing, Standing::Asked) {
            Standing::Same(same) => {
                draft.witnessed(witness::of_head(branch, head, tip, &sight));
                (End::Unchanged(same.plan, head.clone()), same.next)
            }
            Standing::Written(written) => {
                let Written { plan, parent, commit, after, next } = *written;
                draft.report.after = after;
                let mut witness = witness::of_commit(mirror, branch, &commit, &sight);
                part.tip = (witness.verification == Verification::Verified).then(|| tip.clone());
                let mut stands = witness.head.clone();
                if witness.verification == Verification::Differs && reader.is_some() {
                    let (words, there) = witness::other_view(mirror, branch);
                    witness.words = format!("{}; {words}", witness.words);
                    stands = there;
                }
                draft.published(witness, branch, &commit, stands.or_else(|| Some(head.clone())))?;
                (End::Changed { plan, parent, commit }, next)
            }
            other => {
                part.standing = other;
                return Ok(());
            }
        };
        draft.idle = Some(next.while_at(run.world, judging, tip));
        part.standing = Standing::Over(end);
        Ok(())
    })
}

impl Run<'_> {
    /// All parts have come to `step`.
    fn comes_to(&self, step: Step) {
        self.passes(None, step);
        (self.watch)(Passing { part: None, run: None, step });
    }

    /// One of them has.
    fn has(&self, run: &RunId, step: Step) {
        let part = self.own.iter().position(|own| own == run);
        self.passes(part, step);
        (self.watch)(Passing { part, run: Some(run), step });
    }

    fn passes(&self, part: Option<usize>, step: Step) {
        self.passed.borrow_mut().push((part, step, ms((self.world.now)())));
    }

    /// What a part came to, and when.
    fn steps_of(&self, at: usize) -> impl Iterator<Item = (Step, i64)> {
        let passed = self.passed.borrow().clone();
        passed.into_iter().filter(move |(part, ..)| part.is_none_or(|part| part == at)).map(|(_, step, at)| (step, at))
    }
}

/// Stops between steps, when a signal or the deadline says so.
pub(crate) fn between_steps(world: &World) -> Result<(), Failure> {
    if world.cancel.is_cancelled() {
        Err(Failure::Interrupted)
    } else if world.time_left().is_zero() {
        Err(Failure::Timeout)
    } else {
        Ok(())
    }
}

/// Lets others go first for a moment, with jitter, so that two writers do not overtake each other for ever.
fn pause(world: &World, moved: u32) {
    let longest = std::time::Duration::from_millis(20 * u64::from(moved.min(10) + 1));
    std::thread::sleep(longest.mul_f64(fastrand::f64()).min(world.time_left()));
}
