//! The API from the outside: a real socket, a real store; and from the inside, as the command line uses it.

#![allow(clippy::unwrap_used, clippy::print_stderr, clippy::print_stdout, missing_docs)]

mod remote;
mod service;

mod answers;
mod credentials;
mod document;
mod fabrics;
mod filing;
mod home;
mod hooks;
mod linking;
mod metrics;
mod repositories;
mod storm;
mod stranger;
mod tokens;
