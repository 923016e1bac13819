//! `hedgerow report`: what was done, whether it holds, and how to check it without us.

use std::fmt::Write;

use anyhow::{Context, Result, bail};
use hedgerow_sync::verify::{Findings, Judged, Selection, Standing, Verification};
use hedgerow_web::check_yourself::commands;
use serde_json::{Value, json};

use super::Exit;
use super::get::stored;
use super::verify::{ask, commit_lines, range};
use crate::args::{ReportArgs, Target};
use crate::output::columns::Columns;
use crate::output::report::{render, short};
use crate::output::{Color, Style, page, plain};
use crate::session::Session;
use crate::target;

/// Lines of a ledger that a person is shown; machines get all.
const LINES_SHOWN: usize = 100;

pub(crate) fn report(session: &Session, args: &ReportArgs) -> Result<Exit> {
    let mut value = if args.what.contains("..") { of_range(session, args)? } else { of_run(session, args)? };
    value["check_yourself"] = json!(commands(&value));
    if let Some(file) = &args.html {
        std::fs::write(file, page::render(&value)).with_context(|| format!("writing {}", file.display()))?;
    }
    session.print(&value, text)?;
    Ok(Exit::Done)
}

/// A run as it was recorded, and its commit as git has it now.
fn of_run(session: &Session, args: &ReportArgs) -> Result<Value> {
    let mut value = stored(session, &args.what)?;
    let Some(commit) = value["commit"].as_str().map(str::to_owned) else { return Ok(value) };
    value["checks"] = match judged(session, &recorded(&value, &args.target), Selection::One(commit)) {
        Ok(findings) => json!(findings.commits.first().map(checks)),
        Err(why) => json!([check("verified again", "unproven", format!("it could not be looked at now: {why}"))]),
    };
    Ok(value)
}

/// Where a run's commit is, as recorded, unless it was said.
fn recorded(report: &Value, given: &Target) -> Target {
    let text = |value: &Value| value.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    let mut target = given.clone();
    let branch = text(&report["read"]["ref"]).map(|full| full.trim_start_matches("refs/heads/").to_owned());
    let waits = report["verification"] == "not_yet";
    target.repo = target.repo.or_else(|| text(&report["read"]["url"]));
    target.branch = target.branch.or_else(|| text(&report["pushed_to"]).filter(|_| waits)).or(branch);
    target.path = target.path.or_else(|| text(&report["read"]["directory"]));
    target
}

fn of_range(session: &Session, args: &ReportArgs) -> Result<Value> {
    let findings = judged(session, &args.target, range(&args.what)?)?;
    let mut value = serde_json::to_value(&findings).context("writing the report")?;
    for (commit, judged) in value["commits"].as_array_mut().into_iter().flatten().zip(&findings.commits) {
        commit["checks"] = json!(checks(judged));
    }
    value["command"] = json!("report");
    value["version"] = json!(crate::VERSION);
    Ok(value)
}

fn judged(session: &Session, given: &Target, selection: Selection) -> Result<Findings> {
    let meant = target::meant(session, given)?;
    let asked = Verification { allow_none: true, account: true, ..Verification::of(&meant.target, selection) };
    match ask(session, &asked)? {
        Ok(findings) => Ok(findings),
        Err(failure) => bail!("{failure}"),
    }
}

/// What holds of a commit of ours, one clause each; or what does not.
fn checks(judged: &Judged) -> Vec<Value> {
    let name = "git alone, now";
    match judged.standing {
        Standing::Holds => CLAUSES.iter().map(|clause| check(name, "ok", (*clause).to_owned())).collect(),
        Standing::Listed => vec![check(name, "unproven", "a person's commit: listed, not judged".to_owned())],
        Standing::DoesNotHold => judged.notes.iter().map(|note| check(name, "failed", note.clone())).collect(),
        Standing::CouldNotTell => judged.notes.iter().map(|note| check(name, "unproven", note.clone())).collect(),
    }
}

/// What "it holds" says, clause by clause (`docs/reference/format.md`, "Conservation").
const CLAUSES: [&str; 6] = [
    "its parent is the one that it names (a copy: its trees balance against its own)",
    "every document of the inbox is in its place, or still waits: none is lost",
    "the ledger, derived again from the two trees, has the digest and the counts that it claims",
    "no file differs that the ledger does not name, and none outside the directory",
    "each placed file is its document's own lines, byte for byte",
    "each placed file stands where its object belongs",
];

fn check(name: &str, standing: &str, message: String) -> Value {
    json!({"name": name, "standing": standing, "message": message})
}

fn text(report: &Value, style: Style) -> String {
    let heading = |text: &str| format!("\n{}\n", style.paint(Color::Bold, text));
    let mut out = String::new();
    if report["range"].is_string() {
        for commit in report["commits"].as_array().into_iter().flatten() {
            commit_lines(&mut out, commit, style);
        }
    } else {
        out = render(report, style);
        for (name, key) in [("Before", "before"), ("After", "after")] {
            out.push_str(&heading(name));
            out.push_str(&state(&report[key]));
        }
        out.push_str(&heading("Ledger"));
        out.push_str(&ledger(&report["ledger"]));
        out.push_str(&heading("Checks"));
        out.push_str(&checked(report, style));
    }
    out.push_str(&heading("Check it yourself"));
    let commands: Vec<&str> =
        report["check_yourself"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    if commands.is_empty() {
        out.push_str("  This run made no commit: compare the head with git ls-remote.\n");
    }
    for command in commands {
        let _ = writeln!(out, "  {}", plain(command));
    }
    out
}

fn state(state: &Value) -> String {
    let mut out =
        format!("  commit {}, {} managed files\n", short(state["commit"].as_str().unwrap_or("-")), state["managed"]);
    for file in state["inbox"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        let _ = writeln!(out, "  in the inbox: {}", plain(file));
    }
    out
}

fn ledger(ledger: &Value) -> String {
    let entries: Vec<&Value> = ledger["entries"].as_array().into_iter().flatten().collect();
    let mut table = Columns::new(&["outcome", "from", "to", "sha256"]);
    for entry in entries.iter().take(LINES_SHOWN) {
        let index = entry["from"]["index"].as_u64().map_or("-".to_owned(), |index| index.to_string());
        let from = format!("{}#{index}", entry["from"]["file"].as_str().unwrap_or_default());
        let text = |key: &str| entry[key].as_str().unwrap_or_default().to_owned();
        table.row([text("outcome"), from, text("to"), short(&text("sha256")).to_owned()]);
    }
    let more = entries.len().saturating_sub(LINES_SHOWN);
    let rest = if more > 0 { format!("… and {more} more: -o json has them all\n") } else { String::new() };
    format!("{}{rest}digest {}\n", table.render(), ledger["digest"].as_str().unwrap_or_default())
}

fn checked(report: &Value, style: Style) -> String {
    let mut out = String::new();
    if let Some(witness) = report["witness"].as_str() {
        let _ = writeln!(out, "  when it ran: {}", plain(witness));
    }
    for check in report["checks"].as_array().into_iter().flatten() {
        let (word, color) = match check["standing"].as_str() {
            Some("ok") => ("ok", Color::Green),
            Some("failed") => ("FAILED", Color::Red),
            _ => ("could not tell", Color::Yellow),
        };
        let text = |key: &str| plain(check[key].as_str().unwrap_or_default());
        let _ = writeln!(out, "  {}: {}  {}", text("name"), style.paint(color, word), text("message"));
    }
    out
}
