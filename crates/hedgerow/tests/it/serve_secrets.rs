//! A canary in every place of a credential is seen by nobody: no log, answer, error, bundle, process list or environment.

use std::collections::BTreeMap;
use std::path::Path;

use hedgerow_testkit::GitHttp;
use rustix::process::{Resource, Rlimit, prlimit};
use serde_json::json;

use crate::support::fabric::Fabric;
use crate::support::service::{Service, csrf};

/// No two of them are alike, so that a find says which one it was.
const CANARIES: [&str; 8] = [
    "canary-file-token",
    "canary-api-token",
    "canary-env-token",
    "canary-read-token",
    "canary-ssh-key",
    "canary-app-key",
    "canary-hook-secret",
    "canary-page-token",
];

/// Fails the test when `text` holds one.
#[track_caller]
fn is_clean(what: &str, text: &str) {
    let found = CANARIES.iter().find(|canary| text.contains(**canary));
    assert_eq!(found, None, "{what}: {text}");
}

/// What every process of this machine shows of itself to its own user, as far as it has the scene's name in it.
fn processes(of: &Path) -> String {
    let mut seen = String::new();
    for entry in std::fs::read_dir("/proc").unwrap().flatten() {
        let read = |name: &str| std::fs::read(entry.path().join(name)).unwrap_or_default();
        let (line, environment) = (read("cmdline"), read("environ"));
        let text = format!("{} {}", String::from_utf8_lossy(&line), String::from_utf8_lossy(&environment));
        if text.contains(of.to_str().unwrap()) && text.contains("git") {
            seen += &text.replace('\0', " ");
            seen.push('\n');
        }
    }
    seen
}

