//! The partition rule by rule. Properties over generated files stand in `tests/lines.rs`.

use super::*;

fn pieces(file: &str) -> Vec<String> {
    let documents = partition(file.as_bytes()).documents;
    assert_eq!(documents.len(), count(file.as_bytes()), "{file:?}");
    documents.iter().map(|p| String::from_utf8(p.bytes.to_vec()).unwrap()).collect()
}

#[track_caller]
fn cuts(file: &str, expected: &[&str]) {
    assert_eq!(pieces(file), expected, "{file:?}");
}

#[test]
fn a_file_without_content_has_no_documents() {
    for file in ["", "\n", "# c\n", "---\n", "---\n---\n", "--- # c\n", "%YAML 1.2\n---\n", "...\n", "  # c\n\n"] {
        cuts(file, &[]);
    }
}

#[test]
fn one_document_moves_whole() {
    for file in
        ["a: 1\n", "---\na: 1\n---\n", "a: 1\n# c\n", "# c\na: 1\n", "\n---\n# c\na: 1\n...\n", "--- a\n", "a: 1"]
    {
        cuts(file, &[file]);
    }
}

#[test]
fn one_document_below_a_comment_and_a_separator_loses_the_separator() {
    cuts("# c\n---\na: 1\n", &["# c\na: 1\n"]);
    cuts("  # c\n---\na: 1\n---\n", &["  # c\na: 1\n"]);
    cuts("a: 1\n\n# c\n---\n", &["a: 1\n\n# c\n"]);
}

#[test]
fn bare_separators_are_dropped() {
    cuts("a: 1\n---\nb: 2\n", &["a: 1\n", "b: 2\n"]);
    cuts("---\na: 1\n--- \t\nb: 2\n---\n", &["a: 1\n", "b: 2\n"]);
    cuts("a: 1\r\n---\r\nb: 2\r\n", &["a: 1\r\n", "b: 2\r\n"]);
}

#[test]
fn a_content_separator_belongs_to_what_it_opens() {
    cuts("a: 1\n--- # c\nb: 2\n", &["a: 1\n", "--- # c\nb: 2\n"]);
    cuts("a: 1\n--- |\n b\n--- x\n", &["a: 1\n", "--- |\n b\n", "--- x\n"]);
    cuts("a: 1\n--- # c\n---\nb: 2\n", &["a: 1\n", "--- # c\nb: 2\n"]);
}

#[test]
fn comments_after_a_blank_line_go_down() {
    cuts("a: 1\n\n# b\n# c\n---\nb: 2\n", &["a: 1\n\n", "# b\n# c\nb: 2\n"]);
    cuts("a: 1\n# of a\n---\nb: 2\n", &["a: 1\n# of a\n", "b: 2\n"]);
    cuts("a: 1\n\n# b\n\n---\nb: 2\n", &["a: 1\n\n# b\n\n", "b: 2\n"]);
    cuts("a: 1\n\n  # b\n---\nb: 2\n", &["a: 1\n\n  # b\n", "b: 2\n"]);
}

#[test]
fn a_banner_goes_down_from_its_bare_hash() {
    cuts("a: 1\n# of a\n#\n# B\n#\n---\nb: 2\n", &["a: 1\n# of a\n", "#\n# B\n#\nb: 2\n"]);
    cuts("a: 1\n#\n# B\n#\n--- # c\nb: 2\n", &["a: 1\n", "#\n# B\n#\n--- # c\nb: 2\n"]);
}

#[test]
fn comments_before_a_document_end_stay() {
    cuts("a: 1\n\n# c\n...\n# d\n---\nb: 2\n", &["a: 1\n\n# c\n...\n", "# d\nb: 2\n"]);
    cuts("a: 1\n...\nb: 2\n", &["a: 1\n...\n", "b: 2\n"]);
    cuts("a: 1\n---\nb: 2\n...\n# c\n", &["a: 1\n", "b: 2\n...\n# c\n"]);
}

#[test]
fn a_directive_keeps_its_separator() {
    cuts("%YAML 1.2\n---\na: 1\n---\nb: 2\n", &["%YAML 1.2\n---\na: 1\n", "b: 2\n"]);
    cuts("a: 1\n...\n%YAML 1.2\n# c\n---\nb: 2\n", &["a: 1\n...\n", "%YAML 1.2\n# c\n---\nb: 2\n"]);
}

#[test]
fn percent_is_content_where_a_document_is_open() {
    cuts("---\n%a: 1\n---\nb: 2\n", &["%a: 1\n", "b: 2\n"]);
    cuts("a\n%b\n---\nb: 2\n", &["a\n%b\n", "b: 2\n"]);
}

#[test]
fn an_empty_document_gives_its_lines_away() {
    cuts("a: 1\n---\n# c\n---\nb: 2\n", &["a: 1\n", "# c\nb: 2\n"]);
    cuts("a: 1\n---\nb: 2\n---\n# c\n", &["a: 1\n", "b: 2\n# c\n"]);
    cuts("a: 1\n\n# d\n---\n---\n# e\n---\nb: 2\n", &["a: 1\n\n", "# d\n# e\nb: 2\n"]);
    cuts("# c\n---\n---\na: 1\n---\nb: 2\n", &["# c\na: 1\n", "b: 2\n"]);
}

#[test]
fn a_byte_order_mark_belongs_to_the_first_line() {
    cuts("\u{feff}---\na: 1\n---\nb: 2\n", &["a: 1\n", "b: 2\n"]);
    cuts("\u{feff}# c\n---\na: 1\n---\nb: 2\n", &["\u{feff}# c\na: 1\n", "b: 2\n"]);
    cuts("a: 1\n---\n\u{feff}# c\n", &["a: 1\n", "\u{feff}# c\n"]);
}

#[test]
fn places_are_those_of_the_file() {
    let documents = partition(b"# c\n---\na: 1\n---\n\nb:\n  - 1\n\n# d\n").documents;
    assert_eq!(documents.iter().map(|d| d.line).collect::<Vec<_>>(), [3, 6]);
    assert_eq!(documents.iter().map(|d| d.content.clone()).collect::<Vec<_>>(), [8..13, 18..27]);
}

#[test]
fn a_remainder_is_the_file_without_what_left() {
    let file = b"a: 1\n\n# b\n---\nb: 2\n--- # c\nc: 3\n";
    let left = |taken: &[usize]| remainder(file, taken).map(|left| String::from_utf8(left).unwrap());
    assert_eq!(left(&[0]).unwrap(), "# b\n---\nb: 2\n--- # c\nc: 3\n");
    assert_eq!(left(&[1]).unwrap(), "a: 1\n\n--- # c\nc: 3\n");
    assert_eq!(left(&[2]).unwrap(), "a: 1\n\n# b\n---\nb: 2\n");
    assert_eq!(left(&[0, 2]).unwrap(), "# b\n---\nb: 2\n");
    assert_eq!(left(&[3]), Err(RemainderError::NoSuchDocument(3)));
}

#[test]
fn a_file_whose_documents_would_run_together_cannot_be_split() {
    let file = b"a: 1\n---\nb: 2\n...\nc: 3\n";
    assert_eq!(remainder(file, &[1]), Err(RemainderError::WouldChange));
    assert!(remainder(file, &[0]).is_ok());
}
