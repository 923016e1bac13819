//! What every command shares: the environment, the way to print, and, where it works on a fabric, the world.

use std::io::IsTerminal;
use std::time::Instant;

use anyhow::{Context, Result};
use hedgerow_core::catalogue::Catalogue;
use hedgerow_git::{Cancel, Git, GitConfig};
use hedgerow_store::{Store, StoreUrl};
use hedgerow_sync::{Tally, World};
use serde_json::Value;

use crate::args::{Format, Global};
use crate::environment::Environment;
use crate::output::{self, Style};
use crate::progress::Progress;
use crate::signals;

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
    timeout: std::time::Duration,
    cancel: Cancel,
}

impl Session {
    /// Reads the environment and listens for signals.
    pub(crate) fn begin(global: &Global) -> Result<Self> {
        let environment = Environment::read()?;
        log(environment.log.as_deref());
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

fn log(filter: Option<&str>) {
    let filter = tracing_subscriber::EnvFilter::new(filter.unwrap_or("warn"));
    // A second subscriber can only be a test's: the first stays.
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).without_time().try_init();
}
