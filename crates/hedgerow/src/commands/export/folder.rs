//! The directory of an export. What is ours in it stands in a list, in the form of `sha256sum`; nothing else is touched.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use hedgerow_core::digest::sha256;

/// The list of what an export wrote. `hhfab` reads `*.yaml` only, so it does not see it.
const LIST: &str = ".hedgerow-export";

/// Whether a person insists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Force {
    Yes,
    No,
}

/// A directory that an export may be written to.
#[derive(Debug)]
pub(super) struct Folder {
    dir: PathBuf,
    /// What exports wrote there, by name: the hashes that each file may have.
    ours: BTreeMap<String, BTreeSet<String>>,
}

/// What became of it.
#[derive(Debug, Default)]
pub(super) struct Written {
    pub(super) written: usize,
    pub(super) removed: usize,
    /// YAML beside it that is not ours, by name.
    pub(super) others: Vec<String>,
}

impl Folder {
    /// Looks at `dir`: it is absent, empty, ours, or somebody insists.
    pub(super) fn open(dir: &Path, force: Force) -> Result<Self> {
        let reading = || format!("reading {}", dir.display());
        let ours = match std::fs::read_to_string(dir.join(LIST)) {
            Ok(list) => read_list(&list).with_context(|| format!("{}/{LIST}", dir.display()))?,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let is_empty = match std::fs::read_dir(dir) {
                    Ok(mut entries) => entries.next().is_none(),
                    Err(error) if error.kind() == ErrorKind::NotFound => true,
                    Err(error) => return Err(error).with_context(reading),
                };
                if !is_empty && force == Force::No {
                    let dir = dir.display();
                    bail!(
                        "{dir} is not empty, and no earlier export\nhint: name another directory; --force writes beside what is there"
                    );
                }
                BTreeMap::new()
            }
            Err(error) => return Err(error).with_context(reading),
        };
        Ok(Self { dir: dir.to_owned(), ours })
    }

    /// Writes `files`, and removes what an earlier export wrote and this one has not. Everything is looked at before anything is done.
    pub(super) fn write(self, files: &BTreeMap<String, Vec<u8>>, force: Force) -> Result<Written> {
        std::fs::create_dir_all(&self.dir).with_context(|| format!("making {}", self.dir.display()))?;
        let to_write = self.to_write(files, force)?;
        let to_remove = self.to_remove(files)?;
        let hashes: BTreeMap<String, BTreeSet<String>> =
            files.iter().map(|(name, bytes)| (name.clone(), [sha256(bytes)].into())).collect();
        // Until all is done the list has both: whenever we stop, what is there is known as ours.
        let mut both = self.ours.clone();
        for (name, hash) in &hashes {
            both.entry(name.clone()).or_default().extend(hash.iter().cloned());
        }
        self.put(LIST, list(&both).as_bytes())?;
        for name in &to_write {
            self.put(name, &files[name.as_str()])?;
        }
        for name in &to_remove {
            std::fs::remove_file(self.dir.join(name)).with_context(|| format!("removing {name}"))?;
        }
        self.put(LIST, list(&hashes).as_bytes())?;
        Ok(Written { written: to_write.len(), removed: to_remove.len(), others: self.others(files)? })
    }

    fn to_write<'f>(&self, files: &'f BTreeMap<String, Vec<u8>>, force: Force) -> Result<Vec<&'f String>> {
        let mut names = Vec::new();
        for (name, bytes) in files {
            match self.hash_of(name)? {
                Some(hash) if hash == sha256(bytes) => continue,
                Some(hash) => match self.ours.get(name) {
                    None => bail!("{} is in the way, and not ours\nhint: move it", self.dir.join(name).display()),
                    Some(known) if !known.contains(&hash) && force == Force::No => bail!(self.changed(name)),
                    Some(_) => {}
                },
                None => {}
            }
            names.push(name);
        }
        Ok(names)
    }

    /// What is ours no more. A file that somebody changed is theirs.
    fn to_remove(&self, files: &BTreeMap<String, Vec<u8>>) -> Result<Vec<&String>> {
        let mut names = Vec::new();
        for (name, known) in self.ours.iter().filter(|(name, _)| !files.contains_key(*name)) {
            match self.hash_of(name)? {
                None => {}
                Some(hash) if known.contains(&hash) => names.push(name),
                Some(_) => bail!("{}\nhint: move it, or remove it if it is not wanted", self.changed(name)),
            }
        }
        Ok(names)
    }

    fn changed(&self, name: &str) -> String {
        format!("{} was changed since it was exported", self.dir.join(name).display())
    }

    /// The hash of a file; `None` when nothing is there.
    fn hash_of(&self, name: &str) -> Result<Option<String>> {
        let path = self.dir.join(name);
        let reading = || format!("reading {}", path.display());
        match std::fs::symlink_metadata(&path) {
            Ok(metadata) if metadata.is_file() => Ok(Some(sha256(&std::fs::read(&path).with_context(reading)?))),
            Ok(_) => bail!("{} is in the way: it is no file\nhint: move it", path.display()),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(reading),
        }
    }

    /// Puts a file there, whole or not at all.
    fn put(&self, name: &str, bytes: &[u8]) -> Result<()> {
        let writing = || format!("writing {}", self.dir.join(name).display());
        let mut builder = tempfile::Builder::new();
        // As any program would make it: who may read it is for the umask to say.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let mut file = builder.tempfile_in(&self.dir).with_context(writing)?;
        file.write_all(bytes).with_context(writing)?;
        file.persist(self.dir.join(name)).map_err(|error| error.error).with_context(writing)?;
        Ok(())
    }

    /// The YAML that lies there and is not of this export.
    fn others(&self, files: &BTreeMap<String, Vec<u8>>) -> Result<Vec<String>> {
        let mut others = Vec::new();
        for entry in std::fs::read_dir(&self.dir).with_context(|| format!("reading {}", self.dir.display()))? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if name.ends_with(".yaml") && !files.contains_key(&name) {
                others.push(name);
            }
        }
        others.sort();
        Ok(others)
    }
}

/// The list, as `sha256sum -c` takes it.
fn list(ours: &BTreeMap<String, BTreeSet<String>>) -> String {
    ours.iter().flat_map(|(name, hashes)| hashes.iter().map(move |hash| format!("{hash}  {name}\n"))).collect()
}

fn read_list(text: &str) -> Result<BTreeMap<String, BTreeSet<String>>> {
    let mut ours: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in text.lines() {
        let (hash, name) = line.split_once("  ").context("a line that no export wrote")?;
        // Names lead nowhere else, whoever wrote the list.
        if name.contains('/') || !name.ends_with(".yaml") {
            bail!("{name:?} is no name of an exported file");
        }
        ours.entry(name.to_owned()).or_default().insert(hash.to_owned());
    }
    Ok(ours)
}
