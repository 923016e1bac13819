//! The object tables again, from git (invariant 8): equal, or what differs; and mended, where nobody only asked.

use std::collections::BTreeMap;

use hedgerow_core::object::Identity;
use hedgerow_core::path::{FabricDir, TreePath, Zone};
use hedgerow_core::plan::{Plan, PlannedObject};
use hedgerow_core::tree::FabricTree;
use hedgerow_git::{BranchName, CommitId, Mirror};
use hedgerow_store::{
    Fabric, FabricKey, ObjectFilter, ObjectRecord, ObjectState, ObjectsChange, Origin, RunOutcome, Trigger,
};
use serde::Serialize;

use crate::claims::{Claim, Claims};
use crate::draft::Draft;
use crate::failure::Failure;
use crate::lease::Held;
use crate::request::{Judging, Target};
use crate::scene::{self, Scene};
use crate::world::{Step, Watch, World};
use crate::{origins, witness};

/// Rows that are asked for at once.
const PAGE: u32 = 1000;

/// What a rebuilding came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The tables say what git says.
    Equal,
    /// They did not, and do now.
    Rebuilt,
    /// They do not.
    Differs,
}

/// How a row differs from git.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Differs {
    /// Git has it, and the tables do not.
    Missing,
    /// The tables have it, and git does not.
    Gone,
    /// Both have it, and not the same of it.
    Other,
    /// Both have the same of it, and the tables say of another commit or inbox document that it came with it.
    Origin,
}

/// An object that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Who it is.
    pub object: String,
    /// How.
    pub differs: Differs,
    /// Where git has it.
    pub git: Option<TreePath>,
    /// Where the tables have it.
    pub store: Option<TreePath>,
}

/// The answer.
#[derive(Clone, Debug, Serialize)]
pub struct Rebuilding {
    /// In a word.
    pub verdict: Verdict,
    /// The remote, without any secret.
    pub url: String,
    /// The full name of the branch.
    #[serde(rename = "ref")]
    pub reference: String,
    /// Its head.
    pub head: String,
    /// The directory.
    pub directory: String,
    /// Objects that git has there.
    pub objects: usize,
    /// What differed when it was looked at first.
    pub differences: Vec<Difference>,
    /// Objects of which the history that is here does not say where they came from, so that nothing is said of what their rows
    /// say of it.
    pub untold: Vec<String>,
    /// What differs still: too many are gone at once, and a person's word is needed.
    pub left: Vec<Difference>,
    /// The run that mended it.
    pub run: Option<String>,
}

/// Compares the record of a fabric's objects with its branch; with `mend`, makes it agree.
///
/// # Errors
/// When it could not be told, or the record could not be written.
pub fn rebuild(world: &World, target: &Target, mend: bool, watch: Watch<'_>) -> Result<Rebuilding, Failure> {
    watch(Step::Wait);
    let mut mirror = Mirror::open(&world.git, &world.cache, &target.remote)?;
    let lease = Held::take(world, &target.remote.url.canonical())?;
    watch(Step::Fetch);
    let fetched = mirror.fetch_whole(&target.branch)?;
    let head = scene::born(&fetched)?;
    let dir = scene::directory(&mirror, target.dir.as_ref(), &fetched.branch, &head)?;
    watch(Step::Read);
    let scene = Scene::read(&mirror, &fetched.branch, &head, &dir, Judging::default(), &world.catalogue)?;
    let living = scene.rules.plan(&managed_alone(scene.tree()))?;
    let fabric = known(world, target, &fetched.branch, &dir)?;
    let paths = living.objects.iter().map(|object| object.path.clone()).collect();
    let git = Git { living, origins: origins::search(&mirror, &head, &dir, paths)? };
    let mut claims = Claims::new(&mirror, &head, &dir, &scene.rules);
    let Found { differences, untold } = git.differences(&mut claims, &recorded(world, fabric.as_ref())?)?;
    let mut answer = Rebuilding {
        verdict: if differences.is_empty() { Verdict::Equal } else { Verdict::Differs },
        url: target.remote.url.to_string(),
        reference: fetched.branch.full(),
        head: head.to_string(),
        directory: dir.to_string(),
        objects: git.living.objects.len(),
        untold,
        left: differences.clone(),
        differences,
        run: None,
    };
    if mend && answer.verdict == Verdict::Differs {
        watch(Step::Record);
        mended(world, target, &mut mirror, &lease, &scene, &git, &mut answer)?;
    }
    Ok(answer)
}

/// What is managed, without the inbox: planning it says which objects there are, and changes nothing.
fn managed_alone(tree: &FabricTree) -> FabricTree {
    let waits = |path: &TreePath| matches!(tree.dir.zone(path), Some(Zone::Inbox | Zone::Stray));
    let entries = tree.entries.iter().filter(|(path, _)| !waits(path));
    FabricTree { dir: tree.dir.clone(), entries: entries.map(|(path, entry)| (path.clone(), entry.clone())).collect() }
}

