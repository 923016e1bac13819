//! Where the branch is protected: the commit goes to another branch, for people to merge.

use hedgerow_git::{BranchChoice, BranchName, CommitId, Mirror};
use hedgerow_store::Verification;

use crate::draft::Draft;
use crate::failure::Failure;
use crate::lease::Held;
use crate::proof::Proven;
use crate::publish::{self, Landed};
use crate::scene::Scene;
use crate::world::World;

/// Leaves the proven commit on `branch`, or, where that has something else, on `branch-<parent>`. The same change of the
/// same parent is not pushed twice. The run stays [`Verification::NotYet`] until the fabric's own branch has it.
pub(crate) fn push(
    world: &World,
    lease: &Held,
    draft: &mut Draft,
    mirror: &mut Mirror,
    scene: &Scene<'_>,
    branch: &BranchName,
    proven: &Proven,
) -> Result<(), Failure> {
    let of_parent = BranchName::parse(&format!("{branch}-{}", scene.head.short())).unwrap_or_else(|_| branch.clone());
    for name in [branch, &of_parent] {
        match there(mirror, name)? {
            Some(head) if publish::is_same_proposal(mirror, scene, &head, &proven.commit) => {
                proposed(draft, scene, name, &head, proven);
                return Ok(());
            }
            Some(_) => {}
            None => {
                draft.intend(world, lease, &proven.commit, Some(&scene.head), name)?;
                if let Landed::Yes = publish::push(world, mirror, name, &proven.commit, None)? {
                    proposed(draft, scene, name, &proven.commit, proven);
                    return Ok(());
                }
            }
        }
    }
    Err(Failure::Refused {
        branch: of_parent,
        words: "the branch is there already, with something else on it".to_owned(),
    })
}

/// The head of the proposal branch, fetched; `None` when there is no such branch.
fn there(mirror: &mut Mirror, branch: &BranchName) -> Result<Option<CommitId>, Failure> {
    if mirror.look(branch)?.head.is_none() {
        return Ok(None);
    }
    Ok(mirror.fetch(&BranchChoice::Named(branch.clone()))?.head)
}

fn proposed(draft: &mut Draft, scene: &Scene<'_>, on: &BranchName, commit: &CommitId, proven: &Proven) {
    let report = &mut draft.report;
    report.commit = Some(commit.to_string());
    report.pushed_to = Some(on.to_string());
    report.after = crate::scene::state(&proven.after, commit, &proven.again);
    report.verification = Verification::NotYet;
    report.witness = Some(format!("{on} has it; {} does not yet: merge it there", scene.branch));
}
