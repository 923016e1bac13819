//! A run: its steps, what it came to, what moved where, its ledger and findings. And the runs of a fabric.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use hedgerow_store::{RunFilter, RunMatch, RunOutcome, RunRecord, Verification};
use serde::Deserialize;
use serde_json::Value;

use super::fabric::Head;
use super::finding::Finding;
use super::moves::{Entry, Moves, moves};
use super::parts::{Age, Commit, Status, Tone, several, short};
use super::shell::Shell;
use super::site::Site;
use super::steps::Steps;
use super::visitor::Visitor;
use super::{address, reply};
use crate::check_yourself;
use crate::problem::Problem;

/// Lines of a ledger on one page.
const LEDGER_ROWS: usize = 100;
/// Findings on one page.
const FINDINGS: usize = 100;
/// Rows of a list of runs.
const ROWS: u32 = 50;

/// A run in a line.
pub(crate) struct Brief {
    pub(crate) href: String,
    pub(crate) tone: Tone,
    pub(crate) words: String,
    pub(crate) note: String,
    pub(crate) age: Age,
}

impl Brief {
    pub(crate) fn of(run: &RunRecord, now_ms: i64) -> Self {
        let status = status(run);
        let counts = run.ending.as_ref().map(|ending| counts(&ending.counts)).unwrap_or_default();
        let note = match run.ending.as_ref().and_then(|ending| ending.reason.as_ref()) {
            Some(reason) => reason.text.clone(),
            None => counts,
        };
        let at_ms = Some(run.ending.as_ref().map_or(run.started_ms, |ending| ending.finished_ms));
        Self {
            href: address::run(run.id.as_str()),
            tone: status.tone,
            words: format!("{}, by {}", status.word, run.trigger.as_str()),
            note,
            age: Age { at_ms, now_ms },
        }
    }
}

/// How a run ended.
fn status(run: &RunRecord) -> Status {
    let Some(ending) = &run.ending else { return Status::new(Tone::Work, "under way") };
    match (ending.outcome, ending.verification) {
        (RunOutcome::Failed, _) => Status::new(Tone::Bad, "failed"),
        (RunOutcome::Partial, _) => Status::new(Tone::Wait, "partial"),
        (outcome, Verification::Verified) => Status::new(Tone::Good, outcome.as_str()),
        (outcome, _) => Status::new(Tone::Wait, outcome.as_str()),
    }
}

/// `created=48 replaced=0 …` without what is 0.
fn counts(text: &str) -> String {
    let some = text.split(' ').filter_map(|word| word.split_once('=')).filter(|(_, count)| *count != "0");
    some.map(|(name, count)| format!("{count} {name}")).collect::<Vec<_>>().join(", ")
}

struct Shown {
    id: String,
    href: String,
    fabric_name: String,
    fabric_href: String,
    directory: String,
    is_open: bool,
    tone: Tone,
    status: Status,
    verification: Status,
    words: String,
    reason: Option<Reason>,
    trigger: String,
    started: Age,
    steps: Steps,
    took: String,
    before: String,
    after: String,
    facts: Vec<(&'static str, String)>,
    commit: Option<Commit>,
    commands: Vec<String>,
}

impl Shown {
    fn short(&self) -> &str {
        self.id.get(..8).unwrap_or(&self.id)
    }
}

#[derive(Clone, Debug, Deserialize)]
struct Reason {
    message: String,
    hint: Option<String>,
}

struct LedgerRow {
    outcome: String,
    from: String,
    to: String,
    sha256: String,
}

impl LedgerRow {
    fn short(&self) -> &str {
        self.sha256.get(..12).unwrap_or(&self.sha256)
    }
}

struct Outcome {
    word: String,
    count: usize,
    is_chosen: bool,
}

struct Ledger {
    words: String,
    outcomes: Vec<Outcome>,
    file: String,
    rows: Vec<LedgerRow>,
    is_all: bool,
    range: String,
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "run.html")]
struct Page {
    shell: Shell,
    run: Shown,
    moves: Moves,
    moves_label: String,
    ledger: Ledger,
    findings: Vec<Finding>,
    findings_left_out: usize,
}

