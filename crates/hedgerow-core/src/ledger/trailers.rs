//! What the last paragraph of our commits says: `docs/reference/format.md`, "Trailers".

use crate::ledger::Counts;
use crate::path::{FabricDir, TreePath};

/// The format that this version writes and reads.
pub const FORMAT: &str = "1";

/// Every `Hedgerow-*` trailer of one commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trailers {
    /// The run's id.
    pub run: String,
    /// The parent's full object id.
    pub parent: String,
    /// The fabric's directory.
    pub directory: FabricDir,
    /// How many of each outcome.
    pub counts: Counts,
    /// The ledger's digest, lower-case hex without a prefix.
    pub ledger: String,
    /// Whether strays that name Hedgehog were inbox files.
    pub adopt: bool,
    /// What the commit is for.
    pub operation: Operation,
    /// The commit whose revert was lifted by a person's word before this one.
    pub resumed: Option<String>,
    /// The digest of the effective policy.
    pub policy: String,
    /// The digest of the fabric's settings.
    pub settings: String,
    /// The digest of the catalogue.
    pub catalogue: String,
    /// The text of flags that tightened the policy.
    pub flags: Option<String>,
    /// The version of Hedgerow.
    pub version: String,
}

/// What a message says of whose it is, before its trailers are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// It has no trailer of ours.
    Nothing,
    /// It has some, and they are not for the directory that was asked about.
    Elsewhere,
    /// It says that it is ours for the directory.
    Here,
}

/// What a commit of ours is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operation {
    /// From the inbox.
    Sync,
    /// The directory structure.
    Init,
    /// Takes the commit of this id back.
    Undo(String),
}

/// Trailers that are there and cannot be believed: such a commit claims to be ours and does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TrailerError {
    /// A key that must be there once is not there.
    #[error("the trailer {0} is missing")]
    Missing(&'static str),
    /// A key stands twice.
    #[error("the trailer {0} stands more than once")]
    Doubled(String),
    /// A key that this format does not have.
    #[error("the trailer {0} is unknown")]
    Unknown(String),
    /// A value that is not as the format says.
    #[error("the trailer {key} cannot be read: {value:?}")]
    Illegible {
        /// The key.
        key: &'static str,
        /// The value as it stands.
        value: String,
    },
    /// Another format: not for this version to judge.
    #[error("the commit has format {0:?}; this version knows {FORMAT}")]
    Format(String),
}

impl Trailers {
    /// The paragraph, every line ended by LF.
    pub fn render(&self) -> String {
        let digest = |hex: &str| format!("sha256:{hex}");
        let (operation, undo) = match &self.operation {
            Operation::Sync => (None, None),
            Operation::Init => (Some("init".to_owned()), None),
            Operation::Undo(commit) => (Some("undo".to_owned()), Some(commit.clone())),
        };
        let lines = [
            ("Hedgerow-Run", Some(self.run.clone())),
            ("Hedgerow-Format", Some(FORMAT.to_owned())),
            ("Hedgerow-Parent", Some(self.parent.clone())),
            ("Hedgerow-Directory", Some(self.directory.path().quoted())),
            ("Hedgerow-Counts", Some(self.counts.to_string())),
            ("Hedgerow-Ledger", Some(digest(&self.ledger))),
            ("Hedgerow-Adopt", self.adopt.then(|| "true".to_owned())),
            ("Hedgerow-Operation", operation),
            ("Hedgerow-Undo", undo),
            ("Hedgerow-Resumed", self.resumed.clone()),
            ("Hedgerow-Policy", Some(digest(&self.policy))),
            ("Hedgerow-Settings", Some(digest(&self.settings))),
            ("Hedgerow-Catalogue", Some(digest(&self.catalogue))),
            ("Hedgerow-Flags", self.flags.clone()),
            ("Hedgerow-Version", Some(self.version.clone())),
        ];
        lines.iter().filter_map(|(key, value)| Some(format!("{key}: {}\n", value.as_ref()?))).collect()
    }

    /// Whether the last paragraph of a message, however its trailers stand, has any of ours, and whether it says that the
    /// commit is ours for `dir`.
    pub fn told(message: &str, dir: &FabricDir) -> Told {
        let paragraph = last_paragraph(message);
        let mut ours = paragraph.iter().filter(|line| line.starts_with("Hedgerow-") && line.contains(':')).peekable();
        if ours.peek().is_none() {
            return Told::Nothing;
        }
        let ours: Vec<_> = ours.collect();
        let is_named = |key: &str| ours.iter().any(|line| line.starts_with(key));
        let directory = dir.path().quoted();
        let is_here = is_named("Hedgerow-Run:")
            && ours.iter().any(|line| {
                let value = line.strip_prefix("Hedgerow-Directory:");
                value.is_some_and(|value| value.strip_prefix(' ').unwrap_or(value) == directory)
            });
        if is_here { Told::Here } else { Told::Elsewhere }
    }

