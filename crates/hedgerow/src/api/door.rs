//! The way that a request goes.

use anyhow::Result;

use super::{Answer, Ask, Here, There};

/// The way to the API.
#[derive(Debug)]
pub(crate) enum Door {
    /// To a service.
    There(There),
    /// To the store that this process has opened.
    Here(Here),
}

impl Door {
    /// Asks, and waits for the whole answer. A refusal is an error in the API's own words.
    pub(crate) async fn ask(&self, ask: &Ask) -> Result<Answer> {
        match self {
            Self::There(there) => there.ask(ask).await,
            Self::Here(here) => here.ask(ask).await,
        }
    }
}
