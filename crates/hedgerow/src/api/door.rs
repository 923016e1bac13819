//! The way that a request goes.

use anyhow::Result;

use super::{Answer, Ask, Events, Here, There};

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

    /// Asks for what may take a while. What is done in this process meanwhile is told to `on_step`.
    pub(crate) async fn ask_watching(&self, ask: &Ask, on_step: &dyn Fn(&str)) -> Result<Answer> {
        match self {
            Self::There(there) => there.ask(ask).await,
            Self::Here(here) => here.ask_watching(ask, on_step).await,
        }
    }

    /// Asks for a stream of events.
    pub(crate) async fn events(&self, ask: &Ask) -> Result<Events> {
        match self {
            Self::There(there) => there.events(ask).await,
            Self::Here(here) => here.events(ask).await,
        }
    }
}
