//! What a deployer reads of a tree of files.

use std::collections::{BTreeMap, BTreeSet};

use super::glob::{Slash, matches};
use super::{Deployer, How};
use crate::document;
use crate::path::{TreePath, is_yaml};
use crate::tree::{Entry, FabricTree};
use crate::yaml::Node;

/// The names that Kustomize knows.
const KUSTOMIZATIONS: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// The YAML files of a repository.
#[derive(Debug)]
pub(super) struct Files<'a>(BTreeMap<&'a TreePath, &'a Entry>);

impl<'a> Files<'a> {
    pub(super) fn of(outside: &'a BTreeMap<TreePath, Entry>, fabric: &'a FabricTree) -> Self {
        let is_read = |path: &TreePath| is_yaml(path.as_bytes()) || is_kustomization(path);
        let all = outside.iter().chain(&fabric.entries);
        Self(all.filter(|(path, entry)| entry.is_file() && is_read(path)).collect())
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&'a TreePath, &'a Entry)> {
        self.0.iter().map(|(path, entry)| (*path, *entry))
    }

    pub(super) fn bytes(&self, path: &TreePath) -> Option<&'a [u8]> {
        self.0.get(path).and_then(|entry| entry.bytes())
    }

    /// The kustomization of a directory.
    pub(super) fn kustomization(&self, dir: &TreePath) -> Option<TreePath> {
        KUSTOMIZATIONS.iter().map(|name| under(dir, name)).find(|path| self.0.contains_key(path))
    }

    /// All directories that hold a file, or one that does.
    pub(super) fn directories(&self) -> BTreeSet<TreePath> {
        self.0.keys().flat_map(|path| path.ancestors()).collect()
    }
}

/// Whether a path is that of a kustomization.
pub(super) fn is_kustomization(path: &TreePath) -> bool {
    KUSTOMIZATIONS.iter().any(|name| path.file_name() == name.as_bytes())
}

/// The files that `deployer` reads.
pub(super) fn read_by(deployer: &Deployer, files: &Files<'_>) -> BTreeSet<TreePath> {
    let path = &deployer.path;
    let mut found = BTreeSet::new();
    match &deployer.how {
        How::Untold(_) => {}
        How::Kustomize => build(path, files, &mut found, &mut BTreeSet::new()),
        How::Directory { .. } | How::Flux if files.kustomization(path).is_some() => {
            build(path, files, &mut found, &mut BTreeSet::new());
        }
        How::Flux => whole(path, files, &mut found),
        How::Directory { recurse, include, exclude } => {
            let wanted = |below: &str| {
                (*recurse || !below.contains('/'))
                    && include.as_ref().is_none_or(|pattern| matches(pattern, below, Slash::Matched))
                    && exclude.as_ref().is_none_or(|pattern| !matches(pattern, below, Slash::Matched))
            };
            found.extend(below(path, files).filter(|(below, _)| wanted(below)).map(|(_, path)| path.clone()));
        }
    }
    found
}

/// Flux makes a kustomization of what has none: all below, and of a directory that has one, that.
fn whole(dir: &TreePath, files: &Files<'_>, found: &mut BTreeSet<TreePath>) {
    let own: Vec<TreePath> = below(dir, files)
        .filter(|(_, path)| is_kustomization(path))
        .filter_map(|(_, path)| path.ancestors().next())
        .collect();
    let covered = |path: &TreePath| own.iter().any(|dir| path.below(dir).is_some());
    found.extend(below(dir, files).filter(|(_, path)| !covered(path)).map(|(_, path)| path.clone()));
    for dir in &own {
        build(dir, files, found, &mut BTreeSet::new());
    }
}

/// What Kustomize reads of a directory.
fn build(dir: &TreePath, files: &Files<'_>, found: &mut BTreeSet<TreePath>, seen: &mut BTreeSet<TreePath>) {
    let Some(file) = files.kustomization(dir) else { return };
    if !seen.insert(dir.clone()) {
        return;
    }
    for path in resources(&file, files).iter().filter_map(|entry| resolve(dir, entry)) {
        if files.bytes(&path).is_some() {
            found.insert(path);
        } else {
            build(&path, files, found, seen);
        }
    }
}

/// What a kustomization names.
pub(super) fn resources(file: &TreePath, files: &Files<'_>) -> Vec<String> {
    let Some(bytes) = files.bytes(file) else { return Vec::new() };
    let parsed = document::parse(file, bytes);
    let mut named = Vec::new();
    for value in parsed.documents.iter().filter_map(|document| document.value.as_ref()) {
        let lists = ["resources", "bases", "components"].iter().filter_map(|key| value.get(key));
        named.extend(lists.flat_map(Node::items).filter_map(Node::as_str).map(str::to_owned));
    }
    named
}

/// The path that `entry` means in `dir`; `None` outside the repository, or elsewhere on the network.
pub(super) fn resolve(dir: &TreePath, entry: &str) -> Option<TreePath> {
    if entry.contains("://") || entry.contains('?') || entry.starts_with('/') {
        return None;
    }
    let mut parts: Vec<&[u8]> = dir.as_bytes().split(|b| *b == b'/').filter(|part| !part.is_empty()).collect();
    for part in entry.as_bytes().split(|b| *b == b'/') {
        match part {
            b"" | b"." => {}
            b".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(TreePath::new(parts.join(&b'/')))
}

/// The files below a directory, each with its path from there.
fn below<'f>(dir: &'f TreePath, files: &'f Files<'_>) -> impl Iterator<Item = (String, &'f TreePath)> {
    files.iter().filter_map(move |(path, _)| {
        let below = if dir.as_bytes().is_empty() { Some(path.as_bytes()) } else { path.below(dir) }?;
        Some((String::from_utf8_lossy(below).into_owned(), path))
    })
}

fn under(dir: &TreePath, name: &str) -> TreePath {
    if dir.as_bytes().is_empty() { TreePath::from(name) } else { dir.join(name) }
}