    /// The trailers of a commit message, or `None` when its last paragraph has no `Hedgerow-Run`: the commit is not ours.
    ///
    /// # Errors
    /// When they are there and not as the format says: a key missing, doubled or unknown, or a value illegible.
    pub fn parse(message: &str) -> Result<Option<Self>, TrailerError> {
        let Some(mut found) = Found::read(message)? else { return Ok(None) };
        let format = found.need("Hedgerow-Format")?;
        if format != FORMAT {
            return Err(TrailerError::Format(format));
        }
        let trailers = Self {
            run: found.need("Hedgerow-Run")?,
            parent: found.object_id("Hedgerow-Parent")?,
            directory: found.read_as("Hedgerow-Directory", directory)?,
            counts: found.read_as("Hedgerow-Counts", Counts::parse)?,
            ledger: found.read_as("Hedgerow-Ledger", digest)?,
            adopt: found.adopt()?,
            operation: found.operation()?,
            resumed: found.optional("Hedgerow-Resumed", object_id)?,
            policy: found.read_as("Hedgerow-Policy", digest)?,
            settings: found.read_as("Hedgerow-Settings", digest)?,
            catalogue: found.read_as("Hedgerow-Catalogue", digest)?,
            flags: found.optional("Hedgerow-Flags", |text| Some(text.to_owned()))?,
            version: found.need("Hedgerow-Version")?,
        };
        found.finish(trailers)
    }
}

/// The `Hedgerow-*` lines of a message's last paragraph that nobody has taken yet.
struct Found(std::collections::BTreeMap<String, String>);

impl Found {
    fn read(message: &str) -> Result<Option<Self>, TrailerError> {
        let mut found = std::collections::BTreeMap::new();
        for line in last_paragraph(message) {
            let Some((key, value)) = line.split_once(':').filter(|(key, _)| key.starts_with("Hedgerow-")) else {
                continue;
            };
            let value = value.strip_prefix(' ').unwrap_or(value).to_owned();
            if found.insert(key.to_owned(), value).is_some() {
                return Err(TrailerError::Doubled(key.to_owned()));
            }
        }
        Ok(found.contains_key("Hedgerow-Run").then_some(Self(found)))
    }

    fn need(&mut self, key: &'static str) -> Result<String, TrailerError> {
        self.read_as(key, |value| (!value.is_empty()).then(|| value.to_owned()))
    }

    fn read_as<T>(&mut self, key: &'static str, read: impl Fn(&str) -> Option<T>) -> Result<T, TrailerError> {
        self.optional(key, read)?.ok_or(TrailerError::Missing(key))
    }

    fn optional<T>(&mut self, key: &'static str, read: impl Fn(&str) -> Option<T>) -> Result<Option<T>, TrailerError> {
        let Some(value) = self.0.remove(key) else { return Ok(None) };
        read(&value).map(Some).ok_or(TrailerError::Illegible { key, value })
    }

    fn object_id(&mut self, key: &'static str) -> Result<String, TrailerError> {
        self.read_as(key, object_id)
    }

    fn adopt(&mut self) -> Result<bool, TrailerError> {
        let adopt = self.optional("Hedgerow-Adopt", |value| (value == "true").then_some(()))?;
        Ok(adopt.is_some())
    }

    fn operation(&mut self) -> Result<Operation, TrailerError> {
        let word =
            self.optional("Hedgerow-Operation", |value| matches!(value, "init" | "undo").then(|| value.to_owned()))?;
        Ok(match word.as_deref() {
            None => Operation::Sync,
            Some("init") => Operation::Init,
            Some(_) => Operation::Undo(self.object_id("Hedgerow-Undo")?),
        })
    }

    /// `trailers`, unless a key is left that nobody asked for.
    fn finish(self, trailers: Trailers) -> Result<Option<Trailers>, TrailerError> {
        match self.0.into_keys().next() {
            Some(key) => Err(TrailerError::Unknown(key)),
            None => Ok(Some(trailers)),
        }
    }
}

/// The lines after the last blank line, trailing blank lines aside.
fn last_paragraph(message: &str) -> Vec<&str> {
    let lines: Vec<_> = message.trim_ascii_end().lines().collect();
    let is_blank = |line: &&str| line.bytes().all(|byte| b" \t\r".contains(&byte));
    let start = lines.iter().rposition(is_blank).map_or(0, |at| at + 1);
    lines[start..].to_vec()
}

fn digest(value: &str) -> Option<String> {
    let hex = value.strip_prefix("sha256:")?;
    is_hex(hex, &[64]).then(|| hex.to_owned())
}

fn object_id(value: &str) -> Option<String> {
    is_hex(value, &[40, 64]).then(|| value.to_owned())
}

fn is_hex(text: &str, lengths: &[usize]) -> bool {
    lengths.contains(&text.len()) && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

/// The directory of a quoted path, when it is canonical.
fn directory(value: &str) -> Option<FabricDir> {
    let path = TreePath::from_quoted(value)?;
    let text = std::str::from_utf8(path.as_bytes()).ok()?;
    FabricDir::parse(text).ok().filter(|dir| dir.path() == &path)
}
