//! `hedgerow verify`

use std::fmt::Write;

use anyhow::{Context, Result, bail};
use hedgerow_sync::verify::{Findings, Selection, Verdict, Verification};
use serde_json::{Value, json};

use super::Exit;
use crate::args::VerifyArgs;
use crate::output::report::{counts, short};
use crate::output::{Color, Style, plain};
use crate::session::Session;
use crate::target;

pub(crate) fn verify(session: &Session, args: &VerifyArgs) -> Result<Exit> {
    let meant = target::meant(session, &args.target)?;
    let asked = Verification {
        target: &meant.target,
        selection: selection(args)?,
        allow_none: args.allow_none,
        strict: args.strict,
    };
    let world = session.world()?;
    match hedgerow_sync::verify::verify(&world, &asked, &|step| session.progress.step(step)) {
        Ok(findings) => answer(session, &findings),
        Err(failure) => {
            let reason = failure.reason();
            let value = json!({"verdict": Verdict::CouldNotTell, "reason": reason.message, "hint": reason.hint});
            session.print(&value, could_not_begin)?;
            Ok(Exit::Failed)
        }
    }
}

fn selection(args: &VerifyArgs) -> Result<Selection> {
    match (&args.commit, &args.range) {
        (Some(commit), _) => Ok(Selection::One(commit.clone())),
        (None, None) => Ok(Selection::All),
        (None, Some(range)) => match range.split_once("..") {
            Some((from, to)) if !from.is_empty() && !to.is_empty() && !to.starts_with('.') => {
                Ok(Selection::Range(from.to_owned(), to.to_owned()))
            }
            _ => bail!("--range: {range:?} is not of the form A..B"),
        },
    }
}

fn answer(session: &Session, findings: &Findings) -> Result<Exit> {
    let value = serde_json::to_value(findings).context("writing the answer")?;
    session.print(&value, render)?;
    Ok(match findings.verdict {
        Verdict::Verified => Exit::Done,
        Verdict::DoesNotHold => Exit::Attention,
        Verdict::CouldNotTell => Exit::Failed,
    })
}

fn could_not_begin(value: &Value, style: Style) -> String {
    let mut out = format!(
        "{} {}\n",
        style.paint(Color::Red, "could not tell:"),
        plain(value["reason"].as_str().unwrap_or_default())
    );
    if let Some(hint) = value["hint"].as_str() {
        let _ = writeln!(out, "hint: {hint}");
    }
    out
}

fn render(value: &Value, style: Style) -> String {
    let mut out = String::new();
    for commit in value["commits"].as_array().into_iter().flatten() {
        commit_lines(&mut out, commit, style);
    }
    inbox(&mut out, value);
    let (words, color) = match value["verdict"].as_str() {
        Some("verified") => ("verified", Color::Green),
        Some("does_not_hold") => ("does not hold", Color::Red),
        _ => ("could not tell", Color::Red),
    };
    let at = format!("{} at {}", text(value, "directory"), short(&text(value, "head")));
    let reason = value["reason"].as_str().map(|reason| format!(": {reason}")).unwrap_or_default();
    let _ = writeln!(out, "{}: {}{reason}", plain(&at), style.paint(color, words));
    out
}

fn commit_lines(out: &mut String, commit: &Value, style: Style) {
    let (word, color) = match commit["standing"].as_str() {
        Some("holds") => ("holds", Color::Green),
        Some("listed") => ("people", Color::Dim),
        Some("does_not_hold") => ("DOES NOT HOLD", Color::Red),
        _ => ("could not tell", Color::Yellow),
    };
    let line = format!("{}  {}", short(&text(commit, "commit")), plain(&text(commit, "subject")));
    let counted =
        if commit["counts"].is_object() { format!("  ({})", counts(&commit["counts"])) } else { String::new() };
    let _ = writeln!(out, "{line}{counted}: {}", style.paint(color, word));
    for note in commit["notes"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        let _ = writeln!(out, "            {}", plain(note));
    }
    for path in commit["paths"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        let _ = writeln!(out, "            {}", plain(path));
    }
}

fn inbox(out: &mut String, value: &Value) {
    let waiting: Vec<&Value> = value["inbox"].as_array().into_iter().flatten().collect();
    if waiting.is_empty() {
        out.push_str("the inbox is empty\n");
    }
    for file in waiting {
        let since = file["since"].as_str().map(|since| format!(" since {since}")).unwrap_or_default();
        let _ = writeln!(out, "waits in the inbox: {}{since}", plain(&text(file, "file")));
    }
}

fn text(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_default().to_owned()
}
