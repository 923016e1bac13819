//! What a service says, as its users hear it: over HTTP, with a token; and nothing when it is gone.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::ran::Ran;
use crate::support::scene::Scene;
use crate::support::service::{Answered, Service};

/// How long a ring may wait for its answer: after a 429 the service is silent for a minute, and a hung visit has its deadline.
const PATIENCE: Duration = Duration::from_secs(100);
/// How long a visit may take to end after it has answered.
const SHORT_PATIENCE: Duration = Duration::from_secs(5);
/// Between two looks.
const LOOK_EVERY: Duration = Duration::from_millis(60);
/// How long to leave it alone when it says that it is asked too often.
const PEACE: Duration = Duration::from_millis(500);

/// A service and what was heard from it.
pub(super) struct Voice {
    pub(super) service: Service,
    /// The runs that were told to their end.
    told: BTreeSet<String>,
}

/// How the fabric stands, in the service's words.
#[derive(Clone, Debug)]
pub(super) struct Standing {
    pub(super) ready: String,
    pub(super) reason: String,
    pub(super) message: String,
    /// The head that was verified last.
    pub(super) head: String,
    /// The commit that a person must name before it goes on.
    pub(super) hold: Option<String>,
    pub(super) quiet: bool,
    pub(super) witnessed: bool,
}

/// What became of a ring.
#[derive(Debug)]
pub(super) enum Rung {
    /// A visit that began afterwards came to this.
    Answered(Value),
    /// The service is gone.
    Gone,
    /// Nothing, for so long; the last thing that was said.
    Never(String),
}

impl Voice {
    pub(super) fn new(service: Service) -> Self {
        Self { service, told: BTreeSet::new() }
    }

    /// Asks, and again where it is asked too often: that says nothing of how things stand.
    fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Option<Answered> {
        loop {
            let answered = self.service.try_ask(method, path, body)?;
            if answered.status != 429 {
                return Some(answered);
            }
            std::thread::park_timeout(PEACE);
        }
    }

    fn json(&self, path: &str) -> Option<Value> {
        let answered = self.ask("GET", &format!("/api/v1/{path}"), None)?;
        (answered.status == 200).then(|| answered.json())
    }

    /// How the fabric stands; nothing while the service cannot say.
    pub(super) fn standing(&self) -> Option<Standing> {
        let fabric = self.json("fabrics/one")?;
        let conditions = fabric["conditions"].as_array()?;
        let of = |kind: &str, key: &str| {
            let found = conditions.iter().find(|condition| condition["type"] == kind);
            found.and_then(|condition| condition[key].as_str()).unwrap_or_default().to_owned()
        };
        Some(Standing {
            ready: of("Ready", "status"),
            reason: of("Ready", "reason"),
            message: of("Ready", "message"),
            head: fabric["last_verified_commit"].as_str().unwrap_or_default().to_owned(),
            hold: fabric["hold"]["commit"].as_str().map(str::to_owned),
            quiet: of("Reconciling", "status") == "false",
            witnessed: of("Witnessed", "status") == "true",
        })
    }

    /// The same once the visit that answered is over, which is a moment after the answer.
    pub(super) fn standing_when_quiet(&self) -> Option<Standing> {
        let deadline = Instant::now() + SHORT_PATIENCE;
        loop {
            let standing = self.standing()?;
            if standing.quiet || Instant::now() > deadline {
                return Some(standing);
            }
            std::thread::park_timeout(LOOK_EVERY);
        }
    }

    /// The runs that were not told before; those that are open are told again.
    pub(super) fn news(&mut self) -> Vec<Value> {
        let Some(page) = self.json("runs?limit=50") else { return Vec::new() };
        let ids =
            page["items"].as_array().into_iter().flatten().filter_map(|run| run["id"].as_str().map(str::to_owned));
        let new: Vec<String> = ids.filter(|id| !self.told.contains(id)).collect();
        let runs: Vec<Value> = new.iter().rev().filter_map(|id| self.json(&format!("runs/{id}"))).collect();
        let ended = runs.iter().filter(|run| !run["finished"].is_null());
        self.told.extend(ended.filter_map(|run| run["id"].as_str().map(str::to_owned)));
        runs
    }

    /// Rings; nothing when it does not take the ring.
    pub(super) fn ring(&self) -> Option<String> {
        let rung = self.ask("POST", "/api/v1/fabrics/one/sync", Some(&json!({})))?;
        (rung.status == 202).then(|| rung.json()["ring"].as_str().unwrap_or_default().to_owned())
    }

    /// Rings, and waits until that is answered. `meanwhile` is asked at every look.
    pub(super) fn ring_and_wait(
        &mut self,
        mut meanwhile: impl FnMut(&Self) -> Result<(), String>,
    ) -> Result<Rung, String> {
        let deadline = Instant::now() + PATIENCE;
        let (mut ring, mut last) = (None, String::new());
        while Instant::now() < deadline {
            if self.service.has_ended() {
                return Ok(Rung::Gone);
            }
            ring = ring.or_else(|| self.ring());
            let told = ring.as_ref().and_then(|ring| self.ask("GET", ring, None));
            if let Some(told) = told {
                if told.status == 200 && told.json()["answered"] == true {
                    return Ok(Rung::Answered(told.json()["visit"].clone()));
                }
                last = told.text;
            }
            meanwhile(self)?;
            std::thread::park_timeout(LOOK_EVERY);
        }
        Ok(Rung::Never(last))
    }

    /// A person says that it may go on from this commit.
    pub(super) fn accept(&self, scene: &Scene, commit: &str) -> Ran {
        self.service.hedgerow(scene, &["fabric", "resume", "one", "--accept", commit])
    }
}
