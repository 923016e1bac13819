//! A bare repository that people push to.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A bare repository, and a clone of it in which a person works.
#[derive(Debug)]
pub(crate) struct Remote {
    pub(crate) bare: PathBuf,
    clone: PathBuf,
}

/// A document that needs nothing else.
pub(crate) fn server(name: &str) -> String {
    format!("apiVersion: wiring.githedgehog.com/v1beta1\nkind: Server\nmetadata:\n  name: {name}\nspec: {{}}\n")
}

impl Remote {
    /// `name` below `root`, with a first commit of `files`.
    pub(crate) fn new(root: &Path, name: &str, files: &[(&str, String)]) -> Self {
        let (bare, clone) = (root.join(name), root.join(format!("{name}-clone")));
        git(root, &["init", "--quiet", "--bare", "--initial-branch=main", bare.to_str().unwrap()]);
        git(&bare, &["config", "http.receivepack", "true"]);
        git(root, &["clone", "--quiet", bare.to_str().unwrap(), clone.to_str().unwrap()]);
        let remote = Self { bare, clone };
        remote.push("First", files);
        remote
    }

    /// What a person does: takes what is there, changes files, commits, pushes. Returns the commit.
    pub(crate) fn push(&self, subject: &str, files: &[(&str, String)]) -> String {
        self.write(files);
        git(&self.clone, &["commit", "--quiet", "--allow-empty", "-m", subject]);
        git(&self.clone, &["push", "--quiet", "origin", "main"]);
        self.head()
    }

    /// Takes what is there, and changes files.
    fn write(&self, files: &[(&str, String)]) {
        git(&self.clone, &["fetch", "--quiet", "origin"]);
        if self.count("main") > 0 {
            git(&self.clone, &["checkout", "--quiet", "-B", "main", "origin/main"]);
        } else {
            git(&self.clone, &["checkout", "--quiet", "-B", "main"]);
        }
        for (path, text) in files {
            let path = self.clone.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        git(&self.clone, &["add", "--all"]);
    }

    /// The same at another time, by the committer's clock.
    pub(crate) fn push_at(&self, time: &str, subject: &str, files: &[(&str, String)]) -> String {
        self.write(files);
        let mut commit = command(&self.clone, &["commit", "--quiet", "-m", subject]);
        assert!(commit.env("GIT_COMMITTER_DATE", time).status().unwrap().success());
        git(&self.clone, &["push", "--quiet", "origin", "main"]);
        self.head()
    }

    /// What a person does who takes a commit back.
    pub(crate) fn revert(&self, commit: &str) -> String {
        self.write(&[]);
        git(&self.clone, &["revert", "--no-edit", commit]);
        git(&self.clone, &["push", "--quiet", "origin", "main"]);
        self.head()
    }

    /// The same, where a hook of the server's would hold it up.
    pub(crate) fn push_past_hooks(&self, subject: &str, files: &[(&str, String)]) -> String {
        let hooks = self.bare.join("hooks");
        let aside = self.bare.join("hooks-aside");
        std::fs::rename(&hooks, &aside).unwrap();
        let commit = self.push(subject, files);
        let _ = std::fs::remove_dir_all(&hooks);
        std::fs::rename(&aside, &hooks).unwrap();
        commit
    }

    /// A copy of it, which stays as it is.
    pub(crate) fn copied(&self, root: &Path, name: &str) -> PathBuf {
        git(root, &["clone", "--quiet", "--bare", self.bare.to_str().unwrap(), name]);
        root.join(name)
    }

    /// Moves the branch to any commit, as a forge's owner may.
    pub(crate) fn force(&self, commit: &str) {
        git(&self.bare, &["update-ref", "refs/heads/main", commit]);
    }

    /// The branch's head.
    pub(crate) fn head(&self) -> String {
        git(&self.bare, &["rev-parse", "main"])
    }

    /// How many commits `range` has; 0 where there is none.
    pub(crate) fn count(&self, range: &str) -> usize {
        let mut command = command(&self.bare, &["rev-list", "--count", range]);
        let output = command.output().unwrap();
        String::from_utf8(output.stdout).unwrap().trim().parse().unwrap_or(0)
    }

    /// The files at the head.
    pub(crate) fn files(&self) -> Vec<String> {
        git(&self.bare, &["ls-tree", "-r", "--name-only", "main"]).lines().map(str::to_owned).collect()
    }

    /// A hook of the server's.
    pub(crate) fn hook(&self, name: &str, script: &str) {
        use std::os::unix::fs::PermissionsExt;
        let path = self.bare.join("hooks").join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
}

fn command(dir: &Path, args: &[&str]) -> Command {
    let mut command = Command::new("git");
    let person = [("GIT_AUTHOR_NAME", "Pat"), ("GIT_COMMITTER_NAME", "Pat")];
    let mail = [("GIT_AUTHOR_EMAIL", "pat@example.com"), ("GIT_COMMITTER_EMAIL", "pat@example.com")];
    command.args(args).current_dir(dir).env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", "/dev/null");
    command.envs(person).envs(mail);
    command
}

#[track_caller]
fn git(dir: &Path, args: &[&str]) -> String {
    let output = command(dir, args).output().unwrap();
    assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}
