//! Real remotes for tests: `git http-backend` behind a small HTTP server, a real `sshd`, and plain git to make
//! repositories and to look at them; and a real PostgreSQL, with a line to it that can freeze, and one that is cut at a statement. Nothing of Hedgerow is in here, so that a test's witness is a stranger.
//!
//! Everything panics with a message that says what is missing: these are tests.
#![allow(clippy::unwrap_used)]

pub mod cutter;
pub mod fake;
pub mod http;
pub mod plain;
pub mod postgres;
pub mod relay;
pub mod sshd;
pub mod tls;

pub use cutter::{Cut, Cutter};
pub use fake::{Asked, Fake};
pub use http::{Fault, GitHttp, Request, Stage};
pub use plain::Plain;
pub use relay::Relay;
pub use sshd::Sshd;
pub use tls::Tls;

/// Says that a test is not run, and for want of what: past the harness, which keeps what `eprintln!` says in a test that
/// does not fail.
pub fn not_run(words: &str) {
    use std::io::Write;
    writeln!(std::io::stderr().lock(), "NOT RUN for want of {words}").unwrap();
}
