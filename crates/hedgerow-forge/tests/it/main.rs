//! Forges over real HTTP, against servers that answer as their documentation says, or do not.
#![allow(clippy::unwrap_used, missing_docs)]

mod app;
mod expiry;
mod fake;
