//! The file's credentials, sealed into the store where it does not have them yet.

use std::path::Path;

use anyhow::{Context, Result, bail};
use hedgerow_git::{HeldKey, HostKeys};
use hedgerow_store::{
    Actor, CredentialKind, CredentialRow, CredentialUse, NewCredential, RepositoryId, Sealed, SealingKeys, SecretPlace,
    Store,
};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use crate::config::{CredentialEntry, RepositoryEntry};

/// Seals what the file names.
#[derive(Debug)]
pub(crate) struct Sealer {
    pub(crate) keys: std::sync::Arc<SealingKeys>,
}

/// A credential as it is read, before it is sealed.
struct Plain {
    kind: CredentialKind,
    public: Value,
    secret: Option<SecretString>,
}

impl Sealer {
    /// Makes the repository's credentials those of `entry`. Whether anything was another one before.
    pub(crate) async fn keep(
        &self,
        store: &Store,
        repository: RepositoryId,
        entry: &RepositoryEntry,
        by: &Actor,
    ) -> Result<bool> {
        let write = self.keep_one(store, repository, CredentialUse::Write, entry.write.as_ref(), by).await?;
        let read = self.keep_one(store, repository, CredentialUse::Read, entry.read.as_ref(), by).await?;
        Ok(write || read)
    }

    /// What `entry` names, as the store would have it, without putting it there.
    pub(crate) fn rows(
        &self,
        repository: RepositoryId,
        entry: &RepositoryEntry,
        now_ms: i64,
    ) -> Result<Vec<CredentialRow>> {
        let named = [(CredentialUse::Write, &entry.write), (CredentialUse::Read, &entry.read)];
        let row = |(use_, entry): (CredentialUse, &Option<CredentialEntry>)| {
            let plain = read(entry.as_ref()?).with_context(|| format!("its credential to {use_}"));
            Some(plain.and_then(|plain| {
                Ok(CredentialRow {
                    repository,
                    use_,
                    kind: plain.kind,
                    sealed: self.sealed(repository, use_, &plain)?,
                    public: plain.public,
                    expires_ms: None,
                    created_ms: now_ms,
                    rotated_ms: now_ms,
                })
            }))
        };
        named.into_iter().filter_map(row).collect()
    }

    fn sealed(&self, repository: RepositoryId, use_: CredentialUse, plain: &Plain) -> Result<Option<Sealed>> {
        let place = SecretPlace::credential(repository, use_, plain.kind);
        Ok(plain.secret.as_ref().map(|secret| self.keys.seal(&place, secret)).transpose()?)
    }

    async fn keep_one(
        &self,
        store: &Store,
        repository: RepositoryId,
        use_: CredentialUse,
        entry: Option<&CredentialEntry>,
        by: &Actor,
    ) -> Result<bool> {
        let known = store.credentials(repository).await?.into_iter().find(|row| row.use_ == use_);
        let Some(entry) = entry else {
            if known.is_none() {
                return Ok(false);
            }
            store.remove_credential(repository, use_, None, by).await?;
            return Ok(true);
        };
        let plain = read(entry).with_context(|| format!("its credential to {use_}"))?;
        if let Some(known) = known {
            let secret = known.sealed.as_ref().map(|sealed| self.keys.open(&known.place(), sealed)).transpose();
            let same_secret = secret.is_ok_and(|secret| exposed(secret.as_ref()) == exposed(plain.secret.as_ref()));
            if known.kind == plain.kind && known.public == plain.public && same_secret {
                return Ok(false);
            }
        }
        let sealed = self.sealed(repository, use_, &plain)?;
        let new = NewCredential { repository, use_, kind: plain.kind, public: plain.public, sealed, expires_ms: None };
        store.put_credential(&new, None, by).await?;
        Ok(true)
    }
}

fn exposed(secret: Option<&SecretString>) -> Option<&str> {
    secret.map(ExposeSecret::expose_secret)
}

fn read(entry: &CredentialEntry) -> Result<Plain> {
    if let Some(file) = &entry.token_file {
        let public = given(json!({"username": entry.username, "forge": entry.token_forge, "api": entry.token_api}));
        return Ok(Plain { kind: CredentialKind::Token, public, secret: Some(secret_in(file)?) });
    }
    if let Some(variable) = &entry.token_env {
        let public = given(json!({
            "variable": variable, "username": entry.username, "forge": entry.token_forge, "api": entry.token_api
        }));
        return Ok(Plain { kind: CredentialKind::Environment, public, secret: None });
    }
    if let Some(file) = &entry.ssh_key_file {
        let known_hosts = match &entry.known_hosts_file {
            Some(file) => std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?,
            None => bail!("known_hosts_file is missing"),
        };
        let secret = secret_in(file)?;
        let key = HeldKey::parse(&secret).with_context(|| format!("the key in {}", file.display()))?;
        HostKeys::parse(&known_hosts).context("known_hosts_file")?;
        let public = json!({"fingerprint": key.fingerprint(), "public_key": key.public(), "known_hosts": known_hosts});
        return Ok(Plain { kind: CredentialKind::SshKey, public, secret: Some(secret) });
    }
    let (Some(id), Some(file)) = (entry.github_app_id, &entry.github_app_key_file) else {
        bail!("it is of no kind");
    };
    let public = given(json!({"app_id": id, "installation": entry.github_installation}));
    Ok(Plain { kind: CredentialKind::GitHubApp, public, secret: Some(secret_in(file)?) })
}

/// Without what was not given, as the API keeps it too.
fn given(mut value: Value) -> Value {
    if let Value::Object(map) = &mut value {
        map.retain(|_, value| !value.is_null());
    }
    value
}

/// A secret in a file. Editors add a line break; a key needs its last one, and gets it.
pub(super) fn secret_in(file: &Path) -> Result<SecretString> {
    let text = std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
    let text = text.trim();
    if text.is_empty() {
        bail!("{} is empty", file.display());
    }
    let is_key = text.starts_with("-----BEGIN");
    Ok(SecretString::from(if is_key { format!("{text}\n") } else { text.to_owned() }))
}
