//! Runs of commits by one author that say nothing: what a robot leaves that answers its own commits.

use hedgerow_git::{CommitRead, Mirror};
use serde::Serialize;

use super::hollow;
use crate::draft;
use crate::failure::Failure;
use crate::world::World;

/// Fewer in a row are somebody's habit, not a loop.
const MIN_COMMITS: usize = 5;

/// A run of commits by one author, one after the other, none of which says anything.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Loop {
    /// The author.
    pub author: String,
    /// How many.
    pub commits: usize,
    /// The oldest.
    pub first: String,
    /// The newest.
    pub last: String,
    /// When the oldest was made, RFC 3339, UTC.
    pub from: Option<String>,
    /// When the newest was made.
    pub to: Option<String>,
    /// The subject of the newest.
    pub subject: String,
}

/// The loops in a branch's history, newest first. `commits`: by first parents, newest first.
pub(super) fn found(world: &World, mirror: &Mirror, commits: &[CommitRead]) -> Result<Vec<Loop>, Failure> {
    let mut loops = Vec::new();
    let mut run: Vec<&CommitRead> = Vec::new();
    for commit in commits {
        crate::sync::between_steps(world)?;
        let goes_on = run.last().is_none_or(|last| last.author.person == commit.author.person);
        let is_hollow = hollow::is_hollow(mirror, commit)?;
        if !(goes_on && is_hollow) {
            loops.extend(ended(&run));
            run.clear();
        }
        if is_hollow {
            run.push(commit);
        }
    }
    loops.extend(ended(&run));
    Ok(loops)
}

fn ended(run: &[&CommitRead]) -> Option<Loop> {
    let (newest, oldest) = (run.first()?, run.last()?);
    (run.len() >= MIN_COMMITS).then(|| Loop {
        author: format!("{} <{}>", newest.author.person.name, newest.author.person.email),
        commits: run.len(),
        first: oldest.id.to_string(),
        last: newest.id.to_string(),
        from: draft::rfc3339_of_seconds(oldest.author.time.seconds),
        to: draft::rfc3339_of_seconds(newest.author.time.seconds),
        subject: newest.message.lines().next().unwrap_or_default().to_owned(),
    })
}
