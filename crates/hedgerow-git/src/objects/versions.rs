//! The versions of a directory, read one after the other, as the comparing of a history does.
//!
//! A pack holds them as a chain of deltas. Where each is a change of the older one, reading from the newest on resolves every
//! version from the chain's start, since gix keeps only what was asked for. Here each step on the way is kept, so that a
//! chain is worked through once, whichever way it runs.

use std::cell::RefCell;
use std::io;
use std::path::Path;

use gix::ObjectId;
use gix::objs::Kind;
use gix::odb::pack::Bundle;
use gix::odb::pack::cache::DecodeEntry;
use gix::odb::pack::cache::lru::MemoryCappedHashmap;
use gix::odb::pack::data::Entry;
use gix::odb::pack::data::decode::entry::ResolvedBase;
use gix::odb::pack::data::entry::Header;
use gix::zlib::Inflate;

use crate::limits::{MAX_CHAIN, MAX_OBJECT_BYTES, VERSIONS_BYTES};

/// The packs that were there when it was opened.
pub(super) struct Versions {
    bundles: Vec<Bundle>,
    work: RefCell<Work>,
}

struct Work {
    kept: MemoryCappedHashmap,
    inflate: Inflate,
    /// Of a version that is only on the way to another.
    step: Vec<u8>,
}

impl Versions {
    /// Of the repository at `git_dir`. A pack that cannot be opened is passed over.
    pub(super) fn open(git_dir: &Path, hash: gix::hash::Kind) -> io::Result<Self> {
        let limit = usize::try_from(MAX_OBJECT_BYTES).ok();
        let mut bundles = Vec::new();
        for file in std::fs::read_dir(git_dir.join("objects/pack"))? {
            let path = file?.path();
            if path.extension().is_some_and(|extension| extension == "idx")
                && let Ok(Bundle { pack, index }) = Bundle::at(&path, hash)
            {
                bundles.push(Bundle { pack: pack.with_alloc_limit_bytes(limit), index });
            }
        }
        let kept = MemoryCappedHashmap::new(VERSIONS_BYTES);
        Ok(Self { bundles, work: RefCell::new(Work { kept, inflate: Inflate::default(), step: Vec::new() }) })
    }

    /// The tree, into `out`. `None`: it is not in these packs, or cannot be read from them; the other way of reading says
    /// which.
    pub(super) fn tree(&self, id: &ObjectId, out: &mut Vec<u8>) -> Option<()> {
        let (bundle, index) = self.bundles.iter().find_map(|bundle| Some((bundle, bundle.index.lookup(id)?)))?;
        let entry = bundle.pack.entry(bundle.index.pack_offset_at_index(index)).ok()?;
        let kind = self.work.borrow_mut().resolve(bundle, entry, out)?;
        (kind == Kind::Tree).then_some(())
    }
}

impl Work {
    fn resolve(&mut self, bundle: &Bundle, entry: Entry, out: &mut Vec<u8>) -> Option<Kind> {
        let pack = bundle.pack.id;
        if let Some((kind, _)) = self.kept.get(pack, entry.data_offset, out) {
            return Some(kind);
        }
        let mut chain = vec![entry];
        while let Some(base) = base(bundle, chain.last()?)? {
            if chain.len() > MAX_CHAIN {
                return None;
            }
            if self.kept.get(pack, base.data_offset, &mut self.step).is_some() {
                break;
            }
            chain.push(base);
        }
        let asked = chain.remove(0);
        for entry in chain.into_iter().rev() {
            let mut step = std::mem::take(&mut self.step);
            self.decode(bundle, entry, &mut step)?;
            self.step = step;
        }
        self.decode(bundle, asked, out)
    }

    /// One step: the base is kept, or there is none.
    fn decode(&mut self, bundle: &Bundle, entry: Entry, out: &mut Vec<u8>) -> Option<Kind> {
        let (offset, is_whole) = (entry.data_offset, entry.header.is_base());
        let within = |id: &gix::oid, _: &mut Vec<u8>| Ok(named(bundle, id).map(ResolvedBase::InPack));
        let decoded = bundle.pack.decode_entry(entry, out, &mut self.inflate, &within, &mut self.kept).ok()?;
        if is_whole {
            self.kept.put(bundle.pack.id, offset, out, decoded.kind, decoded.compressed_size);
        }
        Some(decoded.kind)
    }
}

/// What the entry is a change of: `Some(None)` where it is whole.
fn base(bundle: &Bundle, entry: &Entry) -> Option<Option<Entry>> {
    match &entry.header {
        Header::OfsDelta { base_distance } => {
            let offset = entry.checked_base_pack_offset(*base_distance)?;
            bundle.pack.entry(offset).ok().map(Some)
        }
        Header::RefDelta { base_id } => named(bundle, base_id).map(Some),
        _ => Some(None),
    }
}

fn named(bundle: &Bundle, id: &gix::oid) -> Option<Entry> {
    let index = bundle.index.lookup(id)?;
    bundle.pack.entry(bundle.index.pack_offset_at_index(index)).ok()
}
