//! Where a service's git goes, and where it does not.

use hedgerow_git::{BranchChoice, Credential, Git, Guard, Mirror, Remote, RemoteError, RemoteUrl};
use hedgerow_testkit::{Fault, GitHttp, Sshd, Stage, Tls};

use crate::world::{World, main, token};

fn open(world: &World, git: &Git, url: &str, credential: Credential) -> Mirror {
    let remote = Remote { url: RemoteUrl::parse(url).unwrap(), credential };
    Mirror::open(git, &world.cache(), &remote).unwrap()
}

fn loopback() -> Guard {
    Guard { networks: vec!["127.0.0.0/8".parse().unwrap(), "::1".parse().unwrap()], ..Guard::default() }
}

#[test]
fn loopback_hears_nothing_unless_its_owner_says_so() {
    let outside = World::new();
    let remote = outside.remote();
    let server = GitHttp::serve(outside.path(""));
    let tls = Tls::before(&server);
    let world = World::with_variable("SSL_CERT_FILE", &tls.certificate());
    let refused = world.git.guarded(Guard::default()).unwrap();
    for url in [tls.url("remote.git"), tls.url("remote.git").replace("localhost", "127.0.0.1")] {
        let error = open(&world, &refused, &url, token("canary")).fetch(&BranchChoice::RemoteHead).unwrap_err();
        assert!(matches!(error, RemoteError::Disallowed { .. }), "{error:?}");
        assert!(!format!("{error}").contains("canary") && format!("{error}").contains("loopback"), "{error}");
        let error = open(&world, &refused, &url, token("canary")).look(&main()).unwrap_err();
        assert!(matches!(error, RemoteError::Disallowed { .. }), "{error:?}");
    }
    assert_eq!(server.take_requests(), []);
    let allowed = world.git.guarded(loopback()).unwrap();
    let fetched = open(&world, &allowed, &tls.url("remote.git"), token("x")).fetch(&BranchChoice::RemoteHead);
    assert_eq!(fetched.unwrap().head.unwrap().as_str(), remote.head("main"));
}

#[test]
fn clear_text_and_paths_are_for_those_that_are_named() {
    let world = World::new();
    let remote = world.remote();
    let server = GitHttp::serve(world.path(""));
    let url = server.url("remote.git");
    let path = remote.dir().to_str().unwrap();
    let git = world.git.guarded(loopback()).unwrap();
    for url in [&url, path] {
        let error = open(&world, &git, url, Credential::Ambient).look(&main()).unwrap_err();
        assert!(matches!(error, RemoteError::Disallowed { .. }), "{error:?}");
    }
    assert_eq!(server.take_requests(), []);
    let guard = Guard { clear_hosts: vec!["127.0.0.1".into()], roots: vec![world.path("")], ..loopback() };
    let git = world.git.guarded(guard).unwrap();
    for url in [&url, path] {
        let look = open(&world, &git, url, Credential::Ambient).look(&main()).unwrap();
        assert_eq!(look.head.unwrap().as_str(), remote.head("main"));
    }
}

#[test]
fn a_service_follows_no_redirect_even_without_a_secret() {
    let world = World::new();
    world.remote();
    let (server, other) = (GitHttp::serve(world.path("")), GitHttp::serve(world.path("")));
    server.fail(Stage::AskFetch, Fault::Redirect(other.url("").trim_end_matches('/').to_owned()));
    let guard = Guard { clear_hosts: vec!["127.0.0.1".into()], ..loopback() };
    let git = world.git.guarded(guard).unwrap();
    let error = open(&world, &git, &server.url("remote.git"), Credential::Ambient).look(&main()).unwrap_err();
    assert_eq!(error, RemoteError::Redirected { to: Some(other.url("remote.git")) });
    assert_eq!(other.take_requests(), [], "the other host has heard nothing");
}

#[test]
fn ssh_is_held_to_the_judged_address_too() {
    let world = World::new();
    let remote = world.remote();
    let server = Sshd::start();
    let url = server.url(remote.dir());
    let credential = || Credential::SshKey { path: server.key(), known_hosts: Some(server.known_hosts()) };
    let error = open(&world, &world.git.guarded(Guard::default()).unwrap(), &url, credential()).look(&main());
    assert!(matches!(error.unwrap_err(), RemoteError::Disallowed { .. }));
    let look = open(&world, &world.git.guarded(loopback()).unwrap(), &url, credential()).look(&main()).unwrap();
    assert_eq!(look.head.unwrap().as_str(), remote.head("main"));
}
