//! What deploys from a fabric's directory, as far as the repository itself says: Argo CD Applications and ApplicationSets,
//! Flux Kustomizations, and kustomizations. It is a person's help at linking: objects that a deployer would lose, have
//! twice, or take from the inbox are said before anything moves.
//!
//! The rules are Argo CD's (directory sources, their `include` and `exclude`), Flux' (a path without a kustomization is read
//! whole) and Kustomize's (`resources`). What cannot be told, such as a chart or a template that is filled elsewhere, is said
//! to be untold, never taken for nothing.

mod effect;
mod find;
mod glob;
mod read;

use std::collections::BTreeMap;

use crate::path::{FabricDir, TreePath};
use crate::tree::{Entry, FabricTree};

/// The repository that deployers may mean.
#[derive(Clone, Debug)]
pub struct Repository {
    /// Its URL.
    pub url: String,
    /// The branch.
    pub branch: String,
}

/// What a deployer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DeployerKind {
    /// Argo CD's Application.
    Application,
    /// Argo CD's ApplicationSet.
    ApplicationSet,
    /// Flux' Kustomization.
    FluxKustomization,
    /// A `kustomization.yaml` that no deployer found here names.
    Kustomization,
}

/// What deploys from a directory of the repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deployer {
    /// What it is.
    pub kind: DeployerKind,
    /// Its name.
    pub name: String,
    /// The file that says so.
    pub file: TreePath,
    /// The directory that it reads; empty: the root.
    pub path: TreePath,
    /// How it reads it.
    pub how: How,
}

/// How a directory is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum How {
    /// As Argo CD reads one, unless a kustomization is there.
    Directory {
        /// With what is below.
        recurse: bool,
        /// Only files that match.
        include: Option<String>,
        /// No files that match.
        exclude: Option<String>,
    },
    /// As Flux reads one: by its kustomization, or whole.
    Flux,
    /// By its kustomization.
    Kustomize,
    /// It cannot be told; why.
    Untold(String),
}

/// What a deployer has of the fabric before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deployment {
    /// The deployer.
    pub deployer: Deployer,
    /// The fabric's files that it reads before.
    pub before: Vec<TreePath>,
    /// And after.
    pub after: Vec<TreePath>,
    /// Objects, as `Kind namespace/name`, that it has before and no more after.
    pub vanish: Vec<String>,
    /// Objects that it has after and not before.
    pub appear: Vec<String>,
    /// Objects that it has twice after, or that another of these deployers has after, too.
    pub double: Vec<String>,
    /// Files of the inbox that it reads, before or after.
    pub from_inbox: Vec<TreePath>,
}

impl Deployment {
    /// What a person must be told, a sentence each. Empty: the deployer goes on as it is.
    pub fn warnings(&self) -> Vec<String> {
        let Deployer { kind, name, file, .. } = &self.deployer;
        let who = format!("{} {name} ({file})", kind.words());
        let mut said = Vec::new();
        if let How::Untold(why) = &self.deployer.how {
            said.push(format!("{who}: what it deploys from here could not be told: {why}"));
        }
        let mut say = |names: &[String], words: &str| {
            if !names.is_empty() {
                said.push(format!("{who}: {} {words}: {}", names.len(), some(names)));
            }
        };
        say(&self.vanish, "of its objects would vanish from it, and be deleted where it prunes");
        say(&self.double, "objects would be deployed twice");
        let files: Vec<String> = self.from_inbox.iter().map(ToString::to_string).collect();
        say(&files, "files of the inbox are deployed by it, unjudged");
        said
    }
}

impl DeployerKind {
    /// For people.
    pub fn words(self) -> &'static str {
        match self {
            Self::Application => "Argo CD Application",
            Self::ApplicationSet => "Argo CD ApplicationSet",
            Self::FluxKustomization => "Flux Kustomization",
            Self::Kustomization => "kustomization",
        }
    }
}

fn some(names: &[String]) -> String {
    let first = names.iter().take(5).cloned().collect::<Vec<_>>().join(", ");
    if names.len() > 5 { format!("{first}, …") } else { first }
}

/// What deploys from the fabric's directory `dir`: `outside` are the repository's other YAML files, `before` and `after` the
/// directory now and as a plan would leave it. Only deployers that read something of the fabric, now or then, are told, and
/// those of which it cannot be told. By kind, name and file.
pub fn deployments(
    repository: &Repository,
    dir: &FabricDir,
    outside: &BTreeMap<TreePath, Entry>,
    before: &FabricTree,
    after: &FabricTree,
) -> Vec<Deployment> {
    let now = read::Files::of(outside, before);
    let then = read::Files::of(outside, after);
    let deployers = find::deployers(repository, dir, &now);
    effect::of(dir, deployers, &now, &then)
}

#[cfg(test)]
mod tests;
