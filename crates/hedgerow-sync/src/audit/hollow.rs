//! Whether a commit says anything: one that changes times, digests and counters alone does not.

use hedgerow_core::path::TreePath;
use hedgerow_core::tree::Mode;
use hedgerow_git::{CommitRead, Leaf, Mirror, ObjectError};

use crate::failure::Failure;

/// A commit that touches more paths is somebody's work.
const MAX_PATHS: usize = 200;
/// What is longer is not compared: such files are no bookkeeping.
const MAX_BYTES: usize = 1024 * 1024;
/// Keys of Kubernetes objects whose values are nobody's words.
const COUNTERS: &[&str] = &["generation:", "resourceVersion:", "uid:", "observedGeneration:", "revision:"];

/// Whether nothing differs from the first parent but placeholders, times, digests and counters. The first commit of a
/// history says something.
pub(super) fn is_hollow(mirror: &Mirror, commit: &CommitRead) -> Result<bool, Failure> {
    let Some(parent) = commit.parents.first() else { return Ok(false) };
    let parent = match mirror.commit(parent) {
        Ok(parent) => parent,
        // Beyond a shallow boundary nobody knows what it changed.
        Err(ObjectError::Missing(_)) => return Ok(false),
        Err(error) => return Err(error.into()),
    };
    let differences = mirror.compare(Some(&parent.tree), Some(&commit.tree), &TreePath::new(Vec::new()))?;
    if differences.len() > MAX_PATHS {
        return Ok(false);
    }
    for difference in &differences {
        let placeholder = difference.path.file_name() == b".gitkeep";
        let same = match (&difference.old, &difference.new) {
            (Some(old), Some(new)) => says_the_same(mirror, old, new)?,
            _ => false,
        };
        if !placeholder && !same {
            return Ok(false);
        }
    }
    Ok(true)
}

fn says_the_same(mirror: &Mirror, old: &Leaf, new: &Leaf) -> Result<bool, Failure> {
    if old.mode != new.mode || old.mode == Mode::Submodule {
        return Ok(false);
    }
    Ok(match (text(mirror, old)?, text(mirror, new)?) {
        (Some(old), Some(new)) => masked(&old) == masked(&new),
        _ => false,
    })
}

fn text(mirror: &Mirror, leaf: &Leaf) -> Result<Option<String>, Failure> {
    let entry = mirror.entry(leaf)?;
    let bytes = entry.bytes().filter(|bytes| bytes.len() <= MAX_BYTES);
    Ok(bytes.and_then(|bytes| std::str::from_utf8(bytes).ok()).map(str::to_owned))
}

/// The text with a mark in the place of whatever a clock, a hash or a counter writes.
fn masked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        match COUNTERS.iter().find(|key| line.trim_start().starts_with(**key)) {
            Some(key) => out.push_str(key),
            None => mask_line(line, &mut out),
        }
    }
    out
}

fn mask_line(line: &str, out: &mut String) {
    let part = |c: char| c.is_ascii_alphanumeric() || ".:+-_".contains(c);
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        let length = if part(first) { rest.find(|c| !part(c)).unwrap_or(rest.len()) } else { first.len_utf8() };
        let (word, after) = rest.split_at(length);
        out.push_str(if is_time(word) || is_digest(word) { "#" } else { word });
        rest = after;
    }
}

/// `2025-08-01`, `2025-08-01T07:28:05Z`, `07:28:05.123`, or seconds and their parts since 1970.
fn is_time(word: &str) -> bool {
    let shape: String = word.chars().take(10).map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    let clock = shape.starts_with("00:00:00") || shape == "00:00";
    let since = word.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        && [10, 13, 16, 19].contains(&word.split('.').next().unwrap_or_default().len());
    shape == "0000-00-00" || clock || since
}

/// A digest or a UUID.
fn is_digest(word: &str) -> bool {
    let word = word.rsplit(':').next().unwrap_or(word);
    [32, 36, 40, 64].contains(&word.len()) && word.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-')
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn times_digests_and_counters_say_nothing() {
        let same = [
            ("at: 2025-08-01T07:28:05Z\n", "at: 2025-08-01T07:28:06.5+02:00\n"),
            ("at: 2025-08-01 07:28:05\n", "at: 2026-01-02 23:00:01\n"),
            ("at: 1754058485\n", "at: 1754058486\n"),
            ("hash: sha256:0123456789abcdef0123456789abcdef\n", "hash: sha256:0123456789abcdef0123456789abcdee\n"),
            ("  generation: 5\n", "  generation: 6\n"),
        ];
        for (old, new) in same {
            assert_eq!(masked(old), masked(new), "{old}");
        }
        for (old, new) in [("vlan: 1001\n", "vlan: 1002\n"), ("name: a\n", "name: b\n"), ("at: noon\n", "at: night\n")]
        {
            assert_ne!(masked(old), masked(new), "{old}");
        }
    }
}
