//! Fabrics that are linked by hand, at a service and without one; and every state by command, API and metric alike.

use std::path::Path;

use hedgerow_testkit::Sshd;
use serde_json::json;

use crate::support::fabric::Fabric;
use crate::support::ran::Ran;
use crate::support::scene::Scene;
use crate::support::service::Service;
use crate::support::yaml::server;

const CONFIG: &str = "[network]\nroots = [\"/\"]\n";

/// The words that link the fabric as `one`, in `repository`.
fn link(fabric: &Fabric) -> Vec<&str> {
    vec!["fabric", "link", "one", "--repo", "fabrics", "--branch", "main", "--path", &fabric.dir, "--no-adopt", "--yes"]
}

fn metric(service: &Service, kind: &str, status: &str) -> Option<f64> {
    service.metric(&format!("hedgerow_fabric_condition{{fabric=\"one\",type=\"{kind}\",status=\"{status}\"}}"))
}

/// Fails the test unless command, API and metrics say the same of a condition.
#[track_caller]
fn all_say(service: &Service, fabric: &Fabric, kind: &str, status: &str) {
    assert_eq!(service.condition("one", kind), status, "the API");
    assert_eq!(metric(service, kind, status), Some(1.0), "the metric");
    let shown = service.hedgerow(&fabric.scene, &["fabric", "show", "one"]).expect(0);
    let lines = shown.stdout();
    let line = lines.lines().find(|line| line.starts_with(kind)).unwrap_or_else(|| panic!("{}", shown.story()));
    assert_eq!(line.split_whitespace().nth(1), Some(status), "the command: {line}");
}

#[test]
fn a_link_by_hand_ends_drained_and_every_way_says_so() {
    for fabric in [Some(Fabric::example()), Fabric::seed("e40d5442")].into_iter().flatten() {
        let service = Service::start(&fabric.scene, CONFIG);
        service.hedgerow(&fabric.scene, &["repo", "add", "fabrics", fabric.remote.url()]).expect(0);
        service.hedgerow(&fabric.scene, &["repo", "check", "fabrics"]).expect(0).says("ok");
        let linked = service.hedgerow(&fabric.scene, &[&link(&fabric)[..], &["--wait"]].concat());
        linked.expect(0).says("changed, verified").says("48 created");
        for kind in ["Ready", "Witnessed", "Conserved"] {
            service.until(kind, |service| metric(service, kind, "true") == Some(1.0));
            all_say(&service, &fabric, kind, "true");
        }
        for kind in ["Stalled", "Overdue"] {
            all_say(&service, &fabric, kind, "false");
        }
        assert_eq!(service.metric("hedgerow_fabric_documents{fabric=\"one\",state=\"managed\"}"), Some(48.0));
        service.hedgerow(&fabric.scene, &["fabric", "list"]).expect(0).says("one");
        service.hedgerow(&fabric.scene, &["repo", "remove", "fabrics"]).expect(2).says("one");
        fabric.verify(&[], 0);
    }
}

#[test]
fn f_03_the_command_line_and_the_api_ring_and_each_leads_to_a_verified_commit_and_its_run() {
    let fabric = Fabric::drained();
    let service = Service::start(&fabric.scene, CONFIG);
    service.hedgerow(&fabric.scene, &["repo", "add", "fabrics", fabric.remote.url()]).expect(0);
    service.hedgerow(&fabric.scene, &[&link(&fabric)[..], &["--wait"]].concat()).expect(0);

    fabric.remote.commit("By the API").write(&fabric.path("raw/api.yaml"), server("by-api")).push();
    let rung = service.ask("POST", "/api/v1/fabrics/one/sync", Some(&json!({}))).expect(202).json();
    let ring = rung["ring"].as_str().unwrap().to_owned();
    service.until("the ring is answered", |service| {
        service.ask("GET", &ring, None).expect(200).json()["answered"] == true
    });
    let newest = service.get("runs?fabric=one&limit=1")["items"][0].clone();
    assert_eq!(newest["commit"], fabric.remote.head(), "{newest}");
    assert_eq!(newest["verification"], "verified", "{newest}");
    assert_eq!(newest["trigger"], "api", "{newest}");

    fabric.remote.commit("By hand").write(&fabric.path("raw/hand.yaml"), server("by-hand")).push();
    let told = service.hedgerow(&fabric.scene, &["fabric", "sync", "one", "--wait", "-o", "json"]).expect(0).json();
    assert_eq!((&told["outcome"], &told["commit"]), (&json!("changed"), &json!(fabric.remote.head())));
}

#[test]
fn without_a_service_the_same_verbs_work_on_the_store() {
    let fabric = Fabric::example();
    let file = fabric.scene.file("hedgerow.toml", CONFIG);
    let run = |verb: &[&str]| {
        let mut command = fabric.scene.hedgerow(verb);
        Ran::of(command.env("HEDGEROW_CONFIG", &file))
    };
    run(&["repo", "add", "fabrics", fabric.remote.url()]).expect(0);
    run(&["fabric", "link", "one", "--repo", "fabrics"]).expect(2).says("--yes");
    run(&[&link(&fabric)[..], &["--wait"]].concat()).expect(0).says("48 created");
    fabric.remote.commit("Another").write(&fabric.path("raw/one.yaml"), server("one")).push();
    run(&["fabric", "sync", "one", "--wait"]).expect(0).says("1 created");
    let runs = run(&["runs", "-o", "json"]).expect(0).json();
    assert_eq!(runs[0]["trigger"], "cli", "{runs}");
    run(&["fabric", "show", "one"]).expect(0).says("Verified");
    fabric.verify(&[], 0);
}

