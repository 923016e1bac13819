//! A run's row and its report, from the first step to the record.

use hedgerow_core::finding::Finding;
use hedgerow_core::path::{FabricDir, TreePath};
use hedgerow_core::plan::Plan;
use hedgerow_git::{BranchChoice, BranchName, CommitId, RemoteUrl};
use hedgerow_store::{
    Closing, Fabric, FabricKey, Idle, Inputs, Intent, NewRun, ObjectsChange, RunId, RunOutcome, Trigger, Verification,
};
use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::failure::Failure;
use crate::lease::Held;
use crate::report::{Passed, Report, ShownFinding};
use crate::request::Target;
use crate::scene::Scene;
use crate::witness::Witness;
use crate::world::{Step, World};

/// A run under way.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) id: RunId,
    pub(crate) report: Report,
    /// The fabric, once it is known: then the run has a row.
    pub(crate) fabric: Option<Fabric>,
    head: Option<CommitId>,
    inputs: Option<Inputs>,
    ledger: String,
    started_ms: i64,
    /// What the next run may repeat.
    pub(crate) idle: Option<Idle>,
    /// The report that the short cut repeats, in place of `report`.
    repeated: Option<Value>,
    /// See [`Answer::pending_deletions`].
    pending: u64,
    /// The report as it was recorded.
    written: Option<String>,
}

/// What a run came to, and its report as JSON.
#[derive(Clone, Debug)]
pub struct Answer {
    /// What it came to.
    pub outcome: RunOutcome,
    /// What the remote says.
    pub verification: Verification,
    /// The report, in one line.
    pub json: String,
    /// Objects that are gone from the tree, too many at once, and wait on record for a person's word.
    pub pending_deletions: u64,
}

impl Draft {
    /// A run that begins now. Nothing is written yet.
    pub(crate) fn begin(world: &World, command: &'static str, trigger: Trigger, target: &Target) -> Self {
        let id = RunId::from_random(fastrand::u64(..));
        let started = (world.now)();
        let mut report = Report::begun(command, trigger.as_str(), world.version);
        report.run = Some(id.to_string());
        report.started = Some(rfc3339(started));
        report.read.url = target.remote.url.to_string();
        if let Some(dir) = &target.dir {
            report.fabric = fabric_name(dir);
            report.read.directory = dir.to_string();
        }
        Self {
            id,
            report,
            fabric: None,
            head: None,
            inputs: None,
            ledger: String::new(),
            started_ms: ms(started),
            idle: None,
            repeated: None,
            pending: 0,
            written: None,
        }
    }

    /// Forgets what a round said that was overtaken.
    pub(crate) fn anew(&mut self, moved: u32) {
        (self.report.moved, self.report.reason) = (moved, None);
        (self.idle, self.repeated) = (None, None);
    }

    /// Takes over when it came to which steps, in order: one that comes again is where a new round begins.
    pub(crate) fn passed(&mut self, steps: impl Iterator<Item = (Step, i64)>) {
        let passed = &mut self.report.steps;
        for (step, at_ms) in steps {
            let again = passed.iter().position(|one| one.step == step.word()).unwrap_or(passed.len());
            passed.truncate(again);
            passed.push(Passed { step: step.word(), after_ms: at_ms - self.started_ms });
        }
    }

    /// The branch's head, as it was last seen.
    pub(crate) fn head(&self) -> Option<&CommitId> {
        self.head.as_ref()
    }

    /// The fabric's directory, once it is known.
    pub(crate) fn directory(&self) -> Option<FabricDir> {
        directory_of(self.fabric.as_ref()?)
    }

    /// Enters the run in the store, once, as soon as its fabric is known: a run that fails later is on record.
    pub(crate) fn open(
        &mut self,
        world: &World,
        lease: &Held,
        url: &RemoteUrl,
        branch: &BranchName,
        dir: &FabricDir,
    ) -> Result<Fabric, Failure> {
        if let Some(fabric) = &self.fabric {
            return Ok(fabric.clone());
        }
        self.report.fabric = fabric_name(dir);
        self.report.read.directory = dir.to_string();
        self.report.read.reference = branch.full();
        let key = FabricKey { repository: url.canonical(), branch: branch.to_string(), directory: dir.path().quoted() };
        let fabric = world.wait(world.store.fabric(&key))?;
        let trigger = self.report.trigger.parse().unwrap_or(Trigger::Cli);
        let run = NewRun { id: self.id.clone(), fabric: fabric.id, trigger, started_ms: self.started_ms };
        world.wait(world.store.open_run(lease.proof(), &run))?;
        Ok(self.fabric.insert(fabric).clone())
    }

