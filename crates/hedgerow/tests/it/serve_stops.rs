//! How the service ends, and what it writes down until then.

use std::time::Duration;

use hedgerow_testkit::{Fault, GitHttp, Stage};
use rustix::process::Signal;
use serde_json::Value;

use crate::support::fabric::Fabric;
use crate::support::service::Service;

/// The example behind HTTP, declared as the fabric `one`.
fn over_http(fabric: &Fabric, server: &GitHttp, more: &str) -> String {
    fabric.remote.git(&["config", "http.receivepack", "true"]);
    format!(
        "{more}[network]\nclear_hosts = [\"127.0.0.1\"]\nnetworks = [\"127.0.0.0/8\"]\n\
         [[repository]]\nname = \"fabrics\"\nurl = \"{}\"\n\
         [[fabric]]\nname = \"one\"\nrepository = \"fabrics\"\nbranch = \"main\"\ndirectory = \"{}\"\nadopt = false\n",
        server.url("remote.git"),
        fabric.dir
    )
}

#[test]
fn a_stop_ends_in_time_although_the_git_server_hangs_and_the_next_start_goes_on() {
    let fabric = Fabric::example();
    let server = GitHttp::serve(fabric.scene.path(""));
    server.fail(Stage::Push, Fault::Hang);
    let config = over_http(&fabric, &server, "[service]\nstop_within = \"3s\"\n");
    let change = |command: &mut std::process::Command| {
        command.env("NO_PROXY", "*");
    };
    let service = Service::start_with(&fabric.scene, &config, change);
    let mut pushed = Vec::new();
    service.until("the push hangs", |_| {
        pushed.extend(server.take_requests());
        pushed.iter().any(|request| request.target.ends_with("/git-receive-pack"))
    });
    let token = service.token.clone();
    let (code, took) = service.stop();
    assert_eq!(code, Some(0));
    assert!(took < Duration::from_secs(8), "it took {took:?}");

    server.heal();
    let mut service = Service::start_with(&fabric.scene, &config, change);
    service.token = token;
    let managed = "hedgerow_fabric_documents{fabric=\"one\",state=\"managed\"}";
    service.until("the next start does the job", |service| service.metric(managed) == Some(48.0));
    assert!(!service.get("runs")["items"].as_array().unwrap().iter().any(|run| run["finished"].is_null()));
    fabric.verify(&[], 0);
}

#[test]
fn a_service_that_is_killed_leaves_nothing_that_the_next_start_does_not_settle() {
    let fabric = Fabric::example();
    let server = GitHttp::serve(fabric.scene.path(""));
    server.fail_once(Stage::Push, Fault::Hang);
    let config = over_http(&fabric, &server, "");
    let change = |command: &mut std::process::Command| {
        command.env("NO_PROXY", "*");
    };
    let service = Service::start_with(&fabric.scene, &config, change);
    let mut pushed = Vec::new();
    service.until("the push hangs", |_| {
        pushed.extend(server.take_requests());
        pushed.iter().any(|request| request.target.ends_with("/git-receive-pack"))
    });
    service.signal(Signal::KILL);
    drop(service);
    let service = Service::start_with(&fabric.scene, &config, change);
    let managed = "hedgerow_fabric_documents{fabric=\"one\",state=\"managed\"}";
    service.until("the next start does the job", |service| service.metric(managed) == Some(48.0));
    fabric.verify(&[], 0);
}

#[test]
fn every_line_of_the_log_is_json_where_that_is_asked_for_and_a_run_is_one_line() {
    let fabric = Fabric::example();
    let server = GitHttp::serve(fabric.scene.path(""));
    let config = over_http(&fabric, &server, "[log]\nformat = \"json\"\n");
    let service = Service::start_with(&fabric.scene, &config, |command| {
        command.env("NO_PROXY", "*");
    });
    service.until("it has been there", |service| service.log().contains("\"visited\""));
    let log = service.log();
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    assert!(lines.iter().all(|line| line["level"].is_string() && line["timestamp"].is_string()), "{log}");
    let visits = lines.iter().filter(|line| line["message"] == "visited" && line["repository"] == "fabrics");
    assert_eq!(visits.count(), 1, "{log}");
}
