//! The parts of a report's page.

use std::fmt::Write;

use serde_json::Value;

use super::html::{attributes, badge, text};
use super::plain;
use crate::output::report::short;
use crate::output::several;

/// Lines of one ledger on a page; `-o json` has all.
const LINES_SHOWN: usize = 20_000;

/// Name, outcome and verification of a run.
pub(super) fn heading(out: &mut String, name: &str, report: &Value) {
    let outcome = plain(&report["outcome"]);
    let class = match outcome.as_str() {
        "changed" | "unchanged" => "good",
        "partial" => "warn",
        _ => "bad",
    };
    let (seen, seen_class) = match report["verification"].as_str() {
        Some("verified") => ("verified", "good"),
        Some("not_yet") => ("not yet verified", "warn"),
        Some("differs") => ("the remote differs", "bad"),
        _ => ("not verified", "bad"),
    };
    let _ = write!(out, "<h1>{}</h1><p>{} {}</p>", text(name), badge(&outcome, class), badge(seen, seen_class));
    for key in ["message", "hint"] {
        if let Some(words) = report["reason"][key].as_str() {
            let _ = write!(out, "<p>{}</p>", text(words));
        }
    }
}

/// Everything else of a run.
pub(super) fn run(out: &mut String, report: &Value) {
    let read = &report["read"];
    let facts = [
        ("run", plain(&report["run"])),
        ("repository", plain(&read["url"])),
        ("branch", plain(&read["ref"])),
        ("directory", plain(&read["directory"])),
        ("read", plain(&read["commit"])),
        ("commit", plain(&report["commit"])),
        ("pushed to", plain(&report["pushed_to"])),
        ("started", plain(&report["started"])),
        ("finished", plain(&report["finished"])),
        ("trigger", plain(&report["trigger"])),
    ];
    attributes(out, facts);
    before_and_after(out, report);
    counts(out, &report["counts"]);
    checks(out, report);
    findings(out, &report["findings"]);
    ledger(out, &report["ledger"]["entries"], &plain(&report["ledger"]["digest"]));
}

/// A line of a range's table.
pub(super) fn commit_row(out: &mut String, commit: &Value) {
    let (word, class) = standing(commit);
    let id = plain(&commit["commit"]);
    let _ = write!(
        out,
        "<tr><td class=\"mono\" title=\"{}\">{}</td><td class=\"mono\">{}</td><td>{}<br><span class=\"soft\">{}</span></td><td>{}</td></tr>",
        text(&id),
        text(short(&id)),
        text(&plain(&commit["when"])),
        text(&plain(&commit["subject"])),
        text(&plain(&commit["by"])),
        badge(word, class)
    );
}

/// A commit of a range, in full.
pub(super) fn commit(out: &mut String, commit: &Value) {
    let (word, class) = standing(commit);
    let _ =
        write!(out, "<section class=\"commit\"><h3>{} {}</h3>", text(&plain(&commit["subject"])), badge(word, class));
    let facts = [("commit", "commit"), ("run", "run"), ("by", "by"), ("when", "when"), ("signed by", "signer")];
    attributes(out, facts.map(|(name, key)| (name, plain(&commit[key]))));
    before_and_after(out, commit);
    counts(out, &commit["counts"]);
    checks(out, commit);
    ledger(out, &commit["entries"], &plain(&commit["ledger"]));
    out.push_str("</section>");
}

fn standing(commit: &Value) -> (&'static str, &'static str) {
    match commit["standing"].as_str() {
        Some("holds") => ("holds", "good"),
        Some("does_not_hold") => ("does not hold", "bad"),
        Some("listed") => ("people's", "soft"),
        _ => ("could not tell", "warn"),
    }
}

