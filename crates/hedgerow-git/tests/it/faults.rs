//! A world that says no, or nothing.

use std::time::Duration;

use hedgerow_git::{Credential, Push, RemoteError};
use hedgerow_testkit::{Fault, GitHttp, Stage};

use crate::pushes::{ready, ready_within};
use crate::world::{World, id, main, named};

type Is = fn(&RemoteError) -> bool;

#[test]
fn each_status_is_an_error_of_its_own() {
    let ready = ready();
    let look = |status| {
        ready.server.heal();
        ready.server.fail(Stage::AskFetch, Fault::Status(status, "the server's words\n".into()));
        ready.mirror.look(&main()).unwrap_err()
    };
    let kinds: [(u16, Is); 8] = [
        (401, |error| matches!(error, RemoteError::Unauthorized { .. })),
        (403, |error| matches!(error, RemoteError::Forbidden { .. })),
        (404, |error| matches!(error, RemoteError::NotFound { .. })),
        (410, |error| matches!(error, RemoteError::NotFound { .. })),
        (429, |error| matches!(error, RemoteError::RateLimited { .. })),
        (500, |error| matches!(error, RemoteError::Server { .. })),
        (503, |error| matches!(error, RemoteError::Server { .. })),
        (422, |error| matches!(error, RemoteError::Other { .. })),
    ];
    for (status, is_right) in kinds {
        let error = look(status);
        assert!(is_right(&error), "{status}: {error:?}");
        assert!(error.to_string().contains("the server's words") || status == 401, "{status}: {error}");
    }
}

#[test]
fn what_is_not_there_is_told_apart() {
    let world = World::new();
    let server = GitHttp::serve(world.path(""));
    std::fs::create_dir_all(world.path("directory")).unwrap();
    let look = |url: &str| world.open(url, Credential::Ambient).look(&main()).unwrap_err();
    let error = look(&server.url("nowhere.git"));
    assert!(matches!(error, RemoteError::NotFound { .. }), "{error:?}");
    let error = look(world.path("nowhere").to_str().unwrap());
    assert!(matches!(error, RemoteError::NotFound { .. }), "{error:?}");
    let error = look(world.path("directory").to_str().unwrap());
    assert!(matches!(error, RemoteError::NotARepository { .. }), "{error:?}");
    let error = look("http://127.0.0.1:1/a");
    assert!(matches!(error, RemoteError::Unreachable { .. }), "{error:?}");
    let error = look("http://nowhere.invalid/a");
    assert!(matches!(error, RemoteError::HostUnknown { .. }), "{error:?}");
    server.fail(Stage::AskFetch, Fault::Status(200, "<html>welcome</html>".into()));
    let error = look(&server.url("remote.git"));
    assert!(matches!(error, RemoteError::NotARepository { .. }), "{error:?}");
    let error = look(&server.url("remote.git").replace("http:", "https:"));
    assert!(matches!(error, RemoteError::Tls { .. }), "{error:?}");
}

#[test]
fn a_server_that_hangs_is_a_timeout() {
    let ready = ready_within(Duration::from_secs(4));
    ready.server.fail(Stage::AskFetch, Fault::Hang);
    let error = ready.mirror.look(&main()).unwrap_err();
    assert!(matches!(error, RemoteError::Timeout { .. }), "{error:?}");
    ready.server.fail(Stage::Push, Fault::Hang);
    assert!(matches!(ready.push().unwrap(), Push::Unknown(_)), "the remote may have taken it");
}

#[test]
fn a_cut_fetch_is_broken_and_the_next_one_works() {
    let mut ready = ready();
    let theirs = ready.remote.commit("main", &[("theirs", "1")]);
    ready.server.fail(Stage::Fetch, Fault::CutBefore);
    let error = ready.mirror.fetch(&named("main")).unwrap_err();
    ready.server.heal();
    assert!(matches!(error, RemoteError::Broken { .. }), "{error:?}");
    assert_eq!(ready.mirror.fetch(&named("main")).unwrap().head, Some(id(&theirs)));
}

/// An answer that ends in its header has no length and no kind: git takes it for an empty repository of static files. A branch
/// is not there only when a whole answer of a git server says so.
#[test]
fn wherever_an_answer_is_cut_nobody_says_that_the_branch_is_gone() {
    let mut ready = ready();
    let head = ready.mirror.look(&main()).unwrap().head;
    for stage in [Stage::AskFetch, Stage::Fetch] {
        for thousandths in (0..1000).step_by(60) {
            for cut in [GitHttp::fail_once, GitHttp::fail] {
                cut(&ready.server, stage, Fault::CutAnswer(thousandths));
                match ready.mirror.look(&main()) {
                    Ok(look) => assert_eq!(look.head, head, "{stage:?} {thousandths}"),
                    Err(error) => assert!(!is_absence(&error), "{stage:?} {thousandths}: {error:?}"),
                }
                ready.server.heal();
            }
            ready.server.fail_once(stage, Fault::CutAnswer(thousandths));
            match ready.mirror.fetch(&named("main")) {
                Ok(fetched) => assert_eq!(fetched.head, head, "{stage:?} {thousandths}"),
                Err(error) => assert!(!is_absence(&error), "{stage:?} {thousandths}: {error:?}"),
            }
            ready.server.heal();
        }
    }
}

/// Whether it claims that something is not there.
fn is_absence(error: &RemoteError) -> bool {
    matches!(error, RemoteError::NoBranch { .. } | RemoteError::NotFound { .. })
}
