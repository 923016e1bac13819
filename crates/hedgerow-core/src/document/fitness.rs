//! What makes a file unfit to be cut into documents, whatever YAML says.

use crate::codes::yaml as codes;
use crate::finding::Span;
use crate::limits::{MAX_DOCUMENTS_PER_FILE, MAX_FILE_BYTES};
use crate::lines;
use crate::yaml::problem::Problem;

/// The text of a file that can be read, or why it cannot.
pub(super) fn text(bytes: &[u8]) -> Result<&str, Problem> {
    if bytes.len() as u64 > MAX_FILE_BYTES {
        let message = format!("the file has {} bytes, more than {MAX_FILE_BYTES}", bytes.len());
        return Err(Problem::error(codes::TOO_LARGE, at(0, 0), message).hint("split it"));
    }
    if is_lfs_pointer(bytes) {
        let problem = Problem::error(codes::LFS_POINTER, at(0, 1), "a Git LFS pointer, not the file's content");
        return Err(problem.hint("take YAML out of LFS: git lfs untrack '*.yaml', git add --renormalize ."));
    }
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        let problem = Problem::error(codes::NOT_UTF8, at(0, 2), "the file is UTF-16");
        return Err(problem.hint("save it as UTF-8: iconv -f UTF-16 -t UTF-8"));
    }
    if let Some(nul) = memchr::memchr(0, bytes) {
        let problem = Problem::error(codes::NUL_BYTE, at(nul, 1), "the file has a NUL byte");
        return Err(problem.hint("restore it from where it came, or save it as UTF-8"));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let problem = Problem::error(codes::NOT_UTF8, at(error.valid_up_to(), 1), "from here on the file is not UTF-8");
        problem.hint("save it as UTF-8")
    })?;
    let documents = lines::count(bytes);
    if documents > MAX_DOCUMENTS_PER_FILE {
        let message = format!("the file has {documents} documents, more than {MAX_DOCUMENTS_PER_FILE}");
        return Err(Problem::error(codes::TOO_MANY_DOCUMENTS, at(0, 0), message).hint("split it"));
    }
    Ok(text)
}

/// Whether this is what Git LFS leaves in a file's place.
pub(super) fn is_lfs_pointer(bytes: &[u8]) -> bool {
    bytes.starts_with(b"version https://git-lfs.github.com/spec/")
}

/// Characters that may stand nowhere in the file: the first of each kind.
pub(super) fn bad_characters(text: &str) -> impl Iterator<Item = Problem> {
    let bytes = text.as_bytes();
    let lone = memchr::memchr_iter(b'\r', bytes).find(|at| bytes.get(at + 1) != Some(&b'\n'));
    let lone = lone.map(|start| {
        let message = "a carriage return that no line feed follows";
        Problem::error(codes::LONE_CARRIAGE_RETURN, at(start, 1), message).hint("end lines with LF or CR LF")
    });
    lone.into_iter().chain(control_character(text))
}

/// go-yaml refuses a file with a character that YAML counts as not printable, comments included.
fn control_character(text: &str) -> Option<Problem> {
    // Most files have none, and this pass over bytes alone says so.
    let suspicious = |byte: &u8| matches!(byte, 0..=8 | 11 | 12 | 14..=31 | 0x7f | 0xc2 | 0xef);
    text.as_bytes().iter().position(suspicious)?;
    let (start, char) = text.char_indices().find(|(_, char)| is_not_printable(*char))?;
    let message = format!("the control character U+{:04X}", char as u32);
    let problem = Problem::error(codes::CONTROL_CHARACTER, at(start, char.len_utf8()), message);
    Some(problem.hint("remove it, or write it as an escape in double quotes"))
}

fn is_not_printable(char: char) -> bool {
    match char {
        '\t' | '\n' | '\r' | '\u{85}' => false,
        '\0'..'\u{20}' | '\u{7f}'..'\u{a0}' | '\u{fffe}' | '\u{ffff}' => true,
        _ => false,
    }
}

/// NEL, LS and PS: where YAML 1.1 ends a line and YAML 1.2 does not.
pub(super) fn unicode_breaks(text: &str) -> impl Iterator<Item = usize> {
    let bytes = text.as_bytes();
    memchr::memchr2_iter(0xc2, 0xe2, bytes)
        .filter(|at| matches!(&bytes[*at..], [0xc2, 0x85, ..] | [0xe2, 0x80, 0xa8 | 0xa9, ..]))
}

/// A break at `start` that stands outside quotes.
pub(super) fn unquoted_break(text: &str, start: usize) -> Problem {
    let char = text[start..].chars().next().unwrap_or_default();
    let message = format!("the line break U+{:04X} outside quotes: YAML 1.1 and 1.2 disagree about it", char as u32);
    let problem = Problem::error(codes::UNICODE_LINE_BREAK, at(start, char.len_utf8()), message);
    problem.hint("remove it, or write it as an escape in double quotes")
}

fn at(start: usize, width: usize) -> Span {
    Span { start: start as u32, end: (start + width) as u32 }
}
