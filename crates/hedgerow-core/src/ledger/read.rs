//! The strict reader of a ledger's text: only what [`Ledger::text`] writes is a ledger.

use super::{From, Ledger, Line, Outcome};
use crate::path::TreePath;

/// Why a text is not a ledger.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LedgerError {
    /// A line is not five words in their one spelling.
    #[error("line {0} is not a line of a ledger")]
    Illegible(usize),
    /// A line is not greater than the one before it.
    #[error("line {0} is out of order")]
    Unsorted(usize),
    /// The last line has no LF.
    #[error("the last line does not end")]
    Unended,
}

impl Ledger {
    /// The ledger whose text this is.
    ///
    /// # Errors
    /// When it is not, byte for byte, what [`Ledger::text`] would write.
    pub fn parse(text: &str) -> Result<Self, LedgerError> {
        let mut lines = Vec::new();
        let mut last = "";
        for (at, text) in text.split_inclusive('\n').enumerate() {
            let text = text.strip_suffix('\n').ok_or(LedgerError::Unended)?;
            let line = Line::parse(text).ok_or(LedgerError::Illegible(at + 1))?;
            if at > 0 && text <= last {
                return Err(LedgerError::Unsorted(at + 1));
            }
            last = text;
            lines.push(line);
        }
        Ok(Self { lines, text: text.to_owned() })
    }
}

impl Line {
    /// The line that this text, without LF, is; `None` when it is in any other spelling.
    pub fn parse(text: &str) -> Option<Self> {
        let words: Vec<_> = text.split(' ').collect();
        let [sha256, was, outcome, from, to] = words.as_slice() else { return None };
        let (file, index) = from.split_once('#')?;
        let line = Self {
            sha256: (*sha256 == "-").then(|| "-".to_owned()).or_else(|| hash(sha256))?,
            was: if *was == "-" { None } else { Some(hash(was)?) },
            outcome: Outcome::ALL.into_iter().find(|o| o.to_string() == *outcome)?,
            from: From {
                file: TreePath::from_quoted(file)?,
                index: if index == "-" { None } else { Some(index.parse().ok()?) },
            },
            to: TreePath::from_quoted(to)?,
        };
        (line.to_string() == text && line.has_its_hashes()).then_some(line)
    }

    /// Whether the hashes are there that the outcome needs, and no others.
    fn has_its_hashes(&self) -> bool {
        match self.outcome {
            Outcome::Replaced => self.was.is_some() && self.sha256 != "-",
            Outcome::Undone => true,
            _ => self.was.is_none() && self.sha256 != "-",
        }
    }
}

fn hash(text: &str) -> Option<String> {
    let is_hex = text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    is_hex.then(|| text.to_owned())
}
