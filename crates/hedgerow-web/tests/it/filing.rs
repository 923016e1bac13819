//! Judging a text and filing it, against a real git server: who may, what the remote has afterwards, and what is refused.

use std::process::Command;

use serde_json::{Value, json};

use crate::remote::{Remote, server};
use crate::service::Service;

const FILE: &str = "/api/v1/fabrics/dc1/file";
const VET: &str = "/api/v1/vet";

/// A service whose fabric dc1 is drained, and its remote.
async fn drained() -> (Service, Remote) {
    let (service, remote) =
        (Service::start().await, Remote::new(&[("dc1/raw/a.yaml", server("a")), ("x/y", "z".to_owned())]));
    remote.add_to(&service).await;
    service.work();
    let link = json!({"name": "dc1", "repository": "fabrics", "branch": "main", "directory": "dc1"});
    service.as_admin().post("/api/v1/fabrics", link).await.is(201);
    is_ready(&service).await;
    (service, remote)
}

async fn is_ready(service: &Service) -> Value {
    service.until("/api/v1/fabrics/dc1", |fabric| fabric["ready"] == "true").await
}

async fn seen(service: &Service) -> String {
    let vetted = service.as_admin().post(VET, json!({"text": "", "fabric": "dc1"})).await.is(200);
    vetted["commit"].as_str().unwrap().to_owned()
}

fn codes(answer: &Value) -> Vec<&str> {
    answer["findings"].as_array().unwrap().iter().map(|finding| finding["code"].as_str().unwrap()).collect()
}

fn broken(name: &str) -> String {
    server(name).replace("spec: {}", "spec:\n  descriptio: x")
}

#[tokio::test]
async fn a_text_is_judged_alone_and_against_a_fabric() {
    let (service, remote) = drained().await;
    let viewer = service.make_token("eye", "viewer", None).await;
    let alone = service.with(&viewer).post(VET, json!({"text": broken("b"), "path": "b.yaml"})).await.is(200);
    assert_eq!((&alone["counts"]["errors"], &alone["fabric"]), (&json!(1), &Value::Null), "{alone:#}");
    let finding = &alone["findings"][0];
    assert_eq!((&finding["file"], &finding["line"]), (&json!("b.yaml"), &json!(8)), "{alone:#}");
    assert!(finding["excerpt"]["text"].as_str().unwrap().contains("descriptio"));
    assert!(!alone.to_string().contains("~vet"), "{alone:#}");

    // A name that the fabric has with other content: only the fabric knows.
    let other = server("a").replace("rack: r-a", "rack: other");
    let twice = format!("{other}---\n{}", server("a"));
    let beside =
        service.with(&viewer).post(VET, json!({"text": twice, "path": "b.yaml", "fabric": "dc1"})).await.is(200);
    assert_eq!(beside["commit"], remote.bare.head("main"));
    assert!(beside["findings"][0]["file"].as_str().unwrap() == "dc1/raw/b.yaml", "{beside:#}");
    let fine = service.with(&viewer).post(VET, json!({"text": other, "fabric": "dc1"})).await.is(200);
    assert_eq!((&fine["counts"]["errors"], &fine["there"]), (&json!(0), &Value::Null), "{fine:#}");

    let scoped = service.make_token("some", "operator", Some(&["elsewhere"])).await;
    service.with(&scoped).post(VET, json!({"text": "", "fabric": "dc1"})).await.is_problem(422, "invalid");
    service.with(&scoped).post(VET, json!({"text": "a: 1"})).await.is(200);
    service.as_nobody().post(VET, json!({"text": ""})).await.is_problem(401, "unauthorized");
    let large = "#".repeat(1024 * 1024 + 1);
    service.with(&viewer).post(VET, json!({"text": large})).await.is_problem(413, "too-large");
}

