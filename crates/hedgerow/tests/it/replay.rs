//! `hedgerow replay`: the plan of a commit's parent, made again, gives the commit's tree; or the first difference is named.

use crate::support::fabric::Fabric;
use crate::support::yaml::server;

#[test]
fn every_operation_of_ours_gives_the_same_tree_again() {
    let fabric = Fabric::example();
    fabric.run("init", &[]).expect(0);
    let init = fabric.remote.head();
    fabric.sync(&[]).expect(0);
    let sync = fabric.remote.head();
    fabric.run("undo", &[&sync]).expect(0);
    for commit in [init, sync, fabric.remote.head()] {
        let said = fabric.run("replay", &[&commit, "-o", "json"]).expect(0).json();
        assert_eq!(said["verdict"], "verified");
        assert_eq!(said["tree"], fabric.remote.rev(&format!("{commit}:{}", fabric.dir)), "the same tree id");
        assert_eq!(said["made_with"], said["version"]);
    }
}

#[test]
fn flags_that_tightened_the_policy_are_in_force_again() {
    let old = server("one").replace("description: one", "description: old");
    let fabric = Fabric::of(&[
        ("managed/servers/one.yaml", old),
        ("raw/one.yaml", server("one")),
        ("raw/two.yaml", server("two")),
    ]);
    fabric.sync(&["--hold-replacements"]).expect(1);
    fabric.run("replay", &[&fabric.remote.head()]).expect(0);
}

#[test]
fn a_document_that_should_have_been_held_is_the_first_difference() {
    // Its ledger balances, so verification has nothing to say; but it was never judged like this.
    let text = server("one").replace("description: one", "descriptoin: one");
    let fabric = Fabric::of(&[("raw/one.yaml", text.clone()), ("raw/two.yaml", server("two"))]);
    fabric.sync(&[]).expect(1);
    let (file, line) = (fabric.path("managed/servers/one.yaml"), format!("{}#0", fabric.path("raw/one.yaml")));
    let forged = fabric.remote.commit("").forge("main").remove(&fabric.path("raw/one.yaml")).write(&file, &text).push();
    let said = fabric.run("replay", &[&forged, "-o", "json"]).expect(1).json();
    assert_eq!(said["verdict"], "does_not_hold", "{line}");
    assert_eq!(said["difference"]["path"], file);
    assert_eq!(said["difference"]["planned"], serde_json::Value::Null);
}

#[test]
fn what_another_version_or_catalogue_made_is_not_told() {
    let fabric = Fabric::drained();
    let with = |from: &str, to: &str| {
        let message = fabric.remote.message("main");
        let line = message.lines().find(|line| line.starts_with(from)).unwrap();
        let message = message.replace(line, &format!("{from}: {to}"));
        fabric.remote.commit("").forge("main").message(&message).branch("other").push()
    };
    let replay = |commit: &str| {
        let target = ["--repo", fabric.remote.url(), "--branch", "other", "--path", &fabric.dir];
        fabric.scene.run(&[&["replay", commit], &target[..]].concat())
    };
    // The same tree is the same tree, whoever made it.
    replay(&with("Hedgerow-Version", "0.0.1")).expect(0);
    replay(&with("Hedgerow-Catalogue", &format!("sha256:{}", "1".repeat(64)))).expect(1).says("catalogue");
    let message = fabric.remote.message("other");
    let message =
        message.lines().map(|line| if line.starts_with("Hedgerow-Version") { "Hedgerow-Version: 0.0.1" } else { line });
    let message = message.collect::<Vec<_>>().join("\n");
    let other = fabric.remote.commit("").forge("other").message(&message).branch("other").push();
    replay(&other).expect(2).says("made with version 0.0.1").says("the tree is the same, but the catalogue");
}

#[test]
fn another_build_of_the_same_release_refutes_what_it_would_have_held() {
    let text = server("one").replace("description: one", "descriptoin: one");
    let fabric = Fabric::of(&[("raw/one.yaml", text.clone()), ("raw/two.yaml", server("two"))]);
    fabric.sync(&[]).expect(1);
    let build = format!("Hedgerow-Version: {}+0123456789", env!("CARGO_PKG_VERSION"));
    let message = fabric.remote.message("main");
    let line = message.lines().find(|line| line.starts_with("Hedgerow-Version")).unwrap();
    let made = message.replace(line, &build);
    let honest = fabric.remote.commit("").forge("main").message(&made).push();
    fabric.run("replay", &[&honest]).expect(0);
    let file = fabric.path("managed/servers/one.yaml");
    let lie = fabric.remote.commit("").forge("main").remove(&fabric.path("raw/one.yaml")).write(&file, &text);
    let forged = lie.message(&made).push();
    fabric.run("replay", &[&forged]).expect(1).says(&format!("something else at {file}"));
    // Another catalogue of the same release: that may be why.
    let named = made.lines().find_map(|line| line.strip_prefix("Hedgerow-Catalogue: sha256:")).unwrap();
    let other = fabric.remote.commit("").forge("main").message(&made.replace(named, &"1".repeat(64))).push();
    fabric.run("replay", &[&other]).expect(2).says("the catalogue that its trailer names").says("0123456789");
}

#[test]
fn what_another_versions_rules_would_give_is_shown_and_not_told() {
    let text = server("one").replace("description: one", "descriptoin: one");
    let fabric = Fabric::of(&[("raw/one.yaml", text.clone()), ("raw/two.yaml", server("two"))]);
    fabric.sync(&[]).expect(1);
    let message = fabric.remote.message("main").replace("Hedgerow-Version: ", "Hedgerow-Version: 0.0.1-");
    let named = message.lines().find_map(|line| line.strip_prefix("Hedgerow-Catalogue: sha256:")).unwrap();
    let message = message.replace(named, &"1".repeat(64));
    let file = fabric.path("managed/servers/one.yaml");
    let commit = fabric.remote.commit("").forge("main").remove(&fabric.path("raw/one.yaml"));
    let forged = commit.write(&file, &text).message(&message).push();
    let said = fabric.run("replay", &[&forged, "-o", "json"]).expect(2).json();
    assert_eq!(said["verdict"], "could_not_tell");
    assert_eq!((&said["rules"][0]["what"], &said["rules"][0]["named"]), (&"catalogue".into(), &"1".repeat(64).into()));
    assert_eq!((&said["difference"]["path"], &said["differing"]), (&file.into(), &2.into()));
    fabric.run("replay", &[&forged]).expect(2).says("and at 1 path more");
}

#[test]
fn a_commit_of_nobodys_cannot_be_told() {
    let fabric = Fabric::drained();
    fabric.run("replay", &[&fabric.remote.rev("main^")]).expect(2).says("no commit of ours");
}
