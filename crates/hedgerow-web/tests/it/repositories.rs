//! Repositories over the API.

use serde_json::json;

use crate::service::Service;

const REPOSITORIES: &str = "/api/v1/repositories";

#[tokio::test]
async fn a_repository_is_added_once_whatever_its_spelling() {
    let service = Service::start().await;
    let added = service.as_admin().post(REPOSITORIES, json!({"url": "https://Git.Example/org/fabrics.git/"})).await;
    assert_eq!(added.header("location"), "/api/v1/repositories/fabrics");
    assert_eq!(added.is(201)["name"], "fabrics");
    let again = json!({"name": "other", "url": "https://git.example/org/fabrics"});
    let problem = service.as_admin().post(REPOSITORIES, again).await.is_problem(409, "conflict");
    assert_eq!(problem["others"], json!(["the repository fabrics"]));
}

#[tokio::test]
async fn a_place_that_the_service_does_not_go_to_is_refused() {
    let service = Service::start().await;
    for url in [
        "",
        "ext::sh -c whoami",
        "-oProxyCommand=x",
        "git://git.example/x",
        "https://user:canary@git.example/x",
        "https://canary@git.example/x",
        "relative/path",
        "https://git.example/\u{1}",
    ] {
        let answer = service.as_admin().post(REPOSITORIES, json!({"name": "x", "url": url})).await;
        answer.is_problem(422, "invalid");
        assert!(!answer.text.contains("canary"), "{answer:?}");
    }
    assert_eq!(service.as_admin().get(REPOSITORIES).await.is(200)["items"], json!([]));
}

#[tokio::test]
async fn a_change_says_what_it_was_read_as() {
    let service = Service::start().await;
    let added = service.as_admin().post(REPOSITORIES, json!({"url": "https://git.example/fabrics"})).await;
    let tag = added.header("etag").to_owned();
    let path = "/api/v1/repositories/fabrics";
    let rename = |name: &str| json!({"name": name});
    let renamed = service.as_admin().header("if-match", &tag).patch(path, rename("sites")).await;
    assert_eq!(renamed.is(200)["name"], "sites");
    assert_ne!(renamed.header("etag"), tag);
    let path = "/api/v1/repositories/sites";
    service.as_admin().header("if-match", &tag).patch(path, rename("x")).await.is_problem(412, "stale");
    service.as_admin().header("if-match", &tag).delete(path).await.is_problem(412, "stale");
    service.as_admin().header("if-match", "\"0\"").delete(path).await.is_problem(412, "stale");
    let tag = renamed.header("etag").to_owned();
    service.as_admin().header("if-match", tag).delete(path).await.is(204);
    service.as_admin().get(path).await.is_problem(404, "not-found");
}

#[tokio::test]
async fn a_list_comes_in_pages() {
    let service = Service::start().await;
    for n in 0..5 {
        let wanted = json!({"name": format!("r{n}"), "url": format!("https://git.example/r{n}")});
        service.as_admin().post(REPOSITORIES, wanted).await.is(201);
    }
    let mut names = Vec::new();
    let mut path = format!("{REPOSITORIES}?limit=2");
    loop {
        let page = service.as_admin().get(&path).await.is(200);
        names.extend(page["items"].as_array().unwrap().iter().map(|item| item["name"].clone()));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("{REPOSITORIES}?limit=2&cursor={next}");
    }
    assert_eq!(names, ["r0", "r1", "r2", "r3", "r4"]);
}
