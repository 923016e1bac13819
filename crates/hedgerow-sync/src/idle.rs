//! The short cut: while the head has not moved and nothing else that decides has changed, the last outcome is repeated,
//! held files included, after one look at the remote and nothing else.

use hedgerow_core::digest::sha256;
use hedgerow_core::plan::Plan;
use hedgerow_git::{CommitId, Snapshot};
use hedgerow_store::Idle;

use crate::draft::Draft;
use crate::failure::Failure;
use crate::report::{self, Report};
use crate::request::Judging;
use crate::world::World;

/// Digest of all that decides an outcome besides the tree.
pub(crate) fn key(world: &World, judging: Judging) -> String {
    sha256(format!("{} {} {judging:?}", world.version, world.catalogue.digest()).as_bytes())
}

/// Whether the last run's outcome holds still; then the draft has it. `head` was just seen at the remote, so it is verified.
pub(crate) fn repeats(world: &World, judging: Judging, draft: &mut Draft, head: &CommitId) -> Result<bool, Failure> {
    let Some(fabric) = &draft.fabric else { return Ok(false) };
    let Some(idle) = world.wait(world.store.idle(fabric.id))? else { return Ok(false) };
    let holds = idle.head == head.as_str() && idle.key == key(world, judging);
    if holds {
        let words =
            format!("the remote still has {}, verified before, and nothing that decides has changed", head.short());
        draft.repeat(&idle.report, head, words)?;
    }
    Ok(holds)
}

/// What the next run may repeat, once this one is verified.
#[derive(Debug)]
pub(crate) struct Repeatable(Report);

impl Repeatable {
    /// What planning the directory `at` (again) says: `plan` changes nothing there.
    pub(crate) fn of(world: &World, draft: &Draft, at: &Snapshot, head: &CommitId, plan: &Plan) -> Self {
        let mut report = Report { read: draft.report.read.clone(), ..Report::begun("sync", "", world.version) };
        report.fabric.clone_from(&draft.report.fabric);
        report.take_plan(plan, &at.tree);
        report.outcome = report::outcome(plan);
        report.before = crate::scene::state(at, head, plan);
        Self(report)
    }

    /// The same, to be repeated while the branch is at `head`, where the directory is as it was.
    pub(crate) fn while_at(self, world: &World, judging: Judging, head: &CommitId) -> Idle {
        let Self(mut report) = self;
        report.read.commit = Some(head.to_string());
        report.before.commit = Some(head.to_string());
        report.after = report.before.clone();
        let report = serde_json::to_string(&report).expect("a report has only strings, numbers and lists");
        Idle { head: head.to_string(), key: key(world, judging), report }
    }
}
