//! What goes on while one looks: `--watch`, a run's steps, what the file could not make true yet, a credential's end.

use std::time::Duration;

use hedgerow_testkit::{Fake, GitHttp};
use rustix::process::Signal;
use serde_json::Value;
use time::OffsetDateTime;

use crate::support::fabric::Fabric;
use crate::support::git::Remote;
use crate::support::service::Service;
use crate::support::yaml::server;

/// A file that declares `directories` of the remote at `url` as the fabrics `one`, `two`, …
fn declaring(url: &str, directories: &[&str], more: &str) -> String {
    let names = ["one", "two", "three"].iter().zip(directories);
    let fabrics = names.map(|(name, directory)| {
        format!(
            "[[fabric]]\nname = \"{name}\"\nrepository = \"r\"\nbranch = \"main\"\ndirectory = \"{directory}\"\nadopt = false\n"
        )
    });
    format!(
        "{more}[network]\nroots = [\"/\"]\nclear_hosts = [\"127.0.0.1\"]\nnetworks = [\"127.0.0.0/8\"]\n\
         [[repository]]\nname = \"r\"\nurl = \"{url}\"\n{}",
        fabrics.collect::<String>()
    )
}

const RARELY: &str = "[runs]\ninterval = \"1h\"\n";
const OFTEN: &str = "[runs]\ninterval = \"1s\"\n";

fn is_ready(service: &Service, fabric: &str) -> bool {
    service.get(&format!("fabrics/{fabric}"))["ready"] == "true"
}

#[test]
fn a_watch_tells_all_that_comes_and_ends_well_when_it_is_told_to() {
    let fabric = Fabric::of(&[("raw/a.yaml", server("a"))]);
    let directories = ["fabrics/one", "fabrics/two", "fabrics/three"];
    let commit = directories.iter().fold(fabric.remote.commit("Three"), |commit, directory| {
        commit.write(&format!("{directory}/raw/.gitkeep"), "")
    });
    commit.push();
    let service = Service::start(&fabric.scene, &declaring(fabric.remote.url(), &directories, RARELY));
    service.until("all are ready", |service| ["one", "two", "three"].iter().all(|name| is_ready(service, name)));
    let runs = service.watch(&fabric.scene, &["runs", "--watch", "--limit", "1", "-o", "json"]);
    let events = service.watch(&fabric.scene, &["events", "--watch", "--limit", "1", "-o", "json", "--fabric", "one"]);
    for watching in [&runs, &events] {
        service.until("it shows what there is", |_| !watching.told().is_empty());
    }
    let commit = directories.iter().fold(fabric.remote.commit("More"), |commit, directory| {
        commit.write(&format!("{directory}/raw/s.yaml"), server(&directory.replace('/', "-")))
    });
    commit.push();
    service.hedgerow(&fabric.scene, &["fabric", "sync", "one", "--wait"]).expect(0);
    service.hedgerow(&fabric.scene, &["fabric", "suspend", "two", "--reason", "nobody asked"]).expect(0);
    service.hedgerow(&fabric.scene, &["fabric", "suspend", "one", "--reason", "for a while"]).expect(0);
    let changed = |told: &str, name: &str| {
        let rows = told.lines().map(|line| serde_json::from_str::<Value>(line).expect(line));
        rows.filter(|row| row["fabric"] == name && row["outcome"] == "changed" && row["verification"] == "verified")
            .count()
    };
    for name in ["one", "two", "three"] {
        service.until("a run of each is told, though there were three at once", |_| changed(&runs.told(), name) == 1);
    }
    service.until("the suspension is told", |_| events.told().contains("for a while"));
    assert!(!events.told().contains("nobody asked"), "another fabric's: {}", events.told());
    assert_eq!((runs.interrupt(), events.interrupt()), (Some(0), Some(0)));
}

#[test]
fn a_runs_steps_are_told_as_they_pass_and_its_end() {
    let fabric = Fabric::example();
    let go = fabric.scene.path("go");
    fabric.remote.hook("pre-receive", &format!("while [ ! -e {} ]; do sleep 0.1; done", go.display()));
    let service = Service::start(&fabric.scene, &declaring(fabric.remote.url(), &[&fabric.dir], RARELY));
    let watching = service.watch(&fabric.scene, &["runs", "--watch", "-o", "json"]);
    service.until("a run is open, and a watch shows it", |_| watching.told().contains("\"outcome\":null"));
    let run = service.get("runs?limit=1")["items"][0]["id"].as_str().unwrap().to_owned();
    let told = service.stream(&format!("/api/v1/runs/{run}/events"), || std::fs::write(&go, "").unwrap());
    let steps = told.matches("event: step\n").count();
    assert!(steps >= 1, "{told}");
    let end = told.split("event: end\n").nth(1).unwrap_or_else(|| panic!("no end: {told}"));
    let end: Value = serde_json::from_str(end.trim().strip_prefix("data: ").unwrap()).unwrap();
    assert_eq!((&end["outcome"], &end["verification"]), (&"changed".into(), &"verified".into()), "{told}");
    service.until("the watch shows how it ended", |_| watching.told().contains("\"outcome\":\"changed\""));
    assert_eq!(watching.interrupt(), Some(0));
}

