//! The list of fabrics: what needs a person first, a page at a time.

use axum::body::Body;
use axum::http::Request;
use hedgerow_core::path::FabricDir;
use hedgerow_store::{
    Actor, ConditionKind, ConditionRow, LinkPlace, Liveness, Name, NewLink, NewRepository, Owner, Reason, Role, Truth,
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
