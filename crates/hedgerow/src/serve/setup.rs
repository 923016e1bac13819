//! What flags, variables and the file come to, together: for the service, and for commands that work on its store.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use hedgerow_store::StoreUrl;

use super::keys::KeySources;
use crate::args::service::ServeArgs;
use crate::config::{self, Config};
use crate::environment::Environment;

/// Everything that is settled before the store is opened.
#[derive(Clone, Debug)]
pub(crate) struct Setup {
    /// The file, where one was named.
    pub(crate) file: Option<PathBuf>,
    /// What it says, with what flags and variables say instead.
    pub(crate) config: Config,
    /// The file has no key at all: taken for a mistake, not for "nothing".
    pub(crate) is_blank: bool,
    /// Where the store is.
    pub(crate) store: StoreUrl,
    /// How the outside reaches the service, where that is known.
    pub(crate) public_url: Option<String>,
    /// Where mirrors are kept.
    pub(crate) cache: PathBuf,
    /// Where the sealing keys come from.
    pub(crate) keys: KeySources,
}

impl Setup {
    /// What holds for a command: its `--store` and the file of `--config`.
    pub(crate) fn of_a_command(environment: &Environment, store: Option<&str>, file: Option<&Path>) -> Result<Self> {
        let config = file.map(config::read).transpose()?.unwrap_or_default();
        Self::of(environment, store, file, config, |_| {})
    }

    /// What holds for the service.
    pub(crate) fn of_the_service(environment: &Environment, store: Option<&str>, args: &ServeArgs) -> Result<Self> {
        let config = args.config.as_deref().map(config::read).transpose()?.unwrap_or_default();
        Self::of(environment, store, args.config.as_deref(), config, |config| {
            let service = &mut config.service;
            service.listen = args.listen.unwrap_or(service.listen);
            service.public_url = args.public_url.clone().or(service.public_url.take());
            service.cache = args.cache.clone().or(service.cache.take());
            service.sealing_key_file = args.sealing_key_file.clone().or(service.sealing_key_file.take());
            config.log.format = args.log_format.unwrap_or(config.log.format);
        })
    }

    fn of(
        environment: &Environment,
        store: Option<&str>,
        file: Option<&Path>,
        mut config: Config,
        flags: impl FnOnce(&mut Config),
    ) -> Result<Self> {
        let is_blank = config == Config::default();
        flags(&mut config);
        let named = store_url(store, &config)?;
        let store = named.unwrap_or_else(|| StoreUrl::file(environment.state.join("hedgerow.db")));
        let cache = config.service.cache.clone().unwrap_or_else(|| environment.cache.join("mirrors"));
        let keys = KeySources {
            file: config.service.sealing_key_file.clone(),
            older: config.service.old_sealing_key_files.clone(),
            beside: store.file_path().and_then(Path::parent).map(|directory| directory.join("sealing.key")),
        };
        let public_url = config.service.public_url.clone();
        Ok(Self { file: file.map(Path::to_owned), is_blank, config, store, public_url, cache, keys })
    }
}

fn store_url(flag: Option<&str>, config: &Config) -> Result<Option<StoreUrl>> {
    if let Some(text) = flag {
        return StoreUrl::parse(text).context("--store").map(Some);
    }
    if let Some(file) = &config.service.store_file {
        let text = std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
        return StoreUrl::parse(text.trim()).with_context(|| format!("the store in {}", file.display())).map(Some);
    }
    config.service.store.as_deref().map(|text| StoreUrl::parse(text).context("service.store")).transpose()
}
