//! The cutting of a file into its documents' lines.

use hedgerow_core::digest::canonical_json;
use hedgerow_core::edit::{self, Edited, Wish};
use hedgerow_core::lines;
use hedgerow_core::path::TreePath;

use super::reader::{is_clean, parse};

/// The pieces joined are the file without bare separators; no bytes are made up; and where nothing is wrong with the file, each
/// piece alone is one document, of the value that it has in the file.
pub(crate) fn partition(bytes: &[u8]) {
    let pieces = lines::partition(bytes).documents;
    assert_eq!(lines::count(bytes), pieces.len());
    if !pieces.is_empty() {
        let joined: Vec<u8> = pieces.iter().flat_map(|piece| piece.bytes.iter().copied()).collect();
        assert_eq!(
            String::from_utf8_lossy(&without_separators(&joined)),
            String::from_utf8_lossy(&without_separators(bytes))
        );
    }
    for piece in &pieces {
        assert!(piece.content.start < piece.content.end && piece.content.end <= bytes.len());
        assert!(piece.section.start <= piece.content.start && piece.content.end <= piece.section.end);
    }
    each_leaves_the_others(bytes, pieces.len());
    each_stands_alone(bytes);
    an_edit_is_done_once(bytes);
}

/// What `hedgerow fmt` makes of a file has nothing left to do, and nothing wrong with it.
fn an_edit_is_done_once(bytes: &[u8]) {
    let edit = |bytes: &[u8]| edit::edit(&TreePath::from("raw/any.yaml"), bytes, Wish { strip_server_fields: true });
    if let Ok(once) = edit(bytes) {
        assert!(is_clean(&parse(&once.bytes)));
        let twice = edit(&once.bytes).expect("what was edited can be edited");
        assert_eq!(twice, Edited { lists: 0, fields: 0, ..once });
    }
}

/// The lines that are no bare separator, by the words of `docs/reference/format.md`. The last one counts with or without its end.
fn without_separators(bytes: &[u8]) -> Vec<u8> {
    let mut kept = Vec::new();
    for (at, line) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
        let bare = if at == 0 { line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line) } else { line };
        let rest = bare.strip_prefix(b"---").map(|rest| rest.strip_suffix(b"\n").unwrap_or(rest));
        let rest = rest.map(|rest| rest.strip_suffix(b"\r").unwrap_or(rest));
        match rest {
            // The mark that a file begins with is not the separator's.
            Some(rest) if rest.iter().all(|byte| b" \t".contains(byte)) => {
                kept.extend_from_slice(&line[..line.len() - bare.len()]);
            }
            _ => kept.extend_from_slice(line),
        }
    }
    kept
}

/// Where one document can leave, the texts of the others stay.
fn each_leaves_the_others(bytes: &[u8], documents: usize) {
    for leaving in 0..documents.min(4) {
        let Ok(left) = lines::remainder(bytes, &[leaving]) else { continue };
        let stay = lines::partition(bytes).documents.into_iter().enumerate().filter(|(at, _)| *at != leaving);
        let stay: Vec<_> = stay.map(|(_, piece)| piece.text().into_owned()).collect();
        let after: Vec<_> = lines::partition(&left).documents.iter().map(|piece| piece.text().into_owned()).collect();
        assert_eq!(after, stay);
    }
}

fn each_stands_alone(bytes: &[u8]) {
    let parsed = parse(bytes);
    if !is_clean(&parsed) {
        return;
    }
    for document in &parsed.documents {
        let value = document.value.as_ref().expect("a clean file's documents have values");
        let alone = parse(&document.piece);
        assert!(is_clean(&alone), "a clean file's piece is not: {:?}", alone.findings);
        let [only] = alone.documents.as_slice() else { panic!("a piece of {} documents", alone.documents.len()) };
        let again = only.value.as_ref().expect("a clean file's documents have values");
        assert!(value.same_value(again), "{} became {}", canonical_json(value), canonical_json(again));
        assert_eq!(document.text(), only.text(), "the text of a piece is not the text of its file");
    }
}
