//! A person's text becomes a file of the inbox: one commit in their name that changes this file and nothing else.
//!
//! It is a commit of theirs, not of ours: it carries no trailer, and neither author nor committer is the one by whom our
//! commits are known. What moves documents is the run that comes after it, and nothing else.

use std::collections::BTreeMap;
use std::sync::Arc;

use hedgerow_core::path::{FabricDir, TreePath};
use hedgerow_core::plan::Change;
use hedgerow_core::policy;
use hedgerow_core::tree::Entry;
use hedgerow_git::{BranchName, CommitId, CommitText, CommitTime, Mirror, ObjectError, Person, Remote, TreeLook};
use hedgerow_store::{Actor, Verification};
use serde_json::json;

use crate::failure::Failure;
use crate::lease::Held;
use crate::publish::{self, Landed};
use crate::request::{Judging, Target};
use crate::scene::{self, Scene};
use crate::sync::{MAX_MOVES, between_steps};
use crate::vet::{Vetted, vet_in};
use crate::witness;
use crate::world::World;

/// The longest path below `raw/`, in bytes.
const MAX_PATH_BYTES: usize = 200;
/// More changed paths than this are not named.
const MAX_CHANGED: usize = 50;

/// Where a file of an inbox is, below `raw/`: of letters, digits, `.`, `_`, `-` and `/`, and by its end a YAML file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InboxPath(String);

impl InboxPath {
    /// # Errors
    /// What is wrong with `text`, in words.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-/".contains(&byte);
        if text.is_empty() || text.len() > MAX_PATH_BYTES || !text.bytes().all(is_plain) {
            return Err(
                "a file's name has 1 to 200 letters, digits, dots, dashes, underscores, and slashes between directories",
            );
        }
        if text.split('/').any(|part| part.is_empty() || part.starts_with('.')) {
            return Err("no part of a file's name is empty or begins with a dot");
        }
        if !hedgerow_core::path::is_yaml(text.as_bytes()) {
            return Err("a file's name ends in .yaml or .yml: no other file is read");
        }
        Ok(Self(text.to_owned()))
    }

    /// The path below `raw/`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The path in the repository.
    pub fn in_dir(&self, dir: &FabricDir) -> TreePath {
        dir.raw().join(&self.0)
    }
}

/// What to do with a text that would be held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flawed {
    /// Nothing is filed.
    Refuse,
    /// It is filed, because a person said so.
    File,
}

/// A text to file.
#[derive(Clone, Debug)]
pub struct Filing {
    /// Where.
    pub path: InboxPath,
    /// What.
    pub text: Vec<u8>,
    /// The commit that the person has seen; `None`: they expect that there is no such file.
    pub seen: Option<CommitId>,
    /// What to do where it would be held.
    pub flawed: Flawed,
    /// Who files.
    pub author: Person,
    /// Why, for the commit's first line.
    pub why: Option<String>,
    /// How the fabric is judged.
    pub judging: Judging,
    /// Who is on record for it.
    pub by: Actor,
    /// As what the fabric is on record, such as `fabric/dc1`.
    pub subject: String,
}

/// What became of it.
#[derive(Debug)]
pub enum Filed {
    /// The remote took the commit.
    Pushed(Pushed),
    /// The file is there already, with this very text.
    Same {
        /// Where the branch is.
        head: CommitId,
    },
    /// The fabric's directory is not as the person saw it.
    Moved {
        /// Where the branch is.
        head: CommitId,
        /// What is otherwise, as far as that can be told.
        changed: Vec<TreePath>,
    },
    /// It would be held, and nobody said that it should be filed all the same.
    Flawed {
        /// Where the branch is.
        head: CommitId,
        /// What was found.
        vetted: Box<Vetted>,
    },
    /// Its author has the e-mail address by which our own commits are known.
    OurAddress,
}

/// A commit that the remote took.
#[derive(Debug)]
pub struct Pushed {
    /// The commit.
    pub commit: CommitId,
    /// The file.
    pub path: TreePath,
    /// Whether a second look at the remote sees it.
    pub verification: Verification,
    /// What that look saw, in words.
    pub witness: String,
    /// Whether the next run will hold it.
    pub is_flawed: bool,
    /// Why the fabric's own policy lets nothing happen.
    pub suspended: Option<String>,
}

/// Files a text. Writes to the remote only by a push that names its parent; another file of the branch is never touched.
///
/// # Errors
/// When the repository could not be worked on.
pub fn file(
    world: &World,
    target: &Target,
    dir: &FabricDir,
    reader: Option<&Remote>,
    filing: &Filing,
) -> Result<Filed, Failure> {
    let mut mirror = Mirror::open(&world.git, &world.cache, &target.remote)?;
    // Nobody else of ours writes to the repository meanwhile.
    let _lease = Held::take(world, &target.remote.url.canonical())?;
    for _ in 0..MAX_MOVES {
        between_steps(world)?;
        let fetched = mirror.fetch(&target.branch)?;
        let (branch, head) = (&fetched.branch, scene::born(&fetched)?);
        scene::refuse_work_tree(world, &target.remote.url, branch)?;
        let scene = Scene::read(&mirror, branch, &head, dir, filing.judging, &world.catalogue)?;
        let vetted = match judged(world, &mirror, &scene, filing)? {
            Judged::File(vetted) => vetted,
            Judged::Leave(filed) => return Ok(filed),
        };
        let commit = commit(world, &mirror, &scene, filing)?;
        intend(world, filing, &filing.path.in_dir(dir), &commit)?;
        if let Landed::Yes = publish::push(world, &mut mirror, branch, &commit, Some(&head))? {
            let sight = witness::look_after_push(world, &mirror, reader, branch, Some(&head), &commit);
            let seen = witness::of_commit(&mut mirror, branch, &commit, &sight);
            return Ok(Filed::Pushed(Pushed {
                path: filing.path.in_dir(dir),
                verification: seen.verification,
                witness: seen.words,
                is_flawed: vetted.is_refused(),
                suspended: scene.rules.policy.suspended.clone(),
                commit,
            }));
        }
    }
    Err(Failure::AlwaysMoving(MAX_MOVES))
}

