//! `hedgerow events`, `runs`, `deliveries`

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::Result;
use serde_json::Value;

use super::asking::{all, list};
use super::tables;
use crate::api::{Ask, Door};
use crate::args::Format;
use crate::args::service::RecordsArgs;
use crate::commands::Exit;
use crate::output;
use crate::session::Session;

/// Between two looks of `--watch`.
const WATCH_EVERY: Duration = Duration::from_secs(2);
/// At most so many pages are read at one look: who looks away for longer asks without --watch.
const WATCH_PAGES: usize = 50;

/// A list that grows at its head.
#[derive(Debug)]
pub(crate) struct Records {
    path: &'static str,
    /// What tells two rows apart.
    key: &'static str,
    heading: &'static [&'static str],
}

/// What happened.
pub(crate) const EVENTS: Records =
    Records { path: "events", key: "seq", heading: &["at", "severity", "fabric", "reason", "message"] };
/// The runs.
pub(crate) const RUNS: Records = Records {
    path: "runs",
    key: "id",
    heading: &["id", "started", "fabric", "trigger", "outcome", "verification", "commit", "reason"],
};
/// The webhooks' deliveries.
pub(crate) const DELIVERIES: Records = Records {
    path: "deliveries",
    key: "id",
    heading: &["id", "received", "hook", "event", "signature", "result", "repository", "fabrics", "message"],
};

pub(crate) fn records(session: &Session, args: &RecordsArgs, records: &Records) -> Result<Exit> {
    let door = session.door(&args.way)?;
    let limit = args.limit.to_string();
    let newest = Ask::get(&[records.path]).with("fabric", args.fabric.as_deref()).with("limit", Some(&limit));
    let found = all(session, &door, &newest, args.limit as usize)?;
    if !args.watch {
        return list(session, &found, records.heading);
    }
    let mut seen = Seen::default();
    let mut rows = seen.sift(records, tables::items(&found), &mut false);
    rows.reverse();
    loop {
        print(session, records, &rows)?;
        if session.pause(WATCH_EVERY) {
            return Ok(Exit::Done);
        }
        rows = since(session, &door, &newest, records, &mut seen)?;
    }
}

/// What came since the last look, oldest first: page after page, until one reaches back to what was seen, and every run that
/// was shown open was looked at again.
fn since(session: &Session, door: &Door, newest: &Ask, records: &Records, seen: &mut Seen) -> Result<Vec<Value>> {
    let mut rows = Vec::new();
    let mut cursor: Option<String> = None;
    let (mut awaited, mut reaches_back) = (seen.open.clone(), false);
    for _ in 0..WATCH_PAGES {
        let page = session.wait(door.ask(&newest.clone().with("cursor", cursor.as_deref())))?.body;
        let items = tables::items(&page);
        rows.extend(seen.sift(records, items, &mut reaches_back));
        for row in items {
            awaited.remove(&tables::cell(row, records.key));
        }
        cursor = page["next"].as_str().map(str::to_owned);
        if reaches_back && awaited.is_empty() || cursor.is_none() {
            break;
        }
    }
    rows.reverse();
    Ok(rows)
}

/// What was shown. A run is shown twice: as it begins, and as it ended.
#[derive(Debug, Default)]
struct Seen {
    rows: BTreeSet<String>,
    states: BTreeSet<(String, String)>,
    /// Those that are to be shown once more.
    open: BTreeSet<String>,
}

impl Seen {
    /// A page's rows that were not shown like this yet. When some row was shown before, like this or otherwise, it `reaches_back`:
    /// what is further back and was never shown is older than the watch.
    fn sift(&mut self, records: &Records, items: &[Value], reaches_back: &mut bool) -> Vec<Value> {
        let mut new = Vec::new();
        for row in items {
            let key = tables::cell(row, records.key);
            let is_known = !self.rows.insert(key.clone());
            *reaches_back |= is_known;
            match row.get("finished").is_some_and(Value::is_null) {
                true => self.open.insert(key.clone()),
                false => self.open.remove(&key),
            };
            if self.states.insert((key, tables::cell(row, "outcome"))) && (is_known || !*reaches_back) {
                new.push(row.clone());
            }
        }
        new
    }
}

/// A line a row, as they come: JSON on one line, for whoever reads along.
fn print(session: &Session, records: &Records, rows: &[Value]) -> Result<()> {
    let line = |row: &Value| match session.format {
        Format::Json | Format::Yaml => row.to_string(),
        Format::Name => tables::cell(row, records.heading[0]),
        _ => records.heading.iter().map(|key| tables::cell(row, key)).collect::<Vec<_>>().join("  "),
    };
    output::write(&rows.iter().map(|row| output::plain(&line(row)).replace('\n', " ") + "\n").collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(id: &str, outcome: Option<&str>) -> Value {
        serde_json::json!({"id": id, "finished": outcome, "outcome": outcome})
    }

    #[test]
    fn a_run_that_was_shown_open_is_looked_for_until_it_has_ended_and_what_is_older_than_the_watch_is_not_shown() {
        let (mut seen, mut reaches_back) = (Seen::default(), false);
        let sift = |seen: &mut Seen, rows: &[Value], back: &mut bool| -> Vec<String> {
            seen.sift(&RUNS, rows, back).iter().map(|row| tables::cell(row, "id")).collect()
        };
        assert_eq!(sift(&mut seen, &[run("c", None), run("b", None)], &mut reaches_back), ["c", "b"]);
        assert!(!reaches_back && seen.open.len() == 2);
        // Both have ended, and the first page reaches back already.
        assert_eq!(sift(&mut seen, &[run("d", None), run("c", Some("changed"))], &mut reaches_back), ["d", "c"]);
        assert!(reaches_back && seen.open.contains("b"));
        assert_eq!(sift(&mut seen, &[run("b", Some("changed")), run("a", Some("changed"))], &mut reaches_back), ["b"]);
        assert_eq!(seen.open.iter().collect::<Vec<_>>(), ["d"]);
    }
}
