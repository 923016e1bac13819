//! People edit managed files too. A run that replaces such a file warns whoever did.

use std::collections::BTreeMap;

use hedgerow_core::codes::repository::REPLACED_A_PERSONS;
use hedgerow_core::document;
use hedgerow_core::finding::{Finding, Place};
use hedgerow_core::ledger::{Line, Outcome};
use hedgerow_core::path::TreePath;
use hedgerow_core::plan::Plan;
use hedgerow_core::tree::Entry;
use hedgerow_store::{FabricId, ObjectFilter, ObjectRecord};

use crate::draft::Draft;
use crate::failure::Failure;
use crate::scene::Scene;
use crate::world::World;

/// Objects that are asked of the store at once.
const PAGE: u32 = 1000;

/// A warning for each managed file that the plan replaces and a person had changed last, as far as the record knows: its
/// value is not the one that came through the inbox. Of what is not on record nothing is said.
pub(crate) fn replaced(world: &World, draft: &Draft, scene: &Scene<'_>, plan: &Plan) -> Result<Vec<Finding>, Failure> {
    let replaced: Vec<&Line> = plan.ledger.lines().iter().filter(|line| line.outcome == Outcome::Replaced).collect();
    let Some(fabric) = draft.fabric.as_ref().filter(|_| !replaced.is_empty()) else { return Ok(Vec::new()) };
    let records = records(world, fabric.id)?;
    Ok(replaced.into_iter().filter_map(|line| warning(scene, records.get(&line.to)?, line)).collect())
}

fn records(world: &World, fabric: FabricId) -> Result<BTreeMap<TreePath, ObjectRecord>, Failure> {
    let filter = ObjectFilter { fabric: Some(fabric), ..ObjectFilter::default() };
    let mut records = BTreeMap::new();
    let mut cursor = None;
    loop {
        let page = world.wait(world.store.objects(&filter, PAGE, cursor))?;
        records.extend(page.items.into_iter().map(|record| (record.path.clone(), record)));
        cursor = page.next;
        if cursor.is_none() {
            return Ok(records);
        }
    }
}

fn warning(scene: &Scene<'_>, record: &ObjectRecord, line: &Line) -> Option<Finding> {
    let bytes = scene.tree().get(&line.to).and_then(Entry::bytes)?;
    let file = document::parse(&line.to, bytes);
    let value = file.documents.first()?.value.as_ref()?;
    let ours = record.provenance.is_some() && hedgerow_core::digest::digest(value) == record.digest;
    let message = format!("{} replaced what a person's commit had changed here", line.from.file);
    let hint = format!("git show {}:{} is what stood here", scene.head.short(), line.to);
    (!ours).then(|| Finding::warning(REPLACED_A_PERSONS, Place::file(line.to.clone()), message).hint(hint))
}
