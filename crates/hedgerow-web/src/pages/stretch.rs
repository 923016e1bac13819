//! A stretch of a list that is at hand as a whole: which of its rows one page shows, and where the others are.

use std::ops::Range;

use serde::Deserialize;

use super::address;

/// Rows on one page.
const ROWS: usize = 50;

/// Which rows of a list are wanted.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Wanted {
    /// Those with this in their name.
    #[serde(default)]
    name: String,
    /// How many go before.
    #[serde(default)]
    from: usize,
}

impl Wanted {
    /// Whether a row of this name is wanted.
    pub(crate) fn takes(&self, name: &str) -> bool {
        name.contains(self.name.trim())
    }

    /// Of `len` wanted rows those of one page, in the list that `page` shows.
    pub(crate) fn stretch(&self, page: &str, len: usize) -> Stretch {
        let from = self.from.min(len);
        let until = (from + ROWS).min(len);
        let there = |from: usize| match self.name.trim() {
            "" => format!("{page}?from={from}"),
            part => format!("{page}?name={}&from={from}", address::segment(part)),
        };
        let range = match until - from == len {
            true => String::new(),
            false => format!("{} to {until} of {len}", (from + 1).min(until)),
        };
        Stretch {
            rows: from..until,
            page: page.to_owned(),
            name: self.name.clone(),
            range,
            previous: (from > 0).then(|| there(from.saturating_sub(ROWS))),
            next: (until < len).then(|| there(until)),
        }
    }
}

/// Rows of a list, and the ways to the others.
pub(crate) struct Stretch {
    pub(crate) rows: Range<usize>,
    pub(crate) page: String,
    /// What all of them have in their name.
    pub(crate) name: String,
    /// `51 to 100 of 1000`, where one page does not hold all.
    pub(crate) range: String,
    pub(crate) previous: Option<String>,
    pub(crate) next: Option<String>,
}

impl Stretch {
    /// Whether the page has all that there is.
    pub(crate) fn is_all(&self) -> bool {
        self.name.is_empty() && self.range.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_on_one_page_and_each_page_says_where_the_others_are() {
        let wanted = |from| Wanted { name: "a b".to_owned(), from };
        let first = wanted(0).stretch("/", 120);
        assert_eq!((first.rows, first.range.as_str(), first.previous), (0..50, "1 to 50 of 120", None));
        assert_eq!(first.next.as_deref(), Some("/?name=a%20b&from=50"));
        let last = wanted(100).stretch("/", 120);
        assert_eq!((last.rows, last.range.as_str(), last.next), (100..120, "101 to 120 of 120", None));
        assert_eq!(last.previous.as_deref(), Some("/?name=a%20b&from=50"));
        let beyond = wanted(500).stretch("/", 120);
        assert_eq!((beyond.rows, beyond.next), (120..120, None));
        let all = Wanted::default().stretch("/", 50);
        assert!(all.is_all() && all.rows == (0..50) && all.previous.is_none() && all.next.is_none());
    }
}
