//! The policy's file, read to the letter.

use serde::Deserialize;
use serde::de::{Deserializer, Error};

use crate::path::TreePath;
use crate::tree::FabricTree;

use super::{Committer, Policy, PolicyError};

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

/// Text that goes into one line of a commit: it could forge a trailer otherwise.
pub(super) fn optional_line<'d, D: Deserializer<'d>>(deserializer: D) -> Result<Option<String>, D::Error> {
    line(deserializer, "one line of text", |_| true).map(Some)
}

/// A name or an e-mail of a commit's header: git takes neither angle brackets nor nothing.
pub(super) fn signature_part<'d, D: Deserializer<'d>>(deserializer: D) -> Result<String, D::Error> {
    line(deserializer, "one line of text without `<` and `>`", |text| {
        !text.trim().is_empty() && !text.contains(['<', '>'])
    })
}

fn line<'d, D: Deserializer<'d>>(deserializer: D, what: &str, is_legal: fn(&str) -> bool) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    let is_line = !text.chars().any(char::is_control);
    if is_line && is_legal(&text) { Ok(text) } else { Err(D::Error::custom(format!("{text:?} is not {what}"))) }
}
