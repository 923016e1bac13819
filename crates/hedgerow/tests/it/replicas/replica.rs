//! One of the services, its lines to the rest of the world, and what happens to it.

use hedgerow_testkit::postgres::Cluster;
use hedgerow_testkit::{GitHttp, Relay};
use rustix::process::Signal;
use serde_json::Value;

use super::world::{DATABASE, SECRET};
use crate::support::scene::Scene;
use crate::support::service::Service;

/// What happens to one of the services.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fault {
    Killed,
    /// Told to stop, and started again later.
    Restarted,
    /// By SIGSTOP, until the others take it for dead.
    Paused,
    /// Cut off from these.
    Cut {
        database: bool,
        git: bool,
    },
}

pub(super) const FAULTS: [Fault; 6] = [
    Fault::Killed,
    Fault::Restarted,
    Fault::Paused,
    Fault::Cut { database: true, git: false },
    Fault::Cut { database: false, git: true },
    Fault::Cut { database: true, git: true },
];

impl Fault {
    pub(super) const ALL_OF_GIT: Self = Self::Cut { database: false, git: true };

    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Killed => "killed",
            Self::Restarted => "restarted",
            Self::Paused => "paused past its lease",
            Self::Cut { database: true, git: true } => "cut off from both",
            Self::Cut { database: true, git: false } => "cut off from the database",
            Self::Cut { .. } => "cut off from git",
        }
    }
}

/// What may be expected of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Answers.
    Well,
    /// None.
    Struck(Fault),
    /// An answer may fail until it has found back.
    Mended,
}

/// See the module.
pub(super) struct Replica {
    scene: Scene,
    pub(super) state: State,
    database: Relay,
    /// It reaches git through this proxy alone.
    pub(super) git: GitHttp,
    pub(super) service: Service,
}

impl Replica {
    pub(super) fn start(world: &Scene, cluster: &Cluster, declared: &str) -> Self {
        let (scene, database) = (Scene::new(), Relay::to(&cluster.socket()));
        let git = GitHttp::serve(world.path("remotes"));
        scene.file("sealing.key", "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=\n");
        scene.file("hook.secret", SECRET);
        let config = format!(
            "[service]\nstore = \"postgres://hedgerow@localhost/{DATABASE}?host={}\"\nsealing_key_file = \"sealing.key\"\n\
             [runs]\ninterval = \"5s\"\ndeadline = \"20s\"\npushes_per_minute = 600\nrequests_per_minute = 60000\n\
             [network]\nclear_hosts = [\"127.0.0.1\"]\nnetworks = [\"127.0.0.0/8\"]\n{declared}",
            database.directory().display()
        );
        scene.file("hedgerow.toml", config);
        let service = serve(&scene, &git);
        Self { scene, state: State::Well, database, git, service }
    }

    pub(super) fn strike(&mut self, fault: Fault) {
        self.state = State::Struck(fault);
        match fault {
            Fault::Killed => self.service.kill(),
            Fault::Restarted => {
                self.service.signal(Signal::TERM);
                self.service.wait();
            }
            Fault::Paused => self.service.signal(Signal::STOP),
            Fault::Cut { database, git } => {
                database.then(|| self.database.cut());
                git.then(|| self.git.shut());
            }
        }
    }

    /// Whatever it was struck by: it runs, and reaches all.
    pub(super) fn mend(&mut self, fault: Fault) {
        self.state = State::Mended;
        match fault {
            Fault::Killed | Fault::Restarted => {
                let token = self.service.token.take();
                self.service = serve(&self.scene, &self.git);
                self.service.token = token;
            }
            Fault::Paused => self.service.signal(Signal::CONT),
            Fault::Cut { database, git } => {
                database.then(|| self.database.thaw());
                git.then(|| self.git.reopen());
            }
        }
    }

    pub(super) fn is_ready(&self) -> bool {
        self.service.try_ask("GET", "/readyz", None).is_some_and(|answer| answer.status == 200)
    }

    /// What it tells at a path of the API, where it can be expected to. One that is cut off from git alone can.
    pub(super) fn told(&self, path: &str) -> Vec<Value> {
        let items = |page: Value| page["items"].as_array().unwrap().clone();
        match self.state {
            State::Well | State::Struck(Fault::Cut { database: false, .. }) => items(self.service.get(path)),
            State::Mended if self.is_ready() => {
                let answer = self.service.try_ask("GET", &format!("/api/v1/{path}"), None);
                answer.filter(|answer| answer.status == 200).map_or_else(Vec::new, |answer| items(answer.json()))
            }
            State::Mended | State::Struck(_) => Vec::new(),
        }
    }
}

fn serve(scene: &Scene, git: &GitHttp) -> Service {
    let file = scene.path("hedgerow.toml");
    let mut command = scene.hedgerow(&["serve", "--listen", "127.0.0.1:0", "--config", file.to_str().unwrap()]);
    command.env("http_proxy", git.url(""));
    Service::of(scene, command)
}
