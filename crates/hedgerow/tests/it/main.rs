//! Hedgerow from the outside: the real program against real repositories, judged with plain git, SQL and the second verifier.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "a test fails by panicking and says why it did not run"
)]

mod adopt;
mod audit;
mod check;
mod clone;
mod concurrency;
mod config;
mod deploy;
mod exit_codes;
mod export;
mod faults;
mod fmt;
mod hostile;
mod inbox;
mod init;
mod interrupts;
mod json;
mod lies;
mod limits;
mod main_job;
mod manual;
mod memory;
mod protocol;
mod push_to;
mod queries;
mod rebuild;
mod remotes;
mod replay;
mod replicas;
mod report;
mod revert;
mod rules;
mod serve;
mod serve_door;
mod serve_fabrics;
mod serve_hooks;
mod serve_limits;
mod serve_liveness;
mod serve_pages;
mod serve_patience;
mod serve_postgres;
mod serve_retention;
mod serve_secrets;
mod serve_states;
mod serve_stops;
mod serve_watch;
mod settling;
mod signing;
mod stores;
mod support;
mod tamper;
mod transports;
mod undo;
mod verification;
mod vet;
