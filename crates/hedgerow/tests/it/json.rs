//! The JSON that is printed is what the page documents, key by key.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::fabric::Fabric;
use crate::support::ran::Ran;
use crate::support::scene::{Scene, workspace};
use crate::support::yaml::{config_map, vpc};

/// Every key of a value with its way there, such as `ledger.entries[].from.file`.
fn keys(value: &Value, at: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                let here = if at.is_empty() { key.clone() } else { format!("{at}.{key}") };
                keys(value, &here, found);
                found.insert(here);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| keys(item, &format!("{at}[]"), found)),
        _ => {}
    }
}

fn keys_of(value: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    keys(value, "", &mut found);
    found
}

/// The keys that a table of the page documents: the words between backquotes in its first column.
fn documented(heading: &str) -> BTreeSet<String> {
    let page = std::fs::read_to_string(workspace().join("docs/reference/json.md")).unwrap();
    let section = page
        .split("\n## ")
        .find(|section| section.starts_with(heading))
        .unwrap_or_else(|| panic!("no section {heading}"));
    let cells = section.lines().filter_map(|line| line.strip_prefix("| `")?.split(" |").next());
    cells
        .flat_map(|cell| cell.split('`').step_by(2))
        .filter(|key| !key.trim_matches([',', ' ']).is_empty())
        .map(str::to_owned)
        .collect()
}

/// A fabric with every outcome that one run can have.
fn varied() -> Fabric {
    let typo = vpc("typo", 9).replace("kind: VPC", "kind: VCP");
    let files = [
        ("managed/vpcs/same.yaml", vpc("same", 1)),
        ("managed/vpcs/other.yaml", vpc("other", 2)),
        ("raw/same.yaml", vpc("same", 1)),
        ("raw/other.yaml", vpc("other", 3)),
        ("raw/new.yaml", vpc("new", 4)),
        ("raw/new-again.yaml", vpc("new", 4)),
        ("raw/cm.yaml", config_map("cm")),
        ("raw/typo.yaml", typo),
        ("raw/empty.yaml", String::new()),
    ];
    Fabric::of(&files)
}

#[test]
fn what_the_issue_promises_is_there() {
    let report = varied().sync(&[]).expect(1).json();
    let keys = keys_of(&report);
    let promised = "run fabric outcome verification read read.url read.ref read.commit read.directory read.files read.documents \
        before before.commit before.tree before.inbox before.managed after after.commit after.tree after.inbox after.managed commit \
        counts counts.created counts.replaced counts.unchanged counts.duplicate counts.foreign counts.held \
        findings findings[].code findings[].severity findings[].file findings[].document findings[].line findings[].column \
        findings[].message findings[].hint ledger ledger.digest ledger.entries ledger.entries[].sha256 ledger.entries[].was \
        ledger.entries[].outcome ledger.entries[].from ledger.entries[].from.file ledger.entries[].from.index ledger.entries[].to";
    let missing: Vec<_> = promised.split_whitespace().filter(|key| !keys.contains(*key)).collect();
    assert!(missing.is_empty(), "{missing:?}");
    for (outcome, count) in
        [("created", 1), ("replaced", 1), ("unchanged", 1), ("duplicate", 1), ("foreign", 1), ("held", 1)]
    {
        assert_eq!(report["counts"][outcome], count, "{outcome}");
    }
}

#[test]
fn every_key_of_a_run_is_documented_and_every_documented_key_is_there() {
    let fabric = varied();
    let plan = fabric.plan(&[]).expect(1).json();
    let sync = fabric.sync(&[]).expect(1).json();
    fabric.remote.hook("pre-receive", "exit 1");
    fabric.remote.commit("More").write(&fabric.path("raw/more.yaml"), vpc("more", 60)).push();
    let failed = fabric.sync(&[]).expect(2).json();
    let found: BTreeSet<_> = [plan, sync, failed].iter().flat_map(keys_of).collect();
    assert_eq!(found, documented("A run"));
}

#[test]
fn every_key_of_an_object_is_documented_and_every_documented_key_is_there() {
    let fabric = Fabric::drained();
    let found: BTreeSet<_> = fabric.objects().iter().flat_map(keys_of).collect();
    assert_eq!(found, documented("An object"));
}

