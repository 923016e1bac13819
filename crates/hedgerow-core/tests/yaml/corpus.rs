//! Real files, where the fixtures are at hand.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use hedgerow_core::path::is_yaml;

use super::{is_clean, parse};

/// Where the fixtures are, or `None` with a word about it.
fn fixtures() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/fixtures");
    let path = std::env::var_os("HEDGEROW_FIXTURES").map_or(beside, PathBuf::from);
    if !path.is_dir() {
        eprintln!("did not run: no fixtures at {}", path.display());
        return None;
    }
    Some(path)
}

fn yaml_files(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            yaml_files(&path, found);
        } else if is_yaml(path.as_os_str().as_encoded_bytes()) {
            found.push(path);
        }
    }
}

#[test]
fn every_real_file_is_taken_apart() {
    let Some(fixtures) = fixtures() else { return };
    let mut found = Vec::new();
    yaml_files(&fixtures.join("corpus"), &mut found);
    yaml_files(&fixtures.join("crds"), &mut found);
    assert!(found.len() > 200, "{} files", found.len());
    for path in found {
        let bytes = fs::read(&path).unwrap();
        let parsed = parse(&bytes);
        for document in parsed.documents.iter().filter(|_| is_clean(&parsed)) {
            let alone = parse(&document.piece);
            let value = alone.documents[0].value.as_ref().unwrap();
            assert!(value.same_value(document.value.as_ref().unwrap()), "{}#{}", path.display(), document.index);
        }
    }
}

#[test]
fn the_inbox_that_stayed_full_gives_48_documents() {
    let Some(fixtures) = fixtures() else { return };
    let dir = std::env::temp_dir().join(format!("hedgerow-seed-{}", std::process::id()));
    let clone = Command::new("git").args(["clone", "-q"]).arg(fixtures.join("seed-repo.bundle")).arg(&dir).status();
    assert!(clone.unwrap().success());
    let raw = dir.join("gitops/hedgehog/fabric-1/raw");
    let mut counts = Vec::new();
    for name in ["prepop.yaml", "test-vpc.yaml", "test-vpc-2.yaml"] {
        let bytes = fs::read(raw.join(name)).unwrap();
        let parsed = parse(&bytes);
        assert_eq!(parsed.findings, [], "{name}");
        counts.push(parsed.documents.len());
        let joined: Vec<u8> = parsed.documents.iter().flat_map(|d| d.piece.to_vec()).collect();
        let expected: Vec<u8> = if parsed.documents.len() == 1 {
            bytes.clone()
        } else {
            bytes.split_inclusive(|b| *b == b'\n').filter(|line| *line != b"---\n").flatten().copied().collect()
        };
        assert_eq!(joined, expected, "{name}");
    }
    fs::remove_dir_all(&dir).unwrap();
    assert_eq!(counts, [46, 1, 1]);
}
