//! Who changes something.

use crate::error::StoreError;
use crate::words::words;

words! {
    /// Who may change a repository or a fabric.
    Owner {
        /// Whoever may call the API.
        Api = "api",
        /// The service's configuration file alone; the API shows it as read-only.
        File = "file",
    }
}

/// Who changes something, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// As the audit record shows it: the token's name, `local`, or the file's.
    pub name: String,
    /// The way that it comes.
    pub through: Owner,
    /// The time, in ms since 1970 UTC.
    pub at_ms: i64,
}

impl Actor {
    /// Whether it may change what belongs to `owner`. The file may change everything: it takes over what it names.
    pub(crate) fn may_change(&self, owner: Owner, attempted: &str) -> Result<(), StoreError> {
        match (owner, self.through) {
            (Owner::File, Owner::Api) => Err(StoreError::ReadOnly { attempted: attempted.to_owned() }),
            _ => Ok(()),
        }
    }
}

/// Whether what the caller read is what is there (`If-Match`). `None`: it did not say what it read.
pub(crate) fn still(expected: Option<i64>, revision: i64, attempted: &str) -> Result<(), StoreError> {
    match expected {
        Some(expected) if expected != revision => Err(StoreError::Stale { attempted: attempted.to_owned(), revision }),
        _ => Ok(()),
    }
}
