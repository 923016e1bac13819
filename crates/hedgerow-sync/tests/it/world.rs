//! A service on a store of its own, a git server, and repositories on it.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hedgerow_core::catalogue::Catalogue;
use hedgerow_core::path::FabricDir;
use hedgerow_forge::{Client, Reach};
use hedgerow_git::{Cancel, Credential, Git, GitConfig, RemoteUrl};
use hedgerow_store::{
    Actor, ConditionKind, ConditionRow, Event, EventFilter, LinkPlace, LinkedFabric, Name, NewLink, NewRepository,
    Owner, Repository, RepositoryId, Store, StoreError, StoreUrl, Truth,
};
use hedgerow_sync::Tally;
use hedgerow_sync::credentials::Resolver;
use hedgerow_sync::service::{FabricStatus, Parts, Service, Settings};
use hedgerow_testkit::http::GitHttp;
use tempfile::TempDir;
use time::OffsetDateTime;
use tokio::task::JoinHandle;

use crate::remote::Remote;

/// How long a condition is waited for before a test fails.
const PATIENCE: Duration = Duration::from_secs(60);

/// Directories, a server, a store, and a service.
pub(crate) struct World {
    dir: TempDir,
    pub(crate) server: GitHttp,
    pub(crate) store: Store,
    pub(crate) service: Service,
    settings: Settings,
    running: Option<(Cancel, JoinHandle<Result<(), StoreError>>)>,
}

/// Quick, so that tests are.
pub(crate) fn quick() -> Settings {
    Settings { interval: Duration::from_secs(1), run_deadline: Duration::from_secs(20), ..Settings::default() }
}

impl World {
    pub(crate) async fn new(settings: Settings) -> Self {
        let dir = TempDir::with_prefix("hedgerow-service-").unwrap();
        std::fs::create_dir(dir.path().join("git")).unwrap();
        let server = GitHttp::serve(dir.path().join("git"));
        let store = open(dir.path().join("store.db")).await;
        let service = service(&dir, &store, settings.clone(), OffsetDateTime::now_utc);
        Self { dir, server, store, service, settings, running: None }
    }

    /// The same world by another clock.
    pub(crate) fn by_clock(self, now: fn() -> OffsetDateTime) -> Self {
        Self { service: service(&self.dir, &self.store, self.settings.clone(), now), ..self }
    }

    pub(crate) fn root(&self) -> PathBuf {
        self.dir.path().join("git")
    }

    /// A repository with these files, and a fabric linked to each of `dirs`, by the directory's name.
    pub(crate) async fn linked(
        &self,
        name: &str,
        files: &[(&str, String)],
        dirs: &[&str],
    ) -> (Remote, Repository, Vec<LinkedFabric>) {
        let remote = Remote::new(&self.root(), &format!("{name}.git"), files);
        let repository = self.added(name, &self.server.url(&format!("{name}.git"))).await;
        let mut fabrics = Vec::new();
        for dir in dirs {
            fabrics.push(self.link(&repository, dir).await);
        }
        (remote, repository, fabrics)
    }

    pub(crate) async fn added(&self, name: &str, address: &str) -> Repository {
        let url = RemoteUrl::parse(address).unwrap().canonical();
        let new = NewRepository { name: Name::parse(name).unwrap(), url, address: address.to_owned() };
        self.store.add_repository(&new, &self.pat()).await.unwrap()
    }

    pub(crate) async fn link(&self, repository: &Repository, dir: &str) -> LinkedFabric {
        let directory = FabricDir::parse(dir).unwrap();
        let place = LinkPlace { repository: repository.id, branch: "main".to_owned(), directory };
        let name = Name::parse(&format!("{}-{dir}", repository.name)).unwrap();
        let link = NewLink { name, place, adopt: false, interval_ms: None, push_to: None };
        self.store.link_fabric(&link, &self.pat()).await.unwrap()
    }

    pub(crate) fn pat(&self) -> Actor {
        let at_ms = i64::try_from(OffsetDateTime::now_utc().unix_timestamp_nanos() / 1_000_000).unwrap();
        Actor { name: "pat".to_owned(), through: Owner::Api, at_ms }
    }

    pub(crate) fn start(&mut self) {
        let (service, stop) = (self.service.clone(), Cancel::new());
        let running = tokio::spawn({
            let stop = stop.clone();
            async move { service.run(stop).await }
        });
        self.running = Some((stop, running));
    }

