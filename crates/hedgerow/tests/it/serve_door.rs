//! The door, from the outside of the process: who says too much, too little, or too often.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::scene::Scene;
use crate::support::service::Service;

/// The longest that anybody may take to say what they want, and what a busy machine may add to it.
const SAID_BY: Duration = Duration::from_secs(60 + 30);

fn service(scene: &Scene) -> Service {
    Service::start(scene, "[network]\nroots = [\"/\"]\n")
}

fn line(service: &Service) -> TcpStream {
    let line = TcpStream::connect(service.url("").trim_start_matches("http://")).unwrap();
    line.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    line
}

/// Says all of it before it listens, as a simple client does, and returns what it heard.
fn say_all(service: &Service, head: &str, body: usize) -> String {
    let mut line = line(service);
    write!(line, "{head}Host: hedgerow\r\nContent-Type: application/json\r\nContent-Length: {body}\r\n\r\n").unwrap();
    let piece = vec![b' '; 64 * 1024];
    for at in (0..body).step_by(piece.len()) {
        line.write_all(&piece[..piece.len().min(body - at)]).unwrap();
    }
    let mut heard = String::new();
    line.read_to_string(&mut heard).unwrap();
    heard
}

#[test]
fn who_says_too_much_hears_why_and_not_a_reset() {
    let scene = Scene::new();
    let service = service(&scene);
    let wanted = json!({"name": "h", "provider": "github"});
    let hook = service.ask("POST", "/api/v1/hooks", Some(&wanted)).expect(201).json();
    let path = hook["url"].as_str().unwrap().split_once("/hooks/").unwrap().1;
    let token = service.token.clone().unwrap();
    for (head, body) in [
        (format!("POST /hooks/{path} HTTP/1.1\r\n"), 24 << 20),
        (format!("POST /api/v1/repositories HTTP/1.1\r\nAuthorization: Bearer {token}\r\n"), 4 << 20),
        ("POST /api/v1/repositories HTTP/1.1\r\n".to_owned(), 4 << 20),
        ("POST /hooks/github/nobodys HTTP/1.1\r\n".to_owned(), 4 << 20),
    ] {
        let heard = say_all(&service, &head, body);
        let status = heard.split(' ').nth(1).unwrap_or_default();
        assert!(["413", "401", "404"].contains(&status) && heard.contains("/problems/"), "{head}: {heard}");
    }
    assert_eq!(service.get("deliveries")["items"][0]["signature"], "unread");
}

#[test]
fn who_never_says_what_they_want_is_hung_up_on_and_others_are_served_meanwhile() {
    let scene = Scene::new();
    let service = service(&scene);
    let begun = Instant::now();
    let silent = line(&service);
    let mut slow = line(&service);
    slow.write_all(b"GET /healthz HTTP/1.1\r\nHost: hedgerow\r\n").unwrap();
    let mut talk = slow.try_clone().unwrap();
    // An end, or a reset.
    let ends = [slow, silent].map(|mut line| {
        std::thread::spawn(move || {
            line.set_read_timeout(Some(SAID_BY)).unwrap();
            let _ = line.read_to_end(&mut Vec::new());
            begun.elapsed()
        })
    });
    while !ends.iter().all(std::thread::JoinHandle::is_finished) {
        // Something to say once a second, and never an end.
        let _ = talk.write_all(b"X-More: 1\r\n");
        service.ask_as(None, "GET", "/healthz", None).expect(200);
        std::thread::park_timeout(Duration::from_secs(1));
    }
    for end in ends {
        let took = end.join().unwrap();
        assert!(took < SAID_BY, "{took:?}");
    }
}

#[test]
fn who_asks_too_often_waits_and_others_do_not() {
    let scene = Scene::new();
    let service = service(&scene);
    let wanted = json!({"name": "ci", "role": "viewer"});
    let made = service.ask("POST", "/api/v1/tokens", Some(&wanted)).expect(201).json();
    let ci = made["token"].as_str().unwrap();
    let begun = Instant::now();
    let mut asked = 0_u32;
    let heard = loop {
        let heard = service.ask_as(Some(ci), "GET", "/api/v1/fabrics", None);
        if heard.status != 200 {
            break heard.expect(429);
        }
        asked += 1;
        assert!(asked < 600 + 10 * (begun.elapsed().as_secs() as u32 + 2), "600 a minute, and what fills up meanwhile");
    };
    assert!(asked >= 600, "{asked}");
    assert_eq!(heard.json()["type"], "/problems/rate-limited");
    service.ask("GET", "/api/v1/fabrics", None).expect(200);
}
