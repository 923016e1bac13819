//! Templates that nobody rendered: braces in braces where YAML sees a mapping as a key, or nothing that it can read.

use crate::codes::yaml as codes;
use crate::lines::Piece;
use crate::yaml::problem::Problem;

/// The problem, told as what it is when the document looks like a template.
pub(super) fn recognise(problem: Problem, text: &str, piece: &Piece<'_>) -> Problem {
    let before = text.get(..problem.span.start as usize).unwrap_or_default();
    let is_template = match problem.code {
        codes::KEY_NOT_TEXT => before.ends_with('{') && text[before.len()..].starts_with('{'),
        codes::SYNTAX => text[piece.section.clone()].contains("{{"),
        _ => false,
    };
    if !is_template {
        return problem;
    }
    let told =
        Problem::error(codes::TEMPLATE, problem.span, format!("a template that was not rendered: {}", problem.message));
    told.hint("render it and put the result here; quote the value if the braces are meant")
}
