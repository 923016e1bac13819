//! What the world may answer, sorted by what the caller can do.

use std::io;

use crate::run::RunId;

/// Why the store could not do something. Every variant says what was attempted; none shows a password.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database cannot be reached or opened: check the address, the file, its permissions, the credentials.
    #[error("could not {attempted}: the store cannot be reached: {why}")]
    Unreachable {
        /// What was attempted.
        attempted: String,
        /// In the words of the database or the system.
        why: String,
    },
    /// Other writers kept the database busy for longer than [`crate::limits::BUSY_WAIT`]: try again.
    #[error("could not {attempted}: other writers keep the store busy: {why}")]
    Busy {
        /// What was attempted.
        attempted: String,
        /// In the words of the database.
        why: String,
    },
    /// A newer Hedgerow has written it: use that one, or name another store.
    #[error("the store has schema {found}, written by Hedgerow {by}; this Hedgerow knows schemas up to {known}")]
    Newer {
        /// The schema's number in the store.
        found: i64,
        /// The version of the Hedgerow that wrote it.
        by: String,
        /// The newest schema that this program knows.
        known: i64,
    },
    /// Somebody else holds the repository's lease now: stop, nothing that this run still does is recorded.
    #[error("could not {attempted}: the lease on {repository} (token {token}) was taken over")]
    Fenced {
        /// What was attempted.
        attempted: String,
        /// The repository.
        repository: String,
        /// The token that is no longer in force.
        token: i64,
    },
    /// The run is not open, or not this lease's: a run is closed once.
    #[error("could not {attempted}: run {run} is not open under this lease")]
    NotOpen {
        /// What was attempted.
        attempted: String,
        /// The run.
        run: RunId,
    },
    /// Something else has that name, or that place: choose another, or change that one first.
    #[error("could not {attempted}: {with} has it already")]
    Conflict {
        /// What was attempted.
        attempted: String,
        /// The other's name.
        with: String,
    },
    /// Others depend on it: remove them first.
    #[error("could not {attempted}: it is used by {}", by.join(", "))]
    InUse {
        /// What was attempted.
        attempted: String,
        /// Their names.
        by: Vec<String>,
    },
    /// There is no such thing: look what there is.
    #[error("could not {attempted}: there is no {what}")]
    Absent {
        /// What was attempted.
        attempted: String,
        /// What is not there.
        what: String,
    },
    /// It was changed since the caller read it: read it again.
    #[error("could not {attempted}: it was changed meanwhile, and is at revision {revision} now")]
    Stale {
        /// What was attempted.
        attempted: String,
        /// The revision that it has now.
        revision: i64,
    },
    /// The declarative file owns it: change the file.
    #[error("could not {attempted}: it stands in the service's configuration file, and is changed there")]
    ReadOnly {
        /// What was attempted.
        attempted: String,
    },
    /// No space is left: make some.
    #[error("could not {attempted}: no space left for the store: {why}")]
    Full {
        /// What was attempted.
        attempted: String,
        /// In the words of the database.
        why: String,
    },
    /// The file is no store, or a damaged one: move it away; the next run fills a new one from git.
    #[error("could not {attempted}: the store is damaged or no store: {why}")]
    Corrupt {
        /// What was attempted.
        attempted: String,
        /// In the words of the database.
        why: String,
    },
    /// Anything else.
    #[error("could not {attempted}: {why}")]
    Other {
        /// What was attempted.
        attempted: String,
        /// In the words of the database.
        why: String,
    },
}

/// What an error code means to a caller.
enum Class {
    Unreachable,
    Busy,
    Full,
    Corrupt,
    Other,
}

impl StoreError {
    pub(crate) fn sql(attempted: &str, error: sqlx::Error) -> Self {
        let class = class(&error);
        Self::of(class, attempted, error.to_string())
    }

