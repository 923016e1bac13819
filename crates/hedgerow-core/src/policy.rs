//! What the fabric's people decided, in the tree itself: `<dir>/.hedgerow/policy.toml` and `fabric.toml`.

use serde::{Deserialize, Serialize};

use crate::path::TreePath;
use crate::tree::FabricTree;

pub use crate::settings::Settings;

/// `<dir>/.hedgerow/policy.toml`: what becomes of documents where there is a choice. Unknown keys are refused.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Policy {
    /// An object that is managed already, with another text.
    pub replace: Replace,
    /// A file with good and bad documents.
    pub mixed: Mixed,
    /// Where a held file stands.
    pub invalid: Invalid,
    /// Kinds whose objects live elsewhere: a missing reference to one only warns.
    pub elsewhere: Vec<String>,
    /// Who commits.
    pub committer: Committer,
    /// Appended to the commit's subject, such as `[skip ci]`.
    pub subject_suffix: Option<String>,
    /// Why the fabric is suspended; absent when it is not.
    pub suspended: Option<String>,
}

/// An object that is managed already, with another text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Replace {
    /// The inbox's text replaces it.
    #[default]
    Take,
    /// The file is held.
    Hold,
}

/// A file with good and bad documents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Mixed {
    /// Held whole.
    #[default]
    Hold,
    /// The good documents are taken, the others stay.
    Split,
}

/// Where a held file stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Invalid {
    /// In `raw/`, untouched.
    #[default]
    Hold,
    /// In `unmanaged/`, with a `.findings.txt` beside it.
    Unmanaged,
}

/// Who commits.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Committer {
    /// The name.
    pub name: String,
    /// The e-mail, by which a verifier knows our committer.
    pub email: String,
}

impl Default for Committer {
    fn default() -> Self {
        Self { name: "Hedgerow".to_owned(), email: "hedgerow@hedgerow.invalid".to_owned() }
    }
}

/// What an operator may say on top of the policy: each word may only tighten it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags {
    /// `--replace`
    pub replace: Option<Replace>,
    /// `--mixed`
    pub mixed: Option<Mixed>,
    /// `--invalid`
    pub invalid: Option<Invalid>,
}

/// Why a policy could not be read or tightened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// Not TOML, an unknown key or a value of the wrong sort.
    #[error("{file}:{line}: {message}")]
    Illegible {
        /// The file.
        file: TreePath,
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        message: String,
    },
    /// The entry is a link or a submodule, or too large.
    #[error("{0} is not a readable file")]
    Unreadable(TreePath),
    /// A flag would loosen what the fabric's people decided.
    #[error("--{flag} {asked} would loosen the fabric's policy, which says {decided}")]
    Loosened {
        /// The flag.
        flag: &'static str,
        /// What was asked for.
        asked: &'static str,
        /// What the policy says.
        decided: &'static str,
    },
}

/// Reads the policy of a tree; the default where it has none.
///
/// # Errors
/// When the file is there and cannot be read to the letter.
pub fn read(tree: &FabricTree) -> Result<Policy, PolicyError> {
    let file = tree.dir.settings().join("policy.toml");
    let Some(entry) = tree.get(&file) else { return Ok(Policy::default()) };
    let bytes = entry.bytes().filter(|_| entry.is_file()).ok_or_else(|| PolicyError::Unreadable(file.clone()))?;
    parse(&file, bytes)
}

/// The committer that the policy of `tree` names, or the default: by whose e-mail a verifier knows our commits. A verifier
/// reads policies of other versions too, so keys that this one does not know do not matter.
pub fn committer(tree: &FabricTree) -> Committer {
    #[derive(Deserialize)]
    struct Named {
        committer: Option<Committer>,
    }
    let entry = tree.get(&tree.dir.settings().join("policy.toml"));
    let text = entry.and_then(|entry| std::str::from_utf8(entry.text_bytes()?).ok());
    let named = text.and_then(|text| toml::from_str::<Named>(text).ok());
    named.and_then(|named| named.committer).unwrap_or_default()
}

fn parse(file: &TreePath, bytes: &[u8]) -> Result<Policy, PolicyError> {
    let illegible = |at: usize, message: &str| PolicyError::Illegible {
        file: file.clone(),
        line: 1 + memchr::memchr_iter(b'\n', &bytes[..at]).count(),
        message: message.to_owned(),
    };
    let text = std::str::from_utf8(bytes).map_err(|e| illegible(e.valid_up_to(), "not UTF-8"))?;
    toml::from_str(text).map_err(|e| illegible(e.span().map_or(0, |span| span.start.min(bytes.len())), e.message()))
}

impl Policy {
    /// SHA-256 of the effective policy, lower-case hex: for the commit's trailer. The spelling of the file does not matter.
    pub fn digest(&self) -> String {
        let json = serde_json::to_string(self).expect("a policy has only strings and lists");
        crate::digest::sha256(json.as_bytes())
    }

    /// The policy with an operator's flags, and the text of those that changed it, for the `Hedgerow-Flags` trailer.
    ///
    /// # Errors
    /// When a flag would loosen the policy.
    pub fn tighten(mut self, flags: Flags) -> Result<(Self, Option<String>), PolicyError> {
        let words = [
            tighten("replace", &mut self.replace, flags.replace)?,
            tighten("mixed", &mut self.mixed, flags.mixed)?,
            tighten("invalid", &mut self.invalid, flags.invalid)?,
        ];
        let text = words.into_iter().flatten().collect::<Vec<_>>().join(" ");
        Ok((self, (!text.is_empty()).then_some(text)))
    }
}

/// Sets `decided` to `asked` where that is tighter; gives the word for the trailer when it changed.
fn tighten<T: Choice>(flag: &'static str, decided: &mut T, asked: Option<T>) -> Result<Option<String>, PolicyError> {
    let Some(asked) = asked.filter(|asked| asked != decided) else { return Ok(None) };
    if asked != T::TIGHT {
        return Err(PolicyError::Loosened { flag, asked: asked.word(), decided: decided.word() });
    }
    *decided = asked;
    Ok(Some(format!("{flag}={}", asked.word())))
}

/// A choice of the policy, one side of which is the careful one.
trait Choice: Copy + PartialEq {
    /// The careful side.
    const TIGHT: Self;
    /// As the file has it.
    fn word(self) -> &'static str;
}

impl Choice for Replace {
    const TIGHT: Self = Self::Hold;

    fn word(self) -> &'static str {
        match self {
            Self::Take => "take",
            Self::Hold => "hold",
        }
    }
}

impl Choice for Mixed {
    const TIGHT: Self = Self::Hold;

    fn word(self) -> &'static str {
        match self {
            Self::Hold => "hold",
            Self::Split => "split",
        }
    }
}

impl Choice for Invalid {
    const TIGHT: Self = Self::Hold;

    fn word(self) -> &'static str {
        match self {
            Self::Hold => "hold",
            Self::Unmanaged => "unmanaged",
        }
    }
}
