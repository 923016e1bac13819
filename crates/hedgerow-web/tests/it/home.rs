//! Lists, a page at a time: fabrics, what needs a person first, and repositories. And how a fabric stands, in words.

use axum::body::Body;
use axum::http::Request;
use hedgerow_core::path::FabricDir;
use hedgerow_store::{
    Actor, ConditionKind, ConditionRow, CredentialKind, CredentialUse, LinkPlace, Liveness, Name, NewCredential,
    NewLink, NewRepository, Owner, Reason, Role, Truth,
};
use hedgerow_web::pages::{Settings, site};

use http_body_util::BodyExt;
use tower::ServiceExt;

use crate::service::Service;

const FABRICS: usize = 120;

/// So many fabrics of one repository; the last one failed.
async fn linked(service: &Service) {
    let store = &service.state.store;
    let by = Actor { name: "the test".to_owned(), through: Owner::Api, at_ms: 1_000 };
    let url = "https://git.example/fabrics".to_owned();
    let new = NewRepository { name: Name::parse("fabrics").unwrap(), address: url.clone(), url };
    let repository = store.add_repository(&new, &by).await.unwrap().id;
    let mut told = Vec::new();
    for n in 0..FABRICS {
        let name = format!("dc-{n:03}");
        let directory = FabricDir::parse(&name).unwrap();
        let place = LinkPlace { repository, branch: "main".to_owned(), directory };
        let link = NewLink { name: Name::parse(&name).unwrap(), place, adopt: false, interval_ms: None, push_to: None };
        let id = store.link_fabric(&link, &by).await.unwrap().id;
        if n == FABRICS - 1 {
            let reason = Some(Reason { code: "unreachable".to_owned(), text: "no route".to_owned() });
            let known = Liveness { attempted_ms: Some(5_000), inbox_files: 3, reason, ..Liveness::default() };
            store.put_liveness(&[(id, known)]).await.unwrap();
        }
        told.extend([ConditionKind::Ready, ConditionKind::Overdue].map(|kind| {
            let (reason, message) = ("NeverRun".to_owned(), format!("nothing is known of {name}"));
            (id, ConditionRow { kind, status: Truth::Unknown, reason, message, since_ms: 1 })
        }));
    }
    store.tell_conditions(&told).await.unwrap();
}

