//! How long things took.

use std::time::Duration;

/// The median and the most, in ms; 0 where there is nothing.
pub(crate) fn median_and_most(all: &[Duration]) -> (u128, u128) {
    let mut sorted: Vec<u128> = all.iter().map(Duration::as_millis).collect();
    sorted.sort_unstable();
    (sorted.get(sorted.len() / 2).copied().unwrap_or(0), sorted.last().copied().unwrap_or(0))
}
