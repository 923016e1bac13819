//! One fabric at the head: what waits, and what is wrong with what is managed.

use std::collections::{BTreeMap, BTreeSet};

use hedgerow_core::codes::{placement, repository};
use hedgerow_core::finding::{Code, Finding, Severity};
use hedgerow_core::ledger::Outcome;
use hedgerow_core::object::Identity;
use hedgerow_core::path::{FabricDir, TreePath, Zone, is_yaml};
use hedgerow_core::plan::{Counts, Plan};
use hedgerow_core::policy::Flags;
use hedgerow_core::tree::FabricTree;
use hedgerow_git::{BranchName, CommitId, Mirror};
use serde::Serialize;

use crate::draft;
use crate::failure::Failure;
use crate::request::Judging;
use crate::scene::{self, Scene};
use crate::verify::Waiting;
use crate::world::World;

/// A fabric that was found.
#[derive(Clone, Debug, Serialize)]
pub struct AuditedFabric {
    /// Its directory.
    pub directory: String,
    /// What waits: the files of `raw/`, and YAML beside it that names Hedgehog.
    pub inbox: Vec<Waiting>,
    /// What a first sync, with those beside `raw/` adopted, would make of it.
    pub would: Counts,
    /// Files under `managed/`.
    pub managed: usize,
    /// What is wrong there, and which versions are no longer served anywhere.
    pub trouble: Vec<Trouble>,
    /// Objects that stand in several places, the inbox included.
    pub doubles: Vec<Double>,
}

/// What is the matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Matter {
    /// A managed object at another path than its own, or with others in its file.
    Misplaced,
    /// A managed object that the fabric would refuse, or a file that cannot be read.
    Invalid,
    /// A managed file without an object of Hedgehog's.
    Foreign,
    /// An object that is managed twice.
    Double,
    /// A kind or version that is no longer served, wherever it stands.
    Unserved,
}

/// Something wrong with a file.
#[derive(Clone, Debug, Serialize)]
pub struct Trouble {
    /// What is the matter.
    pub matter: Matter,
    /// The file.
    pub file: TreePath,
    /// The line, where there is one.
    pub line: Option<u32>,
    /// The finding's code; `null` for a foreign file.
    pub code: Option<Code>,
    /// In words.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
}

/// An object that stands in several places.
#[derive(Clone, Debug, Serialize)]
pub struct Double {
    /// Who it is.
    pub object: String,
    /// Where, in order.
    pub places: Vec<TreePath>,
}

impl AuditedFabric {
    pub(super) fn is_clean(&self) -> bool {
        self.inbox.is_empty() && self.trouble.is_empty() && self.doubles.is_empty()
    }
}

/// Looks at the fabric in `dir`.
pub(super) fn audit(
    world: &World,
    mirror: &Mirror,
    branch: &BranchName,
    head: &CommitId,
    dir: &FabricDir,
) -> Result<AuditedFabric, Failure> {
    let judging = Judging { adopt: true, flags: Flags::default() };
    let scene = Scene::read(mirror, branch, head, dir, judging, &world.catalogue)?;
    let plan = scene.rules.plan(scene.tree())?;
    let state = scene::state(&scene.snapshot, head, &plan);
    Ok(AuditedFabric {
        directory: dir.to_string(),
        inbox: since(mirror, head, state.inbox)?,
        would: plan.counts(),
        managed: state.managed,
        trouble: trouble(scene.tree(), &plan),
        doubles: doubles(&plan),
    })
}

/// Since when each of these files waits: walks back along first parents, until each one's entry of now was brought by some commit.
fn since(mirror: &Mirror, head: &CommitId, files: Vec<TreePath>) -> Result<Vec<Waiting>, Failure> {
    let mut waiting: Vec<Waiting> = files.into_iter().map(|file| Waiting { file, since: None }).collect();
    for commit in mirror.first_parents(head, None)?.commits {
        if waiting.iter().all(|file| file.since.is_some()) {
            break;
        }
        // At a shallow boundary nobody knows what the commit brought.
        let Ok(brought) = mirror.changes(commit.parents.first(), &commit.id) else { break };
        for file in waiting.iter_mut().filter(|file| file.since.is_none()) {
            if brought.binary_search(&file.file).is_ok() {
                file.since = draft::rfc3339_of_seconds(commit.committer.time.seconds);
            }
        }
    }
    Ok(waiting)
}

