//! The service: a bell at every repository's door, a clock that rings too, workers that answer, and a watchdog that is none
//! of them.
//!
//! A ring says "look", never "what". [`visit`] is what a look comes to: nothing has moved, or the fabrics that have to are
//! run, all of them by [`crate::sync_all`]. What is known afterwards is written down ([`facts`]), and [`conditions`] says
//! what that means at any moment: it needs nobody to be alive.

mod conditions;
mod cut;
mod facts;
mod fairness;
mod health;
mod past;
mod patience;
mod progress;
mod rights;
mod schedule;
mod settings;
mod status;
mod texts;
mod visit;
mod walk;
mod watchdog;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::AtomicI64;
use std::sync::{Arc, Mutex};

use hedgerow_core::catalogue::Catalogue;
use hedgerow_core::path::{FabricDir, TreePath};
use hedgerow_git::{Archive, BranchChoice, Cancel, CommitId, FileLook, Git, Signer};
use hedgerow_store::{
    CredentialRow, InstanceId, LinkedFabric, NewEvent, Repository, RepositoryId, RingSeq, Severity, Store, StoreError,
    Trigger,
};
use time::OffsetDateTime;
use tokio::sync::{Notify, Semaphore, broadcast};

use crate::check::{Checkup, Condition, Probe};
use crate::credentials::Resolver;
use crate::draft::ms;
use crate::dry::Planned;
use crate::failure::Failure;
use crate::preview::{Preview, Sight};
use crate::request::{Judging, Target};
use crate::tally::Tally;

pub use health::{Health, Trial};
pub use past::Brought;
pub use progress::Progress;
pub use settings::{MIN_INTERVAL, Settings};
pub use status::{FabricStatus, Inbox};
pub use texts::{Beside, Text};
pub use visit::{Finished, RunOnce};

/// What a service is made of.
#[derive(Clone, Debug)]
pub struct Parts {
    /// The memory.
    pub store: Store,
    /// The git program.
    pub git: Git,
    /// Where mirrors are kept.
    pub cache: PathBuf,
    /// The kinds that are known before a fabric adds its own.
    pub catalogue: Arc<Catalogue>,
    /// What opens credentials.
    pub credentials: Resolver,
    /// Signs commits.
    pub signer: Option<Signer>,
    /// The clock.
    pub now: fn() -> OffsetDateTime,
    /// Our version.
    pub version: &'static str,
    /// How often, how long, how many.
    pub settings: Settings,
    /// What is counted.
    pub tally: Tally,
}

/// The service. Clones are one and the same. It exists without its loops, too: whoever has the store may ring, and look.
#[derive(Clone, Debug)]
pub struct Service(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    parts: Parts,
    bell: Notify,
    progress: broadcast::Sender<Progress>,
    /// Visits under way in this process.
    visits: Mutex<BTreeMap<RepositoryId, Arc<walk::Under>>>,
    hosts: Mutex<fairness::Hosts>,
    /// Whose turn it is to have a text judged.
    judging: Arc<Semaphore>,
    instance: Mutex<Option<InstanceId>>,
    /// When the loops were last heard of; 0: they do not run.
    scheduler_ms: AtomicI64,
    watchdog_ms: AtomicI64,
}

/// A directory to plan, whether it is linked or not.
#[derive(Clone, Debug)]
pub struct Place {
    /// The repository.
    pub repository: RepositoryId,
    /// The branch.
    pub branch: BranchChoice,
    /// The directory; `None`: the only one that has `raw/`.
    pub directory: Option<FabricDir>,
    /// Whether YAML directly in the directory counts as inbox.
    pub adopt: bool,
}

impl Place {
    /// A repository, wherever in it.
    pub(crate) fn of_repository(repository: RepositoryId) -> Self {
        Self { repository, branch: BranchChoice::RemoteHead, directory: None, adopt: false }
    }
}

