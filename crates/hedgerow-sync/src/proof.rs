//! Whether a commit that we wrote is what it claims to be: the same questions that a stranger asks, asked before the push.

use hedgerow_core::ledger::{self, Trailers};
use hedgerow_core::plan::Plan;
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

/// Reads `commit` back and checks that it conserves every document, that nothing outside the directory differs, and that
/// planning it again changes nothing (invariant 4).
pub(crate) fn prove(mirror: &Mirror, scene: &Scene<'_>, commit: CommitId) -> Result<Proven, Failure> {
    let dir = &scene.tree().dir;
    let unbalanced = |what: String| Failure::Unbalanced(what);
    let changed = mirror.changes(Some(&scene.head), &commit)?;
    if let Some(path) = changed.iter().find(|path| dir.zone(path).is_none()) {
        return Err(unbalanced(format!("{path} outside {dir} differs")));
    }
    let TreeLook::Tree(after) = mirror.fabric_tree(&commit, dir)? else {
        return Err(unbalanced(format!("{dir} is gone")));
    };
    let trailers = Trailers::parse(&mirror.commit(&commit)?.message)
        .map_err(|error| unbalanced(error.to_string()))?
        .ok_or_else(|| unbalanced("its trailers are gone".to_owned()))?;
    // Two questions of the same trees, both pure: each has a thread.
    let (breaches, again) = std::thread::scope(|scope| {
        let breaches = scope.spawn(|| ledger::conservation(scene.tree(), &after.tree, &trailers));
        let again = scene.rules.plan(&after.tree);
        (breaches.join().expect("conservation does not panic"), again)
    });
    if let Some(breach) = breaches.first() {
        return Err(unbalanced(breach.to_string()));
    }
    let again = again?;
    if let Some(path) = again.changes.keys().next() {
        return Err(unbalanced(format!("planning it again would change {path}")));
    }
    Ok(Proven { commit, after, again })
}