#[test]
fn what_the_file_could_not_make_true_is_tried_again_without_a_word() {
    let fabric = Fabric::drained();
    let config = |url: &str, directory: &str| declaring(url, &[directory], OFTEN);
    let service = Service::start(&fabric.scene, &config(fabric.remote.url(), &fabric.dir));
    service.until("ready", |service| is_ready(service, "one"));

    fabric.scene.file("hedgerow.toml", config(fabric.remote.url(), "elsewhere"));
    service.signal(Signal::HUP);
    service.until("it says so", |service| service.log().contains("the new place does not work, so the old one stays"));
    assert_eq!(service.get("fabrics/one")["directory"], fabric.dir.as_str());
    fabric.remote.commit("Elsewhere").write("elsewhere/raw/one.yaml", server("one")).push();
    service.until("it is drained there", |_| fabric.remote.message("main").starts_with("hedgerow: elsewhere"));
    assert_eq!(service.get("fabrics/one")["directory"], "elsewhere");
}

#[test]
fn a_repository_goes_to_another_address_only_when_that_works() {
    let fabric = Fabric::drained();
    let config = |url: &str| declaring(url, &[&fabric.dir], OFTEN);
    let service = Service::start(&fabric.scene, &config(fabric.remote.url()));
    service.until("ready", |service| is_ready(service, "one"));

    let there = fabric.scene.path("there.git");
    fabric.scene.file("hedgerow.toml", config(there.to_str().unwrap()));
    service.signal(Signal::HUP);
    service
        .until("it says so", |service| service.log().contains("the new address does not work, so the old one stays"));
    assert_eq!(service.get("repositories/r")["url"], fabric.remote.url());
    let late = fabric.path("raw/late.yaml");
    fabric.remote.commit("Meanwhile").write(&late, server("late")).push();
    service.until("the old one is worked on", |_| fabric.remote.message("main").starts_with("hedgerow: "));
    service.until("and it is ready", |service| is_ready(service, "one"));

    let other: Remote = fabric.remote.clone_to(there, &["--bare"]);
    service.until("it goes there alone", |service| service.get("repositories/r")["url"] == other.url());
    other.commit("There").write(&fabric.path("raw/there.yaml"), server("there")).push();
    service.until("the new one is worked on", |_| other.message("main").starts_with("hedgerow: "));
    service.until("and it is ready", |service| is_ready(service, "one"));
}

#[test]
fn what_takes_a_restart_is_named_key_by_key_each_time() {
    let fabric = Fabric::drained();
    let config = |more: &str| declaring(fabric.remote.url(), &[&fabric.dir], more);
    let service = Service::start(&fabric.scene, &config(RARELY));
    let changed =
        "[service]\nstop_within = \"5s\"\npublic_url = \"https://h.example\"\n[runs]\ninterval = \"1h\"\nat_once = 3\n";
    fabric.scene.file("hedgerow.toml", config(changed));
    let words = "runs.at_once, service.public_url changed in the file, and not in force: that takes a restart";
    for times in 1..=2 {
        service.signal(Signal::HUP);
        service.until("it says so", |service| service.log().matches(words).count() == times);
    }
}

#[test]
fn a_token_that_ends_soon_is_told_by_log_command_and_metric() {
    let fabric = Fabric::example();
    let (server, forge) = (GitHttp::serve(fabric.scene.path("")), Fake::start());
    server.require("git", "a-token-that-ends");
    fabric.remote.git(&["config", "http.receivepack", "true"]);
    let end = OffsetDateTime::now_utc().replace_nanosecond(0).unwrap() + Duration::from_secs(5 * 24 * 3600 + 600);
    let spelled = format!("{} {:02}:{:02}:{:02} UTC", end.date(), end.hour(), end.minute(), end.second());
    forge.answers(&format!("200 OK\r\ngithub-authentication-token-expiration: {spelled}"), "{}");
    fabric.scene.file("token", "a-token-that-ends\n");
    let config = declaring(&server.url("remote.git"), &[&fabric.dir], RARELY);
    let write = format!(
        "write = {{ token_file = \"token\", token_forge = \"github\", token_api = \"{}\" }}\n[[fabric]]",
        forge.url()
    );
    let service = Service::start_with(&fabric.scene, &config.replacen("[[fabric]]", &write, 1), |command| {
        command.env("NO_PROXY", "*");
    });
    let metric = "hedgerow_credential_expiry_timestamp_seconds{repository=\"r\",use=\"write\"}";
    #[expect(clippy::cast_precision_loss, reason = "seconds of this century")]
    let seconds = end.unix_timestamp() as f64;
    service.until("the metric tells", |service| service.metric(metric) == Some(seconds));
    assert!(service.log().contains("the credential to write r expires in 5 days"), "{}", service.log());
    let shown = service.hedgerow(&fabric.scene, &["repo", "show", "r"]).expect(0);
    shown.says(&end.date().to_string());
    let asked = forge.take().remove(0);
    assert_eq!(asked.header("authorization"), Some("Bearer a-token-that-ends"));
}
