//! One file, from its bytes to its documents: what the lines say and what YAML says must agree.

use crate::codes::yaml as codes;
use crate::document::{Document, ParsedFile, alone, fitness, notes::Notes, strict, template};
use crate::finding::Span;
use crate::limits::MAX_ALIAS_NODES_PER_FILE;
use crate::lines::{self, Piece};
use crate::path::TreePath;
use crate::yaml::problem::Problem;
use crate::yaml::reader::{Reader, Reading, quoted};

pub(super) fn parse<'a>(path: &TreePath, bytes: &'a [u8]) -> ParsedFile<'a> {
    let mut notes = Notes::new(path, bytes);
    let documents = match fitness::text(bytes) {
        Ok(text) => documents(text, &mut notes),
        Err(problem) => {
            notes.push(None, problem);
            Vec::new()
        }
    };
    ParsedFile { path: path.clone(), bytes, documents, findings: notes.into_findings() }
}

fn documents<'a>(text: &'a str, notes: &mut Notes<'_>) -> Vec<Document<'a>> {
    fitness::bad_characters(text).for_each(|problem| notes.push(None, problem));
    check_unicode_breaks(text, notes);
    let pieces = lines::partition(text.as_bytes()).documents;
    if pieces.is_empty() {
        // Comments, blank lines and separators: YAML has nothing to add, however many there are.
        return Vec::new();
    }
    let readings = align(text, &pieces, notes);
    let documents = pieces.into_iter().zip(readings).enumerate();
    documents.map(|(index, (piece, reading))| document(text, index, piece, reading, notes)).collect()
}

fn check_unicode_breaks(text: &str, notes: &mut Notes<'_>) {
    let mut breaks = fitness::unicode_breaks(text).peekable();
    if breaks.peek().is_none() {
        return;
    }
    let quoted = quoted(text);
    let is_quoted = |at: usize| {
        let before = quoted.partition_point(|range| range.start <= at);
        before > 0 && quoted[before - 1].contains(&at)
    };
    if let Some(start) = breaks.find(|at| !is_quoted(*at)) {
        notes.push(None, fitness::unquoted_break(text, start));
    }
}

/// What YAML finds in the whole file, one reading for each piece.
///
/// A document belongs to the piece in whose section it starts. Where an error swallows the next documents
/// they are read on their own; any other disagreement is an error about the file.
fn align<'a>(text: &'a str, pieces: &[Piece<'_>], notes: &mut Notes<'_>) -> Vec<Reading<'a>> {
    let mut readings: Vec<Option<Reading<'a>>> = Vec::new();
    readings.resize_with(pieces.len(), || None);
    let mut at = 0;
    let mut stray = None;
    let mut has_failure = false;
    for reading in Reader::new(text, MAX_ALIAS_NODES_PER_FILE) {
        has_failure |= reading.root.is_none();
        while pieces.get(at).is_some_and(|piece| piece.section.end <= reading.start) {
            at += 1;
        }
        match readings.get_mut(at) {
            Some(free @ None) if pieces[at].section.contains(&reading.start) => *free = Some(reading),
            _ if stray.is_none() => stray = Some(reading),
            _ => {}
        }
    }
    if let Some(stray) = stray {
        notes.push(None, unexpected(&stray));
    }
    let missed = |piece: &Piece<'_>| alone::in_place(text, piece, has_failure);
    readings.into_iter().zip(pieces).map(|(reading, piece)| reading.unwrap_or_else(|| missed(piece))).collect()
}

fn unexpected(reading: &Reading<'_>) -> Problem {
    let failure = reading.problems.iter().find(|problem| problem.code == codes::SYNTAX);
    failure.cloned().unwrap_or_else(|| {
        let span = Span { start: reading.start as u32, end: reading.end as u32 };
        let message = "YAML starts a document here, where the lines show none";
        Problem::error(codes::DOCUMENTS_DIFFER, span, message)
            .hint("divide documents by lines that are `---` and nothing else")
    })
}

fn document<'a>(
    text: &'a str,
    index: usize,
    piece: Piece<'a>,
    reading: Reading<'a>,
    notes: &mut Notes<'_>,
) -> Document<'a> {
    notes.leave_out(reading.left_out);
    if !alone::is_same(text, &piece, &reading) {
        notes.push(Some(index), alone::differs(&piece));
    }
    if reading.root.is_some() {
        strict::problems(&piece).into_iter().for_each(|problem| notes.push(Some(index), problem));
    }
    for problem in reading.problems {
        notes.push(Some(index), template::recognise(problem, text, &piece));
    }
    let span = Span { start: piece.content.start as u32, end: piece.content.end as u32 };
    Document { index, line: piece.line, span, piece: piece.bytes, value: reading.root }
}
