use secrecy::SecretString;

use super::*;
use crate::key::KeyError;

fn key() -> HeldKey {
    HeldKey::parse(&text(&["-t", "ed25519"])).unwrap()
}

/// A new key by ssh-keygen.
fn text(options: &[&str]) -> SecretString {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("key");
    let mut command = std::process::Command::new("ssh-keygen");
    let defaults = ["-q", "-C", "canary comment", "-f"];
    command.args(defaults).arg(&path).args(options);
    if !options.contains(&"-N") {
        command.args(["-N", ""]);
    }
    assert!(command.status().unwrap().success(), "these tests need ssh-keygen");
    fs::read_to_string(path).unwrap().into()
}

fn host_keys() -> HostKeys {
    HostKeys::parse(&key().public()).unwrap()
}

#[test]
fn ssh_sees_the_public_key_and_gets_no_other_way_to_it() {
    let key = key();
    let agent = Agent::start(&key, &host_keys(), "host").unwrap();
    let ask = |option: &str| {
        let mut command = std::process::Command::new("ssh-add");
        command.arg(option).env("SSH_AUTH_SOCK", &agent.places().socket).output().unwrap()
    };
    let listed = String::from_utf8(ask("-l").stdout).unwrap();
    assert!(listed.contains(&key.fingerprint()), "{listed}");
    assert!(!ask("-D").status.success(), "nobody removes it");
}

#[test]
fn nothing_is_left_when_it_ends() {
    let agent = Agent::start(&key(), &host_keys(), "host").unwrap();
    let places = agent.places().clone();
    assert!(places.public_key.exists() && places.known_hosts.exists());
    drop(agent);
    assert!(!places.socket.exists() && !places.socket.parent().unwrap().exists());
}

#[test]
fn what_is_no_question_gets_a_failure_and_a_torrent_gets_nothing() {
    let agent = Agent::start(&key(), &host_keys(), "host").unwrap();
    for question in [&[11, 0][..], &[13], &[13, 0, 0, 0, 9], &[13, 255, 255, 255, 255], &[17, 1], &[27], &[0], &[]] {
        let mut stream = UnixStream::connect(&agent.places().socket).unwrap();
        let length = u32::try_from(question.len()).unwrap().to_be_bytes();
        stream.write_all(&[&length, question].concat()).unwrap();
        let mut answer = [0; 5];
        stream.read_exact(&mut answer).unwrap();
        assert_eq!(answer, [0, 0, 0, 1, 5], "{question:?}");
    }
    let mut stream = UnixStream::connect(&agent.places().socket).unwrap();
    stream.write_all(&[255; 4]).unwrap();
    assert_eq!(stream.read(&mut [0; 5]).unwrap_or(0), 0);
}

#[test]
fn a_key_that_cannot_be_used_is_told_without_being_shown() {
    for kind in [&["-t", "ed25519"][..], &["-t", "ecdsa", "-b", "256"], &["-t", "rsa", "-b", "2048"]] {
        assert!(HeldKey::parse(&text(kind)).is_ok(), "{kind:?}");
    }
    assert_eq!(HeldKey::parse(&text(&["-t", "ed25519", "-N", "a passphrase"])).unwrap_err(), KeyError::Encrypted);
    assert_eq!(HeldKey::parse(&"canary".into()).unwrap_err(), KeyError::Format);
    // Of one in some, ssh-key 0.6 cannot even read the form.
    let refused = HeldKey::parse(&text(&["-t", "ecdsa", "-b", "521"])).unwrap_err();
    assert!(matches!(refused, KeyError::Kind | KeyError::Format), "{refused}");
    let key = key();
    assert_eq!(format!("{key:?}"), format!("HeldKey({})", key.fingerprint()));
}

#[test]
fn host_keys_are_lines_of_known_hosts_or_bare() {
    let public = key().public();
    let bare = public.trim();
    let full = format!("# a comment\n\n[host]:22 {bare}\n|1|c2FsdA==|aGFzaA== {bare}\n@cert-authority *.x {bare}\n");
    assert!(HostKeys::parse(&full).is_ok());
    assert_eq!(HostKeys::parse(bare).unwrap().known_hosts("[h]:7"), format!("[h]:7 {bare}\n"));
    assert_eq!(HostKeys::parse("host ssh-ed25519 AAAA"), Err(KeyError::HostKey(1)));
    assert_eq!(HostKeys::parse(&format!("{bare}\nhello")), Err(KeyError::HostKey(2)));
    assert_eq!(HostKeys::parse(" \n# none\n"), Err(KeyError::NoHostKey));
}
