//! What becomes of what deployers have.

use std::collections::{BTreeMap, BTreeSet};

use super::read::{Files, read_by};
use super::{Deployer, Deployment, How};
use crate::document;
use crate::path::{FabricDir, TreePath};
use crate::yaml::Node;

/// What each deployer has before and after. One that reads nothing of the fabric's is left out.
pub(super) fn of(dir: &FabricDir, deployers: Vec<Deployer>, now: &Files<'_>, then: &Files<'_>) -> Vec<Deployment> {
    let mut told: Vec<(Deployment, Vec<String>)> =
        deployers.into_iter().filter_map(|deployer| one(dir, deployer, now, then)).collect();
    told.sort_by(|(a, _), (b, _)| key(&a.deployer).cmp(&key(&b.deployer)));
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    for name in told.iter().flat_map(|(_, has)| has) {
        *times.entry(name.clone()).or_default() += 1;
    }
    let twice = |has: Vec<String>| {
        let names: BTreeSet<String> = has.into_iter().filter(|name| times[name] > 1).collect();
        names.into_iter().collect()
    };
    told.into_iter().map(|(deployment, has)| Deployment { double: twice(has), ..deployment }).collect()
}

fn key(deployer: &Deployer) -> (super::DeployerKind, &str, &TreePath, &TreePath) {
    (deployer.kind, &deployer.name, &deployer.file, &deployer.path)
}

/// A deployment, and each object that it has after, as often as it has it.
fn one(dir: &FabricDir, deployer: Deployer, now: &Files<'_>, then: &Files<'_>) -> Option<(Deployment, Vec<String>)> {
    let of_fabric = |path: &TreePath| path.below(dir.path()).is_some() && !is_own(dir, path);
    let read = |files| read_by(&deployer, files).into_iter().filter(of_fabric).collect::<Vec<_>>();
    let (before, after) = (read(now), read(then));
    if before.is_empty() && after.is_empty() && !matches!(deployer.how, How::Untold(_)) {
        return None;
    }
    let had: BTreeSet<String> = before.iter().flat_map(|path| objects(path, now)).collect();
    let has: Vec<String> = after.iter().flat_map(|path| objects(path, then)).collect();
    let left: BTreeSet<String> = has.iter().cloned().collect();
    let inbox = dir.raw();
    let from_inbox: BTreeSet<TreePath> =
        before.iter().chain(&after).filter(|path| path.below(&inbox).is_some()).cloned().collect();
    let deployment = Deployment {
        vanish: had.difference(&left).cloned().collect(),
        appear: left.difference(&had).cloned().collect(),
        double: Vec::new(),
        from_inbox: from_inbox.into_iter().collect(),
        deployer,
        before,
        after,
    };
    Some((deployment, has))
}

/// Policy and settings, and kustomizations: no deployer's objects.
fn is_own(dir: &FabricDir, path: &TreePath) -> bool {
    path.below(&dir.settings()).is_some() || super::read::is_kustomization(path)
}

/// The objects of a file, each as `Kind namespace/name`.
fn objects(path: &TreePath, files: &Files<'_>) -> Vec<String> {
    let parsed = document::parse(path, files.bytes(path).unwrap_or_default());
    let values = parsed.documents.iter().filter_map(|document| document.value.as_ref());
    values.filter_map(object).collect()
}

fn object(value: &Node<'_>) -> Option<String> {
    let text = |path: &str| value.at(path).and_then(Node::as_str);
    let (kind, name) = (text("kind")?, text("metadata.name")?);
    Some(format!("{kind} {}/{name}", text("metadata.namespace").unwrap_or("default")))
}
