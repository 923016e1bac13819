//! When credentials expire, where their forge tells: asked from time to time, so that it is known well ahead.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Result;
use hedgerow_forge::Expiry;
use hedgerow_git::RemoteUrl;
use hedgerow_store::{CredentialRow, Repository, Store, in_time};
use hedgerow_sync::credentials::Resolver;
use tracing::{debug, warn};

use super::now_ms;

/// How often forges are asked. A token's end does not move unless somebody changes the token.
const EVERY: Duration = Duration::from_secs(6 * 3600);
/// A new credential is asked about so soon.
const LOOK_EVERY: Duration = Duration::from_secs(60);
/// How long all credentials together may take: neither a forge nor the store keeps the next round waiting for ever.
const ROUND: Duration = Duration::from_secs(600);
/// Before its end by so long, every round says so in the log.
const WARN_AHEAD_MS: i64 = 14 * 24 * 3600 * 1000;

/// By the credential's place: when it was given, and when it was last asked about.
type Asked = BTreeMap<String, (i64, i64)>;

/// Asks for ever: about every credential now and then, and about one that was changed soon.
pub(crate) async fn watch(store: Store, resolver: Resolver) {
    let mut asked = Asked::new();
    loop {
        if let Err(error) = in_time(ROUND, round(&store, &resolver, &mut asked)).await {
            warn!("when credentials expire could not be asked: {error:#}");
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

async fn round(store: &Store, resolver: &Resolver, asked: &mut Asked) -> Result<()> {
    for repository in store.repositories().await? {
        for row in store.credentials(repository.id).await? {
            let place = row.place().as_str().to_owned();
            let now = now_ms();
            let known = asked.get(&place).is_some_and(|(rotated_ms, at_ms)| {
                *rotated_ms == row.rotated_ms && now - at_ms < i64::try_from(EVERY.as_millis()).unwrap_or(i64::MAX)
            });
            if !known {
                asked.insert(place, (row.rotated_ms, now));
                ask(store, resolver, &repository, &row).await?;
            }
        }
    }
    Ok(())
}

/// A forge that does not answer leaves what is known as it is: a token's end is a fact, and does not pass with the network.
async fn ask(store: &Store, resolver: &Resolver, repository: &Repository, row: &CredentialRow) -> Result<()> {
    let url = RemoteUrl::parse(&repository.address)?;
    let expires_ms = match resolver.expiry(&url, row).await {
        Ok(Expiry::At(ms)) => Some(ms),
        Ok(_) => None,
        Err(error) => {
            debug!("repository {}: {error}", repository.name);
            return Ok(());
        }
    };
    if expires_ms != row.expires_ms {
        store.credential_expires(repository.id, row.use_, expires_ms).await?;
    }
    if let Some(days) = expires_ms.map(|ms| ms - now_ms()).filter(|left| *left < WARN_AHEAD_MS) {
        let days = days / (24 * 3600 * 1000);
        warn!("the credential to {} {} expires in {days} days", row.use_, repository.name);
    }
    Ok(())
}
