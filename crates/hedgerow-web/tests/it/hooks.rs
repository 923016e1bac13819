//! The door for forges, from outside.

use std::net::SocketAddr;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Request, StatusCode};
use hedgerow_core::path::FabricDir;
use hedgerow_forge::webhook::{Provider, Sample, sign};
use hedgerow_store::{Actor, Answered, LinkPlace, Name, NewLink, NewRepository, Owner, RepositoryId};
use serde_json::{Value, json};

use crate::service::{Answer, Service, over_the_socket};

const URL: &str = "https://git.example/net/fabrics";

fn by() -> Actor {
    Actor { name: "ann".to_owned(), through: Owner::Api, at_ms: 1 }
}

/// A repository with the fabrics dc1 (on main) and lab (on next).
async fn linked(service: &Service) -> RepositoryId {
    let store = &service.state.store;
    let new = NewRepository { name: Name::parse("fabrics").unwrap(), url: URL.to_owned(), address: URL.to_owned() };
    let repository = store.add_repository(&new, &by()).await.unwrap().id;
    for (name, branch) in [("dc1", "main"), ("lab", "next")] {
        let place = LinkPlace { repository, branch: branch.to_owned(), directory: FabricDir::parse(name).unwrap() };
        let name = Name::parse(name).unwrap();
        let link = NewLink { name, place, adopt: false, interval_ms: None, push_to: None };
        store.link_fabric(&link, &by()).await.unwrap();
    }
    repository
}

/// A hook's path and secret.
async fn hook(service: &Service, name: &str, provider: Provider, repository: Option<&str>) -> (String, String) {
    let wanted = json!({ "name": name, "provider": provider.as_str(), "repository": repository });
    let made = service.as_admin().post("/api/v1/hooks", wanted).await.is(201);
    let url = made["url"].as_str().unwrap();
    let path = url.strip_prefix("https://hedgerow.example").unwrap().to_owned();
    (path, made["secret"].as_str().unwrap().to_owned())
}

async fn send(service: &Service, path: &str, headers: HeaderMap, body: Vec<u8>) -> Answer {
    send_to(service.address, path, headers, body).await
}

async fn send_to(address: SocketAddr, path: &str, headers: HeaderMap, body: Vec<u8>) -> Answer {
    let mut request = Request::builder().method("POST").uri(path).header("host", address.to_string());
    request.headers_mut().unwrap().extend(headers);
    over_the_socket(address, request.body(Body::from(body)).unwrap()).await
}

fn now_ms() -> i64 {
    i64::try_from(time::OffsetDateTime::now_utc().unix_timestamp_nanos() / 1_000_000).unwrap()
}

fn push(provider: Provider, secret: &str, id: &str, url: &str, branch: &str) -> Sample {
    sign(provider, &secret.into(), id, url, branch, now_ms()).unwrap()
}

async fn deliveries(service: &Service) -> Vec<Value> {
    service.as_admin().get("/api/v1/deliveries").await.is(200)["items"].as_array().unwrap().clone()
}

async fn rings(service: &Service) -> u64 {
    service.state.store.unanswered().await.unwrap().0
}

#[tokio::test]
async fn every_sender_rings_at_the_door_and_is_told_where_to_look() {
    let service = Service::start().await;
    linked(&service).await;
    for (at, provider) in Provider::ALL.into_iter().enumerate() {
        let (path, secret) = hook(&service, provider.as_str(), provider, Some("fabrics")).await;
        let sample = push(provider, &secret, "sent-1", URL, "main");
        let answer = send(&service, &path, sample.headers, sample.body).await.is(202);
        let expected = if provider.names_repository() { json!(["dc1"]) } else { json!(["dc1", "lab"]) };
        assert_eq!((&answer["result"], &answer["fabrics"]), (&json!("rang"), &expected), "{provider}: {answer}");
        assert_eq!(answer["ring"], format!("/api/v1/rings/fabrics/{}", at + 1));
        let id = answer["delivery"].as_str().unwrap();
        let delivery = service.as_admin().get(&format!("/api/v1/deliveries/{id}")).await.is(200);
        assert_eq!((&delivery["signature"], &delivery["answer"]), (&json!("good"), &json!("waiting")), "{delivery}");
        assert_eq!((&delivery["source"], &delivery["hook"]), (&json!("127.0.0.1"), &json!(provider.as_str())));
        assert_eq!(delivery["ring"], answer["ring"]);
    }
    assert_eq!(rings(&service).await, 5);
    let counts = service.state.tally.counts().deliveries;
    assert_eq!(counts[&("github".to_owned(), "rang".to_owned())], 1);
}