#[tokio::test]
async fn a_filed_text_is_a_commit_of_whoever_files_and_the_run_places_it() {
    let (service, remote) = drained().await;
    let token = service.make_token("ci", "operator", None).await;
    let before = remote.bare.head("main");
    let text = format!("# Of people\n{}", server("b"));
    let wanted =
        json!({"path": "sub/b.yaml", "text": text, "commit": seen(&service).await, "why": "rack b\n\nHedgerow-Run: x"});
    let filed = service.with(&token).post(FILE, wanted).await.is(201);
    assert_eq!((&filed["verification"], &filed["held"]), (&json!("verified"), &json!(false)), "{filed:#}");
    let commit = filed["commit"].as_str().unwrap();

    let git = |arguments: &[&str]| remote.bare.git(arguments);
    assert_eq!(
        git(&["show", "-s", "--format=%an <%ae> %cn <%ce>", commit]),
        "ci <ci@tokens.hedgerow.invalid> ci <ci@tokens.hedgerow.invalid>"
    );
    assert_eq!(git(&["show", "-s", "--format=%P", commit]), before);
    assert_eq!(git(&["diff-tree", "-r", "--no-commit-id", "--name-status", commit]), "A\tdc1/raw/sub/b.yaml");
    assert_eq!(remote.bare.cat(commit, "dc1/raw/sub/b.yaml"), text.as_bytes());
    assert_eq!(git(&["show", "-s", "--format=%(trailers)", commit]), "", "nobody's words become a trailer");
    assert!(git(&["show", "-s", "--format=%s", commit]).starts_with("rack b Hedgerow-Run: x"));

    let ring = filed["ring"].as_str().unwrap();
    service.until(ring, |ring| ring["answered"] == true).await;
    is_ready(&service).await;
    let paths = remote.bare.paths("main");
    assert!(paths.contains(&"dc1/managed/servers/b.yaml".to_owned()), "{paths:?}");
    assert!(!paths.iter().any(|path| path.starts_with("dc1/raw/sub")), "{paths:?}");
    second_verifier_agrees(&remote);
    let audit = service.as_admin().get("/api/v1/audit?actor=ci").await.is(200);
    assert_eq!(
        (&audit["items"][0]["action"], &audit["items"][0]["after"]["commit"]),
        (&json!("fabric.file"), &json!(commit))
    );
    assert_eq!(
        (&audit["items"][1]["action"], &audit["items"][1]["after"]["commit"]),
        (&json!("fabric.file.begin"), &json!(commit)),
        "what is about to be pushed is on record before it is"
    );
    let store = &service.state.store;
    let repository = store.repository_by_name("fabrics").await.unwrap().unwrap().id;
    let pushes = store.pushes_since(repository, 0).await.unwrap().len();
    assert_eq!(pushes, 3, "linking, filing and placing are a push each");
}

