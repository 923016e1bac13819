//! Steps 1 and 2 of the path: what is there, all of it at one commit (F-35).

use std::borrow::Cow;
use std::collections::BTreeSet;

use hedgerow_core::catalogue::Catalogue;
use hedgerow_core::path::{FabricDir, TreePath, Zone};
use hedgerow_core::plan::{self, Context, Parsed, Plan};
use hedgerow_core::policy::{self, Policy, Settings};
use hedgerow_core::tree::FabricTree;
use hedgerow_git::{BranchName, CommitId, Fetched, Mirror, RemoteUrl, Snapshot, TreeLook};

use crate::failure::Failure;
use crate::report::State;
use crate::request::Judging;
use crate::world::{Step, Watch, World};

/// The directory at one commit, and what decides how it is judged.
#[derive(Debug)]
pub(crate) struct Scene<'w> {
    pub(crate) branch: BranchName,
    pub(crate) head: CommitId,
    pub(crate) snapshot: Snapshot,
    pub(crate) rules: Rules<'w>,
}

/// What decides how a tree is judged: all of it from the tree, tightened by an operator's flags.
#[derive(Debug)]
pub(crate) struct Rules<'w> {
    pub(crate) policy: Policy,
    /// The text of flags that tightened the policy, for the trailer.
    pub(crate) flags: Option<String>,
    pub(crate) settings: Settings,
    pub(crate) catalogue: Cow<'w, Catalogue>,
    pub(crate) adopt: bool,
}

impl<'w> Rules<'w> {
    /// Reads policy, settings and catalogue additions of `tree`.
    pub(crate) fn read(tree: &FabricTree, judging: Judging, catalogue: &'w Catalogue) -> Result<Self, Failure> {
        let (policy, flags) = policy::read(tree)?.tighten(judging.flags)?;
        Ok(Self {
            policy,
            flags,
            settings: settings(tree)?,
            catalogue: extended(tree, catalogue)?,
            adopt: judging.adopt,
        })
    }

    /// The plan for `tree` under these rules.
    pub(crate) fn plan(&self, tree: &FabricTree) -> Result<Plan, Failure> {
        Ok(plan::plan(tree, &self.context())?)
    }

    /// The same; `watch` sees its three steps pass.
    pub(crate) fn plan_watched(&self, tree: &FabricTree, watch: Watch<'_>) -> Result<Plan, Failure> {
        let context = self.context();
        watch(Step::Parse);
        let parsed = Parsed::of(tree, &context)?;
        watch(Step::Validate);
        let validated = parsed.validate();
        watch(Step::Plan);
        Ok(validated.plan())
    }

    /// The plan for `tree` without its inbox: what stands there.
    pub(crate) fn standing(&self, tree: &FabricTree) -> Result<Plan, Failure> {
        Ok(plan::standing(tree, &self.context())?)
    }

    /// What a plan depends on besides the tree.
    pub(crate) fn context(&self) -> Context<'_> {
        Context { policy: &self.policy, settings: &self.settings, catalogue: &self.catalogue, adopt: self.adopt }
    }
}

impl<'w> Scene<'w> {
    /// Reads everything under the fabric's directory at `head`.
    pub(crate) fn read(
        mirror: &Mirror,
        branch: &BranchName,
        head: &CommitId,
        dir: &FabricDir,
        judging: Judging,
        catalogue: &'w Catalogue,
    ) -> Result<Self, Failure> {
        let snapshot = match mirror.fabric_tree(head, dir)? {
            TreeLook::Tree(snapshot) => snapshot,
            TreeLook::NotATree { path } => return Err(Failure::NotATree(path)),
            TreeLook::Absent => {
                return Err(Failure::Absent { dir: dir.clone(), branch: branch.clone(), commit: head.clone() });
            }
        };
        let rules = Rules::read(&snapshot.tree, judging, catalogue)?;
        Ok(Self { branch: branch.clone(), head: head.clone(), snapshot, rules })
    }

    pub(crate) fn tree(&self) -> &FabricTree {
        &self.snapshot.tree
    }
}

/// The commit that a fetch found, or why there is none to work on.
pub(crate) fn born(fetched: &Fetched) -> Result<CommitId, Failure> {
    fetched.head.clone().ok_or_else(|| Failure::Unborn(fetched.branch.clone()))
}