/// Which part of the ledger to show.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Part {
    #[serde(default)]
    outcome: String,
    #[serde(default)]
    file: String,
    #[serde(default)]
    from: usize,
}

pub(crate) async fn page(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(part): Query<Part>,
) -> Response {
    match gather(&site, &visitor, &id, &part).await {
        Ok(page) => reply::page(&page),
        Err(problem) => reply::problem(&visitor, &problem),
    }
}

async fn gather(site: &Site, visitor: &Visitor, id: &str, part: &Part) -> Result<Page, Problem> {
    let store = &site.state.store;
    let run = match store.run(id).await? {
        RunMatch::One(run) => *run,
        RunMatch::None => return Err(Problem::absent(format_args!("run {id}"))),
        RunMatch::Several(_) => return Err(Problem::absent(format_args!("one run that begins with {id}"))),
    };
    let texts = store.texts(&run.id).await?;
    let mut report: Value =
        texts.as_ref().and_then(|texts| serde_json::from_str(&texts.report).ok()).unwrap_or_default();
    let mut findings = texts.as_ref().map_or_else(Vec::new, |texts| Finding::all(&texts.findings));
    let entries: Vec<Entry> = serde_json::from_value(report["ledger"]["entries"].take()).unwrap_or_default();
    let linked = store.linked_fabric_by_id(run.fabric.id).await?;
    let directory = report["read"]["directory"].as_str().unwrap_or(&run.fabric.key.directory).to_owned();
    let picture = moves(&entries, &directory);
    let findings_left_out = findings.len().saturating_sub(FINDINGS);
    findings.truncate(FINDINGS);
    let passed = linked.as_ref().map_or_else(Vec::new, |fabric| site.state.service.passed(fabric.repository));
    let steps = Steps::of(&run, &report, &passed, visitor.now_ms);
    let name = linked.map(|fabric| fabric.name).unwrap_or_default();
    let mut shown = shown(&run, &report, name, directory, steps, visitor.now_ms);
    shown.commit = shown.commit.map(|commit| site.commit(&run.fabric.key.repository, commit.id));
    Ok(Page {
        shell: visitor.shell.clone(),
        moves_label: format!("{} of {} moved", several(entries.len() as u64, "ledger line"), shown.directory),
        ledger: ledger(&entries, part, &shown.href),
        run: shown,
        moves: picture,
        findings,
        findings_left_out,
    })
}

fn shown(run: &RunRecord, report: &Value, fabric_name: String, directory: String, steps: Steps, now_ms: i64) -> Shown {
    let ending = run.ending.as_ref();
    let status = status(run);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let state = |value: &Value| {
        let inbox = value["inbox"].as_array().map_or(0, Vec::len) as u64;
        let managed = value["managed"].as_u64().unwrap_or_default();
        let commit = value["commit"].as_str().map(|id| format!("at {}: ", short(id))).unwrap_or_default();
        format!("{commit}{} in the inbox, {managed} managed", several(inbox, "file"))
    };
    let commit = ending.and_then(|ending| ending.commit.clone());
    let url = text(&report["read"]["url"]);
    let facts = [
        ("Repository", url),
        ("Branch", run.fabric.key.branch.clone()),
        ("Read at", text(&report["read"]["commit"])),
        ("Second look", text(&report["witness"])),
        ("Hedgerow", text(&report["version"])),
        (
            "Moved under it",
            report["moved"].as_u64().filter(|n| *n > 0).map_or_else(String::new, |n| several(n, "time")),
        ),
    ];
    let commands = check_yourself::commands(report);
    Shown {
        id: run.id.to_string(),
        href: address::run(run.id.as_str()),
        fabric_href: address::fabric(&fabric_name),
        fabric_name,
        directory,
        is_open: ending.is_none(),
        tone: status.tone,
        verification: verification(ending.map_or(Verification::None, |ending| ending.verification)),
        words: ending.map(|ending| counts(&ending.counts)).unwrap_or_default(),
        reason: serde_json::from_value(report["reason"].clone()).ok(),
        trigger: run.trigger.as_str().to_owned(),
        started: Age { at_ms: Some(run.started_ms), now_ms },
        took: ending.map_or_else(String::new, |ending| {
            format!("{:.1} s in all", (ending.finished_ms - run.started_ms) as f64 / 1000.0)
        }),
        steps,
        before: state(&report["before"]),
        after: state(&report["after"]),
        facts: facts.into_iter().filter(|(_, value)| !value.is_empty()).collect(),
        commit: commit.map(|id| Commit { id, href: None }),
        commands,
        status,
    }
}

