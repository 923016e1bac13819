//! By what right the service uses its remotes: what is sealed, and what its environment holds.

use std::sync::Arc;

use anyhow::{Context, Result};
use hedgerow_forge::{Client, Reach};
use hedgerow_git::{Guard, RemoteUrl};
use hedgerow_store::SealingKeys;
use hedgerow_sync::credentials::Resolver;
use secrecy::SecretString;

use crate::{environment, target};

/// What opens credentials.
pub(crate) fn resolver(keys: &Arc<SealingKeys>, guard: &Guard) -> Result<Resolver> {
    let reach = Reach { networks: guard.networks.clone(), clear_hosts: guard.clear_hosts.clone() };
    let client = Client::new(reach).context("making an HTTP client")?;
    let variable = |name: &str| match environment::secret(name) {
        Ok(secret) => Ok(secret.map(SecretString::from)),
        Err(error) => Err(format!("{error:#}")),
    };
    Ok(Resolver::new(Some(Arc::clone(keys)), client, Arc::new(variable), Arc::new(ambient)))
}

fn ambient(url: &RemoteUrl) -> Result<hedgerow_git::Credential, String> {
    target::ambient(url).map_err(|error| format!("{error:#}"))
}
