//! The way of an inbox document through the gates: what `hedgerow why FILE#INDEX` prints.

use std::fmt;

use serde::Serialize;

use crate::ledger::From;
use crate::object::Identity;

/// What a document has to pass, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Gate {
    /// A regular file of bearable size.
    Read,
    /// Well-formed YAML that can be cut by lines.
    Parse,
    /// A Kubernetes object of a known kind with a legal name.
    Place,
    /// What the API server would take.
    Schema,
    /// What the fabric's controller would take, together with everything else.
    Set,
    /// A file that goes as a whole (or may be split), to a path that is free for it.
    Plan,
}

impl Gate {
    /// All gates in order.
    pub const ALL: [Self; 6] = [Self::Read, Self::Parse, Self::Place, Self::Schema, Self::Set, Self::Plan];
}

impl fmt::Display for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Read => "read",
            Self::Parse => "parse",
            Self::Place => "place",
            Self::Schema => "schema",
            Self::Set => "set",
            Self::Plan => "plan",
        })
    }
}

/// One inbox document, or one inbox file that could not be taken apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Passage {
    /// The document; no index: the file.
    pub from: From,
    /// The line of its first content, from 1.
    pub line: Option<u32>,
    /// Who it is, where that could be read.
    pub identity: Option<Identity>,
    /// What became of it.
    pub outcome: crate::ledger::Outcome,
    /// The gate that stopped it; `None` when it passed all.
    pub stopped: Option<Gate>,
}

impl Passage {
    /// The gates that it passed, in order.
    pub fn passed(&self) -> &'static [Gate] {
        const ALL: &[Gate] = &Gate::ALL;
        match self.stopped.and_then(|gate| ALL.iter().position(|g| *g == gate)) {
            Some(at) => &ALL[..at],
            None => ALL,
        }
    }
}
