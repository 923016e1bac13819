//! What the campaign found, each as a test that needs no luck.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use hedgerow_testkit::{Fault, GitHttp, Stage};
use serde_json::json;

use super::documents::document;
use super::left::is_git_at_work;
use crate::support::fabric::Fabric;
use crate::support::process::{git_that_pushes_with, start, with_path};
use crate::support::ran::Ran;
use crate::support::service::Service;

/// A damaged copy is met wherever something of it is read: in the fetch, the plan, the commit, the proof, by us or by git. Only
/// reading the directory said so for the next run; after all else every run failed until a person deleted the cache.
#[test]
fn a_cache_that_is_damaged_anywhere_is_made_anew() {
    let fabric = Fabric::of(&[("raw/first.yaml", document("first", 1))]);
    for n in 0..3 {
        fabric
            .remote
            .commit("More")
            .write(&fabric.path(&format!("raw/{n}.yaml")), document(&format!("s{n}"), n))
            .push();
        fabric.sync(&[]).expect(0);
    }
    let damages: [fn(&Path); 2] = [
        |file| rewrite(file, |bytes| bytes.truncate(bytes.len() / 2)),
        |file| rewrite(file, |bytes| bytes.iter_mut().skip(20).take(40).for_each(|byte| *byte ^= 0x55)),
    ];
    let (mut version, mut seen) = (10, BTreeSet::new());
    for damage in damages {
        seen.clear();
        // Each sort of file once: a copy that was made anew has others.
        while let Some(file) = files(&fabric.scene.path("cache")).into_iter().find(|file| seen.insert(sort(file))) {
            damage(&file);
            version += 1;
            fabric.remote.commit("Again").write(&fabric.path("raw/again.yaml"), document("first", version)).push();
            let code = fabric.sync(&[]).code();
            assert!([0, 2].contains(&code), "{}: {code}", file.display());
            assert_eq!(fabric.sync(&[]).expect(0).json()["verification"], "verified", "{}", file.display());
        }
    }
}

/// The file's name without what differs from copy to copy.
fn sort(file: &Path) -> String {
    let name = file.file_name().unwrap().to_str().unwrap();
    name.split_once('-').map_or_else(|| name.to_owned(), |(first, _)| format!("{first}.{:?}", file.extension()))
}

fn rewrite(file: &Path, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = std::fs::read(file).unwrap();
    change(&mut bytes);
    // Packs are read-only files.
    std::fs::remove_file(file).unwrap();
    std::fs::write(file, bytes).unwrap();
}

fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// A server that answers every push with an error was asked again up to a hundred times, until the time was up; and all that
/// the user saw was that.
#[test]
fn a_server_that_takes_no_push_is_asked_a_few_times_and_its_words_are_shown() {
    let fabric = Fabric::of(&[("raw/first.yaml", document("first", 1))]);
    fabric.remote.git(&["config", "http.receivepack", "true"]);
    let server = GitHttp::serve(fabric.remote.path().parent().unwrap());
    server.fail(Stage::Push, Fault::Status(503, "back soon".to_owned()));
    let url = server.url("remote.git");
    let ran = fabric.scene.run(&["sync", "--repo", &url, "--path", &fabric.dir, "-o", "json"]).expect(2);
    let pushes = server.take_requests().iter().filter(|asked| asked.target.ends_with("/git-receive-pack")).count();
    assert!((1..=3).contains(&pushes), "{pushes} pushes");
    let report = ran.json();
    assert_eq!(report["reason"]["code"], "not_arrived");
    assert!(report["reason"]["message"].as_str().unwrap().contains("503"), "{:#}", report["reason"]);
}

/// Another program's transaction on the store kept a run waiting for half a minute, whatever `--timeout` said.
#[test]
fn a_locked_store_costs_no_more_than_the_timeout() {
    let fabric = Fabric::drained();
    let mut holder = fabric.scene.command("sqlite3".as_ref());
    let mut holder = holder.arg(fabric.scene.store()).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    holder.stdin.as_mut().unwrap().write_all(b"BEGIN EXCLUSIVE;\n.print locked\n").unwrap();
    holder.stdout.as_mut().unwrap().read_exact(&mut [0; 6]).unwrap();
    let begun = Instant::now();
    let report = fabric.sync(&["--timeout", "1s"]).expect(2).json();
    assert!(begun.elapsed() < Duration::from_secs(15), "took {:?}", begun.elapsed());
    assert_eq!(report["reason"]["code"], "busy");
    drop(holder.stdin.take());
    holder.wait().unwrap();
    fabric.sync(&[]).expect(0);
}