impl Service {
    /// A service whose loops do not run yet.
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(Inner {
            parts,
            bell: Notify::new(),
            progress: broadcast::Sender::new(settings::PROGRESS_KEPT),
            visits: Mutex::default(),
            hosts: Mutex::default(),
            judging: Arc::new(Semaphore::new(texts::JUDGED_AT_ONCE)),
            instance: Mutex::default(),
            scheduler_ms: AtomicI64::new(0),
            watchdog_ms: AtomicI64::new(0),
        }))
    }

    /// Runs the loops until `stop` is set, and returns when all is drained: clock, workers, watchdog.
    ///
    /// # Errors
    /// When the store cannot be used at the start. Later errors are waited out, and told.
    pub async fn run(&self, stop: Cancel) -> Result<(), StoreError> {
        schedule::run(&self.0, stop).await
    }

    /// Rings at a repository's door. On return the ring is on record: it survives a restart, and any number of rings during
    /// a visit are answered by one more.
    pub async fn ring(&self, repository: RepositoryId, cause: Trigger) -> Result<RingSeq, StoreError> {
        let ring = self.0.parts.store.ring(repository, cause, self.0.now_ms()).await?;
        self.0.bell.notify_one();
        Ok(ring)
    }

    /// The steps of all runs in this process, as they pass.
    pub fn progress(&self) -> broadcast::Receiver<Progress> {
        self.0.progress.subscribe()
    }

    /// The steps so far of the visit that is under way at a repository's door, in this process.
    pub fn passed(&self, repository: RepositoryId) -> Vec<Progress> {
        let visits = self.0.visits.lock().expect("visits are only looked up");
        let under = visits.get(&repository).cloned();
        drop(visits);
        under.map_or_else(Vec::new, |under| under.passed.lock().expect("steps are only words").clone())
    }

    /// Rings, and answers the ring in this very process, where no service has gone to the door: for a command without one.
    pub async fn run_once(&self, repository: RepositoryId, cause: Trigger) -> Result<RunOnce, StoreError> {
        visit::once(&self.0, repository, cause).await
    }

    /// How a linked fabric stands; `None` when there is none of this id.
    pub async fn status(&self, fabric: hedgerow_store::FabricId) -> Result<Option<FabricStatus>, StoreError> {
        status::of(&self.0, fabric).await
    }

    /// How all linked fabrics stand, by name.
    pub async fn statuses(&self) -> Result<Vec<FabricStatus>, StoreError> {
        status::all(&self.0).await
    }

    /// A person's word that a held fabric goes on from `commit`, which its hold names; then it is looked at. `by` is who says it,
    /// `cause` by which way.
    ///
    /// # Errors
    /// [`StoreError::Absent`] when it is not held, or by now names another commit.
    pub async fn accept(
        &self,
        fabric: &LinkedFabric,
        commit: &str,
        by: &str,
        cause: Trigger,
    ) -> Result<RingSeq, StoreError> {
        let store = &self.0.parts.store;
        store.accept(fabric.id, commit).await?;
        let event = NewEvent {
            at_ms: self.0.now_ms(),
            repository: Some(fabric.repository),
            fabric: Some(fabric.id),
            severity: Severity::Info,
            reason: "Accepted".to_owned(),
            message: format!("{by} accepts {commit}: the fabric goes on from there"),
        };
        store.add_events(&[event]).await?;
        self.ring(fabric.repository, cause).await
    }

    /// Tells what somebody's word has changed of a fabric: no visit will come to tell it of one that is suspended.
    pub async fn tell(&self, fabric: &LinkedFabric) -> Result<(), StoreError> {
        let known = self.0.parts.store.liveness(fabric.id).await?;
        watchdog::tell(&self.0, fabric, &known, self.0.now_ms()).await
    }

    /// Whether work can be done: database, git and loops are each tried.
    pub async fn health(&self) -> Health {
        health::of(&self.0).await
    }

    /// When each of the loops was last heard of, in ms since 1970 UTC: those that run.
    pub fn heard(&self) -> Vec<(&'static str, i64)> {
        let loops = [("scheduler", &self.0.scheduler_ms), ("watchdog", &self.0.watchdog_ms)];
        let heard = loops.map(|(name, beat)| (name, beat.load(std::sync::atomic::Ordering::Relaxed)));
        heard.into_iter().filter(|(_, at_ms)| *at_ms > 0).collect()
    }

    /// What a run would do at `place`, by the repository's credentials. Writes nothing anywhere but in the cache.
    pub async fn plan(&self, place: &Place) -> Result<Planned, Failure> {
        let (world, target) = self.0.look_at(place, Cancel::new()).await?;
        let judging = Judging { adopt: place.adopt, ..Judging::default() };
        blocking(move || crate::dry::plan(&world, &target, judging, &|_| ())).await
    }

    /// Whether a run could work at `place`: every condition, a line each.
    pub async fn check(&self, place: &Place, probe: Probe) -> Result<Checkup, Failure> {
        let (world, target) = self.0.look_at(place, Cancel::new()).await?;
        blocking(move || Ok(crate::check::check(&world, &target, probe))).await
    }

    /// As [`Service::check`], where `place` will be: a repository that is not at this address yet, by credentials that it
    /// does not have yet.
    pub async fn check_at(
        &self,
        repository: &Repository,
        credentials: &[CredentialRow],
        place: &Place,
    ) -> Result<Checkup, Failure> {
        let inner = &self.0;
        let remotes = rights::remotes(&inner.parts.credentials, repository, credentials, inner.now_ms()).await?;
        let (world, target) = inner.look_by(remotes, place, Cancel::new());
        blocking(move || Ok(crate::check::check(&world, &target, Probe::No))).await
    }

    /// What linking a fabric at `place` would come to: the plan, who has to decide what, and what deploys from there.
    pub async fn preview(&self, place: &Place) -> Result<Preview, Failure> {
        let (world, target) = self.0.look_at(place, Cancel::new()).await?;
        let judging = Judging { adopt: place.adopt, ..Judging::default() };
        blocking(move || crate::preview::preview(&world, &target, judging)).await
    }

    /// The fabric directories of `place`'s branch, whether somebody linked them or not.
    pub async fn sight(&self, place: &Place) -> Result<Sight, Failure> {
        let (world, target) = self.0.look_at(place, Cancel::new()).await?;
        blocking(move || crate::preview::sight(&world, &target)).await
    }

    /// Whether a run could work on the branch of `place`, whatever its directories.
    /// `tell` hears of each condition as it is answered.
    pub async fn check_repository(
        &self,
        place: &Place,
        probe: Probe,
        tell: impl Fn(&Condition) + Send + 'static,
    ) -> Result<Checkup, Failure> {
        let (world, target) = self.0.look_at(place, Cancel::new()).await?;
        blocking(move || Ok(crate::check::check_repository(&world, &target, probe, &tell))).await
    }

    /// What the local copy of a repository has at a path of a commit, for whoever looks: nothing is fetched, and nobody waits.
    /// `None`: nothing was fetched yet.
    pub async fn file(
        &self,
        repository: RepositoryId,
        commit: CommitId,
        path: TreePath,
    ) -> Result<Option<FileLook>, Failure> {
        let (world, target) = self.0.look_at(&Place::of_repository(repository), Cancel::new()).await?;
        blocking(move || match Archive::open(&world.cache, &target.remote)? {
            Some(archive) => Ok(Some(archive.file(&commit, &path)?)),
            None => Ok(None),
        })
        .await
    }

    /// What the service was made of: for whoever shares its store.
    pub fn parts(&self) -> &Parts {
        &self.0.parts
    }
}

