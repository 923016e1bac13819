//! How many of each outcome a ledger has.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Ledger, Outcome};

/// How many lines of each outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// [`Outcome::Created`]
    pub created: usize,
    /// [`Outcome::Replaced`]
    pub replaced: usize,
    /// [`Outcome::Unchanged`]
    pub unchanged: usize,
    /// [`Outcome::Duplicate`]
    pub duplicate: usize,
    /// [`Outcome::Foreign`]
    pub foreign: usize,
    /// [`Outcome::Held`]
    pub held: usize,
    /// [`Outcome::Undone`]
    pub undone: usize,
}

impl Counts {
    /// The counts of a ledger's lines.
    pub fn of(ledger: &Ledger) -> Self {
        let mut counts = Self::default();
        for line in ledger.lines() {
            *counts.slot(line.outcome) += 1;
        }
        counts
    }

    /// How many lines have `outcome`.
    pub fn get(mut self, outcome: Outcome) -> usize {
        *self.slot(outcome)
    }

    fn slot(&mut self, outcome: Outcome) -> &mut usize {
        match outcome {
            Outcome::Created => &mut self.created,
            Outcome::Replaced => &mut self.replaced,
            Outcome::Unchanged => &mut self.unchanged,
            Outcome::Duplicate => &mut self.duplicate,
            Outcome::Foreign => &mut self.foreign,
            Outcome::Held => &mut self.held,
            Outcome::Undone => &mut self.undone,
        }
    }

    /// The counts that [`fmt::Display`] wrote, or `None` when the text is not in that one spelling.
    pub fn parse(text: &str) -> Option<Self> {
        let mut counts = Self::default();
        let mut words = text.split(' ');
        for outcome in Outcome::ALL {
            let (name, number) = words.next()?.split_once('=')?;
            let number = number.parse().ok()?;
            (name == outcome.to_string()).then_some(())?;
            *counts.slot(outcome) = number;
        }
        (counts.to_string() == text).then_some(counts)
    }
}

/// As in the trailer: `created=48 replaced=0 …`, every outcome in its one order.
impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, outcome) in Outcome::ALL.into_iter().enumerate() {
            let gap = if at == 0 { "" } else { " " };
            write!(f, "{gap}{outcome}={}", self.get(outcome))?;
        }
        Ok(())
    }
}