/// git's packer met something in a damaged copy that it did not survive. That looked like a line that was cut, so that the copy
/// stayed as it was, and every run failed until a person deleted it.
#[test]
fn a_copy_that_gits_packer_does_not_survive_is_made_anew() {
    let fabric = Fabric::of(&[("raw/first.yaml", document("first", 1))]);
    fabric.sync(&[]).expect(0);
    let cache = fabric.scene.path("cache");
    let copy = files(&cache).into_iter().find(|file| file.ends_with("repository.git/HEAD")).unwrap();
    let deadly = copy.with_file_name("deadly");
    std::fs::write(&deadly, "").unwrap();
    fabric.remote.commit("More").write(&fabric.path("raw/more.yaml"), document("more", 1)).push();
    let script =
        format!("[ -e '{}' ] && {{ echo 'error: pack-objects died of signal 11' >&2; exit 1; }}", deadly.display());
    let bin = git_that_pushes_with(&fabric.scene.path(""), &script);
    let run = || Ran::of(&mut with_path(fabric.scene.hedgerow(&fabric.args("sync", &["-o", "json"])), &bin));
    assert_eq!(run().expect(2).json()["reason"]["code"], "not_arrived");
    assert_eq!(run().expect(0).json()["verification"], "verified");
}

/// Once a campaign ended with "No such file or directory", of the tests' own: a file of the cache was to be damaged, and was
/// gone. A run that is killed alone leaves its git behind, which goes on by itself: it writes its pack and removes its locks.
/// The next run waits for it, by a lock that git has inherited; whoever touches the cache by hand must look first, too.
#[test]
fn a_run_that_is_killed_alone_leaves_its_git_behind_and_the_next_one_waits_for_it() {
    let fabric = Fabric::of(&[("raw/first.yaml", document("first", 1))]);
    fabric.remote.git(&["config", "http.receivepack", "true"]);
    let mut server = GitHttp::serve(fabric.remote.path().parent().unwrap());
    server.fail_once(Stage::Fetch, Fault::Hang);
    let url = server.url("remote.git");
    let args = ["sync", "--repo", &url, "--path", &fabric.dir, "-o", "json"];
    let running = start(fabric.scene.hedgerow(&args));
    let mut asked = Vec::new();
    while !asked.iter().any(|request: &hedgerow_testkit::Request| request.target.ends_with("/git-upload-pack")) {
        asked.extend(server.take_requests());
        std::thread::park_timeout(Duration::from_millis(5));
    }
    running.kill_after(Duration::ZERO, false);
    let next = start(fabric.scene.hedgerow(&args));
    assert!(is_git_at_work(&fabric.scene), "the git of the run that was killed is at work still");
    server.shut();
    server.reopen();
    assert_eq!(next.end().expect(0).json()["verification"], "verified");
}

/// A proxy's 403 after the server had taken the push was shown as a refusal, and the run as failed; the commit was there.
#[test]
fn a_refusal_is_looked_up_too() {
    let fabric = Fabric::of(&[("raw/first.yaml", document("first", 1))]);
    fabric.remote.git(&["config", "http.receivepack", "true"]);
    let server = GitHttp::serve(fabric.remote.path().parent().unwrap());
    for status in [400, 403, 404, 413, 500] {
        let text = document("again", u32::from(status));
        fabric.remote.commit("Again").write(&fabric.path("raw/again.yaml"), text).push();
        server.fail_once(Stage::Push, Fault::StatusAfter(status, "no".to_owned()));
        let url = server.url("remote.git");
        let ran = fabric.scene.run(&["sync", "--repo", &url, "--path", &fabric.dir, "-o", "json"]).expect(0);
        assert_eq!(ran.json()["verification"], "verified", "{status}");
    }
}

