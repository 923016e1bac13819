//! Which directory the copy of a remote is in. It is always the same one, unless somebody who holds it is given up: then
//! whoever comes next makes a copy beside it, and nobody waits for a thread that hangs.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use crate::credential::Remote;
use crate::limits::MAX_GIVEN_UP;

/// The file whose lock says who holds a copy.
pub(super) const LOCK: &str = "lock";
/// Says that the holder of a copy was given up.
const GIVEN_UP: &str = "given-up";

/// The directory of the copy of `remote` under `cache_root`: the first one whose holder was not given up. After
/// [`MAX_GIVEN_UP`] it is the last one, and one has to wait.
pub(crate) fn of(cache_root: &Path, remote: &Remote) -> PathBuf {
    let beside = |n| match n {
        0 => cache_root.join(remote.cache_key()),
        n => cache_root.join(format!("{}.{n}", remote.cache_key())),
    };
    (0..MAX_GIVEN_UP).map(beside).find(|root| is_free(root)).unwrap_or_else(|| beside(MAX_GIVEN_UP))
}

/// Whether one may have it, or wait for it. One whose holder was given up, and has gone since, is as good as any other.
fn is_free(root: &Path) -> bool {
    let mark = root.join(GIVEN_UP);
    if !mark.exists() {
        return true;
    }
    let lock = OpenOptions::new().write(true).open(root.join(LOCK));
    let gone = lock.is_ok_and(|lock| lock.try_lock().is_ok());
    gone && fs::remove_file(&mark).is_ok()
}

/// Notes that whoever holds the copy now is given up.
pub(super) fn give_up(cache_root: &Path, remote: &Remote) -> io::Result<()> {
    fs::write(of(cache_root, remote).join(GIVEN_UP), "its holder did not end when it was told to\n")
}
