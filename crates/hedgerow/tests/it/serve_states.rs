//! Every state of a fabric, by command, API and metric alike: one table, driven from outside.

use std::collections::BTreeMap;

use hedgerow_testkit::{Fault, GitHttp, Stage};
use serde_json::json;

use crate::support::fabric::Fabric;
use crate::support::service::Service;
use crate::support::yaml::server;

const KINDS: [&str; 6] = ["Ready", "Reconciling", "Stalled", "Witnessed", "Conserved", "Overdue"];
const WELL: &[State] = &[
    ("Ready", "true", "Verified"),
    ("Reconciling", "false", "Idle"),
    ("Stalled", "false", "Progressing"),
    ("Witnessed", "true", "Agrees"),
    ("Conserved", "true", "Balanced"),
    ("Overdue", "false", "InTime"),
];

/// A condition, its status, and its reason.
type State = (&'static str, &'static str, &'static str);
/// By the condition: status and reason, as somebody tells them.
type Told = BTreeMap<String, (String, String)>;

/// The file that declares the fabric as `one`.
fn declaring(fabric: &Fabric, url: &str, runs: &str) -> String {
    format!(
        "[runs]\n{runs}\n[network]\nroots = [\"/\"]\nclear_hosts = [\"127.0.0.1\"]\nnetworks = [\"127.0.0.0/8\"]\n\
         [[repository]]\nname = \"r\"\nurl = \"{url}\"\n\
         [[fabric]]\nname = \"one\"\nrepository = \"r\"\nbranch = \"main\"\ndirectory = \"{}\"\nadopt = false\n",
        fabric.dir
    )
}

fn start(fabric: &Fabric) -> Service {
    Service::start(&fabric.scene, &declaring(fabric, fabric.remote.url(), "interval = \"1s\""))
}

fn by_api(service: &Service) -> Told {
    let fabric = service.get("fabrics/one");
    let word = |condition: &serde_json::Value, key: &str| condition[key].as_str().unwrap().to_owned();
    let conditions = fabric["conditions"].as_array().unwrap().iter();
    conditions.map(|one| (word(one, "type"), (word(one, "status"), word(one, "reason")))).collect()
}

fn by_command(service: &Service, fabric: &Fabric) -> Told {
    let shown = service.hedgerow(&fabric.scene, &["fabric", "show", "one"]).expect(0).stdout();
    let told = |line: &str| {
        let mut words = line.split_whitespace().map(str::to_owned);
        let kind = words.next().filter(|word| KINDS.contains(&word.as_str()))?;
        Some((kind, (words.next()?, words.next()?)))
    };
    shown.lines().filter_map(told).collect()
}

/// The metrics have no reasons. Of each condition exactly one status is 1, and the others are 0.
fn by_metric(service: &Service) -> BTreeMap<String, String> {
    let page = service.ask_as(None, "GET", "/metrics", None).expect(200).text;
    let mut told = BTreeMap::new();
    for kind in KINDS {
        let value = |status: &str| {
            let sample = format!("hedgerow_fabric_condition{{fabric=\"one\",type=\"{kind}\",status=\"{status}\"}} ");
            page.lines().find_map(|line| line.strip_prefix(&sample)).map(str::to_owned)
        };
        let statuses = ["true", "false", "unknown"].map(|status| (status, value(status)));
        let ones: Vec<_> = statuses.iter().filter(|(_, value)| value.as_deref() == Some("1")).collect();
        assert!(ones.len() == 1 && statuses.iter().all(|(_, value)| value.is_some()), "{kind}: {statuses:?}");
        told.insert(kind.to_owned(), ones[0].0.to_owned());
    }
    told
}

/// Waits until all three say the same, and `expected` with it.
#[track_caller]
fn all_say(service: &Service, fabric: &Fabric, expected: &[State]) {
    service.until(&format!("by API, command and metric: {expected:?}"), |service| {
        let (api, command, metric) = (by_api(service), by_command(service, fabric), by_metric(service));
        let statuses: BTreeMap<_, _> = api.iter().map(|(kind, (status, _))| (kind.clone(), status.clone())).collect();
        let so = api == command
            && statuses == metric
            && expected
                .iter()
                .all(|(kind, status, reason)| api.get(*kind) == Some(&((*status).to_owned(), (*reason).to_owned())));
        if !so {
            println!("API {api:?}\ncommand {command:?}\nmetric {metric:?}");
        }
        so
    });
}

fn metric_is(service: &Service, name: &str, value: f64) {
    service.until(&format!("{name} is {value}"), |service| {
        service.metric(&format!("hedgerow_{name}{{fabric=\"one\"}}")) == Some(value)
    });
}

/// Whether an event tells of `reason`.
fn an_event_tells(service: &Service, fabric: &Fabric, reason: &str) {
    service.until(&format!("an event says {reason}"), |service| {
        service.hedgerow(&fabric.scene, &["events", "--fabric", "one"]).expect(0).stdout().contains(reason)
    });
}

/// A person looks at what the hold names, and lets it go on.
fn accept(service: &Service, fabric: &Fabric) {
    let commit = service.get("fabrics/one")["hold"]["commit"].as_str().unwrap().to_owned();
    service.hedgerow(&fabric.scene, &["fabric", "resume", "one"]).expect(2).says(&commit);
    service.hedgerow(&fabric.scene, &["fabric", "resume", "one", "--accept", &commit]).expect(0);
    an_event_tells(service, fabric, "Accepted");
}

#[test]
fn never_ran_reconciling_and_hung() {
    let fabric = Fabric::example();
    let http = GitHttp::serve(fabric.scene.path(""));
    fabric.remote.git(&["config", "http.receivepack", "true"]);
    http.fail(Stage::Push, Fault::Hang);
    let config = declaring(&fabric, &http.url("remote.git"), "interval = \"1s\"\ndeadline = \"12s\"");
    let service = Service::start_with(&fabric.scene, &config, |command| {
        command.env("NO_PROXY", "*");
    });
    let under_way = [
        ("Ready", "unknown", "NeverRun"),
        ("Reconciling", "true", "Running"),
        ("Stalled", "false", "Progressing"),
        ("Witnessed", "unknown", "NobodyLooked"),
        ("Conserved", "unknown", "NeverRun"),
        ("Overdue", "false", "InTime"),
    ];
    all_say(&service, &fabric, &under_way);
    all_say(&service, &fabric, &[("Ready", "unknown", "Hung"), ("Stalled", "true", "Hung")]);
    let shown = service.hedgerow(&fabric.scene, &["fabric", "show", "one"]).expect(0);
    shown.says("it hung while pushing");
    http.heal();
    all_say(&service, &fabric, WELL);
    fabric.verify(&[], 0);
}

#[test]
fn well_held_suspended_and_overdue() {
    let fabric = Fabric::drained();
    let service = start(&fabric);
    all_say(&service, &fabric, WELL);

    fabric.remote.commit("Not YAML").write(&fabric.path("raw/bad.yaml"), "a: [\n").push();
    all_say(
        &service,
        &fabric,
        &[("Ready", "false", "Held"), ("Witnessed", "true", "Agrees"), ("Stalled", "false", "Progressing")],
    );
    metric_is(&service, "inbox_files", 1.0);
    fabric
        .remote
        .commit("Never mind")
        .remove(&fabric.path("raw/bad.yaml"))
        .write(&fabric.path("raw/.gitkeep"), "")
        .push();
    all_say(&service, &fabric, WELL);

    let run = |verb: &[&str]| service.hedgerow(&fabric.scene, verb).expect(0);
    run(&["fabric", "suspend", "one", "--reason", "until Monday"]);
    let suspended =
        [("Ready", "false", "Suspended"), ("Stalled", "false", "Suspended"), ("Overdue", "false", "Suspended")];
    all_say(&service, &fabric, &suspended);
    metric_is(&service, "fabric_suspended", 1.0);
    an_event_tells(&service, &fabric, "suspended it: until Monday");
    run(&["fabric", "resume", "one"]);
    all_say(&service, &fabric, WELL);

    let away = fabric.scene.path("away.git");
    std::fs::rename(fabric.remote.path(), &away).unwrap();
    all_say(&service, &fabric, &[("Ready", "unknown", "NotFound"), ("Overdue", "true", "Late")]);
    std::fs::rename(&away, fabric.remote.path()).unwrap();
    all_say(&service, &fabric, WELL);
}

#[test]
fn a_suspension_in_the_trees_policy_is_told_alike_and_outlives_the_database() {
    let policy = "suspended = \"moving house\"\n";
    let fabric = Fabric::of(&[("raw/a.yaml", server("a").as_str()), (".hedgerow/policy.toml", policy)]);
    let before = fabric.remote.head();
    let mut service = start(&fabric);
    for again in [false, true] {
        if again {
            service.stop();
            std::fs::remove_dir_all(fabric.scene.path("state/hedgerow")).unwrap();
            service = start(&fabric);
        }
        all_say(&service, &fabric, &[("Ready", "false", "Suspended"), ("Stalled", "false", "Suspended")]);
        metric_is(&service, "fabric_suspended", 1.0);
        service.hedgerow(&fabric.scene, &["fabric", "show", "one"]).expect(0).says("moving house");
        service.hedgerow(&fabric.scene, &["fabric", "check", "one"]).expect(2).says("moving house");
    }
    assert_eq!(fabric.remote.head(), before);
    fabric.remote.commit("Go on").remove(&fabric.path(".hedgerow/policy.toml")).push();
    all_say(&service, &fabric, WELL);
    fabric.verify(&[], 0);
}

#[test]
fn reverted_rewritten_and_forgotten_wait_for_a_word() {
    let fabric = Fabric::example();
    let service = start(&fabric);
    all_say(&service, &fabric, WELL);
    let waits = |reason| [("Ready", "false", reason), ("Stalled", "true", reason), ("Witnessed", "true", "Agrees")];

    let reverted = fabric.remote.commit("Revert \"Hedgerow\"").tree("main^").push();
    all_say(&service, &fabric, &waits("Reverted")[..2]);
    metric_is(&service, "fabric_awaits_person", 1.0);
    an_event_tells(&service, &fabric, "Reverted");
    assert_eq!(fabric.remote.head(), reverted, "nothing was written");
    accept(&service, &fabric);
    all_say(&service, &fabric, WELL);
    metric_is(&service, "fabric_awaits_person", 0.0);

    let forced = fabric.remote.commit("Another past").parent("main~3").push();
    all_say(&service, &fabric, &waits("Rewritten")[..2]);
    assert_eq!(fabric.remote.head(), forced, "nothing was written");
    accept(&service, &fabric);
    all_say(&service, &fabric, WELL);

    service.stop();
    std::fs::remove_dir_all(fabric.scene.path("state/hedgerow")).unwrap();
    let head = fabric.remote.head();
    let service = start(&fabric);
    all_say(&service, &fabric, &waits("Forgotten")[..2]);
    assert_eq!(fabric.remote.head(), head, "nothing was written");
    accept(&service, &fabric);
    all_say(&service, &fabric, WELL);
    fabric.verify(&[], 0);
}

#[test]
fn tampered_with_is_not_conserved_until_a_person_says_so() {
    let fabric = Fabric::example();
    let service = start(&fabric);
    all_say(&service, &fabric, WELL);
    let violations = || service.metric("hedgerow_conservation_violations_total");
    assert_eq!(violations(), Some(0.0));

    // Somebody takes a document out of our commit, and leaves our words on it.
    let forged = fabric.remote.commit("").forge("main").remove(&fabric.path("managed/vpcs/db.yaml")).push();
    let tampered =
        [("Ready", "false", "Tampered"), ("Stalled", "true", "Tampered"), ("Conserved", "false", "Tampered")];
    all_say(&service, &fabric, &tampered);
    metric_is(&service, "fabric_awaits_person", 1.0);
    assert_eq!(violations(), Some(1.0));
    an_event_tells(&service, &fabric, "Conserved is false");
    service.hedgerow(&fabric.scene, &["fabric", "show", "one"]).expect(0).says("raw/vpcs/tenants.yaml");
    assert_eq!(fabric.remote.head(), forged, "nothing was written");
    fabric.verify(&[], 1);

    // Also while nobody can be asked.
    let away = fabric.scene.path("away.git");
    std::fs::rename(fabric.remote.path(), &away).unwrap();
    all_say(&service, &fabric, &[("Overdue", "true", "Late"), ("Conserved", "false", "Tampered")]);
    std::fs::rename(&away, fabric.remote.path()).unwrap();
    accept(&service, &fabric);
    all_say(&service, &fabric, WELL);
}

#[test]
fn the_breaker_and_a_second_look_that_differs() {
    let fabric = Fabric::of(&[("raw/a.yaml", server("a")), ("stray.yaml", server("b"))]);
    let service = Service::start(&fabric.scene, "[runs]\ninterval = \"1s\"\nbreaker = 1\n[network]\nroots = [\"/\"]\n");
    let run = |verb: &[&str]| service.hedgerow(&fabric.scene, verb).expect(0);
    run(&["repo", "add", "r", fabric.remote.url()]);
    run(&["fabric", "link", "one", "--repo", "r", "--path", &fabric.dir, "--no-adopt", "--yes", "--wait"]);
    all_say(&service, &fabric, WELL);
    let ours = fabric.remote.head();
    // Nobody pushes, and there is something to do again.
    service.ask("PATCH", "/api/v1/fabrics/one", Some(&json!({"adopt": true}))).expect(200);
    all_say(&service, &fabric, &[("Ready", "false", "Breaker"), ("Stalled", "true", "Breaker")]);
    assert_eq!(fabric.remote.head(), ours, "nothing was written");
    accept(&service, &fabric);
    all_say(&service, &fabric, WELL);

    // Whoever runs the server takes every push, and forgets it.
    fabric.remote.commit("One more").write(&fabric.path("raw/c.yaml"), server("c")).push();
    fabric.remote.hook("post-receive", "while read before after name; do git update-ref $name $before; done");
    all_say(
        &service,
        &fabric,
        &[("Ready", "false", "Differs"), ("Stalled", "true", "Differs"), ("Witnessed", "false", "Differs")],
    );
    let hold = service.get("fabrics/one")["hold"].clone();
    let (told, message) = (hold["commit"].as_str().unwrap(), hold["message"].as_str().unwrap());
    assert_eq!(told, fabric.remote.head(), "it goes on from what the remote has");
    assert!(message.contains("the server said yes, and it was not seen there"), "{message}");
    fabric.remote.unhook("post-receive");
    accept(&service, &fabric);
    all_say(&service, &fabric, WELL);
    fabric.verify(&[], 0);
}
