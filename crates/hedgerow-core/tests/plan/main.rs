//! Planning, applying, deriving and conserving, over trees that are values.
#![allow(clippy::unwrap_used, clippy::print_stderr, missing_docs)]

mod corpus;
mod fabric;
mod files;
mod generate;
mod ledger;
mod lies;
mod managed;
mod outcomes;
mod policy;
mod properties;
mod rounds;
mod trailers;
