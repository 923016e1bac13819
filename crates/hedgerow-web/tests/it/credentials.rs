//! Credentials: taken in, and never given back.

use std::process::Command;

use axum::http::Method;
use serde_json::{Value, json};

use crate::service::Service;

const OVER_HTTPS: &str = "/api/v1/repositories/web/credentials/write";
const OVER_SSH: &str = "/api/v1/repositories/shell/credentials/write";

async fn with_repositories() -> Service {
    let service = Service::start().await;
    for (name, url) in [("web", "https://git.example/fabrics.git"), ("shell", "git@git.example:fabrics.git")] {
        service.as_admin().post("/api/v1/repositories", json!({"name": name, "url": url})).await.is(201);
    }
    service
}

/// A private key of OpenSSH's, and a line that pins a host's key.
fn key() -> (String, String) {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("key");
    let made = Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-C", "x", "-f"]).arg(&file).status();
    assert!(made.unwrap().success());
    let public = std::fs::read_to_string(file.with_extension("pub")).unwrap();
    (std::fs::read_to_string(&file).unwrap(), format!("git.example {public}"))
}

#[tokio::test]
async fn a_credential_is_put_shown_without_its_secret_and_removed() {
    let service = with_repositories().await;
    let token = json!({"kind": "token", "username": "robot", "secret": "canary-token"});
    let put = service.as_admin().put(OVER_HTTPS, token).await;
    let shown = put.is(200);
    assert_eq!((&shown["use"], &shown["kind"]), (&json!("write"), &json!("token")));
    assert_eq!(shown["public"], json!({"username": "robot"}));
    let repository = service.as_admin().get("/api/v1/repositories/web").await;
    assert_eq!(repository.is(200)["credentials"], json!([shown]));
    assert_eq!(repository.header("etag"), put.header("etag"));

    let (secret, known_hosts) = key();
    let body = json!({"kind": "ssh_key", "secret": secret, "known_hosts": known_hosts});
    let shown = service.as_admin().put(OVER_SSH, body).await.is(200);
    assert!(shown["public"]["fingerprint"].as_str().unwrap().starts_with("SHA256:"), "{shown}");

    let stale = service.as_admin().header("if-match", "\"1\"").delete(OVER_HTTPS).await;
    stale.is_problem(412, "stale");
    service.as_admin().delete(OVER_HTTPS).await.is(204);
    service.as_admin().delete(OVER_HTTPS).await.is_problem(404, "not-found");
    assert_eq!(service.as_admin().get("/api/v1/repositories/web").await.is(200)["credentials"], json!([]));
}

#[tokio::test]
async fn a_repository_comes_with_its_credential_or_not_at_all() {
    let service = Service::start().await;
    let add = |credential: Value| json!({"url": "https://git.example/fabrics.git", "credential": credential});
    let bad = service.as_admin().post("/api/v1/repositories", add(json!({"kind": "token", "secret": " "}))).await;
    bad.is_problem(422, "invalid");
    assert_eq!(service.as_admin().get("/api/v1/repositories").await.is(200)["items"], json!([]));
    let good = add(json!({"kind": "environment", "variable": "HEDGEROW_REPOSITORY_FABRICS"}));
    let added = service.as_admin().post("/api/v1/repositories", good).await;
    assert_eq!(added.is(201)["credentials"][0]["public"]["variable"], "HEDGEROW_REPOSITORY_FABRICS");
    assert_eq!(service.as_admin().get("/api/v1/repositories/fabrics").await.header("etag"), added.header("etag"));
}

