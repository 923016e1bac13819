//! `hedgerow verify`

use std::fmt::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use hedgerow_sync::verify::{Findings, Selection, Verdict, Verification};
use hedgerow_sync::{Failure, Target};
use serde_json::{Value, json};

use super::Exit;
use crate::args::VerifyArgs;
use crate::moment::moment;
use crate::output::report::{counts, short};
use crate::output::{Color, Style, plain};
use crate::session::Session;
use crate::target;

pub(crate) fn verify(session: &Session, args: &VerifyArgs) -> Result<Exit> {
    let meant = target::meant(session, &args.target)?;
    let signers = args.allowed_signers.as_deref().map(readable).transpose().context("--allowed-signers")?;
    let asked = Verification {
        allow_none: args.allow_none,
        strict: args.strict,
        allowed_signers: signers.as_deref(),
        rows: session.store_is_named(),
        ..Verification::of(&meant.target, selection(args)?)
    };
    match ask(session, &asked)? {
        Ok(findings) => answer(session, &findings),
        Err(failure) => {
            let reason = failure.reason();
            let value = json!({"verdict": Verdict::CouldNotTell, "reason": reason.message, "hint": reason.hint});
            session.print(&value, could_not_begin)?;
            Ok(Exit::Failed)
        }
    }
}

/// What is asked, of a copy that is as good as the remote is now.
pub(super) fn ask(session: &Session, asked: &Verification<'_>) -> Result<Result<Findings, Failure>> {
    let fresh = Fresh::of(session, asked.target)?;
    let world = match &fresh {
        Some(fresh) => session.world_with(session.store()?, fresh.0.clone())?,
        None => session.world()?,
    };
    Ok(hedgerow_sync::verify::verify(&world, asked, &|step| session.progress.step(step)))
}

/// Where a repository on this machine is copied to, anew each time: what was fetched before would hide that an object is
/// damaged or gone now. A copy from elsewhere is as good as it was: git hashes all that it fetches.
struct Fresh(PathBuf);

impl Fresh {
    fn of(session: &Session, target: &Target) -> Result<Option<Self>> {
        if target.remote.url.path().is_none() {
            return Ok(None);
        }
        let began = time::OffsetDateTime::now_utc().unix_timestamp_nanos();
        let place = session.environment.cache.join(format!("verify-{}-{began}", std::process::id()));
        std::fs::create_dir_all(&place).with_context(|| format!("making {}", place.display()))?;
        Ok(Some(Self(place)))
    }
}

impl Drop for Fresh {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            tracing::warn!(place = %self.0.display(), %error, "a copy that is no longer needed stays behind");
        }
    }
}

/// The file's full path: git runs elsewhere.
fn readable(file: &Path) -> Result<PathBuf> {
    std::fs::File::open(file).and_then(|_| file.canonicalize()).with_context(|| format!("reading {}", file.display()))
}

fn selection(args: &VerifyArgs) -> Result<Selection> {
    if let Some(commit) = &args.commit {
        return Ok(Selection::One(commit.clone()));
    }
    if let Some(date) = &args.since {
        return Ok(Selection::Since(moment(date).context("--since")?.unix_timestamp()));
    }
    args.range.as_deref().map_or(Ok(Selection::All), range)
}

/// The commits that `A..B` means.
pub(super) fn range(text: &str) -> Result<Selection> {
    match text.split_once("..") {
        Some((from, to)) if !from.is_empty() && !to.is_empty() && !to.starts_with('.') => {
            Ok(Selection::Range(from.to_owned(), to.to_owned()))
        }
        _ => bail!("--range: {text:?} is not of the form A..B"),
    }
}

fn answer(session: &Session, findings: &Findings) -> Result<Exit> {
    let value = serde_json::to_value(findings).context("writing the answer")?;
    session.print(&value, render)?;
    Ok(Exit::of_verdict(findings.verdict))
}

/// A verdict for people.
pub(super) fn words(verdict: &str) -> (&'static str, Color) {
    match verdict {
        "verified" => ("verified", Color::Green),
        "does_not_hold" => ("does not hold", Color::Red),
        _ => ("could not tell", Color::Red),
    }
}

pub(super) fn could_not_begin(value: &Value, style: Style) -> String {
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
    rows(&mut out, &value["rows"]);
    inbox(&mut out, value);
    let (words, color) = words(&text(value, "verdict"));
    let at = format!("{} at {}", text(value, "directory"), short(&text(value, "head")));
    let reason = value["reason"].as_str().map(|reason| format!(": {reason}")).unwrap_or_default();
    let _ = writeln!(out, "{}: {}{reason}", plain(&at), style.paint(color, words));
    out
}

pub(super) fn commit_lines(out: &mut String, commit: &Value, style: Style) {
    let (word, color) = match commit["standing"].as_str() {
        Some("holds") => ("holds", Color::Green),
        Some("listed") => ("people", Color::Dim),
        Some("does_not_hold") => ("DOES NOT HOLD", Color::Red),
        _ => ("could not tell", Color::Yellow),
    };
    let line = format!("{}  {}", short(&text(commit, "commit")), plain(&text(commit, "subject")));
    let counted =
        if commit["counts"].is_object() { format!("  ({})", counts(&commit["counts"])) } else { String::new() };
    let signer = commit["signer"].as_str().map(|who| format!(", signed by {}", plain(who))).unwrap_or_default();
    let _ = writeln!(out, "{line}{counted}: {}{signer}", style.paint(color, word));
    for note in commit["notes"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        let _ = writeln!(out, "            {}", plain(note));
    }
    for path in commit["paths"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        let _ = writeln!(out, "            {}", plain(path));
    }
}

/// Differences of the store's rows that a person is shown; machines get all.
const ROWS_SHOWN: usize = 20;

fn rows(out: &mut String, rows: &Value) {
    let Some(same) = rows["same"].as_u64() else { return };
    let differences: Vec<&str> =
        rows["differences"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let _ = writeln!(out, "the store: {same} rows as the tree at the head, {} not", differences.len());
    for difference in differences.iter().take(ROWS_SHOWN) {
        let _ = writeln!(out, "            {}", plain(difference));
    }
    if differences.len() > ROWS_SHOWN {
        let _ = writeln!(out, "            … and {} more: -o json has them all", differences.len() - ROWS_SHOWN);
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
