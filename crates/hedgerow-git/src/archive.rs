//! What the local copy of a remote has, for whoever only looks: files and directories as they were at a commit.
//!
//! The copy belongs to whoever fetches ([`crate::Mirror`]). Nobody waits for them here, and they wait for nobody: objects
//! do not change, and a copy that is thrown away meanwhile is an error, which is never taken for an absence.

use std::path::Path;

use hedgerow_core::path::{FabricDir, TreePath};

use crate::credential::Remote;
use crate::error::ObjectError;
use crate::id::CommitId;
use crate::mirror::{TreeLook, place};
use crate::objects::{CommitRead, Objects};

/// The copy of a remote, to look into.
#[derive(Debug)]
pub struct Archive {
    objects: Objects,
}

/// What a commit has at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileLook {
    /// A file.
    File {
        /// Its content.
        bytes: Vec<u8>,
    },
    /// A file over [`hedgerow_core::limits::MAX_FILE_BYTES`].
    TooLarge {
        /// bytes
        size: u64,
    },
    /// A directory, a link or a submodule.
    NotAFile,
    /// Nothing.
    Absent,
}

/// An entry of a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its name, one component.
    pub name: TreePath,
    /// What it is.
    pub kind: ListedKind,
}

/// What an entry of a directory is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListedKind {
    /// A directory.
    Directory,
    /// A file.
    File,
    /// A link or a submodule.
    Other,
}

impl Archive {
    /// The copy of `remote` under `cache_root`; `None` where nothing was fetched yet.
    ///
    /// # Errors
    /// [`ObjectError::Damaged`] when there is one that cannot be opened.
    pub fn open(cache_root: &Path, remote: &Remote) -> Result<Option<Self>, ObjectError> {
        let copy = place::of(cache_root, remote).join("repository.git");
        if !copy.is_dir() {
            return Ok(None);
        }
        Ok(Some(Self { objects: Objects::open(&copy)? }))
    }

    /// What `commit` has at `path`.
    ///
    /// # Errors
    /// [`ObjectError::Missing`] when the commit is not in the copy, which says nothing of the remote.
    pub fn file(&self, commit: &CommitId, path: &TreePath) -> Result<FileLook, ObjectError> {
        self.objects.file(commit, path)
    }

    /// The entries of a directory (of the root, without one) in git's order; `None` when there is no such directory.
    pub fn list(&self, commit: &CommitId, dir: Option<&TreePath>) -> Result<Option<Vec<Listed>>, ObjectError> {
        self.objects.list(commit, dir)
    }

    /// The fabric's directory at `commit`. The hash of a file that is too large to read is left out: whoever looks judges
    /// by its size.
    pub fn fabric_tree(&self, commit: &CommitId, dir: &FabricDir) -> Result<TreeLook, ObjectError> {
        self.objects.fabric_tree(commit, dir, &|_| Ok(String::new()))
    }

    /// What a commit says.
    pub fn commit(&self, id: &CommitId) -> Result<CommitRead, ObjectError> {
        self.objects.commit(id)
    }
}
