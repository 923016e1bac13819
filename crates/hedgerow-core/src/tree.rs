//! The tree that a plan starts from: every entry under the fabric's directory at one commit.
//! Somebody else reads it (`hedgerow-git`); here it is a value.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, OnceLock};

use regex::bytes::Regex;

use crate::path::{FabricDir, TreePath};

/// What a tree entry is. Git's modes, no others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mode {
    /// 100644
    File,
    /// 100755
    Executable,
    /// 120000
    Symlink,
    /// 160000
    Submodule,
}

/// For people: what the entry is.
impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::File => "a file",
            Self::Executable => "an executable file",
            Self::Symlink => "a symbolic link",
            Self::Submodule => "a submodule",
        })
    }
}

/// The content of an entry, as far as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// The blob's bytes (for a symlink, its target).
    Bytes(Arc<[u8]>),
    /// Larger than [`crate::limits::MAX_FILE_BYTES`]: its size in bytes, and the SHA-256 of its content as the
    /// ledger needs it (hashed while streaming, never held in memory).
    TooLarge {
        /// bytes
        size: u64,
        /// lower-case hex
        sha256: String,
    },
    /// Not read, since nothing depends on it (not YAML and not a setting; a submodule).
    Unread,
}

/// The line that makes a file name Hedgehog.
const NAMES_HEDGEHOG: &str =
    r#"(?-u)(^|[\t {,-])["']?apiVersion["']?[\t ]*:[\t ]*["']?([A-Za-z0-9.-]+\.)?githedgehog\.com/"#;

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What it is.
    pub mode: Mode,
    /// The object id in lower-case hex: 40 digits, or 64 in a SHA-256 repository.
    pub id: String,
    /// Its content.
    pub content: Content,
}

impl Entry {
    /// Whether it is a regular file.
    pub fn is_file(&self) -> bool {
        matches!(self.mode, Mode::File | Mode::Executable)
    }

    /// The bytes of a regular file, when they were read.
    pub fn text_bytes(&self) -> Option<&[u8]> {
        self.bytes().filter(|_| self.is_file())
    }

    /// Whether git would call it the same: one mode, one content. Ids decide only where content was not read, since what
    /// is about to be committed has none yet.
    pub fn is_same(&self, other: &Self) -> bool {
        self.mode == other.mode
            && match (&self.content, &other.content) {
                (Content::Bytes(one), Content::Bytes(two)) => one == two,
                _ => self.id == other.id,
            }
    }

    /// Whether it is a regular file that *names Hedgehog* (`docs/reference/format.md`, "Paths"): a stray that can be adopted.
    pub fn names_hedgehog(&self) -> bool {
        static NAMES: OnceLock<Regex> = OnceLock::new();
        let names = NAMES.get_or_init(|| Regex::new(NAMES_HEDGEHOG).expect("the pattern is constant"));
        let is_comment = |line: &[u8]| line.iter().find(|b| !b" \t".contains(b)) == Some(&b'#');
        let bytes = self.text_bytes().unwrap_or_default();
        let bytes = bytes.strip_prefix(crate::lines::BOM).unwrap_or(bytes);
        bytes.split(|b| *b == b'\n').any(|line| !is_comment(line) && names.is_match(line))
    }

    /// The bytes, when they were read.
    pub fn bytes(&self) -> Option<&[u8]> {
        match &self.content {
            Content::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }
}

/// All blobs, links and submodules under one fabric's directory, at one commit, by path from the repository's root.
///
/// Content is present for YAML and `.gitkeep` in every zone, for all of `unmanaged/` whose size allows, and for `.hedgerow/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FabricTree {
    /// The directory.
    pub dir: FabricDir,
    /// What is in it.
    pub entries: BTreeMap<TreePath, Entry>,
}

impl FabricTree {
    /// The entry at `path`.
    pub fn get(&self, path: &TreePath) -> Option<&Entry> {
        self.entries.get(path)
    }

    /// What would be in the way of a file at `path`: the entry there, one where a directory above it should be, or one below it.
    pub fn in_the_way(&self, path: &TreePath) -> Option<&TreePath> {
        let at_or_above = std::iter::once(path.clone()).chain(path.ancestors());
        let found = at_or_above.filter_map(|path| self.entries.get_key_value(&path)).map(|(path, _)| path).next();
        found.or_else(|| {
            let below = path.join("");
            self.entries.range(below..).next().map(|(other, _)| other).filter(|other| other.below(path).is_some())
        })
    }
}
