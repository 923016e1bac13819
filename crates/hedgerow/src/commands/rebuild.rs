//! `hedgerow rebuild`

use std::fmt::Write;

use anyhow::{Context, Result};
use hedgerow_sync::rebuild::Verdict;
use serde_json::{Value, json};

use super::Exit;
use crate::args::RebuildArgs;
use crate::output::report::short;
use crate::output::{Color, Style, plain, several};
use crate::session::Session;
use crate::target;

pub(crate) fn rebuild(session: &Session, args: &RebuildArgs) -> Result<Exit> {
    let meant = target::meant(session, &args.target)?;
    let world = session.world()?;
    match hedgerow_sync::rebuild::rebuild(&world, &meant.target, !args.check, &|step| session.progress.step(step)) {
        Ok(answer) => {
            let value = serde_json::to_value(&answer).context("writing the answer")?;
            session.print(&value, render)?;
            Ok(match answer.verdict {
                Verdict::Equal | Verdict::Rebuilt => Exit::Done,
                Verdict::Differs => Exit::Attention,
            })
        }
        Err(failure) => {
            let reason = failure.reason();
            let value = json!({"verdict": "could_not_tell", "reason": reason.message, "hint": reason.hint});
            session.print(&value, could_not_tell)?;
            Ok(Exit::Failed)
        }
    }
}

fn could_not_tell(value: &Value, style: Style) -> String {
    let reason = plain(value["reason"].as_str().unwrap_or_default());
    let hint = value["hint"].as_str().map(|hint| format!("hint: {}\n", plain(hint))).unwrap_or_default();
    format!("{} {reason}\n{hint}", style.paint(Color::Red, "could not tell:"))
}

fn render(value: &Value, style: Style) -> String {
    let mut out = String::new();
    let text = |value: &Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
    for one in value["differences"].as_array().into_iter().flatten() {
        let place = |key: &str| one[key].as_str().unwrap_or("-").to_owned();
        let line = format!(
            "{}: {}, git {}, store {}",
            text(one, "differs"),
            text(one, "object"),
            place("git"),
            place("store")
        );
        let _ = writeln!(out, "{}", plain(&line));
    }
    for object in value["untold"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        let _ = writeln!(out, "could not tell where it came from: {}", plain(object));
    }
    let left = value["left"].as_array().map_or(0, Vec::len) as u64;
    let (words, color) = match value["verdict"].as_str() {
        Some("equal") => ("the tables say what git says".to_owned(), Color::Green),
        Some("rebuilt") => ("rebuilt: the tables say what git says now".to_owned(), Color::Green),
        _ => (format!("{} of the tables and of git differ", several(left, "object")), Color::Red),
    };
    let objects = several(value["objects"].as_u64().unwrap_or(0), "object");
    let at = format!("{} at {}, {objects}", text(value, "directory"), short(&text(value, "head")));
    let _ = writeln!(out, "{}: {}", plain(&at), style.paint(color, &words));
    if value["run"].is_string() && left > 0 {
        out.push_str(
            "hint: too many are gone at once; if it is meant, hedgerow sync --confirm-deletions marks them deleted\n",
        );
    }
    out
}
