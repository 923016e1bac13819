//! One pack of new objects, each deflated once and whole: a push sends these bytes as they are.
//! The format is git's own, `Documentation/gitformat-pack`, version 2.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use gix::ObjectId;
use gix::hash::{Hasher, hasher};
use gix::objs::{Kind, compute_hash};
use gix::zlib::Compression;
use gix::zlib::Status;
use gix::zlib::stream::deflate::{Compress, FlushCompress};
use tempfile::NamedTempFile;

use super::damaged;
use super::index::{self, Place};
use crate::error::ObjectError;

/// Objects that are to be written; blobs are borrowed, so that nothing is held twice.
pub(super) struct Pack<'a> {
    hash: gix::hash::Kind,
    objects: Vec<(ObjectId, Kind, Cow<'a, [u8]>)>,
    known: HashSet<ObjectId>,
}

impl<'a> Pack<'a> {
    pub(super) fn new(hash: gix::hash::Kind) -> Self {
        Self { hash, objects: Vec::new(), known: HashSet::new() }
    }

    /// Adds an object, once, and says its id.
    pub(super) fn add(&mut self, kind: Kind, bytes: &'a [u8]) -> Result<ObjectId, ObjectError> {
        self.take(kind, Cow::Borrowed(bytes))
    }

    /// [`Pack::add`] for what was just made.
    pub(super) fn add_owned(&mut self, kind: Kind, bytes: Vec<u8>) -> Result<ObjectId, ObjectError> {
        self.take(kind, Cow::Owned(bytes))
    }

    /// [`Pack::add_owned`] for a tree made of `base`, which is there already if nothing has changed.
    pub(super) fn add_tree(&mut self, base: Option<ObjectId>, bytes: Vec<u8>) -> Result<ObjectId, ObjectError> {
        let id = compute_hash(self.hash, Kind::Tree, &bytes).map_err(damaged)?;
        if base != Some(id) && self.known.insert(id) {
            self.objects.push((id, Kind::Tree, Cow::Owned(bytes)));
        }
        Ok(id)
    }

    fn take(&mut self, kind: Kind, bytes: Cow<'a, [u8]>) -> Result<ObjectId, ObjectError> {
        let id = compute_hash(self.hash, kind, &bytes).map_err(damaged)?;
        if self.known.insert(id) {
            self.objects.push((id, kind, bytes));
        }
        Ok(id)
    }

    /// Writes pack and index into `dir`. The index comes last: a pack without one does not exist for git.
    pub(super) fn write(self, dir: &Path) -> Result<(), ObjectError> {
        std::fs::create_dir_all(dir)?;
        let mut file = temporary(dir)?;
        let mut out = Output::new(&mut file, self.hash);
        out.put(b"PACK")?;
        out.put(&2u32.to_be_bytes())?;
        out.put(&count(self.objects.len())?.to_be_bytes())?;
        let mut deflater = Deflater::new();
        let mut places = Vec::with_capacity(self.objects.len());
        for (id, kind, bytes) in &self.objects {
            let offset = out.written;
            let mut entry = entry_header(*kind, bytes.len());
            deflater.append(bytes, &mut entry)?;
            out.put(&entry)?;
            places.push(Place { id: *id, crc32: crc32fast::hash(&entry), offset });
        }
        let checksum = out.finish()?;
        let mut index = temporary(dir)?;
        index::write(places, &checksum, self.hash, &mut index)?;
        let name = format!("pack-{checksum}");
        file.persist(dir.join(format!("{name}.pack"))).map_err(|error| error.error)?;
        index.persist(dir.join(format!("{name}.idx"))).map_err(|error| error.error)?;
        Ok(())
    }
}

/// Named as git names what it may sweep away.
fn temporary(dir: &Path) -> io::Result<NamedTempFile> {
    tempfile::Builder::new().prefix("tmp_pack_").tempfile_in(dir)
}

fn count(objects: usize) -> io::Result<u32> {
    u32::try_from(objects).map_err(|_| io::Error::other("more objects than a pack can hold"))
}

/// Kind and size: four bits of the size with the kind, then seven a byte, lowest first.
fn entry_header(kind: Kind, size: usize) -> Vec<u8> {
    let kind = match kind {
        Kind::Commit => 1u8,
        Kind::Tree => 2,
        Kind::Blob => 3,
        Kind::Tag => 4,
    };
    let mut byte = (kind << 4) | (size & 15) as u8;
    let mut rest = size >> 4;
    let mut header = Vec::with_capacity(8);
    while rest > 0 {
        header.push(byte | 0x80);
        byte = (rest & 0x7f) as u8;
        rest >>= 7;
    }
    header.push(byte);
    header
}

/// One state and one buffer serve all objects: making them costs more than a small object does.
struct Deflater {
    state: Compress,
    buffer: Vec<u8>,
}

impl Deflater {
    fn new() -> Self {
        Self { state: Compress::new(Compression::new(1).unwrap_or_default()), buffer: vec![0; 32 * 1024] }
    }

    /// Appends `bytes`, deflated, to `out`.
    fn append(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> io::Result<()> {
        let state = &mut self.state;
        state.reset();
        loop {
            let (read, written) = (state.total_in(), state.total_out());
            let rest = &bytes[usize::try_from(read).map_err(io::Error::other)?..];
            let status = state.compress(rest, &mut self.buffer, FlushCompress::Finish).map_err(io::Error::other)?;
            let new = usize::try_from(state.total_out() - written).map_err(io::Error::other)?;
            out.extend_from_slice(&self.buffer[..new]);
            match status {
                Status::StreamEnd => return Ok(()),
                _ if new == 0 && state.total_in() == read => return Err(io::Error::other("deflate makes no progress")),
                _ => {}
            }
        }
    }
}

/// What is written is hashed and counted on the way.
struct Output<'f> {
    file: BufWriter<&'f mut File>,
    hasher: Hasher,
    written: u64,
}

impl<'f> Output<'f> {
    fn new(file: &'f mut NamedTempFile, hash: gix::hash::Kind) -> Self {
        Self { file: BufWriter::with_capacity(256 * 1024, file.as_file_mut()), hasher: hasher(hash), written: 0 }
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.hasher.update(bytes);
        self.written += bytes.len() as u64;
        self.file.write_all(bytes)
    }

    /// Writes the checksum of all that came before.
    fn finish(mut self) -> Result<ObjectId, ObjectError> {
        let checksum = self.hasher.try_finalize().map_err(damaged)?;
        self.file.write_all(checksum.as_slice())?;
        self.file.flush()?;
        Ok(checksum)
    }
}
