//! What the store tells: objects, runs, reports; and why a file stands where it stands.

use crate::support::fabric::Fabric;
use crate::support::scene::Scene;
use crate::support::yaml::{config_map, vpc};

#[test]
fn a_run_is_remembered_as_it_was_told() {
    let fabric = Fabric::example();
    let told = fabric.sync(&[]).expect(0).json();
    let id = told["run"].as_str().unwrap();
    let remembered = fabric.scene.run(&["get", "run", id, "-o", "json"]).expect(0).json();
    assert_eq!(remembered, told);
}

#[test]
fn runs_are_listed_newest_first() {
    let fabric = Fabric::example();
    let first = fabric.sync(&[]).expect(0).json();
    fabric.remote.commit("More").write(&fabric.path("raw/more.yaml"), vpc("more", 60)).push();
    let second = fabric.sync(&[]).expect(0).json();
    let runs = fabric.scene.run(&["get", "runs", "-o", "json"]).expect(0).json();
    let ids: Vec<_> = runs.as_array().unwrap().iter().map(|run| run["run"].clone()).collect();
    assert_eq!(ids, [second["run"].clone(), first["run"].clone()]);
}

#[test]
fn objects_come_as_table_json_yaml_csv_and_names() {
    let fabric = Fabric::drained();
    let as_format = |format: &str| fabric.scene.run(&["get", "objects", "-o", format]).expect(0).stdout();
    for format in ["table", "yaml", "csv", "name"] {
        assert!(as_format(format).contains("leaf-04--external"), "{format}");
    }
    let csv = as_format("csv");
    assert_eq!(csv.lines().count(), 49);
    let header = csv.lines().next().unwrap();
    for column in ["group", "version", "kind", "namespace", "name", "path", "digest", "commit", "state"] {
        assert!(header.split(',').any(|name| name == column), "{column} in {header}");
    }
    let spines = fabric.scene.run(&["get", "objects", "--kind", "Switch", "-o", "json"]).expect(0).json();
    assert_eq!(spines.as_array().unwrap().len(), 6);
}

#[test]
fn an_objects_digest_is_over_its_value_and_not_its_spelling() {
    let spelt = "kind: VPC\napiVersion: \"vpc.githedgehog.com/v1beta1\"\nspec: {subnets: {default: {vlan: 1001, subnet: 10.0.1.0/24}}}\nmetadata: {name: one} # inline\n";
    let digest = |text: &str| {
        let fabric = Fabric::of(&[("raw/one.yaml", text)]);
        fabric.sync(&[]).expect(0);
        fabric.objects()[0]["digest"].as_str().unwrap().to_owned()
    };
    assert_eq!(digest(&vpc("one", 1)), digest(spelt));
    assert_ne!(digest(&vpc("one", 1)), digest(&vpc("one", 2)));
}

#[test]
fn a_report_shows_before_and_after_and_how_to_check_it_yourself() {
    let fabric = Fabric::example();
    let before = fabric.remote.head();
    let told = fabric.sync(&[]).expect(0).json();
    let report = fabric.scene.run(&["report", told["run"].as_str().unwrap()]).expect(0).stdout();
    for piece in [before.as_str(), &fabric.remote.head(), "hedgerow verify", "git "] {
        assert!(report.contains(piece), "{piece} in\n{report}");
    }
}

#[test]
fn an_empty_store_lists_nothing() {
    let scene = Scene::new();
    assert_eq!(scene.run(&["get", "objects", "-o", "json"]).expect(0).json(), serde_json::json!([]));
    assert_eq!(scene.run(&["get", "runs", "-o", "json"]).expect(0).json(), serde_json::json!([]));
}

#[test]
fn why_names_where_a_good_document_goes() {
    let fabric = Fabric::example();
    fabric.run("why", &["raw/vpcs/tenants.yaml#1"]).expect(0).says("VPC/web").says("managed/vpcs/web.yaml");
}

#[test]
fn why_names_the_gate_and_the_fix() {
    let typo = vpc("typo", 2).replace("kind: VPC", "kind: VCP");
    let fabric =
        Fabric::of(&[("raw/two.yaml", format!("{}---\n{typo}", vpc("good", 1))), ("raw/cm.yaml", config_map("cm"))]);
    fabric.run("why", &["raw/two.yaml"]).says("VCP").says("VPC");
    fabric.run("why", &[&format!("{}#1", fabric.path("raw/two.yaml"))]).says("VCP");
    fabric.run("why", &["raw/cm.yaml"]).says("unmanaged");
    fabric.run("why", &["raw/none.yaml"]).expect(2).says("raw/none.yaml");
    fabric.run("why", &["raw/two.yaml#7"]).expect(2);
}

#[test]
fn many_deletions_at_once_wait_for_a_persons_word() {
    let fabric = Fabric::drained();
    let connections: Vec<String> = fabric
        .remote
        .tree("main")
        .keys()
        .filter(|path| path.contains("/managed/connections/") && path.ends_with(".yaml"))
        .cloned()
        .collect();
    assert!(connections.len() >= 5, "{connections:?}");
    let commit = fabric.remote.commit("Away with the connections");
    connections.iter().fold(commit, |commit, path| commit.remove(path)).push();
    let deleted = || fabric.objects().iter().filter(|object| object["state"] == "deleted").count();

    let waits = fabric.sync(&[]).expect(0);
    assert!(waits.stderr().contains("--confirm-deletions"), "{}", waits.stderr());
    assert_eq!(deleted(), 0);
    assert!(!fabric.sync(&["--confirm-deletions"]).expect(0).stderr().contains("--confirm-deletions"));
    assert_eq!(deleted(), connections.len());
}