#[tokio::test]
async fn what_is_not_good_is_refused_recorded_and_nothing_else() {
    let service = Service::start().await;
    linked(&service).await;
    let (path, secret) = hook(&service, "lab", Provider::GitLab, Some("fabrics")).await;
    let good = push(Provider::GitLab, &secret, "sent-1", URL, "main");
    let forged = push(Provider::GitLab, "whsec_AAAA", "sent-1", URL, "main");
    let replayed = sign(Provider::GitLab, &secret.as_str().into(), "sent-1", URL, "main", now_ms() - 600_000).unwrap();
    let mut altered = good.clone();
    altered.body.push(b' ');
    for (sample, signature) in [(forged, "wrong"), (replayed, "stale"), (altered, "wrong")] {
        send(&service, &path, sample.headers, sample.body).await.is_problem(401, "unauthorized");
        let delivery = deliveries(&service).await.remove(0);
        assert_eq!((&delivery["result"], &delivery["signature"]), (&json!("refused"), &json!(signature)), "{delivery}");
        assert_eq!((&delivery["delivery_id"], &delivery["ring"]), (&Value::Null, &Value::Null), "{delivery}");
    }
    send(&service, &path, HeaderMap::new(), good.body.clone()).await.is_problem(401, "unauthorized");
    let large = vec![b' '; hedgerow_forge::limits::MAX_WEBHOOK_BYTES + 1];
    send(&service, &path, good.headers.clone(), large).await.is_problem(413, "too-large");
    let all = deliveries(&service).await;
    assert_eq!(
        all.iter().map(|one| one["signature"].as_str().unwrap()).collect::<Vec<_>>(),
        ["unread", "missing", "wrong", "stale", "wrong"]
    );
    let id = path.rsplit_once('/').unwrap().1;
    for elsewhere in ["/hooks/gitlab/none".to_owned(), format!("/hooks/github/{id}"), format!("/hooks/x/{id}")] {
        send(&service, &elsewhere, good.headers.clone(), good.body.clone()).await.is_problem(404, "not-found");
    }
    assert_eq!(deliveries(&service).await.len(), 5, "nobody's address leaves no trace");
    assert_eq!(rings(&service).await, 0);
    assert!(!format!("{all:?}").contains(&secret));
}

#[tokio::test]
async fn what_concerns_nobody_is_told_why_and_rings_nowhere() {
    let service = Service::start().await;
    linked(&service).await;
    let (path, secret) = hook(&service, "forge", Provider::GitHub, None).await;
    let signed = |event: &str, body: &[u8]| {
        let key = ring_key(&secret);
        let tag = hedgerow_core::digest::hex(ring::hmac::sign(&key, body).as_ref());
        let mut headers = HeaderMap::new();
        headers.insert("x-github-event", HeaderValue::from_str(event).unwrap());
        headers.insert("x-hub-signature-256", HeaderValue::from_str(&format!("sha256={tag}")).unwrap());
        (headers, body.to_vec())
    };
    let to = |url: &str, reference: &str| json!({ "ref": reference, "repository": { "clone_url": url } }).to_string();
    for (event, body, result, words) in [
        ("ping", "{}".to_owned(), "pinged", ""),
        ("push", "no json".to_owned(), "unmatched", "the body is no JSON"),
        ("push", "[".repeat(200_000), "unmatched", "the body lacks a field"),
        (
            "push",
            to("https://git.example/other", "refs/heads/main"),
            "unmatched",
            "no repository is known at https://git.example/other",
        ),
        ("push", to(URL, "refs/heads/elsewhere"), "unmatched", "no fabric follows the branch elsewhere"),
        ("push", to(URL, "refs/tags/v1"), "unmatched", "no branch"),
        ("issues", "{}".to_owned(), "unmatched", "concerns no fabric"),
    ] {
        let (headers, body) = signed(event, body.as_bytes());
        let answer = send(&service, &path, headers, body).await.is(202);
        assert_eq!((&answer["result"], &answer["ring"]), (&json!(result), &Value::Null), "{answer}");
        assert!(answer["message"].as_str().unwrap_or_default().contains(words), "{answer}");
    }
    assert_eq!(rings(&service).await, 0);
    let (headers, body) = signed("push", to("git@git.example:net/fabrics.git", "refs/heads/next").as_bytes());
    let answer = send(&service, &path, headers, body).await.is(202);
    assert_eq!(answer["result"], "unmatched", "another transport is not certainly the same repository: {answer}");
    let (headers, body) = signed("push", to("https://GIT.example/net/fabrics.git", "refs/heads/next").as_bytes());
    let answer = send(&service, &path, headers, body).await.is(202);
    assert_eq!(answer["fabrics"], json!(["lab"]), "a spelling of the same: {answer}");
}

