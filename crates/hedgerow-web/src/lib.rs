//! The REST API: one [`router`], for the network and for the command line.
//!
//! Every administrative operation exists once, as a handler here. A service serves the router on a socket; a command by
//! hand gives it a request in the same process, with [`Principal::local`] among the request's extensions, which nobody on
//! a socket can set. So the verbs and answers are the same by construction.
//!
//! Order of a request: size, who it is (`authenticate`), how often (`rate`), whether it came before (`idempotency`), and
//! then its handler in `api/`. Whatever is refused is a [`Problem`] (RFC 9457).
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod api;
mod authenticate;
pub mod check_yourself;
mod document;
mod first_token;
mod health;
mod hooks;
mod idempotency;
pub mod limits;
mod metrics;
mod page;
pub mod pages;
mod password;
mod principal;
mod problem;
mod rate;
mod reference;
mod request;
mod router;
mod secret;
mod socket;
mod state;
mod time;
mod words;

pub use document::document;
pub use first_token::{FirstTokenError, first_token};
pub use principal::{Principal, Scope};
pub use problem::{Kind, Problem};
pub use router::router;
pub use socket::serve;
pub use state::{Answers, AppState, Parts};
