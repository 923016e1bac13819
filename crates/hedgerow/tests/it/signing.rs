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
    fabric.verify(&["--allowed-signers", allowed.to_str().unwrap()], 0);
    for said in fabric.verify(&["--allowed-signers", stranger.to_str().unwrap()], 1) {
        said.says("allowed signer");
    }
}

#[test]
fn an_unsigned_commit_or_signers_that_cannot_be_read_do_not_pass() {
    let fabric = Fabric::drained();
    let (_, allowed) = key(&fabric.scene, "key");
    fabric.verify(&["--allowed-signers", allowed.to_str().unwrap()], 1);
    fabric.verify(&["--allowed-signers", "/no/such/file"], 2);
}

/// The line that `hedgerow keys` prints.
fn line(scene: &Scene, key: &Path, more: &[&str]) -> String {
    let args = [&["keys", "--signing-key", key.to_str().unwrap()], more].concat();
    scene.run(&args).expect(0).stdout()
}

#[test]
fn rotation_keeps_the_old_signer_valid_for_its_time() {
    let fabric = Fabric::example();
    let ((old, _), (new, _)) = (key(&fabric.scene, "old"), key(&fabric.scene, "new"));
    let signers = |text: String| fabric.scene.file("signers", text).to_str().unwrap().to_owned();
    fabric.sync(&["--signing-key", old.to_str().unwrap()]).expect(0);
    fabric.remote.commit("More").write(&fabric.path("raw/more.yaml"), server("more")).push();
    fabric.sync(&["--signing-key", new.to_str().unwrap()]).expect(0);
    let (past, future) = ("2020-01-01", "2120-01-01T00:00:00Z");
    let of_old = |more: &[&str]| line(&fabric.scene, &old.with_extension("pub"), more);
    let of_new = line(&fabric.scene, &new, &["--valid-after", past]);
    assert!(of_new.contains("valid-after=\"20200101000000Z\""), "{of_new}");
    let both = signers(of_old(&["--valid-before", future]) + &of_new);
    fabric.verify(&["--allowed-signers", &both], 0);
    assert!(git_accepts(&fabric, Path::new(&both)));
    for gone in [of_old(&["--valid-before", past]), of_old(&["--valid-after", future]), String::new()] {
        fabric.verify(&["--allowed-signers", &signers(gone + &of_new)], 1);
    }
}

#[test]
fn keys_of_every_kind_sign_and_nothing_private_is_printed() {
    for kind in ["ed25519", "ecdsa", "rsa"] {
        let fabric = Fabric::of(&[("raw/one.yaml", server("one"))]);
        let key = fabric.scene.path("key");
        let mut keygen = fabric.scene.command(Path::new("ssh-keygen"));
        Ran::of(keygen.args(["-q", "-t", kind, "-N", "", "-f"]).arg(&key)).expect(0);
        fabric.sync(&["--signing-key", key.to_str().unwrap()]).expect(0);
        let line = line(&fabric.scene, &key, &[]);
        assert!(!line.contains("PRIVATE"));
        let signers = fabric.scene.file("signers", line);
        assert!(git_accepts(&fabric, &signers), "{kind}");
        fabric.verify(&["--allowed-signers", signers.to_str().unwrap()], 0);
    }
}

#[test]
fn keys_says_the_same_for_machines_and_refuses_what_would_forge_a_line() {
    let scene = Scene::new();
    let (key, _) = key(&scene, "key");
    let args = ["keys", "--signing-key", key.to_str().unwrap(), "-o", "json", "--email", "bot@example.com"];
    let said = scene.run(&args).expect(0).json();
    assert!(said["line"].as_str().unwrap().starts_with("bot@example.com namespaces=\"git\" ssh-ed25519 AAAA"));
    assert!(said["fingerprint"].as_str().unwrap().starts_with("SHA256:"));
    for email in ["", "a b", "*", "a@b\nc@d", "a,b"] {
        scene.run(&["keys", "--signing-key", key.to_str().unwrap(), "--email", email]).expect(2);
    }
    scene.run(&["keys", "--signing-key", key.to_str().unwrap(), "--valid-after", "soon"]).expect(2).says("soon");
}

/// An SSH agent with one key; it ends with the test.
struct Agent<'a> {
    scene: &'a Scene,
    socket: PathBuf,
    pid: String,
}

impl<'a> Agent<'a> {
    fn with(scene: &'a Scene, key: &Path) -> Self {
        let socket = scene.path("agent");
        // It listens before it goes into the background, and says who it is there.
        let said = Ran::of(scene.command(Path::new("ssh-agent")).arg("-a").arg(&socket)).expect(0).stdout();
        let pid = said.split("SSH_AGENT_PID=").nth(1).unwrap().split(';').next().unwrap().to_owned();
        let agent = Self { scene, socket, pid };
        let mut add = scene.command(Path::new("ssh-add"));
        Ran::of(add.arg("-q").arg(key).env("SSH_AUTH_SOCK", &agent.socket)).expect(0);
        agent
    }
}

impl Drop for Agent<'_> {
    fn drop(&mut self) {
        Ran::of(self.scene.command(Path::new("ssh-agent")).arg("-k").env("SSH_AGENT_PID", &self.pid));
    }
}

#[test]
fn an_agent_signs_with_a_key_that_it_does_not_give_away() {
    let fabric = Fabric::of(&[("raw/one.yaml", server("one"))]);
    let (key, allowed) = key(&fabric.scene, "key");
    let agent = Agent::with(&fabric.scene, &key);
    std::fs::remove_file(&key).unwrap();
    let public = key.with_extension("pub");
    let sync = |named: &str, agent: Option<&Path>| {
        let args = fabric.args("sync", &["--signing-key", named]).join("\u{1f}");
        let mut command = fabric.scene.hedgerow(&args.split('\u{1f}').collect::<Vec<_>>());
        Ran::of(agent.iter().fold(&mut command, |command, socket| command.env("SSH_AUTH_SOCK", socket)))
    };
    sync(public.to_str().unwrap(), None).expect(2).says("SSH_AUTH_SOCK");
    assert_eq!(fabric.remote.count("main"), 1);
    sync(public.to_str().unwrap(), Some(&agent.socket)).expect(0);
    assert!(git_accepts(&fabric, &allowed));
    fabric.remote.commit("More").write(&fabric.path("raw/more.yaml"), server("more")).push();
    let literal = format!("key::{}", std::fs::read_to_string(&public).unwrap().trim());
    sync(&literal, Some(&agent.socket)).expect(0);
    fabric.verify(&["--allowed-signers", allowed.to_str().unwrap()], 0);
    let (other, _) = self::key(&fabric.scene, "other");
    let unknown = other.with_extension("pub");
    sync(unknown.to_str().unwrap(), Some(&agent.socket)).expect(2).says("does not have the key");
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
