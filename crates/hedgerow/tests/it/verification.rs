//! What `hedgerow verify` looks at, and what it refuses to look at.

use crate::support::fabric::Fabric;
use crate::support::yaml::server;

/// The commits in the answer.
fn listed(fabric: &Fabric, more: &[&str], code: i32) -> Vec<String> {
    let said = fabric.run("verify", &[more, &["-o", "json"]].concat()).expect(code).json();
    said["commits"].as_array().unwrap().iter().map(|one| one["commit"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn since_leaves_older_commits_out() {
    let fabric = Fabric::drained();
    let ours = fabric.remote.head();
    assert_eq!(listed(&fabric, &["--since", "2020-01-01"], 0).first(), Some(&ours));
    assert_eq!(listed(&fabric, &["--since", "2020-01-01T00:00:00Z"], 0).first(), Some(&ours));
    assert!(listed(&fabric, &["--since", "2120-01-01"], 2).is_empty(), "nothing to verify is not verified");
    assert!(listed(&fabric, &["--since", "2120-01-01", "--allow-none"], 0).is_empty());
    fabric.run("verify", &["--since", "yesterday"]).expect(2).says("yesterday");
    for (since, code) in [("2020-01-01", 0), ("2020-01-01T00:00:00Z", 0), ("2120-01-01", 2), ("yesterday", 2)] {
        fabric.verify(&["--since", since], code);
    }
}

#[test]
fn json_has_one_entry_a_commit_with_its_ledger() {
    let fabric = Fabric::drained();
    let said = fabric.run("verify", &["-o", "json"]).expect(0).json();
    let ours = &said["commits"][0];
    let trailer = |key| fabric.remote.trailer("main", key).unwrap();
    assert_eq!((&ours["kind"], &ours["standing"]), (&"ours".into(), &"holds".into()));
    assert_eq!(ours["ledger"], trailer("Hedgerow-Ledger"));
    assert_eq!(ours["run"], trailer("Hedgerow-Run"));
    assert_eq!(ours["counts"]["created"], 48);
}

/// `verify --store` with the store that the syncs had.
fn with_store(fabric: &Fabric) -> (i32, String) {
    let store = format!("sqlite://{}", fabric.scene.store().display());
    let ran = fabric.run("verify", &["--store", &store]);
    (ran.code(), ran.text())
}

#[test]
fn the_stores_rows_are_held_against_the_tree_at_the_head() {
    let fabric = Fabric::drained();
    let (code, said) = with_store(&fabric);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("48 rows as the tree at the head, 0 not"), "{said}");
    let write = |sql: &str| {
        let mut sqlite = fabric.scene.command(std::path::Path::new("sqlite3"));
        crate::support::ran::Ran::of(sqlite.arg(fabric.scene.store()).arg(sql)).expect(0);
    };
    write(
        "update objects set digest = '00' where kind = 'VPC' and name = (select min(name) from objects where kind = 'VPC')",
    );
    let (code, said) = with_store(&fabric);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("another value on record"), "{said}");
    write("update objects set state = 'deleted' where kind = 'Server'");
    assert!(with_store(&fabric).1.contains("is deleted on record, and stands in"));
}

#[test]
fn a_record_that_lags_behind_refutes_nothing_and_vouches_for_nothing() {
    let fabric = Fabric::drained();
    fabric.remote.commit("By hand").write(&fabric.path("managed/servers/new.yaml"), server("new")).push();
    let (code, said) = with_store(&fabric);
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("the branch has moved"), "{said}");
    fabric.sync(&[]).expect(0);
    assert_eq!(with_store(&fabric).0, 0);
}

#[test]
fn a_store_that_knows_nothing_of_the_fabric_cannot_vouch_for_it() {
    let fabric = Fabric::drained();
    let other = format!("sqlite://{}", fabric.scene.path("other.db").display());
    fabric.run("verify", &["--store", &other]).expect(2).says("no record of this fabric");
}

#[test]
fn replace_refs_grafts_and_damage_of_a_local_repository_are_refused() {
    let fabric = Fabric::drained();
    let head = fabric.remote.head();
    fabric.remote.git(&["replace", "--graft", &head]);
    for said in fabric.verify(&[], 2) {
        said.says("replace refs");
    }
    fabric.remote.git(&["replace", "-d", &head]);
    std::fs::create_dir_all(fabric.remote.path().join("info")).unwrap();
    std::fs::write(fabric.remote.path().join("info/grafts"), format!("{head}\n")).unwrap();
    for said in fabric.verify(&[], 2) {
        said.says("grafts");
    }
    std::fs::remove_file(fabric.remote.path().join("info/grafts")).unwrap();
    fabric.verify(&[], 0);
    // The verifier saw all of it a moment ago: what is gone now must not be taken from a memory.
    let blob = fabric.remote.rev(&format!("main:{}", fabric.path("managed/vpcs/web.yaml")));
    loosen(&fabric);
    std::fs::remove_file(fabric.remote.path().join("objects").join(&blob[..2]).join(&blob[2..])).unwrap();
    fabric.verify(&[], 2);
}

/// Every object in a file of its own.
fn loosen(fabric: &Fabric) {
    let pack = fabric.remote.git_bytes(&["pack-objects", "--all", "--stdout", "--quiet"]);
    let packs = fabric.remote.path().join("objects/pack");
    for file in std::fs::read_dir(&packs).unwrap() {
        std::fs::remove_file(file.unwrap().path()).unwrap();
    }
    fabric.remote.git_with_input(&["unpack-objects", "-q"], &pack);
}

#[test]
fn a_directory_that_is_gone_at_the_head_cannot_be_told() {
    let fabric = Fabric::drained();
    let mut commit = fabric.remote.commit("Away");
    for path in fabric.remote.tree("main").keys().filter(|path| path.starts_with(&fabric.dir)) {
        commit = commit.remove(path);
    }
    commit.push();
    for said in fabric.verify(&[], 2) {
        said.says("there is no directory");
    }
}
