//! `hedgerow why`: which gate a document passed or was stopped at.

use std::fmt::Write;

use anyhow::{Result, bail};
use hedgerow_core::plan::{Gate, Passage};
use hedgerow_sync::{Planned, Report, ShownFinding};
use serde_json::{Value, json};

use super::Exit;
use super::plan::planned;
use crate::args::WhyArgs;
use crate::output::{Color, Style, findings, plain};
use crate::session::Session;

pub(crate) fn why(session: &Session, args: &WhyArgs) -> Result<Exit> {
    let planned = planned(session, &args.target, &args.judging, args.worktree)?;
    let planned = planned.map_err(|failure| {
        let reason = failure.reason();
        let hint = reason.hint.map(|hint| format!("\nhint: {hint}")).unwrap_or_default();
        anyhow::anyhow!("{}{hint}", reason.message)
    })?;
    let asked: Vec<Asked> = args.files.iter().map(|text| Asked::parse(text)).collect();
    let mut answers = Vec::new();
    for asked in &asked {
        let found = asked.find(&planned);
        if found.is_empty() {
            bail!(
                "{} is not in the inbox of {}\nhint: hedgerow plan lists what is",
                asked.text,
                planned.report.read.directory
            );
        }
        answers.extend(found);
    }
    let stopped = answers.iter().any(|answer| !answer["stopped"].is_null());
    session.print(&Value::Array(answers), render)?;
    Ok(if stopped { Exit::Attention } else { Exit::Done })
}

/// `FILE`, or `FILE#INDEX`.
struct Asked<'a> {
    text: &'a str,
    file: &'a str,
    index: Option<usize>,
}

impl<'a> Asked<'a> {
    fn parse(text: &'a str) -> Self {
        let cut = text.rsplit_once('#').and_then(|(file, index)| Some((file, index.parse().ok()?)));
        let (file, index) = cut.map_or((text, None), |(file, index)| (file, Some(index)));
        Self { text, file: file.trim_start_matches("./"), index }
    }

    /// The passages that are meant: of a file by its whole path or by its path below the fabric's directory.
    fn find(&self, planned: &Planned) -> Vec<Value> {
        let below = format!("{}/{}", planned.report.read.directory, self.file);
        let is_meant = |passage: &&Passage| {
            let file = passage.from.file.to_string();
            (file == self.file || file == below)
                && (self.index.is_none() || passage.from.index.is_none() || passage.from.index == self.index)
        };
        planned.passages.iter().filter(is_meant).map(|passage| answer(passage, &planned.report)).collect()
    }
}

fn answer(passage: &Passage, report: &Report) -> Value {
    let line = report.ledger.entries.iter().find(|entry| {
        entry.from.file == passage.from.file && (entry.from.index.is_none() || entry.from.index == passage.from.index)
    });
    let concerns = |shown: &&ShownFinding| {
        let place = &shown.finding.place;
        let document = place.document.is_none() || passage.from.index.is_none() || place.document == passage.from.index;
        place.file == passage.from.file && document
    };
    let passed: Vec<String> = passage.passed().iter().map(ToString::to_string).collect();
    json!({
        "file": passage.from.file,
        "document": passage.from.index,
        "line": passage.line,
        "object": passage.identity,
        "outcome": passage.outcome,
        "to": line.map(|line| &line.to),
        "passed": passed,
        "stopped": passage.stopped,
        "findings": report.findings.iter().filter(concerns).collect::<Vec<_>>(),
    })
}

fn render(answers: &Value, style: Style) -> String {
    answers.as_array().into_iter().flatten().map(|answer| one(answer, style)).collect()
}

fn one(answer: &Value, style: Style) -> String {
    let mut out = style.paint(Color::Bold, &plain(answer["file"].as_str().unwrap_or_default()));
    if let Some(index) = answer["document"].as_u64() {
        let _ = write!(out, "#{index}");
    }
    if let (Some(kind), Some(name)) = (answer["object"]["kind"].as_str(), answer["object"]["name"].as_str()) {
        let _ = write!(out, "  {}", plain(&format!("{kind}/{name}")));
    }
    let _ = writeln!(out, ": {}", answer["outcome"].as_str().unwrap_or_default());
    if let Some(to) = answer["to"].as_str().filter(|_| answer["outcome"] != "held") {
        let _ = writeln!(out, "  to      {}", plain(to));
    }
    for gate in Gate::ALL {
        let word = gate.to_string();
        let passed = answer["passed"].as_array().is_some_and(|p| p.iter().any(|g| *g == word));
        let mark = match (passed, answer["stopped"] == word) {
            (true, _) => style.paint(Color::Green, "passed"),
            (_, true) => style.paint(Color::Red, "stopped here"),
            _ => style.paint(Color::Dim, "not reached"),
        };
        let _ = writeln!(out, "  {word:<7} {mark}");
    }
    out.push_str(&findings::render(answer["findings"].as_array().map_or(&[], Vec::as_slice), style));
    out
}
