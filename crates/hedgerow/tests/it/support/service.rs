//! `hedgerow serve` as its users see it: a process, an address, a token, a log.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use super::ran::Ran;
use super::scene::Scene;

/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long it waits for what may never come.
const SHORT_PATIENCE: Duration = Duration::from_secs(10);
/// Between two looks.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// A service that runs. It is killed when it is dropped.
pub(crate) struct Service {
    child: Child,
    base: String,
    /// The first admin token, where the store was new.
    pub(crate) token: Option<String>,
    log: PathBuf,
    runtime: tokio::runtime::Runtime,
    client: reqwest::Client,
}

/// What came back over HTTP.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) status: u16,
    pub(crate) text: String,
}

impl Answered {
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("not JSON ({error}): {self:?}"))
    }

    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{self:?}");
        self
    }
}

impl Service {
    /// Starts a service in the scene, whose file says `config`, and waits until it listens.
    pub(crate) fn start(scene: &Scene, config: &str) -> Self {
        Self::start_with(scene, config, |_| {})
    }

    /// The same, with another environment.
    pub(crate) fn start_with(scene: &Scene, config: &str, change: impl FnOnce(&mut Command)) -> Self {
        let file = scene.file("hedgerow.toml", config);
        let mut command = scene.hedgerow(&["serve", "--listen", "127.0.0.1:0", "--config", file.to_str().unwrap()]);
        change(&mut command);
        Self::of(scene, command)
    }

    /// The service that this command becomes.
    pub(crate) fn of(scene: &Scene, mut command: Command) -> Self {
        let log = scene.path("service.log");
        Self::try_of(scene, &mut command).unwrap_or_else(|| {
            panic!("it does not listen\n--- log\n{}", std::fs::read_to_string(log).unwrap_or_default())
        })
    }

