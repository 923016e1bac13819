//! Judging again: the plan of a commit's parent, made anew with the policy, settings and catalogue that the commit names, must
//! give the commit's tree. Verification asks whether what was done is what was said; this asks whether it was right.

use hedgerow_core::ledger::{Operation, Trailers};
use hedgerow_core::path::TreePath;
use hedgerow_core::plan::{self, Plan};
use hedgerow_core::policy::Flags;
use hedgerow_core::tree::{Entry, FabricTree};
use hedgerow_git::{CommitId, CommitRead, Mirror, TreeLook};
use serde::Serialize;

use crate::failure::Failure;
use crate::request::{Judging, Target};
use crate::scene::{self, Rules};
use crate::undo::{self, Undo};
use crate::verify::Verdict;
use crate::world::{Step, Watch, World};

/// What a replay came to.
#[derive(Clone, Debug, Serialize)]
pub struct Replayed {
    /// In a word: `verified` when the tree is the same.
    pub verdict: Verdict,
    /// Why not, where it is not.
    pub reason: Option<String>,
    /// The remote, without any secret.
    pub url: String,
    /// The full name of the branch.
    #[serde(rename = "ref")]
    pub reference: String,
    /// The directory.
    pub directory: String,
    /// The commit.
    pub commit: String,
    /// Its parent, which was planned again.
    pub parent: Option<String>,
    /// The version that made the commit.
    pub made_with: String,
    /// The version that planned again.
    pub version: String,
    /// The id of the directory's tree, in the commit and planned again, where it is the same.
    pub tree: Option<String>,
    /// What was in force when the commit was made, by its trailers, and is not now.
    pub rules: Vec<OtherRules>,
    /// The first path at which the two trees differ.
    pub difference: Option<Difference>,
    /// At how many paths they differ.
    pub differing: usize,
}

/// The catalogue, the policy or the settings, where they are not those that the commit names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OtherRules {
    /// `catalogue`, `policy` or `settings`.
    pub what: &'static str,
    /// The digest that its trailer names.
    pub named: String,
    /// The digest of what this version has, or reads in the parent.
    pub now: String,
}

/// A path at which planning again gives something else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The path.
    pub path: TreePath,
    /// SHA-256 of what planning again puts there; `null`: nothing.
    pub planned: Option<String>,
    /// SHA-256 of what the commit has there; `null`: nothing.
    pub committed: Option<String>,
}

/// Plans the parent of the commit that `what` names (its id or its run's, or the unique start of either) again.
///
/// # Errors
/// When the commit or its parent cannot be had.
pub fn replay(world: &World, target: &Target, what: &str, watch: Watch<'_>) -> Result<Replayed, Failure> {
    watch(Step::Fetch);
    let mut mirror = Mirror::open(&world.git, &world.cache, &target.remote)?;
    let fetched = mirror.fetch_whole(&target.branch)?;
    let head = scene::born(&fetched)?;
    let dir = scene::directory(&mirror, target.dir.as_ref(), &fetched.branch, &head)?;
    watch(Step::Read);
    let commit = undo::named(&mirror, &fetched.branch, &head, &dir, what)?;
    let trailers = Trailers::parse(&commit.message).ok().flatten().expect("only a commit of ours is found");
    watch(Step::Plan);
    let mut replayed = Replayed {
        verdict: Verdict::CouldNotTell,
        reason: None,
        url: target.remote.url.to_string(),
        reference: fetched.branch.full(),
        directory: dir.to_string(),
        commit: commit.id.to_string(),
        parent: commit.parents.first().map(ToString::to_string),
        made_with: trailers.version.clone(),
        version: world.version.to_owned(),
        tree: None,
        rules: Vec::new(),
        difference: None,
        differing: 0,
    };
    (replayed.verdict, replayed.reason) = judge(world, &mirror, &commit, &trailers, &mut replayed)?;
    Ok(replayed)
}

type Judged = (Verdict, Option<String>);

fn judge(
    world: &World,
    mirror: &Mirror,
    commit: &CommitRead,
    trailers: &Trailers,
    replayed: &mut Replayed,
) -> Result<Judged, Failure> {
    if commit.parents.len() > 1 {
        return Ok((Verdict::DoesNotHold, Some(format!("it has {} parents: ours have one", commit.parents.len()))));
    }
    let before = tree(mirror, commit.parents.first(), trailers)?.0;
    let Some(flags) = trailers.flags.as_deref().map_or(Some(Flags::default()), Flags::parse) else {
        return Ok((Verdict::CouldNotTell, Some("its Hedgerow-Flags are none that this version knows".to_owned())));
    };
    let rules = Rules::read(&before, Judging { adopt: trailers.adopt, flags }, &world.catalogue)?;
    replayed.rules = other_rules(&rules, trailers);
    let maker = Maker::of(world, trailers, &rules);
    let other = replayed.rules.first().map(OtherRules::words);
    if let Some(other) = other.as_ref().filter(|_| maker == Maker::This) {
        return Ok((Verdict::DoesNotHold, Some(other.clone())));
    }
    let plan = match again(mirror, commit, trailers, &rules, &before)? {
        Ok(plan) => plan,
        Err(why) => return Ok(maker.says(world, trailers, why)),
    };
    let (after, id) = tree(mirror, Some(&commit.id), trailers)?;
    let elsewhere = mirror.changes(commit.parents.first(), &commit.id)?;
    let elsewhere = elsewhere.into_iter().find(|path| after.dir.zone(path).is_none());
    if let Some(path) = elsewhere {
        return Ok((Verdict::DoesNotHold, Some(format!("{path} outside {} differs", after.dir))));
    }
    let differences = differences(&plan::apply(&plan, &before), &after);
    replayed.differing = differences.len();
    replayed.difference = differences.into_iter().next();
    replayed.tree = id.filter(|_| replayed.differing == 0);
    Ok(match (&replayed.difference, other) {
        (None, None) => (Verdict::Verified, None),
        // The same, but by rules that are not those of then: that says nothing of what those would have given.
        (None, Some(other)) => maker.says(world, trailers, format!("the tree is the same, but {other}")),
        (Some(difference), other) => {
            let others = other.map(|other| format!(", and {other}")).unwrap_or_default();
            let what = format!("planning its parent again gives something else at {}{others}", difference.path);
            maker.says(world, trailers, what)
        }
    })
}

