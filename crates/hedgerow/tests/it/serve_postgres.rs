//! The service on PostgreSQL, when the database is held, or the line to it freezes.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use hedgerow_testkit::Relay;
use hedgerow_testkit::postgres::{Cluster, cluster};

use crate::support::fabric::Fabric;
use crate::support::holder::Holder;
use crate::support::scene::Scene;
use crate::support::service::Service;
use crate::support::yaml::server;

/// A visit that was in the middle of a question gives it up after 40 s, and its door is left after that; and as much again for a
/// machine that has other things to do.
const GIVEN_UP: Duration = Duration::from_secs(120);

/// A new database's name; `None`, and a word about it, where there is no PostgreSQL.
fn database() -> Option<(&'static Cluster, String)> {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let Some(cluster) = cluster() else {
        hedgerow_testkit::not_run("PostgreSQL");
        return None;
    };
    let name = format!("service_{}", NEXT.fetch_add(1, Ordering::Relaxed));
    cluster.sql("postgres", &format!("CREATE DATABASE {name}"));
    Some((cluster, name))
}

/// A service on the database `name` of the server whose socket is in `directory`, ready and quiet.
fn start(fabric: &Fabric, directory: &Path, name: &str) -> Service {
    fabric.scene.file("sealing.key", "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=\n");
    let config = format!(
        "[service]\nstore = \"postgres://hedgerow@localhost/{name}?host={}\"\nsealing_key_file = \"sealing.key\"\n\
         [runs]\ninterval = \"1s\"\ndeadline = \"10s\"\n[network]\nroots = [\"/\"]\n\
         [[repository]]\nname = \"r\"\nurl = \"{}\"\n\
         [[fabric]]\nname = \"one\"\nrepository = \"r\"\nbranch = \"main\"\ndirectory = \"{}\"\nadopt = false\n",
        directory.display(),
        fabric.remote.url(),
        fabric.dir
    );
    let service = Service::start(&fabric.scene, &config);
    service.until("it is ready", |service| service.condition("one", "Ready") == "true");
    service
}

/// Whether the service says that it can work, and which of its trials failed.
fn trials(service: &Service) -> (bool, Vec<String>) {
    let answer = service.ask_as(None, "GET", "/readyz", None);
    let failed = |trial: &&serde_json::Value| trial["ok"] == false;
    let told = answer.json();
    let names =
        told["tried"].as_array().unwrap().iter().filter(failed).map(|trial| trial["name"].as_str().unwrap().to_owned());
    (answer.status == 200, names.collect())
}

#[test]
fn a_line_to_the_database_that_freezes_is_left_and_the_service_goes_on_by_another() {
    let Some((cluster, name)) = database() else { return };
    let fabric = Fabric::example();
    let relay = Relay::to(&cluster.socket());
    let service = start(&fabric, &relay.directory(), &name);
    relay.freeze();
    fabric.remote.commit("More").write(&fabric.path("raw/late.yaml"), server("late")).push();
    service.until_within(GIVEN_UP, "it can work again", |service| trials(service).0);
    service.until_within(GIVEN_UP, "it works", |_| {
        fabric.remote.git(&["ls-tree", "-r", "--name-only", "main"]).contains("/servers/late.yaml")
    });
    service.until_within(GIVEN_UP, "it is ready", |service| service.condition("one", "Ready") == "true");
    service.until_within(GIVEN_UP, "it is not overdue", |service| service.condition("one", "Overdue") == "false");
    fabric.verify(&[], 0);
    assert_eq!(service.stop().0, Some(0));
}

/// Only the loop that starts visits asks which doors were rung at: it alone gets no answer, while nothing else stands still.
#[test]
fn a_scheduler_that_hangs_alone_is_told_by_the_watchdog_and_recovers_by_itself() {
    let Some((cluster, name)) = database() else { return };
    let fabric = Fabric::example();
    let directory = cluster.directory();
    let service = start(&fabric, &directory, &name);
    assert_eq!(trials(&service), (true, Vec::new()));
    let holder = Holder::of(&mut cluster.psql(&name), "BEGIN; LOCK TABLE doorbells IN ACCESS EXCLUSIVE MODE;\n");
    service.until("it cannot work, and the loop that starts runs is all that is wrong", |service| {
        trials(service) == (false, vec!["workers".to_owned()])
    });
    let told = |reason: &str| {
        let events = service.get("events")["items"].as_array().cloned().unwrap_or_default();
        events.iter().any(|event| event["reason"] == reason)
    };
    service.until("the watchdog tells", |_| told("SchedulerStopped"));
    service.until("the watchdog finds the fabric overdue", |_| {
        cluster.sql(&name, "SELECT status FROM conditions WHERE kind = 'overdue'") == "true" && told("Late")
    });
    drop(holder);
    service.until("it can work", |service| trials(service).0);
    service.until("it goes on", |service| service.condition("one", "Overdue") == "false");
    assert_eq!(service.condition("one", "Ready"), "true");
}

