//! What every test needs: a directory, a git, a cache.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use hedgerow_core::path::{FabricDir, TreePath};
use hedgerow_core::plan::Change;
use hedgerow_git::{
    BranchChoice, BranchName, Cancel, CommitId, CommitText, CommitTime, Credential, Git, GitConfig, Mirror, Person,
    Remote, RemoteUrl, Snapshot, TreeLook,
};
use hedgerow_testkit::Plain;
use tempfile::TempDir;

pub(crate) struct World {
    dir: TempDir,
    pub(crate) git: Git,
    pub(crate) cancel: Cancel,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with_deadline(Duration::from_secs(120))
    }

    pub(crate) fn with_deadline(deadline: Duration) -> Self {
        Self::with(deadline, None)
    }

    /// A world whose environment has this variable too.
    pub(crate) fn with_variable(name: &str, value: &Path) -> Self {
        Self::with(Duration::from_secs(120), Some((name.into(), value.into())))
    }

    fn with(deadline: Duration, variable: Option<(OsString, OsString)>) -> Self {
        let cancel = Cancel::new();
        // A proxy of the machine's has no part in what happens on loopback.
        let proxy = |name: &OsString| name.to_string_lossy().to_ascii_lowercase().ends_with("_proxy");
        let environment =
            std::env::vars_os().filter(|(name, _)| !proxy(name) && !name.to_string_lossy().starts_with("SSL_"));
        let environment = environment.chain(variable).collect();
        let config = GitConfig { program: None, askpass: askpass(), deadline, cancel: cancel.clone(), environment };
        Self { dir: tempfile::tempdir().unwrap(), git: Git::find(config).unwrap(), cancel }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn cache(&self) -> PathBuf {
        self.path("cache")
    }

    /// A bare repository with one commit: a fabric's directory with an inbox, and something beside it.
    pub(crate) fn remote(&self) -> Plain {
        let remote = Plain::bare(self.path("remote.git"));
        remote.commit(
            "main",
            &[("f/raw/a.yaml", "a: 1\n"), ("f/managed/vpcs/x.yaml", "x: 1\n"), ("README.md", "hello\n")],
        );
        remote
    }

    pub(crate) fn open(&self, url: &str, credential: Credential) -> Mirror {
        let remote = Remote { url: RemoteUrl::parse(url).unwrap(), credential };
        Mirror::open(&self.git, &self.cache(), &remote).unwrap()
    }

    pub(crate) fn mirror(&self, remote: &Plain) -> Mirror {
        self.open(remote.dir().to_str().unwrap(), Credential::Ambient)
    }
}

/// The example of this package, which `cargo test` builds beside the tests.
fn askpass() -> PathBuf {
    let target = std::env::current_exe().unwrap().parent().and_then(Path::parent).unwrap().to_owned();
    let program = target.join("examples/askpass");
    assert!(program.exists(), "{} is missing: cargo build -p hedgerow-git --examples", program.display());
    program
}

pub(crate) fn main() -> BranchName {
    BranchName::parse("main").unwrap()
}

pub(crate) fn named(branch: &str) -> BranchChoice {
    BranchChoice::Named(BranchName::parse(branch).unwrap())
}

pub(crate) fn dir() -> FabricDir {
    FabricDir::parse("f").unwrap()
}

pub(crate) fn id(text: &str) -> CommitId {
    CommitId::parse(text).unwrap()
}

pub(crate) fn token(secret: &str) -> Credential {
    Credential::Token { username: "somebody".into(), secret: secret.into() }
}

pub(crate) fn text(message: &str) -> CommitText {
    let person = Person { name: "Hedgerow".into(), email: "hedgerow@hedgerow.invalid".into() };
    let time = CommitTime { seconds: 1_700_000_000, offset_seconds: 0 };
    CommitText { message: message.into(), author: person.clone(), committer: person, time }
}

pub(crate) fn write(bytes: &str) -> Change {
    Change::Write(bytes.as_bytes().into())
}

pub(crate) fn changes<const N: usize>(changes: [(&str, Change); N]) -> BTreeMap<TreePath, Change> {
    changes.into_iter().map(|(path, change)| (TreePath::from(path), change)).collect()
}

pub(crate) fn snapshot(look: TreeLook) -> Snapshot {
    match look {
        TreeLook::Tree(snapshot) => snapshot,
        other => panic!("no directory: {other:?}"),
    }
}
