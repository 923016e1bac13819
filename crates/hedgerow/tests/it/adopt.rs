//! Inboxes as people left them: doubled files, and files beside the inbox instead of in it.

use crate::support::fabric::Fabric;
use crate::support::oracle::{self, added, findings_about};
use crate::support::yaml::{config_map, vpc};

#[test]
fn the_second_of_two_identical_files_is_a_duplicate() {
    let Some(fabric) = Fabric::seed("f6d74902") else { return };
    let before = fabric.remote.head();
    let report = fabric.sync(&[]).expect(0).json();
    let after = fabric.remote.head();
    assert_eq!(report["outcome"], "changed");
    oracle::counts(&report, &[("created", 47), ("duplicate", 1)]);
    oracle::one_honest_commit(&fabric, &report, &before, &after);
    let managed = added(&fabric.remote.tree(&before), &fabric.remote.tree(&after));
    assert_eq!(managed.len(), 47);
    fabric.verify(&[], 0);
}

/// The real repository before its files were moved to `raw/`: at `commit` they lie in the fabric's directory itself.
fn strays_move_only_with_adopt(commit: &str) {
    let Some(fabric) = Fabric::seed(commit) else { return };
    let before = fabric.remote.head();
    let report = fabric.sync(&[]).json();
    assert_eq!(fabric.remote.head(), before, "without --adopt there is no commit");
    assert_eq!(report["commit"], serde_json::Value::Null);
    for stray in ["prepop.yaml", "test-vpc.yaml", "test-vpc-2.yaml"] {
        let findings = findings_about(&report, &fabric.path(stray));
        assert!(findings.iter().any(|f| f["severity"] == "warning"), "{findings:#?}");
    }

    let report = fabric.sync(&["--adopt"]).expect(0).json();
    let after = fabric.remote.head();
    oracle::counts(&report, &[("created", 47), ("duplicate", 1)]);
    oracle::one_honest_commit(&fabric, &report, &before, &after);
    assert_eq!(fabric.remote.trailer(&after, "Hedgerow-Adopt").as_deref(), Some("true"));
    let managed = fabric
        .remote
        .tree(&after)
        .into_keys()
        .filter(|p| p.starts_with(&fabric.path("managed/")) && p.ends_with(".yaml"))
        .count();
    assert_eq!(managed, 47);
    fabric.verify(&[], 0);
}

#[test]
fn strays_move_only_with_adopt_where_there_is_no_structure() {
    strays_move_only_with_adopt("735989ad");
}

#[test]
fn strays_move_only_with_adopt_where_the_structure_is_empty() {
    strays_move_only_with_adopt("2dc90b37");
}

#[test]
fn adopt_leaves_what_names_no_hedgehog_object() {
    let settings = "# not Kubernetes at all\nsites: [one, two]\n";
    let fabric = Fabric::of(&[
        ("stray.yaml", vpc("stray", 1)),
        ("settings.yaml", settings.to_owned()),
        ("cm.yml", config_map("cm")),
    ]);
    let before = fabric.remote.head();
    let report = fabric.sync(&["--adopt"]).expect(0).json();
    oracle::counts(&report, &[("created", 1)]);
    oracle::one_honest_commit(&fabric, &report, &before, &fabric.remote.head());
    for stays in ["settings.yaml", "cm.yml"] {
        assert!(fabric.remote.tree("main").contains_key(&fabric.path(stays)), "{stays}");
    }
    fabric.verify(&[], 0);
}

#[test]
fn files_of_any_depth_and_extension_are_inbox_files() {
    let files = [
        ("raw/a/b/c/one.YAML", vpc("one", 1)),
        ("raw/two.yml", vpc("two", 2)),
        ("raw/.hidden/three.YmL", vpc("three", 3)),
    ];
    let fabric = Fabric::of(&files);
    let report = fabric.sync(&[]).expect(0).json();
    oracle::counts(&report, &[("created", 3)]);
    fabric.verify(&[], 0);
}
