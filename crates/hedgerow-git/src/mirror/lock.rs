//! One process at a time. The kernel releases the lock with the process, however it ends, and with the last child of it:
//! a `git` that outlives its killed parent still fetches or pushes, and whoever comes next must wait for what it does.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use rustix::io::FdFlags;

use super::io_error;
use crate::error::MirrorError;
use crate::limits::CANCEL_TICK;
use crate::process::Patience;

/// An exclusive lock, held until it is dropped.
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
}

impl Lock {
    /// Waits for the lock at `path`. The file stays: removing it would let two processes hold two locks.
    pub(super) fn take(path: &Path, patience: &Patience) -> Result<Self, MirrorError> {
        let file = OpenOptions::new().create(true).write(true).truncate(false).open(path).map_err(io_error(path))?;
        let started = Instant::now();
        let mut pause = Duration::from_millis(1);
        loop {
            match file.try_lock() {
                Ok(()) => {
                    // Children inherit the lock.
                    rustix::io::fcntl_setfd(&file, FdFlags::empty()).map_err(|e| io_error(path)(e.into()))?;
                    return Ok(Self { file });
                }
                Err(TryLockError::Error(source)) => return Err(io_error(path)(source)),
                Err(TryLockError::WouldBlock) => {}
            }
            if patience.cancel.is_cancelled() {
                return Err(MirrorError::Cancelled);
            }
            if started.elapsed() >= patience.deadline {
                return Err(MirrorError::Busy { path: path.to_owned(), after: patience.deadline });
            }
            thread::sleep(pause);
            pause = (pause * 2).min(CANCEL_TICK);
        }
    }
}

impl Drop for Lock {
    /// At once, even where a child of ours that works on another repository has inherited it.
    fn drop(&mut self) {
        let _ = self.file.unlock();
    }
}
