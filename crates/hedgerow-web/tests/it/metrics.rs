//! `/metrics`: what is not known is absent.

use std::collections::BTreeMap;

use hedgerow_core::path::FabricDir;
use hedgerow_store::{Actor, InboxAge, LinkPlace, Liveness, Name, NewLink, NewRepository, Owner, Reason};

use crate::service::Service;

/// The samples by name and labels.
async fn samples(service: &Service) -> BTreeMap<String, f64> {
    let answer = service.as_nobody().get("/metrics").await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(answer.header("content-type").starts_with("application/openmetrics-text"), "{answer:?}");
    assert!(answer.text.ends_with("# EOF\n"), "{answer:?}");
    let rows = answer.text.lines().filter(|line| !line.starts_with('#'));
    rows.map(|row| row.rsplit_once(' ').unwrap())
        .map(|(name, value)| (name.to_owned(), value.parse().unwrap()))
        .collect()
}

fn by() -> Actor {
    Actor { name: "the test".to_owned(), through: Owner::Api, at_ms: 1_000 }
}

async fn link(service: &Service) -> hedgerow_store::FabricId {
    let store = &service.state.store;
    let url = "https://git.example/fabrics".to_owned();
    let new = NewRepository { name: Name::parse("fabrics").unwrap(), address: url.clone(), url };
    let repository = store.add_repository(&new, &by()).await.unwrap().id;
    let place = LinkPlace { repository, branch: "main".to_owned(), directory: FabricDir::parse("dc1").unwrap() };
    let name = Name::parse("dc1").unwrap();
    let link = NewLink { name, place, adopt: false, interval_ms: None, push_to: None };
    store.link_fabric(&link, &by()).await.unwrap().id
}

#[tokio::test]
async fn a_fabric_that_never_ran_has_no_success_and_no_inbox() {
    let service = Service::start().await;
    link(&service).await;
    let samples = samples(&service).await;
    assert_eq!(samples["hedgerow_store_up"], 1.0);
    assert_eq!(samples["hedgerow_fabric_suspended{fabric=\"dc1\"}"], 0.0);
    assert_eq!(samples["hedgerow_runs_total{outcome=\"failed\"}"], 0.0, "there from the start");
    for kind in ["Ready", "Witnessed", "Conserved"] {
        let sample = format!("hedgerow_fabric_condition{{fabric=\"dc1\",type=\"{kind}\",status=\"unknown\"}}");
        assert_eq!(samples[&sample], 1.0, "a rule for what never ran has something to read");
    }
    let unknown = ["last_success", "next_due", "inbox", "documents", "expiry", "last_fired"];
    for name in samples.keys() {
        assert!(!unknown.iter().any(|word| name.contains(word)), "{name} is not known");
    }
}

#[tokio::test]
async fn what_the_last_look_could_not_see_is_absent_and_never_stale() {
    let service = Service::start().await;
    let fabric = link(&service).await;
    let store = &service.state.store;
    let inbox = Some(InboxAge { path: "dc1/raw/a.yaml".to_owned(), since_ms: 0 });
    let seen = Liveness {
        attempted_ms: Some(5_000),
        verified_ms: Some(5_000),
        held: 2,
        inbox_files: 1,
        inbox,
        ..Liveness::default()
    };
    store.put_liveness(&[(fabric, seen.clone())]).await.unwrap();
    let known = samples(&service).await;
    assert_eq!(known["hedgerow_fabric_last_success_timestamp_seconds{fabric=\"dc1\"}"], 5.0);
    assert_eq!(known["hedgerow_fabric_documents{fabric=\"dc1\",state=\"held\"}"], 2.0);
    assert!(known["hedgerow_inbox_oldest_file_age_seconds{fabric=\"dc1\"}"] > 1_000_000_000.0);
    assert_eq!(known["hedgerow_fabric_condition{fabric=\"dc1\",type=\"Ready\",status=\"false\"}"], 1.0);
    assert_eq!(known["hedgerow_fabric_condition{fabric=\"dc1\",type=\"Ready\",status=\"true\"}"], 0.0);

    let reason = Some(Reason { code: "unreachable".to_owned(), text: "no route".to_owned() });
    store.put_liveness(&[(fabric, Liveness { reason, ..seen })]).await.unwrap();
    let after = samples(&service).await;
    assert_eq!(
        after["hedgerow_fabric_last_success_timestamp_seconds{fabric=\"dc1\"}"], 5.0,
        "that it was is still true"
    );
    assert!(!after.keys().any(|name| name.contains("inbox") || name.contains("documents")), "{after:?}");
}

#[tokio::test]
async fn without_the_store_nothing_is_said_of_fabrics() {
    let service = Service::start().await;
    link(&service).await;
    service.state.store.clone().close().await;
    let samples = samples(&service).await;
    assert_eq!(samples["hedgerow_store_up"], 0.0);
    assert!(!samples.keys().any(|name| name.contains("fabric=")), "{samples:?}");
}

#[test]
fn every_metric_is_on_the_page_and_alerts_and_board_read_no_other() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
    let read = |name: &str| std::fs::read_to_string(root.join(name)).unwrap();
    let documented: Vec<String> = read("docs/reference/metrics.md")
        .lines()
        .filter_map(|line| Some(line.strip_prefix("| `")?.split('`').next()?.to_owned()))
        .collect();
    let sources =
        ["mod.rs", "counters.rs", "gauges.rs"].map(|file| read(&format!("crates/hedgerow-web/src/metrics/{file}")));
    let sources = sources.concat();
    for name in &documented {
        let registered = name.strip_prefix("hedgerow_").unwrap();
        let registered = registered.strip_suffix("_total").unwrap_or(registered);
        assert!(sources.contains(&format!("\"{registered}\"")), "{name} is on the page, and nothing registers it");
    }
    let (rules, board) = (read("deploy/prometheus/hedgerow.rules.yaml"), read("deploy/grafana/hedgerow.json"));
    let of_rules: Vec<&str> = rules.lines().filter_map(|line| line.trim().strip_prefix("expr: ")).collect();
    let of_board: Vec<&str> = board.lines().filter_map(|line| line.trim().strip_prefix("\"expr\": ")).collect();
    assert!(of_rules.len() > 10 && of_board.len() > 10, "the expressions were not read");
    for expression in of_rules.into_iter().chain(of_board) {
        let words = expression.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
        for word in words.filter(|word| word.starts_with("hedgerow_")) {
            assert!(documented.iter().any(|name| name == word), "{expression} reads {word}, which does not exist");
        }
    }
}
