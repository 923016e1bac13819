//! What a document's `apiVersion` and `kind` mean.

use super::near::{nearest, tolerance};
use super::{Catalogue, Former, Kind};

/// The answer for one group, version and kind.
#[derive(Clone, Copy, Debug)]
pub enum LookUp<'a> {
    /// A kind of the catalogue, in a version that is served.
    Served(&'a Kind),
    /// Once served, no longer.
    Former(&'a Former),
    /// A kind of the catalogue, in a version that nobody ever served.
    UnknownVersion(&'a Kind),
    /// A group of Hedgehog's without this kind; `near` is what may have been meant.
    UnknownKind {
        /// The kind that may have been meant, in this group or another.
        near: Option<&'a Kind>,
    },
    /// No group of Hedgehog's, but hardly distinguishable from one.
    NearGroup {
        /// That group.
        near: &'a str,
    },
    /// Somebody else's kind.
    Foreign,
}

/// How a group relates to Hedgehog's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family<'a> {
    /// A group of the catalogue, or of what it knows as former.
    Known,
    /// Under `githedgehog.com`, but not known; the known group within two edits, if there is one.
    Unknown(Option<&'a str>),
    /// Within two edits of a known group.
    Near(&'a str),
    /// Somebody else's.
    Foreign,
}

/// The domain of every Hedgehog group.
const DOMAIN: &str = "githedgehog.com";
/// A group within this many edits of one of Hedgehog's is a near miss.
const GROUP_EDITS: usize = 2;

/// Whether `group` is in Hedgehog's domain, known or not.
pub fn is_hedgehog(group: &str) -> bool {
    group == DOMAIN || group.strip_suffix(DOMAIN).is_some_and(|sub| sub.ends_with('.'))
}

impl Catalogue {
    /// How `group` relates to Hedgehog's groups. A CRD of another group makes that group known.
    pub fn family(&self, group: &str) -> Family<'_> {
        let known = || self.kinds().map(|k| k.group.as_str()).chain(self.former_groups());
        if known().any(|g| g == group) {
            return Family::Known;
        }
        let near = nearest(group, known().chain([DOMAIN]), GROUP_EDITS);
        if is_hedgehog(group) {
            return Family::Unknown(near);
        }
        near.map_or(Family::Foreign, Family::Near)
    }

    /// What `kind` of `group/version` is.
    pub fn look_up(&self, group: &str, version: &str, kind: &str) -> LookUp<'_> {
        match (self.kind(group, kind), self.former(group, version, kind)) {
            (Some(known), _) if known.serves(version) => return LookUp::Served(known),
            (_, Some(former)) => return LookUp::Former(former),
            (Some(known), None) => return LookUp::UnknownVersion(known),
            (None, None) => {}
        }
        match self.family(group) {
            Family::Known | Family::Unknown(_) => LookUp::UnknownKind { near: self.nearest_kind(group, kind) },
            Family::Near(near) => LookUp::NearGroup { near },
            Family::Foreign => LookUp::Foreign,
        }
    }

    /// The kind that somebody may have meant: by another of its names, by a typing error in this group, then in any.
    pub fn nearest_kind(&self, group: &str, kind: &str) -> Option<&Kind> {
        let here = || self.kinds().filter(|k| k.group == group);
        let near = |kinds: &mut dyn Iterator<Item = &str>| nearest(kind, kinds, tolerance(kind)).map(str::to_owned);
        if let Some(found) = here().chain(self.kinds()).find(|k| k.names().any(|n| n.eq_ignore_ascii_case(kind))) {
            return Some(found);
        }
        let meant =
            near(&mut here().map(|k| k.kind.as_str())).or_else(|| near(&mut self.kinds().map(|k| k.kind.as_str())))?;
        here().chain(self.kinds()).find(|k| k.kind == meant)
    }
}