    /// Enters a run that failed before its fabric was looked at, when what was asked for names the fabric in full.
    pub(crate) fn open_early(&mut self, world: &World, lease: &Held, target: &Target) -> Result<(), Failure> {
        match (&target.branch, &target.dir) {
            (BranchChoice::Named(branch), Some(dir)) => {
                self.open(world, lease, &target.remote.url, branch, dir).map(drop)
            }
            _ => Ok(()),
        }
    }

    /// Adds findings that only the record could give.
    pub(crate) fn warn(&mut self, findings: Vec<Finding>, scene: &Scene<'_>) {
        let shown = findings.into_iter().map(|finding| ShownFinding::of(finding, scene.tree()));
        self.report.findings.extend(shown);
        self.report.findings.sort_by(|a, b| a.finding.cmp(&b.finding));
    }

    /// Takes over what was read and planned.
    pub(crate) fn planned(&mut self, scene: &Scene<'_>, plan: &Plan) {
        self.head = Some(scene.head.clone());
        self.inputs = Some(Inputs {
            policy: scene.rules.policy.digest(),
            settings: scene.rules.settings.digest(),
            catalogue: scene.rules.catalogue.digest().to_owned(),
            version: self.report.version.clone(),
        });
        plan.ledger.text().clone_into(&mut self.ledger);
        let report = &mut self.report;
        report.read.commit = Some(scene.head.to_string());
        report.take_plan(plan, scene.tree());
        report.outcome = crate::report::outcome(plan);
        report.before = crate::scene::state(&scene.snapshot, &scene.head, plan);
        report.after = report.before.clone();
    }

    /// Says again what was said at this head before: the short cut.
    pub(crate) fn repeat(&mut self, said: &str, head: &CommitId, witness: String) -> Result<(), Failure> {
        let said: Value = serde_json::from_str(said).map_err(|_| Failure::Settings("the store's memory".to_owned()))?;
        let outcome = said["outcome"].as_str().and_then(|word| word.parse().ok());
        self.report.outcome = outcome.unwrap_or(RunOutcome::Failed);
        self.report.verification = Verification::Verified;
        self.report.witness = Some(witness);
        self.head = Some(head.clone());
        self.repeated = Some(said);
        Ok(())
    }

    /// Writes down which commit is about to be pushed, before it is (invariant 8: a crash can be settled).
    pub(crate) fn intend(
        &self,
        world: &World,
        lease: &Held,
        commit: &CommitId,
        parent: Option<&CommitId>,
        branch: &BranchName,
    ) -> Result<(), Failure> {
        let parent = parent.map(ToString::to_string).unwrap_or_default();
        let intent = Intent { commit: commit.to_string(), parent, branch: branch.to_string() };
        Ok(world.wait(world.store.intend(lease.proof(), &self.id, &intent))?)
    }

    /// Takes over what the second look saw.
    pub(crate) fn witnessed(&mut self, witness: Witness) {
        self.report.verification = witness.verification;
        self.report.witness = Some(witness.words);
        self.head = witness.head.or(self.head.take());
    }

    /// Takes over our commit on `branch`, as a second look sees it. `stands` is where the branch is, if not there.
    ///
    /// # Errors
    /// [`Failure::Lost`] when the second look does not find it.
    pub(crate) fn published(
        &mut self,
        witness: Witness,
        branch: &BranchName,
        commit: &CommitId,
        stands: Option<CommitId>,
    ) -> Result<(), Failure> {
        let (verification, what) = (witness.verification, witness.words.clone());
        self.report.commit = Some(commit.to_string());
        self.witnessed(witness);
        match verification {
            Verification::Differs => {
                Err(Failure::Lost { commit: commit.clone(), stands, branch: branch.clone(), what })
            }
            _ => Ok(()),
        }
    }

    /// Takes over why the run stopped.
    pub(crate) fn failed(&mut self, failure: &Failure) {
        self.written = None;
        self.report.outcome = hedgerow_store::RunOutcome::Failed;
        self.report.reason = Some(failure.reason());
    }