fn before_and_after(out: &mut String, of: &Value) {
    if of["before"].is_null() && of["after"].is_null() {
        return;
    }
    out.push_str("<h2>Before and after</h2><div class=\"pair\">");
    for (name, key) in [("Before", "before"), ("After", "after")] {
        let state = &of[key];
        let files: Vec<&str> = state["inbox"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let managed = several(state["managed"].as_u64().unwrap_or(0), "managed file");
        let commit = plain(&state["commit"]);
        let _ = write!(
            out,
            "<div class=\"card\"><h3>{name}</h3><p class=\"mono soft\">{}</p><p>{managed}, {} in the inbox</p>",
            text(if commit.is_empty() { "no commit" } else { &commit }),
            several(files.len() as u64, "file")
        );
        if !files.is_empty() {
            out.push_str("<ul>");
            for file in files {
                let _ = write!(out, "<li class=\"mono\">{}</li>", text(file));
            }
            out.push_str("</ul>");
        }
        out.push_str("</div>");
    }
    out.push_str("</div>");
}

fn counts(out: &mut String, counts: &Value) {
    let Some(counts) = counts.as_object() else { return };
    out.push_str("<h2>What became of the documents</h2><div class=\"counts\">");
    for name in ["created", "replaced", "unchanged", "duplicate", "foreign", "held", "undone"] {
        let number = counts.get(name).and_then(Value::as_u64).unwrap_or(0);
        let class = if number == 0 { "count zero" } else { "count" };
        let _ = write!(out, "<div class=\"{class}\"><b>{number}</b>{name}</div>");
    }
    out.push_str("</div>");
}

fn checks(out: &mut String, of: &Value) {
    let witness = of["witness"].as_str();
    let checks: Vec<&Value> = of["checks"].as_array().into_iter().flatten().collect();
    if checks.is_empty() && witness.is_none() {
        return;
    }
    out.push_str("<h2>Checks</h2><ul class=\"checks\">");
    if let Some(witness) = witness {
        let _ = write!(out, "<li><b class=\"good\">&#10003;</b>when it ran: {}</li>", text(witness));
    }
    for check in checks {
        let (mark, class) = match check["standing"].as_str() {
            Some("ok") => ("&#10003;", "good"),
            Some("failed") => ("&#10007;", "bad"),
            _ => ("?", "warn"),
        };
        let (name, message) = (plain(&check["name"]), plain(&check["message"]));
        let _ = write!(out, "<li><b class=\"{class}\">{mark}</b>{}: {}</li>", text(&name), text(&message));
    }
    out.push_str("</ul>");
}

fn findings(out: &mut String, findings: &Value) {
    let findings: Vec<&Value> = findings.as_array().into_iter().flatten().collect();
    if findings.is_empty() {
        return;
    }
    out.push_str("<h2>Findings</h2><table><thead><tr><th>code</th><th>where</th><th>what</th></tr></thead><tbody>");
    for finding in findings {
        let class = if finding["severity"] == "error" { "bad" } else { "warn" };
        let at = finding["line"].as_u64().map(|line| format!(":{line}")).unwrap_or_default();
        let hint = finding["hint"].as_str().map(|hint| format!("<br><span class=\"soft\">{}</span>", text(hint)));
        let _ = write!(
            out,
            "<tr><td class=\"mono code {class}\">{}</td><td class=\"mono path\">{}{at}</td><td>{}{}</td></tr>",
            text(&plain(&finding["code"])),
            text(&plain(&finding["file"])),
            text(&plain(&finding["message"])),
            hint.unwrap_or_default()
        );
    }
    out.push_str("</tbody></table>");
}

fn ledger(out: &mut String, entries: &Value, digest: &str) {
    let entries: Vec<&Value> = entries.as_array().into_iter().flatten().collect();
    out.push_str("<h2>Ledger</h2>");
    if entries.is_empty() {
        out.push_str("<p>No line: nothing was in the inbox, or no ledger could be derived.</p>");
    } else {
        out.push_str("<table><thead><tr><th>outcome</th><th>from</th><th>to</th><th class=\"wide\">sha256 of its text</th></tr></thead><tbody>");
    }
    for entry in entries.iter().take(LINES_SHOWN) {
        let index = entry["from"]["index"].as_u64().map_or("-".to_owned(), |index| index.to_string());
        let (from, to, sha256) = (plain(&entry["from"]["file"]), plain(&entry["to"]), plain(&entry["sha256"]));
        let _ = write!(
            out,
            "<tr><td>{}</td><td class=\"mono path\">{}#{index}</td><td class=\"mono path\">{}</td><td class=\"mono wide\" title=\"{}\">{}</td></tr>",
            text(&plain(&entry["outcome"])),
            text(&from),
            text(if from == to { "where it was" } else { &to }),
            text(&sha256),
            text(short(&sha256))
        );
    }
    if !entries.is_empty() {
        out.push_str("</tbody></table>");
    }
    let more = entries.len().saturating_sub(LINES_SHOWN);
    if more > 0 {
        let _ = write!(out, "<p>… and {more} more: -o json has them all.</p>");
    }
    if !digest.is_empty() {
        let _ = write!(out, "<p class=\"soft\">digest <code>{}</code></p>", text(digest));
    }
}

/// The inbox at the head of a range.
pub(super) fn waiting(out: &mut String, inbox: &Value) {
    let files: Vec<&Value> = inbox.as_array().into_iter().flatten().collect();
    out.push_str("<h2>The inbox at the head</h2>");
    if files.is_empty() {
        out.push_str("<p>It is empty.</p>");
        return;
    }
    out.push_str("<ul>");
    for file in files {
        let since = file["since"].as_str().map(|since| format!(" since {}", text(since))).unwrap_or_default();
        let _ = write!(out, "<li><span class=\"mono\">{}</span>{since}</li>", text(&plain(&file["file"])));
    }
    out.push_str("</ul>");
}

/// What to type to check it without us.
pub(super) fn commands(out: &mut String, commands: &Value) {
    let commands: Vec<&str> = commands.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    out.push_str("<h2>Check it yourself</h2>");
    if commands.is_empty() {
        out.push_str("<p>This run made no commit: compare the head with <code>git ls-remote</code>.</p>");
        return;
    }
    out.push_str(
        "<p>In an empty directory, with <code>git</code>; the last two lines need <code>hedgerow</code>, and \
         <code>hedgerow_verify.py</code> (one file, of the directory <code>verify</code> of Hedgerow's sources) in that directory.</p>",
    );
    let _ = write!(out, "<pre id=\"check-yourself\">{}</pre>", text(&commands.join("\n")));
}
