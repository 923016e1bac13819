//! Forges over HTTP: their webhooks, their apps, and when their tokens end.
//!
//! [`Client`] speaks to them; [`Installation`] is a GitHub App's, [`expiry`] asks when a token ends.
//! [`webhook`] is pure: bytes and headers in, a verdict and an event out. It never says what to do: a webhook is a ring
//! at the door (invariant 5).
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod app;
mod client;
mod error;
mod expiry;
pub mod limits;
pub mod webhook;

pub use app::{AppName, GITHUB_API, Installation, InstallationName, InstallationToken};
pub use client::{Client, Reach};
pub use error::{ClientError, ForgeError};
pub use expiry::{Expiry, TokenForge, expiry};
