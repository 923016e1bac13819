//! The key that credentials are sealed with: from a file, from the environment, or made beside a new SQLite store.

use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use hedgerow_store::{SealingKey, SealingKeys, Store};
use secrecy::{ExposeSecret, SecretString};

use crate::environment;

/// Where keys may come from.
#[derive(Clone, Debug)]
pub(crate) struct KeySources {
    /// The file that was named.
    pub(crate) file: Option<PathBuf>,
    /// Keys of before.
    pub(crate) older: Vec<PathBuf>,
    /// Beside the store, where that is a file.
    pub(crate) beside: Option<PathBuf>,
}

impl KeySources {
    /// The keys. Where none is named and the store is a file, there is one beside it, made now if it has to be.
    pub(crate) fn keys(&self) -> Result<SealingKeys> {
        let older = self.older.iter().map(|file| parsed(file)).collect::<Result<_>>()?;
        Ok(SealingKeys::new(self.current()?, older))
    }

    fn current(&self) -> Result<SealingKey> {
        if let Some(file) = &self.file {
            return parsed(file);
        }
        if let Some(text) = environment::secret("HEDGEROW_SEALING_KEY")? {
            return SealingKey::parse(&SecretString::from(text)).context("HEDGEROW_SEALING_KEY");
        }
        let Some(file) = &self.beside else {
            bail!(
                "no sealing key is named, and a store that others can reach needs one\n\
                 hint: head -c 32 /dev/urandom | base64 > sealing.key, then service.sealing_key_file or --sealing-key-file"
            );
        };
        match make(file) {
            Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
                Err(error).with_context(|| format!("making the sealing key {}", file.display()))
            }
            _ => parsed(file),
        }
    }
}

/// A new key in a new file, whole or not at all: of two that come at once the second finds the first one's.
fn make(file: &Path) -> std::io::Result<()> {
    if file.exists() {
        return Err(std::io::ErrorKind::AlreadyExists.into());
    }
    let directory = file.parent().unwrap_or(Path::new("."));
    let key = SealingKey::generate().map_err(std::io::Error::other)?;
    let part = directory.join(format!(".sealing-key-{}", std::process::id()));
    let written = std::fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&part)
        .and_then(|mut out| writeln!(out, "{}", key.expose_secret()).and_then(|()| out.sync_all()))
        .and_then(|()| std::fs::hard_link(&part, file));
    let _ = std::fs::remove_file(&part);
    written
}

fn parsed(file: &Path) -> Result<SealingKey> {
    let text = std::fs::read_to_string(file).with_context(|| format!("reading the sealing key {}", file.display()))?;
    SealingKey::parse(&SecretString::from(text)).with_context(|| format!("the sealing key {}", file.display()))
}

/// Fails unless everything that is sealed in `store` can be opened: a service that starts and then cannot is worse.
pub(crate) async fn prove(store: &Store, keys: &SealingKeys) -> Result<()> {
    let in_use = store.sealing_keys_in_use().await?;
    let unknown: Vec<&str> = in_use.iter().map(String::as_str).filter(|id| !keys.knows(id)).collect();
    if unknown.is_empty() {
        return Ok(());
    }
    bail!(
        "secrets of the store are sealed with the key {}, which is not at hand (the one given is {})\n\
         hint: name its file in service.old_sealing_key_files",
        unknown.join(" and "),
        keys.current_id()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_and_only_its_owner_may_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("sealing.key");
        let sources = KeySources { file: None, older: Vec::new(), beside: Some(file.clone()) };
        let first = sources.keys().unwrap().current_id().to_owned();
        assert_eq!(sources.keys().unwrap().current_id(), first);
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1, "nothing else is left");
    }

    #[test]
    fn a_named_key_that_is_not_there_is_not_made() {
        let dir = tempfile::tempdir().unwrap();
        let named = Some(dir.path().join("key"));
        let sources = KeySources { file: named, older: Vec::new(), beside: Some(dir.path().join("other")) };
        assert!(sources.keys().is_err());
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
    }
}
