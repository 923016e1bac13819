//! What people do: they push documents, and they meddle while a run is under way.

use std::path::PathBuf;

use super::arena::Arena;
use super::documents::{self, BAD, Texts, document, inbox_file, managed_path};
use crate::support::commit::CommitBuilder;
use crate::support::fixtures::DIR;

/// The branch on which a person prepares what is to come at the worst moment.
const PREPARED: &str = "prepared";
/// What somebody renames the branch to.
pub(super) const RENAMED: &str = "other";

impl Arena {
    /// One to three documents in one or two files, new ones and new texts of old ones; sometimes a file that is broken, and
    /// is mended the next time.
    pub(super) fn people_push(&mut self) {
        let (bad, path) = (self.random.u8(..10) == 0, format!("{DIR}/{}", BAD.0));
        let files: Vec<(String, String)> = (0..self.random.u32(1..=2)).map(|_| self.new_file()).collect();
        let mut commit = self.remote.commit("More");
        for (name, text) in files {
            commit = commit.write(&name, text);
        }
        if bad {
            commit = commit.write(&path, BAD.1);
        } else if self.is_bad() {
            commit = commit.remove(&path);
        }
        let id = commit.push();
        self.people.push(id);
    }

    fn new_file(&mut self) -> (String, String) {
        let mut texts = Texts::new();
        for _ in 0..self.random.u32(1..=3) {
            let (name, text) = self.new_text();
            texts.insert(name, text);
        }
        self.pushed.extend(texts.clone());
        let folder = self.random.choice(["", "sub/", "a/b/"]).unwrap();
        (format!("{DIR}/raw/{folder}batch-{}.yaml", self.serial), inbox_file(&texts))
    }

    /// A new document, or a new text of one that is managed and not in the inbox.
    fn new_text(&mut self) -> (String, String) {
        self.serial += 1;
        let old = self.random.u8(..3) == 0;
        let managed = if old { documents::managed(&self.remote, "main") } else { Texts::new() };
        let free: Vec<String> =
            managed.into_iter().filter(|(name, text)| self.pushed[name] == *text).map(|(name, _)| name).collect();
        let name = self.random.choice(&free).cloned().unwrap_or_else(|| format!("s{}", self.serial));
        let text = document(&name, self.serial);
        (name, text)
    }

    /// A person's next commit, ready on a branch aside.
    fn prepare(&mut self, message: &str, change: impl FnOnce(CommitBuilder<'_>) -> CommitBuilder<'_>) -> String {
        let id = change(self.remote.commit(message).branch(PREPARED)).push();
        self.people.push(id.clone());
        id
    }

    /// A program that moves the branch from where it is now to `to`, if nobody was faster.
    fn program(&self, to: &str, force: bool) -> PathBuf {
        let (path, from) = (self.remote.url(), self.remote.head());
        let from = if force { String::new() } else { from };
        self.script(&format!("git -C '{path}' update-ref refs/heads/main {to} {from} 2>/dev/null || true"))
    }

    pub(super) fn script(&self, text: &str) -> PathBuf {
        use std::os::unix::fs::PermissionsExt;
        let path = self.scene.file("meddle", format!("#!/bin/sh\n{text}\n"));
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).unwrap();
        path
    }

    /// Something elsewhere in the repository.
    pub(super) fn moves(&mut self) -> PathBuf {
        let name = format!("elsewhere-{}.txt", self.people.len());
        let id = self.prepare("Elsewhere", |commit| commit.write(&name, "hello\n"));
        self.program(&id, false)
    }

    /// Other texts of what waits in the inbox, in the same file.
    pub(super) fn edits_raw(&mut self) -> PathBuf {
        let listing = self.remote.git(&["ls-tree", "-r", "--name-only", "main", "--", &format!("{DIR}/raw/")]);
        let files = listing.lines().filter(|path| path.contains("batch-")).map(str::to_owned).collect::<Vec<_>>();
        let Some(path) = self.random.choice(&files).cloned() else { return self.moves() };
        let before = String::from_utf8(self.remote.show("main", &path)).unwrap();
        self.serial += 1;
        let after = before.replace(", text ", &format!(", text {}-", self.serial));
        let id = self.prepare("Better", |commit| commit.write(&path, after));
        self.program(&id, false)
    }

    /// Another text of a managed object.
    pub(super) fn edits_managed(&mut self) -> PathBuf {
        let managed = documents::managed(&self.remote, "main");
        let names: Vec<&String> = managed.keys().collect();
        let Some(name) = self.random.choice(&names) else { return self.moves() };
        self.serial += 1;
        let text = document(name, self.serial);
        let path = managed_path(name);
        let id = self.prepare("By hand", |commit| commit.write(&path, text));
        self.program(&id, false)
    }

    /// The fabric's directory is gone.
    pub(super) fn deletes_directory(&mut self) -> PathBuf {
        let id = self.prepare("Away with it", |commit| commit.remove(DIR));
        self.program(&id, false)
    }

    /// The branch has another name.
    pub(super) fn renames_branch(&self) -> PathBuf {
        let path = self.remote.url();
        self.script(&format!("git -C '{path}' branch -m main {RENAMED} 2>/dev/null || true"))
    }

    /// The newest commits are gone, and something else is there instead.
    pub(super) fn forces_back(&mut self) -> PathBuf {
        let back = self.random.usize(1..=3).min(self.remote.count("main") - 2);
        let id = self.prepare("Forced", |commit| commit.parent(&format!("main~{back}")).write("forced.txt", "hello\n"));
        self.program(&id, true)
    }

    /// What people do when it is over: the branch has its name again, the directory is there again.
    pub(super) fn people_mend(&mut self) {
        let branches = self.remote.git(&["for-each-ref", "--format=%(refname:short)", "refs/heads"]);
        if branches.lines().any(|branch| branch == RENAMED) {
            self.remote.git(&["branch", "-m", RENAMED, "main"]);
        }
        // Whoever forced the branch back may have gone back to where it was deleted, too.
        let has = |rev: &str| !self.remote.git(&["ls-tree", rev, "--", DIR]).is_empty();
        if !has("main") {
            let whole = (1..).map(|back| format!("main~{back}")).find(|rev| has(rev)).expect("it was there once");
            let id = self.remote.commit("It is needed after all").tree(&whole).push();
            self.people.push(id);
        }
    }
}
