//! `hedgerow audit`

use std::fmt::Write;

use anyhow::{Context, Result};
use hedgerow_sync::audit::Verdict;
use serde_json::{Value, json};

use super::Exit;
use crate::args::AuditArgs;
use crate::output::report::{counts, short};
use crate::output::{Color, Style, plain, several};
use crate::session::Session;
use crate::target;

/// How many lines of one sort a table has; the JSON has all.
const MAX_LINES: usize = 20;

pub(crate) fn audit(session: &Session, args: &AuditArgs) -> Result<Exit> {
    let meant = target::meant(session, &args.target())?;
    let world = session.world()?;
    let (remote, branch) = (&meant.target.remote, &meant.target.branch);
    match hedgerow_sync::audit::audit(&world, remote, branch, &|step| session.progress.step(step)) {
        Ok(audit) => {
            let value = serde_json::to_value(&audit).context("writing the answer")?;
            session.print(&value, render)?;
            Ok(match audit.verdict {
                Verdict::Clean => Exit::Done,
                Verdict::Attention => Exit::Attention,
                Verdict::CouldNotTell => Exit::Failed,
            })
        }
        Err(failure) => {
            let reason = failure.reason();
            let value = json!({"verdict": Verdict::CouldNotTell, "reasons": [reason.message], "hint": reason.hint});
            session.print(&value, render)?;
            Ok(Exit::Failed)
        }
    }
}

fn render(value: &Value, style: Style) -> String {
    let mut out = String::new();
    if value["head"].is_string() {
        let (head, commits) = (short(text(value, "head")), several(value["commits"].as_u64().unwrap_or(0), "commit"));
        let _ = writeln!(out, "{} at {head}, {commits}", plain(text(value, "url")));
    }
    let fabrics = list(value, "fabrics");
    if fabrics.is_empty() && value["head"].is_string() {
        out.push_str("no fabric: no directory has a raw/ in it\n");
    }
    for fabric in fabrics {
        one_fabric(&mut out, fabric, style);
    }
    for found in list(value, "loops") {
        bot_loop(&mut out, found, style);
    }
    for reason in list(value, "reasons").iter().filter_map(Value::as_str) {
        let _ = writeln!(out, "{} {}", style.paint(Color::Red, "could not tell:"), plain(reason));
    }
    if let Some(hint) = value["hint"].as_str() {
        let _ = writeln!(out, "hint: {}", plain(hint));
    }
    let (words, color) = match value["verdict"].as_str() {
        Some("clean") => ("nothing waits and nothing is wrong", Color::Green),
        Some("attention") => ("somebody should look", Color::Yellow),
        _ => ("could not tell", Color::Red),
    };
    let _ = writeln!(out, "{}", style.paint(color, words));
    out
}

fn one_fabric(out: &mut String, fabric: &Value, style: Style) {
    let inbox = list(fabric, "inbox");
    let (waiting, managed) =
        (several(inbox.len() as u64, "file"), several(fabric["managed"].as_u64().unwrap_or(0), "file"));
    let name = style.paint(Color::Bold, &plain(text(fabric, "directory")));
    let _ = writeln!(out, "{name}: {waiting} in the inbox, {managed} managed");
    lines(out, inbox, |file| {
        let since = file["since"].as_str().map(|since| format!(" since {since}")).unwrap_or_default();
        format!("waits         {}{since}", text(file, "file"))
    });
    if !inbox.is_empty() {
        let _ = writeln!(out, "  a first sync  {}", counts(&fabric["would"]));
    }
    lines(out, list(fabric, "trouble"), |trouble| {
        let line = trouble["line"].as_u64().map(|line| format!(":{line}")).unwrap_or_default();
        let code = trouble["code"].as_str().map(|code| format!(" {code}")).unwrap_or_default();
        format!("{:<13} {}{line}{code}: {}", text(trouble, "matter"), text(trouble, "file"), text(trouble, "message"))
    });
    lines(out, list(fabric, "doubles"), |double| {
        let places = list(double, "places").iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ");
        format!("several of    {}: {places}", text(double, "object"))
    });
}

fn lines(out: &mut String, values: &[Value], line: impl Fn(&Value) -> String) {
    for value in values.iter().take(MAX_LINES) {
        let _ = writeln!(out, "  {}", plain(&line(value)));
    }
    if values.len() > MAX_LINES {
        let _ = writeln!(out, "  … and {} more (-o json has all)", values.len() - MAX_LINES);
    }
}

fn bot_loop(out: &mut String, found: &Value, style: Style) {
    let commits = several(found["commits"].as_u64().unwrap_or(0), "commit");
    let (first, last) = (short(text(found, "first")), short(text(found, "last")));
    let _ = writeln!(
        out,
        "{} {commits} in a row by {} that say nothing, {first}..{last}, {} to {}: {}",
        style.paint(Color::Yellow, "a loop:"),
        plain(text(found, "author")),
        text(found, "from"),
        text(found, "to"),
        plain(text(found, "subject")),
    );
}

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}
