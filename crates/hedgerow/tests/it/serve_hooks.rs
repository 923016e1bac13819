//! Webhooks from outside: an event in, a new verified commit out, and both linked.

use hedgerow_forge::webhook::{Provider, Sample, sign};
use serde_json::Value;

use crate::support::fabric::Fabric;
use crate::support::service::Service;
use crate::support::yaml::server;

/// A service whose clock does not ring while a test lasts.
fn start(fabric: &Fabric) -> Service {
    let config = format!(
        "[runs]\ninterval = \"1h\"\n[network]\nroots = [\"/\"]\n[[repository]]\nname = \"r\"\nurl = \"{}\"\n\
         [[fabric]]\nname = \"one\"\nrepository = \"r\"\nbranch = \"main\"\ndirectory = \"{}\"\nadopt = false\n",
        fabric.remote.url(),
        fabric.dir
    );
    let service = Service::start(&fabric.scene, &config);
    service.until("the start was answered", |service| {
        service.metric("hedgerow_fabric_last_success_timestamp_seconds{fabric=\"one\"}").is_some()
    });
    service
}

/// A hook's address and secret.
fn hook(service: &Service, fabric: &Fabric, provider: Provider) -> (String, String) {
    hook_named(service, fabric, provider.as_str(), provider)
}

fn hook_named(service: &Service, fabric: &Fabric, name: &str, provider: Provider) -> (String, String) {
    let provider = provider.as_str();
    let words = ["hook", "add", name, "--provider", provider, "--repo", "r", "-o", "json"];
    let made = service.hedgerow(&fabric.scene, &words);
    let made = made.expect(0).json();
    (made["url"].as_str().unwrap().to_owned(), made["secret"].as_str().unwrap().to_owned())
}

fn push(provider: Provider, secret: &str, id: &str, url: &str) -> Sample {
    let now_ms = time::OffsetDateTime::now_utc().unix_timestamp() * 1_000;
    sign(provider, &secret.into(), id, url, "main", now_ms).unwrap()
}

fn answered(service: &Service, delivery: &str) -> Value {
    let path = format!("deliveries/{delivery}");
    service.until("the delivery is answered", |service| service.get(&path)["answer"] == "answered");
    service.get(&path)
}

#[test]
fn each_senders_event_becomes_a_verified_commit_and_both_are_linked() {
    let fabric = Fabric::drained();
    let service = start(&fabric);
    for provider in Provider::ALL {
        let (url, secret) = hook(&service, &fabric, provider);
        let before = fabric.remote.head();
        let file = fabric.path(&format!("raw/{provider}.yaml"));
        fabric.remote.commit("Another server").write(&file, server(provider.as_str())).push();
        let sample = push(provider, &secret, "sent-1", fabric.remote.url());
        let told = service.deliver(&url, sample.headers, sample.body).expect(202).json();
        assert_eq!((&told["result"], &told["fabrics"]), (&"rang".into(), &Value::from(vec!["one"])), "{told}");
        let delivery = answered(&service, told["delivery"].as_str().unwrap());
        let run = delivery["runs"][0].as_str().unwrap_or_else(|| panic!("no run: {delivery}"));
        let run = service.get(&format!("runs/{run}"));
        let head = fabric.remote.head();
        assert_ne!(head, before);
        assert_eq!((&run["outcome"], &run["verification"]), (&"changed".into(), &"verified".into()), "{run}");
        assert_eq!(run["commit"], head, "{run}");
        let trigger = if provider == Provider::NetBox { "netbox" } else { "webhook" };
        assert_eq!(run["trigger"], trigger, "{run}");
    }
    // An older GitLab knows no signatures: the same secret, as its token.
    let (url, secret) = hook_named(&service, &fabric, "older", Provider::GitLab);
    fabric.remote.commit("Another server").write(&fabric.path("raw/older.yaml"), server("older")).push();
    let mut sample = push(Provider::GitLab, &secret, "sent-2", fabric.remote.url());
    for name in ["webhook-id", "webhook-timestamp", "webhook-signature"] {
        sample.headers.remove(name);
    }
    sample.headers.insert("x-gitlab-token", secret.parse().unwrap());
    let told = service.deliver(&url, sample.headers, sample.body).expect(202).json();
    let delivery = answered(&service, told["delivery"].as_str().unwrap());
    let run = service.get(&format!("runs/{}", delivery["runs"][0].as_str().unwrap()));
    assert_eq!((&run["verification"], &run["commit"]), (&"verified".into(), &fabric.remote.head().into()), "{run}");

    fabric.verify(&[], 0);
    let listed = service.hedgerow(&fabric.scene, &["deliveries", "--fabric", "one"]).expect(0);
    assert_eq!(listed.stdout().matches("rang").count(), 6, "{}", listed.stdout());
}