    /// The same; nothing where it ends before it listens, or never does.
    pub(crate) fn try_of(scene: &Scene, command: &mut Command) -> Option<Self> {
        let log = scene.path("service.log");
        let append = std::fs::File::options().create(true).append(true).open(&log).unwrap();
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(append);
        let mut child = command.spawn().unwrap();
        let Some((token, base)) = greeting(&lines(child.stdout.take().unwrap())) else {
            let _ = child.kill();
            child.wait().unwrap();
            return None;
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        Some(Self { child, base, token, log, runtime, client })
    }

    /// The address of a path of the service.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// Asks, as the first admin where there is one.
    pub(crate) fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Answered {
        self.ask_as(self.token.as_deref(), method, path, body)
    }

    /// Asks with another token, or none.
    pub(crate) fn ask_as(&self, token: Option<&str>, method: &str, path: &str, body: Option<&Value>) -> Answered {
        let mut request = self.client.request(method.parse().unwrap(), self.url(path));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        self.runtime.block_on(async {
            let response = request.send().await.unwrap();
            let status = response.status().as_u16();
            Answered { status, text: response.text().await.unwrap() }
        })
    }

    /// Asks one that may be gone, or stuck: then there is no answer.
    pub(crate) fn try_ask(&self, method: &str, path: &str, body: Option<&Value>) -> Option<Answered> {
        let mut request = self.client.request(method.parse().unwrap(), self.url(path)).timeout(SHORT_PATIENCE);
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        self.runtime.block_on(async {
            let response = request.send().await.ok()?;
            let status = response.status().as_u16();
            Some(Answered { status, text: response.text().await.ok()? })
        })
    }

    /// Makes the first user, signs them in as a browser does, and returns its cookies.
    pub(crate) fn sign_in(&self) -> String {
        let client = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let cookie = |response: &reqwest::Response| {
            let text = response.headers()["set-cookie"].to_str().unwrap();
            text.split(';').next().unwrap().to_owned()
        };
        let page = self.runtime.block_on(async { client.get(self.url("/sign-in")).send().await.unwrap() });
        let visit = cookie(&page);
        let form = csrf(&self.runtime.block_on(page.text()).unwrap());
        let form =
            format!("csrf={form}&name=ann&password=a+sentence+that+is+long&token={}", self.token.as_ref().unwrap());
        let sent = client.post(self.url("/sign-in/first")).header("cookie", &visit);
        let sent = sent.header("content-type", "application/x-www-form-urlencoded").body(form);
        let answer = self.runtime.block_on(async { sent.send().await.unwrap() });
        assert_eq!(answer.status(), 303);
        format!("{visit}; {}", cookie(&answer))
    }

    /// What a browser with these cookies sees at a path.
    pub(crate) fn page(&self, cookies: &str, path: &str) -> Answered {
        self.browse(self.client.get(self.url(path)).header("cookie", cookies))
    }

    /// What it sees when it sends a form.
    pub(crate) fn send_form(&self, cookies: &str, path: &str, form: String) -> Answered {
        let post = self.client.post(self.url(path)).header("cookie", cookies);
        self.browse(post.header("content-type", "application/x-www-form-urlencoded").body(form))
    }

    fn browse(&self, request: reqwest::RequestBuilder) -> Answered {
        self.runtime.block_on(async {
            let response = request.send().await.unwrap();
            let status = response.status().as_u16();
            Answered { status, text: response.text().await.unwrap() }
        })
    }

    /// Asks the same so many times at once. Who gets no answer is not counted among the statuses.
    pub(crate) fn ask_at_once(&self, times: usize, method: &str, path: &str, body: &Value) -> Vec<u16> {
        let asked = (0..times).map(|_| {
            let request = self.client.request(method.parse().unwrap(), self.url(path)).timeout(SHORT_PATIENCE);
            let request = request.bearer_auth(self.token.as_deref().unwrap_or_default());
            let request = request.header("content-type", "application/json").body(body.to_string());
            async { request.send().await }
        });
        let answers = self.runtime.block_on(futures_util::future::join_all(asked));
        answers.into_iter().flatten().map(|answer| answer.status().as_u16()).collect()
    }

    /// Sends a webhook to a hook's whole address, as a forge does: nobody's token, its own headers.
    pub(crate) fn deliver(&self, url: &str, headers: http::HeaderMap, body: Vec<u8>) -> Answered {
        self.try_deliver(url, headers, body).expect("it is answered")
    }

    /// The same, where the body may be so long that the connection ends before the answer is read.
    pub(crate) fn try_deliver(&self, url: &str, headers: http::HeaderMap, body: Vec<u8>) -> Option<Answered> {
        let request = self.client.post(url).headers(headers).body(body);
        self.runtime.block_on(async {
            let response = request.send().await.ok()?;
            let status = response.status().as_u16();
            Some(Answered { status, text: response.text().await.ok()? })
        })
    }

    /// The JSON at a path of the API.
    #[track_caller]
    pub(crate) fn get(&self, path: &str) -> Value {
        self.ask("GET", &format!("/api/v1/{path}"), None).expect(200).json()
    }

    /// The status of a fabric's condition, by the API.
    pub(crate) fn condition(&self, fabric: &str, kind: &str) -> String {
        let fabric = self.get(&format!("fabrics/{fabric}"));
        let conditions = fabric["conditions"].as_array().cloned().unwrap_or_default();
        let found = conditions.iter().find(|condition| condition["type"] == kind);
        found.map_or(String::new(), |condition| condition["status"].as_str().unwrap_or_default().to_owned())
    }

    /// The value of a metric's sample, such as `hedgerow_inbox_files{fabric="one"}`; `None` where it is absent.
    pub(crate) fn metric(&self, sample: &str) -> Option<f64> {
        let page = self.ask_as(None, "GET", "/metrics", None).expect(200).text;
        page.lines().find_map(|line| line.strip_prefix(sample)?.strip_prefix(' ')?.parse().ok())
    }

    /// Waits until `what` is so; fails the test, with the log, when it never is.
    #[track_caller]
    pub(crate) fn until(&self, what: &str, is_so: impl FnMut(&Self) -> bool) {
        self.until_within(PATIENCE, what, is_so);
    }

    /// The same, where the service itself may take its time.
    #[track_caller]
    pub(crate) fn until_within(&self, patience: Duration, what: &str, mut is_so: impl FnMut(&Self) -> bool) {
        let deadline = Instant::now() + patience;
        while !is_so(self) {
            assert!(Instant::now() < deadline, "never: {what}\n--- log\n{}", self.log());
            std::thread::park_timeout(LOOK_EVERY);
        }
    }

    /// What was logged so far, by earlier services of the scene too.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap()
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(self.pid(), signal).unwrap();
    }

