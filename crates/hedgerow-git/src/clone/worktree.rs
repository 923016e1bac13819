//! The files as they stand on disk, as git would commit them now: through an index and an object directory of our own,
//! so that filters and ignore rules count and the clone is not touched.

use std::fs;
use std::path::{Path, PathBuf};

use hedgerow_core::path::FabricDir;
use tempfile::TempDir;

use super::{Clone, pathspec};
use crate::command::Line;
use crate::error::{GitError, ObjectError};
use crate::git::Git;
use crate::id::TreeId;
use crate::mirror::TreeLook;
use crate::objects::Objects;

/// A bare repository beside the clone, which borrows the clone's objects and takes the new ones.
struct Aside {
    dir: TempDir,
    borrowed: PathBuf,
}

impl Clone {
    /// The fabric's directory as it stands on disk: committed or not, ignored files left out. Ids and content are what
    /// `git add` would make of them.
    pub fn worktree_tree(&self, git: &Git, dir: &FabricDir) -> Result<TreeLook, ObjectError> {
        let aside = self.aside(git)?;
        let files = ["--cached", "--others", "--exclude-standard", "-z"];
        let files = git.output(&self.line(git, "ls-files", &aside).options(files).operands([pathspec(dir)]))?;
        if files.is_empty() {
            return Ok(TreeLook::Absent);
        }
        git.output(&self.line(git, "add", &aside).options(["--all"]).operands([pathspec(dir)]))?;
        let tree = git.output(&self.line(git, "write-tree", &aside).end())?;
        let tree = TreeId::parse(String::from_utf8_lossy(&tree).trim());
        let tree = tree.map_err(|error| ObjectError::Damaged(error.to_string()))?;
        let hash = |id: &str| git.hash_blob(aside.dir.path(), id);
        Objects::open(aside.dir.path())?.fabric_tree_of(&tree, dir, &hash)
    }

    fn aside(&self, git: &Git) -> Result<Aside, ObjectError> {
        let dir = tempfile::Builder::new().prefix("hedgerow-").tempdir()?;
        let format = self.tell(git, &["--show-object-format"])?;
        let init = git.commands().ours("init", dir.path());
        let format = format!("--object-format={}", format.display());
        git.output(&init.options(["--bare", "--quiet", "--template=", &format]).end())?;
        let borrowed = self.tell(git, &["--path-format=absolute", "--git-path", "objects"])?;
        let index = self.tell(git, &["--path-format=absolute", "--git-path", "index"])?;
        if index.exists() {
            fs::copy(index, dir.path().join("index"))?;
        }
        fs::create_dir_all(dir.path().join("objects/info"))?;
        fs::write(dir.path().join("objects/info/alternates"), format!("{}\n", borrowed.display()))?;
        Ok(Aside { dir, borrowed })
    }

    /// A command in the clone that reads and writes aside.
    fn line(&self, git: &Git, name: &'static str, aside: &Aside) -> Line {
        let mut line = git.commands().users(name, &self.root);
        line.set("GIT_INDEX_FILE", aside.dir.path().join("index"));
        line.set("GIT_OBJECT_DIRECTORY", aside.dir.path().join("objects"));
        line.set("GIT_ALTERNATE_OBJECT_DIRECTORIES", &aside.borrowed);
        line
    }

    fn tell(&self, git: &Git, options: &[&str]) -> Result<PathBuf, GitError> {
        let none =
            || GitError::Failed { command: "rev-parse".into(), words: format!("no answer to {}", options.join(" ")) };
        git.ask(Path::new(&self.root), "rev-parse", options)?.map(PathBuf::from).ok_or_else(none)
    }
}
