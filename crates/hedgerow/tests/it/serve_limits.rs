//! Fair limits: each from the outside, and what one repository costs is not taken from another.

use hedgerow_testkit::GitHttp;

use crate::support::fabric::Fabric;
use crate::support::git::Remote;
use crate::support::process::Gate;
use crate::support::scene::Scene;
use crate::support::service::Service;
use crate::support::yaml::server;

const LOOPBACK: &str = "[network]\nroots = [\"/\"]\nclear_hosts = [\"127.0.0.1\"]\nnetworks = [\"127.0.0.0/8\"]\n";

/// A remote with one document in its inbox.
fn remote(scene: &Scene, name: &str) -> Remote {
    let remote = scene.remote(&format!("{name}.git"));
    remote.git(&["config", "http.receivepack", "true"]);
    remote.commit("A fabric").write("dc/raw/a.yaml", server("a")).push();
    remote
}

/// What declares the fabric `name` in the repository at `url`.
fn declared(name: &str, url: &str) -> String {
    format!(
        "[[repository]]\nname = \"{name}\"\nurl = \"{url}\"\n[[fabric]]\nname = \"{name}\"\nrepository = \"{name}\"\n\
         branch = \"main\"\ndirectory = \"dc\"\nadopt = false\n"
    )
}

fn start(scene: &Scene, config: &str) -> Service {
    Service::start_with(scene, config, |command| {
        command.env("NO_PROXY", "*");
    })
}

fn is_ready(service: &Service, fabric: &str) -> bool {
    service.condition(fabric, "Ready") == "true"
}

fn verified(service: &Service, fabric: &str) -> String {
    service.get(&format!("fabrics/{fabric}"))["last_verified"].to_string()
}

#[test]
fn no_more_runs_at_once_than_are_allowed() {
    let scene = Scene::new();
    let (first, second) = (remote(&scene, "first"), remote(&scene, "second"));
    let mut gate = Gate::new(&scene.path(""));
    first.hook("pre-receive", &gate.script());
    let config = "[runs]\nat_once = 1\ninterval = \"1h\"\n";
    let config = format!("{config}{LOOPBACK}{}{}", declared("first", first.url()), declared("second", second.url()));
    let service = start(&scene, &config);
    gate.wait();
    service.hedgerow(&scene, &["fabric", "sync", "second"]).expect(0);
    // The only worker stands at the gate; whoever is asked says who works and who waits.
    assert_eq!(service.condition("second", "Reconciling"), "true");
    assert_eq!(service.get("fabrics/second")["step"], serde_json::Value::Null);
    assert_eq!(second.git(&["ls-tree", "-r", "--name-only", "main"]), "dc/raw/a.yaml", "nobody was there");
    gate.open();
    service.until("both are drained", |service| is_ready(service, "first") && is_ready(service, "second"));
}

#[test]
fn a_repository_is_pushed_to_no_more_often_than_is_allowed() {
    let scene = Scene::new();
    let (busy, calm) = (remote(&scene, "busy"), scene.remote("calm.git"));
    // Nothing is pushed there: the door of one that was pushed to as often as it may is shut for looks, too.
    calm.commit("A fabric").write("dc/raw/.gitkeep", "").write("dc/managed/.gitkeep", "").push();
    let config = "[runs]\npushes_per_minute = 1\ninterval = \"1s\"\n";
    let config = format!("{config}{LOOPBACK}{}{}", declared("busy", busy.url()), declared("calm", calm.url()));
    let service = start(&scene, &config);
    service.until("both are drained", |service| is_ready(service, "busy") && is_ready(service, "calm"));
    busy.commit("More").write("dc/raw/b.yaml", server("b")).push();
    let head = busy.head();
    service.hedgerow(&scene, &["fabric", "sync", "busy"]).expect(0);
    let mut seen = verified(&service, "calm");
    for _ in 0..3 {
        service.until("the other one keeps its interval", |service| verified(service, "calm") != seen);
        seen = verified(&service, "calm");
    }
    assert_eq!(busy.head(), head, "the minute is not over");
    let shut = "SELECT not_before_ms > (julianday('now') - 2440587.5) * 86400000 FROM doorbells \
                JOIN repositories r ON r.id = repository_id WHERE r.name = 'busy'";
    assert_eq!(scene.sql(shut), "1");
}

#[test]
fn a_host_is_asked_no_more_often_than_is_allowed_and_others_keep_their_interval() {
    let scene = Scene::new();
    let http = GitHttp::serve(scene.path(""));
    let names = ["a", "b", "c"];
    let elsewhere = remote(&scene, "elsewhere");
    let mut config = format!("[runs]\nrequests_per_minute = 20\ninterval = \"1s\"\n{LOOPBACK}");
    config += &declared("elsewhere", elsewhere.url());
    for name in names {
        remote(&scene, name);
        config += &declared(name, &http.url(&format!("{name}.git")));
    }
    let service = start(&scene, &config);
    for name in names {
        service.until("it is drained", |service| is_ready(service, name));
        service.until("it is quiet", |service| service.condition(name, "Reconciling") == "false");
    }
    // Each run has cost some nine requests: the minute's twenty are spent.
    http.take_requests();
    let mut seen = verified(&service, "elsewhere");
    for _ in 0..4 {
        service.until("the other host's keeps its interval", |service| verified(service, "elsewhere") != seen);
        seen = verified(&service, "elsewhere");
    }
    assert_eq!(http.take_requests(), []);
}

#[test]
fn a_poisoned_repository_and_a_server_that_hangs_delay_nobody_else() {
    let fabric = Fabric::drained();
    let scene = &fabric.scene;
    let http = GitHttp::serve(scene.path(""));
    let mut config = format!("[runs]\nat_once = 4\ndeadline = \"2s\"\ninterval = \"1s\"\n{LOOPBACK}");
    config += &declared("fine", remote(scene, "fine").url());
    for n in 0..5 {
        let name = format!("hung{n}");
        remote(scene, &name);
        http.fail_at(&format!("{name}.git"), hedgerow_testkit::Stage::AskFetch, hedgerow_testkit::Fault::Hang);
        config += &declared(&name, &http.url(&format!("{name}.git")));
    }
    let poisoned = remote(scene, "poisoned");
    poisoned.commit("Poison").write("dc/.hedgerow/policy.toml", "no = such key\n").push();
    config += &declared("poisoned", poisoned.url());
    let service = start(scene, &config);
    service.until("the poison is told", |service| service.condition("poisoned", "Stalled") == "true");
    for n in 0..5 {
        service.until("it is told", |service| service.condition(&format!("hung{n}"), "Ready") == "unknown");
    }
    let mut seen = verified(&service, "fine");
    for _ in 0..4 {
        let begun = std::time::Instant::now();
        service.until("it is looked at", |service| verified(service, "fine") != seen);
        assert!(begun.elapsed() < std::time::Duration::from_secs(5), "{:?}", begun.elapsed());
        seen = verified(&service, "fine");
    }
    assert_eq!(service.condition("fine", "Overdue"), "false");
}
