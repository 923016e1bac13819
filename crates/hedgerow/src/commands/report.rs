//! `hedgerow report`: a run, and how to check it without us.

use std::fmt::Write;

use anyhow::Result;
use serde_json::Value;

use super::Exit;
use super::get::stored;
use crate::args::RunArgs;
use crate::output::columns::Columns;
use crate::output::report::{render, short};
use crate::output::{Color, Style, plain};
use crate::session::Session;

/// Lines of a ledger that a person is shown; machines get all.
const LINES_SHOWN: usize = 100;

pub(crate) fn report(session: &Session, args: &RunArgs) -> Result<Exit> {
    let value = stored(session, &args.id)?;
    session.print(&value, page)?;
    Ok(Exit::Done)
}

fn page(report: &Value, style: Style) -> String {
    let mut out = render(report, style);
    let heading = |text: &str| format!("\n{}\n", style.paint(Color::Bold, text));
    for (name, key) in [("Before", "before"), ("After", "after")] {
        out.push_str(&heading(name));
        out.push_str(&state(&report[key]));
    }
    out.push_str(&heading("Ledger"));
    out.push_str(&ledger(&report["ledger"]));
    out.push_str(&heading("Check it yourself"));
    out.push_str(&check_yourself(report));
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

/// Commands of plain git, for somebody who trusts neither us nor our database.
fn check_yourself(report: &Value) -> String {
    let Some(commit) = report["commit"].as_str() else {
        return "  This run made no commit: compare the head with git ls-remote.\n".to_owned();
    };
    // A repository's first commit has nothing to differ from.
    let what_changed = match report["before"]["commit"].as_str() {
        Some(parent) => format!("git diff --find-renames --stat {parent} {commit}"),
        None => format!("git show --find-renames --stat --format= {commit}"),
    };
    let read = &report["read"];
    let branch = read["ref"].as_str().unwrap_or_default().trim_start_matches("refs/heads/");
    let (url, dir) = (quoted(read["url"].as_str()), quoted(read["directory"].as_str()));
    let branch = quoted(Some(report["pushed_to"].as_str().unwrap_or(branch)));
    format!(
        "  git ls-remote {url} refs/heads/{branch}\n  \
         git clone --branch {branch} {url} check && cd check\n  \
         {what_changed}\n  \
         git ls-tree -r --name-only {commit} -- {dir}\n  \
         git log -1 --format=%B {commit}\n  \
         hedgerow verify --repo {url} --branch {branch} --path {dir} --commit {commit}\n  \
         python3 hedgerow_verify.py --repo . --branch {branch} --path {dir} --commit {commit}\n"
    )
}

/// For a shell: quoted where it has to be.
fn quoted(text: Option<&str>) -> String {
    let text = text.unwrap_or_default();
    let plain = !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"/._-:@+,=".contains(&b));
    if plain { text.to_owned() } else { format!("'{}'", text.replace('\'', "'\\''")) }
}
