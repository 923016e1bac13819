//! That git and ssh go where they are held to, whatever a name resolves to by then: these names resolve to nothing.

use std::path::PathBuf;
use std::time::Duration;

use hedgerow_testkit::{GitHttp, Plain, Sshd};

use super::super::*;
use crate::cancel::Cancel;
use crate::guard::Pin;
use crate::process::{End, Finished, Patience};
use crate::url::RemoteUrl;

fn ask(url: &str, credential: Credential, way: &Way<'_>) -> Finished {
    let given: Vec<_> = std::env::vars_os().filter(|(name, _)| name == "PATH" || name == "HOME").collect();
    let commands = Commands::new("git".into(), PathBuf::from("/bin/false"), &given);
    let remote = Remote { url: RemoteUrl::parse(url).unwrap(), credential };
    let dir = tempfile::tempdir().unwrap();
    let command = commands.network("ls-remote", None, dir.path(), &remote, way).operands([remote.url.argument()]);
    let patience = Patience { deadline: Duration::from_secs(60), cancel: Cancel::new(), niceness: 0 };
    crate::process::run(&command, &patience).unwrap()
}

fn held_to_loopback(host: &str, port: u16) -> Way<'static> {
    let pin = Pin { host: host.into(), port, addresses: vec!["127.0.0.1".parse().unwrap()] };
    Way { guarded: true, pin: Some(pin), ..Way::default() }
}

fn port(url: &str) -> u16 {
    let rest = url.rsplit_once(':').unwrap().1;
    rest.split('/').next().unwrap().parse().unwrap()
}

#[test]
fn a_name_that_resolves_anew_changes_nothing_over_http() {
    let dir = tempfile::tempdir().unwrap();
    let head = Plain::bare(dir.path().join("a.git")).commit("main", &[("a", "b")]);
    let server = GitHttp::serve(dir.path());
    let url = format!("http://rebound.invalid:{}/a.git", server.port());
    let told = ask(&url, Credential::Ambient, &held_to_loopback("rebound.invalid", server.port()));
    assert!(String::from_utf8_lossy(&told.stdout).contains(&head), "{}", told.stderr);
    let told = ask(&url, Credential::Ambient, &Way::default());
    assert_eq!(told.end, End::Failure, "the name itself leads nowhere");
}

#[test]
fn a_name_that_resolves_anew_changes_nothing_over_ssh_and_the_host_key_is_the_names() {
    let dir = tempfile::tempdir().unwrap();
    let head = Plain::bare(dir.path().join("a.git")).commit("main", &[("a", "b")]);
    let server = Sshd::start();
    let url = server.url(&dir.path().join("a.git"));
    let port = port(&url);
    let url = url.replace("127.0.0.1", "rebound.invalid");
    let ask = |pinned: &str| {
        let known_hosts = std::fs::read_to_string(server.known_hosts()).unwrap();
        let file = dir.path().join("known");
        std::fs::write(&file, known_hosts.replace("127.0.0.1", pinned)).unwrap();
        let credential = Credential::SshKey { path: server.key(), known_hosts: Some(file) };
        ask(&url, credential, &held_to_loopback("rebound.invalid", port))
    };
    let told = ask("rebound.invalid");
    assert!(String::from_utf8_lossy(&told.stdout).contains(&head), "{}", told.stderr);
    assert_eq!(ask("127.0.0.1").end, End::Failure, "the address's key is not asked for");
}
