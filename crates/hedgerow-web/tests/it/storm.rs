//! A storm at the door: `HEDGEROW_STORM=10000` sends so many deliveries, a thousand a second (1,000 unless it says otherwise), to the
//! hooks of 100 repositories, over connections that stay open as a proxy's do. What it measured is printed.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::Request;
use hedgerow_core::path::FabricDir;
use hedgerow_forge::webhook::{Provider, Sample, sign};
use hedgerow_store::{Actor, LinkPlace, Name, NewLink, NewRepository, Owner};
use http_body_util::BodyExt;
use serde_json::json;

use crate::service::Service;

const REPOSITORIES: usize = 100;
const CONNECTIONS: usize = 32;
const PER_SECOND: usize = 1_000;

/// Each repository with a fabric and a hook: the hooks' paths and what is sent there.
async fn doors(service: &Service) -> Vec<(String, String, String)> {
    let by = Actor { name: "ann".to_owned(), through: Owner::Api, at_ms: 1 };
    let store = &service.state.store;
    let mut doors = Vec::new();
    for n in 0..REPOSITORIES {
        let url = format!("https://git.example/net/fabrics-{n}");
        let name = Name::parse(&format!("r{n}")).unwrap();
        let new = NewRepository { name: name.clone(), url: url.clone(), address: url.clone() };
        let repository = store.add_repository(&new, &by).await.unwrap().id;
        let place = LinkPlace { repository, branch: "main".to_owned(), directory: FabricDir::parse("dc").unwrap() };
        let link = NewLink { name, place, adopt: false, interval_ms: None, push_to: None };
        store.link_fabric(&link, &by).await.unwrap();
        let wanted = json!({ "name": format!("h{n}"), "provider": "github", "repository": format!("r{n}") });
        let made = service.as_admin().post("/api/v1/hooks", wanted).await.is(201);
        let path = made["url"].as_str().unwrap().trim_start_matches("https://hedgerow.example").to_owned();
        doors.push((path, made["secret"].as_str().unwrap().to_owned(), url));
    }
    doors
}

/// Sends every delivery at its time, and tells how long each answer took from that time on: who waits for a connection
/// waits for an answer.
async fn send(service: &Service, sent: Vec<(String, Sample)>) -> Vec<Duration> {
    let begin = Instant::now() + Duration::from_millis(100);
    let mut lanes: Vec<Vec<_>> = (0..CONNECTIONS).map(|_| Vec::new()).collect();
    for (n, one) in sent.into_iter().enumerate() {
        let due = begin + Duration::from_secs_f64(n as f64 / PER_SECOND as f64);
        lanes[n % CONNECTIONS].push((due, one));
    }
    let address = service.address;
    let lane = |lane: Vec<(Instant, (String, Sample))>| async move {
        let stream = tokio::net::TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let io = hyper_util::rt::TokioIo::new(stream);
        let (mut sender, connection) = hyper::client::conn::http1::handshake(io).await.unwrap();
        tokio::spawn(connection);
        let mut took = Vec::new();
        for (due, (path, sample)) in lane {
            tokio::time::timeout_at(due.into(), std::future::pending::<()>()).await.unwrap_err();
            let mut request = Request::builder().method("POST").uri(path).header("host", "hedgerow.example");
            request.headers_mut().unwrap().extend(sample.headers);
            sender.ready().await.unwrap();
            let response = sender.send_request(request.body(Body::from(sample.body)).unwrap()).await.unwrap();
            assert_eq!(response.status(), 202);
            response.into_body().collect().await.unwrap();
            took.push(due.elapsed());
        }
        took
    };
    let running: Vec<_> = lanes.into_iter().map(|one| tokio::spawn(lane(one))).collect();
    let mut took = Vec::new();
    for one in running {
        took.extend(one.await.unwrap());
    }
    took
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_storm_is_on_record_whole_and_every_door_is_rung() {
    let count = std::env::var("HEDGEROW_STORM").ok().and_then(|text| text.parse().ok()).unwrap_or(1_000);
    let service = Service::start().await;
    let doors = doors(&service).await;
    let now_ms = i64::try_from(time::OffsetDateTime::now_utc().unix_timestamp_nanos() / 1_000_000).unwrap();
    let sent = (0..count)
        .map(|n: usize| {
            let (path, secret, url) = &doors[n % doors.len()];
            let secret = secret.as_str().into();
            (path.clone(), sign(Provider::GitHub, &secret, &format!("sent-{n}"), url, "main", now_ms).unwrap())
        })
        .collect();
    let begun = Instant::now();
    let mut took = send(&service, sent).await;
    took.sort();
    let at = |part: f64| took[((took.len() - 1) as f64 * part) as usize];
    println!(
        "{count} deliveries in {:.1} s: median {:?}, p99 {:?}, longest {:?}",
        begun.elapsed().as_secs_f64(),
        at(0.5),
        at(0.99),
        at(1.0)
    );
    assert!(at(1.0) < Duration::from_secs(1), "every delivery is answered within a second");

    let mut ids = BTreeSet::new();
    let mut cursor = String::new();
    loop {
        let page = service.as_admin().get(&format!("/api/v1/deliveries?limit=1000{cursor}")).await.is(200);
        for delivery in page["items"].as_array().unwrap() {
            assert_eq!(delivery["result"], "rang", "{delivery}");
            ids.insert(delivery["delivery_id"].as_str().unwrap().to_owned());
        }
        let Some(next) = page["next"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(ids.len(), count, "none is lost");
    let due = service.state.store.due(None, i64::MAX / 2, 1_000).await.unwrap();
    assert_eq!(due.iter().filter(|due| due.rang).count(), REPOSITORIES, "every door was rung at");
}
