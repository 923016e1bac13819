//! `hedgerow undo`: managed/ as it was, in one commit that both verifiers accept, and nothing refilled into the inbox.

use crate::support::fabric::Fabric;
use crate::support::yaml::server;

/// A fabric of which `managed/` had server `b`, and a sync has created `a`, replaced `b` and left `c` as it was.
fn synced() -> Fabric {
    let bundle = format!("{}---\n{}---\n{}", server("a"), described("b", "new"), server("c"));
    let fabric = Fabric::of(&[
        ("managed/servers/b.yaml", server("b")),
        ("managed/servers/c.yaml", server("c")),
        ("raw/bundle.yaml", bundle),
    ]);
    fabric.sync(&[]).expect(0);
    fabric
}

fn described(name: &str, text: &str) -> String {
    server(name).replace(&format!("description: {name}"), &format!("description: {text}"))
}

fn managed(fabric: &Fabric, rev: &str) -> String {
    fabric.remote.rev(&format!("{rev}:{}", fabric.path("managed")))
}

#[test]
fn managed_is_as_it_was_in_one_commit_that_both_verifiers_accept() {
    let fabric = synced();
    let done = fabric.remote.head();
    let report = fabric.run("undo", &[&done[..9], "-o", "json"]).expect(0).json();
    assert_eq!((&report["outcome"], &report["verification"]), (&"changed".into(), &"verified".into()));
    assert_eq!(report["counts"]["undone"], 2);
    assert_eq!(managed(&fabric, "main"), managed(&fabric, "main~2"), "managed/ is as it was");
    assert_eq!(fabric.remote.rev("main^"), done, "one commit");
    assert!(!fabric.remote.tree("main").contains_key(&fabric.path("raw/bundle.yaml")), "raw/ is not refilled");
    assert_eq!(fabric.remote.trailer("main", "Hedgerow-Undo"), Some(done));
    fabric.verify(&[], 0);
}

#[test]
fn the_records_follow() {
    let fabric = synced();
    let of = |name: &str| fabric.scene.sql(&format!("select state, digest from objects where name = '{name}'"));
    let (before_a, before_b) = (of("a"), of("b"));
    fabric.run("undo", &["main"]).expect(2);
    fabric.run("undo", &[&fabric.remote.head()]).expect(0);
    assert_eq!(of("a"), before_a.replace("present", "deleted"));
    assert_ne!(of("b"), before_b, "the older value is on record again");
    assert_eq!(of("c").split('|').next(), Some("present"));
}

#[test]
fn a_run_names_its_commit_and_a_dry_run_changes_nothing() {
    let fabric = synced();
    let head = fabric.remote.head();
    let run = fabric.remote.trailer("main", "Hedgerow-Run").unwrap();
    let planned = fabric.run("undo", &["--dry-run", &run[..12], "-o", "json"]).expect(1).json();
    assert_eq!((&planned["counts"]["undone"], &planned["run"]), (&2.into(), &serde_json::Value::Null));
    assert_eq!(fabric.remote.head(), head);
    let report = fabric.run("undo", &[&run, "-o", "json"]).expect(0).json();
    assert_eq!(report["ledger"], planned["ledger"], "what was planned is what was done");
}

#[test]
fn a_sync_afterwards_finds_nothing_to_do() {
    let fabric = synced();
    fabric.run("undo", &[&fabric.remote.head()]).expect(0);
    let head = fabric.remote.head();
    fabric.sync(&[]).expect(0);
    assert_eq!(fabric.remote.head(), head);
}

#[test]
fn what_is_undone_already_makes_no_second_commit() {
    let fabric = synced();
    let done = fabric.remote.head();
    fabric.run("undo", &[&done]).expect(0);
    let head = fabric.remote.head();
    fabric.run("undo", &[&done]).expect(0).says("unchanged");
    fabric.run("undo", &["--dry-run", &done]).expect(0);
    assert_eq!(fabric.remote.head(), head);
}

