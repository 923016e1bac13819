//! `git http-backend` behind a small HTTP server on loopback, which counts, asks for a password, and fails on demand.

mod cgi;
mod message;

use std::io::{self, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

pub use message::Request;

/// A server of all repositories below one directory. It ends when it is dropped.
#[derive(Debug)]
pub struct GitHttp {
    address: SocketAddr,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    root: PathBuf,
    stop: AtomicBool,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    requests: Vec<Request>,
    /// `Basic …`, when one is asked for.
    authorization: Option<String>,
    faults: Vec<(Stage, Fault, Lasting)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lasting {
    Once,
    UntilHealed,
}

/// Which request of git's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// `GET info/refs` for a fetch or an `ls-remote`.
    AskFetch,
    /// `POST git-upload-pack`
    Fetch,
    /// `GET info/refs` for a push.
    AskPush,
    /// `POST git-receive-pack`
    Push,
}

/// What goes wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// This status, with these words as its body; nothing is done.
    Status(u16, String),
    /// A redirect to this URL's same path; nothing is done.
    Redirect(String),
    /// The connection is cut before anything is done.
    CutBefore,
    /// Everything is done, and the connection is cut instead of an answer.
    CutAfter,
    /// No answer until the server ends.
    Hang,
    /// Everything is done, and another program is run before the answer is sent.
    Then(PathBuf),
}

impl GitHttp {
    /// Serves every repository below `root`, for reading and writing.
    pub fn serve(root: impl Into<PathBuf>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Shared { root: root.into(), stop: AtomicBool::new(false), state: Mutex::default() };
        let shared = Arc::new(shared);
        thread::spawn({
            let shared = Arc::clone(&shared);
            move || accept(&listener, &shared)
        });
        Self { address, shared }
    }

    /// The URL of the repository at `path` below the root.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}/{path}", self.address)
    }

    /// The port on loopback.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// From now on only this user and password are let in: 401 for everybody else.
    pub fn require(&self, user: &str, password: &str) {
        let basic = format!("Basic {}", message::base64(format!("{user}:{password}").as_bytes()));
        self.state(|state| state.authorization = Some(basic));
    }

    /// The next request of this stage fails.
    pub fn fail_once(&self, stage: Stage, fault: Fault) {
        self.state(|state| state.faults.push((stage, fault, Lasting::Once)));
    }

    /// Every request of this stage fails, until [`GitHttp::heal`].
    pub fn fail(&self, stage: Stage, fault: Fault) {
        self.state(|state| state.faults.push((stage, fault, Lasting::UntilHealed)));
    }

    /// Nothing fails any more.
    pub fn heal(&self) {
        self.state(|state| state.faults.clear());
    }

    /// All requests since the last call, in the order in which they came.
    pub fn take_requests(&self) -> Vec<Request> {
        self.state(|state| std::mem::take(&mut state.requests))
    }

    fn state<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut self.shared.state.lock().unwrap())
    }
}

impl Drop for GitHttp {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::Release);
        // Wakes the thread that waits for a connection.
        let _ = TcpStream::connect(self.address);
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    for stream in listener.incoming() {
        if shared.stop.load(Ordering::Acquire) {
            return;
        }
        let Ok(stream) = stream else { return };
        let shared = Arc::clone(shared);
        thread::spawn(move || converse(stream, &shared));
    }
}

/// One connection, which may carry several requests.
fn converse(stream: TcpStream, shared: &Shared) {
    let _ = stream.set_nodelay(true);
    let mut reader = io::BufReader::new(stream);
    while let Ok(Some(request)) = message::read(&mut reader) {
        match answer(&request, shared) {
            Some(answer) if reader.get_mut().write_all(&answer).is_ok() => {}
            _ => return,
        }
    }
}

/// The whole answer; `None` cuts the connection.
fn answer(request: &message::Full, shared: &Shared) -> Option<Vec<u8>> {
    let stage = stage(&request.line);
    let (authorized, fault) = {
        let mut state = shared.state.lock().unwrap();
        state.requests.push(request.line.clone());
        let authorized =
            state.authorization.as_ref().is_none_or(|known| request.header("authorization") == Some(known));
        (authorized, if authorized { take_fault(&mut state, stage) } else { None })
    };
    if !authorized {
        return Some(message::plain(401, "WWW-Authenticate: Basic realm=\"git\"\r\n", "who are you?\n"));
    }
    match fault {
        None => Some(cgi::answer(&shared.root, request)),
        Some(Fault::Status(status, words)) => Some(message::plain(status, "Retry-After: 7\r\n", &words)),
        Some(Fault::Redirect(base)) => {
            Some(message::plain(302, &format!("Location: {base}{}\r\n", request.line.target), ""))
        }
        Some(Fault::CutBefore) => None,
        Some(Fault::CutAfter) => {
            cgi::answer(&shared.root, request);
            None
        }
        Some(Fault::Hang) => {
            while !shared.stop.load(Ordering::Acquire) {
                thread::sleep(Duration::from_millis(10));
            }
            None
        }
        Some(Fault::Then(program)) => {
            let answer = cgi::answer(&shared.root, request);
            run(&program);
            Some(answer)
        }
    }
}

fn run(program: &Path) {
    assert!(std::process::Command::new(program).status().unwrap().success(), "{}", program.display());
}

fn take_fault(state: &mut State, stage: Option<Stage>) -> Option<Fault> {
    let at = state.faults.iter().position(|(known, ..)| Some(*known) == stage)?;
    match state.faults[at].2 {
        Lasting::Once => Some(state.faults.remove(at).1),
        Lasting::UntilHealed => Some(state.faults[at].1.clone()),
    }
}

fn stage(request: &Request) -> Option<Stage> {
    let target = request.target.as_str();
    if target.ends_with("info/refs?service=git-upload-pack") {
        Some(Stage::AskFetch)
    } else if target.ends_with("info/refs?service=git-receive-pack") {
        Some(Stage::AskPush)
    } else if target.ends_with("/git-upload-pack") {
        Some(Stage::Fetch)
    } else if target.ends_with("/git-receive-pack") {
        Some(Stage::Push)
    } else {
        None
    }
}
