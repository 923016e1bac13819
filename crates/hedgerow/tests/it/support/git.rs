//! Plain git, for preparing remotes and for reading them: the tests' oracle. Every git command line of the tests is built here.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::commit::CommitBuilder;

/// The branch that fabrics live on unless a test says otherwise.
pub(crate) const BRANCH: &str = "main";

/// A tree as `git ls-tree -r` tells it: path → (mode, object id).
pub(crate) type Tree = BTreeMap<String, (String, String)>;

/// A bare repository on this machine: the remote of a test.
#[derive(Clone, Debug)]
pub(crate) struct Remote {
    path: PathBuf,
}

impl Remote {
    /// An empty bare repository at `path`.
    pub(crate) fn init(path: PathBuf, more: &[&str]) -> Self {
        let mut args = vec!["init", "--quiet", "--bare", "--initial-branch=main"];
        args.extend(more);
        let at = path.to_str().unwrap();
        args.push(at);
        succeed(git(Path::new("/")).args(&args), None);
        Self { path }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The path as `--repo` takes it.
    pub(crate) fn url(&self) -> &str {
        self.path.to_str().unwrap()
    }

    /// Standard output of a git command in this repository; fails the test when git does.
    pub(crate) fn git<S: AsRef<OsStr>>(&self, args: &[S]) -> String {
        String::from_utf8(self.git_bytes(args)).unwrap().trim_end().to_owned()
    }

    pub(crate) fn git_bytes<S: AsRef<OsStr>>(&self, args: &[S]) -> Vec<u8> {
        succeed(git(&self.path).args(args), None)
    }

    /// The same, with `input` on standard input.
    pub(crate) fn git_with_input(&self, args: &[&str], input: &[u8]) -> String {
        String::from_utf8(succeed(git(&self.path).args(args), Some(input))).unwrap().trim_end().to_owned()
    }

    /// A commit id.
    pub(crate) fn rev(&self, rev: &str) -> String {
        self.git(&["rev-parse", "--verify", "--end-of-options", rev])
    }

    /// The branch's head.
    pub(crate) fn head(&self) -> String {
        self.rev(&format!("refs/heads/{BRANCH}"))
    }

    /// How many commits `rev` has behind it, itself included.
    pub(crate) fn count(&self, rev: &str) -> usize {
        self.git(&["rev-list", "--count", rev]).parse().unwrap()
    }

    pub(crate) fn tree(&self, rev: &str) -> Tree {
        let listing = self.git_bytes(&["ls-tree", "-r", "-z", rev]);
        listing
            .split(|b| *b == 0)
            .filter(|entry| !entry.is_empty())
            .map(|entry| {
                let (meta, path) = std::str::from_utf8(entry).unwrap().split_once('\t').unwrap();
                let mut meta = meta.split(' ');
                let mode = meta.next().unwrap().to_owned();
                (path.to_owned(), (mode, meta.nth(1).unwrap().to_owned()))
            })
            .collect()
    }

    /// The bytes at `path` in `rev`.
    pub(crate) fn show(&self, rev: &str, path: &str) -> Vec<u8> {
        self.git_bytes(&["cat-file", "blob", &format!("{rev}:{path}")])
    }

    pub(crate) fn message(&self, rev: &str) -> String {
        self.git(&["log", "-1", "--format=%B", rev])
    }

    /// The value of a trailer, as git reads trailers.
    pub(crate) fn trailer(&self, rev: &str, key: &str) -> Option<String> {
        let format = format!("--format=%(trailers:key={key},valueonly)");
        Some(self.git(&["log", "-1", &format, rev])).filter(|value| !value.is_empty())
    }

    /// Starts a commit by a person on top of `main`.
    pub(crate) fn commit(&self, message: &str) -> CommitBuilder<'_> {
        CommitBuilder::new(self, message)
    }

    /// Puts `script` in the place of a server-side hook.
    pub(crate) fn hook(&self, name: &str, script: &str) {
        use std::os::unix::fs::PermissionsExt;
        let path = self.path.join("hooks").join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).unwrap();
    }

    /// Removes a hook.
    pub(crate) fn unhook(&self, name: &str) {
        std::fs::remove_file(self.path.join("hooks").join(name)).unwrap();
    }

    /// A clone with a work tree, as a person has it.
    pub(crate) fn clone_to(&self, path: PathBuf, more: &[&str]) -> Remote {
        let source = format!("file://{}", self.url());
        let mut args = vec!["clone", "--quiet"];
        args.extend(more);
        args.extend([source.as_str(), path.to_str().unwrap()]);
        succeed(git(Path::new("/")).args(&args), None);
        Remote { path }
    }
}

/// A git command with nobody's configuration and one fixed person.
fn git(dir: &Path) -> Command {
    let mut command = Command::new("git");
    command.current_dir(dir);
    for (key, _) in std::env::vars_os().filter(|(key, _)| key.to_string_lossy().starts_with("GIT_")) {
        command.env_remove(key);
    }
    command
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_AUTHOR_NAME", "Pat Person")
        .env("GIT_AUTHOR_EMAIL", "pat@example.com")
        .env("GIT_COMMITTER_NAME", "Pat Person")
        .env("GIT_COMMITTER_EMAIL", "pat@example.com");
    command
}

fn succeed(command: &mut Command, input: Option<&[u8]>) -> Vec<u8> {
    command.stdin(if input.is_some() { Stdio::piped() } else { Stdio::null() });
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let output = std::thread::scope(|scope| {
        if let (Some(mut stdin), Some(input)) = (child.stdin.take(), input) {
            scope.spawn(move || stdin.write_all(input));
        }
        child.wait_with_output().unwrap()
    });
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}
