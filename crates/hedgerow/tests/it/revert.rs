//! A revert of our commit is a person's word.

use crate::support::fabric::Fabric;
use crate::support::oracle;

/// The branch after a person reverted its newest commit.
fn revert(fabric: &Fabric) -> String {
    fabric.remote.commit("Revert \"Hedgerow\"").tree("main^").push()
}

#[test]
fn a_reverted_fabric_writes_nothing_and_says_what_to_do() {
    let fabric = Fabric::drained();
    let ours = fabric.remote.head();
    let reverted = revert(&fabric);
    for _ in 0..10 {
        let ran = fabric.sync(&[]).expect(2);
        let report = ran.json();
        assert_eq!((&report["outcome"], &report["reason"]["code"]), (&"failed".into(), &"reverted".into()));
        let hint = report["reason"]["hint"].as_str().expect("what to do").to_owned();
        assert!(hint.contains("--resume") && hint.contains(&ours[..7]), "{hint}");
    }
    assert_eq!(fabric.remote.head(), reverted);
}

#[test]
fn a_revert_is_seen_without_a_store() {
    let fabric = Fabric::drained();
    let reverted = revert(&fabric);
    std::fs::remove_dir_all(fabric.scene.path("state/hedgerow")).unwrap();
    let report = fabric.sync(&[]).expect(2).json();
    assert_eq!(report["reason"]["code"], "reverted");
    assert_eq!(fabric.remote.head(), reverted);
}

#[test]
fn git_revert_itself_is_seen() {
    let fabric = Fabric::drained();
    let clone = fabric.remote.clone_to(fabric.scene.path("clone"), &[]);
    clone.git(&["revert", "--no-edit", "HEAD"]);
    clone.git(&["push", "--quiet", "origin", "HEAD"]);
    let reverted = fabric.remote.head();
    assert_eq!(fabric.sync(&[]).expect(2).json()["reason"]["code"], "reverted");
    assert_eq!(fabric.remote.head(), reverted);
}

#[test]
fn a_resumed_fabric_goes_on_and_its_commit_says_so() {
    let fabric = Fabric::drained();
    let ours = fabric.remote.head();
    let reverted = revert(&fabric);
    fabric.sync(&[]).expect(2);
    let report = fabric.sync(&["--resume", &ours]).expect(0).json();
    let after = fabric.remote.head();
    oracle::counts(&report, &[("created", 48)]);
    oracle::one_honest_commit(&fabric, &report, &reverted, &after);
    assert_eq!(fabric.remote.trailer(&after, "Hedgerow-Resumed"), Some(ours));
    assert_eq!(fabric.sync(&[]).expect(0).json()["outcome"], "unchanged");
    fabric.verify(&[], 0);
}

#[test]
fn the_word_for_one_commit_does_not_resume_after_another_revert() {
    let fabric = Fabric::drained();
    let ours = fabric.remote.head();
    revert(&fabric);
    fabric.sync(&["--resume", &ours]).expect(0);
    let reverted = revert(&fabric);
    assert_eq!(fabric.sync(&["--resume", &ours]).expect(2).json()["reason"]["code"], "reverted");
    assert_eq!(fabric.remote.head(), reverted);
}

#[test]
fn a_new_file_beside_the_reverted_ones_waits_too() {
    let fabric = Fabric::drained();
    revert(&fabric);
    let head =
        fabric.remote.commit("More").write(&fabric.path("raw/more.yaml"), crate::support::yaml::vpc("more", 77)).push();
    assert_eq!(fabric.sync(&[]).expect(2).json()["reason"]["code"], "reverted");
    assert_eq!(fabric.remote.head(), head);
}
