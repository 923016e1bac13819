//! Linking, with a real remote: what is said before, and what is so afterwards.

use serde_json::{Value, json};

use crate::remote::{Remote, server};
use crate::service::Service;

const FABRICS: &str = "/api/v1/fabrics";

fn link(name: &str, directory: &str) -> Value {
    json!({"name": name, "repository": "fabrics", "branch": "main", "directory": directory})
}

async fn with(files: &[(&str, String)]) -> (Service, Remote) {
    let (service, remote) = (Service::start().await, Remote::new(files));
    remote.add_to(&service).await;
    (service, remote)
}

#[tokio::test]
async fn a_link_drains_the_inbox_without_another_action() {
    let (service, remote) = with(&[("dc1/raw/a.yaml", server("a")), ("dc1/raw/b.yaml", server("b"))]).await;
    service.work();
    let plan = service.as_admin().post("/api/v1/fabrics/dc1/plan", link("dc1", "/dc1/")).await.is(200);
    assert_eq!((&plan["outcome"], &plan["counts"]["created"]), (&json!("changed"), &json!(2)));
    assert_eq!((&plan["strays"], &plan["warnings"], &plan["deployments"]), (&json!([]), &json!([]), &json!([])));
    assert_eq!(service.as_admin().get(FABRICS).await.is(200)["items"], json!([]), "a plan links nothing");

    let linked = service.as_admin().post(FABRICS, link("dc1", "/dc1/")).await;
    assert_eq!(linked.header("content-location"), "/api/v1/fabrics/dc1");
    let linked = linked.is(201);
    let ring = linked["ring"].as_str().unwrap().to_owned();
    let answered = service.until(&ring, |ring| ring["answered"] == true).await;
    let run = service.as_admin().get(&format!("/api/v1/runs/{}", answered["run"].as_str().unwrap())).await.is(200);
    assert_eq!((&run["outcome"], &run["verification"]), (&json!("changed"), &json!("verified")), "{run}");
    assert_eq!(run["commit"], remote.bare.head("main"));
    let fabric = service.until("/api/v1/fabrics/dc1", |fabric| fabric["ready"] == "true").await;
    assert_eq!(
        (&fabric["inbox"]["files"], &fabric["last_verified_commit"]),
        (&json!(0), &json!(remote.bare.head("main")))
    );
    let objects = service.as_admin().get("/api/v1/objects?fabric=dc1&kind=Server").await.is(200);
    assert_eq!(objects["items"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn an_overlapping_directory_is_refused_with_the_others_name() {
    let (service, _remote) = with(&[("dc1/raw/a.yaml", server("a")), ("dc1/raw/deep/raw/b.yaml", server("b"))]).await;
    service.as_admin().post(FABRICS, link("dc1", "dc1")).await.is(201);
    for (path, body) in [
        (FABRICS, link("dc2", "dc1")),
        (FABRICS, link("dc2", "dc1/raw/deep")),
        ("/api/v1/fabrics/dc2/plan", link("dc2", "dc1")),
    ] {
        let problem = service.as_admin().post(path, body).await.is_problem(409, "conflict");
        assert_eq!(problem["others"], json!(["the fabric dc1 in dc1"]));
    }
    let removed = service.as_admin().delete("/api/v1/repositories/fabrics").await;
    assert_eq!(removed.is_problem(409, "in-use")["others"], json!(["dc1"]));
}

#[tokio::test]
async fn a_stray_has_to_be_decided_about() {
    let (service, _remote) = with(&[("dc1/raw/a.yaml", server("a")), ("dc1/stray.yaml", server("s"))]).await;
    let problem = service.as_admin().post(FABRICS, link("dc1", "dc1")).await.is_problem(422, "choice-needed");
    assert_eq!(problem["others"], json!(["dc1/stray.yaml"]));
    let mut adopting = link("dc1", "dc1");
    adopting["adopt"] = json!(true);
    let plan = service.as_admin().post("/api/v1/fabrics/dc1/plan", adopting.clone()).await.is(200);
    assert_eq!((&plan["strays"], &plan["counts"]["created"]), (&json!(["dc1/stray.yaml"]), &json!(2)));
    assert_eq!(service.as_admin().post(FABRICS, adopting).await.is(201)["adopt"], true);
}

#[tokio::test]
async fn a_plan_warns_of_what_a_deployer_would_lose_double_or_take_from_the_inbox() {
    let application = |name: &str, path: &str, recurse: bool| {
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: {name}\nspec:\n  source:\n    \
             path: {path}\n    directory:\n      recurse: {recurse}\n"
        )
    };
    let flux = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata:\n  name: flux\nspec:\n  path: ./dc1/managed\n";
    let (service, _remote) = with(&[
        ("dc1/raw/a.yaml", server("a")),
        ("dc1/stray.yaml", server("s")),
        ("apps/root.yaml", application("root", "dc1", false)),
        ("apps/all.yaml", application("all", "dc1", true)),
        ("apps/flux.yaml", flux.to_owned()),
    ])
    .await;
    let mut adopting = link("dc1", "dc1");
    adopting["adopt"] = json!(true);
    let plan = service.as_admin().post("/api/v1/fabrics/dc1/plan", adopting).await.is(200);
    let of =
        |name: &str| plan["deployments"].as_array().unwrap().iter().find(|one| one["name"] == name).unwrap().clone();
    assert_eq!(of("root")["vanish"], json!(["Server default/s"]));
    assert_eq!(of("all")["from_inbox"], json!(["dc1/raw/a.yaml"]));
    assert_eq!(of("flux")["double"], json!(["Server default/a", "Server default/s"]));
    let warnings = plan["warnings"].to_string();
    for words in ["would vanish", "deployed twice", "files of the inbox"] {
        assert!(warnings.contains(words), "{words}: {warnings}");
    }
}

#[tokio::test]
async fn what_cannot_be_planned_is_not_linked() {
    let (service, mut remote) = with(&[("dc1/raw/a.yaml", server("a"))]).await;
    let absent = service.as_admin().post(FABRICS, link("dc2", "dc2")).await.is_problem(424, "remote");
    assert!(absent["detail"].as_str().unwrap().contains("dc2"), "{absent}");
    let mut branch = link("dc1", "dc1");
    branch["branch"] = json!("next");
    service.as_admin().post(FABRICS, branch).await.is_problem(424, "remote");
    let mut repository = link("dc1", "dc1");
    repository["repository"] = json!("nowhere");
    service.as_admin().post(FABRICS, repository).await.is_problem(422, "invalid");
    for wrong in ["..", "/", "a/../b", ".git"] {
        service.as_admin().post(FABRICS, link("dc1", wrong)).await.is_problem(422, "invalid");
    }
    remote.server.shut();
    service.as_admin().post(FABRICS, link("dc1", "dc1")).await.is_problem(424, "remote");
    assert_eq!(service.as_admin().get(FABRICS).await.is(200)["items"], json!([]));
}

#[tokio::test]
async fn a_new_place_is_tried_before_it_takes_over() {
    let (service, _remote) = with(&[("dc1/raw/a.yaml", server("a")), ("site/raw/b.yaml", server("b"))]).await;
    let linked = service.as_admin().post(FABRICS, link("dc1", "dc1")).await;
    let tag = linked.header("etag").to_owned();
    let path = "/api/v1/fabrics/dc1";
    service.as_admin().patch(path, json!({"directory": "nowhere"})).await.is_problem(424, "remote");
    let unchanged = service.as_admin().get(path).await;
    assert_eq!((unchanged.is(200)["directory"].clone(), unchanged.header("etag")), (json!("dc1"), tag.as_str()));
    let moved =
        service.as_admin().header("if-match", &tag).patch(path, json!({"directory": "site", "interval_ms": 60_000}));
    let moved = moved.await.is(200);
    assert_eq!((&moved["directory"], &moved["interval_ms"]), (&json!("site"), &json!(60_000)));
    service.as_admin().header("if-match", &tag).patch(path, json!({"directory": "dc1"})).await.is_problem(412, "stale");
    service.as_admin().patch(path, json!({"interval_ms": 0})).await.is(200);
    service.as_admin().patch(path, json!({"interval_ms": 5})).await.is_problem(422, "invalid");
    service.as_admin().delete(path).await.is(204);
    service.as_admin().get(path).await.is_problem(404, "not-found");
}

#[tokio::test]
async fn a_directory_that_nobody_linked_is_reported_with_what_waits_there() {
    let (service, _remote) = with(&[("dc1/raw/a.yaml", server("a")), ("dc2/raw/b.yaml", server("b"))]).await;
    service.as_admin().post(FABRICS, link("dc1", "dc1")).await.is(201);
    let orphans = service.as_admin().get("/api/v1/repositories/fabrics/orphans").await.is(200);
    assert_eq!(orphans, json!([{"branch": "main", "directory": "dc2", "waiting": ["dc2/raw/b.yaml"]}]));
    let elsewhere = service.as_admin().get("/api/v1/repositories/fabrics/orphans?branch=next").await;
    elsewhere.is_problem(424, "remote");
    service.as_admin().get("/api/v1/repositories/fabrics/orphans?branch=a..b").await.is_problem(422, "invalid");
    let check = service.as_admin().post("/api/v1/repositories/fabrics/check", json!({})).await.is(200);
    assert_eq!((&check["ok"], &check["orphans"]), (&json!(true), &orphans), "{check}");
    assert!(check["conditions"].to_string().contains("nobody linked it"), "{check}");
}

#[tokio::test]
async fn a_check_names_what_is_wrong() {
    let (service, mut remote) = with(&[("dc1/raw/a.yaml", server("a"))]).await;
    service.as_admin().post(FABRICS, link("dc1", "dc1")).await.is(201);
    let check = async |path: &str| service.as_admin().post(path, json!({})).await.is(200);
    assert_eq!(check("/api/v1/fabrics/dc1/check").await["ok"], true);
    remote.server.require("robot", "right");
    let refused = check("/api/v1/repositories/fabrics/check").await;
    assert_eq!(refused["ok"], false);
    let failed = |check: &Value| {
        let conditions = check["conditions"].as_array().unwrap();
        conditions.iter().find(|one| one["standing"] == "failed").unwrap()["message"].as_str().unwrap().to_owned()
    };
    assert!(failed(&refused).contains("credential") || failed(&refused).contains("401"), "{refused}");
    let token = json!({"kind": "token", "username": "robot", "secret": "wrong-canary"});
    service.as_admin().put("/api/v1/repositories/fabrics/credentials/write", token).await.is(200);
    let refused = check("/api/v1/fabrics/dc1/check").await;
    assert!(refused["ok"] == false && !refused.to_string().contains("canary"), "{refused}");
    remote.server.shut();
    assert_eq!(check("/api/v1/fabrics/dc1/check").await["ok"], false);
}
