//! Who commits: the bot's identity, and a signature that git itself verifies.

use std::path::{Path, PathBuf};

use crate::support::fabric::Fabric;
use crate::support::ran::Ran;
use crate::support::scene::Scene;
use crate::support::yaml::server;

/// A new key, and a file that allows it for the committer.
fn key(scene: &Scene, name: &str) -> (PathBuf, PathBuf) {
    let key = scene.path(name);
    let mut keygen = scene.command(Path::new("ssh-keygen"));
    Ran::of(keygen.args(["-q", "-t", "ed25519", "-N", "", "-C", name, "-f"]).arg(&key)).expect(0);
    let public = std::fs::read_to_string(key.with_extension("pub")).unwrap();
    let allowed = scene.file(&format!("{name}.allowed"), format!("hedgerow@hedgerow.invalid {public}"));
    (key, allowed)
}

/// Whether git accepts the head's signature.
fn git_accepts(fabric: &Fabric, allowed: &Path) -> bool {
    let mut git = fabric.scene.command(Path::new("git"));
    let signers = format!("gpg.ssh.allowedSignersFile={}", allowed.display());
    git.arg("-C").arg(fabric.remote.path()).args(["-c", &signers, "verify-commit", "main"]);
    Ran::of(&mut git).code() == 0
}

#[test]
fn a_signed_commit_is_accepted_by_git_and_by_the_second_verifier() {
    let fabric = Fabric::example();
    let (key, allowed) = key(&fabric.scene, "key");
    let (_, stranger) = self::key(&fabric.scene, "stranger");
    fabric.sync(&["--signing-key", key.to_str().unwrap()]).expect(0);
    assert!(git_accepts(&fabric, &allowed));
    assert!(!git_accepts(&fabric, &stranger));
    fabric.verify(&[], 0);
    let args = fabric.args("", &["--allowed-signers", allowed.to_str().unwrap()]);
    fabric.scene.second_verifier(&args[1..]).expect(0);
    let args = fabric.args("", &["--allowed-signers", stranger.to_str().unwrap()]);
    fabric.scene.second_verifier(&args[1..]).expect(1);
}

#[test]
fn a_signing_key_that_cannot_be_read_fails_before_anything_is_written() {
    let fabric = Fabric::example();
    let broken = fabric.scene.file("broken", "not a key\n");
    for key in [broken.to_str().unwrap(), "/no/such/key"] {
        fabric.sync(&["--signing-key", key]).expect(2).says(key);
    }
    assert_eq!(fabric.remote.count("main"), 1);
}

#[test]
fn the_policy_names_the_committer_and_both_verifiers_know_it() {
    let policy = "[committer]\nname = \"Net Bot\"\nemail = \"bot@net.example.com\"\n";
    let fabric = Fabric::of(&[(".hedgerow/policy.toml", policy.to_owned()), ("raw/one.yaml", server("one"))]);
    fabric.sync(&[]).expect(0);
    let people = fabric.remote.git(&["log", "-1", "--format=%an <%ae>|%cn <%ce>", "main"]);
    assert_eq!(people, "Net Bot <bot@net.example.com>|Net Bot <bot@net.example.com>");
    fabric.verify(&[], 0);
    let forged = fabric.remote.commit("Not the bot").by("Net Bot <bot@net.example.com>");
    forged.write(&fabric.path("managed/servers/two.yaml"), server("two")).push();
    fabric.verify(&[], 1);
}

#[test]
fn a_suffix_of_the_subject_can_be_given_for_one_run() {
    let fabric = Fabric::example();
    fabric.sync(&["--subject-suffix", "[skip ci]"]).expect(0);
    assert!(fabric.remote.message("main").lines().next().unwrap().ends_with(" [skip ci]"));
    fabric.verify(&[], 0);
}
