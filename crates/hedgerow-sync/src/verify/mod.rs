//! Verification from git alone: no database, no service, no catalogue. `docs/reference/format.md`, "Which commits are
//! judged, and how". It never passes by default: what cannot be read is [`Verdict::CouldNotTell`].

mod judge;

use hedgerow_core::path::{FabricDir, TreePath, Zone};
use hedgerow_git::{BranchName, CommitId, CommitRead, Depth, Mirror, TreeLook};
use serde::Serialize;

use crate::failure::Failure;
use crate::request::Target;
use crate::scene;
use crate::world::{Step, Watch, World};

pub use judge::{Judged, Kind, Standing};

/// Which commits to judge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// All of the branch.
    All,
    /// The one that this id, or unique start of one, names.
    One(String),
    /// Those that the second has and the first has not.
    Range(String, String),
}

/// What to verify, and how strictly.
#[derive(Debug)]
pub struct Verification<'a> {
    /// Which fabric.
    pub target: &'a Target,
    /// Which commits.
    pub selection: Selection,
    /// A directory without a commit of ours is verified too.
    pub allow_none: bool,
    /// People's commits under `managed/` and `unmanaged/` do not hold.
    pub strict: bool,
}

/// What verification came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Every commit that was judged holds, and there was one (or none was needed).
    Verified,
    /// Something could not be read.
    CouldNotTell,
    /// Some commit does not hold.
    DoesNotHold,
}

/// The answer.
#[derive(Clone, Debug, Serialize)]
pub struct Findings {
    /// The answer in a word.
    pub verdict: Verdict,
    /// Why it could not be told, where it could not.
    pub reason: Option<String>,
    /// The remote, without any secret.
    pub url: String,
    /// The full name of the branch.
    #[serde(rename = "ref")]
    pub reference: String,
    /// Its head.
    pub head: String,
    /// The directory.
    pub directory: String,
    /// The commits that were judged or listed, newest first.
    pub commits: Vec<Judged>,
    /// The inbox at the head, and since when each file waits.
    pub inbox: Vec<Waiting>,
}

/// A file in the inbox at the head.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Waiting {
    /// The file.
    pub file: TreePath,
    /// When the commit that brought it was made, RFC 3339, UTC; `null` where history does not say.
    pub since: Option<String>,
}

/// Derives everything again from the branch as the remote has it.
///
/// # Errors
/// When nothing could be judged at all: the remote, the branch or the directory is not there.
pub fn verify(world: &World, asked: &Verification<'_>, watch: Watch<'_>) -> Result<Findings, Failure> {
    watch(Step::Fetch);
    let mut mirror = Mirror::open(&world.git, &world.cache, &asked.target.remote)?;
    let fetched = mirror.fetch(&asked.target.branch)?;
    let head = scene::born(&fetched)?;
    let dir = scene::directory(&mirror, asked.target.dir.as_ref(), &fetched.branch, &head)?;
    mirror.unshallow()?;
    let depth = mirror.depth()?;
    watch(Step::Verify);
    let commits = select(&mirror, &fetched.branch, &head, &asked.selection)?;
    let mut judged = Vec::new();
    for commit in &commits {
        crate::sync::between_steps(world)?;
        judged.extend(judge::judge(&mirror, commit, &dir, asked.strict)?);
    }
    if asked.selection == Selection::All {
        since_our_first(&mut judged);
    }
    let inbox = inbox(&mirror, &head, &dir)?;
    let (verdict, reason) = verdict(&judged, depth, asked);
    Ok(Findings {
        verdict,
        reason,
        url: asked.target.remote.url.to_string(),
        reference: fetched.branch.full(),
        head: head.to_string(),
        directory: dir.to_string(),
        commits: judged,
        inbox,
    })
}

/// Drops what people did before the first commit that is not theirs: there was nothing of ours to touch.
fn since_our_first(judged: &mut Vec<Judged>) {
    let last = judged.iter().rposition(|judged| judged.kind != Kind::People);
    judged.truncate(last.map_or(0, |at| at + 1));
}

