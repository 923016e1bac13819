//! Paths in a repository, as git stores them: bytes, `/` between components, no leading slash.

use std::fmt;

use serde::{Serialize, Serializer};

/// A path from the repository's root. Ordered by its bytes.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TreePath(Vec<u8>);

impl TreePath {
    /// The path with exactly these bytes. Nothing is normalised: git is the judge of what a tree may hold.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self(bytes.into())
    }

    /// The bytes as git stores them.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The last component.
    pub fn file_name(&self) -> &[u8] {
        self.0.rsplit(|b| *b == b'/').next().unwrap_or_default()
    }

    /// This path with `component` below it.
    pub fn join(&self, component: impl AsRef<[u8]>) -> Self {
        let (above, component) = (&self.0, component.as_ref());
        // Exactly as long as it is: there is a path for each object.
        let mut bytes = Vec::with_capacity(above.len() + 1 + component.len());
        bytes.extend_from_slice(above);
        if !bytes.is_empty() {
            bytes.push(b'/');
        }
        bytes.extend_from_slice(component);
        Self(bytes)
    }

    /// The directories that hold it, innermost first.
    pub fn ancestors(&self) -> impl Iterator<Item = Self> + '_ {
        memchr::memrchr_iter(b'/', &self.0).map(|at| Self(self.0[..at].to_vec()))
    }

    /// Where the findings about a file that policy moved to `unmanaged/` stand: `.findings.txt` after its name.
    pub fn findings(&self) -> Self {
        Self([&self.0, b".findings.txt".as_slice()].concat())
    }

    /// What is left of this path below `dir`, or `None` when it is not below it.
    pub fn below(&self, dir: &TreePath) -> Option<&[u8]> {
        if dir.0.is_empty() {
            return Some(&self.0);
        }
        self.0.strip_prefix(dir.0.as_slice())?.strip_prefix(b"/")
    }

    /// The path as ledgers, trailers and machines read it (see `docs/reference/format.md`, "Paths").
    pub fn quoted(&self) -> String {
        let mut out = String::with_capacity(self.0.len());
        for &b in &self.0 {
            if b.is_ascii_alphanumeric() || b"._~/-+@:,=()".contains(&b) {
                out.push(b as char);
            } else {
                out.push('%');
                out.push(char::from_digit(u32::from(b >> 4), 16).map_or('0', |c| c.to_ascii_uppercase()));
                out.push(char::from_digit(u32::from(b & 15), 16).map_or('0', |c| c.to_ascii_uppercase()));
            }
        }
        out
    }

    /// The path that `quoted` wrote, or `None` when the text is not a quoted path in its one spelling.
    pub fn from_quoted(text: &str) -> Option<Self> {
        let mut bytes = Vec::with_capacity(text.len());
        let mut rest = text.as_bytes();
        while let Some((&b, tail)) = rest.split_first() {
            rest = tail;
            if b == b'%' {
                let hex = std::str::from_utf8(tail.get(..2)?).ok()?;
                bytes.push(u8::from_str_radix(hex, 16).ok()?);
                rest = &tail[2..];
            } else {
                bytes.push(b);
            }
        }
        let path = Self(bytes);
        (path.quoted() == text).then_some(path)
    }
}

impl From<&str> for TreePath {
    fn from(text: &str) -> Self {
        Self(text.as_bytes().to_vec())
    }
}

/// For people: UTF-8 where it is, control characters escaped, so that a name cannot drive a terminal.
impl fmt::Display for TreePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in String::from_utf8_lossy(&self.0).chars() {
            if c.is_control() {
                write!(f, "{}", c.escape_default())?;
            } else {
                write!(f, "{c}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for TreePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.to_string())
    }
}

impl Serialize for TreePath {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A fabric's directory: canonical (no empty, `.` or `..` component) and never the repository's root.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct FabricDir(TreePath);

/// Why a text is not a fabric's directory.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FabricDirError {
    /// Nothing is left after slashes and `.` are stripped.
    #[error("a fabric's directory cannot be the repository's root")]
    Empty,
    /// A `..` component.
    #[error("a fabric's directory cannot contain `..`: {0:?}")]
    Parent(String),
    /// A component that git does not store (`.git` in any case), or a control character.
    #[error("git does not store a directory of this name: {0:?}")]
    Illegal(String),
}

impl FabricDir {
    /// The directory that people mean by `text`: `/a/b/`, `a//b` and `./a/b` are `a/b` (F-05).
    pub fn parse(text: &str) -> Result<Self, FabricDirError> {
        let mut parts = Vec::new();
        for part in text.split('/').filter(|p| !p.is_empty() && *p != ".") {
            if part == ".." {
                return Err(FabricDirError::Parent(text.to_owned()));
            }
            if part.eq_ignore_ascii_case(".git") || part.chars().any(char::is_control) {
                return Err(FabricDirError::Illegal(text.to_owned()));
            }
            parts.push(part);
        }
        if parts.is_empty() {
            return Err(FabricDirError::Empty);
        }
        Ok(Self(TreePath::from(parts.join("/").as_str())))
    }

