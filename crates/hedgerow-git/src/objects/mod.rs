//! Objects: commits and trees, read and written in our own copy. The only module that knows `gix`, whose API moves with
//! every release; nothing of it shows outside.

mod commit;
mod difference;
mod fabric;
mod history;
mod index;
mod pack;
mod rewrite;
mod single;
mod survey;
mod versions;
mod write;

use std::cell::{OnceCell, RefCell};
use std::fmt;
use std::path::Path;

use gix::ObjectId;
use gix::objs::{CommitRef, Kind, TreeRefIter};
use gix::odb::pack::cache::lru::MemoryCappedHashmap;
use gix::odb::store::init::Slots;
use gix::prelude::{Find, Header};

pub use commit::{CommitRead, CommitText, CommitTime, Person, Signed};
pub use difference::{Difference, Leaf};
pub use fabric::Standing;
pub use history::{Log, LogEnd};

pub(crate) use history::Lineage;

use versions::Versions;

use crate::branch::BranchName;
use crate::error::ObjectError;
use crate::id::CommitId;
use crate::limits::{MAX_OBJECT_BYTES, PACK_CACHE_BYTES, PACK_SLOTS};

/// The objects and refs of one bare repository, of either hash.
pub(crate) struct Objects {
    repo: gix::Repository,
    /// Opened by the first comparison.
    versions: OnceCell<Option<Versions>>,
    /// Buffers of trees that were compared, for the next ones.
    spare: RefCell<Vec<Vec<u8>>>,
}

/// What `HEAD` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Head {
    /// A branch, and its commit if it is born.
    Branch(BranchName, Option<CommitId>),
    /// A commit.
    Detached(CommitId),
}

impl Objects {
    /// Opens the bare repository at `dir`. No configuration but its own is read.
    pub(crate) fn open(dir: &Path) -> Result<Self, ObjectError> {
        let limit = format!("gitoxide.objects.allocLimit={MAX_OBJECT_BYTES}");
        let options = gix::open::Options::isolated().open_path_as_is(true).with(gix::sec::Trust::Full);
        // gix has places for the packs that it finds now and few more; each commit of ours and each fetch adds one.
        let options = options.config_overrides([limit]).object_store_slots(Slots::Given(PACK_SLOTS));
        let mut repo = gix::open_opts(dir, options).map_err(damaged)?;
        // A server sends long chains of deltas, each blob on the one before: without this each is resolved from its start.
        repo.objects.set_pack_cache(|| Box::new(MemoryCappedHashmap::new(PACK_CACHE_BYTES)));
        Ok(Self { repo, versions: OnceCell::new(), spare: RefCell::default() })
    }

    /// What `HEAD` says.
    pub(crate) fn head(&self) -> Result<Head, ObjectError> {
        let head = self.repo.head().map_err(damaged)?;
        let id = head.id().map(|id| commit_id(&id.detach()));
        let name = head.referent_name().map(|name| name.as_bstr().to_string());
        match (name, id) {
            (Some(name), id) => match BranchName::from_ref(&name) {
                Some(branch) => Ok(Head::Branch(branch, id)),
                None => Err(ObjectError::Damaged(format!("HEAD points to {name}"))),
            },
            (None, Some(id)) => Ok(Head::Detached(id)),
            (None, None) => Err(ObjectError::Damaged("HEAD says nothing".into())),
        }
    }

    /// The commit at the full ref name; `None` when there is no such ref.
    pub(crate) fn reference(&self, name: &str) -> Result<Option<CommitId>, ObjectError> {
        let reference = self.repo.try_find_reference(name).map_err(damaged)?;
        Ok(reference.and_then(|reference| reference.try_id().map(|id| commit_id(&id.detach()))))
    }

