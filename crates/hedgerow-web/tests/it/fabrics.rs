//! What operators do to linked fabrics, and what is told of them.

use axum::http::Method;
use serde_json::json;

use crate::remote::{Remote, server};
use crate::service::Service;

async fn linked() -> (Service, Remote) {
    let (service, remote) = (Service::start().await, Remote::new(&[("dc1/raw/a.yaml", server("a"))]));
    remote.add_to(&service).await;
    let link = json!({"name": "dc1", "repository": "fabrics", "directory": "dc1"});
    service.as_admin().post("/api/v1/fabrics", link).await.is(201);
    (service, remote)
}

#[tokio::test]
async fn a_fabric_that_never_ran_is_not_green() {
    let (service, _remote) = linked().await;
    let fabric = service.as_admin().get("/api/v1/fabrics/dc1").await.is(200);
    assert_eq!(fabric["ready"], "unknown");
    let ready = fabric["conditions"].as_array().unwrap().iter().find(|one| one["type"] == "Ready").unwrap();
    assert_eq!(ready["reason"], "NeverRun", "{fabric}");
    assert!(fabric["last_verified"].is_null());
}

#[tokio::test]
async fn a_suspended_fabric_says_who_and_why_until_it_is_resumed() {
    let (service, _remote) = linked().await;
    let operator = service.make_token("op", "operator", Some(&["dc1"])).await;
    let suspend = "/api/v1/fabrics/dc1/suspend";
    service.with(&operator).post(suspend, json!({"reason": " "})).await.is_problem(422, "invalid");
    let suspended = service.with(&operator).post(suspend, json!({"reason": "a window"})).await.is(200);
    assert_eq!(
        (&suspended["suspension"]["by"], &suspended["suspension"]["reason"]),
        (&json!("op"), &json!("a window"))
    );
    service.with(&operator).post("/api/v1/fabrics/dc1/sync", json!({})).await.is_problem(409, "suspended");
    let resumed = service.with(&operator).post("/api/v1/fabrics/dc1/resume", json!({})).await.is(200);
    assert!(resumed["suspension"].is_null());
    let nothing = json!({"accept": "a".repeat(40)});
    service.with(&operator).post("/api/v1/fabrics/dc1/resume", nothing).await.is_problem(409, "conflict");
    let viewer = service.make_token("viewer", "viewer", None).await;
    service.with(&viewer).post(suspend, json!({"reason": "x"})).await.is_problem(403, "forbidden");
    service.with(&operator).delete("/api/v1/fabrics/dc1").await.is_problem(403, "forbidden");
    let others = service.make_token("others", "operator", Some(&["dc2"])).await;
    service.with(&others).get("/api/v1/fabrics/dc1").await.is_problem(404, "not-found");
    assert_eq!(service.with(&others).get("/api/v1/fabrics").await.is(200)["items"], json!([]));
}

#[tokio::test]
async fn a_ring_is_answered_by_one_run_and_its_progress_ends() {
    let (service, remote) = linked().await;
    let rung = service.as_admin().post("/api/v1/fabrics/dc1/sync", json!({})).await;
    let ring = rung.header("location").to_owned();
    assert_eq!(rung.is(202)["ring"], ring);
    assert_eq!(service.as_admin().get(&ring).await.is(200)["state"], "waiting");
    service.work();
    let answered = service.until(&ring, |ring| ring["answered"] == true).await;
    assert_eq!(answered["visit"]["runs"], json!([answered["run"]]));
    let id = answered["run"].as_str().unwrap();
    let events = service.as_admin().get(&format!("/api/v1/runs/{id}/events")).await;
    assert_eq!(events.header("content-type"), "text/event-stream");
    assert!(events.text.contains("event: end") && events.text.contains("\"outcome\":\"changed\""), "{events:?}");

    let ledger = service.as_admin().get(&format!("/api/v1/runs/{id}/ledger")).await;
    assert!(ledger.text.contains("dc1/raw/a.yaml"), "{ledger:?}");
    assert_eq!(service.as_admin().get(&format!("/api/v1/runs/{id}/findings")).await.is(200), json!([]));
    let listed = service.as_admin().get("/api/v1/runs?fabric=dc1&outcome=changed").await.is(200);
    assert_eq!((&listed["items"][0]["id"], &listed["items"][0]["fabric"]), (&json!(id), &json!("dc1")));
    assert_eq!(listed["items"][0]["commit"], remote.bare.head("main"));
    service.as_admin().get("/api/v1/rings/fabrics/999").await.is_problem(404, "not-found");
    service.as_admin().get("/api/v1/rings/fabrics/x").await.is_problem(400, "malformed");
    let scoped = service.make_token("scoped", "viewer", Some(&["dc1"])).await;
    service.with(&scoped).get("/api/v1/runs").await.is_problem(403, "forbidden");
    assert_eq!(
        service.with(&scoped).get("/api/v1/runs?fabric=dc1").await.is(200)["items"].as_array().unwrap().len(),
        1
    );
    let others = service.make_token("others", "viewer", Some(&["dc2"])).await;
    service.with(&others).get(&format!("/api/v1/runs/{id}")).await.is_problem(404, "not-found");
}

