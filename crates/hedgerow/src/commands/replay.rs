//! `hedgerow replay`

use std::fmt::Write;

use anyhow::{Context, Result};
use hedgerow_sync::verify::Verdict;
use serde_json::{Value, json};

use super::Exit;
use super::verify::{could_not_begin, words};
use crate::args::ReplayArgs;
use crate::output::report::short;
use crate::output::{Style, plain, several};
use crate::session::Session;
use crate::target;

pub(crate) fn replay(session: &Session, args: &ReplayArgs) -> Result<Exit> {
    let meant = target::meant(session, &args.target)?;
    let world = session.world()?;
    match hedgerow_sync::replay(&world, &meant.target, &args.what, &|step| session.progress.step(step)) {
        Ok(replayed) => {
            let value = serde_json::to_value(&replayed).context("writing the answer")?;
            session.print(&value, render)?;
            Ok(Exit::of_verdict(replayed.verdict))
        }
        Err(failure) => {
            let reason = failure.reason();
            let value = json!({"verdict": Verdict::CouldNotTell, "reason": reason.message, "hint": reason.hint});
            session.print(&value, could_not_begin)?;
            Ok(Exit::Failed)
        }
    }
}

fn render(value: &Value, style: Style) -> String {
    let text = |key: &str| value[key].as_str().unwrap_or_default();
    let mut out = String::new();
    let _ = writeln!(out, "commit   {}, made with {}", plain(text("commit")), plain(text("made_with")));
    let parent = value["parent"].as_str().unwrap_or("none");
    let _ = writeln!(out, "parent   {}, planned again with {}", plain(parent), plain(text("version")));
    if let Some(tree) = value["tree"].as_str() {
        let _ = writeln!(out, "tree     {tree}, both times");
    }
    for other in value["rules"].as_array().into_iter().flatten() {
        let of = |key: &str| other[key].as_str().unwrap_or_default();
        let _ = writeln!(out, "other    {}: named {}, now {}", of("what"), short(of("named")), short(of("now")));
    }
    if let Some(path) = value["difference"]["path"].as_str() {
        let hash =
            |key: &str| value["difference"][key].as_str().map_or("nothing".to_owned(), |hash| short(hash).to_owned());
        let _ = writeln!(out, "differs  {}: planned {}, committed {}", plain(path), hash("planned"), hash("committed"));
        if let Some(more) = value["differing"].as_u64().filter(|number| *number > 1) {
            let _ = writeln!(out, "         and at {} more", several(more - 1, "path"));
        }
    }
    let (words, color) = words(text("verdict"));
    let reason = value["reason"].as_str().map(|reason| format!(": {}", plain(reason))).unwrap_or_default();
    let _ = writeln!(out, "{}: {}{reason}", plain(text("directory")), style.paint(color, words));
    out
}
