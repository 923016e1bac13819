//! `hedgerow fmt`: edits that only a person may ask for.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use hedgerow_core::edit::{self, EditError, Wish};
use hedgerow_core::finding::Finding;
use hedgerow_core::path::TreePath;
use serde_json::{Value, json};

use super::Exit;
use crate::args::{FmtArgs, Format};
use crate::files::{self, STDIN, read_stdin, yaml_below};
use crate::output::{self, Color, Style, plain, several};
use crate::session::Session;

/// Lines of context around what differs.
const CONTEXT: usize = 3;

pub(crate) fn fmt(session: &Session, args: &FmtArgs) -> Result<Exit> {
    let wish = Wish { strip_server_fields: args.strip_server_fields };
    let sources = sources(&args.files)?;
    if args.write && sources == [Source::Stdin] && session.format == Format::Table {
        return filter(wish);
    }
    let mut answers = Vec::new();
    for source in &sources {
        answers.push(one(source, wish, args.write)?);
    }
    let exit = answers.iter().map(|answer| answer.outcome).max().unwrap_or(Outcome::Unchanged).exit();
    let value = json!({"files": answers.iter().map(Answer::json).collect::<Vec<_>>()});
    session.print(&value, render)?;
    Ok(exit)
}

/// Where text comes from.
#[derive(Debug, PartialEq, Eq)]
enum Source {
    File(PathBuf),
    Stdin,
}

impl Source {
    fn name(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::Stdin => STDIN.to_owned(),
        }
    }
}

fn sources(named: &[String]) -> Result<Vec<Source>> {
    let mut sources = Vec::new();
    for name in named {
        match Path::new(name) {
            _ if name == "-" => sources.push(Source::Stdin),
            dir if dir.is_dir() => sources.extend(yaml_below(dir)?.into_iter().map(Source::File)),
            file => sources.push(Source::File(file.to_owned())),
        }
    }
    if sources.is_empty() {
        bail!("no YAML there\nhint: name files that end in .yaml or .yml, or a directory that has some");
    }
    Ok(sources)
}

/// What became of a file. Ordered by how much of a person's attention it wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    Unchanged,
    Written,
    WouldChange,
    Refused,
}

impl Outcome {
    fn word(self) -> &'static str {
        match self {
            Self::Unchanged => "unchanged",
            Self::Written => "written",
            Self::WouldChange => "would_change",
            Self::Refused => "refused",
        }
    }

    fn exit(self) -> Exit {
        match self {
            Self::Unchanged | Self::Written => Exit::Done,
            Self::WouldChange => Exit::Attention,
            Self::Refused => Exit::Failed,
        }
    }
}

/// What is told of one file.
struct Answer {
    file: String,
    outcome: Outcome,
    /// Lists that were split, fields that went, documents that the file has then.
    done: Option<(usize, usize, usize)>,
    diff: String,
    findings: Vec<Finding>,
    reason: Option<String>,
}

impl Answer {
    fn json(&self) -> Value {
        let (lists, fields, documents) = self.done.unwrap_or_default();
        json!({
            "file": self.file, "outcome": self.outcome.word(), "lists": lists, "fields": fields, "documents": documents,
            "diff": self.diff, "reason": self.reason, "findings": self.findings,
        })
    }
}

fn one(source: &Source, wish: Wish, write: bool) -> Result<Answer> {
    let file = source.name();
    let bytes = match source {
        Source::File(path) => files::read(path)?,
        Source::Stdin => read_stdin()?,
    };
    let refused = |findings, reason: &EditError| Answer {
        file: file.clone(),
        outcome: Outcome::Refused,
        done: None,
        diff: String::new(),
        findings,
        reason: Some(refusal(reason)),
    };
    let edited = match edit::edit(&TreePath::from(file.as_str()), &bytes, wish) {
        Ok(edited) => edited,
        Err(EditError::Unreadable(findings)) => return Ok(refused(findings, &EditError::Unreadable(Vec::new()))),
        Err(error) => return Ok(refused(Vec::new(), &error)),
    };
    let outcome = match source {
        _ if edited.bytes == bytes => Outcome::Unchanged,
        Source::File(path) if write => {
            files::replace(path, &edited.bytes)?;
            Outcome::Written
        }
        _ => Outcome::WouldChange,
    };
    let diff = if outcome == Outcome::WouldChange { diff(&file, &bytes, &edited.bytes) } else { String::new() };
    let done = Some((edited.lists, edited.fields, edited.documents));
    Ok(Answer { file, outcome, done, diff, findings: Vec::new(), reason: None })
}

