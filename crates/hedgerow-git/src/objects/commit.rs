//! What a commit says.

use gix::ObjectId;
use gix::actor::SignatureRef;
use gix::bstr::ByteSlice;
use gix::objs::{CommitRef, Kind};

use super::{Objects, commit_id, damaged, tree_id};
use crate::error::ObjectError;
use crate::id::{CommitId, TreeId};

/// A moment, and how far the writer's clock is from UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CommitTime {
    /// Seconds since 1970, UTC.
    pub seconds: i64,
    /// Seconds east of UTC; git keeps whole minutes.
    pub offset_seconds: i32,
}

/// Who.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The name.
    pub name: String,
    /// The e-mail.
    pub email: String,
}

/// Who wrote or committed, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// Who.
    pub person: Person,
    /// When.
    pub time: CommitTime,
}

/// A commit, as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitRead {
    /// Its id.
    pub id: CommitId,
    /// Its tree.
    pub tree: TreeId,
    /// Its parents, as the object names them: at a shallow boundary they are not here.
    pub parents: Vec<CommitId>,
    /// The whole message; what is not UTF-8 is replaced.
    pub message: String,
    /// Who wrote the change.
    pub author: Signed,
    /// Who made the commit.
    pub committer: Signed,
}

/// What a new commit says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitText {
    /// The whole message, trailers included. A last newline is added where it lacks.
    pub message: String,
    /// Who wrote the change.
    pub author: Person,
    /// Who makes the commit.
    pub committer: Person,
    /// When, for both.
    pub time: CommitTime,
}

impl Objects {
    /// What the commit `id` says.
    pub(crate) fn commit(&self, id: &CommitId) -> Result<CommitRead, ObjectError> {
        self.commit_at(&self.object_id(id)?, &mut Vec::new())
    }

    pub(super) fn commit_at(&self, id: &ObjectId, buffer: &mut Vec<u8>) -> Result<CommitRead, ObjectError> {
        let data = self.read(id, Kind::Commit, buffer)?;
        let commit = CommitRef::from_bytes(data, self.kind()).map_err(damaged)?;
        Ok(CommitRead {
            id: commit_id(id),
            tree: tree_id(&commit.tree()),
            parents: commit.parents().map(|parent| commit_id(&parent)).collect(),
            message: commit.message.to_str_lossy().into_owned(),
            author: signed(commit.author()),
            committer: signed(commit.committer()),
        })
    }
}

/// Old commits have odd signatures; one that cannot be read is nobody's, at no time.
fn signed<E>(signature: Result<SignatureRef<'_>, E>) -> Signed {
    let nobody = Signed {
        person: Person { name: String::new(), email: String::new() },
        time: CommitTime { seconds: 0, offset_seconds: 0 },
    };
    let Ok(signature) = signature else { return nobody };
    let person = Person { name: signature.name.to_str_lossy().into(), email: signature.email.to_str_lossy().into() };
    let time =
        signature.time().map_or(nobody.time, |time| CommitTime { seconds: time.seconds, offset_seconds: time.offset });
    Signed { person, time }
}
