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

const SECRET: &str = "a secret that nobody guesses";

/// A file that declares the fabric, and `hooks`.
fn declaring(fabric: &Fabric, hooks: &str) -> String {
    format!(
        "[runs]\ninterval = \"1h\"\n[network]\nroots = [\"/\"]\n[[repository]]\nname = \"r\"\nurl = \"{}\"\n\
         [[fabric]]\nname = \"one\"\nrepository = \"r\"\nbranch = \"main\"\ndirectory = \"{}\"\nadopt = false\n{hooks}",
        fabric.remote.url(),
        fabric.dir
    )
}

fn declared(provider: &str, more: &str) -> String {
    format!("[[hook]]\nname = \"forge\"\nprovider = \"{provider}\"\nsecret_file = \"hook.secret\"\n{more}")
}

/// What a push, signed with `secret`, is answered at `address`.
fn rings(service: &Service, fabric: &Fabric, provider: Provider, address: &str, secret: &str, id: &str) -> u16 {
    let sample = push(provider, secret, id, fabric.remote.url());
    service.deliver(&service.url(address), sample.headers, sample.body).status
}

#[test]
fn a_hook_that_the_file_declares_is_the_files_alone_and_changes_with_it() {
    let fabric = Fabric::drained();
    fabric.scene.file("hook.secret", format!("{SECRET}\n"));
    let id = "0123456789abcdef0123456789abcdef";
    let service = Service::start(&fabric.scene, &declaring(&fabric, &declared("github", &format!("id = \"{id}\"\n"))));
    let shown = service.hedgerow(&fabric.scene, &["hook", "show", "forge", "-o", "json"]).expect(0).json();
    assert_eq!((&shown["owner"], &shown["provider"]), (&"file".into(), &"github".into()), "{shown}");
    let address = format!("/hooks/github/{id}");
    assert!(shown["url"].as_str().unwrap().ends_with(&address), "{shown}");
    assert_eq!(rings(&service, &fabric, Provider::GitHub, &address, SECRET, "sent-1"), 202);
    assert_eq!(rings(&service, &fabric, Provider::GitHub, &address, "some other secret", "sent-2"), 401);

    for verb in ["rotate", "remove"] {
        let said = service.hedgerow(&fabric.scene, &["hook", verb, "forge"]).expect(2);
        assert!(said.stderr().contains("stands in the service's configuration file"), "{verb}: {}", said.stderr());
    }
    let wanted = serde_json::json!({"name": "forge", "provider": "gitlab"});
    service.ask("POST", "/api/v1/hooks", Some(&wanted)).expect(409);

    // Another secret in its file.
    fabric.scene.file("hook.secret", "the secret of the next year\n");
    service.signal(rustix::process::Signal::HUP);
    service.until("the new secret is good", |service| {
        rings(service, &fabric, Provider::GitHub, &address, "the secret of the next year", "sent-3") == 202
    });
    service.until("the old one is not", |service| {
        rings(service, &fabric, Provider::GitHub, &address, SECRET, "sent-4") == 401
    });

    // Another sender: its address is another one, and the random part stays.
    fabric.scene.file("hedgerow.toml", declaring(&fabric, &declared("gitlab", "repository = \"r\"\n")));
    service.signal(rustix::process::Signal::HUP);
    service.until("it is GitLab's", |service| service.get("hooks/forge")["provider"] == "gitlab");
    let shown = service.get("hooks/forge");
    assert_eq!(shown["repository"], "r", "{shown}");
    assert!(shown["url"].as_str().unwrap().ends_with(&format!("/hooks/gitlab/{id}")), "{shown}");

    // What cannot be is told, and the rest of the file is true.
    for (secret, why) in [("short\n".to_owned(), "fewer than 16 bytes"), ("x".repeat(1025), "more than 1024 bytes")] {
        fabric.scene.file("hook.secret", secret);
        service.signal(rustix::process::Signal::HUP);
        service.until("it says so", |service| {
            service.log().lines().any(|line| line.contains("hook forge: the secret in") && line.contains(why))
        });
        assert_eq!(service.get("hooks/forge")["provider"], "gitlab");
    }

    fabric.scene.file("hedgerow.toml", declaring(&fabric, ""));
    service.signal(rustix::process::Signal::HUP);
    service.until("it is gone", |service| service.ask("GET", "/api/v1/hooks/forge", None).status == 404);
    let audit = service.get("audit").to_string();
    for action in ["hook.add", "hook.rotate", "hook.change", "hook.remove"] {
        assert!(audit.contains(action), "{action}: {audit}");
    }
    for text in [service.log(), audit, service.get("deliveries").to_string()] {
        assert!(!text.contains(SECRET) && !text.contains("the secret of the next year"), "{text}");
    }
}

#[test]
fn the_file_takes_over_a_hook_of_its_name_and_an_address_is_made_where_it_gives_none() {
    let fabric = Fabric::drained();
    fabric.scene.file("hook.secret", SECRET);
    let service = Service::start(&fabric.scene, &declaring(&fabric, ""));
    let (made, old) = hook_named(&service, &fabric, "forge", Provider::GitHub);
    let address = made.split_once("/hooks/").map(|(_, path)| format!("/hooks/{path}")).unwrap();
    assert_eq!(rings(&service, &fabric, Provider::GitHub, &address, &old, "sent-1"), 202);
    fabric.scene.file("hedgerow.toml", declaring(&fabric, &declared("github", "")));
    service.signal(rustix::process::Signal::HUP);
    service.until("it is the file's", |service| service.get("hooks/forge")["owner"] == "file");
    assert_eq!(service.get("hooks/forge")["url"], made.as_str(), "nothing has to be entered anew but the secret");
    service
        .until("by its secret", |service| rings(service, &fabric, Provider::GitHub, &address, SECRET, "sent-2") == 202);
}

/// Every address that no hook has is a question to the store.
#[test]
fn who_tries_addresses_that_no_hook_has_waits_and_the_hooks_that_there_are_do_not() {
    let fabric = Fabric::drained();
    let service = start(&fabric);
    let (url, secret) = hook(&service, &fabric, Provider::GitHub);
    let (address, begun) = (service.url("/hooks/github/"), std::time::Instant::now());
    let mut tried = 0_u32;
    let refused = loop {
        let told = service.deliver(&format!("{address}nobodys-{tried}"), http::HeaderMap::new(), Vec::new());
        if told.status != 404 {
            break told.expect(429);
        }
        tried += 1;
        assert!(tried < 600 + 10 * (begun.elapsed().as_secs() as u32 + 2), "600 a minute, and what fills up meanwhile");
    };
    assert!(tried >= 600, "{tried}");
    assert_eq!(refused.json()["type"], "/problems/rate-limited");
    let sample = push(Provider::GitHub, &secret, "sent-1", fabric.remote.url());
    service.deliver(&url, sample.headers, sample.body).expect(202);
    service.ask("GET", "/api/v1/fabrics", None).expect(200);
    let page = service.get("deliveries");
    assert_eq!(page["items"].as_array().unwrap().len(), 1, "what came to nobody is not kept: {page}");
}
