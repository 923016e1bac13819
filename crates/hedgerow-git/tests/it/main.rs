//! Real git over real transports. What became of a remote is asserted with plain git, never with our own reading.
#![allow(clippy::unwrap_used)]

mod archive;
mod branches;
mod clone;
mod copies;
mod credentials;
mod faults;
mod guard;
mod held_keys;
mod history;
mod model;
mod pushes;
mod read;
mod requests;
mod scale;
mod transports;
mod world;
mod write;