    /// The directory as a path.
    pub fn path(&self) -> &TreePath {
        &self.0
    }

    /// `D/raw`
    pub fn raw(&self) -> TreePath {
        self.0.join("raw")
    }

    /// `D/managed`
    pub fn managed(&self) -> TreePath {
        self.0.join("managed")
    }

    /// `D/unmanaged`
    pub fn unmanaged(&self) -> TreePath {
        self.0.join("unmanaged")
    }

    /// `D/.hedgerow`
    pub fn settings(&self) -> TreePath {
        self.0.join(".hedgerow")
    }

    /// Which part of the fabric `path` is in (`docs/reference/format.md`, "Paths"); `None` outside the directory.
    pub fn zone(&self, path: &TreePath) -> Option<Zone> {
        let below = path.below(&self.0)?;
        let yaml = is_yaml(below);
        let zone = match below.iter().position(|b| *b == b'/') {
            None if yaml => Zone::Stray,
            None => Zone::Other,
            Some(at) => match (&below[..at], yaml) {
                (b"raw", true) => Zone::Inbox,
                (b"managed", true) => Zone::Managed,
                (b"unmanaged", _) => Zone::Unmanaged,
                (b".hedgerow", _) => Zone::Settings,
                _ => Zone::Other,
            },
        };
        Some(zone)
    }

    /// Where a foreign file goes: `D/unmanaged/` and the path it had below `raw/` (a stray: its name).
    pub fn unmanaged_home(&self, path: &TreePath) -> TreePath {
        let below = path.below(&self.raw()).or_else(|| path.below(&self.0)).unwrap_or(path.as_bytes());
        self.unmanaged().join(below)
    }

    /// Whether one of the two directories is the other or lies in it.
    pub fn overlaps(&self, other: &Self) -> bool {
        self == other || self.0.below(&other.0).is_some() || other.0.below(&self.0).is_some()
    }
}

impl fmt::Display for FabricDir {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The parts of a fabric's directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Zone {
    /// YAML under `raw/`.
    Inbox,
    /// YAML under `managed/`.
    Managed,
    /// Anything under `unmanaged/`.
    Unmanaged,
    /// Anything under `.hedgerow/`.
    Settings,
    /// YAML directly in the directory.
    Stray,
    /// Everything else: passed over.
    Other,
}

/// Whether the last component ends in `.yaml` or `.yml`, in any case.
pub fn is_yaml(path: &[u8]) -> bool {
    let name = path.rsplit(|b| *b == b'/').next().unwrap_or_default();
    let ends = |end: &[u8]| name.len() >= end.len() && name[name.len() - end.len()..].eq_ignore_ascii_case(end);
    ends(b".yaml") || ends(b".yml")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_has_one_spelling() {
        for text in ["/a/b/", "a//b", "./a/b", "a/b"] {
            assert_eq!(FabricDir::parse(text).unwrap().to_string(), "a/b");
        }
        assert_eq!(FabricDir::parse("/./"), Err(FabricDirError::Empty));
        assert!(matches!(FabricDir::parse("a/../b"), Err(FabricDirError::Parent(_))));
        assert!(matches!(FabricDir::parse("a/.GIT"), Err(FabricDirError::Illegal(_))));
    }

    #[test]
    fn quoting_comes_back() {
        let path = TreePath::new(b"a b/%\xff#.yaml".to_vec());
        assert_eq!(path.quoted(), "a%20b/%25%FF%23.yaml");
        assert_eq!(TreePath::from_quoted(&path.quoted()), Some(path));
        assert_eq!(TreePath::from_quoted("%2e"), None, "one spelling only");
    }
}