    /// Ends a service whose store is gone.
    pub(crate) async fn abandon(&mut self) {
        let (stop, running) = self.running.take().unwrap();
        stop.cancel();
        let _ = running.await.unwrap();
    }

    pub(crate) fn now_ms(&self) -> i64 {
        self.pat().at_ms
    }

    pub(crate) async fn stop(&mut self) {
        let (stop, running) = self.running.take().unwrap();
        stop.cancel();
        running.await.unwrap().unwrap();
    }

    /// Another process on the same store, as far as a test can have one.
    pub(crate) async fn restart(&mut self) {
        self.stop().await;
        self.store = open(self.dir.path().join("store.db")).await;
        self.service = service(&self.dir, &self.store, self.settings.clone(), OffsetDateTime::now_utc);
        self.start();
    }

    pub(crate) async fn status(&self, fabric: &LinkedFabric) -> FabricStatus {
        self.service.status(fabric.id).await.unwrap().unwrap()
    }

    /// Waits until `so` is so of the fabric's status.
    #[track_caller]
    pub(crate) fn until(
        &self,
        fabric: &LinkedFabric,
        what: &str,
        so: impl Fn(&FabricStatus) -> bool,
    ) -> impl Future<Output = FabricStatus> {
        let at = std::panic::Location::caller();
        async move {
            let deadline = Instant::now() + PATIENCE;
            loop {
                let status = self.status(fabric).await;
                if so(&status) {
                    return status;
                }
                assert!(Instant::now() < deadline, "{at}: never {what}: {status:#?}");
                moment().await;
            }
        }
    }

    /// Waits until the repository's next look is due later than `ms` by the clock, and says when.
    pub(crate) async fn due_after(&self, repository: RepositoryId, ms: i64) -> i64 {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let doors = self.store.doors().await.unwrap();
            let door = doors.iter().find(|door| door.repository == repository && door.next_due_ms > ms);
            if let Some(door) = door.filter(|door| door.next_due_ms > self.now_ms()) {
                return door.next_due_ms;
            }
            assert!(Instant::now() < deadline, "it is never due again: {doors:?}");
            moment().await;
        }
    }

    /// Waits until something was told that is `so`.
    pub(crate) async fn event(&self, so: impl Fn(&Event) -> bool) -> Event {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let events = self.store.events(&EventFilter::default(), 1_000, None).await.unwrap().items;
            if let Some(event) = events.iter().find(|event| so(event)) {
                return event.clone();
            }
            assert!(Instant::now() < deadline, "it was never told: {events:#?}");
            moment().await;
        }
    }

    /// Waits until the fabric is ready.
    pub(crate) async fn ready(&self, fabric: &LinkedFabric) -> FabricStatus {
        self.until(fabric, "ready", |status| is(status, ConditionKind::Ready, Truth::True)).await
    }
}

/// A moment, between two looks at something that is waited for.
pub(crate) async fn moment() {
    tokio::time::sleep(Duration::from_millis(20)).await;
}

/// A condition of the fabric.
pub(crate) fn condition(status: &FabricStatus, kind: ConditionKind) -> &ConditionRow {
    status.conditions.iter().find(|row| row.kind == kind).unwrap()
}

pub(crate) fn is(status: &FabricStatus, kind: ConditionKind, truth: Truth) -> bool {
    condition(status, kind).status == truth
}

async fn open(path: PathBuf) -> Store {
    Store::open(&StoreUrl::file(path)).await.unwrap()
}

fn service(dir: &TempDir, store: &Store, settings: Settings, now: fn() -> OffsetDateTime) -> Service {
    let path = std::env::var_os("PATH").unwrap();
    let config = GitConfig {
        program: None,
        askpass: "/bin/false".into(),
        deadline: Duration::from_secs(60),
        cancel: Cancel::new(),
        environment: vec![("PATH".into(), path), ("HOME".into(), dir.path().into())],
    };
    Service::new(Parts {
        store: store.clone(),
        git: Git::find(config).unwrap(),
        cache: dir.path().join("mirrors"),
        catalogue: Arc::new(Catalogue::builtin()),
        credentials: Resolver::new(
            None,
            Client::new(Reach::default()).unwrap(),
            Arc::new(|_| Ok(None)),
            Arc::new(|_| Ok(Credential::Ambient)),
        ),
        signer: None,
        now,
        version: "0.0.0-test",
        settings,
        tally: Tally::default(),
    })
}

/// Runs a test on a runtime of its own.
pub(crate) fn run<F: Future>(test: F) -> F::Output {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap().block_on(test)
}
