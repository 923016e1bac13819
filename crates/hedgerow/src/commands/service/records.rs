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
    let mut rows = seen.sift(records, tables::items(&found)).new;
    rows.reverse();
    loop {
        print(session, records, &rows)?;
        if session.pause(WATCH_EVERY) {
            return Ok(Exit::Done);
        }
        rows = since(session, &door, &newest, records, &mut seen)?;
    }
}

/// What came since the last look, oldest first: page after page, until one reaches back to what was seen.
fn since(session: &Session, door: &Door, newest: &Ask, records: &Records, seen: &mut Seen) -> Result<Vec<Value>> {
    let mut rows = Vec::new();
    let mut cursor: Option<String> = None;
    for _ in 0..WATCH_PAGES {
        let page = session.wait(door.ask(&newest.clone().with("cursor", cursor.as_deref())))?.body;
        let sifted = seen.sift(records, tables::items(&page));
        rows.extend(sifted.new);
        cursor = page["next"].as_str().map(str::to_owned);
        if sifted.reaches_back || cursor.is_none() {
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
}

/// A page's rows that were not shown like this yet.
struct Sifted {
    new: Vec<Value>,
    /// Some row was shown before, like this or otherwise: what is further back is older than the watch.
    reaches_back: bool,
}

impl Seen {
    fn sift(&mut self, records: &Records, items: &[Value]) -> Sifted {
        let mut sifted = Sifted { new: Vec::new(), reaches_back: false };
        for row in items {
            let key = tables::cell(row, records.key);
            sifted.reaches_back |= !self.rows.insert(key.clone());
            if self.states.insert((key, tables::cell(row, "outcome"))) {
                sifted.new.push(row.clone());
            }
        }
        sifted
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
