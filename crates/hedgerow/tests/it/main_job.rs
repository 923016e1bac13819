//! From a full inbox to one verified commit.

use std::collections::BTreeMap;

use crate::support::fabric::Fabric;
use crate::support::oracle::{self, added, entries, removed};
use crate::support::scene::knob;

/// Everything that must be so of a first run on `fabric`. Returns the commits before and after.
fn first_run(fabric: &Fabric, files: u64, kinds: &[(&str, usize)]) -> (String, String) {
    let before = fabric.remote.head();
    let plan = fabric.plan(&[]).expect(1).json();
    assert_eq!((&plan["read"]["files"], &plan["read"]["documents"]), (&files.into(), &48.into()));
    assert_eq!(plan["read"]["commit"], before);
    assert_eq!(fabric.remote.head(), before, "a plan writes nothing");

    let report = fabric.sync(&[]).expect(0).json();
    let after = fabric.remote.head();
    assert_eq!((&report["outcome"], &report["verification"]), (&"changed".into(), &"verified".into()));
    oracle::counts(&report, &[("created", 48)]);
    assert_eq!(report["ledger"], plan["ledger"], "the run did what the plan said");
    oracle::one_honest_commit(fabric, &report, &before, &after);

    let (old, new) = (fabric.remote.tree(&before), fabric.remote.tree(&after));
    let mut placed: BTreeMap<String, usize> = BTreeMap::new();
    for path in added(&old, &new) {
        let Some(below) = path.strip_prefix(&fabric.path("managed/")) else {
            assert_eq!(path, fabric.path("raw/.gitkeep"));
            continue;
        };
        assert_eq!(new[&path].0, "100644");
        *placed.entry(below.split('/').next().unwrap().to_owned()).or_default() += 1;
    }
    let kinds: BTreeMap<_, _> = kinds.iter().map(|(kind, count)| ((*kind).to_owned(), *count)).collect();
    assert_eq!(placed, kinds);
    assert_eq!(removed(&old, &new).len() as u64, files);

    assert_eq!(fabric.objects().len(), 48);
    assert_eq!(fabric.scene.sql("SELECT count(*) FROM objects"), "48");
    fabric.verify(&[], 0);
    fabric.scene.left_nothing_behind();
    (before, after)
}

/// Runs on a drained inbox: each says unchanged, and the branch stays where it is.
fn idle(fabric: &Fabric, runs: u64) {
    let head = fabric.remote.head();
    for _ in 0..runs {
        let report = fabric.sync(&[]).expect(0).json();
        assert_eq!((&report["outcome"], &report["verification"]), (&"unchanged".into(), &"verified".into()));
        assert_eq!(report["commit"], serde_json::Value::Null);
    }
    assert_eq!(fabric.remote.head(), head);
}

const EXAMPLE: &[(&str, usize)] = &[
    ("connections", 17),
    ("externalattachments", 1),
    ("externalpeerings", 1),
    ("externals", 1),
    ("ipv4namespaces", 1),
    ("servers", 8),
    ("switches", 6),
    ("switchgroups", 2),
    ("vlannamespaces", 1),
    ("vpcattachments", 5),
    ("vpcpeerings", 1),
    ("vpcs", 4),
];

#[test]
fn the_example_becomes_one_verified_commit() {
    let fabric = Fabric::example();
    let (before, after) = first_run(&fabric, 4, EXAMPLE);
    let diff = fabric.remote.git(&["diff", "-M", "--name-status", &before, &after]);
    let rename =
        format!("R100\t{}\t{}", fabric.path("raw/vpcs/storage.yaml"), fabric.path("managed/vpcs/storage.yaml"));
    assert!(diff.lines().any(|line| line == rename), "a file of one document is renamed:\n{diff}");
    assert_eq!(fabric.remote.show(&after, &fabric.path("raw/.gitkeep")), b"", "the emptied inbox stays a directory");
    idle(&fabric, 3);
}

#[test]
fn the_real_repository_becomes_one_verified_commit() {
    let Some(fabric) = Fabric::seed("e40d5442") else { return };
    let kinds = [("connections", 26), ("servers", 10), ("switches", 7), ("switchgroups", 3), ("vpcs", 2)];
    let (before, after) = first_run(&fabric, 3, &kinds);

    let diff = fabric.remote.git(&["diff", "-M", "--name-status", &before, &after]);
    for name in ["test-vpc", "test-vpc-2"] {
        let rename = format!(
            "R100\t{}\t{}",
            fabric.path(&format!("raw/{name}.yaml")),
            fabric.path(&format!("managed/vpcs/{name}.yaml"))
        );
        assert!(diff.lines().any(|line| line == rename), "{diff}");
    }
    idle(&fabric, 3);
}