    pub(crate) fn pid(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    /// Whether it is gone.
    pub(crate) fn has_ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    /// Waits until it is gone.
    pub(crate) fn wait(&mut self) {
        self.child.wait().unwrap();
    }

    /// Kills it, if that is still to be done.
    pub(crate) fn kill(&mut self) {
        let _ = self.child.kill();
        self.wait();
    }

    /// Tells it to stop, and waits until it has. The exit code, and how long that took.
    pub(crate) fn stop(mut self) -> (Option<i32>, Duration) {
        let asked = Instant::now();
        self.signal(Signal::TERM);
        (self.child.wait().unwrap().code(), asked.elapsed())
    }

    /// Ends it as a fault of its own would: by SIGABRT.
    pub(crate) fn crash(mut self) -> std::process::ExitStatus {
        self.signal(Signal::ABORT);
        self.child.wait().unwrap()
    }

    /// A command that talks to this service.
    pub(crate) fn hedgerow(&self, scene: &Scene, args: &[&str]) -> Ran {
        Ran::of(&mut self.command(scene, args))
    }

    fn command(&self, scene: &Scene, args: &[&str]) -> Command {
        let mut command = scene.hedgerow(args);
        command.env("HEDGEROW_SERVER", &self.base).env("NO_PROXY", "*");
        if let Some(token) = &self.token {
            command.env("HEDGEROW_TOKEN", token);
        }
        command
    }

    /// A command that talks to this service and does not end by itself.
    pub(crate) fn watch(&self, scene: &Scene, args: &[&str]) -> Watching {
        let told = tempfile::NamedTempFile::new_in(scene.path("")).unwrap();
        let mut command = self.command(scene, args);
        command.stdin(Stdio::null()).stdout(told.reopen().unwrap());
        Watching { child: command.spawn().unwrap(), told }
    }

    /// All that a path of the API sends until its end, which comes after `meanwhile` was done.
    pub(crate) fn stream(&self, path: &str, meanwhile: impl FnOnce()) -> String {
        let token = self.token.as_deref().unwrap_or_default();
        let request = self.client.get(self.url(path)).bearer_auth(token).timeout(PATIENCE);
        let response = self.runtime.block_on(async { request.send().await.unwrap() });
        assert_eq!(response.status().as_u16(), 200);
        meanwhile();
        self.runtime.block_on(response.text()).unwrap()
    }
}

/// What a form of this page proves that it is ours by.
pub(crate) fn csrf(page: &str) -> String {
    let (_, rest) = page.split_once("name=\"csrf\" value=\"").unwrap_or_else(|| panic!("no form: {page}"));
    rest.split('"').next().unwrap().to_owned()
}

/// A command that goes on. It is killed when it is dropped.
pub(crate) struct Watching {
    child: Child,
    told: tempfile::NamedTempFile,
}

impl Watching {
    /// What it has told so far, in whole lines.
    pub(crate) fn told(&self) -> String {
        let text = std::fs::read_to_string(self.told.path()).unwrap();
        text.rsplit_once('\n').map(|(lines, _)| lines.to_owned()).unwrap_or_default()
    }

    /// Ends it by Ctrl-C; its exit code.
    pub(crate) fn interrupt(mut self) -> Option<i32> {
        kill_process(Pid::from_child(&self.child), Signal::INT).unwrap();
        self.child.wait().unwrap().code()
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.kill();
    }
}

fn lines(stdout: ChildStdout) -> Receiver<String> {
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || {
        BufReader::new(stdout).lines().map_while(Result::ok).try_for_each(|line| tell.send(line))
    });
    told
}

/// The first token, where there is one, and the address.
fn greeting(lines: &Receiver<String>) -> Option<(Option<String>, String)> {
    let mut token = None;
    loop {
        let line = lines.recv_timeout(PATIENCE).ok()?;
        if let Some(text) = line.strip_prefix("first admin token, shown this once: ") {
            token = Some(text.to_owned());
        }
        if let Some(base) = line.strip_prefix("serving ") {
            return Some((token, base.to_owned()));
        }
    }
}
