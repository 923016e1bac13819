//! The service, driven as its users drive it: real git servers over HTTP, a real store, and its own loops.

#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]

mod accidents;
mod faults;
mod liveness;
mod remote;
mod together;
mod witness;
mod world;