/// The directory that was named, or the only one that has `raw/`.
pub(crate) fn directory(
    mirror: &Mirror,
    named: Option<&FabricDir>,
    branch: &BranchName,
    head: &CommitId,
) -> Result<FabricDir, Failure> {
    if let Some(dir) = named {
        return Ok(dir.clone());
    }
    let mut found = mirror.dirs_with_raw(head)?;
    match found.len() {
        1 => Ok(found.remove(0)),
        0 => Err(Failure::NoFabric { branch: branch.clone(), commit: head.clone() }),
        _ => Err(Failure::ManyFabrics(found)),
    }
}

/// Refuses a remote in which somebody works: a push would change the branch under their files.
pub(crate) fn refuse_work_tree(world: &World, url: &RemoteUrl, branch: &BranchName) -> Result<(), Failure> {
    match world.git.checked_out_work_tree(url, branch)? {
        Some(there) => {
            Err(Failure::WorkTree { path: there.root.display().to_string(), branch: there.branch.to_string() })
        }
        None => Ok(()),
    }
}

/// The directory at a commit, as a report shows it. `plan` is what planning it says: it knows the inbox.
pub(crate) fn state(snapshot: &Snapshot, commit: &CommitId, plan: &Plan) -> State {
    let tree = Some(snapshot.dir_tree.to_string());
    State { commit: Some(commit.to_string()), tree, ..lying(&snapshot.tree, plan) }
}

/// The same of a directory that no commit has.
pub(crate) fn lying(tree: &FabricTree, plan: &Plan) -> State {
    State { inbox: inbox(tree, plan), managed: managed(tree), ..State::default() }
}

/// The directory as a plan would leave it.
pub(crate) fn result(tree: &FabricTree, plan: &Plan) -> State {
    let after = plan::apply(plan, tree);
    State { inbox: inbox(&after, plan), managed: managed(&after), ..State::default() }
}

/// The YAML files that wait: all under `raw/`, and the strays that the plan counts among them.
fn inbox(tree: &FabricTree, plan: &Plan) -> Vec<TreePath> {
    let counted: BTreeSet<&TreePath> = plan.passages.iter().map(|passage| &passage.from.file).collect();
    let waits = |path: &&TreePath| match tree.dir.zone(path) {
        Some(Zone::Inbox) => true,
        Some(Zone::Stray) => counted.contains(path),
        _ => false,
    };
    tree.entries.keys().filter(waits).cloned().collect()
}

fn managed(tree: &FabricTree) -> usize {
    tree.entries.keys().filter(|path| tree.dir.zone(path) == Some(Zone::Managed)).count()
}

fn settings(tree: &FabricTree) -> Result<Settings, Failure> {
    let file = tree.dir.settings().join("fabric.toml");
    match tree.get(&file) {
        None => Ok(Settings::default()),
        Some(entry) => {
            let bytes = entry.bytes().filter(|_| entry.is_file());
            let bytes = bytes.ok_or_else(|| Failure::Settings(format!("{file} is not a readable file")))?;
            Settings::read(bytes).map_err(|error| Failure::Settings(format!("{file}: {error}")))
        }
    }
}

/// The catalogue with the CRDs that the fabric brings along in `.hedgerow/crds/`.
fn extended<'w>(tree: &FabricTree, catalogue: &'w Catalogue) -> Result<Cow<'w, Catalogue>, Failure> {
    let crds = tree.dir.settings().join("crds");
    let brought = tree.entries.iter().filter(|(path, entry)| {
        path.below(&crds).is_some() && hedgerow_core::path::is_yaml(path.as_bytes()) && entry.is_file()
    });
    let files: Vec<(TreePath, &[u8])> =
        brought.filter_map(|(path, entry)| Some((path.clone(), entry.bytes()?))).collect();
    if files.is_empty() {
        return Ok(Cow::Borrowed(catalogue));
    }
    let extended = catalogue.extend_with_crds(&files).map_err(|findings| {
        let words = findings.iter().take(3).map(|f| format!("{}: {}", f.place.file, f.message)).collect::<Vec<_>>();
        Failure::Settings(words.join("; "))
    })?;
    Ok(Cow::Owned(extended))
}
