//! A fabric in a remote, and what one does with it.

use serde_json::Value;

use super::fixtures::{self, DIR};
use super::git::{BRANCH, Remote};
use super::ran::Ran;
use super::scene::Scene;

/// A scene with one remote that holds one fabric.
#[derive(Debug)]
pub(crate) struct Fabric {
    pub(crate) scene: Scene,
    pub(crate) remote: Remote,
    pub(crate) dir: String,
}

impl Fabric {
    /// A fabric of these files (paths from the fabric's directory), and a README outside of it.
    pub(crate) fn of<N: AsRef<str>, B: AsRef<[u8]>>(files: &[(N, B)]) -> Self {
        let scene = Scene::new();
        let remote = scene.remote("remote.git");
        let mut commit = remote.commit("A fabric").write("README.md", "# Networks\n");
        for (name, bytes) in files {
            commit = commit.write(&format!("{DIR}/{}", name.as_ref()), bytes);
        }
        commit.push();
        Self { scene, remote, dir: DIR.to_owned() }
    }

    /// The example fabric of 48 objects.
    pub(crate) fn example() -> Self {
        Self::of(&fixtures::example())
    }

    /// The example, after one `sync`.
    pub(crate) fn drained() -> Self {
        let fabric = Self::example();
        fabric.sync(&[]).expect(0);
        fabric
    }

    /// The real repository at `commit`; `None` where it does not exist.
    pub(crate) fn seed(commit: &str) -> Option<Self> {
        let scene = Scene::new();
        let remote = fixtures::seed(&scene, commit)?;
        Some(Self { scene, remote, dir: fixtures::SEED_DIR.to_owned() })
    }

    /// A path in the fabric's directory.
    pub(crate) fn path(&self, name: &str) -> String {
        format!("{}/{name}", self.dir)
    }

    /// `hedgerow VERB --repo … --branch … --path … MORE`
    pub(crate) fn run(&self, verb: &str, more: &[&str]) -> Ran {
        self.scene.run(&self.args(verb, more))
    }

    /// The words of that command.
    pub(crate) fn args<'a>(&'a self, verb: &'a str, more: &[&'a str]) -> Vec<&'a str> {
        let mut args = vec![verb, "--repo", self.remote.url(), "--branch", BRANCH, "--path", &self.dir];
        args.extend(more);
        args
    }

    /// `sync -o json`
    pub(crate) fn sync(&self, more: &[&str]) -> Ran {
        self.run("sync", &[&["-o", "json"], more].concat())
    }

    /// `plan -o json`
    pub(crate) fn plan(&self, more: &[&str]) -> Ran {
        self.run("plan", &[&["-o", "json"], more].concat())
    }

    /// Runs both verifiers and fails the test unless both exit with `code`. Returns what they said, the product's first.
    #[track_caller]
    pub(crate) fn verify(&self, more: &[&str], code: i32) -> [Ran; 2] {
        let first = self.run("verify", more);
        let args = self.args("", more);
        let second = self.scene.second_verifier(&args[1..]);
        assert_eq!((first.code(), second.code()), (code, code), "{}\n\n{}", first.story(), second.story());
        [first, second]
    }

    /// The objects in the default store.
    pub(crate) fn objects(&self) -> Vec<Value> {
        let objects = self.scene.run(&["get", "objects", "-o", "json"]).expect(0).json();
        objects.as_array().expect("an array of objects").clone()
    }
}