fn second_verifier_agrees(remote: &Remote) {
    let script = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../verify/hedgerow_verify.py");
    let ran = Command::new("python3").arg(script).arg("--repo").arg(remote.bare.dir()).args(["--path", "dc1"]).output();
    let Ok(ran) = ran else { return eprintln!("no python3 here: the second verifier was not asked") };
    assert!(ran.status.success(), "{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
}

#[tokio::test]
async fn what_others_did_meanwhile_is_never_overwritten() {
    let (service, remote) = drained().await;
    let commit = seen(&service).await;
    // Elsewhere in the repository: nobody's business.
    remote.bare.commit("main", &[("x/y", "other".to_owned())]);
    let first = json!({"path": "b.yaml", "text": server("b"), "commit": commit});
    service.as_admin().post(FILE, first).await.is(201);
    service.until("/api/v1/objects?fabric=dc1&kind=Server", |page| page["items"].as_array().unwrap().len() == 2).await;

    let head = remote.bare.head("main");
    let late = json!({"path": "c.yaml", "text": server("c"), "commit": commit});
    let problem = service.as_admin().post(FILE, late).await.is_problem(412, "stale");
    assert_eq!(
        (&problem["commit"], &problem["others"]),
        (&json!(head), &json!(["dc1/managed/servers/b.yaml"])),
        "{problem:#}"
    );
    assert_eq!(remote.bare.head("main"), head, "nothing was filed");
    let again = json!({"path": "c.yaml", "text": server("c"), "commit": head});
    let filed = service.as_admin().post(FILE, again).await.is(201);
    // A visit that has begun goes on in spite of a suspension, and would place what follows.
    service.until(filed["ring"].as_str().unwrap(), |ring| ring["answered"] == true).await;

    // A file that nobody said they had seen.
    service.as_admin().post("/api/v1/fabrics/dc1/suspend", json!({"reason": "quiet"})).await.is(200);
    remote.bare.commit("main", &[("dc1/raw/theirs.yaml", server("d"))]);
    let head = remote.bare.head("main");
    let blind = json!({"path": "theirs.yaml", "text": server("mine")});
    let problem = service.as_admin().post(FILE, blind).await.is_problem(412, "stale");
    assert_eq!((&problem["others"], remote.bare.head("main")), (&json!(["dc1/raw/theirs.yaml"]), head));
    let same = service.as_admin().post(FILE, json!({"path": "theirs.yaml", "text": server("d")})).await.is(200);
    assert_eq!((&same["changed"], &same["ring"]), (&json!(false), &Value::Null));
}

#[tokio::test]
async fn a_flawed_text_is_filed_only_when_somebody_says_so_and_is_held() {
    let (service, remote) = drained().await;
    let (commit, head) = (seen(&service).await, remote.bare.head("main"));
    let mut wanted = json!({"path": "b.yaml", "text": broken("b"), "commit": commit});
    let problem = service.as_admin().post(FILE, wanted.clone()).await.is_problem(422, "choice-needed");
    assert!(problem["others"][0].as_str().unwrap().contains("descriptio"), "{problem:#}");
    assert_eq!(remote.bare.head("main"), head);
    wanted["although_held"] = json!(true);
    let filed = service.as_admin().post(FILE, wanted).await.is(201);
    assert_eq!(filed["held"], true);
    let held = service.until("/api/v1/fabrics/dc1", |fabric| fabric["held"] == 1).await;
    assert_eq!(held["inbox"]["files"], 1, "{held:#}");
    let vetted =
        service.as_admin().post(VET, json!({"text": broken("b"), "path": "b.yaml", "fabric": "dc1"})).await.is(200);
    assert_eq!(vetted["there"], json!(broken("b")), "{vetted:#}");
    assert!(!codes(&vetted).is_empty());
    let right = json!({"path": "b.yaml", "text": server("b"), "commit": vetted["commit"]});
    service.as_admin().post(FILE, right).await.is(201);
    is_ready(&service).await;
    second_verifier_agrees(&remote);
}

#[tokio::test]
async fn only_operators_file_only_below_raw_and_a_suspension_is_said() {
    let (service, remote) = drained().await;
    let viewer = service.make_token("eye", "viewer", None).await;
    let scoped = service.make_token("other", "operator", Some(&["dc2"])).await;
    let head = remote.bare.head("main");
    let wanted = json!({"path": "b.yaml", "text": server("b")});
    service.with(&viewer).post(FILE, wanted.clone()).await.is_problem(403, "forbidden");
    service.with(&scoped).post(FILE, wanted.clone()).await.is_problem(404, "not-found");
    for path in ["../managed/b.yaml", "b.txt", ".hidden.yaml", "/etc/b.yaml", "a//b.yaml", ""] {
        service.as_admin().post(FILE, json!({"path": path, "text": "a: 1"})).await.is_problem(422, "invalid");
    }
    service
        .as_admin()
        .post(FILE, json!({"path": "b.yaml", "text": "", "commit": "main"}))
        .await
        .is_problem(422, "invalid");
    assert_eq!(remote.bare.head("main"), head, "nothing of that reached the remote");

    service.as_admin().post("/api/v1/fabrics/dc1/suspend", json!({"reason": "maintenance"})).await.is(200);
    let filed = service.as_admin().post(FILE, wanted).await.is(201);
    assert!(filed["suspended"].as_str().unwrap().contains("maintenance"), "{filed:#}");
    assert_eq!((&filed["ring"], &filed["verification"]), (&Value::Null, &json!("verified")));
    assert!(remote.bare.paths("main").contains(&"dc1/raw/b.yaml".to_owned()));
}

#[tokio::test]
async fn nobody_files_by_the_address_of_our_own_commits() {
    let (service, remote) = drained().await;
    let policy = "[committer]\nname = \"Bot\"\nemail = \"ci@tokens.hedgerow.invalid\"\n";
    remote.bare.commit("main", &[("dc1/.hedgerow/policy.toml", policy.to_owned())]);
    let head = remote.bare.head("main");
    let token = service.make_token("ci", "operator", None).await;
    let problem = service
        .with(&token)
        .post(FILE, json!({"path": "b.yaml", "text": server("b")}))
        .await
        .is_problem(422, "invalid");
    assert!(problem["detail"].as_str().unwrap().contains("e-mail"), "{problem:#}");
    assert_eq!(remote.bare.head("main"), head);
    second_verifier_agrees(&remote);
}
