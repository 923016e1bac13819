//! One service for one SQLite file: a second would double every interval and limit. Commands share the file freely.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;

use rustix::fs::{FlockOperation, flock};

use crate::url::{Place, StoreUrl};

/// The right to be the service on a store. It ends with the value, or with the process, however that dies.
///
/// For PostgreSQL it is nobody's alone: services share a database by leases.
#[derive(Debug)]
#[must_use]
pub struct ServiceLock {
    _file: Option<File>,
}

/// Why this process cannot be the service on a store.
#[derive(Debug, thiserror::Error)]
pub enum ServiceLockError {
    /// Another is: ask that one, or stop it first.
    #[error("another service runs on {store}{by}")]
    Taken {
        /// The store.
        store: String,
        /// ` (process 12)`, where that is known.
        by: String,
    },
    /// The lock's file cannot be used.
    #[error("the lock {}: {source}", .path.display())]
    Unusable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl ServiceLock {
    /// Takes the lock on the store at `url`, whose file exists ([`crate::Store::open`] made it).
    pub fn take(url: &StoreUrl) -> Result<Self, ServiceLockError> {
        let Place::Sqlite(path) = &url.0 else { return Ok(Self { _file: None }) };
        let unusable = |path: &PathBuf| {
            let path = path.clone();
            move |source| ServiceLockError::Unusable { path, source }
        };
        let store = path.canonicalize().map_err(unusable(path))?;
        let mut name = store.clone().into_os_string();
        name.push("-service");
        let lock = PathBuf::from(name);
        let open = OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(&lock);
        let mut file = open.map_err(unusable(&lock))?;
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(rustix::io::Errno::WOULDBLOCK) => {
                return Err(ServiceLockError::Taken { store: store.display().to_string(), by: holder(&mut file) });
            }
            Err(error) => return Err(unusable(&lock)(error.into())),
        }
        file.set_len(0).and_then(|()| write!(file, "{}", std::process::id())).map_err(unusable(&lock))?;
        Ok(Self { _file: Some(file) })
    }
}

/// For people alone: the lock is what decides.
fn holder(file: &mut File) -> String {
    let mut text = String::new();
    match file.take(20).read_to_string(&mut text) {
        Ok(1..) if text.bytes().all(|b| b.is_ascii_digit()) => format!(" (process {text})"),
        _ => String::new(),
    }
}
