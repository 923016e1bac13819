//! Hedgerow from the outside: the real program against real repositories, judged with plain git, SQL and the second verifier.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "a test fails by panicking and says why it did not run"
)]

mod adopt;
mod exit_codes;
mod main_job;
mod revert;
mod support;
mod tamper;
