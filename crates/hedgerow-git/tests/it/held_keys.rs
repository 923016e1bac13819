//! Private keys that are in no file.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use hedgerow_git::{BranchChoice, Credential, HeldKey, HostKeys, Push, RemoteError};
use hedgerow_testkit::Sshd;

use crate::world::{World, changes, id, main, text, write};

fn held(key: &Path, known_hosts: &Path) -> Credential {
    let key = HeldKey::parse(&fs::read_to_string(key).unwrap().into()).unwrap();
    Credential::HeldKey { key, host_keys: HostKeys::parse(&fs::read_to_string(known_hosts).unwrap()).unwrap() }
}

fn keygen(world: &World, kind: &[&str]) -> std::path::PathBuf {
    let path = world.path(&kind.join("-"));
    let status = Command::new("ssh-keygen").args(["-q", "-N", "", "-f"]).arg(&path).args(kind).status();
    assert!(status.unwrap().success());
    path
}

#[test]
fn a_round_over_ssh_with_keys_of_every_kind() {
    let world = World::new();
    let remote = world.remote();
    let server = Sshd::start();
    for kind in [&["-t", "ed25519"][..], &["-t", "ecdsa", "-b", "256"], &["-t", "rsa", "-b", "2048"]] {
        let key = keygen(&world, kind);
        server.let_in(&key.with_extension("pub"));
        let mut mirror = world.open(&server.url(remote.dir()), held(&key, &server.known_hosts()));
        let before = mirror.fetch(&BranchChoice::RemoteHead).unwrap().head.unwrap();
        assert_eq!(before.as_str(), remote.head("main"));
        let change = changes([(&*format!("f/managed/{}.yaml", kind[1]), write("y: 1\n"))]);
        let commit = mirror.write_commit(Some(&before), &change, &text("y"), None).unwrap();
        assert_eq!(mirror.push(&commit, &main(), Some(&before)).unwrap(), Push::Pushed, "{kind:?}");
        assert_eq!(id(&remote.head("main")), commit);
    }
}

#[test]
fn a_bare_host_key_is_the_hosts_and_another_is_refused() {
    let world = World::new();
    let remote = world.remote();
    let server = Sshd::start();
    let look = |key: &Path, host_keys: &str| {
        let key = HeldKey::parse(&fs::read_to_string(key).unwrap().into()).unwrap();
        let credential = Credential::HeldKey { key, host_keys: HostKeys::parse(host_keys).unwrap() };
        world.open(&server.url(remote.dir()), credential).look(&main())
    };
    let bare = |file: &Path| fs::read_to_string(file).unwrap().split_once(' ').unwrap().1.to_owned();
    assert!(look(&server.key(), &bare(&server.known_hosts())).is_ok());
    let error = look(&server.key(), &bare(&server.wrong_known_hosts())).unwrap_err();
    assert!(matches!(error, RemoteError::HostKey { .. }), "{error:?}");
    let error = look(&server.stranger(), &bare(&server.known_hosts())).unwrap_err();
    assert!(matches!(error, RemoteError::Unauthorized { .. }), "{error:?}");
}

#[test]
fn the_private_key_is_in_no_file_argument_or_environment() {
    let world = World::new();
    let remote = world.remote();
    let server = Sshd::start();
    let secret = fs::read_to_string(server.key()).unwrap();
    let line = secret.lines().nth(2).unwrap().to_owned();
    let mut mirror = world.open(&server.url(remote.dir()), held(&server.key(), &server.known_hosts()));
    // The server's hook holds git up, so that it can be looked at while it works.
    let (reached, go) = (world.path("reached"), world.path("go"));
    let script = format!("touch '{}'; while [ ! -e '{}' ]; do sleep 0.05; done", reached.display(), go.display());
    remote.hook("pre-receive", &script);
    let before = mirror.fetch(&BranchChoice::RemoteHead).unwrap().head.unwrap();
    let commit = mirror
        .write_commit(Some(&before), &changes([("f/managed/y.yaml", write("y: 1\n"))]), &text("y"), None)
        .unwrap();
    let push = std::thread::spawn(move || mirror.push(&commit, &main(), Some(&before)));
    let started = Instant::now();
    while !reached.exists() {
        assert!(started.elapsed() < Duration::from_secs(60), "the push never arrived");
        std::thread::yield_now();
    }
    let seen = everything_to_be_seen(&world);
    fs::write(go, "").unwrap();
    assert_eq!(push.join().unwrap().unwrap(), Push::Pushed);
    assert!(seen.iter().any(|text| text.contains("IdentityAgent")), "ssh was seen");
    assert!(!seen.iter().any(|text| text.contains(&line)), "the key was seen");
}

/// All processes' arguments and environments, and all files of ours in the temporary directory.
fn everything_to_be_seen(world: &World) -> Vec<String> {
    let read = |path: std::path::PathBuf| fs::read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let mut seen = Vec::new();
    for process in fs::read_dir("/proc").unwrap().flatten() {
        seen.extend(["cmdline", "environ"].map(|name| read(process.path().join(name)).unwrap_or_default()));
    }
    let ours = fs::read_dir(std::env::temp_dir()).unwrap().flatten();
    let ours = ours.filter(|entry| entry.file_name().to_string_lossy().starts_with("hedgerow-"));
    let mut open: Vec<_> = ours.map(|entry| entry.path()).chain([world.cache()]).collect();
    while let Some(path) = open.pop() {
        match fs::read_dir(&path) {
            Ok(entries) => open.extend(entries.flatten().map(|entry| entry.path())),
            Err(_) => seen.extend(read(path).ok()),
        }
    }
    seen
}