#[test]
fn an_undo_can_be_undone() {
    let fabric = synced();
    let done = fabric.remote.head();
    fabric.run("undo", &[&done]).expect(0);
    fabric.run("undo", &[&fabric.remote.head()]).expect(0);
    assert_eq!(managed(&fabric, "main"), managed(&fabric, &done));
    fabric.verify(&[], 0);
}

#[test]
fn later_edits_of_the_same_files_are_never_taken_back_too() {
    let fabric = synced();
    let done = fabric.remote.head();
    let file = fabric.path("managed/servers/b.yaml");
    let edited = fabric.remote.commit("Mine").write(&file, described("b", "mine")).push();
    fabric.run("undo", &[&done]).expect(2).says("servers/b.yaml").says("changed again since");
    assert_eq!(fabric.remote.head(), edited);
}

#[test]
fn an_edit_of_another_file_is_kept() {
    let fabric = synced();
    let done = fabric.remote.head();
    fabric.remote.commit("Mine").write(&fabric.path("managed/servers/c.yaml"), described("c", "mine")).push();
    fabric.run("undo", &[&done]).expect(0);
    let kept = String::from_utf8(fabric.remote.show("main", &fabric.path("managed/servers/c.yaml"))).unwrap();
    assert!(kept.contains("mine"));
    fabric.verify(&[], 0);
}

#[test]
fn an_inbox_that_waits_stays_and_is_in_the_ledger() {
    let fabric = synced();
    let done = fabric.remote.head();
    fabric.remote.commit("More").write(&fabric.path("raw/d.yaml"), server("d")).push();
    let report = fabric.run("undo", &[&done, "-o", "json"]).expect(1).json();
    assert_eq!((&report["counts"]["held"], &report["counts"]["undone"]), (&1.into(), &2.into()));
    assert!(fabric.remote.tree("main").contains_key(&fabric.path("raw/d.yaml")));
    fabric.verify(&[], 0);
}

#[test]
fn a_persons_commit_or_a_name_that_nothing_has_is_refused() {
    let fabric = synced();
    let persons = fabric.remote.rev("main^");
    for name in [persons.as_str(), "no-such-run", &"0".repeat(40)] {
        fabric.run("undo", &[name]).expect(2).says("no commit of ours");
    }
    assert_eq!(fabric.remote.count("main"), 2);
}

#[test]
fn a_protected_branch_gets_a_proposal() {
    let fabric = synced();
    let done = fabric.remote.head();
    fabric.run("undo", &["--push-to", "hedgerow/undo", &done]).expect(3);
    assert_eq!(fabric.remote.head(), done);
    fabric.remote.git(&["update-ref", "refs/heads/main", "refs/heads/hedgerow/undo"]);
    fabric.verify(&[], 0);
}

#[test]
fn an_undo_that_puts_something_else_back_is_seen() {
    let fabric = synced();
    fabric.run("undo", &[&fabric.remote.head()]).expect(0);
    let file = fabric.path("managed/servers/b.yaml");
    fabric.remote.commit("").forge("main").write(&file, described("b", "forged")).push();
    for said in fabric.verify(&[], 1) {
        said.says("servers/b.yaml");
    }
}

#[test]
fn an_undo_that_does_more_is_seen() {
    let fabric = synced();
    fabric.run("undo", &[&fabric.remote.head()]).expect(0);
    fabric.remote.commit("").forge("main").remove(&fabric.path("managed/servers/c.yaml")).push();
    for said in fabric.verify(&[], 1) {
        said.says("servers/c.yaml");
    }
}

#[test]
fn an_undo_of_a_persons_commit_is_seen() {
    let fabric = synced();
    fabric.run("undo", &[&fabric.remote.head()]).expect(0);
    let (done, persons) = (fabric.remote.rev("main^"), fabric.remote.rev("main~2"));
    let message = fabric.remote.message("main").replace(&format!("Undo: {done}"), &format!("Undo: {persons}"));
    fabric.remote.commit("").forge("main").message(&message).push();
    for said in fabric.verify(&[], 1) {
        said.says("no commit of ours");
    }
}