async fn page(service: &Service, path: &str) -> String {
    let settings = Settings { anonymous: Some(Role::Viewer), ..Settings::default() };
    let request = Request::builder().uri(path).body(Body::empty()).unwrap();
    let answer = site(service.state.clone(), settings).oneshot(request).await.unwrap();
    assert_eq!(answer.status(), 200, "{path}");
    String::from_utf8(answer.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap()
}

/// The fabrics on a page, in its order.
fn names(page: &str) -> Vec<&str> {
    let rows = page.split("<a class=\"main\" href=\"/fabrics/").skip(1);
    rows.map(|row| row.split('"').next().unwrap()).collect()
}

#[tokio::test]
async fn a_thousand_fabrics_are_listed_a_page_at_a_time_with_what_needs_a_person_first() {
    let service = Service::start().await;
    linked(&service).await;
    let first = page(&service, "/").await;
    assert_eq!((names(&first).len(), names(&first)[0], names(&first)[1]), (50, "dc-119", "dc-000"));
    assert!(first.contains("<div class=\"value\">120</div>") && first.contains("<div class=\"value\">3</div>"));
    assert!(first.contains("1 to 50 of 120") && first.contains("href=\"/?from=50\""));
    assert!(first.contains("nothing is known of dc-000") && !first.contains("nothing is known of dc-060"));
    assert!(first.contains("hx-get=\"/\""));
    let mut all: Vec<String> = names(&first).into_iter().map(str::to_owned).collect();
    for from in ["50", "100"] {
        let next = page(&service, &format!("/?from={from}")).await;
        assert!(next.contains(&format!("hx-get=\"/?from={from}\"")), "it renews the part that is shown");
        all.extend(names(&next).into_iter().map(str::to_owned));
    }
    all.sort();
    all.dedup();
    assert_eq!(all.len(), FABRICS, "each of them once");
    assert!(names(&page(&service, "/?from=9999").await).is_empty());
    assert_eq!(
        names(&page(&service, "/?name=c-11").await),
        ["dc-119", "dc-110", "dc-111", "dc-112", "dc-113", "dc-114", "dc-115", "dc-116", "dc-117", "dc-118"]
    );
    assert!(page(&service, "/?name=nowhere").await.contains("No fabric like that"));
}

#[tokio::test]
async fn a_fabric_that_its_policy_suspends_reads_suspended_and_commits_are_told_by_ten_digits() {
    let service = Service::start().await;
    linked(&service).await;
    let store = &service.state.store;
    let known = async |name: &str, reason: Option<(&str, &str)>, head: Option<&str>| {
        let id = store.linked_fabric(name).await.unwrap().unwrap().id;
        let reason = reason.map(|(code, text)| Reason { code: code.to_owned(), text: text.to_owned() });
        let head = head.map(str::to_owned);
        let known = Liveness {
            attempted_ms: Some(5_000),
            verified_ms: head.is_some().then_some(5_000),
            head,
            reason,
            ..Liveness::default()
        };
        store.put_liveness(&[(id, known)]).await.unwrap();
    };
    let id = "0123456789abcdef0123456789abcdef01234567";
    known("dc-000", Some(("suspended", "moving house")), None).await;
    known("dc-001", Some(("unreachable", "no route")), None).await;
    known("dc-002", None, Some(id)).await;

    let suspended = page(&service, "/fabrics/dc-000").await;
    assert!(suspended.contains("<strong>Suspended </strong>in the tree&#39;s policy: moving house."), "{suspended}");
    assert!(!suspended.contains("Failed") && !suspended.contains("class=\"sentence bad\""));
    let failed = page(&service, "/fabrics/dc-001").await;
    assert!(failed.contains("<strong>Failed </strong>") && failed.contains("class=\"sentence bad\""));
    // In the list as well: the one waits for a person, the other is broken.
    let list = page(&service, "/?name=dc-00").await;
    let row =
        |name: &str| list.split("<tr>").find(|row| row.contains(&format!("/fabrics/{name}\""))).unwrap().to_owned();
    assert!(row("dc-000").contains("suspended") && !row("dc-000").contains("failed"));
    assert!(row("dc-001").contains("failed"));

    let shown = page(&service, "/fabrics/dc-002").await;
    assert!(shown.contains("main@") && shown.contains(">0123456789<"), "{shown}");
}

#[tokio::test]
async fn repositories_are_listed_a_page_at_a_time_each_with_its_own_credentials_and_fabrics() {
    let service = Service::start().await;
    linked(&service).await;
    let store = &service.state.store;
    let by = Actor { name: "the test".to_owned(), through: Owner::Api, at_ms: 1_000 };
    for n in 0..60 {
        let url = format!("https://git.example/more-{n:02}");
        let new = NewRepository { name: Name::parse(&format!("more-{n:02}")).unwrap(), address: url.clone(), url };
        let repository = store.add_repository(&new, &by).await.unwrap().id;
        if n % 2 == 0 {
            let (use_, kind) = (CredentialUse::Write, CredentialKind::Environment);
            let public = serde_json::json!({"variable": format!("TOKEN_{n}")});
            let new = NewCredential { repository, use_, kind, public, sealed: None, expires_ms: None };
            store.put_credential(&new, None, &by).await.unwrap();
        }
    }
    let of = |page: &str| -> Vec<String> {
        let rows = page.split("<a class=\"main\" href=\"/repositories/").skip(1);
        rows.map(|row| row.split('"').next().unwrap().to_owned()).collect()
    };
    let first = page(&service, "/repositories").await;
    assert_eq!((of(&first).len(), of(&first)[0].as_str()), (50, "fabrics"));
    assert!(first.contains("1 to 50 of 61") && first.contains("href=\"/repositories?from=50\""));
    assert!(first.contains("/fabrics/dc-000") && first.contains("and 110 more"), "the first of its fabrics are named");
    let last = page(&service, "/repositories?from=50").await;
    assert_eq!(of(&last).len(), 11);
    let row = |name: &str| {
        let found = last.split("<tr>").find(|row| row.contains(&format!("/repositories/{name}\"")));
        found.unwrap().to_owned()
    };
    assert!(row("more-58").contains("environment") && !row("more-58").contains("the service's own"));
    assert!(row("more-59").contains("the service's own"), "{}", row("more-59"));
    assert!(page(&service, "/repositories?name=nowhere").await.contains("No repository like that"));
}
