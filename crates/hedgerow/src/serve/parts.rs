//! From what was set to what works: the service and the API, with or without their loops.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use hedgerow_core::catalogue::Catalogue;
use hedgerow_git::{Cancel, Git, GitConfig, Guard};
use hedgerow_store::{SealingKeys, Store};
use hedgerow_sync::Tally;
use hedgerow_sync::service::{self, Service, Settings};
use hedgerow_web::{Answers, AppState};
use time::OffsetDateTime;

use super::{Setup, rights};
use crate::config::{Network, Runs};
use crate::environment::Environment;

/// Requests of one token within a minute.
const REQUESTS_PER_MINUTE: u32 = 600;

/// The service, its loops not running yet, and the API over it.
pub(crate) fn assemble(
    environment: &Environment,
    setup: &Setup,
    store: &Store,
    keys: &Arc<SealingKeys>,
    answers: Answers,
) -> Result<(Service, AppState)> {
    let guard = guard(&setup.config.network)?;
    let git = git(environment, setup.config.runs.deadline.0)?.guarded(guard.clone())?.giving_way();
    let resolver = rights::resolver(keys, &guard)?;
    let tally = Tally::default();
    let service = Service::new(service::Parts {
        store: store.clone(),
        git,
        cache: setup.cache.clone(),
        catalogue: Arc::new(Catalogue::builtin()),
        credentials: resolver,
        signer: None,
        now: OffsetDateTime::now_utc,
        version: crate::VERSION,
        settings: settings(&setup.config.runs),
        tally: tally.clone(),
    });
    let state = AppState::new(hedgerow_web::Parts {
        service: service.clone(),
        answers,
        store: store.clone(),
        tally,
        guard: Some(guard),
        public_url: setup.public_url.clone(),
        keys: Some(Arc::clone(keys)),
        now: OffsetDateTime::now_utc,
        version: crate::VERSION,
        requests_per_minute: REQUESTS_PER_MINUTE,
    });
    Ok((service, state))
}

fn git(environment: &Environment, deadline: Duration) -> Result<Git> {
    let config = GitConfig {
        program: None,
        askpass: std::env::current_exe().context("finding this program")?,
        deadline,
        cancel: Cancel::new(),
        environment: environment.for_git.clone(),
    };
    Git::find(config).map_err(|error| anyhow::anyhow!("{error}\nhint: {}", error.hint()))
}

fn guard(network: &Network) -> Result<Guard> {
    let networks = network.networks.iter().map(|text| text.parse().context("network.networks"));
    Ok(Guard {
        clear_hosts: network.clear_hosts.iter().map(|host| host.to_lowercase()).collect(),
        roots: network.roots.clone(),
        networks: networks.collect::<Result<_>>()?,
    })
}

fn settings(runs: &Runs) -> Settings {
    Settings {
        interval: runs.interval.0,
        run_deadline: runs.deadline.0,
        max_concurrent_runs: runs.at_once.into(),
        pushes_per_minute: runs.pushes_per_minute.into(),
        requests_per_minute: usize::try_from(runs.requests_per_minute).unwrap_or(usize::MAX),
        breaker: runs.breaker.into(),
    }
}
