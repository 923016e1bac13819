//! Looking for deployers in a repository's files.

use std::collections::BTreeSet;

use super::glob::{Slash, matches};
use super::read::{Files, is_kustomization, resolve, resources};
use super::{Deployer, DeployerKind, How, Repository};
use crate::document;
use crate::path::{FabricDir, TreePath};
use crate::yaml::Node;

/// What a file must say somewhere to be worth reading.
const NAMES: [&[u8]; 2] = [b"argoproj.io", b"kustomize.toolkit.fluxcd.io"];

/// All deployers of this repository, and the kustomizations that none of them and no other names.
pub(super) fn deployers(repository: &Repository, dir: &FabricDir, files: &Files<'_>) -> Vec<Deployer> {
    let mut found = Vec::new();
    let inbox = dir.raw();
    for (path, entry) in files.iter() {
        let bytes = entry.bytes().unwrap_or_default();
        if path.below(&inbox).is_some() || !NAMES.iter().any(|name| memchr::memmem::find(bytes, name).is_some()) {
            continue;
        }
        let parsed = document::parse(path, bytes);
        for value in parsed.documents.iter().filter_map(|document| document.value.as_ref()) {
            object(repository, path, value, files, &mut found);
        }
    }
    kustomizations(files, &mut found);
    found
}

fn object(repository: &Repository, file: &TreePath, value: &Node<'_>, files: &Files<'_>, found: &mut Vec<Deployer>) {
    let text = |path: &str| value.at(path).and_then(Node::as_str).unwrap_or_default();
    let (group, _) = text("apiVersion").split_once('/').unwrap_or_default();
    let name = text("metadata.name").to_owned();
    let mut add = |kind, path, how| {
        found.push(Deployer { kind, name: name.clone(), file: file.clone(), path, how });
    };
    match (group, text("kind")) {
        ("argoproj.io", "Application") => {
            for source in value.at("spec").into_iter().flat_map(sources).filter(|source| is_meant(repository, source)) {
                let path = source.get("path").and_then(Node::as_str).and_then(|path| resolve(&root(), path));
                if let Some(path) = path {
                    add(DeployerKind::Application, path, argo(source));
                }
            }
        }
        ("argoproj.io", "ApplicationSet") => {
            let template = value.at("spec.template.spec");
            for source in template.into_iter().flat_map(sources).filter(|source| is_meant(repository, source)) {
                let text = source.get("path").and_then(Node::as_str).unwrap_or_default();
                match generated(value, text, files) {
                    Ok(paths) => {
                        paths.into_iter().for_each(|path| add(DeployerKind::ApplicationSet, path, argo(source)))
                    }
                    Err(why) => add(DeployerKind::ApplicationSet, root(), How::Untold(why)),
                }
            }
        }
        ("kustomize.toolkit.fluxcd.io", "Kustomization") => {
            if let Some(path) = resolve(&root(), text("spec.path").trim_start_matches('/')) {
                add(DeployerKind::FluxKustomization, path, How::Flux);
            }
        }
        _ => {}
    }
}

fn root() -> TreePath {
    TreePath::from("")
}

fn sources<'n, 'a>(spec: &'n Node<'a>) -> impl Iterator<Item = &'n Node<'a>> {
    spec.get("source").into_iter().chain(spec.get("sources").into_iter().flat_map(Node::items))
}

/// Whether a source may be this branch of this repository. What is filled in elsewhere may be.
fn is_meant(repository: &Repository, source: &Node<'_>) -> bool {
    let text = |key| source.get(key).and_then(Node::as_str).unwrap_or_default();
    let (url, revision) = (text("repoURL"), text("targetRevision"));
    let revision = revision.strip_prefix("refs/heads/").unwrap_or(revision);
    let branch = revision.is_empty() || revision == "HEAD" || revision.contains("{{") || revision == repository.branch;
    branch && (url.is_empty() || url.contains("{{") || place(url) == place(&repository.url))
}

/// The last two parts of a repository's path: it has other spellings, by ssh and https, with a port and without.
fn place(url: &str) -> Vec<String> {
    let url = url.trim_end_matches('/').to_ascii_lowercase();
    let url = url.strip_suffix(".git").unwrap_or(&url);
    let mut parts: Vec<String> = url.rsplit(['/', ':']).take(2).map(str::to_owned).collect();
    parts.reverse();
    parts
}

fn argo(source: &Node<'_>) -> How {
    if source.get("chart").is_some() || source.get("helm").is_some() {
        return How::Untold("it is a Helm chart".to_owned());
    }
    if source.get("plugin").is_some() {
        return How::Untold("a plugin makes it".to_owned());
    }
    let text = |key: &str| source.at(key).and_then(Node::as_str).map(str::to_owned);
    How::Directory {
        recurse: source.at("directory.recurse").and_then(Node::as_bool).unwrap_or(false),
        include: text("directory.include"),
        exclude: text("directory.exclude"),
    }
}

/// The paths that an ApplicationSet makes of `path`.
fn generated(set: &Node<'_>, path: &str, files: &Files<'_>) -> Result<Vec<TreePath>, String> {
    let filled = |dir: &str| {
        let spellings = ["{{path}}", "{{ path }}", "{{.path.path}}", "{{ .path.path }}"];
        spellings.iter().fold(path.to_owned(), |path, spelling| path.replace(spelling, dir))
    };
    let untold = || format!("its path is {path}, which something else fills in");
    if !path.contains("{{") {
        return Ok(resolve(&root(), path).into_iter().collect());
    }
    if filled("").contains("{{") {
        return Err(untold());
    }
    let generators = set.at("spec.generators").map(Node::items).unwrap_or_default();
    let patterns: Vec<(&str, bool)> = generators
        .iter()
        .filter_map(|generator| generator.at("git.directories"))
        .flat_map(Node::items)
        .filter_map(|one| Some((one.get("path")?.as_str()?, one.get("exclude").and_then(Node::as_bool) == Some(true))))
        .collect();
    if patterns.is_empty() {
        return Err(untold());
    }
    let chosen = |dir: &str, excluded: bool| {
        patterns.iter().any(|(pattern, exclude)| *exclude == excluded && matches(pattern, dir, Slash::Apart))
    };
    let dirs = files.directories().into_iter().filter_map(|dir| String::from_utf8(dir.as_bytes().to_vec()).ok());
    let dirs = dirs.filter(|dir| chosen(dir, false) && !chosen(dir, true));
    Ok(dirs.filter_map(|dir| resolve(&root(), &filled(&dir))).collect())
}

/// Kustomizations that nothing found here leads to: somebody may build them by hand, or from elsewhere.
fn kustomizations(files: &Files<'_>, found: &mut Vec<Deployer>) {
    let all: Vec<(TreePath, TreePath)> = files
        .iter()
        .filter(|(path, _)| is_kustomization(path))
        .map(|(path, _)| (path.ancestors().next().unwrap_or_else(root), path.clone()))
        .collect();
    let named: BTreeSet<TreePath> = all
        .iter()
        .flat_map(|(dir, file)| resources(file, files).into_iter().filter_map(|entry| resolve(dir, &entry)))
        .collect();
    let read: Vec<TreePath> = found.iter().map(|deployer| deployer.path.clone()).collect();
    let is_read = |dir: &TreePath| read.iter().any(|path| path == dir);
    for (dir, file) in all.into_iter().filter(|(dir, _)| !named.contains(dir) && !is_read(dir)) {
        let name = dir.to_string();
        found.push(Deployer { kind: DeployerKind::Kustomization, name, file, path: dir, how: How::Kustomize });
    }
}
