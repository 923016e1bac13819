//! Bodies made to hurt: of five gigabytes, and small ones that unpack to more than there is. Nobody takes them, nobody unpacks
//! them, and whoever is asked next is answered.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use hedgerow_testkit::{Fault, GitHttp, Stage};
use serde_json::json;

use crate::support::fabric::Fabric;
use crate::support::ran::Ran;
use crate::support::scene::Scene;
use crate::support::service::Service;
use crate::support::yaml::server;

const FIVE_GB: u64 = 5_000_000_000;
/// The most that anybody may go on sending, in bytes: what the service listens to before it hangs up, and what lies between.
const HEARD: u64 = 64 << 20;
/// How much the service may grow by it, in KiB.
const GROWN_KIB: u64 = 48 * 1024;
/// What a bomb unpacks to, in bytes: more than the service may grow.
const UNPACKED: usize = 256 << 20;

/// Zeros, packed by `gzip`.
fn bomb(head: &[u8]) -> Vec<u8> {
    let mut gzip = Command::new("gzip").arg("-1").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = gzip.stdin.take().unwrap();
    let head = head.to_vec();
    let writer = std::thread::spawn(move || {
        stdin.write_all(&head).unwrap();
        let zeros = vec![0; 1 << 20];
        (0..UNPACKED >> 20).for_each(|_| stdin.write_all(&zeros).unwrap());
    });
    let packed = gzip.wait_with_output().unwrap().stdout;
    writer.join().unwrap();
    packed
}

/// The most memory that the service has had so far, in KiB.
fn peak_kib(service: &Service) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", service.pid().as_raw_nonzero())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

/// Says `head`, and then sends without an end. How much was sent until nobody listened any more, and what was said.
fn send(service: &Service, head: &str, chunked: bool) -> (u64, String) {
    let mut line = TcpStream::connect(service.url("").trim_start_matches("http://")).unwrap();
    line.set_write_timeout(Some(Duration::from_secs(60))).unwrap();
    line.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let length = if chunked { "Transfer-Encoding: chunked".to_owned() } else { format!("Content-Length: {FIVE_GB}") };
    write!(line, "{head}Host: hedgerow\r\nContent-Type: application/json\r\n{length}\r\n\r\n").unwrap();
    let mut piece = vec![b' '; 1 << 20];
    if chunked {
        piece.splice(0..0, format!("{:x}\r\n", 1 << 20).into_bytes());
        piece.extend(b"\r\n");
    }
    let mut sent = 0;
    while sent < FIVE_GB && line.write_all(&piece).is_ok() {
        sent += piece.len() as u64;
    }
    let mut heard = Vec::new();
    // A reset, where what was said is lost with the line.
    let _ = line.read_to_end(&mut heard);
    (sent, String::from_utf8_lossy(&heard).into_owned())
}

/// The hook's path and secret.
fn hook(service: &Service) -> (String, String) {
    let wanted = json!({"name": "h", "provider": "github"});
    let made = service.ask("POST", "/api/v1/hooks", Some(&wanted)).expect(201).json();
    let path = made["url"].as_str().unwrap().split_once("/hooks/").unwrap().1.to_owned();
    (format!("/hooks/{path}"), made["secret"].as_str().unwrap().to_owned())
}

#[test]
fn five_gigabytes_are_not_listened_to() {
    let scene = Scene::new();
    let service = Service::start(&scene, "[network]\nroots = [\"/\"]\n");
    let (path, _) = hook(&service);
    let token = service.token.clone().unwrap();
    let before = peak_kib(&service);
    for head in [
        format!("POST {path} HTTP/1.1\r\n"),
        "POST /hooks/github/nobodys HTTP/1.1\r\n".to_owned(),
        format!("POST /api/v1/vet HTTP/1.1\r\nAuthorization: Bearer {token}\r\n"),
        "POST /api/v1/vet HTTP/1.1\r\n".to_owned(),
        "POST /login HTTP/1.1\r\n".to_owned(),
        "GET /healthz HTTP/1.1\r\n".to_owned(),
    ] {
        for chunked in [false, true] {
            let (sent, heard) = send(&service, &head, chunked);
            assert!(sent < HEARD, "{head}: {sent} bytes, chunked: {chunked}");
            assert!(!heard.starts_with("HTTP/1.1 2") || head.starts_with("GET"), "{head}: {heard}");
        }
        service.ask_as(None, "GET", "/healthz", None).expect(200);
    }
    let grown = peak_kib(&service) - before;
    assert!(grown < GROWN_KIB, "it grew by {grown} KiB");
}

