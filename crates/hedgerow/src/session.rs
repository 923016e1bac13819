//! What every command shares: the environment, the way to print, and, where it works on a fabric, the world.

use std::io::IsTerminal;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use hedgerow_core::catalogue::Catalogue;
use hedgerow_git::{Cancel, Git, GitConfig};
use hedgerow_store::{Store, StoreUrl};
use hedgerow_sync::{Tally, World};
use hedgerow_web::Answers;
use secrecy::SecretString;
use serde_json::Value;

use crate::api::{Door, Here, There};
use crate::args::service::Way;
use crate::args::{Format, Global};
use crate::environment::{self, Environment};
use crate::logging;
use crate::output::{self, Style};
use crate::progress::Progress;
use crate::serve::{self, Setup};
use crate::signals;

/// How soon a signal ends a pause.
const PAUSE_STEP: Duration = Duration::from_millis(50);

/// One command's run.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) environment: Environment,
    pub(crate) format: Format,
    pub(crate) style: Style,
    pub(crate) progress: Progress,
    runtime: tokio::runtime::Runtime,
    store: Option<String>,
    deadline: Instant,
    timeout: Duration,
    cancel: Cancel,
}

impl Session {
    /// Reads the environment and listens for signals.
    pub(crate) fn begin(global: &Global) -> Result<Self> {
        let environment = Environment::read()?;
        logging::of_a_command(environment.log.as_deref());
        let builder = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = builder.context("starting the runtime")?;
        let cancel = Cancel::new();
        signals::listen(&runtime, cancel.clone())?;
        let color = !global.no_color && !environment.no_color && std::io::stdout().is_terminal();
        Ok(Self {
            format: global.output,
            style: Style { color },
            progress: Progress::new(!global.quiet && std::io::stderr().is_terminal()),
            store: global.store.clone(),
            deadline: Instant::now() + global.timeout,
            timeout: global.timeout,
            environment,
            runtime,
            cancel,
        })
    }

    /// Waits for the store.
    pub(crate) fn wait<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }

    /// The git program, checked.
    pub(crate) fn git(&self) -> Result<Git> {
        let config = GitConfig {
            program: None,
            askpass: std::env::current_exe().context("finding this program")?,
            deadline: self.timeout,
            cancel: self.cancel.clone(),
            environment: self.environment.for_git.clone(),
        };
        Git::find(config).map_err(|error| {
            let hint = error.hint();
            anyhow::anyhow!("{error}\nhint: {hint}")
        })
    }

    /// The store that `--store` names, or the default.
    pub(crate) fn store(&self) -> Result<Store> {
        let url = match &self.store {
            Some(url) => StoreUrl::parse(url).context("--store")?,
            None => StoreUrl::file(self.environment.state.join("hedgerow.db")),
        };
        Ok(self.wait(Store::open(&url))?)
    }

    /// Whether somebody named the store.
    pub(crate) fn store_is_named(&self) -> bool {
        self.store.is_some()
    }

    /// What flags and the service's file come to, for a verb that works on the store.
    pub(crate) fn setup(&self, way: &Way) -> Result<Setup> {
        Setup::of_a_command(&self.environment, self.store.as_deref(), way.config.as_deref())
    }

    /// The way to the API that was named.
    pub(crate) fn door(&self, way: &Way) -> Result<Door> {
        let Some(server) = &way.server else { return self.here(way) };
        let token = environment::secret("HEDGEROW_TOKEN")?.map(SecretString::from);
        There::new(server, token, self.timeout).map(Door::There)
    }

    /// The API on the store itself.
    fn here(&self, way: &Way) -> Result<Door> {
        let setup = self.setup(way)?;
        self.wait(async {
            let store = Store::open(&setup.store).await?.keeping(setup.config.retention());
            let keys = Arc::new(setup.keys.keys()?);
            serve::prove(&store, &keys).await?;
            let parts = serve::assemble(&self.environment, &setup, &store, &keys, Answers::Here)?;
            let (service, state) = parts;
            Ok(Door::Here(Here::new(hedgerow_web::router(state), service)))
        })
    }

    /// How long a command may take.
    pub(crate) fn timeout(&self) -> Duration {
        self.timeout
    }

    /// Waits, unless a signal comes; whether one came.
    pub(crate) fn pause(&self, period: Duration) -> bool {
        let deadline = Instant::now() + period;
        while Instant::now() < deadline && !self.cancel.is_cancelled() {
            std::thread::sleep(PAUSE_STEP.min(period));
        }
        self.cancel.is_cancelled()
    }

    /// What a run needs of the world.
    pub(crate) fn world(&self) -> Result<World> {
        self.world_with(self.store()?, self.environment.cache.join("mirrors"))
    }

    /// The same, with another memory and cache.
    pub(crate) fn world_with(&self, store: Store, cache: std::path::PathBuf) -> Result<World> {
        Ok(World {
            git: self.git()?,
            store,
            cache,
            catalogue: Catalogue::builtin().into(),
            runtime: self.runtime.handle().clone(),
            now: time::OffsetDateTime::now_utc,
            deadline: self.deadline,
            cancel: self.cancel.clone(),
            version: crate::VERSION,
            tally: Tally::default(),
        })
    }

    /// Prints the answer for machines, or what `table` draws for people.
    pub(crate) fn print(&self, value: &Value, table: impl FnOnce(&Value, Style) -> String) -> Result<()> {
        self.progress.clear();
        output::print(self.format, value, |value| table(value, self.style))
    }
}