fn trouble(tree: &FabricTree, plan: &Plan) -> Vec<Trouble> {
    let found = plan.findings.iter().filter_map(|finding| Some((matter(tree, finding)?, finding)));
    let mut all: Vec<Trouble> = found.map(|(matter, finding)| of_finding(matter, finding)).collect();
    all.extend(foreign(tree, plan).into_iter().map(|file| Trouble {
        matter: Matter::Foreign,
        file,
        line: None,
        code: None,
        message: "a managed file without an object of Hedgehog's".to_owned(),
        hint: Some("nothing of Hedgerow's put it there: move it away, or leave it to whoever deploys it".to_owned()),
    }));
    all.sort_by(|a, b| (a.matter, &a.file, a.line).cmp(&(b.matter, &b.file, b.line)));
    all
}

fn matter(tree: &FabricTree, finding: &Finding) -> Option<Matter> {
    let managed = tree.dir.zone(&finding.place.file) == Some(Zone::Managed);
    match finding.code {
        placement::UNKNOWN_VERSION | placement::FORMER_KIND => Some(Matter::Unserved),
        repository::MANAGED_MISPLACED | repository::MANAGED_SEVERAL => Some(Matter::Misplaced),
        repository::MANAGED_TWICE => Some(Matter::Double),
        _ if managed && finding.severity == Severity::Error => Some(Matter::Invalid),
        _ => None,
    }
}

fn of_finding(matter: Matter, finding: &Finding) -> Trouble {
    Trouble {
        matter,
        file: finding.place.file.clone(),
        line: finding.place.line,
        code: Some(finding.code),
        message: finding.message.clone(),
        hint: finding.hint.clone(),
    }
}

/// Managed YAML in which nothing of Hedgehog's was found, though it can be read.
fn foreign(tree: &FabricTree, plan: &Plan) -> Vec<TreePath> {
    let mut known: BTreeSet<&TreePath> = plan.objects.iter().map(|object| &object.path).collect();
    known.extend(&plan.unreadable);
    known.extend(plan.findings.iter().map(|finding| &finding.place.file));
    let managed = |path: &&TreePath| tree.dir.zone(path) == Some(Zone::Managed) && is_yaml(path.as_bytes());
    tree.entries.keys().filter(managed).filter(|path| !known.contains(path)).cloned().collect()
}

/// Objects that several files have: managed twice, more than once in the inbox, or there and managed.
fn doubles(plan: &Plan) -> Vec<Double> {
    let mut places: BTreeMap<String, BTreeSet<&TreePath>> = BTreeMap::new();
    let mut came: BTreeSet<&Identity> = BTreeSet::new();
    for passage in &plan.passages {
        let Some(identity) = &passage.identity else { continue };
        places.entry(identity.to_string()).or_default().insert(&passage.from.file);
        if matches!(passage.outcome, Outcome::Replaced | Outcome::Unchanged) {
            came.insert(identity);
        }
    }
    // What only the inbox has is planned to be managed, and stands in one place today.
    for object in plan.objects.iter().filter(|object| object.from.is_none() || came.contains(&object.identity)) {
        places.entry(object.identity.to_string()).or_default().insert(&object.path);
    }
    for finding in plan.findings.iter().filter(|finding| finding.code == repository::MANAGED_TWICE) {
        let object = finding.message.trim_end_matches(" is managed twice").to_owned();
        let files = places.entry(object).or_default();
        files.insert(&finding.place.file);
        files.extend(finding.related.iter().map(|related| &related.place.file));
    }
    let several = places.into_iter().filter(|(_, files)| files.len() > 1);
    several.map(|(object, files)| Double { object, places: files.into_iter().cloned().collect() }).collect()
}