fn verification(verification: Verification) -> Status {
    match verification {
        Verification::Verified => Status::new(Tone::Good, "verified"),
        Verification::NotYet => Status::new(Tone::Wait, "not yet verified"),
        Verification::Differs => Status::new(Tone::Bad, "the second look differs"),
        Verification::None => Status::new(Tone::Idle, "nobody looked twice"),
    }
}

fn ledger(entries: &[Entry], part: &Part, href: &str) -> Ledger {
    let mut by_outcome: BTreeMap<&str, usize> = BTreeMap::new();
    for entry in entries {
        *by_outcome.entry(&entry.outcome).or_default() += 1;
    }
    let is_meant = |entry: &&Entry| {
        (part.outcome.is_empty() || entry.outcome == part.outcome)
            && (part.file.is_empty() || entry.from.file.contains(&part.file) || entry.to.contains(&part.file))
    };
    let meant: Vec<&Entry> = entries.iter().filter(is_meant).collect();
    let from = part.from.min(meant.len());
    let until = (from + LEDGER_ROWS).min(meant.len());
    let row = |entry: &&Entry| LedgerRow {
        outcome: entry.outcome.clone(),
        from: format!("{}#{}", entry.from.file, entry.from.index.map_or_else(|| "-".to_owned(), |at| at.to_string())),
        to: entry.to.clone(),
        sha256: entry.sha256.clone(),
    };
    let next = (until < meant.len()).then(|| {
        let (outcome, file) = (address::segment(&part.outcome), address::segment(&part.file));
        format!("{href}?outcome={outcome}&file={file}&from={until}#ledger")
    });
    Ledger {
        words: several(entries.len() as u64, "line"),
        outcomes: by_outcome
            .into_iter()
            .map(|(word, count)| Outcome { word: word.to_owned(), count, is_chosen: word == part.outcome })
            .collect(),
        file: part.file.clone(),
        is_all: part.outcome.is_empty() && part.file.is_empty(),
        range: if meant.is_empty() { String::new() } else { format!("{} to {until} of {}", from + 1, meant.len()) },
        rows: meant[from..until].iter().map(row).collect(),
        next,
    }
}

#[derive(Template)]
#[template(path = "runs.html")]
struct Listed {
    shell: Shell,
    fabric: Head,
    tab: &'static str,
    runs: Vec<Brief>,
    next: Option<String>,
}

/// Where a list goes on.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct After {
    after: Option<String>,
}

pub(crate) async fn list(
    State(site): State<Site>,
    visitor: Visitor,
    Path(name): Path<String>,
    Query(After { after }): Query<After>,
) -> Response {
    match listed(&site, &visitor, &name, after).await {
        Ok(page) => reply::page(&page),
        Err(problem) => reply::problem(&visitor, &problem),
    }
}

async fn listed(site: &Site, visitor: &Visitor, name: &str, after: Option<String>) -> Result<Listed, Problem> {
    let fabric = Head::find(site, name).await?;
    let filter = RunFilter { fabric: Some(fabric.linked.id), ..RunFilter::default() };
    let page = site.state.store.runs(&filter, ROWS, after.and_then(|after| after.parse().ok())).await?;
    Ok(Listed {
        shell: visitor.shell.clone(),
        tab: "runs",
        runs: page.items.iter().map(|run| Brief::of(run, visitor.now_ms)).collect(),
        next: page.next.map(|next| format!("{}?after={next}", fabric.page("runs"))),
        fabric,
    })
}
