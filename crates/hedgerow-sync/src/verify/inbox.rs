//! The inbox at the head: what waits, and since when. It is always told, since nothing else says that nobody has run.

use hedgerow_core::path::{FabricDir, TreePath, Zone};
use hedgerow_git::{CommitRead, Mirror, ObjectError, Standing, TreeId};
use serde::Serialize;

use crate::failure::Failure;

/// A file in the inbox at the head.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Waiting {
    /// The file.
    pub file: TreePath,
    /// When the commit that brought it was made, RFC 3339, UTC; `null` where history does not say.
    pub since: Option<String>,
}

/// What waits at `head`; `None` where the directory is not there.
pub(super) fn inbox(mirror: &Mirror, head: &CommitRead, dir: &FabricDir) -> Result<Option<Vec<Waiting>>, Failure> {
    if !matches!(mirror.find(&head.tree, dir.path())?, Some(Standing::Tree(_))) {
        return Ok(None);
    }
    let raw = dir.raw();
    let listed = mirror.compare(None, raw_of(mirror, head, dir)?.as_ref(), &raw)?;
    let files = listed.into_iter().map(|found| found.path).filter(|path| dir.zone(path) == Some(Zone::Inbox));
    let mut waiting: Vec<Waiting> = files.map(|file| Waiting { file, since: None }).collect();
    if !waiting.is_empty() {
        date(mirror, head, dir, &mut waiting)?;
    }
    Ok(Some(waiting))
}

/// Walks back along first parents, until each file's entry of now was brought by some commit.
fn date(mirror: &Mirror, head: &CommitRead, dir: &FabricDir, waiting: &mut [Waiting]) -> Result<(), Failure> {
    let raw = dir.raw();
    for commit in mirror.first_parents(&head.id, None)?.commits {
        if waiting.iter().all(|file| file.since.is_some()) {
            break;
        }
        // At a shallow boundary nobody knows what the commit brought.
        let Ok(before) = before(mirror, &commit, dir) else { break };
        let brought = mirror.compare(before.as_ref(), raw_of(mirror, &commit, dir)?.as_ref(), &raw)?;
        for file in waiting.iter_mut().filter(|file| file.since.is_none()) {
            if brought.binary_search_by(|found| found.path.cmp(&file.file)).is_ok() {
                file.since = crate::draft::rfc3339_of_seconds(commit.committer.time.seconds);
            }
        }
    }
    Ok(())
}

fn before(mirror: &Mirror, commit: &CommitRead, dir: &FabricDir) -> Result<Option<TreeId>, ObjectError> {
    match commit.parents.first() {
        Some(parent) => raw_of(mirror, &mirror.commit(parent)?, dir),
        None => Ok(None),
    }
}

fn raw_of(mirror: &Mirror, commit: &CommitRead, dir: &FabricDir) -> Result<Option<TreeId>, ObjectError> {
    Ok(match mirror.find(&commit.tree, &dir.raw())? {
        Some(Standing::Tree(raw)) => Some(raw),
        _ => None,
    })
}
