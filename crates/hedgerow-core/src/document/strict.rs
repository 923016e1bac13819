//! Where go-yaml v2, and so Kubernetes, is stricter than YAML 1.2: what a managed file must not hold.

use std::ops::Range;

use crate::codes::yaml as codes;
use crate::finding::Span;
use crate::lines::{LineKind, Piece, Shape, line_kinds};
use crate::yaml::problem::Problem;
use crate::yaml::tabs;

/// What go-yaml would refuse of a piece that YAML 1.2 takes, and its directives.
pub(super) fn problems(piece: &Piece<'_>) -> Vec<Problem> {
    let mut problems = if piece.shape == Shape::Marked { preamble(piece) } else { Vec::new() };
    let tab = std::str::from_utf8(&piece.bytes).ok().and_then(tabs::misplaced);
    if let Some(tab) = tab {
        let span = place(piece, tab..tab + 1);
        let problem = Problem::error(codes::TAB, span, "a tab where Kubernetes takes only blanks");
        problems.push(problem.hint("indent with blanks, and put blanks after `-`"));
    }
    problems
}

/// Directives and document ends above a piece's content.
fn preamble(piece: &Piece<'_>) -> Vec<Problem> {
    let is_above = |kind: LineKind| !matches!(kind, LineKind::Content | LineKind::ContentSeparator);
    let mut is_open = false;
    let mut problems = Vec::new();
    for (line, kind) in line_kinds(&piece.bytes).take_while(|(_, kind)| is_above(*kind)) {
        match kind {
            LineKind::Percent => problems.push(directive(piece, line)),
            LineKind::DocumentEnd if !is_open => {
                let message = "`...` ends a document where none is open, and Kubernetes refuses that";
                problems.push(Problem::error(codes::SYNTAX, place(piece, line), message).hint("remove the `...`"));
            }
            kind => is_open |= kind.is_any_separator(),
        }
    }
    problems
}

fn directive(piece: &Piece<'_>, line: Range<usize>) -> Problem {
    let text = String::from_utf8_lossy(&piece.bytes[line.clone()]);
    let name = text.trim_start_matches('\u{feff}').split('#').next().unwrap_or_default().trim();
    let span = place(piece, line);
    let problem = if name == "%YAML 1.1" || name.starts_with("%TAG ") {
        let message = format!("not every tool for Kubernetes reads a file with the directive `{name}`");
        Problem::warning(codes::DIRECTIVE, span, message)
    } else {
        Problem::error(codes::DIRECTIVE, span, format!("Kubernetes refuses a file with the directive `{name}`"))
    };
    problem.hint("remove it, and the `---` below it if nothing stands above")
}

/// The place in the file of a line of the piece, without its end.
fn place(piece: &Piece<'_>, line: Range<usize>) -> Span {
    let width = piece.bytes[line.clone()].trim_ascii_end().len().max(1);
    let start = piece.in_file(line.start) as u32;
    Span { start, end: start + width as u32 }
}