    /// Writes the record and closes the run, all in one transaction. A run without a row leaves nothing.
    pub(crate) fn close(
        &mut self,
        world: &World,
        lease: &Held,
        objects: Option<ObjectsChange<'_>>,
    ) -> Result<(), Failure> {
        let finished = (world.now)();
        self.report.finished = Some(rfc3339(finished));
        if self.fabric.is_none() {
            return Ok(());
        }
        let written = self.json();
        let findings = serde_json::to_string(&self.report.findings).expect("findings have only strings and numbers");
        let reason = self.report.reason.as_ref();
        let head = self.head.as_ref().map(ToString::to_string);
        let closing = Closing {
            run: &self.id,
            finished_ms: ms(finished),
            outcome: self.report.outcome,
            reason: reason.map(|r| hedgerow_store::Reason { code: r.code.to_owned(), text: r.message.clone() }),
            verification: self.report.verification,
            commit: self.report.commit.as_deref(),
            head: head.as_deref(),
            inputs: self.inputs.clone(),
            counts: &self.report.counts.to_string(),
            report: &written,
            ledger: &self.ledger,
            findings: &findings,
            objects,
        };
        world.wait(world.store.close_run(lease.proof(), &closing))?;
        self.written = Some(written);
        let verified = self.report.verification == Verification::Verified;
        if let (Some(idle), Some(fabric), true) = (&self.idle, &self.fabric, verified) {
            world.wait(world.store.remember_idle(lease.proof(), fabric.id, idle))?;
        }
        Ok(())
    }

    /// How many objects are gone from the tree and wait on record for a person's word; with `confirm`, this is the word.
    pub(crate) fn pending_deletions(&mut self, world: &World, confirm: bool) -> Result<(), Failure> {
        let Some(fabric) = &self.fabric else { return Ok(()) };
        if confirm {
            world.wait(world.store.confirm_deletions(fabric.id))?;
        }
        let known = world.wait(world.store.fabrics())?;
        self.pending =
            known.iter().find(|state| state.fabric.id == fabric.id).map_or(0, |state| state.pending_deletions);
        Ok(())
    }

    /// See [`Answer::pending_deletions`].
    pub(crate) fn pending(&self) -> u64 {
        self.pending
    }

    /// The report as JSON: this run's own, or the repeated one under this run's name and time.
    fn json(&self) -> String {
        let own = |value| serde_json::to_value(value).expect("strings can be written");
        let written = match self.repeated.clone() {
            None => serde_json::to_string(&self.report),
            Some(mut said) => {
                let report = &self.report;
                for (key, value) in [("run", &report.run), ("started", &report.started), ("finished", &report.finished)]
                {
                    said[key] = own(value);
                }
                said["steps"] = serde_json::to_value(&report.steps).expect("steps are words and numbers");
                said["trigger"] = Value::String(report.trigger.clone());
                said["verification"] = Value::String(report.verification.to_string());
                said["witness"] = own(&report.witness);
                // What was said before is so, and this run failed nevertheless: it could not be recorded.
                if let Some(reason) = &report.reason {
                    said["outcome"] = Value::String(report.outcome.to_string());
                    said["reason"] = serde_json::to_value(reason).expect("a reason is words");
                }
                serde_json::to_string(&said)
            }
        };
        written.expect("a report has only strings, numbers and lists")
    }

    /// What the run came to.
    pub(crate) fn answer(mut self) -> Answer {
        Answer {
            outcome: self.report.outcome,
            verification: self.report.verification,
            json: self.written.take().unwrap_or_else(|| self.json()),
            pending_deletions: self.pending,
        }
    }
}

/// What people call a fabric: the last component of its directory.
pub(crate) fn fabric_name(dir: &FabricDir) -> String {
    String::from_utf8_lossy(dir.path().file_name()).into_owned()
}

/// The directory of a linked fabric.
///
/// # Errors
/// When the store has something else there.
pub(crate) fn directory_quoted(quoted: &str) -> Result<FabricDir, Failure> {
    let path = TreePath::from_quoted(quoted).ok_or_else(|| Failure::Settings(format!("{quoted} is no path")))?;
    Ok(FabricDir::parse(&path.to_string())?)
}

/// The directory of a fabric on record.
pub(crate) fn directory_of(fabric: &Fabric) -> Option<FabricDir> {
    let path = TreePath::from_quoted(&fabric.key.directory)?;
    FabricDir::parse(&path.to_string()).ok()
}

pub(crate) fn rfc3339(moment: OffsetDateTime) -> String {
    let whole = moment.replace_nanosecond(0).unwrap_or(moment);
    whole.format(&Rfc3339).expect("a year of four digits can be written")
}

/// The moment in RFC 3339, to the second; `None` for one that no calendar has.
pub(crate) fn rfc3339_of_seconds(seconds: i64) -> Option<String> {
    OffsetDateTime::from_unix_timestamp(seconds).ok().map(rfc3339)
}

pub(crate) fn ms(moment: OffsetDateTime) -> i64 {
    i64::try_from(moment.unix_timestamp_nanos() / 1_000_000).unwrap_or(i64::MAX)
}