/// Two services share the database, and somebody gave the second another key. While nothing is sealed neither can know.
#[test]
fn a_service_without_the_key_of_the_others_secrets_is_not_ready_and_says_so() {
    let Some((cluster, name)) = database() else { return };
    let fabric = Fabric::example();
    let directory = cluster.directory();
    let first = start(&fabric, &directory, &name);
    let other = Scene::new();
    let key = other.file("sealing.key", "ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=\n");
    let database = format!("postgres://hedgerow@localhost/{name}?host={}", directory.display());
    let serve = ["serve", "--listen", "127.0.0.1:0", "--store", &database, "--sealing-key-file", key.to_str().unwrap()];
    let second = Service::of(&other, other.hedgerow(&serve));
    second.until("it is ready", |second| trials(second).0);
    first.hedgerow(&fabric.scene, &["hook", "add", "h", "--provider", "github"]).expect(0);
    second.until("it lacks the key", |second| trials(second) == (false, vec!["sealing key".to_owned()]));
    assert_eq!(trials(&first), (true, Vec::new()));
    second.stop();
    // One that starts with it now does not come up at all.
    other.run(&serve).expect(2).says("sealed with the key");
}

/// The database goes away, comes back, and is replaced by a backup that is older than our last commit.
#[test]
fn a_database_that_stops_or_comes_back_from_an_old_backup_makes_nothing_false() {
    let Some(mut cluster) = Cluster::start() else { return hedgerow_testkit::not_run("PostgreSQL") };
    cluster.sql("postgres", "CREATE DATABASE ours");
    let fabric = Fabric::example();
    let directory = cluster.directory();
    let service = start(&fabric, &directory, "ours");
    let backup = cluster.dump("ours");
    let push =
        |name: &str| fabric.remote.commit(name).write(&fabric.path(&format!("raw/{name}.yaml")), server(name)).push();
    let managed = || {
        let tree = fabric.remote.tree("main");
        tree.keys().filter(|path| path.contains("/managed/") && path.ends_with(".yaml")).count()
    };
    let recorded = |cluster: &Cluster| cluster.sql("ours", "SELECT count(*) FROM objects WHERE state = 'present'");
    push("late-1");
    service.until("it is placed", |_| managed() == 49);
    service.until("it is recorded", |_| recorded(&cluster) == "49");

    cluster.stop();
    service.until("it cannot work", |service| trials(service).1.contains(&"database".to_owned()));
    push("late-2");
    let told = service.try_ask("GET", "/api/v1/fabrics/one", None);
    assert!(told.is_none_or(|answer| answer.status == 503), "how should it know?");
    assert_eq!(managed(), 49, "nothing is written that cannot be recorded");
    cluster.resume();
    service.until("it can work", |service| trials(service).0);
    service.until("what was pushed meanwhile is placed", |_| managed() == 50);
    service.until("it is recorded", |_| recorded(&cluster) == "50");
    service.until("it is ready", |service| service.condition("one", "Ready") == "true");

    cluster.restore("ours", &backup);
    assert_eq!(recorded(&cluster), "48");
    // As in a backup that was made in the middle of a visit.
    cluster.sql("ours", "UPDATE doorbells SET claimed_by = (SELECT max(id) FROM instances), claimed_ms = 0");
    service.until("it waits for a person", |service| {
        // The connections of before are found out one by one.
        let told = service.ask("GET", "/api/v1/fabrics/one", None);
        told.status == 200 && told.json()["hold"]["kind"] == "forgotten"
    });
    push("late-3");
    let head = fabric.remote.head();
    service.until("it has seen that", |service| service.get("fabrics/one")["inbox"]["files"] == 1);
    assert_eq!(service.condition("one", "Ready"), "false");
    assert_eq!(fabric.remote.head(), head, "nothing is written");
    let hold = service.get("fabrics/one")["hold"]["commit"].as_str().unwrap().to_owned();
    service.hedgerow(&fabric.scene, &["fabric", "resume", "one", "--accept", &hold]).expect(0);
    service.until("it goes on", |_| managed() == 51);
    service.until("the records equal git", |_| recorded(&cluster) == "51");
    service.until("it is ready", |service| service.condition("one", "Ready") == "true");
    fabric.verify(&[], 0);
}
