//! Files that are named on the command line.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use hedgerow_core::limits::MAX_FILE_BYTES;
use hedgerow_core::path::is_yaml;

/// How deep a directory is read.
const MAX_DEPTH: usize = 32;
/// What standard input is called.
pub(crate) const STDIN: &str = "standard input";

/// All of standard input, if it is of bearable size.
pub(crate) fn read_stdin() -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut input = std::io::stdin().lock().take(MAX_FILE_BYTES + 1);
    input.read_to_end(&mut bytes).context("reading standard input")?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        bail!("standard input has more than {MAX_FILE_BYTES} bytes");
    }
    Ok(bytes)
}

/// The bytes of a file of bearable size.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>> {
    let reading = || format!("reading {}", path.display());
    let size = std::fs::metadata(path).with_context(reading)?.len();
    if size > MAX_FILE_BYTES {
        bail!("{} has {size} bytes; {MAX_FILE_BYTES} are read", path.display());
    }
    std::fs::read(path).with_context(reading)
}

/// All YAML files below `dir`, sorted; none when there is no such directory. Links are not followed, as a run would not.
pub(crate) fn yaml_below(dir: &Path) -> Result<Vec<PathBuf>> {
    below(dir, 0)
}

fn below(dir: &Path, depth: usize) -> Result<Vec<PathBuf>> {
    if depth >= MAX_DEPTH {
        bail!("{} is more than {MAX_DEPTH} directories deep", dir.display());
    }
    if !dir.is_dir() {
        return Ok(Vec::new());
    }
    let reading = || format!("reading {}", dir.display());
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).with_context(reading)? {
        let entry = entry.with_context(reading)?;
        let kind = entry.file_type().with_context(reading)?;
        if kind.is_dir() {
            found.extend(below(&entry.path(), depth + 1)?);
        } else if kind.is_file() && is_yaml(entry.file_name().as_encoded_bytes()) {
            found.push(entry.path());
        }
    }
    found.sort();
    Ok(found)
}

/// Puts `bytes` into the file at `path`, which has them all or stays as it was; its permissions stay, and a link to it stays one.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> Result<()> {
    let writing = || format!("writing {}", path.display());
    let path = path.canonicalize().with_context(writing)?;
    let dir = path.parent().context("a file is in a directory")?;
    let mut file = tempfile::NamedTempFile::new_in(dir).with_context(writing)?;
    file.write_all(bytes).with_context(writing)?;
    let permissions = std::fs::metadata(&path).with_context(writing)?.permissions();
    file.as_file().set_permissions(permissions).with_context(writing)?;
    file.as_file().sync_all().with_context(writing)?;
    file.persist(&path).map_err(|error| error.error).with_context(writing)?;
    Ok(())
}
