//! A server on loopback that says what it was told to say, and keeps what it was asked.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use hedgerow_forge::{Client, Reach};

#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// `POST /path`
    pub(crate) line: String,
    pub(crate) headers: Vec<(String, String)>,
}

impl Asked {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

pub(crate) struct Fake {
    address: SocketAddr,
    shared: Arc<Mutex<Shared>>,
}

#[derive(Default)]
struct Shared {
    /// An answer's head after the version and its body; empty cuts the line.
    answer: (String, String),
    asked: Vec<Asked>,
}

impl Fake {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Mutex::new(Shared::default()));
        thread::spawn({
            let shared = Arc::clone(&shared);
            move || {
                for stream in listener.incoming().flatten() {
                    let shared = Arc::clone(&shared);
                    thread::spawn(move || converse(stream, &shared));
                }
            }
        });
        Self { address, shared }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From now on this is answered: `head` is the status and further header lines.
    pub(crate) fn answers(&self, head: &str, body: &str) {
        self.shared.lock().unwrap().answer = (head.to_owned(), body.to_owned());
    }

    pub(crate) fn take(&self) -> Vec<Asked> {
        std::mem::take(&mut self.shared.lock().unwrap().asked)
    }
}

fn converse(stream: TcpStream, shared: &Mutex<Shared>) {
    let mut reader = BufReader::new(stream);
    loop {
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).unwrap_or(0) == 0 {
                return;
            }
            let line = line.trim_end().to_owned();
            if line.is_empty() {
                break;
            }
            lines.push(line);
        }
        let headers: Vec<_> = lines[1..]
            .iter()
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect();
        let asked = Asked { line: lines[0].rsplit_once(' ').unwrap().0.to_owned(), headers };
        let length = asked.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
        reader.read_exact(&mut vec![0; length]).unwrap();
        let (head, body) = {
            let mut shared = shared.lock().unwrap();
            shared.asked.push(asked);
            shared.answer.clone()
        };
        let answer = format!("HTTP/1.1 {head}\r\ncontent-length: {}\r\n\r\n{body}", body.len());
        if head.is_empty() || reader.get_mut().write_all(answer.as_bytes()).is_err() {
            return;
        }
    }
}

/// A client that may speak to loopback in clear.
pub(crate) fn client() -> Client {
    let networks = vec!["127.0.0.0/8".parse().unwrap()];
    Client::new(Reach { networks, clear_hosts: vec!["127.0.0.1".to_owned()] }).unwrap()
}
