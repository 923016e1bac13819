//! The index beside a pack: where each object is. Version 2 of git's format.

use std::io::{self, Write};

use gix::ObjectId;
use gix::hash::hasher;

use super::damaged;
use crate::error::ObjectError;

/// Where one object is in the pack.
pub(super) struct Place {
    pub(super) id: ObjectId,
    /// Of the entry as it stands in the pack, header included.
    pub(super) crc32: u32,
    /// From the pack's start, in bytes.
    pub(super) offset: u64,
}

/// Writes the index of the pack whose checksum is `pack`.
pub(super) fn write(
    mut places: Vec<Place>,
    pack: &ObjectId,
    hash: gix::hash::Kind,
    out: &mut impl Write,
) -> Result<(), ObjectError> {
    places.sort_by_key(|place| place.id);
    let mut bytes = b"\xfftOc".to_vec();
    bytes.extend(2u32.to_be_bytes());
    for count in fan_out(&places) {
        bytes.extend(count.to_be_bytes());
    }
    places.iter().for_each(|place| bytes.extend(place.id.as_slice()));
    places.iter().for_each(|place| bytes.extend(place.crc32.to_be_bytes()));
    for place in &places {
        bytes.extend(small(place.offset)?.to_be_bytes());
    }
    bytes.extend(pack.as_slice());
    let mut hasher = hasher(hash);
    hasher.update(&bytes);
    bytes.extend(hasher.try_finalize().map_err(damaged)?.as_slice());
    Ok(out.write_all(&bytes)?)
}

/// For each first byte, how many ids have that one or a lesser.
fn fan_out(places: &[Place]) -> [u32; 256] {
    let mut counts = [0; 256];
    for place in places {
        counts[usize::from(place.id.first_byte())] += 1;
    }
    let mut sum = 0;
    counts.map(|count| {
        sum += count;
        sum
    })
}

/// Offsets from 2 GiB on need another table, which a pack of ours never does.
fn small(offset: u64) -> io::Result<u32> {
    u32::try_from(offset)
        .ok()
        .filter(|offset| offset >> 31 == 0)
        .ok_or_else(|| io::Error::other("a pack of over 2 GiB"))
}