/// Puts on record what is about to be pushed: whoever dies after the push leaves no commit of which nobody knows whose it was.
fn intend(world: &World, filing: &Filing, path: &TreePath, commit: &CommitId) -> Result<(), Failure> {
    let change = hedgerow_store::Change {
        action: "fabric.file.begin",
        subject: filing.subject.clone(),
        before: None,
        after: Some(json!({"path": path.to_string(), "commit": commit.as_str()})),
    };
    world.wait(async { world.store.append_audit(&change, &filing.by).await.map_err(Failure::Store) })
}

/// Whether a text may be filed at a head.
enum Judged {
    File(Vetted),
    Leave(Filed),
}

fn judged(world: &World, mirror: &Mirror, scene: &Scene<'_>, filing: &Filing) -> Result<Judged, Failure> {
    let (tree, head) = (scene.tree(), scene.head.clone());
    let path = filing.path.in_dir(&tree.dir);
    let there = tree.get(&path);
    if there.filter(|entry| entry.is_file()).and_then(Entry::bytes) == Some(filing.text.as_slice()) {
        return Ok(Judged::Leave(Filed::Same { head }));
    }
    let changed = match &filing.seen {
        None => there.map(|_| vec![path]),
        Some(seen) => since(mirror, &scene.branch, seen, &head, &tree.dir)?,
    };
    if let Some(changed) = changed {
        return Ok(Judged::Leave(Filed::Moved { head, changed }));
    }
    if filing.author.email.eq_ignore_ascii_case(&policy::committer(tree).email) {
        return Ok(Judged::Leave(Filed::OurAddress));
    }
    let (vetted, _) = vet_in(tree, &filing.path, &filing.text, &world.catalogue, filing.judging, false)?;
    match vetted.is_refused() && filing.flawed == Flawed::Refuse {
        true => Ok(Judged::Leave(Filed::Flawed { head, vetted: Box::new(vetted) })),
        false => Ok(Judged::File(vetted)),
    }
}

/// What of the directory differs between what a person saw and the head; `None`: nothing.
fn since(
    mirror: &Mirror,
    branch: &BranchName,
    seen: &CommitId,
    head: &CommitId,
    dir: &FabricDir,
) -> Result<Option<Vec<TreePath>>, Failure> {
    if seen == head {
        return Ok(None);
    }
    let tree = |commit: &CommitId| match mirror.fabric_tree(commit, dir) {
        Ok(TreeLook::Tree(snapshot)) => Ok(Some(snapshot.dir_tree)),
        Ok(_) => Ok(None),
        Err(error) => Err(error),
    };
    let before = match tree(seen) {
        Ok(before) => before,
        Err(ObjectError::Missing(_)) => {
            tracing::info!(%seen, "what somebody saw of {branch} is not in the local copy: taken for changed");
            return Ok(Some(Vec::new()));
        }
        Err(error) => return Err(error.into()),
    };
    let changes = mirror.compare(before.as_ref(), tree(head)?.as_ref(), dir.path())?;
    let changed: Vec<TreePath> = changes.into_iter().map(|change| change.path).take(MAX_CHANGED).collect();
    Ok(Some(changed).filter(|changed| !changed.is_empty()))
}

/// The commit: this one file, in the person's name, with no trailer.
fn commit(world: &World, mirror: &Mirror, scene: &Scene<'_>, filing: &Filing) -> Result<CommitId, Failure> {
    let dir = &scene.tree().dir;
    let path = filing.path.in_dir(dir);
    let subject = match filing.why.as_deref().map(one_line).filter(|why| !why.is_empty()) {
        Some(why) => why,
        None => format!("{}: raw/{}", crate::draft::fabric_name(dir), filing.path.as_str()),
    };
    let text = CommitText {
        // The last paragraph is ours, so that no subject can be read as a trailer.
        message: format!("{subject}\n\nFiled through Hedgerow {} as {path}.\n", world.version),
        author: filing.author.clone(),
        committer: filing.author.clone(),
        time: CommitTime { seconds: (world.now)().unix_timestamp(), offset_seconds: 0 },
    };
    let changes = BTreeMap::from([(path.clone(), Change::Write(Arc::from(filing.text.as_slice())))]);
    let commit = mirror.write_commit(Some(&scene.head), &changes, &text, None)?;
    let changed = mirror.changes(Some(&scene.head), &commit)?;
    match changed == [path] {
        true => Ok(commit),
        // A file stands where the path has a directory, say.
        false => {
            Err(Failure::Unbalanced(format!("a filing changes one file, and this one would change {}", changed.len())))
        }
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_yaml_below_raw_and_nowhere_else() {
        for good in ["vpc.yaml", "a/b/c.yml", "A_1-2.YAML"] {
            assert_eq!(InboxPath::parse(good).unwrap().as_str(), good);
        }
        for bad in [
            "",
            "a.txt",
            "../a.yaml",
            "a/../b.yaml",
            "/a.yaml",
            "a//b.yaml",
            ".a.yaml",
            "a b.yaml",
            "ü.yaml",
            "a\\b.yaml",
        ] {
            assert!(InboxPath::parse(bad).is_err(), "{bad}");
        }
        assert!(InboxPath::parse(&format!("{}.yaml", "a".repeat(200))).is_err());
    }
}
