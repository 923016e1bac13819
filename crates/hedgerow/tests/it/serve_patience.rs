//! A git server that asks to be left alone, over real HTTP: git tells nobody for how long, and Hedgerow asks.

use std::time::Duration;

use hedgerow_testkit::{Fault, GitHttp, Stage};
use time::OffsetDateTime;
use time::macros::format_description;

use crate::support::fabric::Fabric;
use crate::support::service::Service;
use crate::support::yaml::server as document;

fn start(fabric: &Fabric, server: &GitHttp) -> Service {
    fabric.remote.git(&["config", "http.receivepack", "true"]);
    let config = format!(
        "[runs]\ninterval = \"1s\"\n[network]\nclear_hosts = [\"127.0.0.1\"]\nnetworks = [\"127.0.0.0/8\"]\n\
         [[repository]]\nname = \"fabrics\"\nurl = \"{}\"\nwrite = {{ token_file = \"token\" }}\n\
         [[fabric]]\nname = \"one\"\nrepository = \"fabrics\"\nbranch = \"main\"\ndirectory = \"{}\"\nadopt = false\n",
        server.url("remote.git"),
        fabric.dir
    );
    fabric.scene.file("token", "open sesame\n");
    let service = Service::start_with(&fabric.scene, &config, |command| {
        command.env("NO_PROXY", "*");
    });
    service.until("it is ready", |service| service.condition("one", "Ready") == "true");
    service
}

fn reason(service: &Service) -> String {
    let fabric = service.get("fabrics/one");
    let conditions = fabric["conditions"].as_array().unwrap();
    conditions.iter().find(|row| row["type"] == "Ready").unwrap()["reason"].as_str().unwrap().to_owned()
}

/// For how many ms from now on nothing is done there, as the store has it.
fn shut_ms(fabric: &Fabric) -> i128 {
    let until: i128 = fabric.scene.sql("SELECT not_before_ms FROM doorbells").parse().unwrap();
    until - OffsetDateTime::now_utc().unix_timestamp_nanos() / 1_000_000
}

fn date_in(seconds: u64) -> String {
    let format =
        format_description!("[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT");
    (OffsetDateTime::now_utc() + Duration::from_secs(seconds)).format(format).unwrap()
}

#[test]
fn a_server_is_left_alone_for_as_long_as_it_asks_in_seconds_or_until_a_date() {
    let fabric = Fabric::drained();
    let server = GitHttp::serve(fabric.scene.path(""));
    server.require("git", "open sesame");
    let service = start(&fabric, &server);
    for (status, code, after, name) in [(429, "RateLimited", "8".to_owned(), "a"), (503, "Server", date_in(20), "b")] {
        fabric.remote.commit("More").write(&fabric.path(&format!("raw/{name}.yaml")), document(name)).push();
        server.fail(Stage::AskFetch, Fault::Later(status, after));
        service.until("it is told", |service| reason(service) == code);
        service.until("the door is shut", |_| shut_ms(&fabric) > 0);
        let shut = shut_ms(&fabric);
        assert!(shut > 2_500 && shut < 20_500, "neither the pause of a failure nor that of an unknown wish: {shut} ms");
        server.heal();
        server.take_requests();
        service.until("the time is nearly over", |_| shut_ms(&fabric) < 500);
        assert_eq!(server.take_requests(), [], "not one request meanwhile");
        let placed = format!("/servers/{name}.yaml");
        service.until("it goes on by itself", |service| {
            service.condition("one", "Ready") == "true"
                && fabric.remote.git(&["ls-tree", "-r", "--name-only", "main"]).contains(&placed)
        });
    }
}

#[test]
fn a_wish_costs_one_question_and_has_a_limit() {
    let fabric = Fabric::drained();
    let server = GitHttp::serve(fabric.scene.path(""));
    server.require("git", "open sesame");
    let service = start(&fabric, &server);
    service.until("it is quiet", |service| service.condition("one", "Reconciling") == "false");
    server.fail(Stage::AskFetch, Fault::Later(429, "99999999".to_owned()));
    server.take_requests();
    service.until("it is told", |service| reason(service) == "RateLimited");
    service.until("the door is shut", |_| shut_ms(&fabric) > 0);
    let asked: Vec<_> = server.take_requests();
    let refused = asked.iter().filter(|request| request.with_credential).count();
    assert!(refused <= 2, "git's question, and one of ours by the same right: {asked:?}");
    assert!(asked.iter().all(|request| request.target.ends_with("info/refs?service=git-upload-pack")), "{asked:?}");
    let shut = shut_ms(&fabric);
    assert!(shut <= 3_600_000 && shut > 3_500_000, "no longer than an hour: {shut} ms");
}
