//! `hedgerow serve`: from a file that declares a fabric to a drained inbox, by every trigger that needs no other program,
//! across restarts.

use std::time::Duration;

use rustix::process::Signal;

use crate::support::fabric::Fabric;
use crate::support::git::Remote;
use crate::support::ran::Ran;
use crate::support::scene::Scene;
use crate::support::service::Service;
use crate::support::yaml::server;

/// A file that declares `directory` of `remote` as the fabric `one`.
fn declaring(remote: &Remote, directory: &str, interval: &str) -> String {
    format!("[runs]\ninterval = \"{interval}\"\n[network]\nroots = [\"/\"]\n{}", fabric("one", remote, directory))
}

fn fabric(name: &str, remote: &Remote, directory: &str) -> String {
    format!(
        "[[repository]]\nname = \"{name}-repository\"\nurl = \"{}\"\n\
         [[fabric]]\nname = \"{name}\"\nrepository = \"{name}-repository\"\nbranch = \"main\"\n\
         directory = \"{directory}\"\nadopt = false\n",
        remote.url()
    )
}

const SUCCESS: &str = "hedgerow_fabric_last_success_timestamp_seconds{fabric=\"one\"}";

fn managed(service: &Service) -> Option<f64> {
    service.metric("hedgerow_fabric_documents{fabric=\"one\",state=\"managed\"}")
}

fn is(service: &Service, condition: &str, status: &str) -> bool {
    let sample = format!("hedgerow_fabric_condition{{fabric=\"one\",type=\"{condition}\",status=\"{status}\"}}");
    service.metric(&sample) == Some(1.0)
}