#[test]
fn what_is_not_good_is_on_record_and_moves_nothing() {
    let fabric = Fabric::drained();
    let service = start(&fabric);
    let (url, secret) = hook(&service, &fabric, Provider::GitHub);
    let (before, runs) = (fabric.remote.head(), service.get("runs")["items"].as_array().unwrap().len());
    fabric.remote.commit("Another server").write(&fabric.path("raw/late.yaml"), server("late")).push();
    let waiting = fabric.remote.head();
    assert_ne!(waiting, before);
    let forged = push(Provider::GitHub, "another secret", "sent-1", fabric.remote.url());
    service.deliver(&url, forged.headers, forged.body).expect(401);
    let good = push(Provider::GitHub, &secret, "sent-1", fabric.remote.url());
    let elsewhere = push(Provider::GitHub, &secret, "sent-2", "https://git.example/unknown");
    let told = service.deliver(&url, elsewhere.headers, elsewhere.body).expect(202).json();
    assert_eq!((&told["result"], &told["ring"]), (&"unmatched".into(), &Value::Null), "{told}");
    let (generic, of_generic) = hook(&service, &fabric, Provider::Generic);
    let large = push(Provider::Generic, &of_generic, "sent-3", fabric.remote.url());
    let body = vec![b' '; hedgerow_forge::limits::MAX_WEBHOOK_BYTES + 1];
    let told = service.try_deliver(&generic, large.headers, body);
    assert!(told.as_ref().is_none_or(|told| told.status == 413), "{told:?}");
    service.until("it is on record", |service| service.get("deliveries")["items"][0]["signature"] == "unread");
    let tag = ring::hmac::sign(&ring::hmac::Key::new(ring::hmac::HMAC_SHA256, secret.as_bytes()), b"no json");
    let mut broken = good.headers.clone();
    broken.insert("x-github-delivery", "sent-4".parse().unwrap());
    let tag = format!("sha256={}", hedgerow_core::digest::hex(tag.as_ref()));
    broken.insert("x-hub-signature-256", tag.parse().unwrap());
    let told = service.deliver(&url, broken, b"no json".to_vec()).expect(202).json();
    assert_eq!((&told["result"], &told["ring"]), (&"unmatched".into(), &Value::Null), "{told}");
    let results: Vec<_> =
        service.get("deliveries")["items"].as_array().unwrap().iter().map(|d| d["result"].clone()).collect();
    assert_eq!(results, ["unmatched", "refused", "unmatched", "refused"]);
    assert_eq!(service.get("runs")["items"].as_array().unwrap().len(), runs, "nobody looked");
    assert_eq!(fabric.remote.head(), waiting);
    assert!(!service.log().contains(&secret));

    let told = service.deliver(&url, good.headers.clone(), good.body.clone()).expect(202).json();
    answered(&service, told["delivery"].as_str().unwrap());
    let replayed = service.deliver(&url, good.headers, good.body).expect(202).json();
    assert_eq!(replayed["result"], "repeated", "{replayed}");
    assert_eq!(replayed["ring"], told["ring"], "{replayed}");
}

#[test]
fn the_way_to_the_hooks_can_be_tried() {
    let fabric = Fabric::drained();
    let service = start(&fabric);
    service.hedgerow(&fabric.scene, &["trigger", "receiver", "one"]).expect(2);
    hook(&service, &fabric, Provider::GitLab);
    let tried = service.hedgerow(&fabric.scene, &["trigger", "receiver", "one"]).expect(0);
    for words in ["gitlab", "202", "rang", "/hooks/gitlab/"] {
        assert!(tried.stdout().contains(words), "{words}: {}", tried.stdout());
    }
    assert_eq!(service.get("deliveries")["items"][0]["result"], "rang");
}
