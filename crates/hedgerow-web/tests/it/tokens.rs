//! Tokens: roles, scopes, expiry, revocation.

use std::sync::atomic::{AtomicI64, Ordering};

use serde_json::json;
use time::OffsetDateTime;

use crate::service::Service;

#[tokio::test]
async fn a_role_may_what_it_may_and_no_more() {
    let service = Service::start().await;
    let viewer = service.make_token("viewer", "viewer", None).await;
    let operator = service.make_token("operator", "operator", None).await;
    let repository = json!({"url": "https://git.example/fabrics.git"});
    for token in [&viewer, &operator] {
        service.with(token).get("/api/v1/repositories").await.is(200);
        service.with(token).post("/api/v1/repositories", repository.clone()).await.is_problem(403, "forbidden");
        service.with(token).get("/api/v1/tokens").await.is_problem(403, "forbidden");
        service.with(token).get("/api/v1/audit").await.is_problem(403, "forbidden");
        let token_for_me = json!({"name": "me", "role": "admin"});
        service.with(token).post("/api/v1/tokens", token_for_me).await.is_problem(403, "forbidden");
    }
    service.as_admin().post("/api/v1/repositories", repository).await.is(201);
}

#[tokio::test]
async fn a_token_for_some_fabrics_sees_no_others() {
    let service = Service::start().await;
    service.as_admin().post("/api/v1/repositories", json!({"url": "https://git.example/fabrics.git"})).await.is(201);
    let scoped = service.make_token("scoped", "admin", Some(&["dc1"])).await;
    let listed = service.with(&scoped).get("/api/v1/repositories").await.is(200);
    assert_eq!(listed, json!({"items": [], "next": null}));
    service.with(&scoped).get("/api/v1/repositories/fabrics").await.is_problem(404, "not-found");
    service.with(&scoped).get("/api/v1/audit").await.is_problem(403, "forbidden");
    service.with(&scoped).get("/api/v1/tokens").await.is_problem(403, "forbidden");
}

#[tokio::test]
async fn a_revoked_token_is_worth_nothing() {
    let service = Service::start().await;
    let token = service.make_token("ci", "viewer", None).await;
    service.with(&token).get("/api/v1/repositories").await.is(200);
    service.as_admin().delete("/api/v1/tokens/ci").await.is(204);
    service.with(&token).get("/api/v1/repositories").await.is_problem(401, "unauthorized");
    service.as_admin().delete("/api/v1/tokens/ci").await.is_problem(404, "not-found");
    let listed = service.as_admin().get("/api/v1/tokens").await.is(200);
    assert!(listed["items"][0]["revoked"].is_string(), "{listed}");
    assert!(!listed.to_string().contains(&token), "{listed}");
}

#[tokio::test]
async fn a_token_expires() {
    static NOW_S: AtomicI64 = AtomicI64::new(1_800_000_000);
    let clock = || OffsetDateTime::from_unix_timestamp(NOW_S.load(Ordering::Relaxed)).unwrap();
    let service = Service::start_with(|parts| parts.now = clock).await;
    let made = service.as_admin().post("/api/v1/tokens", json!({"name": "day", "role": "viewer", "days": 1})).await;
    let made = made.is(201);
    assert_eq!(made["expires"], "2027-01-16T08:00:00Z");
    let token = made["token"].as_str().unwrap();
    NOW_S.fetch_add(24 * 60 * 60 - 1, Ordering::Relaxed);
    service.with(token).get("/api/v1/repositories").await.is(200);
    NOW_S.fetch_add(1, Ordering::Relaxed);
    service.with(token).get("/api/v1/repositories").await.is_problem(401, "unauthorized");
}
