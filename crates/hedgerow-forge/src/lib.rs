//! Forges over HTTP: their webhooks, their apps, and when their tokens end.
//!
//! [`webhook`] is pure: bytes and headers in, a verdict and an event out. It never says what to do: a webhook is a ring
//! at the door (invariant 5).
#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod limits;
pub mod webhook;
