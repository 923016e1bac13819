//! `hedgerow store`

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// `hedgerow store`
#[derive(Subcommand, Debug)]
pub(crate) enum StoreCommand {
    /// Copy everything into another, empty database: from a file to PostgreSQL, or back.
    #[command(after_help = "Examples:
  hedgerow store copy sqlite:///var/lib/hedgerow/hedgerow.db postgres://hedgerow@db.example.com/hedgerow
  hedgerow store copy backup.db hedgerow.db       a plain path is a file of SQLite's

Stop the services first: a copy of a store that is being written to is refused. A password is best kept in ~/.pgpass
or PGPASSWORD: arguments can be seen by others. Sealed credentials stay sealed; the same sealing key opens them.")]
    Copy(CopyArgs),
    /// Look the store over: its schema, size, tables, writers, and whether it holds together.
    #[command(after_help = "Examples:
  hedgerow store check
  hedgerow store check --store postgres://hedgerow@db.example.com/hedgerow -o json

Exit codes: 0 sound, 1 something does not hold together, 2 could not look.")]
    Check,
    /// Write the store, as it is at this moment, into a new file of SQLite's, while services go on.
    #[command(after_help = "Examples:
  hedgerow store backup /backup/hedgerow-$(date +%F).db
  hedgerow store copy /backup/hedgerow-2026-01-31.db hedgerow.db      a backup is a store: copy it back, or use it as it is")]
    Backup(BackupArgs),
}

/// `hedgerow store copy`
#[derive(Args, Debug)]
pub(crate) struct CopyArgs {
    /// The store to copy.
    #[arg(value_name = "FROM")]
    pub(crate) from: String,
    /// Where to: a database without anything of Hedgerow's in it, or a new file.
    #[arg(value_name = "TO")]
    pub(crate) to: String,
}

/// `hedgerow store backup`
#[derive(Args, Debug)]
pub(crate) struct BackupArgs {
    /// The file to write; it must not exist.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
}
