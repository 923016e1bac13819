//! What `hedgerow vet` was told to judge: sets of files, each judged by itself.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use hedgerow_core::finding::Place;
use hedgerow_core::path::{FabricDir, TreePath};
use hedgerow_core::tree::{Content, Entry, FabricTree, Mode};
use hedgerow_sync::ShownFinding;

use crate::files::{STDIN, directories, read, read_stdin, yaml_below};

/// Where the files stand while they are judged. Nobody sees it.
const DIR: &str = "~vet";

/// Reads what the arguments name: fabrics' directories, and directories that have some below, a set each; other files and
/// directories (all YAML below) and `-` for standard input, which are one set more. Where one fabric is named, they join its inbox.
pub(super) fn gather(named: &[String]) -> Result<Vec<Files>> {
    let mut fabrics = Vec::new();
    let mut loose = Vec::new();
    for name in named {
        match fabrics_at(Path::new(name))? {
            found if found.is_empty() => loose.push(name),
            found => fabrics.extend(found),
        }
    }
    fabrics.sort();
    fabrics.dedup();
    let mut sets: Vec<Files> = fabrics.iter().map(|dir| Files::of_fabric(dir)).collect::<Result<_>>()?;
    if sets.len() != 1 && !loose.is_empty() {
        sets.push(Files::new()?);
    }
    if let Some(set) = sets.last_mut() {
        set.add_all(loose)?;
    }
    sets.retain(|files| !files.names.is_empty());
    if sets.is_empty() {
        bail!("no YAML there\nhint: name files that end in .yaml or .yml, or a directory that has some");
    }
    Ok(sets)
}

/// The fabrics' directories at `path`: itself, or those below it.
fn fabrics_at(path: &Path) -> Result<Vec<PathBuf>> {
    let is_fabric = |dir: &Path| dir.join("raw").is_dir() || dir.join("managed").is_dir();
    if is_fabric(path) {
        return Ok(vec![path.to_owned()]);
    }
    directories(path, &is_fabric)
}

/// The files that are judged together, as if they lay in an inbox; and what they are called outside.
pub(super) struct Files {
    pub(super) tree: FabricTree,
    names: BTreeMap<TreePath, String>,
    /// What a fabric's directory is called, where one was named.
    fabric: Option<String>,
}

impl Files {
    fn new() -> Result<Self> {
        let tree = FabricTree { dir: FabricDir::parse(DIR)?, entries: BTreeMap::new() };
        Ok(Self { tree, names: BTreeMap::new(), fabric: None })
    }

    /// A fabric's directory: its inbox over what is managed, judged as they would stand together.
    fn of_fabric(dir: &Path) -> Result<Self> {
        let mut files = Self::new()?;
        files.fabric = Some(shown(dir));
        for zone in ["raw", "managed", ".hedgerow/crds"] {
            for path in yaml_below(&dir.join(zone))? {
                let below = path.strip_prefix(dir).context("a path below the directory")?;
                let inside = files.tree.dir.path().join(below.as_os_str().as_encoded_bytes());
                files.insert(inside, shown(&path), read(&path)?);
            }
        }
        for name in ["fabric.toml", "policy.toml"] {
            let path = dir.join(".hedgerow").join(name);
            if path.is_file() {
                files.insert(files.tree.dir.settings().join(name), shown(&path), read(&path)?);
            }
        }
        Ok(files)
    }

    /// Adds files by their names, each once, so that the order in which somebody names them is nothing. Numbered: names cannot clash.
    fn add_all(&mut self, named: Vec<&String>) -> Result<()> {
        let mut loose: BTreeMap<String, Option<PathBuf>> = BTreeMap::new();
        for name in named {
            let path = Path::new(name);
            match name.as_str() {
                "-" => drop(loose.insert(STDIN.to_owned(), None)),
                _ if path.is_dir() => {
                    loose.extend(yaml_below(path)?.into_iter().map(|path| (shown(&path), Some(path))))
                }
                _ => drop(loose.insert(shown(path), Some(path.to_owned()))),
            }
        }
        for (name, path) in loose {
            self.add(name, path.map_or_else(read_stdin, |path| read(&path))?);
        }
        Ok(())
    }

    fn add(&mut self, name: String, bytes: Vec<u8>) {
        let numbered = |number| self.tree.dir.raw().join(format!("{number:08}.yaml"));
        let mut free = (self.names.len()..).map(numbered).filter(|path| !self.names.contains_key(path));
        if let Some(path) = free.next() {
            self.insert(path, name, bytes);
        }
    }

    fn insert(&mut self, path: TreePath, name: String, bytes: Vec<u8>) {
        let entry = Entry { mode: Mode::File, id: String::new(), content: Content::Bytes(Arc::from(bytes)) };
        self.tree.entries.insert(path.clone(), entry);
        self.names.insert(path, name);
    }

    /// Gives a finding's places their names back.
    pub(super) fn name(&self, shown: &mut ShownFinding) {
        let rename = |place: &mut Place| {
            if let Some(name) = self.names.get(&place.file) {
                place.file = TreePath::from(name.as_str());
            }
        };
        rename(&mut shown.finding.place);
        shown.finding.related.iter_mut().for_each(|related| rename(&mut related.place));
        let finding = &mut shown.finding;
        for text in std::iter::once(&mut finding.message).chain(&mut finding.hint) {
            if text.contains(DIR) {
                *text = self.named(text);
            }
        }
    }
}

/// A path of a numbered file, as a message may have it.
const NUMBERED: usize = "/raw/00000000.yaml".len();

impl Files {
    /// The text of a message with the names that files have outside.
    fn named(&self, text: &str) -> String {
        let mut parts = text.split(DIR);
        let mut out = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (path, rest) = part.split_at_checked(NUMBERED).unwrap_or((part, ""));
            let name = self.names.get(&TreePath::from(format!("{DIR}{path}").as_str()));
            match (name, self.fabric.as_deref()) {
                (Some(name), _) => out.extend([name, rest]),
                (None, Some(".")) => out.push_str(part.strip_prefix('/').unwrap_or(part)),
                (None, fabric) => out.extend([fabric.unwrap_or_default(), part]),
            }
        }
        out
    }
}

/// A path as one would write it.
fn shown(path: &Path) -> String {
    let path = path.display().to_string();
    let short = path.strip_prefix("./").unwrap_or(&path).trim_end_matches('/');
    if short.is_empty() { path } else { short.to_owned() }
}
