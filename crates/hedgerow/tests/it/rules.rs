//! The rules of the house that no compiler checks: which crate may know which, and what a source may not hold.
//! The numbers are those of the invariants in ARCHITECTURE.md.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::support::scene::workspace;

/// The floor of every crate: a crate imports only from lower ones.
const FLOORS: &[(&str, u8)] = &[
    ("hedgerow-core", 0),
    ("hedgerow-git", 1),
    ("hedgerow-store", 1),
    ("hedgerow-forge", 1),
    ("hedgerow-kube", 1),
    ("hedgerow-netbox", 1),
    ("hedgerow-sync", 2),
    ("hedgerow-web", 3),
    ("hedgerow", 4),
];

/// Crates for tests alone.
const FOR_TESTS: &[&str] = &["hedgerow-testkit", "hedgerow-oracle"];

/// What never enters the graph, not even for tests: a second TLS or crypto provider, a second git, YAML readers with known faults.
const FORBIDDEN: &[&str] = &[
    "openssl",
    "openssl-sys",
    "native-tls",
    "aws-lc-rs",
    "aws-lc-sys",
    "git2",
    "libgit2-sys",
    "serde_yml",
    "libyml",
    "serde_yaml",
    "yaml-rust",
    "tonic",
];

fn metadata() -> Value {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--locked", "--filter-platform", &platform()])
        .current_dir(workspace())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The platform that this machine builds for: other platforms' crates need not be at hand.
fn platform() -> String {
    let output = Command::new("rustc").arg("-vV").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().find_map(|line| line.strip_prefix("host: ")).unwrap().to_owned()
}

/// The members of the workspace, each with the names of its dependencies of the given kind (`null` is a normal one).
fn members(metadata: &Value, kind: &Value) -> BTreeMap<String, BTreeSet<String>> {
    let ids = metadata["workspace_members"].as_array().unwrap();
    let packages = metadata["packages"].as_array().unwrap().iter().filter(|package| ids.contains(&package["id"]));
    let name = |value: &Value| value["name"].as_str().unwrap().to_owned();
    packages
        .map(|package| {
            let dependencies =
                package["dependencies"].as_array().unwrap().iter().filter(|dependency| dependency["kind"] == *kind);
            (name(package), dependencies.map(name).collect())
        })
        .collect()
}

#[test]
fn a_crate_imports_only_from_lower_floors() {
    let floors: BTreeMap<_, _> = FLOORS.iter().copied().collect();
    for (member, dependencies) in members(&metadata(), &Value::Null) {
        if FOR_TESTS.contains(&member.as_str()) {
            continue;
        }
        let floor = floors.get(member.as_str()).unwrap_or_else(|| panic!("{member} has no floor"));
        for dependency in dependencies.iter().filter(|name| name.starts_with("hedgerow")) {
            let below = floors
                .get(dependency.as_str())
                .unwrap_or_else(|| panic!("{member} ships {dependency}, which is for tests"));
            assert!(below < floor, "{member} (F{floor}) imports {dependency} (F{below})");
        }
    }
}

#[test]
fn the_core_has_no_runtime_and_libraries_have_no_anyhow() {
    for (member, dependencies) in members(&metadata(), &Value::Null) {
        let has = |name: &str| dependencies.contains(name);
        assert!(
            member != "hedgerow-core" || !["tokio", "time", "rustix", "tempfile"].into_iter().any(has),
            "{member}: {dependencies:?}"
        );
        assert!(member == "hedgerow" || !has("anyhow"), "{member} has anyhow: only the program may");
    }
}

#[test]
fn what_is_forbidden_is_not_in_the_graph() {
    let metadata = metadata();
    let names: BTreeSet<_> =
        metadata["packages"].as_array().unwrap().iter().map(|package| package["name"].as_str().unwrap()).collect();
    let resolved: BTreeSet<_> =
        metadata["resolve"]["nodes"].as_array().unwrap().iter().map(|node| node["id"].as_str().unwrap()).collect();
    assert_eq!(names.contains("hedgerow"), !resolved.is_empty());
    let found: Vec<_> = FORBIDDEN.iter().filter(|name| names.contains(**name)).collect();
    assert!(found.is_empty(), "{found:?}: see `cargo tree -i`");
}

/// A Rust source of the workspace.
struct Source {
    path: PathBuf,
    text: String,
}

impl Source {
    /// The lines of product code: everything before the first test module.
    fn product(&self) -> impl Iterator<Item = (usize, &str)> {
        self.lines().take_while(|(_, line)| line.trim() != "#[cfg(test)]")
    }

    /// The lines of tests.
    fn tests(&self) -> impl Iterator<Item = (usize, &str)> {
        let whole = self.path.components().any(|part| part.as_os_str() == "tests" || part.as_os_str() == "tests.rs");
        self.lines().skip_while(move |(_, line)| !whole && line.trim() != "#[cfg(test)]")
    }

    /// Lines with their numbers, without those that are only a comment.
    fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text
            .lines()
            .enumerate()
            .map(|(at, line)| (at + 1, line))
            .filter(|(_, line)| !line.trim_start().starts_with("//"))
    }

    /// Whether no user ever runs it.
    fn is_of_tests(&self) -> bool {
        let of_tests = |part: std::path::Component<'_>| {
            let name = part.as_os_str().to_string_lossy();
            ["tests", "tests.rs", "benches", "examples", "build.rs"].contains(&name.as_ref())
                || FOR_TESTS.contains(&name.as_ref())
        };
        self.path.components().any(of_tests)
    }
}