/// A mirror that was one request late made a failure of a push that had landed, and asked for a person. Only a branch that is
/// still seen as it was two seconds later has lost what was pushed.
#[test]
fn a_second_look_that_comes_to_an_old_head_is_taken_again() {
    let fabric = Fabric::of(&[("raw/first.yaml", document("first", 1))]);
    fabric.remote.git(&["config", "http.receivepack", "true"]);
    let server = GitHttp::serve(fabric.remote.path().parent().unwrap());
    let late = fabric.scene.path("late");
    std::fs::create_dir(&late).unwrap();
    fabric.remote.clone_to(late.join("remote.git"), &["--bare"]);
    let url = server.url("remote.git");
    let sync = || fabric.scene.run(&["sync", "--repo", &url, "--path", &fabric.dir, "-o", "json"]);
    // The first look fetches twice: the list of branches, and the objects.
    for _ in 0..2 {
        server.fail_once(Stage::Fetch, Fault::Then("/bin/true".into()));
    }
    server.fail_once(Stage::Fetch, Fault::Elsewhere(late.clone()));
    assert_eq!(sync().expect(0).json()["verification"], "verified");

    let before = fabric.remote.commit("More").write(&fabric.path("raw/more.yaml"), document("more", 1)).push();
    fabric.remote.hook("post-receive", &format!("git update-ref refs/heads/main {before}"));
    let ran = sync().expect(2);
    assert_eq!((&ran.json()["reason"]["code"], &ran.json()["verification"]), (&"lost".into(), &"differs".into()));
    assert!(ran.json()["reason"]["message"].as_str().unwrap().contains("it was not seen there"), "{}", ran.story());
}

/// A run that repeats what the one before it said, and cannot be recorded, ended as a failure and said that all was well.
#[test]
fn a_run_that_repeats_the_last_one_and_is_not_recorded_says_that_it_failed() {
    let fabric = Fabric::drained();
    let harm = "CREATE TRIGGER harm BEFORE UPDATE OF outcome ON runs BEGIN SELECT RAISE(FAIL, 'disk I/O error'); END";
    let mut sqlite = fabric.scene.command(Path::new("sqlite3"));
    Ran::of(sqlite.arg(fabric.scene.store()).arg(harm)).expect(0);
    let report = fabric.sync(&[]).expect(2).json();
    assert_eq!((&report["outcome"], &report["reason"]["code"]), (&"failed".into(), &"store".into()), "{report:#}");
}

/// SQLite ends a transaction by itself when its disk is full. The one connection that writes counted itself as in a transaction
/// from then on, and the service wrote nothing more until it was started again. And `/readyz` wrote a row that it took back,
/// which reaches no disk: it said that all was well.
#[test]
fn a_service_whose_disk_was_full_goes_on_when_there_is_room() {
    if !super::sandbox::has_mounts() {
        return;
    }
    let fabric = Fabric::drained();
    let scene = &fabric.scene;
    let config = format!(
        "[runs]\ninterval = \"1h\"\n[network]\nroots = [\"/\"]\n[[repository]]\nname = \"r\"\nurl = \"{}\"\n\
         [[fabric]]\nname = \"one\"\nrepository = \"r\"\nbranch = \"main\"\ndirectory = \"{}\"\nadopt = false\n",
        fabric.remote.url(),
        fabric.dir
    );
    let (file, state) = (scene.file("hedgerow.toml", config), scene.path("state"));
    let prefix = super::sandbox::small_disk(&state, &scene.path("spare"), 8 * 1024);
    let mut command = scene.command(Path::new(&prefix[0]));
    command.args(&prefix[1..]).arg(env!("CARGO_BIN_EXE_hedgerow"));
    command.args(["serve", "--listen", "127.0.0.1:0", "--config"]).arg(file);
    let mut service = Service::of(scene, command);
    service.until("it is ready", |service| service.condition("one", "Ready") == "true");
    let pid = service.pid().as_raw_nonzero().get();
    for left_kib in [0, 4, 16, 64] {
        let ballast = super::sandbox::fill(pid, &state, left_kib);
        let ring = |service: &Service| service.ask("POST", "/api/v1/fabrics/one/sync", Some(&json!({}))).status;
        service.until("nothing can be written", |service| ring(service) != 202);
        service.until("it says so", |service| service.ask_as(None, "GET", "/readyz", None).status == 503);
        std::fs::remove_file(ballast).unwrap();
        service.until("it is ready", |service| service.ask_as(None, "GET", "/readyz", None).status == 200);
        let verified = service.get("fabrics/one")["last_verified"].clone();
        assert_eq!(ring(&service), 202);
        service.until("the ring is answered", |service| service.get("fabrics/one")["last_verified"] != verified);
    }
    service.signal(rustix::process::Signal::TERM);
    service.wait();
}
