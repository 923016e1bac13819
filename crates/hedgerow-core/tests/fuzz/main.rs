//! The oracles of the fuzz targets, on what a fuzzer once found, on the examples and on real files.

#![allow(clippy::unwrap_used)]

mod oracles;

use std::fs;
use std::path::{Path, PathBuf};

use hedgerow_core::codes;
use hedgerow_core::path::is_yaml;

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// All files below `dir`, if it is there.
fn below(dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir).into_iter().flatten().map(|entry| entry.unwrap().path());
    let files = entries.flat_map(|path| if path.is_dir() { below(&path) } else { vec![path] });
    let mut files: Vec<_> = files.collect();
    files.sort();
    files
}

/// What is tried: each finding of a fuzzer, each example of a code, the demo, and the fixtures where there are any.
fn inputs() -> Vec<(String, Vec<u8>)> {
    let fixtures = std::env::var_os("HEDGEROW_FIXTURES").map_or(here("../../../shared/fixtures"), PathBuf::from);
    let yaml = |path: &PathBuf| is_yaml(path.as_os_str().as_encoded_bytes());
    let mut files = below(&here("tests/fuzz/found"));
    files.extend([here("../../examples"), fixtures.join("corpus")].iter().flat_map(|dir| below(dir)).filter(yaml));
    let files = files.into_iter().map(|path| (path.display().to_string(), fs::read(&path).unwrap()));
    let examples = codes::all().map(|entry| (entry.code.to_string(), entry.example.as_bytes().to_vec()));
    files.chain(examples).collect()
}

/// Runs an oracle on every input, and says on which one it failed.
fn all(oracle: fn(&[u8])) {
    for (name, bytes) in inputs() {
        let outcome = std::panic::catch_unwind(|| oracle(&bytes));
        assert!(outcome.is_ok(), "on {name}");
    }
}

#[test]
fn what_is_read_is_read_again_alike() {
    all(oracles::reader);
}

#[test]
fn a_file_is_cut_without_loss() {
    all(oracles::partition);
}

#[test]
fn findings_point_into_files_and_the_order_of_files_is_nothing() {
    all(oracles::whole);
}

/// Ledgers, messages and pairs of trees, most of them as honest commits have them.
fn commits() -> Vec<Vec<u8>> {
    below(&here("tests/fuzz/commits")).into_iter().map(|path| fs::read(path).unwrap()).collect()
}

#[test]
fn a_claim_that_is_taken_is_one() {
    commits().iter().for_each(|bytes| oracles::claims(bytes));
    all(oracles::claims);
}

#[test]
fn nothing_passes_that_loses_or_makes_up_a_text() {
    commits().iter().for_each(|bytes| oracles::verifier(bytes));
    all(oracles::verifier);
}