#[tokio::test]
async fn an_object_is_found_shown_and_traced() {
    let (service, remote) = linked().await;
    service.work();
    service.until("/api/v1/fabrics/dc1", |fabric| fabric["ready"] == "true").await;
    for query in [
        "kind=Server",
        "name=a",
        "label=rack",
        "label=rack=r-a",
        "file=dc1/raw/a.yaml",
        "state=present",
        "namespace=default",
    ] {
        let found = service.as_admin().get(&format!("/api/v1/objects?fabric=dc1&{query}")).await.is(200);
        assert_eq!(found["items"].as_array().unwrap().len(), 1, "{query}");
    }
    for query in ["kind=Switch", "label=rack=r-b", "state=deleted", "file=dc1/raw/b.yaml", "namespace=x"] {
        assert_eq!(
            service.as_admin().get(&format!("/api/v1/objects?{query}")).await.is(200)["items"],
            json!([]),
            "{query}"
        );
    }
    service.as_admin().get("/api/v1/objects?state=here").await.is_problem(400, "malformed");
    let found = service.as_admin().get("/api/v1/objects").await.is(200);
    let id = found["items"][0]["id"].as_str().unwrap();
    let object = service.as_admin().get(&format!("/api/v1/objects/{id}")).await.is(200);
    assert_eq!(object["value"]["metadata"]["name"], "a");
    assert_eq!((&object["from"]["file"], &object["labels"]["rack"]), (&json!("dc1/raw/a.yaml"), &json!("r-a")));
    let versions = service.as_admin().get(&format!("/api/v1/objects/{id}/versions")).await.is(200);
    assert_eq!(versions[0]["commit"], remote.bare.head("main"));
    let yaml = format!("/api/v1/objects/{id}/yaml");
    let ours = remote.bare.head("main");
    for query in [String::new(), format!("?commit={ours}")] {
        let text = service.as_admin().get(&format!("{yaml}{query}")).await;
        assert_eq!((text.status.as_u16(), text.header("content-type")), (200, "application/yaml"), "{text:?}");
        assert_eq!(text.text, server("a"));
    }
    let before = remote.bare.git(["rev-parse", "main~1"]);
    service.as_admin().get(&format!("{yaml}?commit={}", before.trim())).await.is_problem(404, "not-found");
    service.as_admin().get(&format!("{yaml}?commit={}", "0".repeat(40))).await.is_problem(404, "not-found");
    service.as_admin().get(&format!("{yaml}?commit=main")).await.is_problem(400, "malformed");
    for nothing in ["999", "x", "-1"] {
        service.as_admin().get(&format!("/api/v1/objects/{nothing}")).await.is_problem(404, "not-found");
    }
}

#[tokio::test]
async fn a_command_by_hand_answers_its_own_ring() {
    let service = Service::start_with(|parts| parts.answers = hedgerow_web::Answers::Here).await;
    let remote = Remote::new(&[("dc1/raw/a.yaml", server("a"))]);
    remote.add_to(&service).await;
    let link = json!({"name": "dc1", "repository": "fabrics"});
    let linked = service.in_process(Method::POST, "/api/v1/fabrics", Some(link)).await.is(201);
    let ring = service.in_process(Method::GET, linked["ring"].as_str().unwrap(), None).await.is(200);
    assert_eq!((&ring["answered"], &ring["visit"]["causes"]), (&json!(true), &json!(["cli"])), "{ring}");
    let run = format!("/api/v1/runs/{}", ring["run"].as_str().unwrap());
    assert_eq!(service.in_process(Method::GET, &run, None).await.is(200)["verification"], "verified");
}

#[tokio::test]
async fn a_service_whose_workers_do_not_run_is_not_ready() {
    let service = Service::start().await;
    let answer = service.as_nobody().get("/readyz").await;
    assert_eq!(answer.status, 503, "{answer:?}");
    let tried = answer.json()["tried"].to_string();
    assert!(["database", "git", "workers", "watchdog"].iter().all(|name| tried.contains(name)), "{tried}");
    service.work();
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
    while service.as_nobody().get("/readyz").await.status != 200 {
        assert!(std::time::Instant::now() < deadline, "it is never ready");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}