/// The plan of the parent, as an undo or an init or a sync makes it; or why it makes none.
fn again(
    mirror: &Mirror,
    commit: &CommitRead,
    trailers: &Trailers,
    rules: &Rules<'_>,
    before: &FabricTree,
) -> Result<Result<Plan, String>, Failure> {
    Ok(match &trailers.operation {
        Operation::Sync => Ok(rules.plan(before)?),
        Operation::Init => plan::init(Some(before), &before.dir).ok_or_else(|| "its parent lacks nothing".to_owned()),
        Operation::Undo(id) => match undo::trees_taken_back(mirror, &commit.id, trailers)? {
            Some((done, base)) => {
                let taken_back = Undo { done: &done, base: &base };
                plan::undo(before, taken_back, &rules.context()).map_err(|why| why.to_string())
            }
            None => Err(format!("it takes back {id}, which is no commit of ours in its history")),
        },
    })
}

/// What is in force now and was not when the commit was made.
fn other_rules(rules: &Rules<'_>, trailers: &Trailers) -> Vec<OtherRules> {
    let (policy, settings) = (rules.policy.digest(), rules.settings.digest());
    let of = [
        ("catalogue", rules.catalogue.digest(), trailers.catalogue.as_str()),
        ("policy", policy.as_str(), trailers.policy.as_str()),
        ("settings", settings.as_str(), trailers.settings.as_str()),
    ];
    let others = of.into_iter().filter(|(_, now, named)| now != named);
    others.map(|(what, now, named)| OtherRules { what, named: named.to_owned(), now: now.to_owned() }).collect()
}

impl OtherRules {
    fn words(&self) -> String {
        let Self { what, named, now } = self;
        format!("the {what} that its trailer names is sha256:{named}, and what its parent gives is sha256:{now}")
    }
}

/// Who made the commit. A build of a release plans as every other build of it does, as long as both have one catalogue.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Maker {
    /// This version: where planning again gives something else, that refutes the commit.
    This,
    /// Another one: then the difference may be the version's.
    Other,
}

impl Maker {
    fn of(world: &World, trailers: &Trailers, rules: &Rules<'_>) -> Self {
        let release = |version: &str| version.split('+').next().map(ToOwned::to_owned);
        let is_alike =
            release(&trailers.version) == release(world.version) && trailers.catalogue == rules.catalogue.digest();
        if is_alike || trailers.version == world.version { Self::This } else { Self::Other }
    }

    fn says(self, world: &World, trailers: &Trailers, what: String) -> Judged {
        match self {
            Self::This => (Verdict::DoesNotHold, Some(what)),
            Self::Other => (
                Verdict::CouldNotTell,
                Some(format!("{what}; it was made with version {}, and this is {}", trailers.version, world.version)),
            ),
        }
    }
}

/// The directory at `commit`, and its tree's id; empty where there is none.
fn tree(
    mirror: &Mirror,
    commit: Option<&CommitId>,
    trailers: &Trailers,
) -> Result<(FabricTree, Option<String>), Failure> {
    let dir = &trailers.directory;
    let empty = (FabricTree { dir: dir.clone(), entries: Default::default() }, None);
    let Some(commit) = commit else { return Ok(empty) };
    match mirror.fabric_tree(commit, dir)? {
        TreeLook::Tree(snapshot) => Ok((snapshot.tree, Some(snapshot.dir_tree.to_string()))),
        TreeLook::Absent => Ok(empty),
        TreeLook::NotATree { path } => Err(Failure::NotATree(path)),
    }
}

/// Where the two trees differ, in order.
fn differences(planned: &FabricTree, committed: &FabricTree) -> Vec<Difference> {
    let paths: std::collections::BTreeSet<_> = planned.entries.keys().chain(committed.entries.keys()).collect();
    let differ = paths.into_iter().filter(|path| match (planned.get(path), committed.get(path)) {
        (Some(planned), Some(committed)) => !planned.is_same(committed),
        _ => true,
    });
    let hash = |entry: &Entry| hedgerow_core::digest::sha256(entry.bytes().unwrap_or(entry.id.as_bytes()));
    let of = |path: &TreePath| Difference {
        path: path.clone(),
        planned: planned.get(path).map(hash),
        committed: committed.get(path).map(hash),
    };
    differ.map(of).collect()
}