#[test]
fn f_31_a_canary_token_is_seen_by_nobody() {
    let fabric = Fabric::example();
    let server = GitHttp::serve(fabric.scene.path(""));
    server.require("git", "canary-file-token");
    let remote = server.url("remote.git");
    fabric.scene.file("token", "canary-file-token\n");
    fabric.scene.file("read-token", "canary-read-token\n");
    fabric.scene.file("api-token", "canary-api-token\n");
    fabric.scene.file("hook-secret", "canary-hook-secret\n");
    let config = format!(
        "[runs]\ninterval = \"1s\"\n[network]\nclear_hosts = [\"127.0.0.1\"]\nnetworks = [\"127.0.0.0/8\"]\n\
         [[repository]]\nname = \"good\"\nurl = \"{remote}\"\nwrite = {{ token_file = \"token\" }}\n\
         [[fabric]]\nname = \"one\"\nrepository = \"good\"\nbranch = \"main\"\ndirectory = \"{}\"\nadopt = false\n\
         [[repository]]\nname = \"bad\"\nurl = \"{remote}x\"\nwrite = {{ token_env = \"CANARY\" }}\n\
         read = {{ token_file = \"read-token\" }}\n\
         [[fabric]]\nname = \"two\"\nrepository = \"bad\"\nbranch = \"main\"\ndirectory = \"x\"\nadopt = false\n\
         [[hook]]\nname = \"declared\"\nprovider = \"github\"\nsecret_file = \"hook-secret\"\n",
        fabric.dir
    );
    let service = Service::start_with(&fabric.scene, &config, |command| {
        command.env("CANARY", "canary-env-token").env("RUST_LOG", "debug").env("NO_PROXY", "*");
    });
    let managed = "hedgerow_fabric_documents{fabric=\"one\",state=\"managed\"}";
    let mut seen = String::new();
    service.until("the inbox is drained over HTTP with the token", |service| {
        seen += &processes(&fabric.scene.path(""));
        service.metric(managed) == Some(48.0)
    });
    service.until("the bad one failed", |service| service.get("events").to_string().contains("\"two\""));
    let children: Vec<&str> = seen.lines().filter(|line| !line.contains(" serve ") && line.contains(" -c ")).collect();
    for child in children {
        is_clean("a process that we started", child);
    }
    let lines = seen.lines().map(|line| line.split(" PATH=").next().unwrap_or_default());
    lines.for_each(|line| is_clean("a command line", line));

    let api_file = fabric.scene.path("api-token");
    let added = service.hedgerow(
        &fabric.scene,
        &["repo", "add", "by-api", &format!("{remote}y"), "--token-file", api_file.to_str().unwrap()],
    );
    is_clean("repo add", &added.expect(0).text());
    // Keys that cannot be used: what is said about them holds nothing of them.
    let pem = |name: &str, word: &str| {
        let text = format!("-----BEGIN {word} PRIVATE KEY-----\nY2FuYXJ5 {name}\n-----END {word} PRIVATE KEY-----\n");
        fabric.scene.file(name, text).to_str().unwrap().to_owned()
    };
    let (ssh, app) = (pem("canary-ssh-key", "OPENSSH"), pem("canary-app-key", "RSA"));
    let hosts = fabric.scene.file("hosts", "git.example.com ssh-ed25519 AAAA\n");
    let hosts = hosts.to_str().unwrap();
    let bad = [
        vec!["repo", "add", "k", "git@git.example.com:a.git", "--ssh-key", &ssh, "--known-hosts", hosts],
        vec!["repo", "add", "a", "https://git.example.com/a.git", "--github-app", "7", "--github-app-key", &app],
        vec!["repo", "rotate", "a", "--github-app", "7", "--github-app-key", &app],
    ];
    let paths = |text: &str| text.replace(ssh.as_str(), "").replace(app.as_str(), "");
    for verb in bad {
        is_clean("a bad key", &paths(&service.hedgerow(&fabric.scene, &verb).text()));
        is_clean("a bad key", &paths(&fabric.scene.run(&verb).text()));
    }
    let hook = service.hedgerow(&fabric.scene, &["hook", "add", "h", "--provider", "github", "-o", "json"]);
    let secret = hook.expect(0).json()["secret"].as_str().unwrap().to_owned();
    let token = service.token.clone().unwrap();
    for verb in [
        &["repo", "show", "by-api", "-o", "json"][..],
        &["repo", "show", "bad", "-o", "json"],
        &["repo", "list", "-o", "json"],
        &["events", "--limit", "100", "-o", "json"],
        &["runs", "-o", "json"],
        &["fabric", "show", "two", "-o", "json"],
        &["hook", "list", "-o", "json"],
        &["token", "list", "-o", "json"],
        &["doctor"],
    ] {
        let told = service.hedgerow(&fabric.scene, verb).expect(0).text();
        assert!(!told.contains(&secret) && !told.contains(&token), "{told}");
        is_clean("a command with --server", &told);
        is_clean("a command on the store", &fabric.scene.run(verb).expect(0).text());
    }
    let bundle = fabric.scene.run(&["doctor", "--config", fabric.scene.path("hedgerow.toml").to_str().unwrap()]);
    let bundle = bundle.expect(0);
    is_clean("the bundle", &bundle.text());
    assert!(bundle.json()["configuration"]["repository"].is_array(), "{}", bundle.story());
    assert!(bundle.json()["store"]["rows"]["secrets"].as_u64().unwrap() >= 3, "{}", bundle.story());
    let body = json!({"kind": "token", "secret": "canary-api-token", "nonsense": 1});
    let refused = service.ask("PUT", "/api/v1/repositories/by-api/credentials/write", Some(&body));
    assert!(refused.status >= 400, "{refused:?}");
    is_clean("a refusal", &refused.text);
    is_clean("metrics", &service.ask("GET", "/metrics", None).text);
    let shown = pages(&service);
    for (path, text) in &shown {
        assert!(!text.contains(&secret) && !text.contains(&token), "{path}: {text}");
        is_clean(path, text);
    }
    for path in ["/", "/fabrics/one", "/fabrics/two", "/repositories/by-api", "/deliveries", "/tokens", "/audit"] {
        assert!(shown.contains_key(path), "{path} is among the pages: {:?}", shown.keys());
    }
    assert!(shown.keys().any(|path| path.starts_with("/runs/")), "and a run's: {:?}", shown.keys());
    is_clean("the audit record", &service.get("audit").to_string());
    is_clean("the log at level debug", &service.log());
    assert!(!service.log().contains(&secret) && !service.log().contains(&token), "{}", service.log());
    // The store, its log of writes, mirrors, whatever else there is.
    for place in ["state", "cache", "tmp", "home"] {
        for file in files(&fabric.scene.path(place)) {
            let bytes = String::from_utf8_lossy(&std::fs::read(&file).unwrap()).into_owned();
            is_clean(&file.display().to_string(), &bytes);
            assert!(!bytes.contains(&secret) && !bytes.contains(&token), "{}", file.display());
        }
    }
}

/// Everything below a directory. What goes while one looks held nothing.
fn files(directory: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(directory).into_iter().flatten().flatten() {
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => found.extend(files(&entry.path())),
            Ok(kind) if kind.is_file() => found.push(entry.path()),
            _ => {}
        }
    }
    found
}

