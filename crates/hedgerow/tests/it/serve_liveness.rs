//! What hangs is seen, cut, and does not come between the next try and its work: a thread of our own, a store that somebody
//! holds, the whole process.

use std::path::{Path, PathBuf};
use std::process::Command;

use rustix::process::Signal;
use serde_json::{Value, json};

use crate::support::fabric::Fabric;
use crate::support::holder::Holder;
use crate::support::service::Service;
use crate::support::yaml::server;

fn start(fabric: &Fabric, runs: &str) -> Service {
    start_again(fabric, runs, None)
}

/// The same; where its store is not new, with the `token` of before.
fn start_again(fabric: &Fabric, runs: &str, token: Option<String>) -> Service {
    let config = format!(
        "[runs]\n{runs}\n[network]\nroots = [\"/\"]\n[[repository]]\nname = \"r\"\nurl = \"{}\"\n\
         [[fabric]]\nname = \"one\"\nrepository = \"r\"\nbranch = \"main\"\ndirectory = \"{}\"\nadopt = false\n",
        fabric.remote.url(),
        fabric.dir
    );
    let mut service = Service::start(&fabric.scene, &config);
    service.token = service.token.take().or(token);
    service.until("it is ready", |service| service.condition("one", "Ready") == "true");
    service.until("it is quiet", |service| service.condition("one", "Reconciling") == "false");
    service
}

fn row(fabric: &Value, kind: &str) -> Value {
    fabric["conditions"].as_array().unwrap().iter().find(|row| row["type"] == kind).unwrap().clone()
}

/// The copies of repositories in the service's cache.
fn copies(cache: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(cache).unwrap().flatten() {
        let path = entry.path();
        match path.join("repository.git").is_dir() {
            true => found.push(path.join("repository.git")),
            false if path.is_dir() => found.extend(copies(&path)),
            false => {}
        }
    }
    found
}

#[test]
fn a_thread_that_hangs_is_cut_and_the_next_try_works() {
    let fabric = Fabric::drained();
    let service = start(&fabric, "interval = \"1h\"\ndeadline = \"3s\"");
    // Whoever reads this file of our copy waits for a writer who never comes, as on a file server that is gone.
    for copy in copies(&fabric.scene.path("cache")) {
        let file = copy.join("config");
        std::fs::remove_file(&file).unwrap();
        assert!(Command::new("mkfifo").arg(&file).status().unwrap().success());
    }
    fabric.remote.commit("More").write(&fabric.path("raw/late.yaml"), server("late")).push();
    service.ask("POST", "/api/v1/fabrics/one/sync", Some(&json!({}))).expect(202);
    service.until("it is told", |service| service.condition("one", "Stalled") == "true");
    let told = service.get("fabrics/one");
    let stalled = row(&told, "Stalled");
    assert_eq!(stalled["reason"], "Hung", "{told}");
    assert!(stalled["message"].as_str().unwrap().contains("looking"), "{told}");
    assert_eq!(row(&told, "Ready")["status"], "unknown", "{told}");
    let shown = service.hedgerow(&fabric.scene, &["fabric", "show", "one"]).expect(0);
    assert!(shown.stdout().contains("Hung") || service.condition("one", "Stalled") == "false", "{}", shown.stdout());
    // The pipe is still there, and so is the thread.
    service.until("the next try works", |service| service.condition("one", "Ready") == "true");
    assert!(fabric.remote.git(&["ls-tree", "-r", "--name-only", "main"]).contains("/servers/late.yaml"));
    assert_eq!(service.condition("one", "Stalled"), "false");
    assert!(service.log().contains("given up"), "{}", service.log());
    fabric.verify(&[], 0);
    // Nor does it hold up the end.
    assert_eq!(service.stop().0, Some(0));
}

