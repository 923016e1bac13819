//! `hedgerow store`: the memory itself is copied, backed up and looked over, and a copy is as good as what it was made of.

use serde_json::Value;

use crate::support::fabric::Fabric;
use crate::support::yaml::vpc;

/// How many rows an answer gives for a table.
fn rows(answer: &Value, table: &str) -> u64 {
    let tables = answer["tables"].as_array().unwrap();
    tables.iter().find(|found| found["table"] == table).unwrap_or_else(|| panic!("{table}: {answer}"))["rows"]
        .as_u64()
        .unwrap()
}

#[test]
fn a_backup_takes_the_place_of_the_store_and_knows_what_it_knew() {
    let fabric = Fabric::drained();
    let scene = &fabric.scene;
    let (store, backup) = (scene.store(), scene.path("backup.db"));
    let told = scene.run(&["get", "objects", "-o", "json"]).expect(0).json();
    let answer = scene.run(&["store", "backup", backup.to_str().unwrap(), "-o", "json"]).expect(0).json();
    assert_eq!((rows(&answer, "objects"), rows(&answer, "runs")), (48, 1));
    assert_eq!(scene.sql(&format!("ATTACH '{}' AS b; SELECT count(*) FROM b.objects", backup.display())), "48");

    std::fs::remove_dir_all(store.parent().unwrap()).unwrap();
    scene.run(&["store", "copy", backup.to_str().unwrap(), store.to_str().unwrap()]).expect(0);
    assert_eq!(scene.run(&["get", "objects", "-o", "json"]).expect(0).json(), told);
    let again = fabric.sync(&[]).expect(0).json();
    assert_eq!((again["outcome"].as_str(), again["verification"].as_str()), (Some("unchanged"), Some("verified")));
}

#[test]
fn an_older_backup_learns_from_git_what_it_missed() {
    let fabric = Fabric::drained();
    let scene = &fabric.scene;
    let (store, backup) = (scene.store(), scene.path("backup.db"));
    scene.run(&["store", "backup", backup.to_str().unwrap()]).expect(0);
    fabric.remote.commit("More").write(&fabric.path("raw/more.yaml"), vpc("more", 60)).push();
    fabric.sync(&[]).expect(0);
    let head = fabric.remote.head();
    std::fs::remove_dir_all(store.parent().unwrap()).unwrap();
    scene.run(&["store", "copy", backup.to_str().unwrap(), store.to_str().unwrap()]).expect(0);
    assert_eq!(scene.sql("SELECT count(*) FROM objects"), "48");
    fabric.sync(&[]).expect(0);
    assert_eq!(scene.sql("SELECT count(*) FROM objects"), "49");
    assert_eq!(fabric.remote.head(), head, "nothing was done twice");
}

#[test]
fn nothing_that_is_there_is_written_over() {
    let fabric = Fabric::drained();
    let scene = &fabric.scene;
    let store = scene.store().display().to_string();
    let letter = scene.file("letter.txt", "dear reader");
    let said = scene.run(&["store", "backup", letter.to_str().unwrap()]).expect(2);
    assert!(said.stderr().contains("is there already"), "{}", said.stderr());
    assert_eq!(std::fs::read(&letter).unwrap(), b"dear reader");
    let said = scene.run(&["store", "copy", &store, &store]).expect(2);
    assert!(said.stderr().contains("not empty"), "{}", said.stderr());
    let absent = scene.path("absent.db");
    let said = scene.run(&["store", "copy", absent.to_str().unwrap(), "other.db"]).expect(2);
    assert!(said.stderr().contains("there is no file") && !absent.exists(), "{}", said.stderr());
}

#[test]
fn a_check_says_what_is_there_and_whether_it_is_sound() {
    let fabric = Fabric::drained();
    let scene = &fabric.scene;
    let sound = scene.run(&["store", "check", "-o", "json"]).expect(0).json();
    assert_eq!((sound["database"].as_str(), rows(&sound, "objects")), (Some("sqlite"), 48));
    let mut sqlite = scene.command(std::path::Path::new("sqlite3"));
    let harm = "PRAGMA foreign_keys = OFF; UPDATE runs SET fabric_id = 77";
    crate::support::ran::Ran::of(sqlite.arg(scene.store()).arg(harm)).expect(0);
    let harmed = scene.run(&["store", "check"]).expect(1);
    assert!(harmed.stdout().contains("refers to a missing row of fabrics"), "{}", harmed.stdout());
}
