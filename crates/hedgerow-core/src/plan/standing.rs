//! What stands under `managed/`, whatever waits in the inbox.

use super::{Context, Plan, PlanError, plan};
use crate::codes::repository;
use crate::path::{TreePath, Zone};
use crate::tree::FabricTree;

/// The plan of the directory without its inbox: it changes nothing, its objects are those of the tree as it is, and its
/// findings are about them.
///
/// # Errors
/// As [`plan`].
pub fn standing(tree: &FabricTree, context: &Context<'_>) -> Result<Plan, PlanError> {
    let stays = |path: &TreePath| tree.dir.zone(path) != Some(Zone::Inbox);
    let entries = tree.entries.iter().filter(|(path, _)| stays(path));
    let entries = entries.map(|(path, entry)| (path.clone(), entry.clone())).collect();
    let drained = FabricTree { dir: tree.dir.clone(), entries };
    let mut plan = plan(&drained, &Context { adopt: false, ..*context })?;
    plan.findings.retain(|finding| finding.code != repository::NO_INBOX);
    Ok(plan)
}