#[tokio::test]
async fn a_credential_that_cannot_be_used_is_refused_and_not_repeated() {
    let service = with_repositories().await;
    let (secret, known_hosts) = key();
    let on_web = [
        json!({"kind": "token", "secret": ""}),
        json!({"kind": "token", "secret": 7, "note": "canary"}),
        json!({"kind": "token", "secret": ["canary"]}),
        json!({"kind": "canary", "secret": "canary"}),
        json!({"kind": "token", "secret": "canary", "extra": "canary"}),
        json!({"kind": "token", "secret": "canary", "username": "a\nb"}),
        json!({"kind": "ssh_key", "secret": secret, "known_hosts": known_hosts}),
        json!({"kind": "github_app", "app_id": 1, "secret": "canary"}),
        json!({"kind": "environment", "variable": "DATABASE_URL"}),
        json!("canary"),
    ];
    let on_shell = [
        json!({"kind": "token", "secret": "canary"}),
        json!({"kind": "ssh_key", "secret": "canary", "known_hosts": known_hosts}),
        json!({"kind": "ssh_key", "secret": secret, "known_hosts": "canary"}),
    ];
    let all = on_web.iter().map(|body| (OVER_HTTPS, body)).chain(on_shell.iter().map(|body| (OVER_SSH, body)));
    for (path, body) in all {
        let answer = service.as_admin().put(path, body.clone()).await;
        answer.is_problem(422, "invalid");
        assert!(!answer.text.contains("canary"), "{body}: {answer:?}");
    }
    let broken = service.as_admin().send(Method::PUT, OVER_HTTPS, Some("{\"canary\"".to_owned())).await;
    broken.is_problem(400, "malformed");
    assert!(!broken.text.contains("canary"), "{broken:?}");
    let token = json!({"kind": "token", "secret": "x"});
    service.as_admin().put("/api/v1/repositories/web/credentials/delete", token).await.is_problem(404, "not-found");
}

#[tokio::test]
async fn without_a_sealing_key_no_secret_is_kept() {
    let service = Service::start_with(|parts| parts.keys = None).await;
    let add = json!({"url": "https://git.example/fabrics.git"});
    service.as_admin().post("/api/v1/repositories", add).await.is(201);
    let path = "/api/v1/repositories/fabrics/credentials/write";
    let token = json!({"kind": "token", "secret": "canary"});
    service.as_admin().put(path, token).await.is_problem(409, "not-configured");
    service.as_admin().put(path, json!({"kind": "environment"})).await.is(200);
}

/// Plants a secret wherever one may be given, asks for everything, and looks for it in every byte of every answer.
#[tokio::test]
async fn a_secret_is_in_no_answer() {
    let service = with_repositories().await;
    let (key, known_hosts) = key();
    let canary = "hg-canary-4f1d";
    let middle = key.lines().nth(2).unwrap().to_owned();
    let mut answers = vec![
        service.as_admin().put(OVER_HTTPS, json!({"kind": "token", "secret": canary})).await,
        service.as_admin().put(OVER_SSH, json!({"kind": "ssh_key", "secret": key, "known_hosts": known_hosts})).await,
    ];
    let read = "/api/v1/repositories/web/credentials/read";
    let pem = format!("-----BEGIN RSA PRIVATE KEY-----\n{canary}\n-----END RSA PRIVATE KEY-----\n");
    answers.push(service.as_admin().put(read, json!({"kind": "github_app", "app_id": 7, "secret": pem})).await);
    assert!(answers.iter().all(|answer| answer.status == 200), "{answers:?}");
    let keyed = service.as_admin().header("idempotency-key", "k");
    let added = json!({"url": "https://git.example/x", "credential": {"kind": "token", "secret": canary}});
    answers.push(keyed.post("/api/v1/repositories", added).await);
    let document = service.as_nobody().get("/api/v1/openapi.json").await.json();
    for path in document["paths"].as_object().unwrap().keys() {
        let path = path.replace("{name}", "web").replace("{use}", "write").replace("{id}", "1");
        for url in [format!("/api/v1/repositories?cursor={canary}"), path] {
            answers.push(service.as_admin().get(&url).await);
        }
    }
    answers.push(service.with(canary).get("/api/v1/audit").await);
    assert!(answers.len() > 20);
    for answer in answers {
        let whole = format!("{answer:?}");
        assert!(!whole.contains(canary) && !whole.contains(&middle) && !whole.contains(&service.token), "{whole}");
    }
}
