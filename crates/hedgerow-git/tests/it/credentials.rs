//! Tokens: who gets them, and where they never show.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use hedgerow_git::{BranchChoice, Credential, RemoteError};
use hedgerow_testkit::{Fault, GitHttp, Stage};

use crate::world::{World, main, token};

#[test]
fn the_right_token_is_let_in_and_a_wrong_one_is_told() {
    let world = World::new();
    let remote = world.remote();
    let server = GitHttp::serve(world.path(""));
    server.require("somebody", "right");
    let url = server.url("remote.git");
    let head = world.open(&url, token("right")).fetch(&BranchChoice::RemoteHead).unwrap().head;
    assert_eq!(head.unwrap().as_str(), remote.head("main"));
    for credential in [token("wrong"), Credential::Ambient] {
        let error = world.open(&url, credential).look(&main()).unwrap_err();
        assert!(matches!(error, RemoteError::Unauthorized { .. }), "{error:?}");
        assert!(!format!("{error:?} {error}").contains("wrong"), "{error:?}");
    }
}

#[test]
fn a_redirect_is_not_followed_with_a_secret() {
    let world = World::new();
    world.remote();
    let (server, other) = (GitHttp::serve(world.path("")), GitHttp::serve(world.path("")));
    server.fail(Stage::AskFetch, Fault::Redirect(other.url("").trim_end_matches('/').to_owned()));
    other.require("somebody", "right");
    let error = world.open(&server.url("remote.git"), token("right")).look(&main()).unwrap_err();
    assert_eq!(error, RemoteError::Redirected { to: Some(other.url("remote.git")) });
    assert_eq!(other.take_requests(), [], "the other host has heard nothing");
}

#[test]
fn a_redirect_is_followed_without_a_secret() {
    let world = World::new();
    let remote = world.remote();
    let (server, other) = (GitHttp::serve(world.path("")), GitHttp::serve(world.path("")));
    server.fail(Stage::AskFetch, Fault::Redirect(other.url("").trim_end_matches('/').to_owned()));
    let look = world.open(&server.url("remote.git"), Credential::Ambient).look(&main()).unwrap();
    assert_eq!(look.head.unwrap().as_str(), remote.head("main"));
}

#[test]
fn a_token_is_in_no_processes_arguments_or_environment() {
    const CANARY: &str = "canary-5f1e0c";
    let world = World::new();
    world.remote();
    let server = GitHttp::serve(world.path(""));
    server.require("somebody", CANARY);
    server.fail(Stage::AskFetch, Fault::Hang);
    let mirror = world.open(&server.url("remote.git"), token(CANARY));
    let look = std::thread::spawn(move || mirror.look(&main()));
    let seen = processes_of_git_while_hanging(&server);
    world.cancel.cancel();
    assert_eq!(look.join().unwrap().unwrap_err(), RemoteError::Cancelled);
    assert!(seen.iter().any(|text| text.contains("ls-remote")), "git was seen: {seen:?}");
    assert!(seen.iter().any(|text| text.contains("HEDGEROW_ASKPASS_SOCKET")), "its environment too");
    assert!(!seen.iter().any(|text| text.contains(CANARY)), "{seen:?}");
    for file in files_below(&world.cache()) {
        let bytes = fs::read(&file).unwrap();
        assert!(!String::from_utf8_lossy(&bytes).contains(CANARY), "{}", file.display());
    }
}

/// Arguments and environment of all processes, once the server has the credential and keeps git waiting.
fn processes_of_git_while_hanging(server: &GitHttp) -> Vec<String> {
    let started = Instant::now();
    while !server.take_requests().iter().any(|request| request.with_credential) {
        assert!(started.elapsed() < Duration::from_secs(60), "git never sent the credential");
        std::thread::yield_now();
    }
    let own = std::process::id().to_string();
    let processes = fs::read_dir("/proc").unwrap().flatten().map(|entry| entry.path());
    let others = processes.filter(|path| path.join("cmdline").exists() && !path.ends_with(&own));
    let text =
        |path: PathBuf| fs::read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
    others.flat_map(|path| [text(path.join("cmdline")), text(path.join("environ"))]).collect()
}

fn files_below(dir: &std::path::Path) -> Vec<PathBuf> {
    fs::read_dir(dir)
        .unwrap()
        .flatten()
        .map(|entry| entry.path())
        .flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] })
        .collect()
}
