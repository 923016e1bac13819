//! `git ls-remote --symref`

use std::collections::BTreeMap;

use crate::branch::BranchName;
use crate::id::CommitId;

/// Branches and `HEAD` of a remote, as far as they were asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Refs {
    head: Option<CommitId>,
    default_branch: Option<BranchName>,
    branches: BTreeMap<BranchName, CommitId>,
}

impl Refs {
    /// An error is the line that makes no sense.
    pub(crate) fn parse(stdout: &[u8]) -> Result<Self, String> {
        let mut refs = Self::default();
        for line in String::from_utf8_lossy(stdout).lines() {
            refs.line(line).ok_or_else(|| line.to_owned())?;
        }
        Ok(refs)
    }

    /// `<id>\t<ref>` or `ref: <ref>\tHEAD`. A ref that matches a pattern by its end alone is passed over.
    fn line(&mut self, line: &str) -> Option<()> {
        let (what, name) = line.split_once('\t')?;
        if let Some(target) = what.strip_prefix("ref: ") {
            if name == "HEAD" {
                self.default_branch = BranchName::from_ref(target);
            }
            return Some(());
        }
        let id = CommitId::parse(what).ok()?;
        if name == "HEAD" {
            self.head = Some(id);
        } else if let Some(branch) = BranchName::from_ref(name) {
            self.branches.insert(branch, id);
        }
        Some(())
    }

    /// The commit that `HEAD` comes to.
    pub(crate) fn head(&self) -> Option<&CommitId> {
        self.head.as_ref()
    }

    /// The branch that `HEAD` points to.
    pub(crate) fn default_branch(&self) -> Option<&BranchName> {
        self.default_branch.as_ref()
    }

    /// Where `branch` is.
    pub(crate) fn branch(&self, branch: &BranchName) -> Option<&CommitId> {
        self.branches.get(branch)
    }

    /// All branches, sorted.
    pub(crate) fn branches(&self) -> impl Iterator<Item = &BranchName> {
        self.branches.keys()
    }

    /// Whether there is no commit at all.
    pub(crate) fn is_empty(&self) -> bool {
        self.head.is_none() && self.branches.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_is_read_by_exact_names() {
        let (a, b) = ("a".repeat(40), "b".repeat(40));
        let text =
            format!("ref: refs/heads/main\tHEAD\n{a}\tHEAD\n{a}\trefs/heads/main\n{b}\trefs/x/refs/heads/main\n");
        let refs = Refs::parse(text.as_bytes()).unwrap();
        let main = BranchName::parse("main").unwrap();
        assert_eq!(refs.default_branch(), Some(&main));
        assert_eq!(refs.branch(&main).unwrap().as_str(), a);
        assert_eq!(refs.branches().count(), 1);
        assert!(Refs::parse(b"").unwrap().is_empty());
        assert_eq!(Refs::parse(b"<html>\n"), Err("<html>".to_owned()));
    }
}
