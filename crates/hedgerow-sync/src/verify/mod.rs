//! Verification from git alone: no database, no service, no catalogue. `docs/reference/format.md`, "Which commits are
//! judged, and how". It never passes by default: what cannot be read is [`Verdict::CouldNotTell`].

mod account;
mod inbox;
mod judge;
mod pair;
mod rows;
mod texts;

use std::collections::HashMap;
use std::path::Path;

use hedgerow_git::{BranchName, CommitId, CommitRead, Depth, Mirror, Signature};
use serde::Serialize;

use crate::failure::Failure;
use crate::request::Target;
use crate::scene;
use crate::world::{Step, Watch, World};

use pair::Reader;

pub use account::Account;
pub use inbox::Waiting;
pub use judge::{Judged, Kind, Standing};
pub use rows::Rows;

/// Which commits to judge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// All of the branch.
    All,
    /// The one that this id, or unique start of one, names.
    One(String),
    /// Those that the second has and the first has not.
    Range(String, String),
    /// Those that were committed then or later: seconds since 1970, UTC.
    Since(i64),
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
    /// Every commit of ours must be signed by one of these: a file as git's `gpg.ssh.allowedSignersFile`.
    pub allowed_signers: Option<&'a Path>,
    /// The store's rows must be the objects at the head.
    pub rows: bool,
    /// Each commit of ours comes with its ledger, and the directory before and after it.
    pub account: bool,
}

impl<'a> Verification<'a> {
    /// The plain question: do these commits hold?
    pub fn of(target: &'a Target, selection: Selection) -> Self {
        let (allow_none, strict, rows, account) = (false, false, false, false);
        Self { target, selection, allow_none, strict, allowed_signers: None, rows, account }
    }
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
    /// The range that was asked for, by full ids.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub range: Option<String>,
    /// The commits that were judged or listed, newest first.
    pub commits: Vec<Judged>,
    /// The inbox at the head, and since when each file waits.
    pub inbox: Vec<Waiting>,
    /// How the store's rows stand to the tree at the head, where that was asked.
    pub rows: Option<Rows>,
}

/// Derives everything again from the branch as the remote has it.
///
/// # Errors
/// When nothing could be judged at all: the remote, the branch or the directory is not there.
pub fn verify(world: &World, asked: &Verification<'_>, watch: Watch<'_>) -> Result<Findings, Failure> {
    if let Some(doubt) = world.git.doubt(&asked.target.remote.url)? {
        return Err(Failure::Doubtful(doubt));
    }
    watch(Step::Fetch);
    let mut mirror = Mirror::open(&world.git, &world.cache, &asked.target.remote)?;
    let fetched = mirror.fetch_whole(&asked.target.branch)?;
    let head = scene::born(&fetched)?;
    let dir = scene::directory(&mirror, asked.target.dir.as_ref(), &fetched.branch, &head)?;
    watch(Step::Verify);
    let (commits, range) = select(&mirror, &fetched.branch, &head, &asked.selection)?;
    let mut judged = Vec::new();
    let mut reader = Reader::new(&mirror, &dir);
    for commit in &commits {
        crate::sync::between_steps(world)?;
        let mut found = judge::judge(&mut reader, commit, asked.strict)?;
        if let Some(found) = found.as_mut().filter(|found| asked.account && found.kind != Kind::People) {
            found.account = account::account(&reader, commit, found.derived.take());
        }
        judged.extend(found.map(|found| Judged { derived: None, ..found }));
    }
    if asked.selection == Selection::All {
        since_our_first(&mut judged);
    }
    if let Some(allowed) = asked.allowed_signers {
        signed(&mirror, allowed, &mut judged)?;
    }
    let inbox = inbox::inbox(&mirror, &mirror.commit(&head)?, &dir)?;
    let rows = match asked.rows {
        true => Some(rows::rows(world, &mirror, asked.target, &fetched.branch, &head, &dir)?),
        false => None,
    };
    let (verdict, reason) = [
        commits_verdict(&judged, mirror.depth()?, asked),
        rows.as_ref().map_or((Verdict::Verified, None), |rows| rows.verdict(&head)),
        match &inbox {
            Some(_) => (Verdict::Verified, None),
            None => (Verdict::CouldNotTell, Some(format!("there is no directory {dir} at the head"))),
        },
    ]
    .into_iter()
    .reduce(|one, other| if other.0 > one.0 { other } else { one })
    .expect("three verdicts");
    Ok(Findings {
        verdict,
        reason,
        url: asked.target.remote.url.to_string(),
        reference: fetched.branch.full(),
        head: head.to_string(),
        directory: dir.to_string(),
        range,
        commits: judged,
        inbox: inbox.unwrap_or_default(),
        rows,
    })
}

/// Says of every commit of ours that holds whether an allowed signer has signed it.
fn signed(mirror: &Mirror, allowed: &Path, judged: &mut [Judged]) -> Result<(), Failure> {
    let claims = |judged: &&mut Judged| matches!(judged.kind, Kind::Ours | Kind::Copy);
    let asked: Vec<CommitId> =
        judged.iter_mut().filter(claims).filter_map(|one| CommitId::parse(&one.commit).ok()).collect();
    let signatures = mirror.signatures(&asked.iter().collect::<Vec<_>>(), allowed)?;
    let signatures: HashMap<&str, &Signature> = signatures.iter().map(|(id, said)| (id.as_str(), said)).collect();
    for one in judged.iter_mut().filter(claims) {
        match signatures.get(one.commit.as_str()) {
            Some(Signature::Good(signer)) => one.signer = Some(signer.clone()),
            Some(Signature::Missing) => one.unsigned("there is no signature"),
            Some(Signature::Refused) => one.unsigned("it is another's, or not valid at the commit's time"),
            None => one.unsigned("git says nothing of it"),
        }
    }
    Ok(())
}

/// Drops what people did before the first commit that is not theirs: there was nothing of ours to touch.
fn since_our_first(judged: &mut Vec<Judged>) {
    let last = judged.iter().rposition(|judged| judged.kind != Kind::People);
    judged.truncate(last.map_or(0, |at| at + 1));
}

/// The commits that are asked for, newest first; and the range, where one was named, by full ids.
fn select(
    mirror: &Mirror,
    branch: &BranchName,
    head: &CommitId,
    selection: &Selection,
) -> Result<(Vec<CommitRead>, Option<String>), Failure> {
    let all = mirror.log(head, None)?.commits;
    Ok(match selection {
        Selection::All => (all, None),
        Selection::One(text) => {
            let id = named(&all, branch, head, text)?;
            (all.into_iter().filter(|commit| commit.id == id).collect(), None)
        }
        Selection::Range(from, to) => {
            let (from, to) = (named(&all, branch, head, from)?, named(&all, branch, head, to)?);
            (mirror.log(&to, Some(&from))?.commits, Some(format!("{from}..{to}")))
        }
        Selection::Since(moment) => {
            (all.into_iter().filter(|commit| commit.committer.time.seconds >= *moment).collect(), None)
        }
    })
}

/// The commit of the branch's history that `text` names: `HEAD`, the branch, an id, or the unique start of one; and with
/// `~N` or `^`, its Nth first parent.
fn named(all: &[CommitRead], branch: &BranchName, head: &CommitId, text: &str) -> Result<CommitId, Failure> {
    if let Some(base) = text.strip_suffix('^') {
        return named(all, branch, head, &format!("{base}~"));
    }
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

fn commits_verdict(judged: &[Judged], depth: Depth, asked: &Verification<'_>) -> (Verdict, Option<String>) {
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
