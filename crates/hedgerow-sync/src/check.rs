//! Can we work? Every condition, a line each. A line claims only what was proven.

use hedgerow_core::path::{FabricDir, Zone};
use hedgerow_git::{BranchName, CommitId, Mirror, Push, RemoteError};
use serde::Serialize;

use crate::failure::Failure;
use crate::request::Target;
use crate::scene::{self, Scene};
use crate::world::World;

/// How a condition stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Proven.
    Ok,
    /// Not proven, and nothing speaks against it.
    Unproven,
    /// Not so.
    Failed,
    /// Not looked at, since something before it failed.
    Skipped,
}

/// One condition.
#[derive(Clone, Debug, Serialize)]
pub struct Condition {
    /// What is asked.
    pub name: &'static str,
    /// How it stands.
    pub standing: Standing,
    /// What was seen.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
}

/// All conditions, in the order in which work needs them.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Checkup {
    /// The conditions.
    pub conditions: Vec<Condition>,
}

/// What is asked after git and the store, in order.
const REMOTE_QUESTIONS: [&str; 6] = ["remote", "branch", "directory", "policy", "credential", "push"];

/// Whether a side ref may be made and deleted to prove that the credential writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Probe {
    /// Only what can be asked without writing.
    No,
    /// Make one, and delete it.
    SideRef,
}

impl Checkup {
    /// Whether nothing failed.
    pub fn is_ok(&self) -> bool {
        self.conditions.iter().all(|c| matches!(c.standing, Standing::Ok | Standing::Unproven))
    }
}

/// A checkup that is being made, and who hears of each answer.
struct Asking<'a> {
    checkup: Checkup,
    tell: &'a dyn Fn(&Condition),
}

impl Asking<'_> {
    fn add(&mut self, name: &'static str, standing: Standing, message: impl Into<String>, hint: Option<String>) {
        let condition = Condition { name, standing, message: message.into(), hint };
        (self.tell)(&condition);
        self.checkup.conditions.push(condition);
    }

    fn fail(&mut self, name: &'static str, failure: &Failure) {
        let reason = failure.reason();
        self.add(name, Standing::Failed, reason.message, reason.hint);
        for rest in REMOTE_QUESTIONS.iter().skip_while(|q| **q != name).skip(1) {
            self.add(rest, Standing::Skipped, format!("not looked at, since {name} failed"), None);
        }
    }
}

/// Asks every condition of working on `target`.
pub fn check(world: &World, target: &Target, probe: Probe) -> Checkup {
    asked(world, target, probe, Extent::Fabric, &|_| ())
}

/// Asks every condition of working on the branch of `target`, whatever its directories.
/// `tell` hears of each as it is answered.
pub fn check_repository(world: &World, target: &Target, probe: Probe, tell: &dyn Fn(&Condition)) -> Checkup {
    asked(world, target, probe, Extent::Branch, tell)
}

/// How much is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Extent {
    /// The branch, and the fabric's directory in it.
    Fabric,
    /// The branch alone.
    Branch,
}

fn asked(world: &World, target: &Target, probe: Probe, extent: Extent, tell: &dyn Fn(&Condition)) -> Checkup {
    let mut checkup = Asking { checkup: Checkup::default(), tell };
    checkup.add("git", Standing::Ok, format!("git {}", world.git.version()), None);
    match world.wait(world.store.ping()) {
        Ok(()) => checkup.add("store", Standing::Ok, "the store answers", None),
        Err(error) => checkup.add("store", Standing::Failed, error.to_string(), Failure::Store(error).reason().hint),
    }
    if let Err((name, failure)) = remote(world, target, probe, extent, &mut checkup) {
        checkup.fail(name, &failure);
    }
    checkup.checkup
}

