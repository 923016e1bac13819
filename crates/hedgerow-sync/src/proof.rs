//! Whether a commit that we wrote is what it claims to be: the same questions that a stranger asks, asked before the push.

use hedgerow_core::ledger::{self, Trailers, Undo};
use hedgerow_core::path::TreePath;
use hedgerow_core::plan::{self, Plan};
use hedgerow_core::tree::{Entry, FabricTree};
use hedgerow_git::{CommitId, Mirror, Snapshot, TreeLook};

use crate::failure::Failure;
use crate::scene::Scene;

/// A commit of ours that balances: what a push may be tried with.
#[derive(Debug)]
pub(crate) struct Proven {
    pub(crate) commit: CommitId,
    /// The directory as the commit has it.
    pub(crate) after: Snapshot,
    /// What planning that directory again gives: no change, and whatever is held.
    pub(crate) again: Plan,
}

/// Has `write` make the commit of `plan`, reads it back, and checks that it conserves every document, that nothing outside the
/// directory differs, and that planning it again changes nothing (invariant 4).
///
/// `parent` is what the commit stands on: the head that was read, or a commit of ours for another directory on top of it.
///
/// The second plan is made of the tree that the first one foresees, while the commit is being written; then the two
/// trees must be the same.
pub(crate) fn prove(
    mirror: &Mirror,
    scene: &Scene<'_>,
    parent: &CommitId,
    plan: &Plan,
    write: impl FnOnce() -> Result<CommitId, Failure>,
) -> Result<Proven, Failure> {
    let foreseen = plan::apply(plan, scene.tree());
    let (written, again) = std::thread::scope(|scope| {
        let again = scope.spawn(|| scene.rules.plan(&foreseen));
        let written = write().and_then(|commit| Ok((balanced(mirror, scene, parent, &commit, None)?, commit)));
        (written, again.join().expect("planning does not panic"))
    });
    let ((after, commit), again) = (written?, again?);
    as_planned(&foreseen, &after.tree)?;
    if let Some(path) = again.changes.keys().next() {
        return Err(Failure::Unbalanced(format!("planning it again would change {path}")));
    }
    Ok(Proven { commit, after, again })
}

/// That the commit's directory is the one that was foreseen.
pub(crate) fn as_planned(foreseen: &FabricTree, after: &FabricTree) -> Result<(), Failure> {
    match difference(foreseen, after) {
        Some(path) => Err(Failure::Unbalanced(format!("{path} is not as it was planned"))),
        None => Ok(()),
    }
}

/// The directory as the commit has it, when it conserves; `undo` has the trees of the commit that it takes back.
pub(crate) fn balanced(
    mirror: &Mirror,
    scene: &Scene<'_>,
    parent: &CommitId,
    commit: &CommitId,
    undo: Option<Undo<'_>>,
) -> Result<Snapshot, Failure> {
    let dir = &scene.tree().dir;
    let unbalanced = |what: String| Failure::Unbalanced(what);
    let changed = mirror.changes(Some(parent), commit)?;
    if let Some(path) = changed.iter().find(|path| dir.zone(path).is_none()) {
        return Err(unbalanced(format!("{path} outside {dir} differs")));
    }
    let TreeLook::Tree(after) = mirror.fabric_tree(commit, dir)? else {
        return Err(unbalanced(format!("{dir} is gone")));
    };
    let trailers = Trailers::parse(&mirror.commit(commit)?.message)
        .map_err(|error| unbalanced(error.to_string()))?
        .ok_or_else(|| unbalanced("its trailers are gone".to_owned()))?;
    match ledger::conservation(scene.tree(), &after.tree, &trailers, undo).first() {
        Some(breach) => Err(unbalanced(breach.to_string())),
        None => Ok(after),
    }
}

/// A path at which the two trees are not the same.
fn difference<'t>(one: &'t FabricTree, two: &'t FabricTree) -> Option<&'t TreePath> {
    let differs = |(path, entry): (&'t TreePath, &Entry), other: &FabricTree| {
        (!other.get(path).is_some_and(|there| there.is_same(entry))).then_some(path)
    };
    let lacking = one.entries.iter().find_map(|entry| differs(entry, two));
    lacking.or_else(|| two.entries.keys().find(|path| one.get(path).is_none()))
}
