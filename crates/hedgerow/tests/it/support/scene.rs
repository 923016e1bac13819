//! A private world for one test: home, state, temporary files, remotes; and the two programs under test, with a clean environment.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::git::Remote;
use super::ran::Ran;

/// A directory that is gone when the test ends, and everything in it.
#[derive(Debug)]
pub(crate) struct Scene {
    dir: TempDir,
}

impl Scene {
    pub(crate) fn new() -> Self {
        let dir = TempDir::with_prefix("hedgerow-it-").unwrap();
        for name in ["home", "state", "config", "cache", "tmp"] {
            std::fs::create_dir(dir.path().join(name)).unwrap();
        }
        Self { dir }
    }

    /// Leaves everything where it is, for a look after a test that failed.
    pub(crate) fn keep(self) -> PathBuf {
        self.dir.keep()
    }

    /// A path in the scene.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// A file in the scene.
    pub(crate) fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
        path
    }

    /// An empty bare repository.
    pub(crate) fn remote(&self, name: &str) -> Remote {
        Remote::init(self.path(name), &[])
    }

    /// The program under test, as a user with an empty home would start it.
    pub(crate) fn hedgerow<S: AsRef<std::ffi::OsStr>>(&self, args: &[S]) -> Command {
        let mut command = self.command(Path::new(env!("CARGO_BIN_EXE_hedgerow")));
        command.args(args);
        command
    }

    /// Runs the program under test to its end.
    pub(crate) fn run<S: AsRef<std::ffi::OsStr>>(&self, args: &[S]) -> Ran {
        Ran::of(&mut self.hedgerow(args))
    }

    /// Any other program, in the same clean environment.
    pub(crate) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap())
            .env("LANG", "C.UTF-8")
            .env("HOME", self.path("home"))
            .env("XDG_STATE_HOME", self.path("state"))
            .env("XDG_CONFIG_HOME", self.path("config"))
            .env("XDG_CACHE_HOME", self.path("cache"))
            .env("TMPDIR", self.path("tmp"))
            .current_dir(self.path("home"));
        command
    }

    /// The second verifier.
    pub(crate) fn second_verifier(&self, args: &[&str]) -> Ran {
        let script = workspace().join("verify/hedgerow_verify.py");
        let mut command = self.command(Path::new("python3"));
        Ran::of(command.arg(script).args(args))
    }

    /// The default store's file.
    pub(crate) fn store(&self) -> PathBuf {
        let files = std::fs::read_dir(self.path("state/hedgerow"))
            .expect("the default store is under $XDG_STATE_HOME/hedgerow");
        let mut files: Vec<_> =
            files.map(|f| f.unwrap().path()).filter(|p| p.extension().is_some_and(|e| e == "db")).collect();
        assert_eq!(files.len(), 1, "one store: {files:?}");
        files.remove(0)
    }

    /// What SQL says of the default store: rows by LF, columns by `|`.
    pub(crate) fn sql(&self, query: &str) -> String {
        let mut command = self.command(Path::new("sqlite3"));
        Ran::of(command.arg("-readonly").arg(self.store()).arg(query)).expect(0).stdout().trim_end().to_owned()
    }

    /// Fails the test when the programs left something behind in the temporary directory.
    #[track_caller]
    pub(crate) fn left_nothing_behind(&self) {
        let left: Vec<_> = std::fs::read_dir(self.path("tmp")).unwrap().map(|f| f.unwrap().path()).collect();
        assert!(left.is_empty(), "left in $TMPDIR: {left:?}");
    }
}

/// The root of the workspace.
pub(crate) fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_owned()
}

/// A number that the environment may set, for loops whose length is a matter of patience.
pub(crate) fn knob(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().unwrap_or_else(|_| panic!("{name} is no number: {text}")))
}