/// The commits that are asked for, newest first.
fn select(
    mirror: &Mirror,
    branch: &BranchName,
    head: &CommitId,
    selection: &Selection,
) -> Result<Vec<CommitRead>, Failure> {
    let all = mirror.log(head, None)?.commits;
    match selection {
        Selection::All => Ok(all),
        Selection::One(text) => {
            let id = named(&all, branch, head, text)?;
            Ok(all.into_iter().filter(|commit| commit.id == id).collect())
        }
        Selection::Range(from, to) => {
            let (from, to) = (named(&all, branch, head, from)?, named(&all, branch, head, to)?);
            Ok(mirror.log(&to, Some(&from))?.commits)
        }
    }
}

/// The commit of the branch's history that `text` names: `HEAD`, the branch, an id, or the unique start of one; and with
/// `~N`, its Nth first parent.
fn named(all: &[CommitRead], branch: &BranchName, head: &CommitId, text: &str) -> Result<CommitId, Failure> {
    let (base, back) = match text.split_once('~') {
        Some((base, "")) => (base, 1),
        Some((base, back)) => (base, back.parse().map_err(|_| no_commit(branch, text))?),
        None => (text, 0),
    };
    let mut id = if base == "HEAD" || base == branch.as_str() { head.clone() } else { beginning(all, branch, base)? };
    for _ in 0..back {
        let commit = all.iter().find(|commit| commit.id == id);
        let parent = commit.and_then(|commit| commit.parents.first());
        id = parent.cloned().ok_or_else(|| no_commit(branch, text))?;
    }
    Ok(id)
}

/// The one commit whose id begins with `text`, of at least four digits.
fn beginning(all: &[CommitRead], branch: &BranchName, text: &str) -> Result<CommitId, Failure> {
    let start = text.to_ascii_lowercase();
    let mut matching = all.iter().filter(|commit| start.len() >= 4 && commit.id.as_str().starts_with(&start));
    match (matching.next(), matching.next()) {
        (Some(commit), None) => Ok(commit.id.clone()),
        (None, _) => Err(no_commit(branch, text)),
        (Some(_), Some(_)) => Err(Failure::AmbiguousCommit(text.to_owned())),
    }
}

fn no_commit(branch: &BranchName, text: &str) -> Failure {
    Failure::NoCommit { text: text.to_owned(), branch: branch.clone() }
}

fn verdict(judged: &[Judged], depth: Depth, asked: &Verification<'_>) -> (Verdict, Option<String>) {
    let worst = judged.iter().map(|j| j.standing.verdict()).max().unwrap_or(Verdict::Verified);
    if worst != Verdict::Verified {
        return (worst, None);
    }
    let whole = asked.selection == Selection::All;
    if whole && depth == Depth::Shallow {
        return (Verdict::CouldNotTell, Some("the remote itself has only a part of the history".to_owned()));
    }
    let ours = judged.iter().any(|j| j.kind != Kind::People);
    if !ours && !asked.allow_none {
        let what =
            if whole { "the branch has no commit of ours for this directory" } else { "none of these commits is ours" };
        return (Verdict::CouldNotTell, Some(format!("{what} (--allow-none lets that pass)")));
    }
    (Verdict::Verified, None)
}

/// The inbox at the head: what waits, and since when.
fn inbox(mirror: &Mirror, head: &CommitId, dir: &FabricDir) -> Result<Vec<Waiting>, Failure> {
    let TreeLook::Tree(snapshot) = mirror.fabric_tree(head, dir)? else { return Ok(Vec::new()) };
    let waits = |path: &&TreePath| dir.zone(path) == Some(Zone::Inbox);
    let mut waiting: Vec<Waiting> =
        snapshot.tree.entries.keys().filter(waits).map(|file| Waiting { file: file.clone(), since: None }).collect();
    if !waiting.is_empty() {
        date(mirror, head, &mut waiting)?;
    }
    Ok(waiting)
}

/// Walks back along first parents, until each file's entry of now was brought by some commit.
fn date(mirror: &Mirror, head: &CommitId, waiting: &mut [Waiting]) -> Result<(), Failure> {
    for commit in mirror.first_parents(head, None)?.commits {
        if waiting.iter().all(|file| file.since.is_some()) {
            break;
        }
        // At a shallow boundary nobody knows what the commit brought.
        let Ok(brought) = mirror.changes(commit.parents.first(), &commit.id) else { break };
        for file in waiting.iter_mut().filter(|file| file.since.is_none()) {
            if brought.binary_search(&file.file).is_ok() {
                file.since = crate::draft::rfc3339_of_seconds(commit.committer.time.seconds);
            }
        }
    }
    Ok(())
}
