//! Audits of whole repositories, ours and others'.

use serde_json::Value;

use crate::support::fabric::Fabric;
use crate::support::fixtures::SEED_DIR;
use crate::support::scene::Scene;
use crate::support::yaml::{config_map, server, vpc};

fn audit(fabric: &Fabric, code: i32) -> Value {
    fabric.scene.run(&["audit", "--repo", fabric.remote.url(), "-o", "json"]).expect(code).json()
}

fn files<'v>(fabric: &'v Value, matter: &str) -> Vec<&'v str> {
    let all = fabric["trouble"].as_array().unwrap().iter().filter(|trouble| trouble["matter"] == matter);
    all.map(|trouble| trouble["file"].as_str().unwrap()).collect()
}

#[test]
fn the_predecessors_repository_is_told_for_what_it_is() {
    let Some(fabric) = Fabric::seed("e40d5442") else { return };
    let found = audit(&fabric, 1);
    assert_eq!(found["commits"], 34);
    let one = &found["fabrics"][0];
    assert_eq!(one["directory"], SEED_DIR);
    assert_eq!(one["inbox"].as_array().unwrap().len(), 3);
    assert_eq!(one["inbox"][0]["since"], "2025-08-01T14:28:03Z");
    assert_eq!((&one["would"]["created"], &one["managed"]), (&48.into(), &0.into()));
    let robot = &found["loops"][0];
    assert_eq!(robot["author"], "Hedgehog NetBox Plugin <hnp@hedgehog.githedgehog.com>");
    assert_eq!(robot["commits"], 16);
}

#[test]
fn a_drained_fabric_is_clean() {
    let found = audit(&Fabric::drained(), 0);
    assert_eq!((&found["verdict"], &found["loops"]), (&"clean".into(), &Value::Array(Vec::new())));
}

#[test]
fn what_is_wrong_under_managed_is_named() {
    let old = server("old").replace("v1beta1", "v1alpha2");
    let fabric = Fabric::of(&[
        ("raw/same.yaml", server("same")),
        ("raw/late.yaml", server("late")),
        ("stray.yaml", vpc("stray", 9)),
        ("managed/servers/same.yaml", server("same")),
        ("managed/servers/twice.yaml", server("twice")),
        ("managed/more/twice.yaml", server("twice")),
        ("managed/more/lost.yaml", server("lost")),
        ("managed/both.yaml", server("a") + "---\n" + &server("b")),
        ("managed/cm.yaml", config_map("cm")),
        ("managed/servers/broken.yaml", "a: [\n".to_owned()),
        ("managed/servers/old.yaml", old),
    ]);
    let found = audit(&fabric, 1);
    let one = &found["fabrics"][0];
    let named = |names: &[&str]| names.iter().map(|name| fabric.path(name)).collect::<Vec<_>>();
    let waiting: Vec<_> = one["inbox"].as_array().unwrap().iter().map(|file| file["file"].as_str().unwrap()).collect();
    assert_eq!(waiting, named(&["raw/late.yaml", "raw/same.yaml", "stray.yaml"]));
    assert_eq!(files(one, "foreign"), named(&["managed/cm.yaml"]));
    assert_eq!(files(one, "unserved"), named(&["managed/servers/old.yaml"]));
    assert!(files(one, "invalid").contains(&fabric.path("managed/servers/broken.yaml").as_str()), "{one:#}");
    assert!(files(one, "double").contains(&fabric.path("managed/servers/twice.yaml").as_str()), "{one:#}");
    for name in ["managed/more/lost.yaml", "managed/both.yaml"] {
        assert!(files(one, "misplaced").contains(&fabric.path(name).as_str()), "{name}: {one:#}");
    }
    let doubles: Vec<_> = one["doubles"].as_array().unwrap().iter().map(|double| double["places"].clone()).collect();
    let expected =
        [["managed/servers/same.yaml", "raw/same.yaml"], ["managed/more/twice.yaml", "managed/servers/twice.yaml"]];
    assert_eq!(doubles, expected.map(|names| Value::from(named(&names))));
}

#[test]
fn a_robot_that_answers_itself_is_a_loop_and_people_are_not() {
    let fabric = Fabric::drained();
    for n in 0..7 {
        let status = format!("synced: 2026-01-01T00:00:{n:02}Z\ngeneration: {n}\n");
        let commit = fabric.remote.commit("Update status").by("Robot <robot@example.com>");
        commit.write(&fabric.path("status.txt"), status).push();
        if n == 0 {
            fabric.remote.commit("A word").write("README.md", "# Other networks\n").push();
        }
    }
    let found = audit(&fabric, 1);
    let loops = found["loops"].as_array().unwrap();
    assert_eq!(loops.len(), 1, "{found:#}");
    assert_eq!((&loops[0]["commits"], &loops[0]["author"]), (&6.into(), &"Robot <robot@example.com>".into()));
}

#[test]
fn a_repository_without_a_fabric_or_a_commit_is_said_to_be_so() {
    let scene = Scene::new();
    let remote = scene.remote("empty.git");
    scene.run(&["audit", "--repo", remote.url()]).expect(2).says("no commit");
    remote.commit("First").write("README.md", "# Nothing\n").push();
    scene.run(&["audit", "--repo", remote.url()]).expect(0).says("no fabric");
    scene.run(&["audit", "--repo", "/no/such/place"]).expect(2).says("could not tell");
}
