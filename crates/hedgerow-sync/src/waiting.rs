//! Since when files wait in an inbox: asked of git's history, which no clock or memory of ours has part in.

use hedgerow_core::path::TreePath;
use hedgerow_git::Mirror;
use hedgerow_store::InboxAge;

use crate::scene::Scene;

/// How many commits are looked at. Older than the oldest of them is old enough.
const MAX_LOOKED_AT: usize = 500;

/// The oldest of `files`, all of them in the inbox at the scene's head, by the commits that brought them as they are.
///
/// Where the history that is here ends before the question does, the file is at least as old as the oldest commit.
pub(crate) fn oldest(mirror: &Mirror, scene: &Scene<'_>, files: &[TreePath]) -> Option<InboxAge> {
    let mut waiting: Vec<&TreePath> = files.iter().collect();
    let mut oldest = None;
    let log = mirror.first_parents(&scene.head, None).ok()?;
    for commit in log.commits.iter().take(MAX_LOOKED_AT) {
        let since_ms = commit.committer.time.seconds.saturating_mul(1_000);
        let first = waiting.first()?;
        oldest = Some(InboxAge { path: first.to_string(), since_ms });
        // At a shallow boundary nobody knows what the commit brought.
        let Ok(changed) = mirror.changes(commit.parents.first(), &commit.id) else { break };
        let (brought, older): (Vec<_>, Vec<_>) =
            waiting.into_iter().partition(|path| changed.binary_search(path).is_ok());
        if older.is_empty() {
            return brought.first().map(|path| InboxAge { path: path.to_string(), since_ms });
        }
        waiting = older;
    }
    oldest
}
