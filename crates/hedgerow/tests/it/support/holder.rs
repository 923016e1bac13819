//! Somebody who works in the database by hand, has begun something, and does not come to an end.

use std::io::Write;
use std::process::{Child, Command, Stdio};

/// Ends, and lets go, when it is dropped.
pub(crate) struct Holder(Child);

impl Holder {
    /// Says `words` to `client`, which stays connected.
    pub(crate) fn of(client: &mut Command, words: &str) -> Self {
        let mut child = client.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        child.stdin.as_mut().unwrap().write_all(words.as_bytes()).unwrap();
        Self(child)
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
