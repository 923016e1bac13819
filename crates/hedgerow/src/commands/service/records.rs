//! `hedgerow events`, `runs`, `deliveries`

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::Result;
use serde_json::Value;

use super::asking::{all, list};
use super::tables;
use crate::api::Ask;
use crate::args::Format;
use crate::args::service::RecordsArgs;
use crate::commands::Exit;
use crate::output;
use crate::session::Session;

/// Between two looks of `--watch`.
const WATCH_EVERY: Duration = Duration::from_secs(2);

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
    let mut seen = BTreeSet::new();
    let mut rows = unseen(&found, records.key, &mut seen);
    loop {
        print(session, records, &rows)?;
        if session.pause(WATCH_EVERY) {
            return Ok(Exit::Done);
        }
        let found = all(session, &door, &newest, args.limit as usize)?;
        rows = unseen(&found, records.key, &mut seen);
    }
}

/// The rows that were not seen before, oldest first.
fn unseen(found: &Value, key: &str, seen: &mut BTreeSet<String>) -> Vec<Value> {
    let mut rows: Vec<Value> =
        tables::items(found).iter().filter(|row| seen.insert(tables::cell(row, key))).cloned().collect();
    rows.reverse();
    rows
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
