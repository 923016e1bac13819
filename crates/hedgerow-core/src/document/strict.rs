//! Where go-yaml v2, and so Kubernetes, is stricter than YAML 1.2: what a managed file must not hold.

use crate::codes::yaml as codes;
use crate::finding::Span;
use crate::lines::{LineKind, Piece, Shape, line_kinds};
use crate::yaml::problem::Problem;
use crate::yaml::tabs;

/// What go-yaml would refuse of a document that YAML 1.2 takes, and its directives.
pub(super) fn problems(text: &str, piece: &Piece<'_>) -> Vec<Problem> {
    let mut problems = if piece.shape == Shape::Marked { preamble(text, piece) } else { Vec::new() };
    if let Some(tab) = tabs::misplaced(&text[piece.section.clone()]) {
        let problem =
            Problem::error(codes::TAB, at(piece.section.start + tab, 1), "a tab where Kubernetes takes only blanks");
        problems.push(problem.hint("indent with blanks, and put blanks after `-`"));
    }
    problems
}

/// Directives and document ends above a piece's content.
fn preamble(text: &str, piece: &Piece<'_>) -> Vec<Problem> {
    let above = line_kinds(&piece.bytes)
        .take_while(|(_, kind)| !matches!(kind, LineKind::Content | LineKind::ContentSeparator));
    let mut is_open = false;
    let mut problems = Vec::new();
    for (line, kind) in above {
        match kind {
            LineKind::Percent => problems.push(directive(text, piece, line)),
            LineKind::DocumentEnd if !is_open => {
                let message = "`...` ends a document where none is open, and Kubernetes refuses that";
                problems
                    .push(Problem::error(codes::SYNTAX, place(text, piece, line), message).hint("remove the `...`"));
            }
            kind => is_open |= kind.is_any_separator(),
        }
    }
    problems
}

fn directive(text: &str, piece: &Piece<'_>, line: &[u8]) -> Problem {
    let name = String::from_utf8_lossy(line);
    let name = name.split('#').next().unwrap_or_default().trim();
    let span = place(text, piece, line);
    let problem = if name == "%YAML 1.1" || name.starts_with("%TAG ") {
        let message = format!("not every tool for Kubernetes reads a file with the directive `{name}`");
        Problem::warning(codes::DIRECTIVE, span, message)
    } else {
        Problem::error(codes::DIRECTIVE, span, format!("Kubernetes refuses a file with the directive `{name}`"))
    };
    problem.hint("remove it, and the `---` below it if nothing stands above")
}

/// Where the nearest such line above the content is.
fn place(text: &str, piece: &Piece<'_>, line: &[u8]) -> Span {
    let above = &text.as_bytes()[..piece.content.start];
    let start = memchr::memmem::rfind(above, line).unwrap_or(piece.content.start);
    at(start, line.trim_ascii_end().len().max(1))
}

fn at(start: usize, width: usize) -> Span {
    Span { start: start as u32, end: (start + width) as u32 }
}