/// Every Rust source, its path from the root of the workspace.
fn sources() -> Vec<Source> {
    fn collect(dir: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && path.file_name().is_some_and(|name| name != "target") {
                collect(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    let root = workspace();
    let mut found = Vec::new();
    collect(&root.join("crates"), &mut found);
    assert!(found.len() > 20, "the sources were not found");
    let source = |path: PathBuf| Source {
        text: std::fs::read_to_string(&path).unwrap(),
        path: path.strip_prefix(&root).unwrap().to_owned(),
    };
    found.into_iter().map(source).collect()
}

/// The places (`path:line`) of lines that hold one of `words`.
fn places<'a>(path: &Path, lines: impl Iterator<Item = (usize, &'a str)>, words: &[&str]) -> Vec<String> {
    let lines = lines.filter(|(_, line)| words.iter().any(|word| line.contains(word)));
    lines.map(|(number, line)| format!("{}:{number}: {}", path.display(), line.trim())).collect()
}

fn in_product(words: &[&str], except: &[&str]) -> Vec<String> {
    let sources = sources();
    let judged =
        sources.iter().filter(|source| !source.is_of_tests() && !except.iter().any(|path| source.path.ends_with(path)));
    judged.flat_map(|source| places(&source.path, source.product(), words)).collect()
}

#[test]
fn invariant_1_the_core_does_no_io_reads_no_clock_and_has_no_async() {
    let words = [
        "std::fs",
        "std::env",
        "std::time",
        "std::process",
        "net::Tcp",
        "net::Udp",
        "std::thread",
        "std::io::std",
        "tokio",
        "async fn",
        ".await",
    ];
    let core: Vec<_> =
        in_product(&words, &[]).into_iter().filter(|place| place.starts_with("crates/hedgerow-core/")).collect();
    assert!(core.is_empty(), "{core:#?}");
}

#[test]
fn invariant_11_one_place_reads_the_environment() {
    let found = in_product(&["env::var", "env::vars", "option_env!"], &["crates/hedgerow/src/environment.rs"]);
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn invariant_12_product_code_has_no_branch_for_tests() {
    let found = in_product(&["cfg!(test)", "cfg(not(test))", "cfg(debug_assertions)", "cfg!(debug_assertions)"], &[]);
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn one_place_starts_programs_and_it_is_gits() {
    let found = in_product(&["Command::new("], &["crates/hedgerow-git/src/process.rs"]);
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn a_push_is_never_forced() {
    let found = in_product(&["\"--force\"", "\"-f\"", "\"--mirror\"", "\"+refs/heads"], &[]);
    assert!(found.is_empty(), "{found:#?}");
}

/// Sleeps in tests that are not for luck, each with its reason.
const SLEEPS: &[(&str, &str)] = &[
    ("crates/hedgerow-store/tests/it/processes.rs", "kills a process at another moment in each round"),
    ("crates/hedgerow-sync/tests/it/world.rs", "asks again until a fabric stands as awaited, with a deadline"),
    ("crates/hedgerow-web/tests/it/fabrics.rs", "asks again until the service is ready, with a deadline"),
    ("crates/hedgerow-web/tests/it/service.rs", "asks again until something is so, with a deadline"),
    ("crates/hedgerow-store/tests/it/databases.rs", "asks again until a server answers, with a deadline"),
];

#[test]
fn tests_neither_sleep_for_luck_nor_are_ignored() {
    // In two parts, so that this test does not find itself.
    let (sleep, ignore) = (concat!("sle", "ep("), concat!("#[ign", "ore"));
    let sources = sources();
    let found: Vec<_> = sources
        .iter()
        .flat_map(|source| {
            let may_sleep = SLEEPS.iter().any(|(path, _)| source.path == Path::new(path));
            let words = if may_sleep { vec![ignore] } else { vec![ignore, sleep] };
            places(&source.path, source.tests(), &words)
        })
        .collect();
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn no_source_is_longer_than_400_lines() {
    let long: Vec<_> =
        sources().iter().filter(|source| source.text.lines().count() > 400).map(|source| source.path.clone()).collect();
    assert!(long.is_empty(), "{long:?}");
}

#[test]
fn every_crate_takes_the_lints_of_the_workspace() {
    for entry in std::fs::read_dir(workspace().join("crates")).unwrap() {
        let manifest = entry.unwrap().path().join("Cargo.toml");
        let text = std::fs::read_to_string(&manifest).unwrap();
        assert!(text.contains("[lints]\nworkspace = true"), "{}", manifest.display());
    }
}
