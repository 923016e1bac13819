//! `hedgerow check`

use std::fmt::Write;

use anyhow::{Context, Result};
use hedgerow_sync::check::Probe;
use serde_json::Value;

use super::Exit;
use crate::args::CheckArgs;
use crate::output::{Color, Style, plain};
use crate::session::Session;
use crate::target;

pub(crate) fn check(session: &Session, args: &CheckArgs) -> Result<Exit> {
    let meant = target::meant(session, &args.target)?;
    let world = session.world()?;
    let probe = if args.probe { Probe::SideRef } else { Probe::No };
    let checkup = hedgerow_sync::check::check(&world, &meant.target, probe);
    let value = serde_json::to_value(&checkup).context("writing the answer")?;
    session.print(&value, render)?;
    Ok(if checkup.is_ok() { Exit::Done } else { Exit::Failed })
}

pub(crate) fn render(value: &Value, style: Style) -> String {
    let mut out = String::new();
    for condition in value["conditions"].as_array().into_iter().flatten() {
        let (mark, color) = match condition["standing"].as_str() {
            Some("ok") => ("ok", Color::Green),
            Some("unproven") => ("unproven", Color::Yellow),
            Some("skipped") => ("skipped", Color::Dim),
            _ => ("FAILED", Color::Red),
        };
        let name = condition["name"].as_str().unwrap_or_default();
        let message = plain(condition["message"].as_str().unwrap_or_default()).replace('\n', " ");
        let pad = " ".repeat(9usize.saturating_sub(mark.len()));
        let _ = writeln!(out, "{}{pad} {name:<10} {message}", style.paint(color, mark));
        if let Some(hint) = condition["hint"].as_str() {
            let _ = writeln!(out, "{:21}hint: {}", "", plain(hint));
        }
    }
    out
}
