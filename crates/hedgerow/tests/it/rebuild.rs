//! The object tables and git: equal, or what differs (invariant 8).

use serde_json::Value;

use crate::support::fabric::Fabric;
use crate::support::ran::Ran;

fn rebuild(fabric: &Fabric, more: &[&str], code: i32) -> Value {
    fabric.run("rebuild", &[&["-o", "json"], more].concat()).expect(code).json()
}

fn sql(fabric: &Fabric, statement: &str) {
    let mut command = fabric.scene.command("sqlite3".as_ref());
    Ran::of(command.arg(fabric.scene.store()).arg(statement)).expect(0);
}

fn rows(fabric: &Fabric) -> String {
    fabric.scene.sql(
        "SELECT name, kind, path, digest, version, commit_id, from_file, from_index, state FROM objects ORDER BY 1, 2",
    )
}

#[test]
fn invariant_8_the_object_tables_are_a_memory_of_git() {
    let fabric = Fabric::drained();
    let before = rows(&fabric);
    assert_eq!(rebuild(&fabric, &["--check"], 0)["verdict"], "equal");

    sql(&fabric, "DELETE FROM object_versions; DELETE FROM objects");
    let found = rebuild(&fabric, &["--check"], 1);
    assert_eq!(found["differences"].as_array().unwrap().len(), 48);
    assert_eq!(rows(&fabric), "", "a check writes nothing");

    let found = rebuild(&fabric, &[], 0);
    assert_eq!((&found["verdict"], &found["objects"]), (&"rebuilt".into(), &48.into()));
    assert_eq!(rows(&fabric), before, "to the last column");
    assert_eq!(rebuild(&fabric, &["--check"], 0)["verdict"], "equal");
}

#[test]
fn a_row_that_lies_is_named_and_mended() {
    let fabric = Fabric::drained();
    let before = rows(&fabric);
    sql(&fabric, "UPDATE objects SET digest = 'no' WHERE kind = 'VPC'");
    sql(&fabric, "UPDATE objects SET state = 'deleted' WHERE kind = 'SwitchGroup'");
    let found = rebuild(&fabric, &[], 0);
    let ways: Vec<_> =
        found["differences"].as_array().unwrap().iter().map(|one| one["differs"].as_str().unwrap()).collect();
    assert!(ways.contains(&"other") && ways.contains(&"missing"), "{found:#}");
    assert_eq!(rows(&fabric), before);
}

#[test]
fn a_row_that_lies_about_where_its_object_came_from_is_named_and_mended() {
    let fabric = Fabric::drained();
    let before = rows(&fabric);
    sql(&fabric, "UPDATE objects SET from_index = 99 WHERE kind = 'VPC'");
    sql(&fabric, "UPDATE objects SET commit_id = from_commit WHERE kind = 'SwitchGroup'");
    let found = rebuild(&fabric, &["--check"], 1);
    let differences = found["differences"].as_array().unwrap();
    assert!(!differences.is_empty() && differences.iter().all(|one| one["differs"] == "origin"), "{found:#}");
    let named = |kind: &str| differences.iter().any(|one| one["object"].as_str().unwrap().contains(kind));
    assert!(named("VPC") && named("SwitchGroup"), "{found:#}");
    rebuild(&fabric, &[], 0);
    assert_eq!(rows(&fabric), before);
}

#[test]
fn what_people_changed_is_no_difference_though_a_run_saw_it_later() {
    let fabric = Fabric::drained();
    let path = fabric.remote.tree("main").into_keys().find(|path| path.contains("/managed/vpcs/")).unwrap();
    let text = [b"# seen\n".as_slice(), &fabric.remote.show("main", &path)].concat();
    fabric.remote.commit("A comment").write(&path, text).push();
    fabric.remote.commit("Elsewhere").write("README.md", "more\n").push();
    fabric.sync(&[]).expect(0);
    assert_eq!(rebuild(&fabric, &["--check"], 0)["verdict"], "equal");
}

#[test]
fn a_row_that_lies_about_an_object_that_a_person_changed_last_is_named_and_mended() {
    let fabric = Fabric::drained();
    let path = fabric.remote.tree("main").into_keys().find(|path| path.contains("/managed/vpcs/")).unwrap();
    let (ours, text) = (fabric.remote.head(), fabric.remote.show("main", &path));
    let person = fabric.remote.commit("A comment").write(&path, [b"# seen\n".as_slice(), &text].concat()).push();
    fabric.sync(&[]).expect(0);
    // The value is that of our commit, and the row still says so: until it names another document, or a commit that has it not.
    let lie = |change: &str, code: i32| {
        sql(&fabric, &format!("UPDATE objects SET {change} WHERE path = '{path}'"));
        rebuild(&fabric, &["--check"], code)
    };
    lie("from_index = 99", 1);
    rebuild(&fabric, &[], 0);
    lie(&format!("commit_id = '{ours}'"), 0);
    let found = lie(&format!("commit_id = '{}'", fabric.remote.rev(&format!("{ours}^"))), 1);
    assert_eq!(found["differences"][0]["differs"], "origin");
    assert_eq!(rebuild(&fabric, &[], 0)["left"], serde_json::json!([]));
    assert_eq!(fabric.scene.sql(&format!("SELECT commit_id FROM objects WHERE path = '{path}'")).trim(), person);
    lie(&format!("commit_id = '{}'", "1".repeat(40)), 1);
}

#[test]
fn objects_from_before_the_history_at_hand_are_named() {
    let fabric = Fabric::drained();
    let shallow = fabric.remote.clone_to(fabric.scene.path("shallow.git"), &["--bare", "--depth", "1"]);
    let target = ["--repo", shallow.url(), "--branch", "main", "--path", &fabric.dir, "-o", "json"];
    let run = |more: &[&str]| fabric.scene.run(&[more, &target[..]].concat()).expect(0).json();
    run(&["rebuild"]);
    let found = run(&["rebuild", "--check"]);
    assert_eq!(found["untold"].as_array().map(Vec::len), Some(48), "{found:#}");
}

#[test]
fn what_git_no_longer_has_waits_for_a_persons_word_when_it_is_much() {
    let fabric = Fabric::drained();
    let mut commit = fabric.remote.commit("Away with all servers");
    for path in fabric.remote.tree("main").keys().filter(|path| path.contains("/managed/connections/")) {
        commit = commit.remove(path);
    }
    commit.push();
    let found = rebuild(&fabric, &[], 1);
    assert!(found["left"].as_array().unwrap().iter().all(|one| one["differs"] == "gone"), "{found:#}");
    fabric.sync(&["--confirm-deletions"]);
    assert_eq!(rebuild(&fabric, &["--check"], 0)["verdict"], "equal");
}

#[test]
fn a_store_that_never_saw_the_fabric_is_filled_and_the_inbox_left_alone() {
    let fabric = Fabric::drained();
    let head = fabric.remote.commit("More").write(&fabric.path("raw/late.yaml"), "kind: [\n").push();
    std::fs::remove_dir_all(fabric.scene.path("state")).unwrap();
    let found = rebuild(&fabric, &[], 0);
    assert_eq!(found["verdict"], "rebuilt");
    assert_eq!(fabric.remote.head(), head);
    assert_eq!(fabric.objects().len(), 48);
    let outcome = fabric.scene.sql("SELECT outcome FROM runs");
    assert_eq!(outcome, "partial", "with something in the inbox nothing is called done");
}
