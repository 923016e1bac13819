//! Asking, and printing what is answered.

use std::io::{IsTerminal, Write};

use anyhow::{Result, bail};
use serde_json::Value;

use super::tables;
use crate::api::{Answer, Ask, Door};
use crate::args::Format;
use crate::args::service::Way;
use crate::commands::Exit;
use crate::output;
use crate::output::columns::Columns;
use crate::session::Session;

/// Asks, and waits.
pub(crate) fn ask(session: &Session, way: &Way, ask: &Ask) -> Result<Answer> {
    let door = session.door(way)?;
    session.wait(door.ask(ask))
}

/// A list of all pages, as one array.
pub(crate) fn all(session: &Session, door: &Door, list: &Ask, limit: usize) -> Result<Value> {
    let mut items = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let page = session.wait(door.ask(&list.clone().with("cursor", cursor.as_deref())))?.body;
        items.extend(tables::items(&page).iter().cloned());
        cursor = page["next"].as_str().map(str::to_owned);
        if cursor.is_none() || items.len() >= limit {
            items.truncate(limit);
            return Ok(Value::Array(items));
        }
    }
}

/// Prints a list, in the columns of `heading`: each the key of a value, or several joined by dots.
pub(crate) fn list(session: &Session, value: &Value, heading: &[&'static str]) -> Result<Exit> {
    let columns = columns(value, heading);
    match session.format {
        Format::Csv => output::write(&columns.csv())?,
        Format::Name => {
            let names = tables::items(value).iter().map(|item| tables::cell(item, heading[0]) + "\n");
            output::write(&output::plain(&names.collect::<String>()))?;
        }
        _ => session.print(value, |_, _| columns.render())?,
    }
    Ok(Exit::Done)
}

fn columns(value: &Value, heading: &[&'static str]) -> Columns {
    let mut columns = Columns::new(heading);
    for item in tables::items(value) {
        columns.row(heading.iter().map(|key| tables::cell(item, key)));
    }
    columns
}

/// How a check ends the process.
pub(crate) fn verdict(value: &Value) -> Exit {
    let failed = tables::items(&value["conditions"]).iter().any(|condition| condition["standing"] == "failed");
    if failed { Exit::Failed } else { Exit::Done }
}

/// Asks a person. Without a terminal nobody can say yes, so that `--yes` is needed there.
pub(crate) fn agreed(question: &str, yes: bool) -> Result<bool> {
    if yes {
        return Ok(true);
    }
    if !std::io::stdin().is_terminal() {
        bail!("nobody is here to ask\nhint: --yes, when it is meant");
    }
    anstream::eprint!("{question} [y/N] ");
    std::io::stderr().flush()?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}
