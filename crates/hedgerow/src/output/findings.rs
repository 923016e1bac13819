//! Findings for people: the place, what is wrong, the line itself with a caret, and what to do.

use std::fmt::Write;

use serde_json::Value;
use unicode_width::UnicodeWidthChar;

use super::{Color, Style, plain, several};

/// All findings of a report, in its order, and a line that counts them. Nothing when there are none.
pub(crate) fn render(findings: &[Value], style: Style) -> String {
    let mut out: String = findings.iter().map(|finding| one(finding, style)).collect();
    if !findings.is_empty() {
        let count = |severity: &str| findings.iter().filter(|f| f["severity"] == severity).count() as u64;
        let _ = writeln!(out, "{}, {}\n", several(count("error"), "error"), several(count("warning"), "warning"));
    }
    out
}

fn one(finding: &Value, style: Style) -> String {
    let severity = text(finding, "severity");
    let color = if severity == "error" { Color::Red } else { Color::Yellow };
    let head = style.paint(color, &format!("{severity}[{}]", text(finding, "code")));
    let mut out =
        format!("{head} {}\n  {}\n", plain(&text(finding, "message")), style.paint(Color::Cyan, &place(finding)));
    excerpt(&mut out, &finding["excerpt"], finding["line"].as_u64(), style);
    for related in finding["related"].as_array().into_iter().flatten() {
        let _ = writeln!(out, "  {}: {}", style.paint(Color::Cyan, &place(related)), plain(&text(related, "message")));
    }
    if let Some(hint) = finding["hint"].as_str() {
        let _ = writeln!(out, "  {} {}", style.paint(Color::Green, "hint:"), plain(hint));
    }
    out.push('\n');
    out
}

/// `file:line:column`, and the document where it matters.
fn place(finding: &Value) -> String {
    let mut out = plain(&text(finding, "file"));
    for part in ["line", "column"] {
        if let Some(number) = finding[part].as_u64() {
            let _ = write!(out, ":{number}");
        }
    }
    if let Some(index) = finding["document"].as_u64() {
        let _ = write!(out, " (document #{index})");
    }
    out
}

fn excerpt(out: &mut String, excerpt: &Value, line: Option<u64>, style: Style) {
    let (Some(source), Some(line)) = (excerpt["text"].as_str(), line) else { return };
    let gutter = line.to_string();
    let blank = " ".repeat(gutter.len());
    let source = plain(source);
    let number = |key: &str| excerpt[key].as_u64().unwrap_or(0) as usize;
    let before = columns(source.chars().take(number("start")));
    let meant = columns(source.chars().skip(number("start")).take(number("length")));
    let (pad, caret) = (" ".repeat(before), "^".repeat(meant.max(1)));
    let bar = style.paint(Color::Dim, "|");
    let _ = writeln!(out, "  {} {bar} {source}", style.paint(Color::Dim, &gutter));
    let _ = writeln!(out, "  {blank} {bar} {pad}{}", style.paint(Color::Red, &caret));
}

/// How many columns a terminal takes for them: two for most of East Asia's, none for an accent that combines (UAX #11).
fn columns(chars: impl Iterator<Item = char>) -> usize {
    chars.map(|c| c.width().unwrap_or(0)).sum()
}

fn text(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_default().to_owned()
}
