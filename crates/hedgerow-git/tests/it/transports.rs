//! The same round over every transport.

use hedgerow_git::{BranchChoice, Credential, Mirror, Push, RemoteError};
use hedgerow_testkit::{Fault, GitHttp, Plain, Sshd, Stage, Tls};

use crate::world::{World, changes, dir, id, main, named, snapshot, text, token, write};

/// Fetch, read, write, push, look.
fn round(mirror: &mut Mirror, remote: &Plain) {
    let before = remote.head("main");
    let fetched = mirror.fetch(&BranchChoice::RemoteHead).unwrap();
    assert_eq!(fetched.head, Some(id(&before)));
    let tree = snapshot(mirror.fabric_tree(&id(&before), &dir()).unwrap()).tree;
    assert_eq!(tree.entries.len(), 2);
    let commit = mirror
        .write_commit(Some(&id(&before)), &changes([("f/managed/y.yaml", write("y: 1\n"))]), &text("y"), None)
        .unwrap();
    assert_eq!(mirror.push(&commit, &main(), Some(&id(&before))).unwrap(), Push::Pushed);
    assert_eq!(mirror.look(&main()).unwrap().head, Some(commit.clone()));
    assert_eq!(remote.head("main"), commit.as_str());
    assert_eq!(remote.git(["rev-parse", "main^"]), before);
    assert_eq!(remote.paths("main"), ["README.md", "f/managed/vpcs/x.yaml", "f/managed/y.yaml", "f/raw/a.yaml"]);
    remote.git(["fsck", "--strict", "--no-dangling"]);
}

#[test]
fn a_round_over_a_path() {
    let world = World::new();
    let remote = world.remote();
    round(&mut world.mirror(&remote), &remote);
}

#[test]
fn a_round_over_http() {
    let world = World::new();
    let remote = world.remote();
    let server = GitHttp::serve(world.path(""));
    round(&mut world.open(&server.url("remote.git"), Credential::Ambient), &remote);
}

#[test]
fn a_round_over_https_with_a_token_and_an_authority_of_ones_own() {
    let nobody = World::new();
    let server = GitHttp::serve(nobody.path(""));
    let tls = Tls::before(&server);
    let world = World::with_variable("SSL_CERT_FILE", &tls.certificate());
    let remote = Plain::bare(nobody.path("remote.git"));
    remote.commit("main", &[("f/raw/a.yaml", "a: 1\n"), ("f/managed/vpcs/x.yaml", "x: 1\n"), ("README.md", "hello\n")]);
    server.require("somebody", "right");
    let url = tls.url("remote.git");
    let error = nobody.open(&url, token("right")).look(&main()).unwrap_err();
    assert!(matches!(error, RemoteError::Tls { .. }), "{error:?}");
    assert!(server.take_requests().is_empty(), "an untrusted host is told nothing");
    round(&mut world.open(&url, token("right")), &remote);
}

/// A certificate that nobody knows stops everything, and is told as that. A line that was cut under TLS is told as a cut line, not
/// as a certificate's fault.
#[test]
fn another_certificate_and_a_cut_line_are_told_apart_over_https() {
    let nobody = World::new();
    let server = GitHttp::serve(nobody.path(""));
    let mut tls = Tls::before(&server);
    let world = World::with_variable("SSL_CERT_FILE", &tls.certificate());
    let remote = Plain::bare(nobody.path("remote.git"));
    remote.commit("main", &[("f/raw/a.yaml", "a: 1\n"), ("f/managed/vpcs/x.yaml", "x: 1\n"), ("README.md", "hello\n")]);
    let mut mirror = world.open(&tls.url("remote.git"), Credential::Ambient);
    let head = mirror.fetch(&named("main")).unwrap().head.unwrap();
    let commit = mirror.write_commit(Some(&head), &changes([("f/b", write("b"))]), &text("b"), None).unwrap();
    for _ in 0..3 {
        tls.swap_certificate();
        let said = [
            mirror.look(&main()).unwrap_err(),
            mirror.fetch(&named("main")).unwrap_err(),
            mirror.push(&commit, &main(), Some(&head)).unwrap_err(),
        ];
        assert!(said.iter().all(|error| matches!(error, RemoteError::Tls { .. })), "{said:?}");
        tls.swap_certificate();
        for stage in [Stage::AskFetch, Stage::Fetch] {
            server.fail(stage, Fault::CutBefore);
            let error = mirror.look(&main()).unwrap_err();
            assert!(matches!(error, RemoteError::Broken { .. }), "{error:?}");
            server.heal();
        }
        assert_eq!(mirror.look(&main()).unwrap().head, Some(head.clone()));
    }
}

#[test]
fn a_round_over_ssh() {
    let world = World::new();
    let remote = world.remote();
    let server = Sshd::start();
    let credential = Credential::SshKey { path: server.key(), known_hosts: Some(server.known_hosts()) };
    round(&mut world.open(&server.url(remote.dir()), credential), &remote);
}

#[test]
fn a_round_in_a_sha256_repository() {
    let world = World::new();
    let remote = Plain::bare_sha256(world.path("sha256.git"));
    remote.commit("main", &[("f/raw/a.yaml", "a: 1\n"), ("f/managed/vpcs/x.yaml", "x: 1\n"), ("README.md", "hello\n")]);
    assert_eq!(remote.head("main").len(), 64);
    round(&mut world.mirror(&remote), &remote);
}

#[test]
fn each_ssh_refusal_is_an_error_of_its_own() {
    let world = World::new();
    let remote = world.remote();
    let server = Sshd::start();
    let fetch = |url: &str, key, known_hosts| {
        let credential = Credential::SshKey { path: key, known_hosts: Some(known_hosts) };
        world.open(url, credential).fetch(&BranchChoice::RemoteHead).unwrap_err()
    };
    let url = server.url(remote.dir());
    let error = fetch(&url, server.stranger(), server.known_hosts());
    assert!(matches!(error, RemoteError::Unauthorized { .. }), "{error:?}");
    let error = fetch(&url, server.key(), server.wrong_known_hosts());
    assert!(matches!(error, RemoteError::HostKey { .. }), "{error:?}");
    let error = fetch(&url, server.key(), world.path("no-hosts"));
    assert!(matches!(error, RemoteError::HostKey { .. }), "{error:?}");
    let error = fetch(&server.url(&world.path("nowhere.git")), server.key(), server.known_hosts());
    assert!(matches!(error, RemoteError::NotARepository { .. }), "{error:?}");
    let error = fetch("ssh://nobody@nowhere.invalid/a", server.key(), server.known_hosts());
    assert!(matches!(error, RemoteError::HostUnknown { .. }), "{error:?}");
    let error = fetch("ssh://nobody@127.0.0.1:1/a", server.key(), server.known_hosts());
    assert!(matches!(error, RemoteError::Unreachable { .. }), "{error:?}");
}