/// Every page that an administrator comes to by links, and what a form that is refused shows.
fn pages(service: &Service) -> BTreeMap<String, String> {
    let cookies = service.sign_in();
    let (mut shown, mut waiting) = (BTreeMap::new(), vec!["/".to_owned()]);
    while let Some(path) = waiting.pop() {
        // Of objects and findings, which have no credentials, a few are as good as all.
        if shown.contains_key(&path) || shown.len() >= MOST_PAGES {
            continue;
        }
        let page = service.page(&cookies, &path);
        // What cannot be shown, such as the plan of a fabric whose remote says no, is a page, too.
        assert!(page.status < 500, "{path}: {page:?}");
        let links = page.text.split("href=\"/").skip(1).filter_map(|rest| rest.split(['"', '#', '?']).next());
        let new = links.map(|link| format!("/{link}")).filter(|link| !link.starts_with("/assets/"));
        waiting.extend(new.filter(|link| !link.contains("/objects/") && !link.contains("/codes/")));
        shown.insert(path, page.text);
    }
    let path = "/repositories/by-api";
    let form = format!("csrf={}&use=write&kind=ssh_key&secret=canary-page-token", csrf(&shown[path]));
    let refused = service.send_form(&cookies, &format!("{path}/credential"), form);
    shown.insert("a form that is refused".to_owned(), refused.text);
    shown
}

/// More than the pages of a test's service.
const MOST_PAGES: usize = 300;

/// A machine that has no memory for another thread: whoever needs one panics, with a token in hand.
#[test]
fn a_panic_is_a_line_of_the_log_without_a_secret_and_the_service_goes_on() {
    let fabric = Fabric::example();
    let server = GitHttp::serve(fabric.scene.path(""));
    server.require("git", "canary-file-token");
    fabric.remote.git(&["config", "http.receivepack", "true"]);
    fabric.scene.file("token", "canary-file-token\n");
    let config = format!(
        "[log]\nformat = \"json\"\n[runs]\ninterval = \"1h\"\n\
         [network]\nclear_hosts = [\"127.0.0.1\"]\nnetworks = [\"127.0.0.0/8\"]\n\
         [[repository]]\nname = \"good\"\nurl = \"{}\"\nwrite = {{ token_file = \"token\" }}\n\
         [[fabric]]\nname = \"one\"\nrepository = \"good\"\nbranch = \"main\"\ndirectory = \"{}\"\nadopt = false\n",
        server.url("remote.git"),
        fabric.dir
    );
    let service = Service::start_with(&fabric.scene, &config, |command| {
        command.env("NO_PROXY", "*");
    });
    service.until("it is ready", |service| service.condition("one", "Ready") == "true");
    let status = std::fs::read_to_string(format!("/proc/{}/status", service.pid().as_raw_nonzero())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmSize:")).unwrap();
    let size: u64 = line.split_whitespace().next().unwrap().parse().unwrap();
    // Less than a thread's stack; the little that it takes to start a program is left.
    let tight = Rlimit { current: Some((size + 1_024) * 1_024), maximum: None };
    let before = prlimit(Some(service.pid()), Resource::As, tight).unwrap();
    service.until("somebody panics", |service| {
        service.ask_at_once(12, "POST", "/api/v1/repositories/good/check", &json!({}));
        service.log().contains("panic: ")
    });
    prlimit(Some(service.pid()), Resource::As, before).unwrap();
    service.until("it goes on", |service| {
        let told = service.try_ask("POST", "/api/v1/repositories/good/check", Some(&json!({})));
        told.is_some_and(|told| told.status == 200)
    });
    service.ask_as(None, "GET", "/readyz", None).expect(200);
    let log = service.log();
    is_clean("the log", &log);
    for line in log.lines() {
        assert!(serde_json::from_str::<serde_json::Value>(line).is_ok(), "{line}");
    }
}

#[test]
fn a_crash_leaves_no_core() {
    use std::os::unix::process::ExitStatusExt;
    let fabric = Fabric::drained();
    let service = Service::start(&fabric.scene, "");
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", service.pid().as_raw_nonzero())).unwrap();
    let core = limits.lines().find_map(|line| line.strip_prefix("Max core file size")).unwrap();
    assert_eq!(
        core.split_whitespace().take(2).collect::<Vec<_>>(),
        ["0", "0"],
        "neither it nor its children: {limits}"
    );
    // Where this may be done, the limit is taken off again: it is not what everything hangs on.
    let none = Rlimit { current: None, maximum: None };
    let _ = prlimit(Some(service.pid()), Resource::Core, none);
    let status = service.crash();
    assert!(status.signal().is_some() && !status.core_dumped(), "{status:?}");
    assert_eq!(std::fs::read_dir(fabric.scene.path("home")).unwrap().count(), 0, "nothing is left where it ran");
}
