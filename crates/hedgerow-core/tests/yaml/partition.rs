//! What must hold of every file and its pieces: `docs/reference/format.md`, "Lines and pieces".

use hedgerow_core::document::Document;
use hedgerow_core::lines::{self, partition, remainder, text};
use proptest::prelude::*;

use super::{files, is_clean, parse};

/// The lines of `bytes` that are not bare separators.
fn without_separators(bytes: &[u8]) -> Vec<u8> {
    let separator = |line: &&[u8]| {
        let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        line.strip_prefix(b"---").is_some_and(|rest| rest.iter().all(|b| matches!(b, b' ' | b'\t')))
    };
    bytes.split_inclusive(|b| *b == b'\n').filter(|line| !separator(line)).flatten().copied().collect()
}

fn pieces(bytes: &[u8]) -> Vec<Vec<u8>> {
    partition(bytes).documents.into_iter().map(|piece| piece.bytes.into_owned()).collect()
}

/// The documents, when nothing is wrong with the file.
fn clean<'f>(file: &'f str) -> Option<Vec<Document<'f>>> {
    let parsed = parse(file.as_bytes());
    is_clean(&parsed).then_some(parsed.documents)
}

/// `PROPTEST_CASES` asks for more.
fn config() -> ProptestConfig {
    let default = ProptestConfig::default();
    ProptestConfig { cases: default.cases.max(2000), failure_persistence: None, ..default }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn pieces_joined_are_the_file_without_its_bare_separators(file in files::any()) {
        let pieces = pieces(file.as_bytes());
        prop_assert_eq!(pieces.len(), lines::count(file.as_bytes()));
        if pieces.is_empty() {
            return Ok(());
        }
        let joined = pieces.concat();
        prop_assert_eq!(without_separators(&joined), without_separators(file.as_bytes()));
    }

    #[test]
    fn only_directives_keep_a_separator_in_a_piece(file in files::any()) {
        let pieces = pieces(file.as_bytes());
        if pieces.len() < 2 {
            return Ok(());
        }
        for piece in pieces {
            let kept = piece.len() - without_separators(&piece).len();
            let after_mark = piece.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&piece);
            let directive = after_mark.starts_with(b"%") || piece.windows(2).any(|w| w == b"\n%");
            prop_assert!(kept == 0 || directive, "{:?}", String::from_utf8_lossy(&piece));
        }
    }

    #[test]
    fn a_piece_that_is_one_document_is_its_own_only_piece(file in files::any()) {
        for piece in pieces(file.as_bytes()) {
            let again = pieces(&piece);
            if let [only] = again.as_slice() {
                prop_assert_eq!(text(only), text(&piece));
                prop_assert_eq!(pieces(only), vec![only.clone()], "a piece of a piece is that piece");
            }
        }
    }

    #[test]
    fn a_clean_file_gives_pieces_that_mean_the_same_alone(file in files::any()) {
        let Some(documents) = clean(&file) else { return Ok(()) };
        for document in &documents {
            let alone = parse(&document.piece);
            prop_assert!(is_clean(&alone), "{:?}: {:?}", String::from_utf8_lossy(&document.piece), alone.findings);
            prop_assert_eq!(alone.documents.len(), 1);
            let (there, here) = (document.value.as_ref().unwrap(), alone.documents[0].value.as_ref().unwrap());
            prop_assert!(there.same_value(here), "{there:?} is not {here:?}");
            prop_assert_eq!(document.text(), alone.documents[0].text());
        }
    }

    #[test]
    fn a_remainder_keeps_the_other_documents_as_they_were(file in files::any(), taken in any::<u16>()) {
        let Some(documents) = clean(&file) else { return Ok(()) };
        let (gone, stay): (Vec<_>, Vec<_>) = documents.iter().partition(|d| taken >> (d.index % 16) & 1 == 1);
        if gone.is_empty() || stay.is_empty() {
            return Ok(());
        }
        let gone: Vec<usize> = gone.iter().map(|d| d.index).collect();
        let Ok(left) = remainder(file.as_bytes(), &gone) else { return Ok(()) };
        let after = parse(&left);
        prop_assert!(is_clean(&after), "{:?} of {:?}: {:?}", String::from_utf8_lossy(&left), gone, after.findings);
        prop_assert_eq!(after.documents.len(), stay.len());
        for (before, after) in stay.iter().zip(&after.documents) {
            prop_assert_eq!(before.text(), after.text());
            prop_assert!(before.value.as_ref().unwrap().same_value(after.value.as_ref().unwrap()));
        }
    }

    #[test]
    fn any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let parsed = parse(&bytes);
        prop_assert!(parsed.documents.len() <= partition(&bytes).documents.len());
    }

    #[test]
    fn every_place_is_in_the_file(file in files::any()) {
        for finding in parse(file.as_bytes()).findings {
            if let Some(span) = finding.place.span {
                prop_assert!(span.start <= span.end && span.end as usize <= file.len(), "{finding:?}");
                prop_assert!(file.is_char_boundary(span.start as usize), "{finding:?}");
                let line = 1 + file[..span.start as usize].matches('\n').count();
                prop_assert_eq!(finding.place.line, Some(line as u32));
            }
        }
    }
}

#[test]
fn most_tidy_files_are_clean() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let clean = (0..500).filter(|_| clean(&files::tidy().new_tree(&mut runner).unwrap().current()).is_some()).count();
    assert!(clean > 300, "the properties above would be empty: {clean} of 500");
}