/// Why, with the place where there is one.
fn refusal(error: &EditError) -> String {
    match error {
        EditError::CannotCut { place, message } => {
            format!("line {}: {message}; take it apart by hand", place.line.unwrap_or(1))
        }
        error => error.to_string(),
    }
}

fn diff(file: &str, before: &[u8], after: &[u8]) -> String {
    let (before, after) = (String::from_utf8_lossy(before), String::from_utf8_lossy(after));
    let file = file.trim_start_matches('/');
    let diff = similar::TextDiff::from_lines(&before, &after);
    diff.unified_diff().context_radius(CONTEXT).header(&format!("a/{file}"), &format!("b/{file}")).to_string()
}

/// From standard input to standard output, as in a pipe; a refusal writes nothing there.
fn filter(wish: Wish) -> Result<Exit> {
    let bytes = read_stdin()?;
    let edited = edit::edit(&TreePath::from(STDIN), &bytes, wish).map_err(|error| {
        let first = match &error {
            EditError::Unreadable(findings) => findings.first(),
            _ => None,
        };
        let first = first.map(|found| format!(": line {}: {}", found.place.line.unwrap_or(1), found.message));
        anyhow::anyhow!("{STDIN}: {}{}", refusal(&error), first.unwrap_or_default())
    })?;
    let text = String::from_utf8(edited.bytes).context("edited text is text")?;
    output::write(&text)?;
    Ok(Exit::Done)
}

fn render(value: &Value, style: Style) -> String {
    let files = value["files"].as_array().map_or(&[][..], Vec::as_slice);
    let mut out: String = files.iter().map(|file| file_for_people(file, style)).collect();
    if files.iter().all(|file| file["outcome"] == "unchanged") {
        out.push_str(&format!("{}: nothing to do\n", several(files.len() as u64, "file")));
    }
    out
}

fn file_for_people(file: &Value, style: Style) -> String {
    let name = plain(file["file"].as_str().unwrap_or_default());
    let number = |key: &str| file[key].as_u64().unwrap_or(0);
    match file["outcome"].as_str() {
        Some("would_change") => painted(file["diff"].as_str().unwrap_or_default(), style),
        Some("written") => format!(
            "{name}: {} split, {} out, {}\n",
            several(number("lists"), "list"),
            several(number("fields"), "field"),
            several(number("documents"), "document")
        ),
        Some("refused") => {
            let reason = plain(file["reason"].as_str().unwrap_or_default());
            let head = style.paint(Color::Red, &format!("{name}: left as it is: {reason}"));
            let findings = file["findings"].as_array().into_iter().flatten().map(|finding| {
                let (line, message) = (finding["line"].as_u64().unwrap_or(1), finding["message"].as_str());
                format!("  line {line}: {}\n", plain(message.unwrap_or_default()))
            });
            format!("{head}\n{}", findings.collect::<String>())
        }
        _ => String::new(),
    }
}

/// A diff as git colours it.
fn painted(diff: &str, style: Style) -> String {
    let line = |line: &str| {
        let content = line.trim_end_matches(['\n', '\r']);
        let (text, end) = (plain(content), &line[content.len()..]);
        let color = match line.as_bytes().first() {
            Some(b'-') => Color::Red,
            Some(b'+') => Color::Green,
            Some(b'@') => Color::Cyan,
            _ => return text + end,
        };
        style.paint(color, &text) + end
    };
    diff.split_inclusive('\n').map(line).collect()
}
