//! The description of the API.

use crate::service::Service;

#[tokio::test]
async fn the_document_names_every_answer_and_the_page_shows_every_operation() {
    let service = Service::start().await;
    let document = service.as_nobody().get("/api/v1/openapi.json").await.is(200);
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"), "{}", document["openapi"]);
    let page = service.as_nobody().get("/api/v1").await;
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    let mut operations = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap().iter().filter(|(_, value)| value.is_object()) {
            operations += 1;
            let answers = operation["responses"].as_object().unwrap();
            for status in ["400", "401", "403", "429", "503"] {
                assert!(answers.contains_key(status), "{method} {path} says nothing of {status}");
            }
            assert!(answers.keys().any(|status| status.starts_with('2')), "{method} {path}");
            assert!(operation["summary"].is_string(), "{method} {path} has no summary");
            let id = operation["operationId"].as_str().unwrap();
            assert!(page.text.contains(&format!("id=\"{id}\"")), "the page lacks {method} {path}");
        }
    }
    assert!(operations >= 9, "{operations}");
    for word in ["<script", "http://", "https://", "src="] {
        assert!(!page.text.contains(word), "the page has {word}");
    }
}

#[tokio::test]
async fn every_problem_has_a_page() {
    let service = Service::start().await;
    for kind in hedgerow_web::Kind::ALL {
        let page = service.as_nobody().get(&format!("/problems/{}", kind.word())).await;
        assert_eq!(page.status, 200, "{page:?}");
        assert!(page.text.contains(kind.title()), "{page:?}");
    }
    service.as_nobody().get("/problems/%3Cscript%3E").await.is_problem(404, "not-found");
}
