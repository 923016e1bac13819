//! A private world for a part of a campaign: one remote, one fabric, the line to it, and what people pushed so far.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use hedgerow_testkit::{GitHttp, Sshd, Tls};

use super::documents::{self, Texts};
use super::sandbox::Prefix;
use crate::support::fixtures::DIR;
use crate::support::git::Remote;
use crate::support::scene::Scene;

/// How runs reach the remote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// HTTP, through a server that fails on demand.
    Http,
    /// The same with TLS in front.
    Https,
    /// A real sshd.
    Ssh,
}

/// The servers of a line.
pub(super) enum Server {
    Http(GitHttp),
    Https(GitHttp, Tls),
    Ssh(Sshd),
}

/// One remote, and all that happens to it.
pub(super) struct Arena {
    pub(super) scene: Scene,
    pub(super) remote: Remote,
    pub(super) server: Server,
    pub(super) random: fastrand::Rng,
    /// What people pushed and did not take back.
    pub(super) pushed: Texts,
    /// The commits that people made.
    pub(super) people: Vec<String>,
    /// Commits of ours that were looked at and are honest.
    pub(super) honest: Vec<String>,
    /// How many documents were named, and how many texts written.
    pub(super) serial: u32,
    /// Where the branch was when the last fault was over, before anybody mended anything; nothing: there was no such branch.
    pub(super) left_at: Option<String>,
    /// Whether the server is another one than the one that is known, by its key or certificate.
    pub(super) stranger: bool,
    /// Whether somebody damaged the runs' copy of the repository, and no run has said so yet.
    pub(super) damaged: bool,
}

impl Arena {
    pub(super) fn new(line: Line, seed: u64) -> Self {
        let scene = Scene::new();
        std::fs::create_dir(scene.path("remotes")).unwrap();
        let remote = scene.remote("remotes/remote.git");
        remote.git(&["config", "core.logAllRefUpdates", "always"]);
        remote.git(&["config", "http.receivepack", "true"]);
        let first = remote
            .commit("A fabric")
            .write("README.md", "# Networks\n")
            .write(&format!("{DIR}/raw/.gitkeep"), "")
            .push();
        let server = Server::start(line, &scene.path("remotes"));
        let random = fastrand::Rng::with_seed(seed);
        let (pushed, honest) = (Texts::new(), Vec::new());
        Self {
            scene,
            remote,
            server,
            random,
            pushed,
            people: vec![first],
            honest,
            serial: 0,
            left_at: None,
            stranger: false,
            damaged: false,
        }
    }

    pub(super) fn line(&self) -> Line {
        match self.server {
            Server::Http(_) => Line::Http,
            Server::Https(..) => Line::Https,
            Server::Ssh(_) => Line::Ssh,
        }
    }

    /// The server of HTTP, with its faults.
    pub(super) fn http(&mut self) -> &mut GitHttp {
        match &mut self.server {
            Server::Http(http) | Server::Https(http, _) => http,
            Server::Ssh(_) => panic!("this class of faults does not apply to ssh"),
        }
    }

    /// A sync, after `prefix`, with these arguments more.
    pub(super) fn sync(&self, prefix: &Prefix, more: &[&str]) -> Command {
        let program = Path::new(env!("CARGO_BIN_EXE_hedgerow"));
        let mut command = self.scene.command(prefix.first().map_or(program, |word| Path::new(word.as_str())));
        if let [_, rest @ ..] = prefix.as_slice() {
            command.args(rest).arg(program);
        }
        command.args(["sync", "--branch", "main", "--path", DIR, "-o", "json", "--repo"]);
        match &self.server {
            Server::Http(http) => command.arg(http.url("remote.git")),
            Server::Https(_, tls) => {
                let trusted = if self.stranger { self.scene.file("nobody.pem", "") } else { tls.certificate() };
                command.arg(tls.url("remote.git")).env("SSL_CERT_FILE", trusted)
            }
            Server::Ssh(sshd) => {
                let known = if self.stranger { sshd.wrong_known_hosts() } else { sshd.known_hosts() };
                command
                    .arg(sshd.url(self.remote.path()))
                    .arg("--ssh-key")
                    .arg(sshd.key())
                    .arg("--known-hosts")
                    .arg(known)
            }
        };
        if !more.contains(&"--timeout") {
            command.args(["--timeout", "30s"]);
        }
        command.args(more);
        command
    }

    /// The files of the store that are there.
    pub(super) fn store_files(&self) -> Vec<PathBuf> {
        let dir = self.scene.path("state/hedgerow");
        let names = ["hedgerow.db", "hedgerow.db-wal", "hedgerow.db-shm"];
        names.iter().map(|name| dir.join(name)).filter(|path| path.exists()).collect()
    }

    /// What the branch has been, oldest first, as the remote itself logged it.
    pub(super) fn been(&self) -> Vec<String> {
        let logs = self.remote.path().join("logs/refs/heads");
        // The log goes with the branch when somebody renames it, and is at neither place for a moment.
        let read =
            || [super::people::RENAMED, "main"].iter().find_map(|name| std::fs::read_to_string(logs.join(name)).ok());
        let deadline = Instant::now() + Duration::from_secs(60);
        let log = loop {
            match read() {
                Some(log) => break log,
                None => assert!(Instant::now() < deadline, "the branch has no log"),
            }
            std::thread::park_timeout(Duration::from_millis(1));
        };
        log.lines().filter_map(|line| line.split(' ').nth(1)).map(str::to_owned).collect()
    }

    /// Whether a file lies in the inbox that no run may take; whoever forces the branch back may bring it there again.
    pub(super) fn is_bad(&self) -> bool {
        !self.remote.git(&["ls-tree", "main", "--", &format!("{DIR}/{}", documents::BAD.0)]).is_empty()
    }

    /// What people pushed, from what the branch has now: after somebody forced it back.
    pub(super) fn count_again(&mut self) {
        self.pushed = documents::all(&self.remote, &self.remote.head());
    }
}

impl Server {
    fn start(line: Line, root: &Path) -> Self {
        match line {
            Line::Http => Self::Http(GitHttp::serve(root)),
            Line::Https => {
                let http = GitHttp::serve(root);
                let tls = Tls::before(&http);
                Self::Https(http, tls)
            }
            Line::Ssh => Self::Ssh(Sshd::start()),
        }
    }
}
