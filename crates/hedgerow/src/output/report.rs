//! A run, or a plan, for people. Drawn from the same JSON that machines get.

use std::fmt::Write;

use serde_json::Value;

use super::{Color, Style, findings, plain, several};

/// The answer of `sync`, `plan` and `get run`.
pub(crate) fn render(report: &Value, style: Style) -> String {
    let mut out = findings::render(report["findings"].as_array().map_or(&[], Vec::as_slice), style);
    let _ = writeln!(out, "{}", headline(report, style));
    if let Some(message) = report["reason"]["message"].as_str() {
        row(&mut out, "reason", message);
    }
    if let Some(hint) = report["reason"]["hint"].as_str() {
        row(&mut out, "hint", hint);
    }
    facts(&mut out, report);
    if let Some(run) = report["run"].as_str() {
        row(&mut out, "run", &format!("{run}  (hedgerow report {})", run.get(..13).unwrap_or(run)));
    }
    out
}

/// `fabric-1: changed, verified`
fn headline(report: &Value, style: Style) -> String {
    let outcome = report["outcome"].as_str().unwrap_or("unknown");
    let color = match outcome {
        "changed" | "unchanged" => Color::Green,
        "partial" => Color::Yellow,
        _ => Color::Red,
    };
    let planned = report["run"].is_null();
    let words = match (planned, outcome) {
        (true, "changed") => "would change",
        (true, "partial") => "something is held",
        (true, "unchanged") => "nothing to do",
        _ => outcome,
    };
    let fabric = report["fabric"].as_str().filter(|name| !name.is_empty()).unwrap_or("(no fabric)");
    let fabric = style.paint(Color::Bold, &plain(fabric));
    let verification = match report["verification"].as_str() {
        Some("verified") => ", verified",
        Some("not_yet") => ", pushed but not yet verified",
        Some("differs") => ", and the remote says something else",
        _ if planned => "",
        _ => ", not verified",
    };
    format!("{fabric}: {}{verification}", style.paint(color, words))
}

fn facts(out: &mut String, report: &Value) {
    let read = &report["read"];
    if let Some(commit) = read["commit"].as_str() {
        let at = format!("{}@{}", branch(read), short(commit));
        row(out, "read", &format!("{at} of {}", read["url"].as_str().unwrap_or_default()));
    }
    if let Some(directory) = read["directory"].as_str().filter(|directory| !directory.is_empty()) {
        let (files, documents) = (number(&read["files"]), number(&read["documents"]));
        row(out, "inbox", &format!("{} in {} of {directory}", several(documents, "document"), several(files, "file")));
    }
    row(out, "counts", &counts(&report["counts"]));
    if let Some(commit) = report["commit"].as_str() {
        let place = report["pushed_to"].as_str().map(|b| format!(" on {b}")).unwrap_or_default();
        row(out, "commit", &format!("{}{place}", short(commit)));
    }
    if report["before"]["commit"].is_string() {
        row(out, "before", &state(&report["before"]));
        row(out, "after", &state(&report["after"]));
    }
    if let Some(witness) = report["witness"].as_str() {
        row(out, "proof", witness);
    }
    strays(out, report);
}

/// Files that were looked at and left for a reason that a person should know.
fn strays(out: &mut String, report: &Value) {
    let passed = report["passed_over"].as_array().into_iter().flatten();
    for entry in passed.filter(|p| p["reason"] != "gitkeep" && p["reason"] != "stray") {
        let text =
            format!("{}: {}", entry["file"].as_str().unwrap_or_default(), entry["reason"].as_str().unwrap_or_default());
        row(out, "passed", &text);
    }
}

fn state(state: &Value) -> String {
    let waiting = state["inbox"].as_array().map_or(0, Vec::len);
    format!("{} in the inbox, {} managed", several(waiting as u64, "file"), number(&state["managed"]))
}

/// `48 created, 1 duplicate`
pub(crate) fn counts(counts: &Value) -> String {
    let named = counts.as_object().into_iter().flatten();
    let parts: Vec<String> =
        named.filter(|(_, n)| number(n) > 0).map(|(name, n)| format!("{} {name}", number(n))).collect();
    if parts.is_empty() { "nothing moved".to_owned() } else { parts.join(", ") }
}

fn row(out: &mut String, name: &str, text: &str) {
    let _ = writeln!(out, "  {name:<8} {}", plain(text).replace('\n', "\n           "));
}

fn branch(read: &Value) -> &str {
    let full = read["ref"].as_str().unwrap_or_default();
    full.strip_prefix("refs/heads/").unwrap_or(full)
}

/// The first ten digits of a commit's id.
pub(crate) fn short(commit: &str) -> &str {
    commit.get(..10).unwrap_or(commit)
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or(0)
}
