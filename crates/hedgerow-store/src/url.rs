//! Where a store is.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use sqlx::any::AnyConnectOptions;

/// Where a store is: a file of SQLite's, or a database of PostgreSQL's. Neither `Display` nor `Debug` shows a password.
#[derive(Clone)]
pub struct StoreUrl(pub(crate) Place);

#[derive(Clone)]
pub(crate) enum Place {
    /// The file, as it was named.
    Sqlite(PathBuf),
    /// Everything that the driver needs, the password included.
    Postgres(AnyConnectOptions),
}

/// Why a text names no store. The text itself is not repeated: it may hold a password.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreUrlError {
    /// It starts with neither scheme.
    #[error("a store is named as sqlite:///path/to/file.db or postgres://user@host/database")]
    Scheme,
    /// A SQLite store needs a file: a store in memory would forget what it is for.
    #[error("a SQLite store needs a file: sqlite:///path/to/file.db")]
    NoFile,
    /// SQLite's own options are not taken: the store sets what it needs.
    #[error("a SQLite store takes no options after `?`")]
    Options,
    /// It is no URL.
    #[error("the PostgreSQL address is not a valid URL")]
    Malformed,
}

impl StoreUrl {
    /// The store that `text` names: `sqlite:///absolute/file.db`, `sqlite://relative/file.db` (its path is taken
    /// literally), or `postgres://user@host:port/database?sslmode=…`. What a PostgreSQL URL leaves out is taken from
    /// `PGHOST`, `PGPASSWORD` and their kin and from `~/.pgpass`, as `psql` would; a password is better there than in a URL.
    pub fn parse(text: &str) -> Result<Self, StoreUrlError> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            return sqlite(path.strip_prefix("//").unwrap_or(path));
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return AnyConnectOptions::from_str(text)
                .map(|options| Self(Place::Postgres(options)))
                .map_err(|_| StoreUrlError::Malformed);
        }
        Err(StoreUrlError::Scheme)
    }

    /// The SQLite store in `file`.
    pub fn file(file: impl AsRef<Path>) -> Self {
        Self(Place::Sqlite(file.as_ref().to_owned()))
    }

    /// The file of a SQLite store.
    pub fn file_path(&self) -> Option<&Path> {
        match &self.0 {
            Place::Sqlite(file) => Some(file),
            Place::Postgres(_) => None,
        }
    }
}

fn sqlite(path: &str) -> Result<StoreUrl, StoreUrlError> {
    if path.is_empty() || path.ends_with('/') || path.starts_with(":memory:") {
        return Err(StoreUrlError::NoFile);
    }
    if path.contains('?') {
        return Err(StoreUrlError::Options);
    }
    Ok(StoreUrl::file(path))
}

/// For people: no password, and no query, which may hold one.
impl fmt::Display for StoreUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Place::Sqlite(file) => write!(f, "sqlite://{}", file.display()),
            Place::Postgres(options) => {
                let url = &options.database_url;
                write!(f, "postgres://")?;
                if !url.username().is_empty() {
                    write!(f, "{}@", url.username())?;
                }
                write!(f, "{}", url.host_str().unwrap_or_default())?;
                if let Some(port) = url.port() {
                    write!(f, ":{port}")?;
                }
                write!(f, "{}", url.path())
            }
        }
    }
}

impl fmt::Debug for StoreUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for StoreUrl {
    type Err = StoreUrlError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_password_is_ever_shown() {
        for text in [
            "postgres://ann:canary@db.example:5432/hedgerow",
            "postgresql://ann@db.example/hedgerow?password=canary",
            "postgres://ann:canary@db.example/x?host=/run/pg&password=canary",
        ] {
            let url = StoreUrl::parse(text).unwrap();
            assert!(!format!("{url} {url:?}").contains("canary"), "{url}");
            assert!(url.to_string().contains("ann@db.example"), "{url}");
        }
        let error = StoreUrl::parse("postgres://ann:canary@[bad/x").unwrap_err();
        assert!(!format!("{error} {error:?}").contains("canary"));
    }

    #[test]
    fn a_file_is_named_literally() {
        assert_eq!(StoreUrl::parse("sqlite:///a/b c%20.db").unwrap().to_string(), "sqlite:///a/b c%20.db");
        assert_eq!(StoreUrl::parse("sqlite://x.db").unwrap().to_string(), "sqlite://x.db");
    }

    #[test]
    fn what_names_no_store_is_refused() {
        assert_eq!(StoreUrl::parse("mysql://x/y").unwrap_err(), StoreUrlError::Scheme);
        assert_eq!(StoreUrl::parse("/tmp/x.db").unwrap_err(), StoreUrlError::Scheme);
        for text in ["sqlite::memory:", "sqlite://:memory:", "sqlite://", "sqlite:///tmp/"] {
            assert_eq!(StoreUrl::parse(text).unwrap_err(), StoreUrlError::NoFile, "{text}");
        }
        assert_eq!(StoreUrl::parse("sqlite:///x.db?mode=ro").unwrap_err(), StoreUrlError::Options);
    }
}
