//! What a row says of where its object came from, held against git.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use hedgerow_core::path::{FabricDir, TreePath};
use hedgerow_core::tree::FabricTree;
use hedgerow_git::{Ancestry, CommitId, CommitRead, Mirror, Standing};
use hedgerow_store::{ObjectRecord, Origin, Provenance};

use crate::failure::Failure;
use crate::origins;
use crate::scene::Rules;

/// How a row's claim stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Claim {
    /// Git says the same, or nothing against it.
    Holds,
    /// Git says something else.
    DoesNot,
    /// The history that decides is not here.
    Untold,
}

/// The commits that rows name, each read once.
pub(crate) struct Claims<'a> {
    mirror: &'a Mirror,
    head: &'a CommitId,
    dir: &'a FabricDir,
    rules: &'a Rules<'a>,
    named: BTreeMap<String, Named>,
}

enum Named {
    Unknown,
    Elsewhere,
    Here { commit: Box<CommitRead>, placed: BTreeMap<TreePath, Provenance> },
}

impl<'a> Claims<'a> {
    pub(crate) fn new(mirror: &'a Mirror, head: &'a CommitId, dir: &'a FabricDir, rules: &'a Rules<'a>) -> Self {
        Self { mirror, head, dir, rules, named: BTreeMap::new() }
    }

    /// The row of an object whose value is the one that stands at the head; `origin` is what history says of it.
    ///
    /// Where a commit of ours brought what stands there, the row must say just that. Where a person's commit did, or a copy of
    /// one of ours, a run has only seen the head with which it came, and where it changed comments alone the row is still that
    /// of our commit: so the row must name a commit of the branch that has the value there, and a document of an inbox only if
    /// that very commit placed it.
    pub(crate) fn judge(&mut self, row: &ObjectRecord, origin: Option<&Origin>) -> Result<Claim, Failure> {
        let Some(origin) = origin else { return Ok(Claim::Untold) };
        if row.commit == origin.commit && row.provenance == origin.provenance {
            return Ok(Claim::Holds);
        }
        if self.is_ours(origin)? {
            return Ok(Claim::DoesNot);
        }
        let (mirror, dir, rules) = (self.mirror, self.dir, self.rules);
        Ok(match self.named(&row.commit)? {
            Named::Unknown => Claim::Untold,
            Named::Elsewhere => Claim::DoesNot,
            Named::Here { commit, placed } => {
                let is_placed = row.provenance.is_none() || row.provenance.as_ref() == placed.get(&row.path);
                if is_placed && has_value(mirror, dir, rules, commit, row)? { Claim::Holds } else { Claim::DoesNot }
            }
        })
    }

    /// Whether the origin is a commit of ours as we made it, no copy.
    fn is_ours(&self, origin: &Origin) -> Result<bool, Failure> {
        let Some(told) = &origin.provenance else { return Ok(false) };
        let Ok(id) = CommitId::parse(&origin.commit) else { return Ok(false) };
        let parents = self.mirror.commit(&id)?.parents;
        Ok(parents.first().is_some_and(|first| first.as_str() == told.commit))
    }

    fn named(&mut self, commit: &str) -> Result<&Named, Failure> {
        match self.named.entry(commit.to_owned()) {
            Entry::Occupied(known) => Ok(known.into_mut()),
            Entry::Vacant(place) => {
                let Ok(id) = CommitId::parse(commit) else { return Ok(place.insert(Named::Elsewhere)) };
                Ok(place.insert(match self.mirror.ancestry(&id, self.head) {
                    Ancestry::No => Named::Elsewhere,
                    Ancestry::CouldNotTell => Named::Unknown,
                    Ancestry::Yes => {
                        let commit = Box::new(self.mirror.commit(&id)?);
                        let placed = origins::provenance(self.mirror, &commit, self.dir);
                        Named::Here { commit, placed }
                    }
                }))
            }
        }
    }
}

/// Whether the commit has at the row's path the object, with the row's value.
fn has_value(
    mirror: &Mirror,
    dir: &FabricDir,
    rules: &Rules<'_>,
    commit: &CommitRead,
    row: &ObjectRecord,
) -> Result<bool, Failure> {
    let Some(Standing::Leaf(leaf)) = mirror.find(&commit.tree, &row.path)? else { return Ok(false) };
    let entries = BTreeMap::from([(row.path.clone(), mirror.entry(&leaf)?)]);
    let alone = rules.plan(&FabricTree { dir: dir.clone(), entries })?;
    Ok(alone.objects.iter().any(|object| object.identity == row.identity && object.digest == row.digest))
}
