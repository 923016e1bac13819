//! A SQLite store's file.

use std::fs::{DirBuilder, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use sqlx::any::AnyConnectOptions;

use crate::error::StoreError;

/// Creates the file where it is missing, and says how to connect to it.
///
/// It is created before SQLite sees it, since SQLite would follow the umask; the `-wal` and `-shm` files beside it take its mode.
pub(crate) fn prepare(path: &Path, attempted: &str) -> Result<AnyConnectOptions, StoreError> {
    let path = create(path).map_err(|error| StoreError::io(attempted, &error))?;
    AnyConnectOptions::from_str(&format!("sqlite://{}", escaped(&path)))
        .map_err(|error| StoreError::sql(attempted, error))
}

/// The file's absolute path, in a directory without links or dots.
fn create(path: &Path) -> io::Result<PathBuf> {
    let absolute = std::path::absolute(path)?;
    let (Some(directory), Some(name)) = (absolute.parent(), absolute.file_name()) else {
        return Err(io::Error::other("the path names no file"));
    };
    DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
    let path = directory.canonicalize()?.join(name);
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ if path.to_str().is_none() => Err(io::Error::other("the path is not UTF-8")),
        _ => Ok(path),
    }
}

/// The path as part of a URL: nothing in it may be read as one.
fn escaped(path: &Path) -> String {
    use std::fmt::Write;
    use std::os::unix::ffi::OsStrExt;
    path.as_os_str().as_bytes().iter().fold(String::new(), |mut out, &b| {
        if b.is_ascii_alphanumeric() || b"/._-".contains(&b) {
            out.push(char::from(b));
        } else {
            let _ = write!(out, "%{b:02X}");
        }
        out
    })
}
