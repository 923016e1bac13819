//! The store's conformance suite: each claim holds on SQLite and on a real PostgreSQL.

#![allow(clippy::unwrap_used, clippy::print_stderr, clippy::print_stdout, missing_docs)]

mod databases;
mod fixtures;

mod census;
mod contention;
mod crashes;
mod declarations;
mod doors;
mod fabrics;
mod frozen;
mod leases;
mod linkage;
mod liveness;
mod names;
mod objects;
mod opening;
mod operations;
mod people;
mod processes;
mod runs;
mod secrets;
mod service;
mod speed;
mod survey;
mod upgrades;
mod whole;
