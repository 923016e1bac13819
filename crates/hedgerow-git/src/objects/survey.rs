//! Where fabrics may be: directories that have a `raw` directory.

use gix::ObjectId;
use hedgerow_core::path::{FabricDir, TreePath};

use super::{Objects, damaged};
use crate::error::ObjectError;
use crate::id::CommitId;
use crate::limits::{MAX_DISCOVERY_DEPTH, MAX_DISCOVERY_TREES};

impl Objects {
    /// See [`crate::Mirror::dirs_with_raw`]. A fabric's directory holds no other fabric, so none is looked for in one.
    pub(crate) fn dirs_with_raw(&self, commit: &CommitId) -> Result<Vec<FabricDir>, ObjectError> {
        let mut found = Vec::new();
        let mut ahead = vec![(self.commit_tree(commit)?, TreePath::new(Vec::new()), 0)];
        let mut opened = 0;
        while let Some((id, path, depth)) = ahead.pop() {
            opened += 1;
            if opened > MAX_DISCOVERY_TREES {
                let what = "the number of directories to look for a fabric in".to_owned();
                return Err(ObjectError::TooLarge { what, limit: MAX_DISCOVERY_TREES as u64 });
            }
            let trees = self.subtrees(&id)?;
            let dir = std::str::from_utf8(path.as_bytes()).ok().and_then(|path| FabricDir::parse(path).ok());
            match dir {
                Some(dir) if trees.iter().any(|(name, _)| name == b"raw") => found.push(dir),
                _ if depth < MAX_DISCOVERY_DEPTH => {
                    ahead.extend(trees.into_iter().map(|(name, id)| (id, path.join(name), depth + 1)));
                }
                _ => {}
            }
        }
        found.sort();
        Ok(found)
    }

    fn subtrees(&self, id: &ObjectId) -> Result<Vec<(Vec<u8>, ObjectId)>, ObjectError> {
        let mut buffer = Vec::new();
        let mut trees = Vec::new();
        for entry in self.tree(id, &mut buffer)? {
            let entry = entry.map_err(damaged)?;
            if entry.mode.is_tree() {
                trees.push((entry.filename.to_vec(), entry.oid.to_owned()));
            }
        }
        Ok(trees)
    }
}
