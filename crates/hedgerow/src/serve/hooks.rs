//! The file's hooks, made true in the store: an address and a secret each.

use anyhow::{Context, Result, bail};
use hedgerow_forge::limits::MAX_SECRET_BYTES;
use hedgerow_store::{Actor, Hook, Name, NewHook, Owner, RepositoryId, SecretPlace, Store};
use secrecy::{ExposeSecret, SecretString};

use super::credentials::{Sealer, secret_in};
use crate::config::HookEntry;

/// The shortest secret that is taken, in bytes: whoever can guess it can ring.
const MIN_SECRET_BYTES: usize = 16;

impl Sealer {
    /// Makes the hook of `entry` what it says. Whether anything was another one before.
    pub(crate) async fn keep_hook(
        &self,
        store: &Store,
        entry: &HookEntry,
        repository: Option<RepositoryId>,
        by: &Actor,
    ) -> Result<bool> {
        let secret = secret_in(&entry.secret_file)?;
        let (file, length) = (entry.secret_file.display(), secret.expose_secret().len());
        if length < MIN_SECRET_BYTES {
            bail!("the secret in {file} has fewer than {MIN_SECRET_BYTES} bytes");
        }
        if length > MAX_SECRET_BYTES {
            bail!("the secret in {file} has more than {MAX_SECRET_BYTES} bytes");
        }
        let known = store.hook_by_name(&entry.name).await?;
        if let Some(known) = known.as_ref().filter(|known| is_as_declared(known, entry, repository)) {
            if self.has_secret(store, known, &secret).await? {
                return Ok(false);
            }
            let sealed = self.keys.seal(&SecretPlace::hook(&known.id), &secret)?;
            store.rotate_hook(&known.name, &sealed, by).await?;
            return Ok(true);
        }
        let id = match (&entry.id, &known) {
            (Some(id), _) => id.clone(),
            (None, Some(known)) => known.id.clone(),
            (None, None) => NewHook::new_id()?,
        };
        let sealed = self.keys.seal(&SecretPlace::hook(&id), &secret)?;
        let provider = entry.provider()?.to_string();
        let new = NewHook { id, name: Name::parse(&entry.name)?, provider, repository, sealed };
        store.put_hook(&new, by).await?;
        Ok(true)
    }

    async fn has_secret(&self, store: &Store, known: &Hook, secret: &SecretString) -> Result<bool> {
        let found = store.hook_with_secret(&known.id).await?.context("it is gone again")?;
        let held = self.keys.open(&SecretPlace::hook(&known.id), &found.1);
        Ok(held.is_ok_and(|held| held.expose_secret() == secret.expose_secret()))
    }
}

/// All but its secret.
fn is_as_declared(known: &Hook, entry: &HookEntry, repository: Option<RepositoryId>) -> bool {
    known.owner == Owner::File
        && entry.provider().is_ok_and(|provider| known.provider == provider.as_str())
        && known.repository == repository
        && entry.id.as_ref().is_none_or(|id| *id == known.id)
}
