//! The service's start, from the store to the first look.

use std::sync::Arc;

use anyhow::{Context, Result};
use hedgerow_store::{Actor, Owner, SealingKeys, ServiceLock, Store};
use hedgerow_sync::service::Service;
use hedgerow_web::Answers;
use secrecy::ExposeSecret;
use tokio::net::TcpListener;
use tracing::{info, warn};

use super::credentials::Sealer;
use super::{Setup, declared, keys, parts, running};
use crate::args::Global;
use crate::args::service::ServeArgs;
use crate::commands::Exit;
use crate::environment::Environment;
use crate::output;

/// What the service was told when it was started: for reading the file again.
#[derive(Debug)]
pub(crate) struct Told<'a> {
    pub(crate) environment: &'a Environment,
    pub(crate) global: &'a Global,
    pub(crate) args: &'a ServeArgs,
}

/// Starts, and runs until a signal says otherwise.
pub(crate) async fn start(told: &Told<'_>, mut setup: Setup) -> Result<Exit> {
    info!("hedgerow {} on {}", crate::VERSION, setup.store);
    let store = Store::open(&setup.store).await?.keeping(setup.config.retention());
    let _alone = ServiceLock::take(&setup.store).map_err(|error| {
        anyhow::anyhow!("{error}\nhint: stop it, give this one another --store, or let both use PostgreSQL")
    })?;
    let keys = Arc::new(setup.keys.keys()?);
    keys::prove(&store, &keys).await?;
    reseal(&store, &setup, &keys).await?;
    let listener = TcpListener::bind(setup.config.service.listen)
        .await
        .with_context(|| format!("listening on {}", setup.config.service.listen))?;
    let address = listener.local_addr().context("asking where we listen")?;
    setup.public_url.get_or_insert_with(|| format!("http://{address}"));
    let (service, state) = parts::assemble(told.environment, &setup, &store, &keys, Answers::Service)?;
    let declared = declared::Declared { service: service.clone(), sealer: Sealer { keys } };
    let standing = declared.apply(&setup).await;
    check_triggers(&store, &service).await?;
    if let Some(token) = hedgerow_web::first_token(&store, now_ms()).await? {
        output::write(&format!("first admin token, shown this once: {}\n", token.expose_secret()))?;
    }
    output::write(&format!("serving http://{address}\n"))?;
    info!("serving http://{address}");
    running::run(told, setup, listener, state, declared, standing).await
}

/// With a new key in force, everything is sealed with it: then the old ones may go.
async fn reseal(store: &Store, setup: &Setup, keys: &SealingKeys) -> Result<()> {
    if setup.config.service.old_sealing_key_files.is_empty() {
        return Ok(());
    }
    let by = Actor { name: "the service's start".to_owned(), through: Owner::File, at_ms: now_ms() };
    match store.reseal(keys, &by).await {
        Ok(0) => info!("everything is sealed with the key {}: the old keys may go", keys.current_id()),
        Ok(secrets) => {
            info!("{secrets} secrets are sealed with the key {} now: the old keys may go", keys.current_id())
        }
        Err(error) => warn!("the secrets keep their old keys: {error}"),
    }
    Ok(())
}

/// Says of every trigger when it last led to a run: what never fired is seen at the start, not weeks later.
async fn check_triggers(store: &Store, service: &Service) -> Result<()> {
    let fabrics = store.linked_fabrics().await?.len();
    let every = crate::duration::shown(service.parts().settings.interval);
    info!(
        "{} linked, each looked at every {every} unless it says otherwise",
        output::several(fabrics as u64, "fabric")
    );
    for (trigger, at) in store.last_fired().await? {
        match at.and_then(output::moment) {
            Some(at) => info!("trigger {trigger}: last fired {at}"),
            None => info!("trigger {trigger}: never fired"),
        }
    }
    Ok(())
}

/// The clock.
pub(crate) fn now_ms() -> i64 {
    i64::try_from(time::OffsetDateTime::now_utc().unix_timestamp_nanos() / 1_000_000).unwrap_or(i64::MAX)
}
