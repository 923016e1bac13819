//! What is left of a file when some of its documents leave.

use std::ops::Range;

use super::{Piece, cut, partition};

/// Why a file cannot be split so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RemainderError {
    /// An index that the file does not have.
    #[error("the file has no document {0}")]
    NoSuchDocument(usize),
    /// Without the documents that leave, the lines that stay would not be the other documents.
    #[error("without the documents that leave, the other documents would not stay what they are")]
    WouldChange,
}

/// The file without the lines of the documents `taken` and the `---` that opened each.
///
/// What is returned partitions into exactly the texts of the other documents; where no such bytes
/// result, the file cannot be split and this is an error. (Documents that only `...` divides are an example.)
pub fn remainder(bytes: &[u8], taken: &[usize]) -> Result<Vec<u8>, RemainderError> {
    let cuts = cut(bytes);
    let mut leaves = vec![false; cuts.len()];
    for &index in taken {
        *leaves.get_mut(index).ok_or(RemainderError::NoSuchDocument(index))? = true;
    }
    let mut gone: Vec<Range<usize>> = Vec::new();
    let mut stay = Vec::new();
    for (cut, leaves) in cuts.into_iter().zip(leaves) {
        if leaves {
            gone.extend(cut.parts.into_iter().chain(cut.separator));
        } else {
            stay.push(cut.piece(bytes));
        }
    }
    let left = without(bytes, gone);
    let after = partition(&left).documents;
    let same = after.iter().map(Piece::text).eq(stay.iter().map(Piece::text));
    if same { Ok(left) } else { Err(RemainderError::WouldChange) }
}

/// `bytes` without the ranges `gone`, which may overlap.
fn without(bytes: &[u8], mut gone: Vec<Range<usize>>) -> Vec<u8> {
    gone.sort_by_key(|range| range.start);
    let mut left = Vec::with_capacity(bytes.len());
    let mut at = 0;
    for range in gone {
        left.extend_from_slice(&bytes[at..range.start.max(at)]);
        at = at.max(range.end);
    }
    left.extend_from_slice(&bytes[at..]);
    left
}