impl Inner {
    fn now_ms(&self) -> i64 {
        ms((self.parts.now)())
    }

    /// The world, and a place in it.
    async fn look_at(&self, place: &Place, cancel: Cancel) -> Result<(crate::World, Target), Failure> {
        let store = &self.parts.store;
        let repository = store.repository_by_id(place.repository).await?;
        let repository = repository.ok_or_else(|| Failure::Credential("the repository is not there".to_owned()))?;
        let credentials = store.credentials(place.repository).await?;
        let remotes = rights::remotes(&self.parts.credentials, &repository, &credentials, self.now_ms()).await?;
        Ok(self.look_by(remotes, place, cancel))
    }

    fn look_by(&self, remotes: rights::Remotes, place: &Place, cancel: Cancel) -> (crate::World, Target) {
        let target = Target { remote: remotes.writer, branch: place.branch.clone(), dir: place.directory.clone() };
        (self.world(cancel), target)
    }

    /// The world of one visit, which `cancel` or the deadline ends.
    fn world(&self, cancel: Cancel) -> crate::World {
        let parts = &self.parts;
        let limit = parts.settings.run_deadline;
        crate::World {
            git: parts.git.within(limit, cancel.clone()),
            store: parts.store.clone(),
            cache: parts.cache.clone(),
            catalogue: Arc::clone(&parts.catalogue),
            runtime: tokio::runtime::Handle::current(),
            now: parts.now,
            deadline: std::time::Instant::now() + limit,
            cancel,
            version: parts.version,
            tally: parts.tally.clone(),
        }
    }
}

/// Work that blocks, on a thread of its own.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, Failure> + Send + 'static) -> Result<T, Failure> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| Err(Failure::Panicked(error.to_string())))
}