#[test]
fn the_46_pieces_of_the_real_file_are_its_lines_in_order() {
    let Some(fabric) = Fabric::seed("e40d5442") else { return };
    let before = fabric.remote.head();
    let report = fabric.sync(&[]).expect(0).json();
    let file = fabric.path("raw/prepop.yaml");
    let places: BTreeMap<u64, &str> = oracle::entries_of(&report, &file)
        .iter()
        .map(|e| (e["from"]["index"].as_u64().unwrap(), e["to"].as_str().unwrap()))
        .collect();
    assert_eq!(places.keys().copied().collect::<Vec<_>>(), (0..46).collect::<Vec<_>>());
    let joined: Vec<u8> = places.values().flat_map(|to| fabric.remote.show("main", to)).collect();
    assert_eq!(joined, oracle::without_separators(&fabric.remote.show(&before, &file)));
}

#[test]
fn a_banner_goes_with_the_document_below_it() {
    let fabric = Fabric::drained();
    let piece = |name: &str| String::from_utf8(fabric.remote.show("main", &fabric.path(name))).unwrap();
    assert!(piece("managed/switches/spine-01.yaml").starts_with("#\n# SwitchList\n#\napiVersion:"));
    assert!(piece("managed/switchgroups/eslag-2.yaml").ends_with("spec: {}\n"));
    assert!(piece("managed/connections/leaf-04--external.yaml").starts_with("# Ticket NET-118"));
    assert!(piece("managed/externalattachments/internet--leaf-04.yaml").starts_with("--- # BGP with the provider"));
    assert!(piece("managed/externalpeerings/web--internet.yaml").ends_with("...\n"));
}

#[test]
fn the_commit_is_the_receipt() {
    let fabric = Fabric::example();
    let before = fabric.remote.head();
    let report = fabric.sync(&[]).expect(0).json();
    let trailer = |key: &str| fabric.remote.trailer("main", key);
    assert_eq!(trailer("Hedgerow-Parent"), Some(before));
    assert_eq!(trailer("Hedgerow-Format").as_deref(), Some("1"));
    assert_eq!(trailer("Hedgerow-Directory").as_deref(), Some(fabric.dir.as_str()));
    assert_eq!(
        trailer("Hedgerow-Counts").as_deref(),
        Some("created=48 replaced=0 unchanged=0 duplicate=0 foreign=0 held=0 undone=0")
    );
    assert_eq!(trailer("Hedgerow-Run").as_deref(), report["run"].as_str());
    let digest = report["ledger"]["digest"].as_str().unwrap().trim_start_matches("sha256:");
    assert_eq!(trailer("Hedgerow-Ledger"), Some(format!("sha256:{digest}")));
    assert_eq!(trailer("Hedgerow-Adopt"), None);
    let person = fabric.remote.git(&["log", "-1", "--format=%an <%ae>|%cn <%ce>", "main"]);
    assert_eq!(person, "Hedgerow <hedgerow@hedgerow.invalid>|Hedgerow <hedgerow@hedgerow.invalid>");
}

#[test]
fn the_store_remembers_every_object_with_its_place_and_commit() {
    let fabric = Fabric::drained();
    let head = fabric.remote.head();
    let tree = fabric.remote.tree(&head);
    for object in fabric.objects() {
        for key in ["group", "version", "kind", "namespace", "name", "path", "digest", "commit", "state"] {
            assert!(object[key].is_string(), "{key} in {object:#}");
        }
        assert!(tree.contains_key(object["path"].as_str().unwrap()), "{object:#}");
        assert_eq!(object["commit"], head);
    }
}

#[test]
fn an_empty_store_gives_the_same_tree_and_ledger() {
    let first = Fabric::example();
    let second = Fabric::example();
    let one = first.sync(&[]).expect(0).json();
    let other =
        second.sync(&["--store", &format!("sqlite://{}", second.scene.path("other.db").display())]).expect(0).json();
    assert_eq!(first.remote.rev("main^{tree}"), second.remote.rev("main^{tree}"));
    assert_eq!(one["ledger"], other["ledger"]);

    let before = first.objects();
    std::fs::remove_file(first.scene.store()).unwrap();
    let report = first.sync(&[]).expect(0).json();
    assert_eq!(report["outcome"], "unchanged");
    assert_eq!(first.objects(), before, "the records of living objects are equal again");
}

#[test]
fn a_plan_of_a_drained_inbox_is_empty() {
    let fabric = Fabric::drained();
    let plan = fabric.plan(&[]).expect(0).json();
    assert_eq!(entries(&plan).len(), 0);
    oracle::counts(&plan, &[]);
}

#[test]
fn a_thousand_runs_on_a_drained_inbox_make_no_commit() {
    let fabric = Fabric::drained();
    idle(&fabric, knob("HEDGEROW_IDLE_RUNS", 50));
}