/// A question, and why the answer is no.
type No = (&'static str, Failure);

fn remote(world: &World, target: &Target, probe: Probe, extent: Extent, checkup: &mut Asking<'_>) -> Result<(), No> {
    let url = &target.remote.url;
    let mut mirror = Mirror::open(&world.git, &world.cache, &target.remote).map_err(|e| ("remote", e.into()))?;
    let fetched = mirror.fetch(&target.branch).map_err(|e| (question(&e), Failure::Remote(e)))?;
    checkup.add("remote", Standing::Ok, format!("{url} answers, and lets us read"), None);
    let branch = &fetched.branch;
    let head = scene::born(&fetched).map_err(|e| ("branch", e))?;
    scene::refuse_work_tree(world, url, branch).map_err(|e| ("branch", e))?;
    checkup.add("branch", Standing::Ok, format!("{branch} is at {}", head.short()), None);
    if extent == Extent::Fabric {
        let dir = scene::directory(&mirror, target.dir.as_ref(), branch, &head).map_err(|e| ("directory", e))?;
        directory(world, &mirror, branch, &head, &dir, checkup)?;
    }
    credential(&mirror, branch, &head, probe, checkup)?;
    push(world, target, branch, checkup)
}

/// Which question the remote's answer belongs to: the branch, when all before it went well.
fn question(error: &RemoteError) -> &'static str {
    match error {
        RemoteError::NoBranch { .. } | RemoteError::DetachedHead { .. } => "branch",
        _ => "remote",
    }
}

fn directory(
    world: &World,
    mirror: &Mirror,
    branch: &BranchName,
    head: &CommitId,
    dir: &FabricDir,
    checkup: &mut Asking<'_>,
) -> Result<(), No> {
    let scene = Scene::read(mirror, branch, head, dir, Default::default(), &world.catalogue).map_err(|failure| {
        let policy = matches!(failure, Failure::Policy(_) | Failure::Settings(_));
        (if policy { "policy" } else { "directory" }, failure)
    })?;
    let in_zone = |zone| scene.tree().entries.keys().filter(|path| dir.zone(path) == Some(zone)).count();
    let (waiting, managed) = (in_zone(Zone::Inbox), in_zone(Zone::Managed));
    let files = if waiting == 1 { "file" } else { "files" };
    checkup.add("directory", Standing::Ok, format!("{dir}: {waiting} {files} in the inbox, {managed} managed"), None);
    match &scene.rules.policy.suspended {
        None => checkup.add("policy", Standing::Ok, "can be read, and does not suspend the fabric", None),
        Some(why) => {
            let reason = Failure::Suspended(why.clone()).reason();
            checkup.add("policy", Standing::Failed, reason.message, reason.hint);
        }
    }
    Ok(())
}

/// Whether the credential may write: asked without sending anything, or proven by a side ref.
fn credential(
    mirror: &Mirror,
    branch: &BranchName,
    head: &CommitId,
    probe: Probe,
    checkup: &mut Asking<'_>,
) -> Result<(), No> {
    let refused = |words: String| ("credential", Failure::Refused { branch: branch.clone(), words });
    let failed = |error: RemoteError| ("credential", Failure::Remote(error));
    if probe == Probe::No {
        return match mirror.may_push(head, branch, Some(head)).map_err(failed)? {
            Push::Pushed | Push::Moved => {
                let words = "the remote lets this credential begin to write; --probe proves it";
                checkup.add("credential", Standing::Unproven, words, None);
                Ok(())
            }
            Push::Refused(words) | Push::Unknown(words) => Err(refused(words)),
        };
    }
    let side = BranchName::parse(&format!("hedgerow-probe/{:016x}", fastrand::u64(..))).expect("a legal name");
    match mirror.push(head, &side, None).map_err(failed)? {
        Push::Pushed => {}
        Push::Moved => return Err(refused(format!("{side} is there already"))),
        Push::Refused(words) | Push::Unknown(words) => return Err(refused(words)),
    }
    match mirror.delete(&side, head).map_err(failed)? {
        Push::Pushed => checkup.add("credential", Standing::Ok, "may write: a side ref was made and deleted", None),
        other => {
            let words = format!("may write, but {side} could not be deleted again: {other:?}");
            checkup.add("credential", Standing::Failed, words, Some(format!("delete the branch {side} by hand")));
        }
    }
    Ok(())
}

/// Whether this very branch takes our push: only a push has ever proven that.
fn push(world: &World, target: &Target, branch: &BranchName, checkup: &mut Asking<'_>) -> Result<(), No> {
    let repository = target.remote.url.canonical();
    let proven = world.wait(world.store.proof_of_push(&repository, branch.as_str())).map_err(|e| ("push", e.into()))?;
    match proven {
        Some(run) => {
            checkup.add("push", Standing::Ok, format!("{branch} takes our push: proven by run {}", run.id), None)
        }
        None => checkup.add(
            "push",
            Standing::Unproven,
            format!("{branch} takes our push: not yet proven"),
            Some("a hook or a protected branch shows only when a run pushes; --push-to is the way around".to_owned()),
        ),
    }
    Ok(())
}