fn ring_key(secret: &str) -> ring::hmac::Key {
    ring::hmac::Key::new(ring::hmac::HMAC_SHA256, secret.as_bytes())
}

#[tokio::test]
async fn a_hook_for_a_repository_knows_it_by_its_path_on_another_host() {
    let service = Service::start().await;
    linked(&service).await;
    let (path, secret) = hook(&service, "inside", Provider::Gitea, Some("fabrics")).await;
    let sample = push(Provider::Gitea, &secret, "1", "ssh://git@inside.example:2222/net/fabrics.git", "main");
    assert_eq!(send(&service, &path, sample.headers, sample.body).await.is(202)["result"], "rang");
    let sample = push(Provider::Gitea, &secret, "2", "https://git.example/net/other.git", "main");
    let answer = send(&service, &path, sample.headers, sample.body).await.is(202);
    assert_eq!(answer["result"], "unmatched", "{answer}");
    assert!(answer["message"].as_str().unwrap().contains("the hook is for the repository fabrics"), "{answer}");
}

#[tokio::test]
async fn the_same_delivery_rings_again_only_while_nobody_has_looked() {
    let service = Service::start().await;
    let repository = linked(&service).await;
    let store = &service.state.store;
    let (path, secret) = hook(&service, "forge", Provider::GitHub, Some("fabrics")).await;
    let again = async || {
        let sample = push(Provider::GitHub, &secret, "the same", URL, "main");
        send(&service, &path, sample.headers, sample.body).await.is(202)["result"].clone()
    };
    assert_eq!((again().await, again().await), (json!("rang"), json!("rang")));
    let instance = store.enter_instance("1", now_ms()).await.unwrap();
    let (rung, _) = store.claim(repository, instance, now_ms()).await.unwrap().unwrap();
    let answered = Answered { rung, next_due_ms: i64::MAX, not_before_ms: 0, failures: 0 };
    store.answer(repository, instance, &answered, now_ms()).await.unwrap();
    assert_eq!(again().await, json!("repeated"));
    assert_eq!(rings(&service).await, 0, "it did not ring");
}

#[tokio::test]
async fn a_secret_is_shown_once_and_rotating_ends_the_old_one() {
    let service = Service::start().await;
    linked(&service).await;
    let (path, secret) = hook(&service, "forge", Provider::GitHub, Some("fabrics")).await;
    let shown = service.as_admin().get("/api/v1/hooks/forge").await.is(200);
    assert_eq!((&shown["repository"], &shown["fired"]), (&json!("fabrics"), &Value::Null));
    let listed = service.as_admin().get("/api/v1/hooks").await;
    assert!(!listed.text.contains("whsec_") && listed.is(200)["items"].as_array().unwrap().len() == 1);
    let rotated = service.as_admin().post("/api/v1/hooks/forge/rotate", json!({})).await.is(200);
    let new = rotated["secret"].as_str().unwrap();
    assert_ne!(new, secret);
    assert_eq!(rotated["url"], format!("https://hedgerow.example{path}"), "the address stays");
    let old = push(Provider::GitHub, &secret, "1", URL, "main");
    send(&service, &path, old.headers, old.body).await.is_problem(401, "unauthorized");
    let sample = push(Provider::GitHub, new, "2", URL, "main");
    send(&service, &path, sample.headers.clone(), sample.body.clone()).await.is(202);
    service.as_admin().delete("/api/v1/hooks/forge").await.is(204);
    send(&service, &path, sample.headers, sample.body).await.is_problem(404, "not-found");
    let audit = service.as_admin().get("/api/v1/audit").await.text;
    assert!(audit.contains("hook.rotate") && audit.contains("hook.remove") && !audit.contains("whsec_"));
}

