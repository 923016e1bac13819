//! The ledger: what became of everything that left or stayed in the inbox. See `docs/reference/format.md`, "Ledger".

mod breach;
mod canonical;
mod conservation;
mod counts;
mod derive;
mod read;
mod standing;
mod texts;
mod trailers;
mod undo;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::path::TreePath;

pub use breach::Breach;
pub use conservation::{balance, claims, conservation};
pub use counts::Counts;
pub use derive::derive;
pub use read::LedgerError;
pub use texts::text_hashes;
pub(crate) use texts::whole_hash;
pub use trailers::{FORMAT, Operation, Told, TrailerError, Trailers};
pub use undo::Undo;

/// What became of a document or a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// A new managed file.
    Created,
    /// Another text of a managed object.
    Replaced,
    /// Managed already with this text.
    Unchanged,
    /// The same object and text again.
    Duplicate,
    /// Not Hedgehog's: in `unmanaged/`.
    Foreign,
    /// Where it was, with findings.
    Held,
    /// Taken back by a person's word.
    Undone,
}

impl Outcome {
    /// All outcomes, in the order in which they are counted.
    pub const ALL: [Self; 7] =
        [Self::Created, Self::Replaced, Self::Unchanged, Self::Duplicate, Self::Foreign, Self::Held, Self::Undone];
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Created => "created",
            Self::Replaced => "replaced",
            Self::Unchanged => "unchanged",
            Self::Duplicate => "duplicate",
            Self::Foreign => "foreign",
            Self::Held => "held",
            Self::Undone => "undone",
        })
    }
}

/// Where a line's document was.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct From {
    /// The file.
    pub file: TreePath,
    /// The document's index; `None` for a whole file.
    pub index: Option<usize>,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Line {
    /// Hash of the document's text, or of the file's bytes.
    pub sha256: String,
    /// Hash of the text that stood at `to` before, for `replaced` and `undone`.
    pub was: Option<String>,
    /// What became of it.
    pub outcome: Outcome,
    /// Where it was.
    pub from: From,
    /// Where it is.
    pub to: TreePath,
}

/// The line as it stands in the ledger, without its LF.
impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let was = self.was.as_deref().unwrap_or("-");
        write!(f, "{} {} {} {}#", self.sha256, was, self.outcome, self.from.file.quoted())?;
        match self.from.index {
            Some(index) => write!(f, "{index}")?,
            None => f.write_str("-")?,
        }
        write!(f, " {}", self.to.quoted())
    }
}

/// All lines of one commit, sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Ledger {
    lines: Vec<Line>,
    /// Written once: it is sorted by, hashed, and recorded.
    #[serde(skip)]
    text: String,
}

impl Ledger {
    /// The ledger of these lines, in its one order.
    pub fn new(lines: Vec<Line>) -> Self {
        let mut written: Vec<(String, Line)> = lines.into_iter().map(|line| (format!("{line}\n"), line)).collect();
        written.sort_unstable_by(|one, two| one.0.cmp(&two.0));
        let text = written.iter().map(|(text, _)| text.as_str()).collect();
        Self { lines: written.into_iter().map(|(_, line)| line).collect(), text }
    }

    /// The lines, sorted by their bytes.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// The text that is hashed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// SHA-256 of the text, lower-case hex, without a prefix.
    pub fn digest(&self) -> String {
        crate::digest::sha256(self.text().as_bytes())
    }
}
