//! Object ids, as git writes them: 40 hex digits, or 64 in a SHA-256 repository.

use std::fmt;

use serde::{Serialize, Serializer};

/// Why a text is not an object id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a full object id (40 or 64 hex digits): {0:?}")]
pub struct IdError(String);

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// The id that `text` spells in full. Upper case is taken and lowered; an abbreviation is refused.
            pub fn parse(text: &str) -> Result<Self, IdError> {
                let right = matches!(text.len(), 40 | 64) && text.bytes().all(|b| b.is_ascii_hexdigit());
                right.then(|| Self(text.to_ascii_lowercase())).ok_or_else(|| IdError(text.to_owned()))
            }

            /// The id that git or gix wrote.
            pub(crate) fn from_hex(hex: String) -> Self {
                Self(hex)
            }

            /// Lower-case hex, in full.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The first ten digits, for people.
            pub fn short(&self) -> &str {
                &self.0[..10]
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }
    };
}

id!(
    /// The id of a commit.
    CommitId
);
id!(
    /// The id of a tree.
    TreeId
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_full_id_is_one() {
        let text = "E40D5442B2A12CC9335A25484FEF1869E506FE47";
        assert_eq!(CommitId::parse(text).unwrap().as_str(), text.to_lowercase());
        for wrong in ["", "e40d5442", &"g".repeat(40), &"a".repeat(41)] {
            assert!(CommitId::parse(wrong).is_err(), "{wrong}");
        }
    }
}
