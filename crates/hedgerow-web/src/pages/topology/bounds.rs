//! How much one picture holds: a page stays light whatever the fabric has. What is too much for one picture is drawn in
//! several, or as one box with a count, or is left out; each of these is said in words.

use std::ops::Range;

use super::drawing::{Drawing, Line};

/// About so many bytes of a page the boxes of one picture may take.
pub(super) const BOXES_BYTES: usize = 120_000;
/// And its lines.
pub(super) const LINES_BYTES: usize = 110_000;
/// So many spines and gateways are drawn one by one.
pub(super) const MAX_ABOVE: usize = 48;
/// So many leaves of one block are drawn one by one.
pub(super) const MAX_LEAVES: usize = 24;

/// About so many bytes a box takes whose device has a name of `name` bytes: its name stands in its address, its label and
/// its title.
pub(super) fn box_bytes(name: usize) -> usize {
    380 + 4 * name
}

fn line_bytes(line: &Line) -> usize {
    140 + line.path.len() + line.title.len() + line.href.as_ref().map_or(0, |href| href.len() + 30)
}

/// Cuts things of these sizes into runs of at most `room` bytes each, in order; at least one run, and no empty one beside
/// others.
pub(super) fn parts(sizes: impl Iterator<Item = usize>, room: usize) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let (mut begin, mut end, mut taken) = (0, 0, 0);
    for size in sizes {
        if taken + size > room && end > begin {
            parts.push(begin..end);
            (begin, taken) = (end, 0);
        }
        taken += size;
        end += 1;
    }
    parts.push(begin..end);
    parts
}

/// The part `wanted` (from 1) of `parts`; the last, where there are not so many.
pub(super) fn chosen(parts: &[Range<usize>], wanted: usize) -> (usize, Range<usize>) {
    let part = wanted.clamp(1, parts.len());
    (part, parts[part - 1].clone())
}

impl Drawing {
    /// Leaves out lines that one picture has no room for, the last first, and says how many links they stand for.
    pub(super) fn keep_light(&mut self) {
        let mut room = LINES_BYTES;
        let fits = |line: &&Line| {
            let bytes = line_bytes(line);
            let fits = bytes <= room;
            room = room.saturating_sub(bytes);
            fits
        };
        let kept = self.lines.iter().take_while(fits).count();
        let left_out: usize = self.lines[kept..].iter().map(|line| line.links).sum();
        if left_out > 0 {
            self.lines.truncate(kept);
            self.notes.push(format!("{left_out} links are not drawn: too many for one picture"));
        }
    }
}
