//! Where fabrics come from: the example of this project, and the real repository beside it where it exists.

use std::path::{Path, PathBuf};

use super::git::Remote;
use super::scene::{Scene, workspace};

/// The directory of the example and of most fabrics in the tests.
pub(crate) const DIR: &str = "fabrics/fabric-1";

/// The files of the example fabric, from the fabric's directory.
pub(crate) fn example() -> Vec<(String, Vec<u8>)> {
    let root = workspace().join("examples/fabric-1");
    let mut files = Vec::new();
    collect(&root, &root, &mut files);
    files.sort();
    files
}

fn collect(root: &Path, dir: &Path, files: &mut Vec<(String, Vec<u8>)>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(root, &path, files);
        } else {
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
            files.push((name, std::fs::read(&path).unwrap()));
        }
    }
}

/// Data that lives beside the project; `None`, and a line that says so, where it does not exist.
pub(crate) fn fixture(name: &str) -> Option<PathBuf> {
    let root =
        std::env::var_os("HEDGEROW_FIXTURES").map_or_else(|| workspace().join("../shared/fixtures"), PathBuf::from);
    let path = root.join(name);
    if path.exists() {
        return Some(path.canonicalize().unwrap());
    }
    hedgerow_testkit::not_run(&format!("fixtures: {} does not exist (set HEDGEROW_FIXTURES)", path.display()));
    None
}

/// The directory of the fabric in the real repository.
pub(crate) const SEED_DIR: &str = "gitops/hedgehog/fabric-1";

/// The real repository, its branch at `commit`.
pub(crate) fn seed(scene: &Scene, commit: &str) -> Option<Remote> {
    let bundle = fixture("seed-repo.bundle")?;
    let remote = scene.remote("seed.git");
    remote.git(&["fetch", "--quiet", bundle.to_str().unwrap(), "main:refs/heads/all"]);
    let commit = remote.rev(commit);
    remote.git(&["update-ref", "refs/heads/main", &commit]);
    remote.git(&["update-ref", "-d", "refs/heads/all"]);
    Some(remote)
}
