//! Edits that only a person may ask for. A run never changes lines; `hedgerow fmt` does, and only where what results is certain:
//! it cuts and re-indents lines, serialises nothing anew, and gives nothing unless the result means what was meant before.

mod block_items;
mod flow;
mod list;
mod removal;
mod server_fields;

use crate::document::{self, Document, ParsedFile};
use crate::finding::{Finding, Place, Severity};
use crate::limits::MAX_DEPTH;
use crate::path::TreePath;
use crate::yaml::Node;

/// What a person wants besides that each `kind: List` is split.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wish {
    /// Whether `status`, and in `metadata` what the server or the fabric's webhooks write themselves, goes from Hedgehog's objects.
    pub strip_server_fields: bool,
}

/// What an edit came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edited {
    /// The file as it would be. Equal to what it was where there is nothing to do.
    pub bytes: Vec<u8>,
    /// How many lists were split.
    pub lists: usize,
    /// How many fields were taken out.
    pub fields: usize,
    /// How many documents the file has now.
    pub documents: usize,
}

/// Why a file was not edited.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The file has errors of YAML: nobody can say what it means, so nobody can say that an edit keeps it.
    #[error("the file is no YAML that Kubernetes reads")]
    Unreadable(Vec<Finding>),
    /// At this place is something that no cutting of lines takes apart.
    #[error("{message}")]
    CannotCut {
        /// Where.
        place: Box<Place>,
        /// What is there.
        message: String,
    },
    /// The result would mean something else.
    #[error("the documents would not mean the same afterwards")]
    WouldChange,
}

/// What stands in the way of an edit: the bytes, and words about them.
pub(crate) struct Obstacle {
    pub(crate) at: usize,
    pub(crate) message: String,
}

/// Edits the file of content `bytes`; `path` is what findings call it.
///
/// # Errors
/// When the file has errors of YAML, or the result would not be equal in value.
pub fn edit(path: &TreePath, bytes: &[u8], wish: Wish) -> Result<Edited, EditError> {
    let before = readable(path, bytes)?;
    let mut edited = Edited { bytes: bytes.to_vec(), lists: 0, fields: 0, documents: before.documents.len() };
    // A list may hold lists.
    for _ in 0..MAX_DEPTH {
        let parsed = document::parse(path, &edited.bytes);
        let is_list = |document: &&Document<'_>| document.value.as_ref().is_some_and(list::is_list);
        let found = parsed.documents.iter().filter(is_list).count();
        if found == 0 {
            break;
        }
        let next = list::split_all(&parsed).map_err(|obstacle| cannot_cut(path, &edited.bytes, obstacle))?;
        (edited.bytes, edited.lists) = (next, edited.lists + found);
    }
    if wish.strip_server_fields {
        let parsed = document::parse(path, &edited.bytes);
        let stripped = server_fields::strip(&parsed).map_err(|obstacle| cannot_cut(path, &edited.bytes, obstacle))?;
        (edited.bytes, edited.fields) = stripped;
    }
    let after = document::parse(path, &edited.bytes);
    edited.documents = after.documents.len();
    if is_as_wished(&before, &after, wish) { Ok(edited) } else { Err(EditError::WouldChange) }
}

fn readable<'a>(path: &TreePath, bytes: &'a [u8]) -> Result<ParsedFile<'a>, EditError> {
    let mut parsed = document::parse(path, bytes);
    let errors: Vec<_> = parsed.findings.extract_if(.., |finding| finding.severity == Severity::Error).collect();
    if errors.is_empty() { Ok(parsed) } else { Err(EditError::Unreadable(errors)) }
}

fn cannot_cut(path: &TreePath, bytes: &[u8], obstacle: Obstacle) -> EditError {
    let start = obstacle.at as u32;
    let span = crate::finding::Span { start, end: start + 1 };
    let place = Place::of_span(path.clone(), None, bytes, span);
    EditError::CannotCut { place: Box::new(place), message: obstacle.message }
}

/// Whether the documents after the edit are those before it, their lists taken apart and nothing gone but what should be.
fn is_as_wished(before: &ParsedFile<'_>, after: &ParsedFile<'_>, wish: Wish) -> bool {
    let mut wished = Vec::new();
    let values = before.documents.iter().filter_map(|document| document.value.as_ref());
    values.for_each(|value| list::flatten(value, &mut wished));
    let wished = wished.into_iter().map(|node| match wish.strip_server_fields {
        true => server_fields::without(node),
        false => node.clone(),
    });
    let is_clean = !after.findings.iter().any(|finding| finding.severity == Severity::Error);
    let got: Vec<&Node<'_>> = after.documents.iter().filter_map(|document| document.value.as_ref()).collect();
    let wished: Vec<Node<'_>> = wished.collect();
    is_clean && wished.len() == got.len() && wished.iter().zip(got).all(|(wished, got)| wished.same_value(got))
}

#[cfg(test)]
mod tests;
