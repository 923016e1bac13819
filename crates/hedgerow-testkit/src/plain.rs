//! Plain git: the witness.

use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A repository, bare or not, driven by the git program with nobody's configuration.
#[derive(Clone, Debug)]
pub struct Plain {
    dir: PathBuf,
}

impl Plain {
    /// A new bare repository whose `HEAD` points to `main`, which is yet to be born.
    pub fn bare(dir: impl Into<PathBuf>) -> Self {
        Self::init(dir, &["--bare"])
    }

    /// A new bare repository of SHA-256 objects.
    pub fn bare_sha256(dir: impl Into<PathBuf>) -> Self {
        Self::init(dir, &["--bare", "--object-format=sha256"])
    }

    /// A new repository with a work tree.
    pub fn work(dir: impl Into<PathBuf>) -> Self {
        Self::init(dir, &[])
    }

    fn init(dir: impl Into<PathBuf>, options: &[&str]) -> Self {
        let dir = dir.into();
        std::fs::create_dir_all(&dir).unwrap();
        let plain = Self { dir };
        plain.git([&["init", "--quiet", "--template=", "--initial-branch=main"], options].concat());
        plain
    }

    /// A repository that is there already.
    pub fn at(dir: impl Into<PathBuf>) -> Self {
        Self { dir: dir.into() }
    }

    /// A clone of this one, with a work tree.
    pub fn clone_to(&self, dir: impl Into<PathBuf>) -> Self {
        let dir = dir.into();
        self.git(["clone".as_ref(), "--quiet".as_ref(), self.dir.as_os_str(), dir.as_os_str()]);
        Self { dir }
    }

    /// Where it is.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Runs git here, and returns its standard output without the last line end. Panics when git fails.
    pub fn git<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> String {
        let output = self.git_bytes(arguments, b"");
        String::from_utf8(output).unwrap().trim_end_matches('\n').to_owned()
    }

    /// Whether git succeeds here.
    pub fn succeeds<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> bool {
        self.command(arguments).stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap().success()
    }

    /// Runs git here with `input`, and returns its standard output as it is.
    pub fn git_bytes<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>, input: &[u8]) -> Vec<u8> {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap_or_else(|error| panic!("these tests need git on the PATH: {error}"));
        let mut stdin = child.stdin.take().unwrap();
        let output = std::thread::scope(|scope| {
            scope.spawn(move || stdin.write_all(input));
            child.wait_with_output().unwrap()
        });
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{command:?} in {}: {stderr}", self.dir.display());
        output.stdout
    }

    fn command<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Command {
        let mut command = Command::new("git");
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("GIT_")) {
            command.env_remove(name);
        }
        command.current_dir(&self.dir).env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", "/dev/null");
        for who in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{who}_NAME"), "Somebody").env(format!("GIT_{who}_EMAIL"), "somebody@example.com");
        }
        command.env("LC_ALL", "C").args(arguments);
        command
    }

    /// A new commit on `branch` that writes these files on top of what is there, and its id.
    pub fn commit<P: AsRef<str>, B: AsRef<[u8]>>(&self, branch: &str, files: &[(P, B)]) -> String {
        let parent = self.succeeds(["rev-parse", "--verify", "--quiet", &format!("refs/heads/{branch}")]);
        let mut stream = format!("commit refs/heads/{branch}\n").into_bytes();
        stream.extend(b"committer Somebody <somebody@example.com> now\ndata 5\na day\n");
        if parent {
            stream.extend(format!("from refs/heads/{branch}^0\n").as_bytes());
        }
        for (path, bytes) in files {
            let bytes = bytes.as_ref();
            stream.extend(format!("M 100644 inline {}\ndata {}\n", path.as_ref(), bytes.len()).as_bytes());
            stream.extend(bytes);
            stream.push(b'\n');
        }
        self.git_bytes(["fast-import", "--quiet", "--date-format=now"], &stream);
        self.head(branch)
    }

    /// The id of the newest commit on `branch`.
    pub fn head(&self, branch: &str) -> String {
        self.git(["rev-parse", "--verify", &format!("refs/heads/{branch}")])
    }

    /// `mode type id<tab>path` of everything in the tree of `revision`.
    pub fn ls_tree(&self, revision: &str) -> Vec<String> {
        self.git(["ls-tree", "-r", revision]).lines().map(str::to_owned).collect()
    }

    /// The paths in the tree of `revision`.
    pub fn paths(&self, revision: &str) -> Vec<String> {
        self.git(["ls-tree", "-r", "--name-only", revision]).lines().map(str::to_owned).collect()
    }

    /// The bytes of the file at `path` in `revision`.
    pub fn cat(&self, revision: &str, path: &str) -> Vec<u8> {
        self.git_bytes(["cat-file", "blob", &format!("{revision}:{path}")], b"")
    }

    /// Installs a hook of this repository: a shell script.
    pub fn hook(&self, name: &str, script: &str) {
        use std::os::unix::fs::PermissionsExt;
        let git_dir = self.dir.join(self.git(["rev-parse", "--git-dir"]));
        std::fs::create_dir_all(git_dir.join("hooks")).unwrap();
        let path = git_dir.join("hooks").join(name);
        std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
}