#[tokio::test]
async fn hooks_are_administrators_and_some_need_a_repository() {
    let service = Service::start().await;
    linked(&service).await;
    let operator = service.make_token("op", "operator", None).await;
    let wanted = json!({ "name": "x", "provider": "github", "repository": "fabrics" });
    service.with(&operator).post("/api/v1/hooks", wanted.clone()).await.is_problem(403, "forbidden");
    service.as_nobody().get("/api/v1/hooks").await.is_problem(401, "unauthorized");
    for (field, value, status, word) in [
        ("provider", json!("sourceforge"), 422, "invalid"),
        ("repository", json!("none"), 422, "invalid"),
        ("name", json!("../x"), 422, "invalid"),
    ] {
        let mut wrong = wanted.clone();
        wrong[field] = value;
        service.as_admin().post("/api/v1/hooks", wrong).await.is_problem(status, word);
    }
    let netbox = json!({ "name": "n", "provider": "netbox" });
    service.as_admin().post("/api/v1/hooks", netbox).await.is_problem(422, "invalid");
    service.as_admin().post("/api/v1/hooks", wanted.clone()).await.is(201);
    service.as_admin().post("/api/v1/hooks", wanted).await.is_problem(409, "conflict");
    let scoped = service.make_token("lab", "viewer", Some(&["lab"])).await;
    service.with(&scoped).get("/api/v1/deliveries").await.is_problem(403, "forbidden");
    assert_eq!(service.with(&scoped).get("/api/v1/deliveries?fabric=lab").await.is(200)["items"], json!([]));
}

#[tokio::test]
async fn many_at_once_are_all_on_record_before_they_are_answered() {
    let service = Service::start().await;
    linked(&service).await;
    let (path, secret) = hook(&service, "forge", Provider::GitHub, Some("fabrics")).await;
    let sent: Vec<_> = (0..300)
        .map(|n| {
            let sample = push(Provider::GitHub, &secret, &format!("sent-{n}"), URL, "main");
            let (address, path) = (service.address, path.clone());
            tokio::spawn(async move { send_to(address, &path, sample.headers, sample.body).await })
        })
        .collect();
    for one in sent {
        assert_eq!(one.await.unwrap().status, StatusCode::ACCEPTED);
    }
    let page = service.as_admin().get("/api/v1/deliveries?limit=1000").await.is(200);
    assert_eq!(page["items"].as_array().unwrap().len(), 300);
    assert!((1..=300).contains(&rings(&service).await));
}

#[tokio::test]
async fn the_service_tries_its_own_door_through_its_public_address() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let dead = listener.local_addr().unwrap();
    drop(listener);
    let silent = Service::start_with(|parts| parts.public_url = Some(format!("http://{dead}"))).await;
    linked(&silent).await;
    let tried =
        async |service: &Service| service.as_admin().post("/api/v1/fabrics/dc1/trigger-receiver", json!({})).await;
    tried(&silent).await.is_problem(409, "not-configured");
    let wanted = json!({ "name": "forge", "provider": "gitlab", "repository": "fabrics" });
    silent.as_admin().post("/api/v1/hooks", wanted.clone()).await.is(201);
    let answer = tried(&silent).await.is(200);
    assert_eq!(
        (&answer["trials"][0]["hook"], &answer["trials"][0]["status"]),
        (&json!("forge"), &Value::Null),
        "{answer}"
    );
    assert!(answer["trials"][0]["error"].as_str().unwrap().contains("cannot be reached"), "{answer}");

    let service = Service::start_on_its_own_address().await;
    linked(&service).await;
    service.as_admin().post("/api/v1/hooks", wanted).await.is(201);
    let answer = tried(&service).await.is(200);
    let trial = &answer["trials"][0];
    assert_eq!((&trial["status"], &trial["answer"]["fabrics"]), (&json!(202), &json!(["dc1"])), "{answer}");
    assert_eq!(deliveries(&service).await[0]["result"], "rang");
    assert!(!answer.to_string().contains("whsec_"));
}
