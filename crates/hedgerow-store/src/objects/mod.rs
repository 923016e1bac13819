//! Objects: the values.

mod confirm;
mod listing;
mod names;
mod record;
mod survey;
mod upsert;

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use hedgerow_core::ledger;
use hedgerow_core::object::Identity;
use hedgerow_core::path::TreePath;
use hedgerow_core::plan::PlannedObject;
use serde::Serialize;

use crate::fabric::{Fabric, FabricId};
use crate::run::RunId;
use crate::words::words;

pub(crate) use record::record;
pub use survey::{KindCount, ObjectValue};

words! {
    /// How an object stands in the tree that was recorded last.
    ObjectState {
        /// It is there.
        Present = "present",
        /// It is gone; the row is kept.
        Deleted = "deleted",
        /// The file that it was in cannot be read.
        Unreadable = "unreadable",
    }
}

/// An object's row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId(pub(crate) i64);

/// The living objects of a fabric's tree: the record is made to agree with it.
#[derive(Clone, Copy, Debug)]
pub struct ObjectsChange<'a> {
    /// The commit whose tree it is.
    pub commit: &'a str,
    /// The commit whose inbox the planned objects' `from` speak of: the parent of ours.
    pub inbox: &'a str,
    /// All objects that the tree has, each identity once. One with a name that no API server could hold is passed over.
    pub objects: &'a [PlannedObject],
    /// What history says of objects that the record does not have yet or has wrongly, and that did not come with `commit`: where
    /// their text came from. By path; an object that is not in it came with `commit`, as far as anybody knows.
    pub origins: &'a BTreeMap<TreePath, Origin>,
    /// Managed files that cannot be read: what the record has at these paths is unreadable, not deleted.
    pub unreadable: &'a [TreePath],
}

/// The commit that brought an object's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The commit.
    pub commit: String,
    /// The inbox document that it took, when it is ours.
    pub provenance: Option<Provenance>,
}

/// What became of objects that the tree no longer has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Marking {
    /// So many are marked deleted.
    Marked {
        /// 0: none was gone.
        count: usize,
    },
    /// Too many at once: nothing is marked until a person confirms ([`crate::Store::confirm_deletions`]).
    Waits {
        /// So many are gone.
        count: usize,
        /// Of so many living ones.
        of: usize,
    },
}

/// Where an object's text came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Provenance {
    /// The inbox document.
    #[serde(flatten)]
    pub from: ledger::From,
    /// The commit whose inbox held it.
    pub commit: String,
}

/// An object, as the store knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectRecord {
    /// Its row.
    pub id: ObjectId,
    /// Its fabric.
    pub fabric: Fabric,
    /// Who it is.
    pub identity: Identity,
    /// The version of its API.
    pub version: String,
    /// Where it stands, or stood.
    pub path: TreePath,
    /// SHA-256 of its value in canonical JSON.
    pub digest: String,
    /// Its value in canonical JSON.
    pub value: String,
    /// The commit with which this version of it was first seen.
    pub commit: String,
    /// The inbox document that this version came from, if it came through the inbox.
    pub provenance: Option<Provenance>,
    /// The run that saw it first.
    pub first_seen: RunId,
    /// The run that last saw it change.
    pub last_changed: RunId,
    /// How it stands.
    pub state: ObjectState,
    /// The run that found it gone while too many were gone at once.
    pub missing: Option<RunId>,
}

/// What an object was, from a commit on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectVersion {
    /// The commit with which it was seen.
    pub commit: String,
    /// The run that saw it.
    pub run: RunId,
    /// The version of its API.
    pub version: String,
    /// Where it stood.
    pub path: TreePath,
    /// SHA-256 of its value in canonical JSON.
    pub digest: String,
    /// How it stood.
    pub state: ObjectState,
}

/// Which objects to list. The default: all.
#[derive(Clone, Debug, Default)]
pub struct ObjectFilter {
    /// Of this fabric alone.
    pub fabric: Option<FabricId>,
    /// Of this kind alone.
    pub kind: Option<String>,
    /// Of this name alone.
    pub name: Option<String>,
    /// In this state alone.
    pub state: Option<ObjectState>,
    /// In this namespace alone.
    pub namespace: Option<String>,
    /// In this managed file, or out of this inbox file.
    pub file: Option<TreePath>,
    /// With this label alone, and where a value is named, with that value.
    pub label: Option<(String, Option<String>)>,
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for ObjectId {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}
