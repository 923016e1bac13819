//! An HTTP server on loopback that says what it was told to say, and keeps what it was asked: a forge, for one.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// What was asked.
#[derive(Clone, Debug)]
pub struct Asked {
    /// `POST /path`
    pub line: String,
    /// Names in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Asked {
    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// The server. Its threads end with the process.
#[derive(Debug)]
pub struct Fake {
    address: SocketAddr,
    shared: Arc<Mutex<Shared>>,
}

#[derive(Debug, Default)]
struct Shared {
    /// For lines that begin so: an answer's head after the version, and its body; an empty head cuts the line.
    answers: Vec<(String, String, String)>,
    asked: Vec<Asked>,
}

impl Fake {
    /// Listens on a free port.
    pub fn start() -> Self {
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

    /// `http://127.0.0.1:port`
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From now on this is answered: `head` is the status and further header lines.
    pub fn answers(&self, head: &str, body: &str) {
        self.shared.lock().unwrap().answers.clear();
        self.answers_to("", head, body);
    }

    /// From now on this is answered to requests whose line (`POST /path`) begins so.
    pub fn answers_to(&self, line: &str, head: &str, body: &str) {
        self.shared.lock().unwrap().answers.insert(0, (line.to_owned(), head.to_owned(), body.to_owned()));
    }

    /// What was asked since the last call.
    pub fn take(&self) -> Vec<Asked> {
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
        let line = lines[0].rsplit_once(' ').unwrap().0.to_owned();
        let mut asked = Asked { line, headers, body: Vec::new() };
        let length = asked.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
        asked.body.resize(length, 0);
        reader.read_exact(&mut asked.body).unwrap();
        let (head, body) = {
            let mut shared = shared.lock().unwrap();
            let answer = shared.answers.iter().find(|(line, ..)| asked.line.starts_with(line));
            let answer = answer.map(|(_, head, body)| (head.clone(), body.clone())).unwrap_or_default();
            shared.asked.push(asked);
            answer
        };
        let answer = format!("HTTP/1.1 {head}\r\ncontent-length: {}\r\n\r\n{body}", body.len());
        if head.is_empty() || reader.get_mut().write_all(answer.as_bytes()).is_err() {
            return;
        }
    }
}
