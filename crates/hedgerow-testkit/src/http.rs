//! `git http-backend` behind a small HTTP server on loopback, which counts, asks for a password, and fails on demand.

mod cgi;
mod fault;
mod message;

use std::io::{self, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

pub use fault::{Fault, Stage};
pub use message::Request;

use fault::Answer;

/// A server of all repositories below one directory. It ends when it is dropped.
#[derive(Debug)]
pub struct GitHttp {
    address: SocketAddr,
    shared: Arc<Shared>,
    accepting: Option<thread::JoinHandle<()>>,
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
    /// Each for the repositories whose path has this in it.
    faults: Vec<(String, Stage, Fault, Lasting)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lasting {
    Once,
    UntilHealed,
}

impl GitHttp {
    /// Serves every repository below `root`, for reading and writing.
    pub fn serve(root: impl Into<PathBuf>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Shared { root: root.into(), stop: AtomicBool::new(false), state: Mutex::default() };
        let mut server = Self { address, shared: Arc::new(shared), accepting: None };
        server.accept_at(listener);
        server
    }

    fn accept_at(&mut self, listener: TcpListener) {
        let shared = Arc::clone(&self.shared);
        self.accepting = Some(thread::spawn(move || accept(&listener, &shared)));
    }

    /// Nobody listens at the address any more: every connection is refused, and those that hang are cut.
    pub fn shut(&mut self) {
        self.shared.stop.store(true, Ordering::Release);
        // Wakes the thread that waits for a connection.
        let _ = TcpStream::connect(self.address);
        if let Some(accepting) = self.accepting.take() {
            let _ = accepting.join();
        }
    }

    /// Listens again, at the same address. A child that another thread is just
    /// starting may hold what listened before for a moment.
    pub fn reopen(&mut self) {
        let deadline = Instant::now() + Duration::from_secs(60);
        let listener = loop {
            match TcpListener::bind(self.address) {
                Err(error) if error.kind() == io::ErrorKind::AddrInUse && Instant::now() < deadline => {
                    thread::park_timeout(Duration::from_millis(20));
                }
                other => break other.unwrap(),
            }
        };
        self.shared.stop.store(false, Ordering::Release);
        self.accept_at(listener);
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
        self.state(|state| state.faults.push((String::new(), stage, fault, Lasting::Once)));
    }

    /// Every request of this stage fails, until [`GitHttp::heal`].
    pub fn fail(&self, stage: Stage, fault: Fault) {
        self.fail_at("", stage, fault);
    }

    /// The same, for the repositories alone whose path has `part` in it.
    pub fn fail_at(&self, part: &str, stage: Stage, fault: Fault) {
        self.state(|state| state.faults.push((part.to_owned(), stage, fault, Lasting::UntilHealed)));
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
        self.shut();
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
        let sent = match answer(&request, shared) {
            Answer::Whole(bytes) => reader.get_mut().write_all(&bytes).is_ok(),
            Answer::Cut(bytes) => {
                let _ = reader.get_mut().write_all(&bytes);
                false
            }
        };
        if !sent {
            return;
        }
    }
}

fn answer(request: &message::Full, shared: &Shared) -> Answer {
    let stage = Stage::of(&request.line);
    let (authorized, fault) = {
        let mut state = shared.state.lock().unwrap();
        state.requests.push(request.line.clone());
        let authorized =
            state.authorization.as_ref().is_none_or(|known| request.header("authorization") == Some(known));
        (authorized, if authorized { take_fault(&mut state, &request.line.target, stage) } else { None })
    };
    if !authorized {
        let basic = "WWW-Authenticate: Basic realm=\"git\"\r\n";
        return Answer::Whole(message::plain(401, basic, "who are you?\n"));
    }
    match fault {
        None => Answer::Whole(cgi::answer(&shared.root, request)),
        Some(fault) => fault::answer(&fault, &shared.root, request, &shared.stop),
    }
}

fn take_fault(state: &mut State, target: &str, stage: Option<Stage>) -> Option<Fault> {
    let at = state.faults.iter().position(|(part, known, ..)| Some(*known) == stage && target.contains(part))?;
    match state.faults[at].3 {
        Lasting::Once => Some(state.faults.remove(at).2),
        Lasting::UntilHealed => Some(state.faults[at].2.clone()),
    }
}