    /// An object of `kind`, whole, into `buffer`.
    fn read<'b>(&self, id: &ObjectId, kind: Kind, buffer: &'b mut Vec<u8>) -> Result<&'b [u8], ObjectError> {
        let data = self.repo.objects.try_find(id, buffer).map_err(|error| self.unreadable(id, error))?;
        let data = data.ok_or_else(|| missing(id))?;
        if data.kind == kind {
            Ok(data.data)
        } else {
            Err(ObjectError::Kind { id: id.to_string(), expected: expected(kind) })
        }
    }

    /// gix refuses what is over the limit before it makes room for it. Asking for every size first would cost as much as
    /// reading.
    fn unreadable(&self, id: &ObjectId, error: gix::Error) -> ObjectError {
        match self.repo.objects.try_header(id) {
            Ok(Some(header)) if header.size() > MAX_OBJECT_BYTES => ObjectError::TooLarge {
                what: format!("object {id}, of {} bytes,", header.size()),
                limit: MAX_OBJECT_BYTES,
            },
            _ => damaged(error),
        }
    }

    /// The size of a blob, in bytes.
    fn blob_size(&self, id: &ObjectId) -> Result<u64, ObjectError> {
        let header = self.repo.objects.try_header(id).map_err(damaged)?.ok_or_else(|| missing(id))?;
        Ok(header.size())
    }

    fn tree<'b>(&self, id: &ObjectId, buffer: &'b mut Vec<u8>) -> Result<TreeRefIter<'b>, ObjectError> {
        // The empty tree need not be stored anywhere.
        if id.is_empty_tree() {
            return Ok(TreeRefIter::from_bytes(&[], self.kind()));
        }
        Ok(TreeRefIter::from_bytes(self.read(id, Kind::Tree, buffer)?, self.kind()))
    }

    /// The same, for one that is likely to be a version of another that was read before.
    fn version<'b>(&self, id: &ObjectId, buffer: &'b mut Vec<u8>) -> Result<TreeRefIter<'b>, ObjectError> {
        let versions = self.versions.get_or_init(|| Versions::open(self.repo.path(), self.kind()).ok());
        match versions.as_ref().and_then(|versions| versions.tree(id, buffer)) {
            Some(()) => Ok(TreeRefIter::from_bytes(buffer, self.kind())),
            None => self.tree(id, buffer),
        }
    }

    fn commit_tree(&self, id: &CommitId) -> Result<ObjectId, ObjectError> {
        let mut buffer = Vec::new();
        let data = self.read(&self.object_id(id)?, Kind::Commit, &mut buffer)?;
        CommitRef::from_bytes(data, self.kind()).map(|commit| commit.tree()).map_err(damaged)
    }

    /// Fails unless the commit and its tree can be read.
    pub(crate) fn must_hold(&self, id: &CommitId) -> Result<(), ObjectError> {
        let tree = self.commit_tree(id)?;
        self.tree(&tree, &mut Vec::new()).map(|_| ())
    }

    /// Whether the commit itself can be read.
    pub(crate) fn holds(&self, id: &CommitId) -> bool {
        self.commit(id).is_ok()
    }

    fn kind(&self) -> gix::hash::Kind {
        self.repo.object_hash()
    }

    /// See [`crate::Mirror::no_parent`].
    pub(crate) fn no_parent(&self) -> String {
        self.kind().null().to_string()
    }

    /// An id of the other hash names nothing here.
    fn object_id(&self, id: &CommitId) -> Result<ObjectId, ObjectError> {
        let parsed = ObjectId::from_hex(id.as_str().as_bytes()).map_err(damaged)?;
        if parsed.kind() == self.kind() { Ok(parsed) } else { Err(ObjectError::Missing(id.to_string())) }
    }
}

impl fmt::Debug for Objects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Objects").field("path", &self.repo.path()).finish()
    }
}

fn commit_id(id: &gix::oid) -> CommitId {
    CommitId::from_hex(id.to_hex().to_string())
}

fn tree_id(id: &gix::oid) -> crate::id::TreeId {
    crate::id::TreeId::from_hex(id.to_hex().to_string())
}

fn missing(id: &gix::oid) -> ObjectError {
    ObjectError::Missing(id.to_string())
}

fn expected(kind: Kind) -> &'static str {
    match kind {
        Kind::Blob => "blob",
        Kind::Tree => "tree",
        Kind::Commit => "commit",
        Kind::Tag => "tag",
    }
}

/// Whatever gix cannot read is damaged: the copy is ours alone and holds nothing else.
fn damaged(error: impl fmt::Display) -> ObjectError {
    ObjectError::Damaged(error.to_string())
}