#[test]
fn a_store_that_somebody_holds_is_seen_at_once_and_let_go_of_when_it_is_free() {
    let fabric = Fabric::drained();
    let service = start(&fabric, "interval = \"1s\"");
    service.ask_as(None, "GET", "/readyz", None).expect(200);
    let words = ".timeout 60000\nBEGIN IMMEDIATE;\nCREATE TABLE held (n);\n";
    let holder = Holder::of(Command::new("sqlite3").arg(fabric.scene.store()), words);
    service.until("it is not ready", |service| service.ask_as(None, "GET", "/readyz", None).status == 503);
    let tried = service.ask_as(None, "GET", "/readyz", None).json();
    let database = tried["tried"].as_array().unwrap().iter().find(|trial| trial["name"] == "database").unwrap();
    assert_eq!(database["ok"], false, "{tried}");
    service.until("it is overdue", |service| service.condition("one", "Overdue") == "true");
    let overdue = "hedgerow_fabric_condition{fabric=\"one\",type=\"Overdue\",status=\"true\"}";
    assert_eq!(service.metric(overdue), Some(1.0), "nobody could write it down, and it is told");
    drop(holder);
    service.until("it goes on", |service| {
        service.condition("one", "Overdue") == "false" && service.condition("one", "Ready") == "true"
    });
    service.until("it is ready", |service| service.ask_as(None, "GET", "/readyz", None).status == 200);
}

#[test]
fn a_service_that_stands_still_is_seen_by_whoever_has_its_store() {
    let fabric = Fabric::drained();
    let service = start(&fabric, "interval = \"1s\"");
    let file = fabric.scene.path("hedgerow.toml");
    let overdue = || {
        let mut command = fabric.scene.hedgerow(&["fabric", "show", "one", "-o", "json"]);
        let shown = crate::support::ran::Ran::of(command.env("HEDGEROW_CONFIG", &file)).expect(0).json();
        row(&shown, "Overdue")["status"] == "true"
    };
    assert!(!overdue());
    service.signal(Signal::STOP);
    service.until("it is overdue", |_| overdue());
    service.signal(Signal::CONT);
    service.until("it goes on", |service| service.condition("one", "Overdue") == "false");
    service.until("it is ready", |service| service.ask_as(None, "GET", "/readyz", None).status == 200);
}

#[test]
fn three_cycles_and_a_restart_keep_the_period() {
    let fabric = Fabric::drained();
    let mut service = start(&fabric, "interval = \"4s\"");
    let due = |fabric: &Fabric| -> i64 { fabric.scene.sql("SELECT next_due_ms FROM doorbells").parse().unwrap() };
    let mut seen = vec![due(&fabric)];
    for cycle in 0..4 {
        if cycle == 2 {
            let token = service.token.clone();
            assert_eq!(service.stop().0, Some(0));
            service = start_again(&fabric, "interval = \"4s\"", token);
        }
        let last = *seen.last().unwrap();
        service.until("it is looked at", |_| due(&fabric) > last);
        let looked: i64 = fabric.scene.sql("SELECT looked_ms FROM liveness").parse().unwrap();
        println!("due at {last}, looked at {} ms later", looked - last);
        assert!((looked - last).abs() < 2_000, "due at {last}, looked at {looked}");
        seen.push(due(&fabric));
    }
    let periods: Vec<_> = seen.windows(2).map(|pair| pair[1] - pair[0]).collect();
    println!("periods in ms: {periods:?}");
    assert!(periods.iter().all(|period| (3_000..=6_000).contains(period)), "{periods:?}");
}

/// Somebody pushes on top of our commit before our second look, and nobody rings: the next look finds it.
#[test]
fn what_comes_between_our_push_and_the_second_look_is_not_taken_for_looked_at() {
    let fabric = Fabric::drained();
    let service = start(&fabric, "interval = \"1s\"");
    // Takes ours, and before it says so has somebody else's on top.
    let script = format!(
        "[ -e late ] && exit 0; touch late\n\
         export GIT_INDEX_FILE=late-index GIT_AUTHOR_NAME=Pat GIT_AUTHOR_EMAIL=p@example.com GIT_COMMITTER_NAME=Pat \
         GIT_COMMITTER_EMAIL=p@example.com\n\
         git read-tree main && blob=$(git hash-object -w --stdin <<'END'\n{}\nEND\n) &&\n\
         git update-index --add --cacheinfo 100644,$blob,{} &&\n\
         git update-ref refs/heads/main $(git commit-tree -p main -m Late $(git write-tree))",
        server("late"),
        fabric.path("raw/late.yaml")
    );
    fabric.remote.hook("post-receive", &script);
    fabric.remote.commit("One").write(&fabric.path("raw/early.yaml"), server("early")).push();
    let placed =
        |name: &str| fabric.remote.tree("main").contains_key(&fabric.path(&format!("managed/servers/{name}.yaml")));
    service.until("the first is placed", |_| placed("early"));
    service.until("theirs is placed too", |_| placed("late"));
    fabric.verify(&[], 0);
}
