//! The client that the tests ask with.

use hedgerow_forge::{Client, Reach};

pub(crate) use hedgerow_testkit::Fake;

/// A client that may speak to loopback in clear.
pub(crate) fn client() -> Client {
    let networks = vec!["127.0.0.0/8".parse().unwrap()];
    Client::new(Reach { networks, clear_hosts: vec!["127.0.0.1".to_owned()] }).unwrap()
}
