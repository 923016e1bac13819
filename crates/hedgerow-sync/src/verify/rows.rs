//! Whether a store's rows are the objects of the tree at the head: the database is a memory of git, and can be asked to prove it.

use std::collections::BTreeMap;

use hedgerow_core::object::Identity;
use hedgerow_core::path::{FabricDir, TreePath};
use hedgerow_core::plan::{Plan, PlannedObject};
use hedgerow_git::{BranchName, CommitId, Mirror};
use hedgerow_store::{Fabric, FabricKey, ObjectFilter, ObjectRecord, ObjectState, RunFilter};
use serde::Serialize;

use super::Verdict;
use crate::failure::Failure;
use crate::request::{Judging, Target};
use crate::scene::Scene;
use crate::world::World;

/// Rows that are asked of the store at once.
const PAGE: u32 = 1000;

/// How a store's rows stand to the tree at the head.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Rows {
    /// The commit whose objects were recorded last.
    pub recorded: Option<String>,
    /// How many objects are on record as they stand in the tree.
    pub same: usize,
    /// What is not.
    pub differences: Vec<String>,
}

impl Rows {
    /// What this comes to, and why. A record of another commit than the head may well differ: that refutes nothing.
    pub(super) fn verdict(&self, head: &CommitId) -> (Verdict, Option<String>) {
        let count = self.differences.len();
        match &self.recorded {
            None => (Verdict::CouldNotTell, Some("the store has no record of this fabric".to_owned())),
            Some(_) if count == 0 => (Verdict::Verified, None),
            Some(recorded) if recorded == head.as_str() => (
                Verdict::DoesNotHold,
                Some(format!("{count} of the store's rows are not as the tree at the head has it")),
            ),
            Some(recorded) => {
                let recorded = recorded.get(..10).unwrap_or(recorded);
                (
                    Verdict::CouldNotTell,
                    Some(format!(
                        "the store has the objects of {recorded}, and the branch has moved: sync, and ask again"
                    )),
                )
            }
        }
    }
}

/// Compares the store's rows of the fabric with the objects of the tree at `head`.
pub(super) fn rows(
    world: &World,
    mirror: &Mirror,
    target: &Target,
    branch: &BranchName,
    head: &CommitId,
    dir: &FabricDir,
) -> Result<Rows, Failure> {
    let repository = target.remote.url.canonical();
    let key = FabricKey { repository, branch: branch.to_string(), directory: dir.path().quoted() };
    let known = world.wait(world.store.fabrics())?;
    let Some(fabric) = known.into_iter().map(|state| state.fabric).find(|fabric| fabric.key == key) else {
        return Ok(Rows::default());
    };
    let scene = Scene::read(mirror, branch, head, dir, Judging::default(), &world.catalogue)?;
    let plan = scene.rules.standing(scene.tree())?;
    let mut rows = Rows { recorded: recorded(world, &fabric)?, ..Rows::default() };
    compare(&plan, &records(world, &fabric)?, &mut rows);
    Ok(rows)
}

fn compare(plan: &Plan, records: &[ObjectRecord], rows: &mut Rows) {
    let mut standing: BTreeMap<&Identity, &PlannedObject> =
        plan.objects.iter().map(|object| (&object.identity, object)).collect();
    for record in records {
        let object = standing.remove(&record.identity);
        match difference(record, object, &plan.unreadable) {
            Some(difference) => rows.differences.push(difference),
            None => rows.same += usize::from(object.is_some()),
        }
    }
    let missing =
        standing.into_values().map(|object| format!("{} ({}) is not on record", object.identity, object.path));
    rows.differences.extend(missing);
}

fn difference(record: &ObjectRecord, object: Option<&PlannedObject>, unreadable: &[TreePath]) -> Option<String> {
    let (who, path) = (&record.identity, &record.path);
    match (record.state, object) {
        (ObjectState::Deleted, None) => None,
        (ObjectState::Deleted, Some(object)) => {
            Some(format!("{who} is deleted on record, and stands in {}", object.path))
        }
        (ObjectState::Unreadable, None) if unreadable.contains(path) => None,
        // Too many were gone at once: the marking waits for a person's word.
        (_, None) if record.missing.is_some() => None,
        (_, None) => Some(format!("{who} is on record in {path}, and does not stand there")),
        (_, Some(object)) if object.path != *path => {
            Some(format!("{who} is on record in {path}, and stands in {}", object.path))
        }
        (_, Some(object)) if object.digest != record.digest => {
            Some(format!("{who} ({path}) has another value on record"))
        }
        (ObjectState::Unreadable, Some(_)) => Some(format!("{who} ({path}) is unreadable on record, and can be read")),
        (ObjectState::Present, Some(_)) => None,
    }
}

fn records(world: &World, fabric: &Fabric) -> Result<Vec<ObjectRecord>, Failure> {
    let filter = ObjectFilter { fabric: Some(fabric.id), ..ObjectFilter::default() };
    let (mut records, mut cursor) = (Vec::new(), None);
    loop {
        let page = world.wait(world.store.objects(&filter, PAGE, cursor))?;
        records.extend(page.items);
        cursor = page.next;
        if cursor.is_none() {
            return Ok(records);
        }
    }
}

/// The commit whose objects were recorded last. Runs that found nothing new record none.
fn recorded(world: &World, fabric: &Fabric) -> Result<Option<String>, Failure> {
    let filter = RunFilter { fabric: Some(fabric.id), ..RunFilter::default() };
    let mut cursor = None;
    loop {
        let page = world.wait(world.store.runs(&filter, PAGE, cursor))?;
        let found = page.items.into_iter().find_map(|run| run.ending.and_then(|ending| ending.recorded));
        cursor = page.next;
        if found.is_some() || cursor.is_none() {
            return Ok(found);
        }
    }
}
