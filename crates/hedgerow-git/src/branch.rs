//! A branch's name, by the rules of `git check-ref-format`.

use std::fmt;

use serde::{Serialize, Serializer};

/// A branch's short name, such as `main` or `release/1.2`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BranchName(String);

/// Why a text is not a branch's name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a branch's name: {text:?} ({reason})")]
pub struct BranchNameError {
    text: String,
    reason: &'static str,
}

/// Which branch of a remote is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BranchChoice {
    /// The one that the remote's `HEAD` points to.
    RemoteHead,
    /// This one.
    Named(BranchName),
}

impl BranchName {
    /// The branch that `text` names. `refs/heads/main` is taken as `main`, since hooks and people write both.
    pub fn parse(text: &str) -> Result<Self, BranchNameError> {
        let short = text.strip_prefix("refs/heads/").unwrap_or(text);
        match fault(short) {
            Some(reason) => Err(BranchNameError { text: text.to_owned(), reason }),
            None => Ok(Self(short.to_owned())),
        }
    }

    /// The branch of this full ref name; `None` when it is no branch.
    pub fn from_ref(full: &str) -> Option<Self> {
        full.strip_prefix("refs/heads/").and_then(|short| Self::parse(short).ok())
    }

    /// `main`
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `refs/heads/main`
    pub fn full(&self) -> String {
        format!("refs/heads/{}", self.0)
    }
}

fn fault(short: &str) -> Option<&'static str> {
    let bad = |c: char| c.is_control() || " ~^:?*[\\".contains(c);
    let part_is_bad = |part: &str| part.is_empty() || part.starts_with('.') || part.ends_with(".lock");
    if short.is_empty() || short == "@" || short == "HEAD" {
        Some("it names no branch")
    } else if short.starts_with('-') || short.starts_with("refs/") {
        Some("it starts like an option or a full ref")
    } else if short.chars().any(bad) || short.contains("..") || short.contains("@{") {
        Some("git does not allow these characters")
    } else if short.ends_with('.') || short.split('/').any(part_is_bad) || short.len() > 240 {
        Some("git does not allow such a component")
    } else {
        None
    }
}

impl fmt::Display for BranchName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for BranchName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn git_and_we_agree_on_names() {
        for right in ["main", "release/1.2", "ä", "a@b", "feature-1"] {
            assert_eq!(BranchName::parse(right).unwrap().as_str(), right);
        }
        assert_eq!(BranchName::parse("refs/heads/main").unwrap().full(), "refs/heads/main");
        let wrong = ["", "-x", "a..b", "a b", "a~", "a^", "a:b", "a?", "a*", "a[", "a\\b", "/a", "a/", "a//b", ".a"];
        for wrong in wrong.iter().chain(&["a.lock", "a/.b", "a.", "@", "a@{b", "HEAD", "refs/tags/x", "a\nb"]) {
            assert!(BranchName::parse(wrong).is_err(), "{wrong}");
        }
    }
}