#[test]
fn every_key_of_a_verification_is_documented_and_every_documented_key_is_there() {
    let fabric = varied();
    let before = fabric.remote.head();
    fabric.sync(&[]).expect(1);
    fabric.remote.commit("More").write(&fabric.path("raw/more.yaml"), vpc("more", 60)).push();
    let store = format!("sqlite://{}", fabric.scene.store().display());
    let range = format!("{before}..main");
    let said = fabric.run("verify", &["--range", &range, "--store", &store, "-o", "json"]).json();
    assert_eq!(keys_of(&said), documented("A verification"));
}

#[test]
fn every_key_of_a_report_is_documented_and_every_documented_key_is_there() {
    let fabric = varied();
    let before = fabric.remote.head();
    let run = fabric.sync(&[]).expect(1).json()["run"].as_str().unwrap().to_owned();
    let of_run = fabric.scene.run(&["report", &run, "-o", "json"]).expect(0).json();
    let of_range = fabric.run("report", &[&format!("{before}..main"), "-o", "json"]).expect(0).json();
    let found: BTreeSet<_> = [of_run, of_range].iter().flat_map(keys_of).collect();
    let elsewhere = &documented("A run") | &documented("A verification");
    assert_eq!(&found - &elsewhere, documented("A report"));
}

#[test]
fn every_key_of_a_replay_is_documented_and_every_documented_key_is_there() {
    let fabric = varied();
    fabric.sync(&[]).expect(1);
    let message = fabric.remote.message("main").replace("Hedgerow-Version: ", "Hedgerow-Version: 0.0.1-");
    let message = message.replace("Hedgerow-Catalogue: sha256:", "Hedgerow-Catalogue: sha256:0000");
    let message: Vec<String> = message
        .lines()
        .map(|line| match line.strip_prefix("Hedgerow-Catalogue: ") {
            Some(digest) => format!("Hedgerow-Catalogue: {}", &digest[..71]),
            None => line.to_owned(),
        })
        .collect();
    let forged = fabric.remote.commit("").forge("main").message(&message.join("\n"));
    let forged = forged.remove(&fabric.path("raw/typo.yaml")).push();
    let said = fabric.run("replay", &[&forged, "-o", "json"]).expect(2).json();
    assert_eq!(keys_of(&said), documented("A replay"));
}

#[test]
fn every_key_of_a_rebuilding_is_documented_and_every_documented_key_is_there() {
    let fabric = Fabric::drained();
    std::fs::remove_dir_all(fabric.scene.path("state")).unwrap();
    let said = fabric.run("rebuild", &["--check", "-o", "json"]).expect(1).json();
    assert_eq!(keys_of(&said), documented("A rebuilding"));
}

#[test]
fn every_key_of_a_signer_is_documented_and_every_documented_key_is_there() {
    let scene = Scene::new();
    let key = scene.path("key");
    Ran::of(scene.command("ssh-keygen".as_ref()).args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(&key)).expect(0);
    let said = scene.run(&["keys", "--signing-key", key.to_str().unwrap(), "-o", "json"]).expect(0).json();
    assert_eq!(keys_of(&said), documented("A signer"));
}

#[test]
fn words_are_lower_snake_case() {
    fn words(value: &Value, key: &str) {
        match value {
            Value::Object(map) => map.iter().for_each(|(key, value)| words(value, key)),
            Value::Array(items) => items.iter().for_each(|item| words(item, key)),
            Value::String(word)
                if ["outcome", "verification", "severity", "state", "trigger", "command"].contains(&key) =>
            {
                assert!(word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{key}: {word}");
            }
            _ => {}
        }
    }
    words(&varied().sync(&[]).expect(1).json(), "");
}

#[test]
fn yaml_says_the_same_as_json() {
    let fabric = Fabric::drained();
    let yaml = fabric.run("sync", &["-o", "yaml"]).expect(0).stdout();
    assert!(yaml.contains("outcome: \"unchanged\"") && yaml.contains("verification: \"verified\""), "{yaml}");
}