fn trigger_of_newest_run(service: &Service) -> String {
    service.get("runs?limit=1")["items"][0]["trigger"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn f_02_a_full_inbox_ends_drained_without_another_action() {
    for fabric in [Some(Fabric::example()), Fabric::seed("e40d5442")].into_iter().flatten() {
        let service = Service::start(&fabric.scene, &declaring(&fabric.remote, &fabric.dir, "5m"));
        service.until("48 objects are managed", |service| managed(service) == Some(48.0));
        for condition in ["Ready", "Witnessed", "Conserved"] {
            service.until(condition, |service| is(service, condition, "true"));
        }
        let runs = service.get("runs");
        assert_eq!(runs["items"][0]["outcome"], "changed", "{runs}");
        assert_eq!(runs["items"][0]["verification"], "verified", "{runs}");
        assert_eq!(runs["items"][0]["trigger"], "start", "{runs}");
        assert_eq!(runs["items"][0]["commit"], fabric.remote.head());
        fabric.verify(&[], 0);
    }
}

#[test]
fn f_03_the_timer_commits_what_came_and_the_start_says_which_triggers_never_fired() {
    let fabric = Fabric::drained();
    let service = Service::start(&fabric.scene, &declaring(&fabric.remote, &fabric.dir, "1s"));
    assert!(service.log().contains("trigger webhook: never fired"), "{}", service.log());
    assert!(service.log().contains("trigger cli: last fired 20"), "{}", service.log());
    service.until("it was looked at", |service| service.metric(SUCCESS).is_some());
    let before = fabric.remote.head();
    fabric.remote.commit("Another server").write(&fabric.path("raw/late.yaml"), server("late")).push();
    service.until("a new commit of ours", |_| fabric.remote.message("main").starts_with("hedgerow: "));
    assert_ne!(fabric.remote.head(), before);
    service.until("its run is listed", |service| service.get("runs")["items"][0]["commit"] == fabric.remote.head());
    assert_eq!(trigger_of_newest_run(&service), "timer");
}

#[test]
fn f_19_a_restart_keeps_everything_and_the_period() {
    let fabric = Fabric::example();
    let config = declaring(&fabric.remote, &fabric.dir, "2s");
    let service = Service::start(&fabric.scene, &config);
    let token = service.token.clone();
    service.until("48 objects are managed", |service| managed(service) == Some(48.0));
    let (code, took) = service.stop();
    assert_eq!(code, Some(0));
    assert!(took < Duration::from_secs(10), "it took {took:?} to stop");

    let mut service = Service::start(&fabric.scene, &config);
    assert_eq!(service.token, None, "the first token is shown once");
    service.token = token;
    assert_eq!(managed(&service), Some(48.0), "known before anything was looked at again");
    let mut seen = Vec::new();
    let mut last = service.metric(SUCCESS);
    for _ in 0..4 {
        service.until("another look", |service| service.metric(SUCCESS) != last);
        last = service.metric(SUCCESS);
        seen.extend(last);
    }
    for pair in seen[1..].windows(2) {
        let period = pair[1] - pair[0];
        assert!((1.0..4.0).contains(&period), "every 2 s, with a second or two: {seen:?}");
    }
    assert_eq!(fabric.remote.count("main"), 2, "nothing was committed again");
}

#[test]
fn a_server_that_is_away_is_unknown_then_overdue_and_recovers_alone() {
    let fabric = Fabric::example();
    let service = Service::start(&fabric.scene, &declaring(&fabric.remote, &fabric.dir, "1s"));
    service.until("ready", |service| is(service, "Ready", "true"));
    let away = fabric.scene.path("away.git");
    std::fs::rename(fabric.remote.path(), &away).unwrap();
    service.until("ready is no longer true", |service| !is(service, "Ready", "true"));
    assert_eq!(service.metric("hedgerow_inbox_files{fabric=\"one\"}"), None, "what cannot be read is absent");
    service.until("overdue", |service| is(service, "Overdue", "true"));
    std::fs::rename(&away, fabric.remote.path()).unwrap();
    service.until("ready again", |service| is(service, "Ready", "true") && is(service, "Overdue", "false"));
}

#[test]
fn sighup_reads_the_file_again_and_a_bad_one_changes_nothing() {
    let fabric = Fabric::drained();
    let config = declaring(&fabric.remote, &fabric.dir, "5m");
    let service = Service::start(&fabric.scene, &config);
    service.until("ready", |service| is(service, "Ready", "true"));

    fabric.scene.file("hedgerow.toml", format!("{config}nonsense = 1\n"));
    service.signal(Signal::HUP);
    service.until("it says so", |service| service.log().contains("unknown key nonsense"));
    assert!(is(&service, "Ready", "true"));

    fabric.scene.file("hedgerow.toml", "");
    service.signal(Signal::HUP);
    service.until("it says so", |service| service.log().contains("what is linked stays linked"));
    assert!(is(&service, "Ready", "true"));

    let other = Remote::init(fabric.scene.path("other.git"), &[]);
    other.commit("A fabric").write("two/raw/one.yaml", server("one")).push();
    let both = format!("{config}{}", self::fabric("two", &other, "two"));
    fabric.scene.file("hedgerow.toml", &both);
    service.signal(Signal::HUP);
    service.until("the new fabric is drained", |_| other.message("main").starts_with("hedgerow: "));
    service.ask("DELETE", "/api/v1/repositories/one-repository", None).expect(409);

    let one = declaring(&fabric.remote, &fabric.dir, "5m");
    fabric.scene.file("hedgerow.toml", format!("version = 1\n{one}"));
    service.signal(Signal::HUP);
    service.until("the fabric is unlinked", |service| {
        service.metric("hedgerow_fabric_suspended{fabric=\"two\"}").is_none()
    });
    service.until("its record is kept", |service| service.get("runs").to_string().contains(&other.head()));

    fabric.scene.file("hedgerow.toml", &both);
    service.signal(Signal::HUP);
    service.until("an older file does not win", |service| service.log().contains("is older than the one in force"));
    assert_eq!(service.metric("hedgerow_fabric_suspended{fabric=\"two\"}"), None);
}

#[test]
fn a_fabric_goes_to_another_place_only_when_that_works() {
    let fabric = Fabric::drained();
    let config = declaring(&fabric.remote, &fabric.dir, "5m");
    let service = Service::start(&fabric.scene, &config);
    service.until("ready", |service| is(service, "Ready", "true"));

    let elsewhere = declaring(&fabric.remote, "elsewhere", "5m");
    fabric.scene.file("hedgerow.toml", &elsewhere);
    service.signal(Signal::HUP);
    service.until("it says so", |service| service.log().contains("so the old one stays in force"));
    assert_eq!(service.get("fabrics/one")["directory"], fabric.dir.as_str());

    fabric.remote.commit("Elsewhere").write("elsewhere/raw/one.yaml", server("one")).push();
    service.signal(Signal::HUP);
    service.until("it is drained there", |_| fabric.remote.message("main").starts_with("hedgerow: elsewhere"));
    assert_eq!(service.get("fabrics/one")["directory"], "elsewhere");
    assert!(!service.log().contains("takes a restart"), "nothing of that kind has changed: {}", service.log());
}

#[test]
fn a_second_service_on_one_file_is_refused_and_commands_are_not() {
    let fabric = Fabric::drained();
    let service = Service::start(&fabric.scene, &declaring(&fabric.remote, &fabric.dir, "5m"));
    fabric
        .scene
        .run(&["serve", "--listen", "127.0.0.1:0"])
        .expect(2)
        .says("another service runs on")
        .says(&format!("process {}", service.pid().as_raw_nonzero()));
    fabric.scene.run(&["get", "objects"]).expect(0);
    fabric.scene.run(&["events"]).expect(0);
}

#[test]
fn what_keeps_it_from_starting_is_said_and_the_exit_code_is_2() {
    let scene = Scene::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    scene.run(&["serve", "--listen", &address]).expect(2).says("listening on");
    scene.run(&["serve", "--config", "no-such-file"]).expect(2).says("no-such-file");
    let file = scene.file("hedgerow.toml", "[service]\nsealing_key_file = \"no-such-key\"\n");
    scene.run(&["serve", "--config", file.to_str().unwrap()]).expect(2).says("no-such-key");
}

#[test]
fn the_verbs_say_the_same_by_both_ways() {
    let fabric = Fabric::drained();
    let service = Service::start(&fabric.scene, &declaring(&fabric.remote, &fabric.dir, "5m"));
    service.until("ready", |service| is(service, "Ready", "true"));
    for verb in [
        &["repo", "list"][..],
        &["repo", "list", "-o", "json"],
        &["repo", "show", "one-repository", "-o", "yaml"],
        &["repo", "show", "nobody's"],
        &["runs"],
        &["runs", "-o", "csv"],
        &["events", "-o", "name"],
        &["token", "list", "-o", "name"],
        &["repo", "remove", "one-repository"],
        &["token", "create", "bad name", "--role", "viewer"],
    ] {
        let (there, here) = (service.hedgerow(&fabric.scene, verb), fabric.scene.run(verb));
        let told = |ran: &Ran| (ran.code(), ran.stdout(), ran.stderr());
        assert_eq!(told(&there), told(&here), "{verb:?}");
    }
}

#[test]
fn a_verb_without_a_good_token_says_what_to_do() {
    let fabric = Fabric::drained();
    let mut service = Service::start(&fabric.scene, "");
    service.token = None;
    service.hedgerow(&fabric.scene, &["repo", "list"]).expect(2).says("HEDGEROW_TOKEN");
    service.token = Some("hedgerow_wrong".to_owned());
    service.hedgerow(&fabric.scene, &["repo", "list"]).expect(2).says("hint: ");
    service.token = Some("ghp_for_git_alone".to_owned());
    service.hedgerow(&fabric.scene, &["repo", "list"]).expect(2).says("it is not sent");
}
