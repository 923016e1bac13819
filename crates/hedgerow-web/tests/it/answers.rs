//! What is true of every answer.

use axum::http::Method;
use serde_json::json;

use crate::service::Service;

#[tokio::test]
async fn nobody_is_told_anything_but_health_and_the_description() {
    let service = Service::start().await;
    for open in ["/healthz", "/api/v1", "/api/v1/openapi.json", "/problems/stale"] {
        service.as_nobody().get(open).await.is_ok(open);
    }
    for closed in ["/api/v1/repositories", "/api/v1/repositories/x", "/api/v1/tokens", "/api/v1/audit"] {
        let answer = service.as_nobody().get(closed).await;
        answer.is_problem(401, "unauthorized");
        assert_eq!(answer.header("www-authenticate"), "Bearer");
        service.with("hedgerow_unknown").get(closed).await.is_problem(401, "unauthorized");
    }
}

#[tokio::test]
async fn whatever_is_wrong_is_a_problem() {
    let service = Service::start().await;
    service.as_admin().get("/nowhere").await.is_problem(404, "not-found");
    service.as_admin().get("/api/v1/nowhere").await.is_problem(404, "not-found");
    service.as_admin().delete("/api/v1/audit").await.is_problem(405, "method-not-allowed");
    service.as_admin().get("/api/v1/audit?limit=x").await.is_problem(400, "malformed");
    service.as_admin().get("/api/v1/audit?limit=0").await.is_problem(400, "malformed");
    service.as_admin().get("/api/v1/audit?cursor=-1").await.is_problem(400, "malformed");
    let tokens = "/api/v1/tokens";
    let send = async |body: &str| service.as_admin().send(Method::POST, tokens, Some(body.to_owned())).await;
    send("{").await.is_problem(400, "malformed");
    send("{}").await.is_problem(422, "invalid");
    send(&" ".repeat(300_000)).await.is_problem(413, "too-large");
    let text = service.as_admin().header("content-type", "text/plain").send(Method::POST, tokens, None).await;
    text.is_problem(415, "media-type");
    let unknown = json!({"name": "x", "role": "viewer", "color": "red"});
    service.as_admin().post(tokens, unknown).await.is_problem(422, "invalid");
    for odd in
        [json!({"name": 7, "role": "viewer"}), json!({"name": [], "role": {}}), json!([]), json!("x"), json!(null)]
    {
        service.as_admin().post(tokens, odd).await.is_problem(422, "invalid");
    }
    service.as_admin().post(tokens, json!({"name": "x", "role": "king"})).await.is_problem(422, "invalid");
    service.as_admin().post(tokens, json!({"name": "x y", "role": "viewer"})).await.is_problem(422, "invalid");
}

#[tokio::test]
async fn who_asks_too_often_is_told_when_to_come_again() {
    let service = Service::start_with(|parts| parts.requests_per_minute = 5).await;
    for _ in 0..5 {
        service.as_admin().get("/api/v1/repositories").await.is(200);
    }
    let answer = service.as_admin().get("/api/v1/repositories").await;
    answer.is_problem(429, "rate-limited");
    assert!((1..=12).contains(&answer.header("retry-after").parse::<u64>().unwrap()), "{answer:?}");
    for _ in 0..5 {
        service.as_nobody().get("/api/v1/repositories").await.is_problem(401, "unauthorized");
    }
    service.as_nobody().get("/api/v1/repositories").await.is_problem(429, "rate-limited");
}

#[tokio::test]
async fn the_same_request_again_does_nothing_and_is_answered_the_same() {
    let service = Service::start().await;
    let wanted = json!({"url": "https://git.example/fabrics.git"});
    let post = async |key: &str, body: &serde_json::Value| {
        service.as_admin().header("idempotency-key", key).post("/api/v1/repositories", body.clone()).await
    };
    let first = post("k1", &wanted).await;
    let again = post("k1", &wanted).await;
    assert_eq!((first.is(201), first.header("location")), (again.is(201), again.header("location")));
    assert_eq!((first.header("idempotency-replayed"), again.header("idempotency-replayed")), ("", "true"));
    assert_eq!(first.header("etag"), again.header("etag"));
    post("k1", &json!({"url": "https://git.example/other.git"})).await.is_problem(422, "key-reused");
    post("k2", &wanted).await.is_problem(409, "conflict");
    post(&"k".repeat(300), &wanted).await.is_problem(400, "malformed");
    let audit = service.as_admin().get("/api/v1/audit?subject=repository/fabrics").await.is(200);
    assert_eq!(audit["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_token_is_not_shown_again_for_the_same_key() {
    let service = Service::start().await;
    let wanted = json!({"name": "ci", "role": "viewer"});
    let post = async || service.as_admin().header("idempotency-key", "k").post("/api/v1/tokens", wanted.clone()).await;
    let first = post().await.is(201);
    let again = post().await.is(201);
    assert!(first["token"].as_str().unwrap().starts_with("hedgerow_"));
    assert_eq!((again["token"].is_null(), &again["name"]), (true, &first["name"]));
}

#[tokio::test]
async fn a_command_in_the_same_process_needs_no_token_and_gets_the_same_answers() {
    let service = Service::start().await;
    let wanted = json!({"url": "https://git.example/fabrics.git"});
    let added = service.in_process(Method::POST, "/api/v1/repositories", Some(wanted)).await.is(201);
    let inside = service.in_process(Method::GET, "/api/v1/repositories/fabrics", None).await;
    let outside = service.as_admin().get("/api/v1/repositories/fabrics").await;
    assert_eq!((inside.is(200), inside.header("etag")), (outside.is(200), outside.header("etag")));
    assert_eq!(added, inside.json());
    let audit = service.as_admin().get("/api/v1/audit?actor=local").await.is(200);
    assert_eq!(audit["items"][0]["action"], "repository.add");
}

impl crate::service::Answer {
    #[track_caller]
    fn is_ok(&self, what: &str) {
        assert!(self.status.is_success(), "{what}: {self:?}");
        assert_eq!(self.header("x-content-type-options"), "nosniff", "{what}");
    }
}