#[test]
fn a_suspended_fabric_says_so_with_the_reason_and_goes_on_when_resumed() {
    let fabric = Fabric::drained();
    let service = Service::start(&fabric.scene, CONFIG);
    let run = |verb: &[&str]| service.hedgerow(&fabric.scene, verb);
    run(&["repo", "add", "fabrics", fabric.remote.url()]).expect(0);
    run(&[&link(&fabric)[..], &["--wait"]].concat()).expect(0);
    run(&["fabric", "suspend", "one", "--reason", "until Monday"]).expect(0).says("until Monday");
    run(&["fabric", "sync", "one"]).expect(2).says("until Monday").says("hedgerow fabric resume one");
    service.until("the metric says so", |service| {
        service.metric("hedgerow_fabric_suspended{fabric=\"one\"}") == Some(1.0)
    });
    let head = fabric.remote.head();
    run(&["fabric", "resume", "one"]).expect(0);
    assert_eq!(service.metric("hedgerow_fabric_suspended{fabric=\"one\"}"), Some(0.0));
    run(&["fabric", "sync", "one", "--wait"]).expect(0).says("verified");
    assert_eq!(fabric.remote.head(), head);
    run(&["fabric", "unlink", "one", "--yes"]).expect(0);
    run(&["fabric", "show", "one"]).expect(2);
    run(&["repo", "remove", "fabrics"]).expect(0);
    let audit = service.get("audit")["items"].clone();
    let actions: Vec<_> = audit.as_array().unwrap().iter().rev().filter_map(|line| line["action"].as_str()).collect();
    for action in
        ["repository.add", "fabric.link", "fabric.suspend", "fabric.resume", "fabric.unlink", "repository.remove"]
    {
        assert!(actions.contains(&action), "{action} is not in the audit record: {actions:?}");
    }
}

#[test]
fn the_verbs_of_fabrics_say_the_same_by_both_ways() {
    let fabric = Fabric::drained();
    let service = Service::start(&fabric.scene, CONFIG);
    service.hedgerow(&fabric.scene, &["repo", "add", "fabrics", fabric.remote.url()]).expect(0);
    service.hedgerow(&fabric.scene, &[&link(&fabric)[..], &["--wait"]].concat()).expect(0);
    service.until("it is quiet", |service| service.condition("one", "Reconciling") == "false");
    let file = fabric.scene.path("hedgerow.toml");
    for verb in [
        &["fabric", "list"][..],
        &["fabric", "show", "one"],
        &["fabric", "show", "one", "-o", "json"],
        &["fabric", "show", "nobody's"],
        &["fabric", "link", "two", "--repo", "fabrics", "--path", &fabric.dir, "--no-adopt", "--yes"],
        &["fabric", "link", "two", "--repo", "nobody's", "--yes"],
        &["fabric", "resume", "one", "--accept", "0123456789"],
        &["hook", "list"],
        &["deliveries"],
        &["events", "--fabric", "one", "-o", "csv"],
    ] {
        let there = service.hedgerow(&fabric.scene, verb);
        let here = Ran::of(fabric.scene.hedgerow(verb).env("HEDGEROW_CONFIG", &file));
        let told = |ran: &Ran| (ran.code(), ran.stdout(), ran.stderr());
        assert_eq!(told(&there), told(&here), "{verb:?}");
    }
}

/// Whoever runs the service is somebody else there, as a rule; on a machine where both have one name, nobody would notice.
#[test]
fn a_declared_ssh_url_keeps_the_user_that_it_names() {
    let (scene, sshd) = (Scene::new(), Sshd::start());
    let url = sshd.url(Path::new("/srv/fabrics.git"));
    let (_, place) = url.split_once('@').unwrap();
    let config = format!(
        "[network]\nnetworks = [\"127.0.0.0/8\"]\n[runs]\ninterval = \"1s\"\n\
         [[repository]]\nname = \"r\"\nurl = \"ssh://nobody-here@{place}\"\n\
         [repository.write]\nssh_key_file = \"{}\"\nknown_hosts_file = \"{}\"\n\
         [[fabric]]\nname = \"one\"\nrepository = \"r\"\nbranch = \"main\"\ndirectory = \"f\"\nadopt = false\n",
        sshd.key().display(),
        sshd.known_hosts().display()
    );
    let service = Service::start(&scene, &config);
    service.until("the server is asked as nobody-here", |service| {
        service.get("fabrics/one").to_string().contains("nobody-here@127.0.0.1: Permission denied")
    });
    assert!(service.get("repositories/r").to_string().contains("nobody-here@"), "and people see whom it asks as");
}
