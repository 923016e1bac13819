//! Near misses: what somebody may have meant.

/// Of `candidates`, the one that is within `limit` edits of `word`, letter case aside; of several the nearest, then the least.
/// A word that equals a candidate but for letter case is zero edits away.
pub(crate) fn nearest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>, limit: usize) -> Option<&'a str> {
    let word = word.to_lowercase();
    candidates
        .filter(|c| c.len().abs_diff(word.len()) <= limit)
        .map(|c| (strsim::osa_distance(&word, &c.to_lowercase()), c))
        .filter(|(edits, _)| *edits <= limit)
        .min()
        .map(|(_, c)| c)
}

/// How many edits make a misspelling of `word` rather than another word: a third of it, one at least and three at most.
pub(crate) fn tolerance(word: &str) -> usize {
    (word.chars().count() / 3).clamp(1, 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_found_and_a_far_one_is_not() {
        let words = || ["switch", "server", "subnet"].into_iter();
        assert_eq!(nearest("Swicth", words(), tolerance("Swicth")), Some("switch"));
        assert_eq!(nearest("gateway", words(), tolerance("gateway")), None);
    }
}