#[test]
fn a_packed_body_is_not_unpacked() {
    let scene = Scene::new();
    let service = Service::start(&scene, "[network]\nroots = [\"/\"]\n");
    let (path, secret) = hook(&service);
    let (bomb, token) = (bomb(b"{\"text\": \""), service.token.clone().unwrap());
    let before = peak_kib(&service);
    let tag = ring::hmac::sign(&ring::hmac::Key::new(ring::hmac::HMAC_SHA256, secret.as_bytes()), &bomb);
    let tag = format!("sha256={}", hedgerow_core::digest::hex(tag.as_ref()));
    let headers = |more: &[(&'static str, &str)]| {
        let mut headers = http::HeaderMap::new();
        for (name, value) in [&[("content-encoding", "gzip"), ("content-type", "application/json")], more].concat() {
            headers.insert(name, value.parse().unwrap());
        }
        headers
    };
    // The signature is over the bytes that came, and it is good; what they say is no JSON.
    let signed = [("x-hub-signature-256", tag.as_str()), ("x-github-event", "push"), ("x-github-delivery", "one")];
    let told = service.deliver(&service.url(&path), headers(&signed), bomb.clone()).expect(202).json();
    assert_eq!((&told["result"], &told["ring"]), (&"unmatched".into(), &serde_json::Value::Null), "{told}");
    let bearer = format!("Bearer {token}");
    let told = service.deliver(&service.url("/api/v1/vet"), headers(&[("authorization", &bearer)]), bomb);
    assert!([400, 415, 422].contains(&told.status), "{told:?}");
    let grown = peak_kib(&service) - before;
    assert!(grown < GROWN_KIB, "it grew by {grown} KiB");
    service.ask_as(None, "GET", "/readyz", None).expect(200);
}

/// git keeps a server's answer whole, unpacked. It has a limit of memory: ours, or what we have ourselves, as here.
#[test]
fn a_git_server_whose_answer_unpacks_without_end_stops_that_run_alone() {
    let fabric = Fabric::of(&[("raw/a.yaml", server("a"))]);
    fabric.remote.git(&["config", "http.receivepack", "true"]);
    let http = GitHttp::serve(fabric.remote.path().parent().unwrap());
    let url = http.url("remote.git");
    let args = ["sync", "--repo", &url, "--path", &fabric.dir, "-o", "json"];
    for (stage, kind, head) in
        [(Stage::AskFetch, "advertisement", "001e# service=git-upload-pack\n0000"), (Stage::Fetch, "result", "")]
    {
        let body = bomb(head.as_bytes());
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/x-git-upload-pack-{kind}\r\nContent-Encoding: gzip\r\n\
             Content-Length: {}\r\n\r\n",
            body.len()
        );
        http.fail(stage, Fault::Raw([head.as_bytes(), &body].concat()));
        let mut limited = fabric.scene.command(Path::new("prlimit"));
        limited.arg("--data=230000000").arg(env!("CARGO_BIN_EXE_hedgerow")).args(args).env("NO_PROXY", "*");
        let report = Ran::of(&mut limited).expect(2).json();
        assert_eq!((&report["outcome"], &report["verification"]), (&"failed".into(), &"none".into()), "{report:#}");
        println!("{stage:?}: {}", report["reason"]);
        http.heal();
    }
    assert_eq!(fabric.remote.count("main"), 1, "nothing was pushed");
    assert_eq!(fabric.scene.run(&args).expect(0).json()["verification"], "verified");
}
