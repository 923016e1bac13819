//! The names that people give.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

use crate::limits::MAX_LINK_NAME_BYTES;

/// The name of a repository, a fabric or a token: it stands in addresses, on command lines and in metrics' labels.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Name(String);

/// A text that is no name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a name has 1 to {MAX_LINK_NAME_BYTES} of the characters a-z, A-Z, 0-9, `.`, `_` and `-`, and begins with a letter or digit"
)]
pub struct NameError;

impl Name {
    /// The name that `text` is.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let legal = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
        let fits = (1..=MAX_LINK_NAME_BYTES).contains(&text.len());
        let first = text.bytes().next().is_some_and(|b| b.is_ascii_alphanumeric());
        if fits && first && text.bytes().all(legal) { Ok(Self(text.to_owned())) } else { Err(NameError) }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for Name {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_stand_in_an_address() {
        for good in ["a", "dc-1", "DC.1_x", "1", &"n".repeat(63)] {
            assert!(Name::parse(good).is_ok(), "{good}");
        }
        for bad in ["", "-a", ".", "..", "a/b", "a b", "a?", "é", "a\n", "a\0", &"n".repeat(64)] {
            assert_eq!(Name::parse(bad), Err(NameError), "{bad:?}");
        }
    }
}
