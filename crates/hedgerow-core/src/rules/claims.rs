//! What can be had only once.

use std::collections::HashMap;
use std::hash::Hash;

use super::report::Spot;

/// Who was first to claim each thing.
pub(crate) struct Claims<K>(HashMap<K, Spot>);

impl<K: Eq + Hash> Claims<K> {
    pub(crate) fn new() -> Self {
        Self(HashMap::new())
    }

    pub(crate) fn with_capacity(capacity: usize) -> Self {
        Self(HashMap::with_capacity(capacity))
    }

    /// Claims `thing` for `spot`; gives who has claimed it before, if anybody.
    pub(crate) fn claim(&mut self, thing: K, spot: Spot) -> Option<Spot> {
        let first = *self.0.entry(thing).or_insert(spot);
        (first != spot).then_some(first)
    }
}
