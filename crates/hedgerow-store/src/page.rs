//! Listings, a page at a time.

use std::fmt;
use std::str::FromStr;

use crate::limits::MAX_PAGE_ROWS;

/// Where the next page begins. Opaque: only what a page gave is worth anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor(pub(crate) i64);

/// A text that no page gave.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a cursor of a page")]
pub struct CursorError;

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl FromStr for Cursor {
    type Err = CursorError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().ok().filter(|row| *row > 0).map(Self).ok_or(CursorError)
    }
}

/// Some rows, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Where the next page begins; `None`: there is none.
    pub next: Option<Cursor>,
}

/// How many rows a page may have when `limit` are asked for: at least 1, at most [`MAX_PAGE_ROWS`].
pub(crate) fn rows(limit: u32) -> usize {
    limit.clamp(1, MAX_PAGE_ROWS) as usize
}

/// The page of at most `limit` rows, of which one more was asked for, each with its key.
pub(crate) fn page<T>(mut rows: Vec<(i64, T)>, limit: usize) -> Page<T> {
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(|(key, _)| Cursor(*key));
    Page { items: rows.into_iter().map(|(_, item)| item).collect(), next }
}