    pub(crate) fn io(attempted: &str, error: &io::Error) -> Self {
        let class = match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Class::Full,
            _ => Class::Unreachable,
        };
        Self::of(class, attempted, error.to_string())
    }

    /// A row of the store that this program could not have written.
    pub(crate) fn unexpected(attempted: &str, why: impl Into<String>) -> Self {
        Self::of(Class::Corrupt, attempted, why.into())
    }

    pub(crate) fn unreachable(attempted: &str, why: &str) -> Self {
        Self::of(Class::Unreachable, attempted, why.to_owned())
    }

    pub(crate) fn not_open(attempted: &str, run: &RunId) -> Self {
        Self::NotOpen { attempted: attempted.to_owned(), run: run.clone() }
    }

    pub(crate) fn conflict(attempted: &str, with: impl Into<String>) -> Self {
        Self::Conflict { attempted: attempted.to_owned(), with: with.into() }
    }

    pub(crate) fn absent(attempted: &str, what: impl Into<String>) -> Self {
        Self::Absent { attempted: attempted.to_owned(), what: what.into() }
    }

    fn of(class: Class, attempted: &str, why: String) -> Self {
        let attempted = attempted.to_owned();
        match class {
            Class::Unreachable => Self::Unreachable { attempted, why },
            Class::Busy => Self::Busy { attempted, why },
            Class::Full => Self::Full { attempted, why },
            Class::Corrupt => Self::Corrupt { attempted, why },
            Class::Other => Self::Other { attempted, why },
        }
    }
}

/// For `map_err`: the error of a statement that was to do `attempted`.
pub(crate) fn failed(attempted: &str) -> impl FnOnce(sqlx::Error) -> StoreError + '_ {
    move |error| StoreError::sql(attempted, error)
}

fn class(error: &sqlx::Error) -> Class {
    match error {
        sqlx::Error::Database(error) => error.code().map_or(Class::Other, |code| class_of_code(&code)),
        sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::Configuration(_) | sqlx::Error::Protocol(_) => {
            Class::Unreachable
        }
        sqlx::Error::PoolTimedOut => Class::Busy,
        sqlx::Error::ColumnDecode { .. } | sqlx::Error::ColumnNotFound(_) | sqlx::Error::Decode(_) => Class::Corrupt,
        _ => Class::Other,
    }
}

/// SQLite's codes are decimal numbers whose low byte is the primary one (<https://www.sqlite.org/rescode.html>);
/// PostgreSQL's are five letters and digits (its manual, appendix A). Only the latter are five long.
fn class_of_code(code: &str) -> Class {
    match code.parse::<u32>() {
        Ok(number) if code.len() < 5 => class_of_sqlite(number & 0xff),
        _ => class_of_postgres(code),
    }
}

fn class_of_sqlite(primary: u32) -> Class {
    match primary {
        5 | 6 | 15 => Class::Busy,             // BUSY, LOCKED, PROTOCOL (a race for the WAL's locks)
        3 | 8 | 10 | 14 => Class::Unreachable, // PERM, READONLY, IOERR, CANTOPEN
        11 | 26 => Class::Corrupt,             // CORRUPT, NOTADB
        13 => Class::Full,
        _ => Class::Other,
    }
}

fn class_of_postgres(code: &str) -> Class {
    match code {
        "40001" | "40P01" | "55P03" => Class::Busy, // serialization, deadlock, lock timeout
        "25P03" | "53200" | "53300" => Class::Busy, // idle too long within a transaction; memory, connections
        "53100" => Class::Full,
        "57P01" | "57P02" | "57P03" | "3D000" | "42501" => Class::Unreachable, // shutdowns, no database, no right
        _ if code.starts_with("08") || code.starts_with("28") => Class::Unreachable,
        "XX001" | "XX002" => Class::Corrupt,
        _ => Class::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_says_what_the_caller_can_do() {
        for code in ["5", "261", "517", "6", "40P01", "55P03", "53300"] {
            assert!(matches!(class_of_code(code), Class::Busy), "{code}");
        }
        for code in ["8", "14", "3338", "08006", "28P01", "3D000", "57P03"] {
            assert!(matches!(class_of_code(code), Class::Unreachable), "{code}");
        }
        for code in ["13", "53100"] {
            assert!(matches!(class_of_code(code), Class::Full), "{code}");
        }
        for code in ["11", "26", "779", "XX001"] {
            assert!(matches!(class_of_code(code), Class::Corrupt), "{code}");
        }
        for code in ["1", "19", "1555", "23505", "23514", "XX000", "words"] {
            assert!(matches!(class_of_code(code), Class::Other), "{code}");
        }
    }
}
