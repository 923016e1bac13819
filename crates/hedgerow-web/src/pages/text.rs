//! Texts as they are in git, and what differs between two of them.

use std::sync::OnceLock;

use hedgerow_core::catalogue::Catalogue;
use hedgerow_core::path::TreePath;
use hedgerow_git::{CommitId, FileLook};
use hedgerow_store::{LinkedFabric, ObjectVersion};
use hedgerow_sync::service::Brought;
use similar::{ChangeTag, TextDiff};

use super::site::Site;

/// Lines around a change.
const AROUND: usize = 3;
/// More lines of a difference are not shown.
const MAX_LINES: usize = 1_000;

impl Site {
    /// The kinds that are known without a fabric's own.
    pub(crate) fn catalogue(&self) -> &'static Catalogue {
        static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
        CATALOGUE.get_or_init(Catalogue::builtin)
    }

    /// The file at `path` at `commit`, from the local copy of the fabric's repository; or why it is not at hand.
    pub(crate) async fn text(&self, fabric: &LinkedFabric, commit: &str, path: &TreePath) -> Result<Vec<u8>, String> {
        let absent = || format!("commit {commit} is not in the local copy of the repository");
        let id = CommitId::parse(commit).map_err(|_| absent())?;
        match self.state.service.file(fabric.repository, id, path.clone()).await {
            Ok(Some(FileLook::File { bytes })) => Ok(bytes),
            Ok(Some(FileLook::TooLarge { size })) => Err(format!("the file has {size} bytes, too many for a page")),
            Ok(Some(FileLook::NotAFile | FileLook::Absent)) => Err(format!("there is no file at {path} at {commit}")),
            Ok(None) => Err("nothing was fetched yet".to_owned()),
            Err(error) => {
                tracing::debug!(%commit, %error, "a text is not at hand");
                Err(absent())
            }
        }
    }

    /// Who brought the file that `commit` has at `path`, as far as the local copy tells.
    pub(crate) async fn brought(&self, fabric: &LinkedFabric, commit: &str, path: &TreePath) -> Option<Brought> {
        let commit = CommitId::parse(commit).ok()?;
        match self.state.service.brought(fabric.repository, commit, path.clone()).await {
            Ok(brought) => brought,
            Err(error) => {
                tracing::debug!(%error, "the past of a file is not at hand");
                None
            }
        }
    }

    /// What changed from one version to the next, line by line, each with its class.
    pub(crate) async fn diff(
        &self,
        fabric: &LinkedFabric,
        old: Option<&ObjectVersion>,
        new: &ObjectVersion,
    ) -> Vec<(&'static str, String)> {
        let before = match old {
            Some(old) => self.text(fabric, &old.commit, &old.path).await,
            None => Ok(Vec::new()),
        };
        match (before, self.text(fabric, &new.commit, &new.path).await) {
            (Ok(before), Ok(after)) => lines(&before, &after),
            (Err(why), _) | (_, Err(why)) => vec![("hunk", why)],
        }
    }
}

/// The lines that differ, and some around them.
pub(crate) fn lines(before: &[u8], after: &[u8]) -> Vec<(&'static str, String)> {
    let (before, after) = (String::from_utf8_lossy(before), String::from_utf8_lossy(after));
    let diff = TextDiff::from_lines(before.as_ref(), after.as_ref());
    let mut lines = Vec::new();
    for group in diff.grouped_ops(AROUND) {
        if !lines.is_empty() {
            lines.push(("hunk", "…".to_owned()));
        }
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let (class, sign) = match change.tag() {
                ChangeTag::Delete => ("del", '-'),
                ChangeTag::Insert => ("add", '+'),
                ChangeTag::Equal => ("", ' '),
            };
            lines.push((class, format!("{sign} {}", change.value().trim_end_matches('\n'))));
        }
    }
    if lines.len() > MAX_LINES {
        let left_out = lines.len() - MAX_LINES;
        lines.truncate(MAX_LINES);
        lines.push(("hunk", format!("and {left_out} more lines")));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_shown_with_what_is_around_it() {
        let before: String = (0..20).map(|n| format!("line {n}\n")).collect();
        let after = before.replace("line 10\n", "line ten\n");
        let shown = lines(before.as_bytes(), after.as_bytes());
        assert_eq!(shown.len(), 8);
        assert_eq!(shown[3], ("del", "- line 10".to_owned()));
        assert_eq!(shown[4], ("add", "+ line ten".to_owned()));
        assert!(lines(b"a\n", b"a\n").is_empty());
    }
}