/// The fabric on record, if it is. Looking leaves no row.
fn known(world: &World, target: &Target, branch: &BranchName, dir: &FabricDir) -> Result<Option<Fabric>, Failure> {
    let repository = target.remote.url.canonical();
    let key = FabricKey { repository, branch: branch.to_string(), directory: dir.path().quoted() };
    let fabrics = world.wait(world.store.fabrics())?;
    Ok(fabrics.into_iter().map(|known| known.fabric).find(|fabric| fabric.key == key))
}

fn recorded(world: &World, fabric: Option<&Fabric>) -> Result<Vec<ObjectRecord>, Failure> {
    let Some(fabric) = fabric else { return Ok(Vec::new()) };
    let filter = ObjectFilter { fabric: Some(fabric.id), ..ObjectFilter::default() };
    let (mut found, mut cursor) = (Vec::new(), None);
    loop {
        let page = world.wait(world.store.objects(&filter, PAGE, cursor))?;
        found.extend(page.items);
        cursor = page.next;
        if cursor.is_none() {
            return Ok(found);
        }
    }
}

/// What git says of the objects.
struct Git {
    living: Plan,
    /// Which commit brought each, and which inbox document it was.
    origins: BTreeMap<TreePath, Origin>,
}

impl Git {
    /// What differs, by identity. A row of an object whose file cannot be read is neither right nor wrong.
    fn differences(&self, claims: &mut Claims<'_>, recorded: &[ObjectRecord]) -> Result<Found, Failure> {
        let rows: BTreeMap<&Identity, &ObjectRecord> = recorded.iter().map(|row| (&row.identity, row)).collect();
        let objects: BTreeMap<&Identity, &PlannedObject> =
            self.living.objects.iter().map(|one| (&one.identity, one)).collect();
        let mut found = Found::default();
        for (identity, object) in &objects {
            let row = rows.get(identity).copied().filter(|row| row.state != ObjectState::Deleted);
            let differs = match row {
                None => Differs::Missing,
                Some(row) if !is_same(row, object) => Differs::Other,
                Some(row) => match claims.judge(row, self.origins.get(&row.path))? {
                    Claim::Holds => continue,
                    Claim::DoesNot => Differs::Origin,
                    Claim::Untold => {
                        found.untold.push(identity.to_string());
                        continue;
                    }
                },
            };
            let store = row.map(|row| row.path.clone());
            let git = Some(object.path.clone());
            found.differences.push(Difference { object: identity.to_string(), differs, git, store });
        }
        let gone = |row: &&&ObjectRecord| {
            row.state != ObjectState::Deleted
                && !objects.contains_key(&row.identity)
                && !self.living.unreadable.contains(&row.path)
        };
        found.differences.extend(rows.values().filter(gone).map(|row| Difference {
            object: row.identity.to_string(),
            differs: Differs::Gone,
            git: None,
            store: Some(row.path.clone()),
        }));
        Ok(found)
    }
}

#[derive(Default)]
struct Found {
    differences: Vec<Difference>,
    untold: Vec<String>,
}

fn is_same(row: &ObjectRecord, object: &PlannedObject) -> bool {
    row.state == ObjectState::Present
        && row.version == object.version
        && row.path == object.path
        && row.digest == object.digest
}

/// Makes the record agree, as a run of its own, and looks again.
fn mended(
    world: &World,
    target: &Target,
    mirror: &mut Mirror,
    lease: &Held,
    scene: &Scene<'_>,
    git: &Git,
    answer: &mut Rebuilding,
) -> Result<(), Failure> {
    let (branch, head, dir) = (&scene.branch, &scene.head, &scene.tree().dir);
    let mut draft = Draft::begin(world, "rebuild", Trigger::Cli, target);
    draft.open(world, lease, &target.remote.url, branch, dir)?;
    draft.report.read.commit = Some(head.to_string());
    let sight = witness::look(world, mirror, None, branch);
    draft.witnessed(witness::of_head(branch, head, head, &sight));
    // The inbox was not looked at: where something lies in it, nothing is said to be done.
    let waits = scene.tree().entries.keys().any(|path| dir.zone(path) == Some(Zone::Inbox) && !keeps(path));
    draft.report.outcome = if waits { RunOutcome::Partial } else { RunOutcome::Unchanged };
    record(world, lease, &mut draft, head, git, answer)?;
    answer.run = Some(draft.id.to_string());
    let mut claims = Claims::new(mirror, head, dir, &scene.rules);
    answer.left = git.differences(&mut claims, &recorded(world, draft.fabric.as_ref())?)?.differences;
    answer.verdict = if answer.left.is_empty() { Verdict::Rebuilt } else { Verdict::Differs };
    Ok(())
}

fn record(
    world: &World,
    lease: &Held,
    draft: &mut Draft,
    head: &CommitId,
    git: &Git,
    answer: &Rebuilding,
) -> Result<(), Failure> {
    let sought = answer.differences.iter().filter_map(|one| one.git.as_ref());
    let origins = sought.filter_map(|path| Some((path.clone(), git.origins.get(path)?.clone()))).collect();
    let (commit, inbox, living) = (head.as_str(), head.as_str(), &git.living);
    let change =
        ObjectsChange { commit, inbox, objects: &living.objects, origins: &origins, unreadable: &living.unreadable };
    draft.close(world, lease, Some(change))
}

fn keeps(path: &TreePath) -> bool {
    path.file_name() == b".gitkeep"
}
